"""Checking that a gradient is the derivative of the function that it claims to belong to.

The measuring instrument itself is chapter 4's `dlcourse.backpropagation.numerical_gradient`. Here it is applied to any
number of named arrays. Tests use it, and so may you for a layer of your own.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_float, check_shape
from dlcourse.backpropagation import numerical_gradient

__all__ = ["check_gradients", "gradient_errors"]

Array: TypeAlias = NDArray[Any]

# Central differences of a function of size 1 are off by some 1e-11: a gradient of 0 cannot be told from 1e-11.
SMALLEST_SCALE = 1e-3


def gradient_errors(
    f: Callable[..., float],
    arrays: Mapping[str, ArrayLike],
    grads: Mapping[str, ArrayLike],
    h: float = 1e-5,
) -> dict[str, float]:
    """Measure how far gradients are from central differences over every entry of named arrays.

    ``max |gradient - measured| / max(1e-3, max |measured|)``, for each array by itself

    Parameters
    ----------
    f : callable
        Takes `arrays` as keyword arguments and returns one number.
    arrays : mapping of str to array_like
        Where to measure; left as they are.
    grads : mapping of str to array_like
        The gradients in question. Arrays whose name is not in it are passed on to `f`, but not varied.
    h : float, default 1e-5
        Step of the central differences.

    Returns
    -------
    dict of str to float
        One error for each name in `grads`; infinite where a gradient is infinite or not a number.

    Raises
    ------
    ValueError
        If a name in `grads` is not in `arrays`, or a gradient has another shape than its array.

    Notes
    -----
    Divided by the largest entry, since rounding spoils all entries of an array by about the same amount; dividing
    entry by entry, as `dlcourse.backpropagation.rel_error` does, would blame the small ones.

    Examples
    --------
    >>> w, x = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    >>> errors = gradient_errors(lambda w, x: w @ x, {"w": w, "x": x}, {"w": x, "x": w + [0, 1]})
    >>> round(errors["w"], 6), round(errors["x"], 6)
    (0.0, 0.5)
    """
    measured = {name: _measure(f, arrays, name, grad, h) for name, grad in grads.items()}
    return {name: float(np.max(_errors(*pair), initial=0.0)) for name, pair in measured.items()}


def check_gradients(
    f: Callable[..., float],
    arrays: Mapping[str, ArrayLike],
    grads: Mapping[str, ArrayLike],
    tol: float = 1e-7,
    h: float = 1e-5,
) -> None:
    """Raise unless gradients agree with central differences over every entry of named arrays.

    Parameters
    ----------
    f, arrays, grads
        As in `gradient_errors`.
    tol : float, default 1e-7
        Largest error allowed, as a share of the largest entry.
    h
        As in `gradient_errors`.

    Raises
    ------
    AssertionError
        For the first array that disagrees: which entry is worst, what was measured there, and what came.
    ValueError
        If a name in `grads` is not in `arrays`, or a gradient has another shape than its array.

    Examples
    --------
    >>> check_gradients(lambda w: w @ w, {"w": [1.0, 2.0]}, {"w": [2.0, 2.0]})
    Traceback (most recent call last):
    AssertionError: the gradient of w at (1,) must be 4; got 2, off by 0.5 of the largest entry (1e-07 is allowed)
    """
    for name, grad in grads.items():
        gradient, measured = _measure(f, arrays, name, grad, h)
        errors = _errors(gradient, measured)
        if (errors > tol).any():
            worst = np.unravel_index(np.argmax(errors), errors.shape)
            place = tuple(map(int, worst))
            raise AssertionError(
                f"the gradient of {name} at {place} must be {measured[worst]:.6g}; "
                f"got {gradient[worst]:.6g}, off by {errors[worst]:.2g} "
                f"of the largest entry ({tol:g} is allowed)"
            )


def _measure(
    f: Callable[..., float],
    arrays: Mapping[str, ArrayLike],
    name: str,
    grad: ArrayLike,
    h: float,
) -> tuple[Array, Array]:
    """Return a gradient and its measurement, of the same shape."""
    if name not in arrays:
        raise ValueError(f"grads must name some of {', '.join(arrays) or 'nothing'}; got {name}")
    array = as_float(name, arrays[name]).astype(np.float64)
    gradient = as_float(f"the gradient of {name}", grad)
    check_shape(f"the gradient of {name}", gradient, array.shape)
    return gradient, numerical_gradient(lambda x: f(**{**arrays, name: x}), array, h)


def _errors(gradient: Array, measured: Array) -> Array:
    """Return the error of each entry as a share of the largest, infinite where one of the two is not finite."""
    finite = np.isfinite(gradient) & np.isfinite(measured)
    scale = np.max(np.abs(measured), initial=SMALLEST_SCALE, where=finite)
    distance = np.abs(np.where(finite, gradient, np.inf) - np.where(finite, measured, 0.0))
    return np.asarray(distance / scale)
