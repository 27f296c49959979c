"""Calling a student's function: timed, silenced, watched, and on copies."""

import contextlib
import copy
import inspect
import io
import linecache
import os
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from dlcourse.checks.origins import Elsewhere, unwatched, watched

# Seconds that a student's code may compute, in one call and in all calls of a check; what else the machine does in the
# meantime does not count. On the wall's clock it may take longer; that limit is for what sleeps or waits for input.
# A check may run twice, and nbgrader's limit is 60 s a cell.
CALL_SECONDS, CALL_WAIT = 5.0, 20.0
CHECK_SECONDS, CHECK_WAIT = 12.0, 25.0
computing = getattr(time, "thread_time", time.process_time)  # in a browser Python has one thread, and one clock for it
TICK = 0.05  # seconds between two looks at the clocks
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
    waited : bool
        True if it was stopped although it had computed little: it slept, or waited for something.
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
    waited: bool = False
    changed: tuple[str, Any] | None = None
    from_oracle: tuple[str, ...] = ()
    printed: str = ""


class TookTooLong(BaseException):
    """Raised inside a student's function; not an `Exception`, so that ``except Exception`` lets it pass."""

    def __init__(self, waited: bool) -> None:
        super().__init__()
        self.waited = waited


_accounts: dict[tuple[str, int, int], int] = {}  # open files; to open them takes longer than to read them


