"""What the tests of the oracle share: comparing numbers, measuring slopes, and arrays inside other things.

Nothing here comes from the oracle, so that it cannot be wrong in the same way: the slopes are measured by formulas
of fourth order, not by the oracle's own `numerical_gradient`.
"""

import re

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

LAWS = settings(max_examples=40, deadline=None, derandomize=True)
"""For a law that holds for all numbers: as many examples as a second allows, the same ones every time."""

SMALL = st.integers(-8, 8)
"""Numbers whose sums and products are exact in floats."""


def matrices(rows, columns, entries=SMALL):
    """Return what draws matrices as lists of lists."""
    return st.lists(st.lists(entries, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


def exactly(sentence):
    """Return the pattern that matches a message and nothing before or after it."""
    return f"^{re.escape(str(sentence))}$"


def named(value):
    """Return the name of a function, as the id of a test."""
    return getattr(value, "__name__", None)


# ------------------------------------------------------------------ comparing numbers


def _has(found, shape, dtype=None):
    assert np.shape(found) == shape, f"expected shape {shape}; got {np.shape(found)}"
    if dtype is not None:
        got = np.asarray(found).dtype
        assert got == dtype, f"expected dtype {np.dtype(dtype)}; got {got}"


def same(found, wanted, dtype=np.float64):
    """Be an array of the same shape, of this dtype, with the same numbers bit for bit (nan equals nan)."""
    wanted = np.asarray(wanted, dtype)
    assert isinstance(found, np.ndarray), f"expected an ndarray; got {type(found).__name__}"
    _has(found, wanted.shape, dtype)
    np.testing.assert_array_equal(found, wanted)


def nearly_same(found, wanted, rtol=1e-14):
    """Be a float or an array of float64 of the same shape, with numbers that differ in their last digits."""
    assert type(found) in (np.ndarray, float), f"expected an ndarray or a float; got {type(found).__name__}"
    _has(found, np.shape(wanted), np.float64)
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=0)


def near(found, wanted, rtol=1e-12):
    """Have the same shape, and numbers that differ by a share of each: by the rounding of many operations."""
    _has(found, np.shape(wanted))
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=0)


def close(found, wanted, atol=1e-12):
    """Have the same shape, and numbers that differ by a fixed amount, also around 0."""
    _has(found, np.shape(wanted))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=atol)


def agrees(found, wanted, tol=1e-7):
    """Have the same shape, and numbers that differ by a share of the largest: what a measured slope can tell."""
    assert np.all(np.isfinite(wanted)), f"expected finite numbers to compare with; got {wanted}"
    close(found, wanted, tol * np.max(np.abs(wanted), initial=0.0))


# ----------------------------------------------------------------------------- slopes


def slope_of(f, t, h=1e-3):
    """Differentiate by a number, or entry by entry if `f` treats every entry by itself: central, fourth order."""
    return (8 * (f(t + h) - f(t - h)) - (f(t + 2 * h) - f(t - 2 * h))) / (12 * h)


def slopes(f, x, h=1e-3):
    """Differentiate a function of an array, whose value is one number, by every entry."""
    grad = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        direction = np.zeros(x.shape)
        direction[place] = 1
        grad[place] = slope_of(lambda t, direction=direction: f(x + t * direction), 0.0, h)
    return grad


# --------------------------------------------------------- arrays inside other things


def as_arrays(value, dtype):
    """Turn lists of numbers into arrays, also inside dictionaries, tuples and lists of tuples."""
    if isinstance(value, dict):
        return {key: as_arrays(part, dtype) for key, part in value.items()}
    if isinstance(value, tuple) or (isinstance(value, list) and value and isinstance(value[0], tuple)):
        return type(value)(as_arrays(part, dtype) for part in value)
    return np.array(value, dtype) if isinstance(value, list) else value


def arrays_in(value):
    """Return all arrays inside dictionaries, tuples and lists, in order."""
    if isinstance(value, np.ndarray):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    return [array for part in parts for array in arrays_in(part)]
