"""Chapter 1: one neuron, its learning rule, and what layers of neurons can do that one cannot.

Part 1 holds the formulas, in the order of the chapter. Part 2 is one thin object that remembers.
"""

from collections.abc import Sequence
from itertools import pairwise
from operator import index
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import Layer, as_binary, as_float, as_layers, check_shape

__all__ = [
    "Perceptron",
    "collapse_linear",
    "count_params",
    "dense",
    "gate",
    "is_linearly_separable",
    "masked_dense",
    "mlp_step",
    "perceptron_epoch",
    "perceptron_fit",
    "perceptron_predict",
    "step",
    "truth_inputs",
    "xor_layers",
]

Array: TypeAlias = NDArray[Any]

# ------------------------------------------------------------------ Part 1: the formulas


def step(Z: ArrayLike) -> Array:
    """Return 1.0 where `Z` is positive and 0.0 elsewhere, the step activation.

    Parameters
    ----------
    Z : array_like of any shape
        Weighted sums.

    Returns
    -------
    ndarray, shape of `Z`
        Floats 0 and 1, in the floating dtype of `Z`.

    Raises
    ------
    TypeError
        If `Z` does not hold real numbers.

    Notes
    -----
    ``step(0)`` is 0: a neuron fires when its input *exceeds* the threshold. Libraries differ here;
    ``np.heaviside`` leaves the value at 0 to you.
    """
    Z = as_float("Z", Z)
    return np.asarray(Z > 0).astype(Z.dtype)


def perceptron_predict(X: ArrayLike, w: ArrayLike, b: float) -> Array:
    """Return what a perceptron answers: 1 if ``x @ w + b > 0``, else 0.

    Parameters
    ----------
    X : array_like, shape (n, d) or (d,)
        A batch of samples, or one sample.
    w : array_like, shape (d,)
        Weights.
    b : float
        Bias, which is minus the threshold.

    Returns
    -------
    ndarray of int64, shape (n,) or ()
        One 0 or 1 a sample.

    Raises
    ------
    ValueError
        If `w` is not a vector, `b` is not one number, or the last axis of `X` is not as long as `w`.

    References
    ----------
    Rosenblatt (1958), The perceptron, Psychological Review 65(6); threshold units: McCulloch & Pitts (1943).

    Examples
    --------
    >>> perceptron_predict([[0, 0], [0, 1], [1, 0], [1, 1]], w=[0.5, 0.5], b=-0.7)
    array([0, 0, 0, 1])
    """
    X, w = as_float("X", X), as_float("w", w)
    check_shape("w", w, ["d"])
    check_shape("X", X, [("d", len(w))] if X.ndim == 1 else ["n", ("d", len(w))])
    check_shape("b", np.asarray(b), [])
    z = X @ w + b
    return np.asarray(z > 0).astype(np.int64)


def gate(name: str) -> tuple[Array, float] | None:
    """Return weights and bias of a perceptron that computes a logic gate, or None if there is none.

    Parameters
    ----------
    name : {"AND", "OR", "NAND", "NOT", "XOR"}
        NOT has one input, the others have two.

    Returns
    -------
    tuple (ndarray of shape (2,) or (1,), float), or None
        ``(w, b)`` for `perceptron_predict`; None for XOR, which no single perceptron computes.

    Raises
    ------
    ValueError
        If `name` is none of the five.

    References
    ----------
    Minsky & Papert (1969), Perceptrons, on XOR.

    Examples
    --------
    >>> w, b = gate("NAND")
    >>> perceptron_predict([1, 1], w, b)
    array(0)
    """
    gates: dict[str, tuple[list[float], float] | None] = {
        "AND": ([0.5, 0.5], -0.7),
        "OR": ([0.5, 0.5], -0.2),
        "NAND": ([-0.5, -0.5], 0.7),
        "NOT": ([-1.0], 0.5),
        "XOR": None,
    }
    if name not in gates:
        raise ValueError(f"name must be one of {', '.join(gates)}; got {name!r}")
    found = gates[name]
    return None if found is None else (np.array(found[0]), found[1])


