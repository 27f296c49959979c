"""Calling a student's function: timed, silenced, watched, and on copies."""

import contextlib
import copy
import inspect
import io
import linecache
import os
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from dlcourse.checks.origins import unwatched, watched

CALL_SECONDS = 5.0
CHECK_SECONDS = 12.0  # all calls of one check together; a check may run twice, and nbgrader's limit is 30 s a cell
KEPT_OUTPUT = 2000  # characters of a student's printing that are kept
KEPT_ERROR = 160  # characters of an error's text, and of the line that raised it

_PACKAGE = str(Path(__file__).parents[1]) + os.sep


@dataclass(frozen=True)
class Fault:
    """An error that a student's function raised.

    Attributes
    ----------
    kind : str
        Name of the exception's class.
    text : str
        Its message, on one line.
    where : str
        The student's own line that raised it, or an empty string.
    kinds : tuple of str
        Names of the exception's class and of all classes it is derived from.
    """

    kind: str
    text: str
    where: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Called:
    """What came of one call.

    Attributes
    ----------
    result : object
        What the function returned; None if it raised.
    fault : Fault or None
        What it raised.
    too_slow : bool
        True if it was stopped.
    changed : tuple (str, object) or None
        Name of the first argument that the function changed, and what it holds now.
    from_oracle : tuple of str
        Functions of `dlcourse` that it called.
    printed : str
        What it printed, cut to `KEPT_OUTPUT` characters.
    """

    result: Any = None
    fault: Fault | None = None
    too_slow: bool = False
    changed: tuple[str, Any] | None = None
    from_oracle: tuple[str, ...] = ()
    printed: str = ""


class _TookTooLong(BaseException):
    """Raised inside a student's function; not an `Exception`, so that ``except Exception`` lets it pass."""


class _ShortMemory(io.TextIOBase):
    """A text stream that keeps the beginning of what is written and forgets the rest."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text[: KEPT_OUTPUT - len(self.text)]
        return len(text)


def call(function: Callable[..., Any], arguments: Mapping[str, Any], seconds: float | None = None) -> Called:
    """Call a student's function on copies of the arguments, by position.

    Parameters
    ----------
    function : callable
        The student's function.
    arguments : mapping of str to object
        Values by the name used in messages, in the order of the call.
    seconds : float, optional
        How long it may take; `CALL_SECONDS` if not given.

    Returns
    -------
    Called
        The result or the fault, and what was noticed on the way.

    Raises
    ------
    KeyboardInterrupt
        If someone stops the run; it is never taken for an answer.

    Notes
    -----
    NumPy's warnings and anything written to stdout and stderr are held back: nbgrader scores a test cell 0 as soon as
    anything arrives on stderr. The time limit needs a POSIX system and the main thread; elsewhere only nbgrader's own
    limit per cell holds.
    """
    given = copy.deepcopy(dict(arguments))
    memory = _ShortMemory()
    oracle_calls: list[str] = []
    result, fault, too_slow = None, None, False
    try:
        with _silence(memory), _time_limit(CALL_SECONDS if seconds is None else seconds), watched(oracle_calls):
            result = function(*given.values())
            if inspect.iscoroutine(result):
                result.close()  # else it complains on stderr that nobody awaited it
    except _TookTooLong:
        too_slow = True
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student may raise anything, SystemExit included
        fault = _describe(error)
    changed = next(((name, given[name]) for name, was in arguments.items() if not _unchanged(was, given[name])), None)
    return Called(result, fault, too_slow, changed, tuple(dict.fromkeys(oracle_calls)), memory.text)


@contextlib.contextmanager
def lent(namespace: dict[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Put the oracle's functions in the place of a student's for a while.

    Parameters
    ----------
    namespace : dict
        The student's names.
    functions : mapping of str to callable
        What to lend; names that the student does not have are lent too.

    Yields
    ------
    None
        The namespace is as it was when the block ends.
    """
    own = {name: namespace[name] for name in functions if name in namespace}
    namespace.update({name: unwatched(function) for name, function in functions.items()})
    try:
        yield
    finally:
        for name in functions:
            namespace.pop(name, None)
        namespace.update(own)


@contextlib.contextmanager
def unwarned() -> Iterator[None]:
    """Hold back warnings: those of the checks too, which may compute with a student's nan, inf or 1e308.

    Yields
    ------
    None
        The filters and NumPy's error state are as they were when the block ends.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _silence(memory: _ShortMemory) -> Iterator[None]:
    """Keep printing, warnings and NumPy's complaints away from the notebook's output."""
    with contextlib.redirect_stdout(memory), contextlib.redirect_stderr(memory), unwarned():
        yield


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `_TookTooLong` in the running code after some time, and again, should a bare except have caught it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _unchanged(before: Any, after: Any) -> bool:
    """Tell whether an argument still holds what was passed in."""
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        if before.shape != after.shape or before.dtype != after.dtype:
            return False
        return bool(np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"))
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    if isinstance(before, dict):
        return list(before) == list(after) and all(_unchanged(before[key], after[key]) for key in before)
    return bool(before == after)


def _describe(error: BaseException) -> Fault:
    """Turn an exception into a fault, with the student's own line."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if not frame.filename.startswith(_PACKAGE) and "site-packages" not in frame.filename:
            line = _short(linecache.getline(frame.filename, frame.lineno or 0).strip())
            where = f"line {frame.lineno}: {line}" if line else f"line {frame.lineno}"
    try:
        text = str(error)
    except Exception as second:  # a student's exception may fail to describe itself
        text = f"its text cannot be read ({type(second).__name__})"
    kinds = tuple(base.__name__ for base in type(error).__mro__)
    return Fault(kinds[0], _short(" ".join(text[: 4 * KEPT_ERROR].split())), where, kinds)


def _short(text: str) -> str:
    """Cut a text to what a message can hold."""
    return text if len(text) <= KEPT_ERROR else f"{text[: KEPT_ERROR - 4]} ..."
