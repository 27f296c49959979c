"""Where an answer comes from: remarks for the instructor on answers that lean on the course's own code.

A remark costs no points. Three things are noticed: that functions of `dlcourse` run while the answer does; that an
answer's code is the course's, whatever its variables are called; that it uses the tools with which code can be fetched.
Not noticed: code that was rewritten, or taken from somewhere else, and an answer that switches the watching off.
"""

import contextlib
import dis
import functools
import importlib
import inspect
import os
import pkgutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

from dlcourse.checks import words

_PACKAGE = str(Path(__file__).parents[1]) + os.sep
# What calls an answer, here or in another process, is no part of what is taught.
_NOT_TAUGHT = tuple(str(Path(__file__).parents[1] / room) + os.sep for room in ("checks", "grader"))
_TOOLS = frozenset({"exec", "eval", "getsource", "import_module", "__import__", "_getframe", "get_objects", "ctypes"})
_SHORTEST = 25  # instructions; below that two people may well write the same
# How Python calls a function differs with where its name was imported.
_BY_THE_WAY = frozenset({"RESUME", "PUSH_NULL", "PRECALL", "NOP", "EXTENDED_ARG", "CACHE"})

Fingerprint = tuple[Any, ...]


class Elsewhere(dict[str, Any]):
    """A student's names when the student's code runs in another process; what is looked up there is plain or a proxy.

    Where an answer comes from can only be seen where its code is. So these two questions are asked there.
    """

    def names_used(self, names: Iterable[str]) -> set[str]:
        """Do as the function `names_used` does."""
        raise NotImplementedError

    def remarks_on_code(self, references: Mapping[str, Callable[..., Any]]) -> tuple[str, ...]:
        """Do as the function `remarks_on_code` does."""
        raise NotImplementedError

    def lent(self, functions: Mapping[str, Callable[..., Any]]) -> contextlib.AbstractContextManager[None]:
        """Do as `dlcourse.checks.calls.lent` does."""
        raise NotImplementedError


_noting: list[list[str]] = []
_profiles = True  # False where no answer runs, and where the oracle's functions tell by themselves that they run


def answers_run_elsewhere() -> None:
    """Watch nothing in this process any more: it runs no student's code, and is told what was noted where that runs."""
    global _profiles
    _profiles = False


def functions_tell() -> None:
    """Let every function of the oracle tell by itself that it runs, from now on, in a process of the student's only.

    Notes
    -----
    Python calls a profiler for every call of whatever function, so that loops of a student's take up to twice as long.
    Where the checks need no function of the oracle, the functions can tell instead.
    """
    answers_run_elsewhere()
    for owner, name, telling in tellers():
        setattr(owner, name, telling)


@functools.cache
def tellers() -> tuple[tuple[Any, str, Callable[..., Any]], ...]:
    """Make the functions that tell, for all functions and methods of the oracle.

    Returns
    -------
    tuple
        Where each belongs: a module or a class, its name there, and the function itself.
    """
    package = sys.modules[__name__.partition(".")[0]]
    modules = [package]
    for room in pkgutil.iter_modules(package.__path__):
        if room.ispkg or room.name == "cli":
            continue
        try:
            modules.append(importlib.import_module(f"{package.__name__}.{room.name}"))
        except ModuleNotFoundError as error:
            if (error.name or "").startswith(package.__name__):
                raise
            # what it is made with is not installed, such as matplotlib: nobody can call it
    owners: list[Any] = []
    for module in modules:
        classes = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
        owners += [module, *classes]
    return tuple(
        (owner, name, _telling(one))
        for owner in owners
        for name, one in vars(owner).items()
        if isinstance(one, FunctionType) and _is_taught(one.__code__.co_filename)
    )


@functools.cache
def _telling(function: FunctionType) -> Callable[..., Any]:
    """Return a function that notes its name, if anyone watches, and then does what the given one does."""
    name = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def tells(*args: Any, **kwargs: Any) -> Any:
        if _noting:
            _noting[-1].append(name)
        return function(*args, **kwargs)

    return tells


def _is_taught(file: str) -> bool:
    return file.startswith(_PACKAGE) and not file.startswith(_NOT_TAUGHT)


@contextlib.contextmanager
def watched(names: list[str]) -> Iterator[None]:
    """Note which functions of the oracle run.

    Parameters
    ----------
    names : list of str
        Is added to: ``"dlcourse.perceptron.dense"``, once for each call.

    Yields
    ------
    None
        Whatever watched before does so again when the block ends.
    """

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and _is_taught(frame.f_code.co_filename):
            names.append(f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}")

    with _noting_in(names):
        if not _profiles:
            yield
            return
        before, before_threads = sys.getprofile(), threading.getprofile()
        sys.setprofile(note)
        threading.setprofile(note)
        try:
            yield
        finally:
            sys.setprofile(before)
            threading.setprofile(before_threads)


@contextlib.contextmanager
def _noting_in(names: list[str]) -> Iterator[None]:
    _noting.append(names)
    try:
        yield
    finally:
        _noting.pop()


def noted_elsewhere(names: Iterable[str]) -> None:
    """Add what was noted in another process to what is noted here, if anyone watches.

    Parameters
    ----------
    names : iterable of str
        What `watched` noted there.
    """
    if _noting:
        _noting[-1].extend(names)