def perceptron_epoch(
    X: Array,
    y: Array,
    w: Array,
    b: float,
    lr: float = 1.0,
) -> tuple[Array, float, int]:
    """Go once through the samples in order and correct the weights after each mistake.

    For a sample with answer ``y_hat``: ``w <- w + lr (y - y_hat) x`` and ``b <- b + lr (y - y_hat)``.

    Parameters
    ----------
    X : ndarray, shape (n, d)
        Samples.
    y : ndarray, shape (n,)
        Labels 0 and 1.
    w : ndarray, shape (d,)
        Weights before the epoch; left as they are.
    b : float
        Bias before the epoch.
    lr : float, default 1.0
        Learning rate, above 0.

    Returns
    -------
    tuple (ndarray of shape (d,), float, int)
        Weights, bias and the number of samples that were answered wrongly.

    Raises
    ------
    ValueError
        If there is not one label a sample.

    References
    ----------
    Rosenblatt (1958), The perceptron, Psychological Review 65(6).
    """
    check_shape("y", y, [("n", len(X))])
    mistakes = 0
    for x, target in zip(X, y, strict=True):
        # +1: should have fired, -1: should not have, 0: right
        error = int(target) - int(x @ w + b > 0)
        if error:
            w = w + lr * error * x
            b = b + lr * error
            mistakes += 1
    return w, b, mistakes


def perceptron_fit(
    X: ArrayLike,
    y: ArrayLike,
    lr: float = 1.0,
    max_epochs: int = 100,
) -> tuple[Array, float, list[int]]:
    """Learn a perceptron's weights with Rosenblatt's rule, starting from zero.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples, visited in this order in every epoch.
    y : array_like, shape (n,)
        Labels 0 and 1.
    lr : float, default 1.0
        Learning rate, above 0. From a zero start it only scales `w` and `b`, up to rounding.
    max_epochs : int, default 100
        Most epochs to run, at least 1.

    Returns
    -------
    tuple (ndarray of shape (d,), float, list of int)
        ``(w, b, mistakes)``, with one count of mistakes an epoch. The last count is 0 exactly when the rule
        has found a line that separates the classes.

    Raises
    ------
    ValueError
        If shapes do not match, a label is neither 0 nor 1, `lr` is not above 0 and finite, or
        `max_epochs` is below 1.

    Notes
    -----
    If some unit vector separates the classes with margin g and every ``|(x, 1)| <= R``, the rule makes at most
    ``(R / g)**2`` mistakes (Novikoff, 1962). If none does, it never stops by itself.

    Examples
    --------
    >>> perceptron_fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    (array([2., 1.]), -2.0, [1, 3, 3, 2, 1, 0])
    """
    X, y = as_float("X", X), as_binary("y", y)
    check_shape("X", X, ["n", "d"])
    check_shape("y", y, [("n", len(X))])
    if not 0 < lr < np.inf:
        raise ValueError(f"lr must be above 0 and finite; got {lr}")
    if max_epochs < 1:
        raise ValueError(f"max_epochs must be at least 1; got {max_epochs}")
    w, b = np.zeros(X.shape[1], X.dtype), 0.0
    mistakes: list[int] = []
    for _ in range(max_epochs):
        w, b, count = perceptron_epoch(X, y, w, b, float(lr))
        mistakes.append(count)
        if count == 0:
            break
    return w, b, mistakes


def dense(X: ArrayLike, W: ArrayLike, b: ArrayLike) -> Array:
    """Return ``X @ W + b``: every output is connected to every input.

    Parameters
    ----------
    X : array_like, shape (..., d)
        Samples; any number of leading axes, features last.
    W : array_like, shape (d, p)
        Weights. Column k belongs to output unit k.
    b : array_like, shape (p,)
        One bias for each output unit.

    Returns
    -------
    ndarray, shape (..., p)
        Weighted sums, without an activation.

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    >>> dense([1, 2], W=[[1, 0, 3], [0, 1, 4]], b=[10, 20, 30])
    array([11., 22., 41.])
    """
    X, W, b = as_float("X", X), as_float("W", W), as_float("b", b)
    check_shape("W", W, ["d", "p"])
    check_shape("X", X, ["...", ("d", W.shape[0])])
    check_shape("b", b, [("p", W.shape[1])])
    return np.asarray(X @ W + b)


