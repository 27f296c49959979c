"""Plain data on a socket between two processes of which one is not trusted: numbers, text, arrays and containers.

A message is a tree of JSON and the bytes of its arrays. Nothing in it is ever executed, imported or unpickled: what is
not plain stays where it is, and the other side gets a number by which it can speak of it.
"""

import json
import math
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MOST_BYTES = 256 * 2**20  # of one message
DEEPEST = 60  # containers in containers
_MOST_BUFFERS = 100_000
_HEAD = struct.Struct(">QI")  # bytes of the tree, and how many buffers follow; each buffer has its own length before it
_LENGTH = struct.Struct(">Q")
_DTYPE = re.compile(r"[<>|=]?([biufcSU]\d*|[mM]8(\[\d*[A-Za-z]+\])?)")
_ITEMS = {"l": list, "t": tuple, "s": set, "f": frozenset}
_SIGNS: dict[type, str] = {kind: sign for sign, kind in _ITEMS.items()}


class WireError(ValueError):
    """What came is no message, or one that is too large; whoever sent it is not to be listened to any more."""


class Closed(ConnectionError):  # noqa: N818 - it is no error of the program's: the other side has gone
    """The other side has closed the connection, or died."""


@dataclass(frozen=True)
class Packed:
    """A message before it is sent: the tree, and the arrays whose bytes follow it.

    Attributes
    ----------
    tree : object
        What `json` can write.
    arrays : list of ndarray
        In the order of their numbers in the tree.
    """

    tree: Any
    arrays: list[np.ndarray[Any, Any]] = field(default_factory=list)


def pack(value: Any, other: Callable[[Any], Any] | None = None) -> Packed:
    """Make a message of a value.

    Parameters
    ----------
    value : object
        Plain data, in which other things may stand.
    other : callable, optional
        ``other(thing)`` returns what JSON shall hold for a thing that is not plain, such as its number.

    Returns
    -------
    Packed
        For `send`. An array that occurs twice is sent once, and is one array again on the other side.

    Raises
    ------
    WireError
        If something is not plain and there is no `other`, or if containers are nested deeper than `DEEPEST`.
    """
    arrays: list[np.ndarray[Any, Any]] = []
    numbers: dict[int, int] = {}

    def stands_apart(thing: Any) -> dict[str, Any]:
        if other is None:
            raise WireError(f"a message must hold plain data; got a {type(thing).__name__}")
        return {"x": other(thing)}

    def array_of(array: np.ndarray[Any, Any], depth: int) -> Any:
        if isinstance(array, np.ma.MaskedArray):
            return {"m": [array_of(np.asarray(array.data), depth), array_of(np.ma.getmaskarray(array), depth)]}
        if array.dtype.kind == "O":
            return {"o": [list(array.shape), [tree_of(one, depth + 1) for one in array.ravel().tolist()]]}
        if array.dtype.names is not None or not _DTYPE.fullmatch(array.dtype.str):
            return stands_apart(array)
        if id(array) not in numbers:
            numbers[id(array)] = len(arrays)
            arrays.append(array)
        return {"a": [array.dtype.str, list(array.shape), numbers[id(array)]]}

    def tree_of(thing: Any, depth: int) -> Any:
        kind = type(thing)
        if thing is None or kind is float or kind is str or kind is bool:
            return thing
        if kind is int:
            return thing if abs(thing) < 2**63 else {"i": hex(thing)}
        if depth > DEEPEST:
            raise WireError(f"containers must be nested at most {DEEPEST} deep")
        if kind is np.ndarray:
            return array_of(thing, depth)
        if kind is dict:
            return {"d": [[tree_of(k, depth + 1), tree_of(v, depth + 1)] for k, v in thing.items()]}
        if kind in _SIGNS:
            return {_SIGNS[kind]: [tree_of(one, depth + 1) for one in thing]}
        return tree_of_odd(thing, depth)

    def tree_of_odd(thing: Any, depth: int) -> Any:
        """Do the same for what comes seldom: what is derived from a plain kind is sent as that kind."""
        if isinstance(thing, np.generic):
            return {"g": array_of(np.asarray(thing), depth)} if thing.dtype.kind != "O" else stands_apart(thing)
        if isinstance(thing, np.ndarray):
            return array_of(thing, depth)
        for sign, kind in _ITEMS.items():
            if isinstance(thing, kind):
                return {sign: [tree_of(one, depth + 1) for one in kind.__iter__(thing)]}
        if isinstance(thing, dict):
            return {"d": [[tree_of(k, depth + 1), tree_of(v, depth + 1)] for k, v in dict.items(thing)]}
        if isinstance(thing, bool | int):  # subclasses, such as an IntEnum
            return tree_of(int.__int__(thing), depth)
        if isinstance(thing, float):
            return float.__float__(thing)
        if isinstance(thing, str):
            return str.__str__(thing)
        if isinstance(thing, complex):
            return {"c": [thing.real, thing.imag]}
        if isinstance(thing, bytes):
            return {"b": thing.hex()}
        return stands_apart(thing)

    return Packed(tree_of(value, 0), arrays)


