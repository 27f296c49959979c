"""What a right answer may look like: the shape, the type and the values, each with its own complaint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dlcourse.checks.words import describe

# How far a right answer may be off, as a share of the largest entry (or of 1): sums that nearly cancel keep the
# rounding of their terms. Two right ways of computing differ by some 1e-15 in float64 and some 1e-6 in float32.
TOLERANCE = 1e-8
TOLERANCE_FLOAT32 = 1e-4


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong with an answer.

    Attributes
    ----------
    id : str
        Name of the message in the catalogue.
    fields : mapping of str to object
        What the message's braces stand for.
    """

    id: str
    fields: Mapping[str, Any] = field(default_factory=dict)


class Kind(Protocol):
    """A family of right answers."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""


def plain_array(value: Any) -> npt.NDArray[Any] | None:
    """Return numbers as an exact ndarray, or None for anything that is not plain numbers.

    Parameters
    ----------
    value : object
        What a student returned. Lists and tuples of numbers are taken as arrays; objects of the student's own are not,
        so nothing that claims to equal everything gets through.

    Returns
    -------
    ndarray or None
        A copy with a boolean, integer or floating dtype.
    """
    if not isinstance(value, bool | int | float | np.generic | np.ndarray | list | tuple):
        return None
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        return None
    try:
        array = np.array(value, subok=False)
        if array.dtype.kind == "O":  # numbers in an array of objects, as np.frompyfunc makes them
            array = np.array(array.tolist())
    except Exception:  # ragged, too large, or an object of the student's own that raises whatever it likes
        return None
    return array if array.dtype.kind in "biuf" else None


def floats(value: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return numbers as an array of float64, as a formula needs them that shall not follow the dtype of its input.

    Parameters
    ----------
    value : array_like
        Numbers.

    Returns
    -------
    ndarray
        The same numbers.
    """
    return np.asarray(value, dtype=np.float64)


def close(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Tell whether two arrays of one shape hold the same numbers, up to the rounding of right ways of computing.

    Parameters
    ----------
    one, other : ndarray
        Numbers. Infinities and nan must stand at the same places.

    Returns
    -------
    bool
        True if no entry differs by more than `TOLERANCE` of the largest; `TOLERANCE_FLOAT32` if one is float32.
    """
    finite = np.abs(other[np.isfinite(other)])
    largest = max(1.0, float(finite.max())) if finite.size else 1.0
    share = TOLERANCE_FLOAT32 if np.float32 in (one.dtype, other.dtype) else TOLERANCE
    return bool(np.allclose(one, other, rtol=0, atol=share * largest, equal_nan=True))


@dataclass(frozen=True)
class Floats:
    """An array of real numbers, compared with a tolerance; see `close`."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        array = plain_array(got)
        if array is None:
            return Complaint("not_numbers", {"type": describe(got)})
        wanted = np.asarray(want)
        if array.shape != wanted.shape:
            return Complaint("shape", {"got": array.shape, "want": wanted.shape})
        if array.dtype.kind == "b":
            return Complaint("booleans")
        if not np.isfinite(array).all() and np.isfinite(wanted).all():
            return Complaint("not_finite")
        return None if close(array, wanted) else Complaint("value")


@dataclass(frozen=True)
class Integers:
    """An array of integers, compared exactly; an array without entries may have any dtype.

    Attributes
    ----------
    whole_floats : bool
        True if 6.0 counts as 6.
    """

    whole_floats: bool = False

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        array = plain_array(got)
        if array is None:
            return Complaint("not_numbers", {"type": describe(got)})
        wanted = np.asarray(want)
        if array.shape != wanted.shape:
            return Complaint("shape", {"got": array.shape, "want": wanted.shape})
        if array.dtype.kind == "b":
            return Complaint("booleans")
        if array.dtype.kind == "f" and array.size and not self.whole_floats:
            return Complaint("floats")
        return None if np.array_equal(array, wanted) else Complaint("value")


@dataclass(frozen=True)
class Count:
    """A whole number; 6.0 counts as 6."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        array = plain_array(got)
        if array is None or array.size != 1 or array.dtype.kind == "b":
            return Complaint("not_a_count", {"type": describe(got)})
        return None if float(array.reshape(())) == float(want) else Complaint("value")


@dataclass(frozen=True)
class Number:
    """One real number; an array that holds a single one counts too."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        array = plain_array(got)
        if array is None or array.size != 1:
            return Complaint("not_a_number", {"type": describe(got)})
        return Floats().compare(array.reshape(()), want)


@dataclass(frozen=True)
class Truth:
    """True or False; 1 and 0 count too."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        array = plain_array(got)
        if array is None or array.shape != () or array not in (0, 1):
            return Complaint("not_a_bool", {"type": describe(got)})
        if bool(array) == bool(want):
            return None
        return Complaint("value") if array.dtype.kind == "b" else Complaint("not_a_bool", {"type": describe(got)})


@dataclass(frozen=True)
class Parts:
    """Several answers returned together, as a tuple or list.

    Attributes
    ----------
    parts : mapping of str to Kind
        Name and kind of each part, in order.
    """

    parts: Mapping[str, Kind]

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        names = ", ".join(self.parts)
        if not isinstance(got, tuple | list) or len(got) != len(self.parts):
            count = f"{len(got)} values" if isinstance(got, tuple | list) else f"one {type(got).__name__}"
            return Complaint("parts", {"names": names, "count": len(self.parts), "got": count})
        for (name, kind), one, right in zip(self.parts.items(), got, want, strict=True):
            if right is not None and one is None:
                return Complaint("part_none", {"part": name})
            complaint = kind.compare(one, right)
            if complaint is not None:
                return Complaint(complaint.id, {**complaint.fields, "part": name})
        return None


def same(one: Any, other: Any) -> bool:
    """Tell whether two answers are the same: same nesting, shapes, numbers, and both or neither boolean.

    Parameters
    ----------
    one, other : object
        Answers of any kind.

    Returns
    -------
    bool
        True if nothing tells them apart, up to rounding.
    """
    a, b = plain_array(one), plain_array(other)
    if a is not None and b is not None:
        if a.shape != b.shape or (a.dtype.kind == "b") != (b.dtype.kind == "b"):
            return False
        return close(a, b)
    if type(one) in (list, tuple) and type(other) in (list, tuple):  # not their subclasses, which may do anything
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is type(other) is dict:
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return one is None and other is None