def count_params(sizes: Sequence[int]) -> int:
    """Count the weights and biases of a fully connected network.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, input layer first; each at least 1.

    Returns
    -------
    int
        ``(d_in + 1) * d_out`` for every pair of neighbouring layers, added up. The input layer has none.

    Raises
    ------
    TypeError
        If a size is not an integer.
    ValueError
        If `sizes` is empty or holds a number below 1.

    Examples
    --------
    >>> count_params([784, 128, 10])
    101770
    """
    units = [index(size) for size in sizes]
    if not units or min(units) < 1:
        raise ValueError(f"sizes must hold numbers of at least 1; got {units}")
    return sum((d_in + 1) * d_out for d_in, d_out in pairwise(units))


def masked_dense(
    X: ArrayLike,
    W: ArrayLike,
    b: ArrayLike,
    mask: ArrayLike,
) -> tuple[Array, int]:
    """Apply a dense layer some of whose connections are cut, and count what it has to learn.

    Parameters
    ----------
    X : array_like, shape (..., d)
        Samples.
    W : array_like, shape (d, p)
        Weights. Those that are cut may hold any value, even nan.
    b : array_like, shape (p,)
        Biases.
    mask : array_like of 0 and 1 or bool, shape (d, p)
        ``mask[i, k] == 0`` cuts the wire from input i to unit k.

    Returns
    -------
    tuple (ndarray of shape (..., p), int)
        The weighted sums, and the number of live weights plus all biases.

    Raises
    ------
    ValueError
        If the shapes do not fit together or `mask` holds anything but 0 and 1.

    Examples
    --------
    >>> masked_dense([1, 2, 3], W=[[1, 9], [1, 1], [9, 1]], b=[0, 0], mask=[[1, 0], [1, 1], [0, 1]])
    (array([3., 5.]), 6)
    """
    W, mask = as_float("W", W), as_binary("mask", mask)
    check_shape("W", W, ["d", "p"])
    check_shape("mask", mask, [("d", W.shape[0]), ("p", W.shape[1])])
    # not W * mask: nan * 0 is nan
    live = np.where(mask, W, np.zeros((), W.dtype))
    return dense(X, live, b), int(mask.sum()) + W.shape[1]


def mlp_step(X: ArrayLike, layers: Sequence[Layer]) -> Array:
    """Run a multilayer perceptron whose every layer is a dense layer followed by the step.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples.
    layers : sequence of (W, b)
        `W` of shape (inputs, outputs), `b` of shape (outputs,), first layer first.

    Returns
    -------
    ndarray of float, shape (n, outputs of the last layer)
        Zeros and ones.

    Raises
    ------
    ValueError
        If `layers` is empty or a shape does not fit the layer before it.

    Examples
    --------
    >>> mlp_step([[0, 0], [0, 1], [1, 0], [1, 1]], xor_layers()).ravel()
    array([0., 1., 1., 0.])
    """
    A = as_float("X", X)
    check_shape("X", A, ["n", "d"])
    for W, b in as_layers(layers, A.shape[1]):
        A = step(dense(A, W, b))
    return A


def xor_layers() -> list[Layer]:
    """Return two step layers that compute XOR as ``AND(OR(x), NAND(x))``.

    Returns
    -------
    list of (ndarray, ndarray)
        Shapes (2, 2), (2,) for the hidden layer and (2, 1), (1,) for the output.
    """
    W1 = np.array([[0.5, -0.5], [0.5, -0.5]])  # columns: OR, NAND
    W2 = np.array([[0.5], [0.5]])  # AND of the two
    return [(W1, np.array([-0.2, 0.7])), (W2, np.array([-0.7]))]


