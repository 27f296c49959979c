"""Turning what a caller passed into arrays, or into one clear sentence about what is wrong."""

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from operator import index
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Axis: TypeAlias = str | int | tuple[str, int]
Layer: TypeAlias = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def as_float(name: str, value: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return `value` as an array of real floats: float dtypes are kept, integers and booleans become float64.

    Parameters
    ----------
    name : str
        What the caller calls it; used in the message.
    value : array_like
        Real numbers.

    Returns
    -------
    ndarray
        The numbers, not copied where that can be avoided.

    Raises
    ------
    TypeError
        If `value` holds anything but real numbers.
    ValueError
        If its rows have different lengths.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array; got rows of different lengths") from None
    if array.dtype.kind not in "iubf":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def check_shape(name: str, array: npt.NDArray[Any], axes: Sequence[Axis]) -> None:
    """Raise unless `array` has the given axes.

    Parameters
    ----------
    name : str
        What the caller calls the array.
    array : ndarray
        The array.
    axes : sequence of str, int or (str, int)
        One entry per axis: a letter for any length, a number for the length it must have, or both as a pair.
        A first entry ``"..."`` stands for any number of leading axes. The shape of another array asks for the same.

    Raises
    ------
    ValueError
        ``W must have shape (d=3, k); got (2, 4)``.
    """
    # called a hundred times in a training step, hence the plain loop
    shape = array.shape
    fixed, tail = axes, shape
    if axes and axes[0] == "...":
        fixed, tail = axes[1:], shape[max(0, len(shape) - len(axes) + 1) :]
    if len(fixed) == len(tail):
        for axis, n in zip(fixed, tail, strict=True):
            length = axis[1] if isinstance(axis, tuple) else axis
            if length != n and not isinstance(length, str):
                break
        else:
            return
    words = [f"{axis[0]}={axis[1]}" if isinstance(axis, tuple) else str(axis) for axis in axes]
    wanted = f"({words[0]},)" if len(words) == 1 else f"({', '.join(words)})"
    raise ValueError(f"{name} must have shape {wanted}; got {shape}")


def as_binary(name: str, value: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return `value` as integers 0 and 1.

    Parameters
    ----------
    name : str
        What the caller calls it.
    value : array_like
        Numbers or booleans, each equal to 0 or 1.

    Returns
    -------
    ndarray of int64
        The same numbers.

    Raises
    ------
    ValueError
        If any entry is neither 0 nor 1.
    """
    array = as_float(name, value)
    other = array[(array != 0) & (array != 1)]
    if other.size:
        raise ValueError(f"{name} must hold only 0 and 1; got {other.flat[0]:g}")
    return array.astype(np.int64)


def as_labels(name: str, value: npt.ArrayLike, num_classes: int) -> npt.NDArray[np.int64]:
    """Return `value` as class labels from 0 to ``num_classes - 1``.

    Parameters
    ----------
    name : str
        What the caller calls it; used in the message.
    value : array_like
        Integers or booleans, of any shape; an empty list too.
    num_classes : int
        Number of classes.

    Returns
    -------
    ndarray of int64
        The same numbers.

    Raises
    ------
    TypeError
        If `value` is made of anything but integers, whole floats included.
    ValueError
        ``y must hold labels from 0 to 2; got -1``.
    """
    as_float(name, value)
    array = np.asarray(value)
    if array.dtype.kind == "f" and array.size:
        raise TypeError(f"{name} must hold integer labels; got dtype {array.dtype}")
    other = array[(array < 0) | (array >= num_classes)]
    if other.size:
        raise ValueError(f"{name} must hold labels from 0 to {num_classes - 1}; got {other.flat[0]}")
    return array.astype(np.int64)


def as_layers(layers: Sequence[Layer], d: int | None = None) -> list[Layer]:
    """Return dense layers as arrays of floats whose shapes fit one behind the other.

    Parameters
    ----------
    layers : sequence of (W, b)
        `W` of shape (inputs, outputs), `b` of shape (outputs,), first layer first.
    d : int, optional
        Inputs of the first layer, if they are known.

    Returns
    -------
    list of (ndarray, ndarray)
        The same layers.

    Raises
    ------
    ValueError
        If there is no layer, or ``W of layers[1] must have shape (d=3, p); got (2, 4)``.
    """
    checked: list[Layer] = []
    for i, (weights, bias) in enumerate(layers):
        W = as_float(f"W of layers[{i}]", weights)
        b = as_float(f"b of layers[{i}]", bias)
        check_shape(f"W of layers[{i}]", W, ["d" if d is None else ("d", d), "p"])
        check_shape(f"b of layers[{i}]", b, [("p", W.shape[1])])
        checked.append((W, b))
        d = W.shape[1]
    if not checked:
        raise ValueError("layers must hold at least one (W, b); got none")
    return checked


def as_number(name: str, value: float, interval: str) -> float:
    """Return `value` as a float that lies in an interval.

    Parameters
    ----------
    name : str
        What the caller calls it; used in the message.
    value : float
        One real number.
    interval : str
        As in mathematics: ``"[0, 1)"`` holds 0 but not 1. An end may be inf. No interval holds nan.

    Returns
    -------
    float
        The number, as Python's own float, which widens no float32 array.

    Raises
    ------
    TypeError
        If `value` is no real number.
    ValueError
        ``beta must lie in [0, 1); got 1.0``.
    """
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a real number; got {value!r}")
    number = float(value)
    low, high = map(float, interval[1:-1].split(","))
    at_an_end = (interval[0] == "[" and number == low) or (interval[-1] == "]" and number == high)
    if not (low < number < high or at_an_end):
        raise ValueError(f"{name} must lie in {interval}; got {value}")
    return number


def as_count(name: str, value: int, least: int = 0) -> int:
    """Return `value` as an int that is not too small.

    Parameters
    ----------
    name : str
        What the caller calls it; used in the message.
    value : int
        One whole number.
    least : int, default 0
        Smallest number allowed.

    Returns
    -------
    int
        The number, as Python's own int, which never overflows.

    Raises
    ------
    TypeError
        If `value` is not whole.
    ValueError
        ``batch_size must be at least 1; got 0``.
    """
    try:
        count = index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number; got {value!r}") from None
    if count < least:
        raise ValueError(f"{name} must be at least {least}; got {count}")
    return count


def look_up(name: str, value: object, table: Mapping[str, T]) -> T:
    """Return what a table has under a name.

    Parameters
    ----------
    name : str
        What the caller calls it; used in the message.
    value : object
        One of the table's keys.
    table : mapping of str to object
        What may be chosen.

    Returns
    -------
    object
        The table's entry.

    Raises
    ------
    ValueError
        ``init must be one of xavier_uniform, he_normal; got 'he'``.
    """
    if not isinstance(value, str) or value not in table:
        raise ValueError(f"{name} must be one of {', '.join(table)}; got {value!r}")
    return table[value]


def aligned_zeros(shape: Sequence[int], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return zeros that begin on a cache line, for arrays that every training step walks through many times.

    Parameters
    ----------
    shape : sequence of int
        Lengths of the axes.
    dtype : dtype
        Type of the entries.

    Returns
    -------
    ndarray
        Zeros at an address divisible by 64. NumPy's own address is divisible by 16 only, which costs Adam a sixth.
    """
    kind: np.dtype[Any] = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    raw = np.zeros(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(kind).reshape(shape)


def check_rng(rng: object) -> None:
    """Raise unless `rng` is a generator of random numbers.

    Parameters
    ----------
    rng : object
        What the caller passed.

    Raises
    ------
    TypeError
        ``rng must be a generator such as np.random.default_rng(0); got 0``.
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a generator such as np.random.default_rng(0); got {rng!r}")
