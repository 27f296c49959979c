"""Data for the examples of the course: toy sets drawn from a generator, toy surfaces, handwritten digits, MNIST.

What is drawn needs NumPy only. Toy classes take turns: sample i has class ``i % num_classes``, so that classes differ
by one sample at most and so do those of every first part. The digits come with scikit-learn, and pooch downloads MNIST
(``pip install "dlcourse[data]"``); both are imported only when they are asked for.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import gzip
import math
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_count, as_float, as_labels, as_number, check_rng, check_shape

__all__ = [
    "SURFACES",
    "Surface",
    "animals",
    "blobs",
    "bumpy",
    "bumpy_grad",
    "digits_split",
    "fetch_fashion_mnist",
    "fetch_mnist",
    "load_digits",
    "load_idx",
    "moons",
    "noisy_labels",
    "noisy_sine",
    "quadratic",
    "quadratic_grad",
    "rosenbrock",
    "rosenbrock_grad",
    "rotated",
    "sparse_linear",
    "spirals",
    "stratified_split",
    "stripes",
    "xor",
]

Array: TypeAlias = NDArray[Any]
Labels: TypeAlias = NDArray[np.int64]

# ------------------------------------------------------------------------ toy classes


def _in_turn(n: int, num_classes: int) -> Labels:
    """Return n labels 0, 1, ..., num_classes - 1, 0, 1, ..."""
    return np.arange(as_count("n", n), dtype=np.int64) % num_classes


def _blurred(rng: np.random.Generator, X: Array, noise: float) -> Array:
    """Return `X` plus normal noise with a standard deviation."""
    return X + as_number("noise", noise, "[0, inf)") * rng.standard_normal(X.shape)


def xor(rng: np.random.Generator, n: int = 200, noise: float = 0.1) -> tuple[Array, Labels]:
    """Draw points around the corners of the unit square, labelled by exclusive or.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the random numbers come from.
    n : int, default 200
        Number of points, at least 0.
    noise : float, default 0.1
        Standard deviation of the normal noise on either coordinate, at least 0.

    Returns
    -------
    tuple (ndarray of shape (n, 2), ndarray of int64 and shape (n,))
        Points, around (0, 0), (0, 1), (1, 1) and (1, 0) in turn, and their labels, 1 for odd rows.

    Raises
    ------
    TypeError
        If `rng` is no generator or `n` not whole.
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y = xor(np.random.default_rng(0), n=4, noise=0)
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]], [0, 1, 0, 1])
    """
    check_rng(rng)
    corners = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])
    return _blurred(rng, corners[_in_turn(n, 4)], noise), _in_turn(n, 2)


def blobs(
    rng: np.random.Generator,
    n: int = 300,
    centers: ArrayLike = ((-2.0, 0.0), (2.0, 0.0), (0.0, 3.0)),
    noise: float = 1.0,
) -> tuple[Array, Labels]:
    """Draw points around one centre for each class.

    Parameters
    ----------
    rng, n
        As in `xor`.
    centers : array_like, shape (k, d)
        One centre for each of k classes, at least one.
    noise
        As in `xor`.

    Returns
    -------
    tuple (ndarray of shape (n, d), ndarray of int64 and shape (n,))
        Points, and the rows of `centers` that they belong to, which take turns.

    Raises
    ------
    ValueError
        If there is no centre or a number is out of range.

    Examples
    --------
    >>> X, y = blobs(np.random.default_rng(0), n=3, centers=[[-1, 5], [1, 7]], noise=0)
    >>> X.tolist(), y.tolist()
    ([[-1.0, 5.0], [1.0, 7.0], [-1.0, 5.0]], [0, 1, 0])
    """
    check_rng(rng)
    centers = as_float("centers", centers)
    check_shape("centers", centers, ["k", "d"])
    if len(centers) == 0:
        raise ValueError(f"centers must have at least one row; got shape {centers.shape}")
    y = _in_turn(n, len(centers))
    return _blurred(rng, centers[y], noise), y


def animals(rng: np.random.Generator, n: int = 300, noise: float = 0.85) -> tuple[Array, Labels]:
    """Draw made-up animals: 0 is a dog, 1 a cat and 2 a chicken.

    The features are weight, height, length of the ears and length of the beak, each as a deviation from the mean of
    the three. A dog is around (2.4, 2.4, 1.2, -1.6), a cat around (-0.8, -0.6, 1.2, -1.6), a chicken around
    (-1.6, -1.8, -2.4, 3.2).

    Parameters
    ----------
    rng, n, noise
        As in `xor`.

    Returns
    -------
    tuple (ndarray of shape (n, 4), ndarray of int64 and shape (n,))
        Animals, and their classes, which take turns.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y = animals(np.random.default_rng(0), n=3, noise=0)
    >>> X[:, 3], y
    (array([-1.6, -1.6,  3.2]), array([0, 1, 2]))
    """
    centers = [[2.4, 2.4, 1.2, -1.6], [-0.8, -0.6, 1.2, -1.6], [-1.6, -1.8, -2.4, 3.2]]
    return blobs(rng, n, centers, noise)


def moons(rng: np.random.Generator, n: int = 200, noise: float = 0.1) -> tuple[Array, Labels]:
    """Draw points on two half circles that reach into each other.

    With t uniform in [0, pi]: ``(cos t, sin t)`` for class 0 and ``(1 - cos t, 1/2 - sin t)`` for class 1.

    Parameters
    ----------
    rng, n, noise
        As in `xor`.

    Returns
    -------
    tuple (ndarray of shape (n, 2), ndarray of int64 and shape (n,))
        Points, before the noise in [-1, 2] x [-1/2, 1], and their classes, which take turns.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y = moons(np.random.default_rng(0), n=4, noise=0)
    >>> np.hypot(X[:, 0] - y, X[:, 1] - y / 2).round(12), y
    (array([1., 1., 1., 1.]), array([0, 1, 0, 1]))
    """
    check_rng(rng)
    y = _in_turn(n, 2)
    t = rng.uniform(0, np.pi, len(y))
    upper = np.column_stack([np.cos(t), np.sin(t)])
    lower = np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)])
    return _blurred(rng, np.where(y[:, None] == 0, upper, lower), noise), y


def spirals(
    rng: np.random.Generator,
    n: int = 300,
    num_classes: int = 3,
    turns: float = 0.75,
    noise: float = 0.02,
) -> tuple[Array, Labels]:
    """Draw points on the arms of a spiral, one arm for each class.

    With r uniform in [0, 1): ``r (cos a, sin a)``, where ``a = 2 pi (turns * r + y / num_classes)``.

    Parameters
    ----------
    rng, n
        As in `xor`.
    num_classes : int, default 3
        Number of arms, at least 1.
    turns : float, default 0.75
        How often an arm goes around, at least 0.
    noise
        As in `xor`.

    Returns
    -------
    tuple (ndarray of shape (n, 2), ndarray of int64 and shape (n,))
        Points, before the noise inside the unit circle, and their arms, which take turns.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y = spirals(np.random.default_rng(0), n=4, num_classes=2, turns=0, noise=0)
    >>> np.sign(X[:, 0]), y
    (array([ 1., -1.,  1., -1.]), array([0, 1, 0, 1]))
    """
    check_rng(rng)
    num_classes = as_count("num_classes", num_classes, least=1)
    turns = as_number("turns", turns, "[0, inf)")
    y = _in_turn(n, num_classes)
    r = rng.random(len(y))
    angle = 2 * np.pi * (turns * r + y / num_classes)
    return _blurred(rng, r[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), noise), y


def stripes(rng: np.random.Generator, n: int = 2000, num_noise: int = 4) -> tuple[Array, Labels]:
    """Draw a table in which one column decides, by stripes, and the others are noise.

    The class is the parity of ``floor(2 * X[:, 0])``. Trees find such a rule easily, networks do not.

    Parameters
    ----------
    rng, n
        As in `xor`.
    num_noise : int, default 4
        Number of columns that say nothing, at least 0.

    Returns
    -------
    tuple (ndarray of shape (n, 1 + num_noise), ndarray of int64 and shape (n,))
        Rows, uniform in [-2, 2) in the first column and standard normal in the others, and their classes, which take
        turns.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y = stripes(np.random.default_rng(0), n=5)
    >>> X.shape, np.floor(2 * X[:, 0]) % 2, y
    ((5, 5), array([0., 1., 0., 1., 0.]), array([0, 1, 0, 1, 0]))
    """
    check_rng(rng)
    y, num_noise = _in_turn(n, 2), as_count("num_noise", num_noise)
    stripe = 2 * rng.integers(-2, 2, len(y)) + y
    decisive = (stripe + rng.random(len(y))) / 2
    return np.column_stack([decisive, rng.standard_normal((len(y), num_noise))]), y


def noisy_labels(y: ArrayLike, fraction: float, num_classes: int, rng: np.random.Generator) -> Labels:
    """Return labels of which a fraction is wrong.

    Parameters
    ----------
    y : array_like of int, shape (n,)
        Right labels, from 0 to ``num_classes - 1``.
    fraction : float
        Share of labels to replace, in [0, 1]; exactly ``round(fraction * n)`` of them.
    num_classes : int
        Number of classes, at least 2.
    rng
        As in `xor`.

    Returns
    -------
    ndarray of int64, shape (n,)
        New labels. Each replaced one is wrong, and all wrong classes are equally likely.

    Raises
    ------
    TypeError
        If a label is no integer.
    ValueError
        If a shape or a number is out of range.

    Examples
    --------
    >>> y = noisy_labels([0] * 10, 0.3, num_classes=5, rng=np.random.default_rng(0))
    >>> int(np.sum(y > 0))
    3
    """
    check_rng(rng)
    num_classes = as_count("num_classes", num_classes, least=2)
    labels = as_labels("y", y, num_classes)
    check_shape("y", labels, ["n"])
    count = round(as_number("fraction", fraction, "[0, 1]") * len(labels))
    chosen = rng.permutation(len(labels))[:count]
    labels[chosen] = (labels[chosen] + rng.integers(1, num_classes, count)) % num_classes
    return labels


# --------------------------------------------------------------------- toy regression


def noisy_sine(rng: np.random.Generator, n: int = 12, noise: float = 0.25) -> tuple[Array, Array]:
    """Draw a sine wave with noise: ``y = sin(2 pi x) + noise``.

    Parameters
    ----------
    rng, n, noise
        As in `xor`.

    Returns
    -------
    tuple (ndarray of shape (n,), ndarray of shape (n,))
        x, equally spaced from 0 to 1, and y.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    x is not random: with random gaps a polynomial of high degree explodes at the ends, and nothing else is to be seen.

    Examples
    --------
    >>> x, y = noisy_sine(np.random.default_rng(0), n=5, noise=0)
    >>> x.tolist(), y.round(12).tolist()
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 1.0, 0.0, -1.0, -0.0])
    """
    check_rng(rng)
    x = np.linspace(0, 1, as_count("n", n))
    return x, _blurred(rng, np.sin(2 * np.pi * x), noise)


def sparse_linear(
    rng: np.random.Generator,
    n: int = 60,
    d: int = 20,
    nonzero: int = 5,
    noise: float = 0.5,
) -> tuple[Array, Array, Array]:
    """Draw a linear regression in which most weights are 0: ``y = X @ w + noise``.

    Parameters
    ----------
    rng, n
        As in `xor`.
    d : int, default 20
        Number of features, at least 0.
    nonzero : int, default 5
        Number of weights that are not 0, from 0 to `d`.
    noise
        As in `xor`.

    Returns
    -------
    tuple (ndarray of shape (n, d), ndarray of shape (n,), ndarray of shape (d,))
        X, standard normal; y; and w, whose weights other than 0 have a size in [1, 2) and either sign, in any place.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> X, y, w = sparse_linear(np.random.default_rng(0), n=2, d=6, nonzero=2, noise=0)
    >>> X.shape, int(np.count_nonzero(w)), np.array_equal(X @ w, y)
    ((2, 6), 2, True)
    """
    check_rng(rng)
    n, d, nonzero = as_count("n", n), as_count("d", d), as_count("nonzero", nonzero)
    if nonzero > d:
        raise ValueError(f"nonzero must be at most d={d}; got {nonzero}")
    w = np.zeros(d)
    w[rng.permutation(d)[:nonzero]] = rng.uniform(1, 2, nonzero) * rng.choice([-1, 1], nonzero)
    X = rng.standard_normal((n, d))
    return X, _blurred(rng, X @ w, noise), w


# ----------------------------------------------------------------------- toy surfaces


def quadratic(w: ArrayLike, H: ArrayLike) -> Array:
    """Evaluate a quadratic form: ``1/2 w^T H w``.

    Parameters
    ----------
    w : array_like, shape (..., d)
        Points.
    H : array_like, shape (d, d)
        Matrix of curvatures, the Hessian if it is symmetric.

    Returns
    -------
    ndarray, shape (...)
        One value for each point.

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    >>> quadratic([[1.0, 1.0], [2.0, 0.0]], [[1, 0], [0, 10]])
    array([5.5, 2. ])
    """
    w, H = _point_and_matrix(w, H)
    return np.asarray(0.5 * (w * (w @ H)).sum(-1))


def quadratic_grad(w: ArrayLike, H: ArrayLike) -> Array:
    """Return the gradient of `quadratic`: ``1/2 (H + H^T) w``, which is ``H w`` for a symmetric matrix.

    Parameters
    ----------
    w, H
        As in `quadratic`.

    Returns
    -------
    ndarray, shape (..., d)
        One gradient for each point.

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    >>> quadratic_grad([1.0, 1.0], [[1, 0], [0, 10]])
    array([ 1., 10.])
    """
    w, H = _point_and_matrix(w, H)
    return np.asarray(0.5 * (w @ H + w @ H.T))


def _point_and_matrix(w: ArrayLike, H: ArrayLike) -> tuple[Array, Array]:
    """Return points and a matrix that fits them, in the dtype of the points."""
    w, H = as_float("w", w), as_float("H", H)
    check_shape("w", w, ["...", "d"])
    check_shape("H", H, [("d", w.shape[-1])] * 2)
    return w, H.astype(w.dtype)


def rotated(H: ArrayLike, degrees: float) -> Array:
    """Turn a quadratic form in the plane counterclockwise: ``R H R^T`` with the rotation R.

    Parameters
    ----------
    H : array_like, shape (2, 2)
        Symmetric matrix of curvatures.
    degrees : float
        Angle.

    Returns
    -------
    ndarray, shape (2, 2)
        Matrix of curvatures with the same eigenvalues, symmetric to the last bit.

    Raises
    ------
    ValueError
        If `H` is no symmetric 2 x 2 matrix or `degrees` not finite.

    Notes
    -----
    Methods with a learning rate for each coordinate profit from a ravine along an axis; turned, they must do without.

    Examples
    --------
    >>> rotated([[1, 0], [0, 3]], 45).round(12)
    array([[ 2., -1.],
           [-1.,  2.]])
    """
    H = as_float("H", H)
    check_shape("H", H, [2, 2])
    if H[0, 1] != H[1, 0]:
        raise ValueError(f"H must be symmetric; got {H[0, 1]} above the diagonal and {H[1, 0]} below")
    angle = math.radians(as_number("degrees", degrees, "(-inf, inf)"))
    R = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]], H.dtype)
    turned = R @ H @ R.T
    return np.asarray((turned + turned.T) / 2)


def rosenbrock(w: ArrayLike) -> Array:
    """Evaluate Rosenbrock's banana valley: ``(1 - x)^2 + 100 (y - x^2)^2``.

    Parameters
    ----------
    w : array_like, shape (..., 2)
        Points (x, y).

    Returns
    -------
    ndarray, shape (...)
        One value for each point, 0 at (1, 1) and greater everywhere else.

    Raises
    ------
    ValueError
        If the last axis does not have length 2.

    References
    ----------
    Rosenbrock (1960), An automatic method for finding the greatest or least value of a function.

    Examples
    --------
    >>> rosenbrock([[1.0, 1.0], [-1.0, 2.0]])
    array([  0., 104.])
    """
    x, y = _coordinates(w)
    return np.asarray((1 - x) ** 2 + 100 * (y - x**2) ** 2)


def rosenbrock_grad(w: ArrayLike) -> Array:
    """Return the gradient of `rosenbrock`: ``(-2 (1 - x) - 400 x (y - x^2), 200 (y - x^2))``.

    Parameters
    ----------
    w
        As in `rosenbrock`.

    Returns
    -------
    ndarray, shape (..., 2)
        One gradient for each point.

    Raises
    ------
    ValueError
        If the last axis does not have length 2.

    Examples
    --------
    >>> rosenbrock_grad([-1.0, 2.0])
    array([396., 200.])
    """
    x, y = _coordinates(w)
    return np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=-1)


def _coordinates(w: ArrayLike) -> tuple[Array, Array]:
    """Return the two coordinates of points."""
    w = as_float("w", w)
    check_shape("w", w, ["...", 2])
    return w[..., 0], w[..., 1]


def bumpy(w: ArrayLike) -> Array:
    """Evaluate a curve with two valleys: ``w^4 - 3 w^2 + w``.

    Parameters
    ----------
    w : array_like, any shape
        Numbers.

    Returns
    -------
    ndarray, shape of `w`
        About -3.51 in the deep valley at w = -1.30, about -1.07 in the other at w = 1.13.

    Examples
    --------
    >>> bumpy([-2.0, 0.0, 2.0])
    array([2., 0., 6.])
    """
    w = as_float("w", w)
    return np.asarray(w**4 - 3 * w**2 + w)


def bumpy_grad(w: ArrayLike) -> Array:
    """Return the slope of `bumpy`: ``4 w^3 - 6 w + 1``.

    Parameters
    ----------
    w
        As in `bumpy`.

    Returns
    -------
    ndarray, shape of `w`
        One slope for each number.

    Examples
    --------
    >>> bumpy_grad([-2.0, 0.0, 2.0])
    array([-19.,   1.,  21.])
    """
    w = as_float("w", w)
    return np.asarray(4 * w**3 - 6 * w + 1)


@dataclass(frozen=True)
class Surface:
    """A function of points in the plane, its gradient, and the usual start of a walk on it.

    Attributes
    ----------
    value : callable
        Takes points of shape (..., 2) and returns values of shape (...).
    grad : callable
        Takes points of shape (..., 2) and returns gradients of that shape, as `gradient_descent` wants it.
    start : tuple of float
        Two coordinates.

    Examples
    --------
    >>> ravine = SURFACES["ravine"]
    >>> ravine.value(ravine.start), ravine.grad(ravine.start)
    (array(6.45), array([-0.7,  4. ]))
    """

    value: Callable[[ArrayLike], Array]
    grad: Callable[[ArrayLike], Array]
    start: tuple[float, float]


def _quadratic_surface(H: ArrayLike, start: tuple[float, float]) -> Surface:
    return Surface(partial(quadratic, H=H), partial(quadratic_grad, H=H), start)


SURFACES: dict[str, Surface] = {
    "bowl": _quadratic_surface(((1.0, 0.0), (0.0, 10.0)), (1.0, 1.0)),
    "ravine": _quadratic_surface(((0.1, 0.0), (0.0, 2.0)), (-7.0, 2.0)),
    "rotated ravine": _quadratic_surface(((1.05, -0.95), (-0.95, 1.05)), (-4.5 * 2**0.5, -2.5 * 2**0.5)),
    "saddle": _quadratic_surface(((2.0, 0.0), (0.0, -2.0)), (1.0, 1e-3)),
    "rosenbrock": Surface(rosenbrock, rosenbrock_grad, (-1.2, 1.0)),
}
"""The surfaces of chapter 5.

