"""Chapter 2: the functions that bend what a layer computes, and the slopes that learning sends back through them.

All are formulas on arrays. A slope, `NAME_grad`, is taken at the input of the activation, not at its output.
"""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_float, as_number, check_shape
from dlcourse.perceptron import dense, step

__all__ = [
    "chain_gradients",
    "dead_fraction",
    "gelu",
    "gelu_grad",
    "gelu_tanh",
    "gelu_tanh_grad",
    "leaky_relu",
    "leaky_relu_grad",
    "log_softmax",
    "log_softmax_jacobian",
    "logsumexp",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
    "softmax",
    "softmax_jacobian",
    "tanh",
    "tanh_grad",
]

Array: TypeAlias = NDArray[Any]
Activation: TypeAlias = Callable[[Array], Array]

# ------------------------------------------------------------------ S-curves


def sigmoid(x: ArrayLike) -> Array:
    """Squash any number into the range 0 to 1: ``1 / (1 + exp(-x))``.

    Parameters
    ----------
    x : array_like of any shape
        Weighted sums, or logits.

    Returns
    -------
    ndarray, shape of `x`
        Numbers from 0 to 1, in the floating dtype of `x`; integers give float64.

    Notes
    -----
    Written as ``exp(min(x, 0)) / (1 + exp(-abs(x)))``, the same number for either sign of x. No exponent is above 0, so
    nothing overflows, and a result near 0 keeps all its digits, which ``(1 + tanh(x / 2)) / 2`` loses. "Sigmoid" also
    names the family of S-shaped curves, to which tanh belongs; here it is always the logistic function.

    Examples
    --------
    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    x = as_float("x", x)
    return np.asarray(np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))))


def sigmoid_grad(x: ArrayLike) -> Array:
    """Return the slope of the sigmoid at `x`: ``sigmoid(x) * (1 - sigmoid(x))``.

    Parameters
    ----------
    x : array_like of any shape
        Inputs of the sigmoid, not its outputs.

    Returns
    -------
    ndarray, shape of `x`
        Slopes from 0 to 0.25; the largest is at x = 0.

    Notes
    -----
    Written as ``e / (1 + e)**2`` with ``e = exp(-abs(x))``: the slope is the same for x and -x, and the difference
    ``1 - sigmoid(x)``, which is 0 in floats from x = 37 on, is never formed.

    Examples
    --------
    >>> sigmoid_grad([-1000, 0, 1000])
    array([0.  , 0.25, 0.  ])
    """
    x = as_float("x", x)
    e = np.exp(-np.abs(x))
    return np.asarray(e / np.square(1 + e))


def tanh(x: ArrayLike) -> Array:
    """Squash any number into the range -1 to 1, centred at 0: ``2 * sigmoid(2 * x) - 1``.

    Parameters
    ----------
    x : array_like of any shape
        Weighted sums.

    Returns
    -------
    ndarray, shape of `x`
        Numbers from -1 to 1, in the floating dtype of `x`; integers give float64.

    Examples
    --------
    >>> tanh([-1000, 0, 1000])
    array([-1.,  0.,  1.])
    """
    return np.asarray(np.tanh(as_float("x", x)))


def tanh_grad(x: ArrayLike) -> Array:
    """Return the slope of tanh at `x`: ``1 - tanh(x)**2 = 1 / cosh(x)**2``.

    Parameters
    ----------
    x : array_like of any shape
        Inputs of tanh, not its outputs.

    Returns
    -------
    ndarray, shape of `x`
        Slopes from 0 to 1; the largest is at x = 0.

    Notes
    -----
    Written with ``e = exp(-abs(x))`` as ``1 / cosh(x) = 2 e / (1 + e**2)``, because ``cosh(1000)`` overflows and
    ``1 - tanh(x)**2`` is 0 in floats from x = 20 on.

    Examples
    --------
    >>> tanh_grad([-1000, 0, 1000])
    array([0., 1., 0.])
    """
    x = as_float("x", x)
    e = np.exp(-np.abs(x))
    return np.asarray(np.square(2 * e / (1 + np.square(e))))


# ---------------------------------------------------------------- rectifiers


def relu(x: ArrayLike) -> Array:
    """Keep what is positive and replace the rest by 0: ``max(x, 0)``, the rectified linear unit.

    Parameters
    ----------
    x : array_like of any shape
        Weighted sums.

    Returns
    -------
    ndarray, shape of `x`
        Numbers of at least 0, in the floating dtype of `x`; integers give float64.

    References
    ----------
    Nair & Hinton (2010), Rectified linear units improve restricted Boltzmann machines, ICML.

    Examples
    --------
    >>> relu([-2, 0, 3])
    array([0., 0., 3.])
    """
    return np.asarray(np.maximum(as_float("x", x), 0))


def relu_grad(x: ArrayLike) -> Array:
    """Return the slope of ReLU at `x`: 1 where `x` is positive, else 0.

    Parameters
    ----------
    x : array_like of any shape
        Inputs of ReLU.

    Returns
    -------
    ndarray, shape of `x`
        Floats 0 and 1.

    Notes
    -----
    The slope is the step of chapter 1. ReLU has no slope at exactly 0; the convention here and in PyTorch is 0. Any
    number from 0 to 1 would be a subgradient.

    Examples
    --------
    >>> relu_grad([-2, 0, 3])
    array([0., 0., 1.])
    """
    return step(as_float("x", x))


def leaky_relu(x: ArrayLike, alpha: float = 0.01) -> Array:
    """Keep what is positive and shrink the rest by the factor `alpha`.

    Parameters
    ----------
    x : array_like of any shape
        Weighted sums.
    alpha : float, default 0.01
        Slope for negative `x`, from 0 (ReLU) to 1 (the identity).

    Returns
    -------
    ndarray, shape of `x`
        ``x`` where `x` is positive, else ``alpha * x``; in the floating dtype of `x`, float64 for integers.

    Raises
    ------
    TypeError
        If `alpha` is not one number.
    ValueError
        If `alpha` is not from 0 to 1.

    Notes
    -----
    Of the lines `x` and ``alpha * x`` the higher one counts. The default slope is the paper's and PyTorch's; Keras has
    0.2 in its function and 0.3 in its layer.

    References
    ----------
    Maas, Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic models, ICML workshop.

    Examples
    --------
    >>> leaky_relu([-200, 0, 3])
    array([-2.,  0.,  3.])
    """
    x, alpha = as_float("x", x), as_number("alpha", alpha, "[0, 1]")
    return np.asarray(np.maximum(x, alpha * x))


def leaky_relu_grad(x: ArrayLike, alpha: float = 0.01) -> Array:
    """Return the slope of Leaky ReLU at `x`: 1 where `x` is positive, else `alpha`.

    Parameters
    ----------
    x : array_like of any shape
        Inputs of Leaky ReLU.
    alpha : float, default 0.01
        Slope for negative `x`, from 0 to 1. By convention also the slope at exactly 0.

    Returns
    -------
    ndarray, shape of `x`
        Slopes 1 and `alpha`, in the floating dtype of `x`; integers give float64.

    Raises
    ------
    TypeError
        If `alpha` is not one number.
    ValueError
        If `alpha` is not from 0 to 1.

    Examples
    --------
    >>> leaky_relu_grad([-200, 0, 3])
    array([0.01, 0.01, 1.  ])
    """
    x, alpha = as_float("x", x), as_number("alpha", alpha, "[0, 1]")
    return np.where(x > 0, 1.0, alpha).astype(x.dtype)


# ---------------------------------------------------------------------- GELU


def gelu(x: ArrayLike) -> Array:
    """Weigh each number by the chance that a standard normal one lies below it: ``x * Phi(x)``.

    Parameters
    ----------
    x : array_like of any shape
        Finite weighted sums.

    Returns
    -------
    ndarray, shape of `x`
        Numbers of at least -0.17, in the floating dtype of `x`; integers give float64. The least is at x = -0.752.

    Notes
    -----
    This is the exact form, with ``Phi(x) = erfc(-x / sqrt(2)) / 2``; ``(1 + erf(x / sqrt(2))) / 2`` is the same, but
    has no digits left below x = -8. NumPy has no erfc, so the standard library's is called once for each number:
    `gelu_tanh`, which differs by at most 4.8e-4, is several times faster.

    References
    ----------
    Hendrycks & Gimpel (2016), Gaussian error linear units (GELUs), arXiv:1606.08415.

    Examples
    --------
    >>> gelu([-1, 0, 1]).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    x = as_float("x", x)
    return np.asarray(x * _normal_cdf(x))