def unpack(packed: Packed, other: Callable[[Any], Any] | None = None) -> Any:
    """Return the value of a message.

    Parameters
    ----------
    packed : Packed
        From `receive`.
    other : callable, optional
        ``other(what)`` returns the thing that JSON held `what` for.

    Returns
    -------
    object
        Arrays are new and can be written to.

    Raises
    ------
    WireError
        If the tree is not one that `pack` makes.
    """

    def array_of(dtype: Any, shape: Any, number: Any) -> np.ndarray[Any, Any]:
        if not (isinstance(dtype, str) and _DTYPE.fullmatch(dtype)):
            raise WireError(f"an array must be of a plain dtype; got {dtype!r}")
        found: np.ndarray[Any, Any] = packed.arrays[number]
        if found.dtype.str != dtype or list(found.shape) != shape:  # raw bytes still
            found = np.frombuffer(found.tobytes(), np.dtype(dtype)).reshape(shape).copy()
            packed.arrays[number] = found
        return found

    def value_of(tree: Any) -> Any:
        if not isinstance(tree, dict):
            if tree is None or type(tree) in (bool, int, float, str):
                return tree
            raise WireError(f"a tree must hold numbers, text or an object; got a {type(tree).__name__}")
        ((sign, held),) = tree.items()
        match sign:
            case "l" | "t" | "s" | "f":
                return _ITEMS[sign](value_of(one) for one in held)
            case "d":
                return {value_of(key): value_of(one) for key, one in held}
            case "a":
                return array_of(*held)
            case "g":
                return value_of(held)[()]
            case "m":
                return np.ma.MaskedArray(value_of(held[0]), mask=value_of(held[1]))
            case "o":
                if math.prod(held[0]) != len(held[1]):
                    raise WireError("an array must have as many entries as its shape says")
                found = np.empty(len(held[1]), object)
                found[:] = [value_of(one) for one in held[1]]
                return found.reshape(held[0])
            case "i":
                return int(held, 16)
            case "c":
                return complex(*held)
            case "b":
                return bytes.fromhex(held)
            case "x" if other is not None:
                return other(held)
        raise WireError(f"a tree must be made by pack; got an object with the key {sign!r}")

    try:
        return value_of(packed.tree)
    except WireError:
        raise
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, MemoryError, RecursionError) as error:
        raise WireError(f"a message could not be read: {type(error).__name__}: {error}"[:300]) from error


def send(connection: socket.socket, packed: Packed) -> None:
    """Send a message.

    Parameters
    ----------
    connection : socket
        A stream.
    packed : Packed
        From `pack`.

    Raises
    ------
    WireError
        If it is larger than `MOST_BYTES`; nothing has been sent then.
    Closed
        If nobody listens any more.
    """
    tree = json.dumps(packed.tree, separators=(",", ":")).encode("ascii")
    buffers = [np.ascontiguousarray(array).reshape(-1).view(np.uint8) for array in packed.arrays]
    size = len(tree) + sum(buffer.nbytes for buffer in buffers)
    if size > MOST_BYTES:
        raise WireError(f"a message must be at most {MOST_BYTES >> 20} MB; got {size >> 20} MB")
    parts: list[bytes] = [_HEAD.pack(len(tree), len(buffers)), tree]
    for buffer in buffers:
        parts += [_LENGTH.pack(buffer.nbytes), buffer.tobytes()]
    try:
        connection.sendall(b"".join(parts))
    except OSError as error:
        raise Closed("the other side has gone") from error


def receive(connection: socket.socket) -> Packed:
    """Wait for a message.

    Parameters
    ----------
    connection : socket
        A stream.

    Returns
    -------
    Packed
        For `unpack`; its arrays are raw bytes still.

    Raises
    ------
    WireError
        If what comes is no message, or one larger than `MOST_BYTES`.
    Closed
        If the other side has gone.
    """
    length, count = _HEAD.unpack(_exactly(connection, _HEAD.size))
    left = MOST_BYTES - length
    if left < 0 or count > _MOST_BUFFERS:
        raise WireError(f"a message must be at most {MOST_BYTES >> 20} MB; one of {length >> 20} MB was announced")
    text = _exactly(connection, length)
    arrays = []
    for _ in range(count):
        (size,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
        left -= size
        if left < 0:
            raise WireError(f"a message must be at most {MOST_BYTES >> 20} MB; a larger one was announced")
        arrays.append(np.frombuffer(_exactly(connection, size), np.uint8))
    try:
        return Packed(json.loads(text), arrays)
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message could not be read: {type(error).__name__}") from error


def _exactly(connection: socket.socket, count: int) -> bytearray:
    """Read so many bytes."""
    data = bytearray(count)
    view = memoryview(data)
    while view:
        try:
            got = connection.recv_into(view)
        except (ConnectionError, TimeoutError) as error:
            raise Closed(f"the other side has gone ({type(error).__name__})") from error
        if not got:
            raise Closed("the other side has gone")
        view = view[got:]
    return data