A bowl of curvatures 1 and 10, the ravine x^2/20 + y^2, the same with its start turned by 45 degrees, and Rosenbrock's
valley have the smallest value 0, all at (0, 0) but the last at (1, 1). The saddle x^2 - y^2 has none.
"""

# ------------------------------------------------------------------ handwritten digits


def _import(module: str, package: str) -> Any:
    """Return a module that only some functions need."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:  # it is there, and something that it needs is not
            raise
        raise ImportError(f'{package} must be installed for this; it is not: pip install "dlcourse[data]"') from None


def load_digits() -> tuple[Array, Labels]:
    """Return the 1797 handwritten digits that come with scikit-learn.

    Returns
    -------
    tuple (ndarray of shape (1797, 8, 8), ndarray of int64 and shape (1797,))
        Images, whole numbers from 0 (paper) to 16 (ink) in float64, and labels from 0 to 9.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Notes
    -----
    The images stand in the order of their writers: neighbours are alike.

    References
    ----------
    Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI Machine Learning Repository.

    Examples
    --------
    >>> images, labels = load_digits()
    >>> images.shape, images.max(), labels[:4]
    ((1797, 8, 8), np.float64(16.0), array([0, 1, 2, 3]))
    """
    digits = _import("sklearn.datasets", "scikit-learn").load_digits()
    return digits.images.astype(np.float64), digits.target.astype(np.int64)