def gelu_grad(x: ArrayLike) -> Array:
    """Return the slope of GELU at `x`: ``Phi(x) + x * phi(x)``, where phi is the normal density.

    Parameters
    ----------
    x : array_like of any shape
        Finite inputs of GELU.

    Returns
    -------
    ndarray, shape of `x`
        Slopes from -0.129 to 1.129, in the floating dtype of `x`; integers give float64.

    References
    ----------
    Hendrycks & Gimpel (2016), arXiv:1606.08415; the slope follows from the product rule.

    Examples
    --------
    >>> gelu_grad([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    x = as_float("x", x)
    # beyond 40 the density is 0 in floats; the square of a huge x would overflow
    density = np.exp(-np.square(np.clip(x, -40, 40)) / 2) / math.sqrt(2 * math.pi)
    return np.asarray(_normal_cdf(x) + x * density)


_erfc = np.frompyfunc(math.erfc, 1, 1)  # NumPy has none


def _normal_cdf(x: Array) -> Array:
    """Return the chance that a standard normal number lies below `x`, exact to the last digits in both tails."""
    return np.asarray(_erfc(x.astype(np.float64) / -math.sqrt(2)), x.dtype) / 2


def gelu_tanh(x: ArrayLike) -> Array:
    """Approximate GELU without erf: ``x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))``.

    Parameters
    ----------
    x : array_like of any shape
        Finite weighted sums.

    Returns
    -------
    ndarray, shape of `x`
        At most 4.8e-4 away from `gelu`, in the floating dtype of `x`; integers give float64.

    Notes
    -----
    Written with ``(1 + tanh(u)) / 2 = sigmoid(2 * u)``, which keeps its digits where tanh is close to -1. GPT-2 uses
    this form; ``x * sigmoid(1.702 * x)`` is simpler, but differs from GELU by up to 0.02.

    References
    ----------
    Hendrycks & Gimpel (2016), Gaussian error linear units (GELUs), arXiv:1606.08415.

    Examples
    --------
    >>> gelu_tanh([-1, 0, 1]).round(4)
    array([-0.1588,  0.    ,  0.8412])
    """
    x = as_float("x", x)
    return np.asarray(x * sigmoid(_twice_u(x)[0]))


def gelu_tanh_grad(x: ArrayLike) -> Array:
    """Return the slope of the tanh form of GELU at `x`.

    With ``v(x) = 2 * sqrt(2 / pi) * (x + 0.044715 * x**3)`` it is ``sigmoid(v) + x * sigmoid'(v) * v'``.

    Parameters
    ----------
    x : array_like of any shape
        Finite inputs of `gelu_tanh`.

    Returns
    -------
    ndarray, shape of `x`
        Slopes from -0.130 to 1.130, in the floating dtype of `x`; integers give float64.

    Examples
    --------
    >>> gelu_tanh_grad([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    x = as_float("x", x)
    v, v_grad = _twice_u(x)
    return np.asarray(sigmoid(v) + x * sigmoid_grad(v) * v_grad)


def _twice_u(x: Array) -> tuple[Array, Array]:
    """Return twice the argument of tanh in `gelu_tanh`, and its slope."""
    # beyond 30 sigmoid is 0 or 1 in floats; the cube of a huge x would overflow
    x = np.clip(x, -30, 30)
    scale, square = 2 * math.sqrt(2 / math.pi), np.square(x)
    return scale * x * (1 + 0.044715 * square), scale * (1 + 3 * 0.044715 * square)


# ------------------------------------------------------------ softmax and logs


def softmax(x: ArrayLike, axis: int = -1) -> Array:
    """Turn scores into probabilities that sum to 1 along an axis: ``exp(x_i) / sum_j exp(x_j)``.

    Parameters
    ----------
    x : array_like of at least one dimension
        Logits. An entry of -inf gets the probability 0, if the same slice holds a finite one.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray, shape of `x`
        Probabilities, in the floating dtype of `x`; integers give float64.

    Raises
    ------
    ValueError
        If `x` has no such axis, or no entry along it.

    Notes
    -----
    Only differences of scores count. So the largest is subtracted first: no exponent is above 0, nothing overflows, and
    one term of the sum is 1. A slice of nothing but -inf has no probabilities and gives nan.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs, Neurocomputing.

    Examples
    --------
    >>> softmax([[0, 0], [1000, -1000]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    p = np.exp(_below_largest(x, axis)[0])
    p /= p.sum(axis=axis, keepdims=True)
    return np.asarray(p)


def logsumexp(x: ArrayLike, axis: int = -1) -> Array:
    """Return the logarithm of the sum of exponentials along an axis, a smooth maximum.

    Parameters
    ----------
    x : array_like of at least one dimension
        Logits.
    axis : int, default -1
        The axis to sum over; it disappears.

    Returns
    -------
    ndarray, shape of `x` without `axis`
        At least the largest entry, and at most log(n) more for n entries. Its gradient is ``softmax(x, axis)``.

    Raises
    ------
    ValueError
        If `x` has no such axis, or no entry along it.

    Notes
    -----
    Written as ``m + log(sum_j exp(x_j - m))`` with the largest entry m, so that nothing overflows.

    References
    ----------
    Blanchard, Higham & Higham (2021), Accurately computing the log-sum-exp and softmax functions, IMA J. Numer. Anal.

    Examples
    --------
    >>> logsumexp([[1000, -1000], [-2000, -3000]])
    array([ 1000., -2000.])
    """
    z, largest = _below_largest(x, axis)
    return np.asarray(largest.squeeze(axis) + np.log(np.exp(z).sum(axis=axis)))


def log_softmax(x: ArrayLike, axis: int = -1) -> Array:
    """Return the logarithms of the probabilities of softmax: ``x - logsumexp(x)``.

    Parameters
    ----------
    x : array_like of at least one dimension
        Logits. An entry of -inf stays -inf, if the same slice holds a finite one.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray, shape of `x`
        Numbers of at most 0, in the floating dtype of `x`; integers give float64.

    Raises
    ------
    ValueError
        If `x` has no such axis, or no entry along it.

    Notes
    -----
    No probability is formed: ``log(softmax([0, -2000]))`` would be -inf where -2000 is right. The largest entry is
    subtracted from both terms of the formula, which saves the digits that large logits would cost.

    Examples
    --------
    >>> log_softmax([0, -2000])
    array([    0., -2000.])
    """
    z = _below_largest(x, axis)[0]
    return np.asarray(z - np.log(np.exp(z).sum(axis=axis, keepdims=True)))


def _below_largest(x: ArrayLike, axis: int) -> tuple[Array, Array]:
    """Return `x` minus its largest entry along an axis, and that entry with the axis kept."""
    x = as_float("x", x)
    check_shape("x", x, ["...", "k"])
    largest = x.max(axis=axis, keepdims=True, initial=-np.inf)
    if largest.size > x.size:  # more slices than entries
        sentence = f"x must hold an entry along axis {axis}"
        raise ValueError(f"{sentence}; got shape {x.shape}")
    return x - largest, largest


def softmax_jacobian(x: ArrayLike) -> Array:
    """Return all slopes of softmax along the last axis: ``d p_i / d x_j = p_i * ((i == j) - p_j)``.

    Parameters
    ----------
    x : array_like, shape (..., k)
        Logits.

    Returns
    -------
    ndarray, shape (..., k, k)
        Row i belongs to the probability p_i, column j to the logit x_j. Symmetric; rows and columns sum to 0.

    Raises
    ------
    ValueError
        If `x` has no axis, or none with an entry.

    Examples
    --------
    >>> softmax_jacobian([0, 0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    return np.asarray(softmax(x)[..., :, None] * log_softmax_jacobian(x))


def log_softmax_jacobian(x: ArrayLike) -> Array:
    """Return all slopes of log-softmax along the last axis: ``d log p_i / d x_j = (i == j) - p_j``.

    Parameters
    ----------
    x : array_like, shape (..., k)
        Logits.

    Returns
    -------
    ndarray, shape (..., k, k)
        Row i belongs to log p_i, column j to the logit x_j. Rows sum to 0.

    Raises
    ------
    ValueError
        If `x` has no axis, or none with an entry.

    Examples
    --------
    >>> log_softmax_jacobian([0, 0])
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    p = softmax(x)
    return np.asarray(np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])


# ------------------------------------------------- slopes in a deep network


def chain_gradients(x0: float, w: ArrayLike, act: str) -> Array:
    """Return how strongly the end of a chain of neurons depends on each neuron before it.

    The chain is ``a_0 = x0`` and ``a_l = act(z_l)`` with ``z_l = w[l-1] * a_{l-1}``. By the chain rule
    ``g[l-1] = w[l-1] * act'(z_l) * g[l]``, starting from ``g[L] = 1``.

    Parameters
    ----------
    x0 : float
        Input of the chain.
    w : array_like, shape (L,)
        One weight for each neuron, first neuron first.
    act : {"sigmoid", "tanh", "relu", "linear"}
        The activation of all neurons.

    Returns
    -------
    ndarray, shape (L + 1,)
        ``g[l]`` is the derivative of a_L by a_l, in the floating dtype of `w`; integers give float64.

    Raises
    ------
    ValueError
        If `x0` is not one number, `w` is not a vector, or `act` is none of the four.

    References
    ----------
    Bengio, Simard & Frasconi (1994), Learning long-term dependencies with gradient descent is difficult, IEEE TNN 5(2).

    Examples
    --------
    >>> chain_gradients(0.0, [1, 1], "tanh"), chain_gradients(0.0, [3], "sigmoid")
    (array([1., 1., 1.]), array([0.75, 1.  ]))
    """
    acts: dict[str, tuple[Activation, Activation]] = {
        "sigmoid": (sigmoid, sigmoid_grad),
        "tanh": (tanh, tanh_grad),
        "relu": (relu, relu_grad),
        "linear": (np.asarray, np.ones_like),
    }
    if act not in acts:
        raise ValueError(f"act must be one of {', '.join(acts)}; got {act!r}")
    w, a = as_float("w", w), as_float("x0", x0)
    check_shape("w", w, ["L"])
    check_shape("x0", a, [])
    f, f_grad = acts[act]
    slopes = np.ones(len(w) + 1, w.dtype)
    for i, weight in enumerate(w):
        z = weight * a
        slopes[i] = weight * f_grad(z)
        a = f(z)
    # g[l] is the product of slopes[l:]: multiply from the end
    return np.cumprod(slopes[::-1])[::-1]


def dead_fraction(X: ArrayLike, W: ArrayLike, b: ArrayLike) -> float:
    """Return the share of a layer's ReLU units that stay silent for every sample.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples, at least one.
    W, b : array_like, shapes (d, k) and (k,)
        Weights and biases of k units, at least one.

    Returns
    -------
    float
        Dead units divided by k, from 0 to 1.

    Raises
    ------
    ValueError
        If the shapes do not fit together, or there is no sample or no unit.

    Notes
    -----
    A unit is dead when its whole column of ``X @ W + b`` is at most 0. Its slope is then 0 for every sample, so these
    samples cannot change its weights any more. A unit that is silent for some samples only is not dead.

    References
    ----------
    Lu, Shin, Su & Karniadakis (2020), Dying ReLU and initialization, Communications in Computational Physics 28(5).

    Examples
    --------
    >>> dead_fraction([[1, 2], [3, 4]], W=[[1, -1], [0, 0]], b=[0, 0])
    0.5
    """
    X = as_float("X", X)
    check_shape("X", X, ["n", "d"])
    Z = dense(X, W, b)
    if Z.size == 0:
        sentence = "X @ W + b must hold a sample and a unit"
        raise ValueError(f"{sentence}; got shape {Z.shape}")
    return float(np.mean(Z.max(axis=0) <= 0))