def collapse_linear(layers: Sequence[Layer]) -> Layer:
    """Return the one dense layer that equals a stack of dense layers without activations.

    Parameters
    ----------
    layers : sequence of (W, b), at least one
        Applied in order as ``X @ W + b``.

    Returns
    -------
    tuple (ndarray of shape (d_in, d_out), ndarray of shape (d_out,))
        The product of the weights, and the biases carried through the later weights.

    Raises
    ------
    ValueError
        If `layers` is empty or a shape does not fit the layer before it.

    Examples
    --------
    >>> collapse_linear([([[2]], [1]), ([[3]], [-4]), ([[0.5]], [0])])
    (array([[3.]]), array([-0.5]))
    """
    (W, b), *later = as_layers(layers)
    for W_next, b_next in later:
        W, b = W @ W_next, b @ W_next + b_next
    return W.copy(), b.copy()


def truth_inputs(n: int) -> Array:
    """Return the ``2**n`` rows of a truth table of n inputs, in counting order.

    Parameters
    ----------
    n : int
        Number of inputs, at least 1.

    Returns
    -------
    ndarray of float64, shape (``2**n``, n)
        Row i holds the binary digits of i, most significant first.

    Raises
    ------
    ValueError
        If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1; got {n}")
    rows, places = np.arange(2**n), np.arange(n)[::-1]
    return (rows[:, None] >> places & 1).astype(np.float64)


def is_linearly_separable(table: Sequence[int]) -> bool:
    """Tell whether one perceptron can compute a Boolean function.

    Parameters
    ----------
    table : sequence of 0 and 1, length ``2**n`` with n at least 1
        ``table[i]`` is the output for row i of ``truth_inputs(n)``.

    Returns
    -------
    bool
        True if some ``(w, b)`` computes the table.

    Raises
    ------
    ValueError
        If `table` is not flat, its length is no power of two, or an entry is neither 0 nor 1.

    Notes
    -----
    The learning rule decides it, without a limit on the epochs. With learning rate 1 and inputs 0 and 1 the weights
    stay integers and stay bounded (the perceptron cycling theorem). So in the end either an epoch has no mistake, or
    weights come back that were there before, and then they come back for ever.

    References
    ----------
    Block & Levin (1970), On the boundedness of an iterative procedure for solving a system of linear inequalities.

    Examples
    --------
    >>> is_linearly_separable([0, 0, 0, 1]), is_linearly_separable([0, 1, 1, 0])
    (True, False)
    """
    y = as_binary("table", table)
    check_shape("table", y, ["2**n"])
    n = len(y).bit_length() - 1
    if n < 1 or len(y) != 2**n:
        raise ValueError(f"table must have 2, 4, 8, ... entries; got {len(y)}")
    X, w, b = truth_inputs(n), np.zeros(n), 0.0
    seen: set[tuple[float, ...]] = set()
    while (*w, b) not in seen:
        seen.add((*w, b))
        w, b, mistakes = perceptron_epoch(X, y, w, b)
        if mistakes == 0:
            return True
    return False


# ------------------------------------------------------- Part 2: the object that remembers


class Perceptron:
    """A perceptron that remembers its weights and its history of mistakes.

    Parameters
    ----------
    lr : float, default 1.0
        Learning rate, above 0.
    max_epochs : int, default 100
        Most epochs that `fit` runs, at least 1.

    Attributes
    ----------
    w : ndarray of shape (d,), or None before `fit`
        Weights.
    b : float
        Bias.
    mistakes : list of int
        Mistakes in each epoch of the last `fit`.

    Examples
    --------
    >>> Perceptron().fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]).predict([1, 0])
    array(1)
    """

    def __init__(self, lr: float = 1.0, max_epochs: int = 100) -> None:
        self.lr = lr
        self.max_epochs = max_epochs
        self.w: Array | None = None
        self.b = 0.0
        self.mistakes: list[int] = []

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn from samples `X` of shape (n, d) and labels `y` of shape (n,); return the perceptron itself."""
        self.w, self.b, self.mistakes = perceptron_fit(X, y, self.lr, self.max_epochs)
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Return 0 or 1 for each sample of `X`; RuntimeError before `fit`."""
        if self.w is None:
            raise RuntimeError("call fit before predict: this perceptron has no weights yet")
        return perceptron_predict(X, self.w, self.b)