@contextlib.contextmanager
def unwatched() -> Iterator[None]:
    """Let the course's code run unnoticed inside an answer: what the course lends to it, or gives to it.

    Yields
    ------
    None
        Whatever watched before does so again when the block ends.
    """
    watcher = sys.getprofile() if _profiles else None
    with _noting_in([]):
        if watcher is None:
            yield
            return
        sys.setprofile(None)
        try:
            yield
        finally:
            sys.setprofile(watcher)


def codes_used(namespace: Mapping[str, Any], names: Iterable[str]) -> list[CodeType]:
    """Return the code of some functions, and of all functions of the same namespace that they use.

    Parameters
    ----------
    namespace : mapping of str to object
        The student's names.
    names : iterable of str
        Where to begin.

    Returns
    -------
    list of code
        Each once, with the functions and comprehensions inside them.
    """
    found: list[CodeType] = []
    waiting = [_code(namespace.get(name)) for name in names]
    while waiting:
        code = waiting.pop(0)
        if code is None or code in found:
            continue
        found.append(code)
        waiting += [_code(namespace.get(name)) for name in code.co_names]
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return found


def names_used(namespace: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """Return the names that occur in some functions, and in all functions of the same namespace that they use.

    Parameters
    ----------
    namespace : mapping of str to object
        The student's names.
    names : iterable of str
        Where to begin.

    Returns
    -------
    set of str
        Names of functions, modules and attributes.
    """
    if isinstance(namespace, Elsewhere):
        return namespace.names_used(names)
    return {name for code in codes_used(namespace, names) for name in code.co_names}


def remarks(
    namespace: Mapping[str, Any],
    references: Mapping[str, Callable[..., Any]],
    called: Iterable[str],
) -> tuple[str, ...]:
    """Say what an instructor should know about where an answer comes from.

    Parameters
    ----------
    namespace : mapping of str to object
        The student's names.
    references : mapping of str to callable
        The oracle's functions, by the names of the student's.
    called : iterable of str
        What `watched` noted.

    Returns
    -------
    tuple of str
        One sentence each; none for an answer of the student's own.
    """
    found = []
    if names := list(dict.fromkeys(called)):
        public = [name for name in names if "._" not in name]
        found.append(words.engine_text("remark_calls", names=_some(public or names)))
    if isinstance(namespace, Elsewhere):
        return (*found, *namespace.remarks_on_code(references))
    return (*found, *remarks_on_code(namespace, references))


def remarks_on_code(namespace: Mapping[str, Any], references: Mapping[str, Callable[..., Any]]) -> tuple[str, ...]:
    """Say what is odd about an answer's code itself: a copy of the oracle's, or the tools to fetch it.

    Parameters
    ----------
    namespace, references
        As in `remarks`.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    found = []
    originals: dict[Fingerprint, str] = {}
    vocabularies: set[frozenset[str]] = set()
    for module in sorted({reference.__module__ for reference in references.values()}):
        originals |= _fingerprints(module)
        vocabularies |= _vocabularies(module)
    # code of the oracle itself is noticed when it is called
    codes = [code for code in codes_used(namespace, references) if not code.co_filename.startswith(_PACKAGE)]
    for code in codes:
        # to take a fingerprint is slow, and no copy has other names
        if _vocabulary(code) in vocabularies and (original := originals.get(_fingerprint(code))):
            found.append(words.engine_text("remark_copy", name=code.co_name, original=original))
    tools = {name for code in codes for name in code.co_names} & _TOOLS
    if tools:
        found.append(words.engine_text("remark_tools", names=_some(sorted(tools))))
    return tuple(found)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")


def _code(function: Any) -> CodeType | None:
    """Return the code behind a function, a partial one or a decorated one; None if it has none in Python."""
    while isinstance(function, functools.partial):
        function = function.func
    if isinstance(function, FunctionType):
        function = inspect.unwrap(function)
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None


@functools.cache
def _fingerprints(module: str) -> dict[Fingerprint, str]:
    """Return the names of a module's functions by what they do; those that are too short are left out."""
    prints = {_fingerprint(one.__code__): f"{module}.{one.__name__}" for one in _functions(module)}
    return {found: name for found, name in prints.items() if len(found) >= _SHORTEST}


@functools.cache
def _vocabularies(module: str) -> frozenset[frozenset[str]]:
    """Return the names that each of a module's functions uses."""
    return frozenset(_vocabulary(one.__code__) for one in _functions(module))


def _functions(module: str) -> list[FunctionType]:
    """Return the functions that a module of the course defines."""
    found = [inspect.unwrap(one) for one in vars(sys.modules[module]).values() if isinstance(one, FunctionType)]
    return [one for one in found if one.__module__ == module and one.__code__.co_filename.startswith(_PACKAGE)]


def _vocabulary(code: CodeType) -> frozenset[str]:
    """Return the names of functions, modules and attributes that some code uses itself."""
    return frozenset(code.co_names)


def _fingerprint(code: CodeType) -> Fingerprint:
    """Return what some code does, without its docstring, its place in a file and the names of its variables."""
    steps: list[Any] = []
    local: dict[str, int] = {}
    for step in dis.get_instructions(code):
        if step.opname in _BY_THE_WAY:
            continue
        value = step.argval
        if isinstance(value, CodeType):
            value = _fingerprint(value)
        elif step.opname.endswith(("_FAST", "_DEREF", "_CLOSURE", "_CELL")):
            value = local.setdefault(str(value), len(local))
        elif step.opcode in dis.hasjrel:
            value = "elsewhere"
        steps.append((step.opname.replace("LOAD_METHOD", "LOAD_ATTR"), repr(value)))
    return tuple(steps)
