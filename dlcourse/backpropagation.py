"""Chapter 4: how a change of each number would change the loss, computed backwards from the loss.

Part 1 holds the formulas, in the order of the chapter: a measuring instrument, the way back through each kind of layer,
a whole network, broadcasting, graphs of any form, and the weights to start from. Part 2 is one thin object, a number
that remembers how it was computed.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import index
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_count, as_float, as_number, check_rng, check_shape
from dlcourse.activations import relu, relu_grad, tanh_grad
from dlcourse.losses import softmax_cross_entropy
from dlcourse.perceptron import dense

__all__ = [
    "Value",
    "backward",
    "dense_backward",
    "init_std",
    "init_weights",
    "init_weights_uniform",
    "numerical_gradient",
    "rel_error",
    "relu_backward",
    "sigmoid_backward",
    "softmax_backward",
    "tanh_backward",
    "topo_order",
    "two_layer_forward",
    "two_layer_loss_and_grads",
    "unbroadcast",
]

Array: TypeAlias = NDArray[Any]

# --------------------------------------------- Part 1: the formulas; first the measuring instrument


def numerical_gradient(
    f: Callable[[Array], float],
    x: ArrayLike,
    h: float = 1e-5,
) -> Array:
    """Measure the gradient of a function with central differences, one entry after the other.

    ``df/dx[i] = (f(x + h e_i) - f(x - h e_i)) / (2 h)``

    Parameters
    ----------
    f : callable
        Takes an array like `x` and returns one number. It gets copies of `x` in float64.
    x : array_like of any shape
        Where to measure; left as it is.
    h : float, default 1e-5
        Step, above 0.

    Returns
    -------
    ndarray, shape of `x`
        The gradient, in the floating dtype of `x`.

    Raises
    ------
    ValueError
        If `h` is not above 0 and finite, too small to change an entry of `x`, or `f` returns no single number.

    Notes
    -----
    The error is about ``h**2 |f'''| / 6 + 1e-16 |f| / h``: a smaller `h` is not always better. Forward differences,
    ``(f(x + h) - f(x)) / h``, are off by ``h |f''| / 2``. At a kink the answer is the mean of the two slopes.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), [1.0, -2.0]).round(6)
    array([ 2., -4.])
    """
    x, h = as_float("x", x), as_number("h", h, "(0, inf)")
    grad = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        above, below = x.astype(np.float64), x.astype(np.float64)
        above[i] += h
        below[i] -= h
        if above[i] == below[i]:
            raise ValueError(f"h must be large enough to change {x[i]}; got {h}")
        # not 2 * h: rounding x + h and x - h changes the step
        step = float(above[i] - below[i])
        grad[i] = (_number(f(above)) - _number(f(below))) / step
    return grad.astype(x.dtype)


def _number(value: ArrayLike) -> float:
    array = as_float("f(x)", value)
    check_shape("f(x)", array, ())
    return float(array)


def rel_error(a: ArrayLike, b: ArrayLike) -> float:
    """Return how far two arrays are apart, entry by entry, as a share of their size.

    ``max |a - b| / max(1e-8, |a| + |b|)``

    Parameters
    ----------
    a, b : array_like of the same shape
        For example a gradient and its measurement.

    Returns
    -------
    float
        From 0 (equal) to 1 (opposite signs, or one of the two is 0); 0 for empty arrays, and infinite if an entry is
        infinite or not a number.

    Raises
    ------
    ValueError
        If the shapes differ; broadcasting would compare the wrong entries.

    Notes
    -----
    One entry that should be 0 and is 1e-10 by rounding counts as 0.01 here. `dlcourse.gradcheck`, which the tests use,
    divides by the largest entry of the array instead.

    Examples
    --------
    >>> rel_error([1.0, 2.0], [1.0, 3.0])
    0.2
    """
    # halved, so that the sum of two huge numbers does not overflow
    a = as_float("a", a).astype(np.float64) / 2
    b = as_float("b", b).astype(np.float64) / 2
    check_shape("b", b, a.shape)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return math.inf
    size = np.maximum(1e-8 / 2, np.abs(a) + np.abs(b))
    return float(np.max(np.abs(a - b) / size, initial=0.0))


# ------------------------------------------------------------------ the way back through each layer


def dense_backward(
    dout: ArrayLike,
    X: ArrayLike,
    W: ArrayLike,
) -> tuple[Array, Array, Array]:
    """Return the gradients of a dense layer, ``Y = X @ W + b``, for its input, weights and bias.

    ``dX = dout @ W.T``, ``dW = X.T @ dout``, ``db = sum of the rows of dout``

    Parameters
    ----------
    dout : array_like, shape (..., p)
        Gradient of the loss for `Y`.
    X : array_like, shape (..., d)
        Input of the forward pass; any number of leading axes.
    W : array_like, shape (d, p)
        Weights.

    Returns
    -------
    tuple of ndarray, shapes (..., d), (d, p), (p,)
        ``(dX, dW, db)``. The last two add up over all leading axes; they are not divided by the number of samples,
        since a loss that is a mean has done that in `dout`.

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    >>> dX, dW, db = dense_backward(dout=[[1, 0], [0, 2]], X=[[1, 2], [3, 4]], W=[[5, 6], [7, 8]])
    >>> dX.tolist(), dW.tolist(), db.tolist()
    ([[5.0, 7.0], [12.0, 16.0]], [[1.0, 6.0], [2.0, 8.0]], [1.0, 2.0])
    """
    dout, X, W = as_float("dout", dout), as_float("X", X), as_float("W", W)
    check_shape("W", W, ["d", "p"])
    d, p = W.shape
    check_shape("X", X, ["...", ("d", d)])
    check_shape("dout", dout, [*X.shape[:-1], ("p", p)])
    samples = math.prod(X.shape[:-1])
    rows, drows = X.reshape(samples, d), dout.reshape(samples, p)
    return dout @ W.T, rows.T @ drows, drows.sum(axis=0)


def relu_backward(dout: ArrayLike, z: ArrayLike) -> Array:
    """Return the gradient for the input of a ReLU: ``dout`` where ``z > 0``, else 0.

    Parameters
    ----------
    dout : array_like of any shape
        Gradient of the loss for ``relu(z)``; finite.
    z : array_like, shape of `dout`
        Weighted sums of the forward pass, before the ReLU.

    Returns
    -------
    ndarray, shape of `dout`
        Gradient of the loss for `z`.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    ReLU has no slope at 0; 0 is taken, as in chapter 2. The mask comes from `z`, never from the sign of `dout`.

    Examples
    --------
    >>> relu_backward([1.0, -2.0, 3.0], z=[5.0, 6.0, -7.0])
    array([ 1., -2.,  0.])
    """
    dout, z = _same_shape(dout, "z", z)
    return np.asarray(dout * (z > 0))


def sigmoid_backward(dout: ArrayLike, a: ArrayLike) -> Array:
    """Return the gradient for the input of a sigmoid, from its output: ``dout * a * (1 - a)``.

    Parameters
    ----------
    dout : array_like of any shape
        Gradient of the loss for `a`.
    a : array_like, shape of `dout`
        Output of the forward pass, ``sigmoid(z)``, from 0 to 1.

    Returns
    -------
    ndarray, shape of `dout`
        Gradient of the loss for `z`.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    The forward pass has paid for `a`, so no exponential is needed here. `dlcourse.activations.sigmoid_grad` takes `z`.

    Examples
    --------
    >>> sigmoid_backward([2.0, -4.0], a=[0.5, 0.25])
    array([ 0.5 , -0.75])
    """
    dout, a = _same_shape(dout, "a", a)
    return np.asarray(dout * a * (1 - a))


def tanh_backward(dout: ArrayLike, a: ArrayLike) -> Array:
    """Return the gradient for the input of a tanh, from its output: ``dout * (1 - a**2)``.

    Parameters
    ----------
    dout : array_like of any shape
        Gradient of the loss for `a`.
    a : array_like, shape of `dout`
        Output of the forward pass, ``tanh(z)``, from -1 to 1.

    Returns
    -------
    ndarray, shape of `dout`
        Gradient of the loss for `z`.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    Written as ``(1 - a) (1 + a)``: near 1, rounding ``a**2`` would spoil the small difference.

    Examples
    --------
    >>> tanh_backward([2.0, -4.0], a=[0.5, -0.5])
    array([ 1.5, -3. ])
    """
    dout, a = _same_shape(dout, "a", a)
    return np.asarray(dout * (1 - a) * (1 + a))


def softmax_backward(dout: ArrayLike, p: ArrayLike) -> Array:
    """Return the gradient for the logits of a softmax over the last axis, from its output.

    ``p * (dout - sum(dout * p))``: the Jacobian ``diag(p) - p p^T`` times `dout`, without ever building it.

    Parameters
    ----------
    dout : array_like, shape (..., c)
        Gradient of the loss for `p`.
    p : array_like, shape (..., c)
        Output of the forward pass, ``softmax(z)``; each row sums to 1.

    Returns
    -------
    ndarray, shape (..., c)
        Gradient of the loss for `z`. Each row sums to 0: raising all logits of a row changes nothing.

    Raises
    ------
    ValueError
        If the shapes differ or there is no axis.

    Notes
    -----
    Every output depends on every logit, so ``dout * p * (1 - p)``, the sigmoid's rule, is wrong here.

    Examples
    --------
    >>> softmax_backward([1.0, 3.0], p=[0.25, 0.75])
    array([-0.375,  0.375])
    """
    dout, p = _same_shape(dout, "p", p)
    check_shape("p", p, ["...", "c"])
    return np.asarray(p * (dout - np.sum(dout * p, axis=-1, keepdims=True)))


def _same_shape(
    dout: ArrayLike,
    name: str,
    cached: ArrayLike,
) -> tuple[Array, Array]:
    """Return a gradient and what the forward pass kept as float arrays of one shape."""
    kept, gradient = as_float(name, cached), as_float("dout", dout)
    check_shape("dout", gradient, kept.shape)
    return gradient, kept


# ----------------------------------------------------------------------------------- a whole network


def two_layer_forward(
    params: Mapping[str, ArrayLike],
    X: ArrayLike,
) -> tuple[Array, Array, Array]:
    """Run a network of a dense layer, a ReLU and a dense layer, and keep what the way back will need.

    Parameters
    ----------
    params : mapping
        "W1" (d, h), "b1" (h,), "W2" (h, c) and "b2" (c,).
    X : array_like, shape (n, d)
        Samples.

    Returns
    -------
    tuple of ndarray, shapes (n, h), (n, h), (n, c)
        Hidden sums ``Z1``, hidden activations ``A1`` and logits.

    Raises
    ------
    ValueError
        If `params` does not hold these four names, or the shapes do not fit together.

    Examples
    --------
    >>> params = {"W1": [[1, -1]], "b1": [0, 1], "W2": [[2], [3]], "b2": [5]}
    >>> Z1, A1, logits = two_layer_forward(params, [[4]])
    >>> Z1.tolist(), A1.tolist(), logits.tolist()
    ([[4.0, -3.0]], [[4.0, 0.0]], [[13.0]])
    """
    W1, b1, W2, b2 = _two_layers(params)
    X = as_float("X", X)
    check_shape("X", X, ["n", ("d", len(W1))])
    Z1 = dense(X, W1, b1)
    A1 = relu(Z1)
    return Z1, A1, dense(A1, W2, b2)


def two_layer_loss_and_grads(
    params: Mapping[str, ArrayLike],
    X: ArrayLike,
    y: ArrayLike,
    reg: float = 0.0,
) -> tuple[float, dict[str, Array]]:
    """Return the loss of the network of `two_layer_forward` as a classifier, and all its gradients.

    ``loss = mean cross-entropy of softmax(logits) + reg / 2 * (sum(W1**2) + sum(W2**2))``

    Parameters
    ----------
    params, X
        As in `two_layer_forward`.
    y : array_like of int, shape (n,)
        Classes, from 0 to c - 1.
    reg : float, default 0.0
        Strength of the penalty on the weights, at least 0. Biases are not penalized.

    Returns
    -------
    tuple (float, dict)
        The loss, and its gradient for each of `params` under the same name and of the same shape.

    Raises
    ------
    ValueError
        If `reg` is negative or not finite, `params` lacks a name, or the shapes do not fit together.

    Notes
    -----
    The way back reads `A1` and `Z1`: without the forward pass there is nothing to go back through. No weight is
    changed here. All four gradients belong to the same old weights; updating is the optimizer's work, in chapter 5.

    References
    ----------
    Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors, Nature 323.
    """
    W1, _, W2, _ = _two_layers(params)
    reg = as_number("reg", reg, "[0, inf)")
    # forward
    Z1, A1, logits = two_layer_forward(params, X)
    cross_entropy, dlogits = softmax_cross_entropy(logits, y)
    # in float64: the squares of float32 weights may overflow
    squares = sum(np.sum(np.square(W, dtype=np.float64)) for W in (W1, W2))
    loss = cross_entropy + float(0.5 * reg * squares)
    # backward: the same layers in the opposite order
    dA1, dW2, db2 = dense_backward(dlogits, A1, W2)
    dZ1 = relu_backward(dA1, Z1)
    _, dW1, db1 = dense_backward(dZ1, X, W1)
    grads = {"W1": dW1 + reg * W1, "b1": db1, "W2": dW2 + reg * W2, "b2": db2}
    return loss, grads


def _two_layers(
    params: Mapping[str, ArrayLike],
) -> tuple[Array, Array, Array, Array]:
    """Return W1, b1, W2 and b2 as float arrays that fit together."""
    names = ("W1", "b1", "W2", "b2")
    if set(params) != set(names):
        found = ", ".join(sorted(params)) or "nothing"
        raise ValueError(f"params must hold {', '.join(names)}; got {found}")
    W1, b1, W2, b2 = (as_float(name, params[name]) for name in names)
    check_shape("W1", W1, ["d", "h"])
    check_shape("b1", b1, [("h", W1.shape[1])])
    check_shape("W2", W2, [("h", W1.shape[1]), "c"])
    check_shape("b2", b2, [("c", W2.shape[1])])
    return W1, b1, W2, b2


# -------------------------------------------------------------------------------------- broadcasting


def unbroadcast(grad: ArrayLike, shape: Sequence[int]) -> Array:
    """Add a gradient up over the axes along which an operand was repeated by broadcasting.

    Parameters
    ----------
    grad : array_like
        Gradient for the result of an operation such as ``X + b``.
    shape : sequence of int
        Shape of the operand; it must broadcast to the shape of `grad`.

    Returns
    -------
    ndarray of that shape
        Gradient for the operand.

    Raises
    ------
    ValueError
        If an array of that shape does not broadcast to the shape of `grad`.

    Notes
    -----
    A number that was used five times receives five gradients, and they add up. This is why ``db`` of a dense layer is
    a sum over the samples, and not their mean.

    Examples
    --------
    >>> unbroadcast([[1, 2, 3], [4, 5, 6]], (3,)), unbroadcast([[1, 2, 3], [4, 5, 6]], (2, 1)).tolist()
    (array([5., 7., 9.]), [[6.0], [15.0]])
    """
    grad, shape = as_float("grad", grad), tuple(map(index, shape))
    # broadcasting adds axes of length 1 in front and repeats along all of length 1
    padded = (1,) * (grad.ndim - len(shape)) + shape
    axes = [n if n != 1 else "any" for n in padded]
    check_shape("grad", grad, axes)
    repeated = tuple(i for i, n in enumerate(padded) if n == 1)
    return np.asarray(np.sum(grad, axis=repeated)).reshape(shape)


# ---------------------------------------------------------------------------- graphs of any form

# What an operation returns, and its slope for each operand.
# An exponent is a constant: it has no slope.
_Rule: TypeAlias = Callable[..., tuple[float, tuple[float, ...]]]
_RULES: dict[str, _Rule] = {
    "+": lambda a, b: (a + b, (1.0, 1.0)),
    "-": lambda a, b: (a - b, (1.0, -1.0)),
    "*": lambda a, b: (a * b, (b, a)),
    "/": lambda a, b: (a / b, (1 / b, -a / b / b)),
    "**": lambda a, n: (math.pow(a, n), (n * math.pow(a, n - 1) if n else 0.0,)),
    "neg": lambda a: (-a, (-1.0,)),
    "exp": lambda a: (math.exp(a), (math.exp(a),)),
    "log": lambda a: (math.log(a), (1 / a,)),
    "tanh": lambda a: (math.tanh(a), (float(tanh_grad(a)),)),
    "relu": lambda a: (max(a, 0.0), (float(relu_grad(a)),)),
}


def _apply(operation: str, *operands: Value | float) -> Value:
    """Return the result of an operation as a node that remembers its slopes."""
    nodes = [x if isinstance(x, Value) else Value(x) for x in operands]
    numbers = [node.data for node in nodes]
    try:
        data, local = _RULES[operation](*numbers)
    except (ArithmeticError, ValueError):
        data, local = math.nan, ()
    if not all(map(math.isfinite, (data, *local))):
        got = ", ".join(map(str, numbers))
        wanted = "operands with a finite result and finite slopes"
        raise ValueError(f"{operation} must get {wanted}; got {got}")
    return Value(data, nodes[: len(local)], local)


def topo_order(root: Value) -> list[Value]:
    """Return every node that a value was computed from, each once and after all of its parents.

    Parameters
    ----------
    root : Value
        The value; last in the list.

    Returns
    -------
    list of Value
        Parents before children, and the first parent before the second where both orders are right.

    Notes
    -----
    A depth-first search with a stack of its own instead of recursion, so that a graph may be deeper than Python's
    limit. The time grows with the number of edges, not of paths: 60 doublings make ``2**60`` paths and only 61 nodes.
    """
    order: list[Value] = []
    seen: set[Value] = set()
    stack = [(root, False)]
    while stack:
        node, parents_are_listed = stack.pop()
        if parents_are_listed:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in reversed(node.parents))
    return order


def backward(root: Value) -> None:
    """Set ``node.grad`` to the derivative of a value with respect to each node that it was computed from.

    From the root back: ``parent.grad += local * node.grad``, for each parent of each node.

    Parameters
    ----------
    root : Value
        What to differentiate; its own ``grad`` becomes 1.

    Notes
    -----
    Gradients are set to 0 first, so calling twice gives the same result; libraries add to what is there instead. A
    node that is used more than once collects a share from each use, and passes on only when it has collected all.

    References
    ----------
    Linnainmaa (1976), Taylor expansion of the accumulated rounding error, BIT 16.

    Examples
    --------
    >>> a, b = Value(2), Value(3)
    >>> backward(a * b + a)
    >>> a.grad, b.grad
    (4.0, 2.0)
    """
    order = topo_order(root)
    for node in order:
        node.grad = 0.0
    root.grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.local, strict=True):
            parent.grad += slope * node.grad


# ------------------------------------------------------------------------ the weights to start from


def init_std(fan_in: int, fan_out: int, scheme: str) -> float:
    """Return the standard deviation of random first weights that keeps signals alive through many layers.

    Xavier: ``sqrt(2 / (fan_in + fan_out))``; He: ``sqrt(2 / fan_in)``.

    Parameters
    ----------
    fan_in, fan_out : int
        Inputs and outputs of the layer, at least 1.
    scheme : {"xavier", "he"}
        "xavier" for tanh and sigmoid, "he" for ReLU, which silences half of the signal.

    Returns
    -------
    float
        Standard deviation, above 0.

    Raises
    ------
    KeyError
        If `scheme` is neither of the two.
    TypeError
        If a number of units is not whole.
    ValueError
        If a number of units is below 1.

    References
    ----------
    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks;
    He et al. (2015), Delving deep into rectifiers.

    Examples
    --------
    >>> init_std(8, 10, "he"), init_std(20, 12, "xavier")
    (0.5, 0.25)
    """
    fan_in = as_count("fan_in", fan_in, least=1)
    fan_out = as_count("fan_out", fan_out, least=1)
    variances = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in}
    if scheme not in variances:
        known = ", ".join(variances)
        raise KeyError(f"scheme must be one of {known}; got {scheme!r}")
    return math.sqrt(variances[scheme])


def init_weights(
    rng: np.random.Generator,
    fan_in: int,
    fan_out: int,
    scheme: str,
) -> Array:
    """Draw the first weights of a dense layer from a normal distribution around 0.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    fan_in, fan_out, scheme
        As in `init_std`, whose result is the standard deviation.

    Returns
    -------
    ndarray of float64, shape (fan_in, fan_out)
        Weights.

    Notes
    -----
    Equal weights would stay equal: units with the same weights get the same gradients. Biases may start at 0.

    Examples
    --------
    >>> init_weights(np.random.default_rng(0), 784, 128, "he").shape
    (784, 128)
    """
    check_rng(rng)
    std = init_std(fan_in, fan_out, scheme)
    return rng.normal(0.0, std, (fan_in, fan_out))


def init_weights_uniform(
    rng: np.random.Generator,
    fan_in: int,
    fan_out: int,
    scheme: str,
) -> Array:
    """Draw the first weights of a dense layer uniformly between -L and L, with ``L = sqrt(3) * init_std(...)``.

    Parameters
    ----------
    rng, fan_in, fan_out, scheme
        As in `init_weights`.

    Returns
    -------
    ndarray of float64, shape (fan_in, fan_out)
        Weights, with the same mean and standard deviation as those of `init_weights`.

    Notes
    -----
    A uniform distribution on ±L has standard deviation ``L / sqrt(3)``, so L is ``sqrt(6 / (fan_in + fan_out))`` for
    Xavier (Glorot & Bengio, 2010, eq. 16), Keras' default for Dense, and ``sqrt(6 / fan_in)`` for He.

    Examples
    --------
    >>> bool(np.abs(init_weights_uniform(np.random.default_rng(0), 6, 2, "he")).max() <= 1)
    True
    """
    check_rng(rng)
    limit = math.sqrt(3) * init_std(fan_in, fan_out, scheme)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


# ------------------------------------------------------ Part 2: the number that remembers


class Value:
    """A number that remembers which numbers it was computed from, so that `backward` can find its derivatives.

    Operands may be values or plain numbers: ``+ - * /``, ``** number``, and the methods exp, log, tanh and relu.

    Parameters
    ----------
    data : float
        The number, finite.
    parents : sequence of Value, default ()
        What it was computed from; empty for an input.
    local : sequence of float, default ()
        ``local[i]`` is the derivative of this number with respect to ``parents[i]`` alone.

    Attributes
    ----------
    data : float
        The number.
    grad : float
        Derivative of the root of the last `backward` with respect to this number; 0 before.
    parents : tuple of Value
        As given.
    local : tuple of float
        As given.

    Notes
    -----
    An operation whose result or slope is infinite or undefined, such as ``log`` of 0, raises ValueError.

    Examples
    --------
    >>> x = Value(0.5)
    >>> y = (x * 2).exp() / (1 + x**2)
    >>> backward(y)
    >>> round(y.data, 4), round(x.grad, 4)
    (2.1746, 2.6096)
    """

    def __init__(
        self,
        data: float,
        parents: Sequence[Value] = (),
        local: Sequence[float] = (),
    ) -> None:
        check_shape("local", as_float("local", local), [("parents", len(parents))])
        self.data = as_number("data", data, "(-inf, inf)")
        self.grad = 0.0
        self.parents = tuple(parents)
        self.local = tuple(map(float, local))

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other: Value | float) -> Value:
        return _apply("+", self, other)

    def __radd__(self, other: float) -> Value:
        return _apply("+", other, self)

    def __sub__(self, other: Value | float) -> Value:
        return _apply("-", self, other)

    def __rsub__(self, other: float) -> Value:
        return _apply("-", other, self)

    def __mul__(self, other: Value | float) -> Value:
        return _apply("*", self, other)

    def __rmul__(self, other: float) -> Value:
        return _apply("*", other, self)

    def __truediv__(self, other: Value | float) -> Value:
        return _apply("/", self, other)

    def __rtruediv__(self, other: float) -> Value:
        return _apply("/", other, self)

    def __pow__(self, exponent: float) -> Value:
        if isinstance(exponent, Value):
            remedy = "write (b * a.log()).exp() for a**b"
            raise TypeError(f"exponent must be a number; got {exponent}: {remedy}")
        return _apply("**", self, exponent)

    def __neg__(self) -> Value:
        return _apply("neg", self)

    def exp(self) -> Value:
        """Return e to this power."""
        return _apply("exp", self)

    def log(self) -> Value:
        """Return the natural logarithm; the number must be above 0."""
        return _apply("log", self)

    def tanh(self) -> Value:
        """Return the hyperbolic tangent."""
        return _apply("tanh", self)

    def relu(self) -> Value:
        """Return the number if it is positive, else 0."""
        return _apply("relu", self)
