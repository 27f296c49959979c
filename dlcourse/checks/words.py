"""Words for people: the message catalogue, and how values look inside a message."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import FunctionType
from typing import Any

import numpy as np

LANGUAGE = "en"
LONGEST = 150  # characters of one value in a message
MOST_ENTRIES = 12  # of one list in a message
DEEPEST = 8  # lists within lists that are written out


class Given:
    """Something that a check hands to a student beside numbers, such as a function or a model, with words for it.

    Parameters
    ----------
    text : str
        What a message calls it, in hidden cases too.

    Attributes
    ----------
    shared : tuple of str or None
        Names of what a student's code may read and change, where a check gives it this; None for a function.
    asked_for : tuple of str
        Names of the methods that it may call.

    Notes
    -----
    A student's function gets a deep copy. All of one kind are equal, so that what a copy remembers of its calls does
    not count as a changed argument; a subclass that must not be changed defines another equality.
    """

    shared: tuple[str, ...] | None = None
    asked_for: tuple[str, ...] = ()

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    __hash__ = object.__hash__


class Seed(int):
    """A seed that stands for a fresh generator, which a check makes of it where it calls the answer."""

    def __repr__(self) -> str:
        return f"np.random.default_rng({int(self)})"


@cache
def catalogue(name: str, language: str = LANGUAGE) -> Mapping[str, Any]:
    """Return one table of messages.

    Parameters
    ----------
    name : str
        ``"engine"``, or an assignment such as ``"01_perceptron"``.
    language : str, default "en"
        Folder under ``messages``.

    Returns
    -------
    mapping
        Messages by id; an assignment's are grouped by function.

    Raises
    ------
    FileNotFoundError
        If the language has no such table.
    """
    source = files("dlcourse.checks").joinpath("messages", language, f"{name}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def engine_text(message: str, **fields: Any) -> str:
    """Return a message that any task may need, with its braces filled in."""
    return str(catalogue("engine")[message]).format(**fields)


def show(value: Any) -> str:
    """Return a value the way a student would write it down, on one line.

    Parameters
    ----------
    value : object
        Numbers, arrays, strings, and tuples, lists or dictionaries of them. A function is shown by its name, and what
        a check gave by its text.

    Returns
    -------
    str
        At most `LONGEST` characters. An array whose shape its entries do not give away is followed by that shape.
    """
    try:
        text = _plain(value)
    except Exception as error:  # an object of the student's own may fail to show itself
        text = f"an object of type {type(value).__name__} that stops with {type(error).__name__} when it is shown"
    text = _cut(text)
    if isinstance(value, np.ndarray) and (value.size == 0 or value.ndim == 0):
        return f"{text} with shape {value.shape}"
    return text


def show_call(name: str, arguments: Mapping[str, Any], private: bool) -> str:
    """Return a call as a line of Python; of private arguments only the shapes are told."""
    if private:
        parts = [f"{key} {_outline(value)}" for key, value in arguments.items()]
        return f"{name}({'; '.join(parts)})"
    return f"{name}({', '.join(f'{key}={_argument(value)}' for key, value in arguments.items())})"


def _argument(value: Any) -> str:
    """Return an argument as it can be pasted into a call: an array is one, of the same shape and dtype."""
    if not isinstance(value, np.ndarray):
        return show(value)
    dtype = "" if value.dtype in (np.int64, np.float64, np.bool_) else f", dtype=np.{value.dtype}"
    if value.size == 0:
        return f"np.zeros({value.shape}{dtype})"
    if value.dtype == np.float64 and np.all(np.mod(value, 1) == 0):
        dtype = ", dtype=float"  # 1.0 is shown as 1
    return f"np.array({_cut(_plain(value))}{dtype})"


def _outline(value: Any) -> str:
    """Say what kind of thing a hidden argument is, and nothing about its contents."""
    if isinstance(value, np.ndarray):
        return f"of shape {value.shape}"
    if isinstance(value, list | tuple | dict):
        return f"with {len(value)} entries"
    if isinstance(value, Given):
        return value.text
    if isinstance(value, Seed):
        return "a Generator"
    return f"a {type(value).__name__}"


def describe(value: Any) -> str:
    """Say what kind of thing came back, where numbers were asked for.

    Parameters
    ----------
    value : object
        What a student returned.

    Returns
    -------
    str
        Such as ``an array of strings`` or ``an object of type dict``.
    """
    if isinstance(value, np.ma.MaskedArray):
        return "a masked array with masked entries"
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        return f"an array of shape {value.shape}"
    if isinstance(value, np.ndarray):
        held = {"U": "strings", "S": "bytes", "c": "complex numbers", "M": "dates", "m": "time spans", "b": "booleans"}
        return f"an array of {held.get(value.dtype.kind, 'objects that are not all numbers')}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} that is not a regular array of numbers"
    return f"an object of type {type(value).__name__}"


def _cut(text: str) -> str:
    return f"{text[: LONGEST - 4]} ..." if len(text) > LONGEST else text


def _plain(value: Any, depth: int = 0) -> str:
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return _plain(value.item(), depth)
    if isinstance(value, np.ndarray | list | tuple):
        if depth >= DEEPEST:
            return "..."
        if isinstance(value, np.matrix):  # whose rows are matrices again
            value = np.asarray(value)
        few = value if isinstance(value, tuple) else value[:MOST_ENTRIES]  # before tolist: an array may be huge
        inside = ", ".join(_plain(one, depth + 1) for one in few)
        if isinstance(value, tuple):
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        more = f", ... {len(value)} entries" if len(value) > MOST_ENTRIES else ""
        return f"[{inside}{more}]"
    if isinstance(value, dict):
        if depth >= DEEPEST:
            return "..."
        entries = [f"{_plain(key)}: {_plain(value[key], depth + 1)}" for key in list(value)[:MOST_ENTRIES]]
        return "{" + ", ".join(entries) + (f", ... {len(value)} entries" if len(value) > MOST_ENTRIES else "") + "}"
    if isinstance(value, FunctionType):
        return value.__name__
    if isinstance(value, Given):
        return value.text
    if isinstance(value, float):
        return f"{value:.6g}"
    if value is None or isinstance(value, bool | int | str | complex):
        return repr(value[: 2 * LONGEST] if isinstance(value, str) else value)
    return f"an object of type {type(value).__name__}"