def stratified_split(
    y: ArrayLike,
    test_fraction: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose samples for a test set at random, the same fraction of every class.

    Parameters
    ----------
    y : array_like of int, shape (n,)
        Labels, any integers.
    test_fraction : float
        Share of each class for the test set, in [0, 1]; ``round(test_fraction * count)`` samples of it.
    rng
        As in `xor`.

    Returns
    -------
    tuple (ndarray of int, ndarray of int)
        Rows of the training set and of the test set, each in ascending order; together each row once.

    Raises
    ------
    TypeError
        If `rng` is no generator or `y` does not hold integers.
    ValueError
        If `y` has more than one axis or `test_fraction` is out of range.

    Notes
    -----
    A class so small that the rounding gives 0 is missing in the test set.

    Examples
    --------
    >>> train, test = stratified_split([0] * 6 + [1] * 3, 1 / 3, np.random.default_rng(0))
    >>> len(train), int(np.sum(test < 6)), int(np.sum(test >= 6))
    (6, 2, 1)
    """
    check_rng(rng)
    labels = np.asarray(y)
    check_shape("y", labels, ["n"])
    if labels.dtype.kind not in "iub" and labels.size:
        raise TypeError(f"y must hold integer labels; got dtype {labels.dtype}")
    test_fraction = as_number("test_fraction", test_fraction, "[0, 1]")
    in_test = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        in_test[rows[: round(test_fraction * len(rows))]] = True
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


def digits_split() -> tuple[Array, Labels, Array, Labels]:
    """Return the digits in the course's one split, so that everyone's accuracies can be compared.

    Returns
    -------
    tuple (ndarray of shape (1438, 8, 8), of shape (1438,), of shape (359, 8, 8), of shape (359,))
        Training images and labels, test images and labels, as in `load_digits`.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Notes
    -----
    It is ``stratified_split(labels, 0.2, np.random.default_rng(1))``. Other splits give accuracies that differ by
    about one percentage point: a luck that one split hides.

    Examples
    --------
    >>> X_train, y_train, X_test, y_test = digits_split()
    >>> len(X_train), len(X_test)
    (1438, 359)
    """
    images, labels = load_digits()
    train, test = stratified_split(labels, 0.2, np.random.default_rng(1))
    return images[train], labels[train], images[test], labels[test]


# ------------------------------------------------------------- MNIST and Fashion-MNIST

_PREFIXES = {"train": "train", "test": "t10k"}


def load_idx(folder: str | os.PathLike[str], kind: str = "train") -> tuple[NDArray[np.uint8], Labels]:
    """Read MNIST or Fashion-MNIST from its IDX files, and nothing unless all of it is right.

    Parameters
    ----------
    folder : str or path
        Where ``train-images-idx3-ubyte.gz`` and the like lie, also unpacked. Where both are there, the packed file
        is read.
    kind : {"train", "test"}, default "train"
        Which half; the files of the test set are called t10k.

    Returns
    -------
    tuple (ndarray of uint8 and shape (n, height, width), ndarray of int64 and shape (n,))
        Images from 0 (background) to 255, and labels from 0 to 9. n is 60,000 or 10,000, both sides are 28.

    Raises
    ------
    FileNotFoundError
        If the folder or a file is not there.
    ValueError
        If `kind` is neither, or a file is damaged, too short, too long or not what its name says.

    Notes
    -----
    Images are bytes, which wrap around: 200 + 100 is 44. Make them floats before you compute.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document recognition; Xiao, Rasul &
    Vollgraf (2017), Fashion-MNIST.
    """
    if kind not in _PREFIXES:
        raise ValueError(f"kind must be 'train' or 'test'; got {kind!r}")
    images_path = _find(Path(folder).expanduser(), f"{_PREFIXES[kind]}-images-idx3-ubyte")
    labels_path = _find(Path(folder).expanduser(), f"{_PREFIXES[kind]}-labels-idx1-ubyte")
    images, labels = _read_idx(images_path, 3), _read_idx(labels_path, 1)
    if len(labels) != len(images):
        raise ValueError(
            f"{labels_path} must hold one label for each of the {len(images)} images of {images_path.name}; "
            f"got {len(labels)}"
        )
    if labels.max() > 9:
        raise ValueError(f"{labels_path} must hold labels from 0 to 9; got {labels.max()}")
    return images, labels.astype(np.int64)


def _find(folder: Path, name: str) -> Path:
    """Return the path of a packed or unpacked file."""
    if not folder.is_dir():
        got = "a file" if folder.exists() else "not there"
        raise FileNotFoundError(f"folder must be a directory; got {folder}, which is {got}")
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    got = ", ".join(sorted(path.name for path in folder.iterdir())[:8]) or "nothing"
    raise FileNotFoundError(f"{folder} must hold {name}.gz or {name}; it holds {got}")


def _read_idx(path: Path, ndim: int) -> NDArray[np.uint8]:
    """Return the unsigned bytes of one IDX file: a magic number, `ndim` lengths as big-endian uint32, the bytes."""
    raw = path.read_bytes()
    if raw.startswith(b"\x1f\x8b"):  # judged by what it is: some browsers unpack a .gz and keep its name
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} must be a whole gzip file; it is damaged ({error})") from error
    magic, header = bytes([0, 0, 8, ndim]), 4 + 4 * ndim
    if raw[:4] != magic:
        got = raw[:4].hex(" ") or "an empty file"
        raise ValueError(f"{path} must begin with the bytes {magic.hex(' ')}; got {got}")
    if len(raw) < header:
        raise ValueError(f"{path} must begin with a header of {header} bytes; got {len(raw)} bytes in all")
    shape = tuple(int(length) for length in np.frombuffer(raw, ">u4", ndim, 4))
    if 0 in shape:
        raise ValueError(f"{path} must have no length of 0 in its header; got shape {shape}")
    wanted, got_bytes = math.prod(shape), len(raw) - header
    if got_bytes != wanted:
        fault = "its end is missing" if got_bytes < wanted else "something follows its end"
        raise ValueError(f"{path} must hold {wanted} bytes for its shape {shape}; got {got_bytes}: {fault}")
    return np.frombuffer(raw, np.uint8, offset=header).reshape(shape).copy()  # what frombuffer gives is read-only


# The hosts are torchvision's. The SHA-256 are as published in many projects, beside the MD5 of torchvision
# (f68b3c2d..., d53e105e..., 9fb629c4..., ec29112d... and 8d4fb7e6..., 25c81989..., bef4ecab..., bb300cfd...).
_MNIST_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_MNIST_SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
_FASHION_MNIST_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_FASHION_MNIST_SHA256 = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}


def fetch_mnist(folder: str | os.PathLike[str] | None = None) -> Path:
    """Download MNIST, 12 MB, unless it is there already: ``load_idx(fetch_mnist(), "train")``.

    Parameters
    ----------
    folder : str or path, optional
        Where to put the four files; the cache of the operating system if left out.

    Returns
    -------
    Path
        The folder, whose files have the right checksums.

    Raises
    ------
    ConnectionError
        If a file cannot be downloaded. The message says what to put where instead.
    ImportError
        If pooch is not installed.
    NotADirectoryError
        If `folder` is a file.
    ValueError
        If a file of that name is there with another checksum, which is left as it is, or if one arrives.
    """
    return _fetch("mnist", _MNIST_URL, _MNIST_SHA256, folder)


def fetch_fashion_mnist(folder: str | os.PathLike[str] | None = None) -> Path:
    """Download Fashion-MNIST, 31 MB, unless it is there already: ``load_idx(fetch_fashion_mnist(), "train")``.

    Its files have the same names as those of MNIST: it needs a folder of its own.

    Parameters
    ----------
    folder
        As in `fetch_mnist`.

    Returns
    -------
    Path
        The folder, whose files have the right checksums.

    Raises
    ------
    ConnectionError
        If a file cannot be downloaded. The message says what to put where instead.
    ImportError
        If pooch is not installed.
    NotADirectoryError
        If `folder` is a file.
    ValueError
        If a file of that name is there with another checksum, which is left as it is, or if one arrives.
    """
    return _fetch("fashion-mnist", _FASHION_MNIST_URL, _FASHION_MNIST_SHA256, folder)


def _fetch(name: str, url: str, checksums: Mapping[str, str], folder: str | os.PathLike[str] | None) -> Path:
    """Return a folder that holds the files of a data set, after downloading those that are missing."""
    pooch, requests = _import("pooch", "pooch"), _import("requests", "pooch")
    place = Path(pooch.os_cache("dlcourse") / name if folder is None else folder).expanduser().absolute()
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(f"folder must be a directory; got {place}, which is a file")
    for file, checksum in checksums.items():
        # pooch would overwrite such a file; it may be of the other data set, whose files have the same names
        if (place / file).exists() and (got := pooch.file_hash(str(place / file))) != checksum:
            raise ValueError(f"{place / file} must have the SHA-256 {checksum}; got {got}: name another folder")
    for file, checksum in checksums.items():
        try:
            pooch.retrieve(url + file, f"sha256:{checksum}", fname=file, path=place)
        except requests.RequestException as error:
            if error.response is not None:
                error.response.close()  # pooch leaves the connection open
            raise ConnectionError(
                f"{url}{file} could not be downloaded ({type(error).__name__}); "
                f"get {', '.join(checksums)} in another way and put them into {place}"
            ) from error
    return place