def seconds_queued(process: str = "thread-self") -> float:
    """Return how long a thread could have run and there was no core for it.

    Parameters
    ----------
    process : str, default "thread-self"
        Its name under ``/proc``.

    Returns
    -------
    float
        Seconds since it began; 0 where no such account is kept.
    """
    key = process, os.getpid(), threading.get_ident()
    try:
        if key not in _accounts:
            _accounts[key] = os.open(f"/proc/{process}/schedstat", os.O_RDONLY)
        return int(os.pread(_accounts[key], 100, 0).split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        if (file := _accounts.pop(key, None)) is not None:
            with contextlib.suppress(OSError):
                os.close(file)  # the process has ended, or its files were closed
        return 0.0


class FaultElsewhere(Exception):  # noqa: N818 - it carries an error, and is none itself
    """An error that a student's function raised in another process.

    Parameters
    ----------
    fault : Fault
        What is known of it here.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


class Clock:
    """Two clocks that run down: one while this thread computes, and one on the wall.

    Parameters
    ----------
    seconds : float
        Seconds of computing.
    wait : float
        Seconds on the wall.
    """

    off = 0.0, 0.0  # seconds on both that did not count, since the process began
    running: "Clock | None" = None  # the clock of the innermost `time_limit`

    def __init__(self, seconds: float, wait: float) -> None:
        computed, passed = self.now()
        self.ends = computed + seconds, passed + wait

    @classmethod
    def now(cls) -> tuple[float, float]:
        """Return what both clocks show: seconds of computing, and seconds on the wall, without those off the clock.

        The seconds in which this thread could have run and the machine had no core for it do not count either.
        """
        return computing() - cls.off[0], time.monotonic() - seconds_queued() - cls.off[1]

    def left(self) -> tuple[float, float]:
        """Return the seconds of computing and the seconds on the wall that are left; 0 or less if there are none."""
        computed, passed = self.now()
        return self.ends[0] - computed, self.ends[1] - passed

    @classmethod
    def charge(cls, seconds: float, queued: float) -> None:
        """Let seconds count that another process computed for this one, and not those in which it had no core."""
        cls.off = cls.off[0] - seconds, cls.off[1] + queued

    def is_over(self) -> bool:
        """Tell whether one of the two has run down."""
        return min(self.left()) <= 0


class ShortMemory(io.TextIOBase):
    """A text stream that keeps the beginning of what is written and forgets the rest."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Keep a text, as far as there is room for it."""
        self.text += text[: KEPT_OUTPUT - len(self.text)]
        return len(text)


def call(function: Callable[..., Any], arguments: Mapping[str, Any], clock: Clock | None = None) -> Called:
    """Call a student's function on copies of the arguments, by position.

    Parameters
    ----------
    function : callable
        The student's function.
    arguments : mapping of str to object
        Values by the name used in messages, in the order of the call.
    clock : Clock, optional
        Leaves less time than `CALL_SECONDS` and `CALL_WAIT`.

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
    anything arrives on stderr. The time limits need a POSIX system and the main thread; elsewhere only nbgrader's own
    limit per cell holds.
    """
    given = copy.deepcopy(dict(arguments))
    memory = ShortMemory()
    oracle_calls: list[str] = []
    result, fault, too_slow, waited = None, None, False, False
    seconds, wait = (CALL_SECONDS, CALL_WAIT) if clock is None else map(min, clock.left(), (CALL_SECONDS, CALL_WAIT))
    try:
        with silence(memory), time_limit(seconds, wait), watched(oracle_calls):
            result = function(*given.values())
            if inspect.iscoroutine(result):
                result.close()  # else it complains on stderr that nobody awaited it
    except TookTooLong as stopped:
        too_slow, waited = True, stopped.waited
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student may raise anything, SystemExit included
        fault = describe(error)
    changed = next(((name, given[name]) for name, was in arguments.items() if not _unchanged(was, given[name])), None)
    from_oracle = tuple(dict.fromkeys(oracle_calls))
    return Called(result, fault, too_slow, waited, changed, from_oracle, memory.text)


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
    if isinstance(namespace, Elsewhere):
        with namespace.lent(functions):
            yield
        return
    own = {name: namespace[name] for name in functions if name in namespace}
    namespace.update({name: unwatched()(function) for name, function in functions.items()})
    try:
        yield
    finally:
        for name in functions:
            namespace.pop(name, None)
        namespace.update(own)


@contextlib.contextmanager
def off_the_clock() -> Iterator[None]:
    """Let something that a check gave to a student run: its time does not count, nor that it is the course's code.

    Yields
    ------
    None
        Clocks and watch go on as before when the block ends.

    Notes
    -----
    Whatever is run must end by itself, and be run so many times only.
    """
    alarm = signal.setitimer(signal.ITIMER_REAL, 0) if hasattr(signal, "setitimer") else None
    computed, passed = Clock.now()
    try:
        with unwatched():
            yield
    finally:
        now = Clock.now()
        Clock.off = Clock.off[0] + now[0] - computed, Clock.off[1] + now[1] - passed
        if alarm is not None:
            signal.setitimer(signal.ITIMER_REAL, *alarm)


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
def silence(memory: ShortMemory) -> Iterator[None]:
    """Keep printing, warnings and NumPy's complaints away from the notebook's output.

    Parameters
    ----------
    memory : ShortMemory
        Gets what is printed.

    Yields
    ------
    None
        Both streams are as they were when the block ends.
    """
    with contextlib.redirect_stdout(memory), contextlib.redirect_stderr(memory), unwarned():
        yield


@contextlib.contextmanager
def time_limit(seconds: float, wait: float) -> Iterator[None]:
    """Raise `TookTooLong` in the running code after some time, and again, should a bare except have caught it.

    Parameters
    ----------
    seconds, wait : float
        Seconds of computing, and seconds on the wall, that the block may take. A limit inside the block ends this one.

    Yields
    ------
    None
        Without a limit where there are no such signals: outside the main thread and on systems other than POSIX.

    Raises
    ------
    TookTooLong
        Inside the block.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    outer, clock = Clock.running, Clock(seconds, wait)

    def look(_signal: int, _frame: FrameType | None) -> None:
        nonlocal clock
        if clock.is_over():
            waited = clock.left()[0] > 0
            clock = Clock.running = Clock(seconds, wait)
            raise TookTooLong(waited)

    Clock.running = clock
    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        Clock.running = outer


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
    return before is after or bool(before == after)  # nan does not equal itself


def describe(error: BaseException) -> Fault:
    """Turn an exception into a fault, with the student's own line.

    Parameters
    ----------
    error : BaseException
        What a student's function raised.

    Returns
    -------
    Fault
        In plain text.
    """
    if isinstance(error, FaultElsewhere):
        return error.fault
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
