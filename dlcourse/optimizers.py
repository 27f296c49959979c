"""Chapter 5: from a gradient to better weights, one batch and one step after the other.

Part 1 holds the formulas, in the order of the chapter. Every rule ``*_step`` is written for one array and has one
protocol: ``(w, g, state, **options) -> (w, state)``. The state is a dictionary, ``{}`` at first; a rule returns a new
one. Everything is computed in the floating dtype of `w`. Part 2 is the object that remembers the states of many arrays.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import aligned_zeros, as_count, as_float, as_number, check_rng, check_shape

__all__ = [
    "Optimizer",
    "adagrad_step",
    "adam_step",
    "adamw_step",
    "clip_grad_norm",
    "clip_grad_value",
    "cosine_decay",
    "gradient_descent",
    "linear_warmup",
    "max_stable_lr",
    "minibatches",
    "momentum_step",
    "nesterov_step",
    "num_steps",
    "rmsprop_step",
    "sgd_step",
    "step_decay",
]

Array: TypeAlias = NDArray[Any]
State: TypeAlias = dict[str, Any]
Rule: TypeAlias = Callable[..., tuple[Array, State]]

# ------------------------------------------------------------------ Part 1: the formulas


def num_steps(n: int, batch_size: int, epochs: int, drop_last: bool = False) -> int:
    """Count the updates in a training run.

    ``epochs * ceil(n / batch_size)``, or ``epochs * floor(n / batch_size)`` if the last, smaller batch is dropped.

    Parameters
    ----------
    n : int
        Samples in the training set, at least 0.
    batch_size : int
        Samples for one update, at least 1.
    epochs : int
        Passes over the whole training set, at least 0.
    drop_last : bool, default False
        Leave out the last batch of an epoch if it is smaller than the others.

    Returns
    -------
    int
        Updates, which are also called steps or iterations.

    Raises
    ------
    TypeError
        If a number is not whole.
    ValueError
        If a number is too small.

    Examples
    --------
    >>> num_steps(1000, batch_size=100, epochs=10)
    100
    >>> num_steps(950, batch_size=100, epochs=1), num_steps(950, 100, 1, drop_last=True)
    (10, 9)
    """
    n, epochs = as_count("n", n), as_count("epochs", epochs)
    batch_size = as_count("batch_size", batch_size, least=1)
    full, rest = divmod(n, batch_size)
    return epochs * (full + (rest > 0 and not drop_last))


def minibatches(
    X: ArrayLike,
    y: ArrayLike,
    batch_size: int,
    rng: np.random.Generator | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[Array, Array]]:
    """Deal out the samples of one epoch in batches.

    Parameters
    ----------
    X : array_like, shape (n, ...)
        Samples, of any dtype.
    y : array_like, shape (n, ...)
        What belongs to each sample.
    batch_size : int
        Samples in a batch, at least 1. The last batch holds what is left over.
    rng : numpy.random.Generator, optional
        Shuffles with a fresh permutation in every call. Without it the order is kept.
    drop_last : bool, default False
        Leave out the last batch if it is smaller than `batch_size`.

    Returns
    -------
    iterator of (ndarray, ndarray)
        Pairs ``(X_batch, y_batch)`` whose rows belong together. They are copies.

    Raises
    ------
    TypeError
        If `batch_size` is not whole or `rng` is no generator.
    ValueError
        If `X` and `y` are not equally long, or `batch_size` is below 1.

    Examples
    --------
    >>> [y_batch.tolist() for _, y_batch in minibatches([[1], [2], [3]], [1, 2, 3], batch_size=2)]
    [[1, 2], [3]]
    """
    X, y = np.asarray(X), np.asarray(y)
    check_shape("X", X, ["n", *map(str, X.shape[1:])])
    check_shape("y", y, [("n", len(X)), *map(str, y.shape[1:])])
    stop = num_steps(len(X), batch_size, 1, drop_last) * batch_size
    if rng is None:
        order = np.arange(len(X))
    else:
        check_rng(rng)
        order = rng.permutation(len(X))
    # one permutation for both arrays, and indices shuffled instead of the data
    chosen = (order[i : i + batch_size] for i in range(0, stop, batch_size))
    return ((X.take(rows, axis=0), y.take(rows, axis=0)) for rows in chosen)


def gradient_descent(
    grad: Callable[[Array], ArrayLike],
    w0: ArrayLike,
    lr: float,
    steps: int,
) -> Array:
    """Walk downhill from `w0` and record the path: ``w <- w - lr * grad(w)``.

    Parameters
    ----------
    grad : callable
        Takes weights of shape (d,) and returns the gradient there, of the same shape.
    w0 : array_like, shape (d,)
        Where to start.
    lr : float
        Learning rate, at least 0.
    steps : int
        Number of updates, at least 0.

    Returns
    -------
    ndarray, shape (steps + 1, d)
        Row t holds the weights after t updates; row 0 is `w0`.

    Raises
    ------
    ValueError
        If a shape is wrong, or `lr` or `steps` is negative.

    Notes
    -----
    It stands still wherever the gradient is 0: in a minimum, but also on a saddle or a maximum.

    Examples
    --------
    >>> gradient_descent(lambda w: 2 * w, [1.0], lr=0.25, steps=2).ravel()
    array([1.  , 0.5 , 0.25])
    """
    w = as_float("w0", w0)
    check_shape("w0", w, ["d"])
    lr, steps = as_number("lr", lr, "[0, inf)"), as_count("steps", steps)
    path = np.empty((steps + 1, len(w)), w.dtype)
    path[0] = w
    for t in range(steps):
        # a copy, so that a grad that works in place cannot rewrite the path
        g = as_float("grad(w)", grad(path[t].copy()))
        check_shape("grad(w)", g, w.shape)
        path[t + 1] = path[t] - lr * g
    return path


def max_stable_lr(H: ArrayLike) -> float:
    """Return the learning rate above which gradient descent leaves a quadratic bowl: ``2 / lambda_max``.

    Parameters
    ----------
    H : array_like, shape (d, d)
        Hessian of ``0.5 * w @ H @ w``, symmetric, curved upwards or flat in every direction.

    Returns
    -------
    float
        Two divided by the largest eigenvalue. Below it no direction grows, above it the steepest one does.

    Raises
    ------
    ValueError
        If `H` is not a symmetric matrix of finite numbers, curves downwards somewhere, or is flat everywhere.

    Notes
    -----
    Along an eigenvector one update multiplies the weight by ``1 - lr * lambda``, which must not exceed 1 in size.

    Examples
    --------
    >>> max_stable_lr([[1.0, 0.0], [0.0, 4.0]])
    0.5
    """
    H = as_float("H", H).astype(np.float64)
    d = max(H.shape, default=1)
    check_shape("H", H, [("d", d), ("d", d)])
    largest = float(np.abs(H).max(initial=0.0))
    if not 0 < largest < np.inf:
        raise ValueError(f"H must be finite and not all 0; got at most {largest}")
    H = H / largest
    if not np.allclose(H, H.T, rtol=0, atol=1e-6):
        raise ValueError("H must be symmetric; got a matrix that is not")
    # eigvalsh sorts; numbers of Python, so that the largest floats overflow nowhere
    lowest, highest = np.linalg.eigvalsh(H)[[0, -1]].tolist()
    if lowest < -1e-6:
        raise ValueError(f"H must not curve downwards; got {lowest * largest:g}")
    return float(2 / highest / largest)


def _at(w: ArrayLike, g: ArrayLike) -> tuple[Array, Array]:
    """Return weights and their gradient as arrays of one shape, in the dtype of the weights."""
    w, g = as_float("w", w), as_float("g", g)
    check_shape("g", g, w.shape)
    return w, g.astype(w.dtype, copy=False)


def _kept(state: Mapping[str, Any], name: str, w: Array) -> Array:
    """Return what a state holds under a name: an array like `w`, zeros before the first step."""
    if name not in state:
        return np.zeros_like(w)
    kept = as_float(f"state[{name!r}]", state[name])
    check_shape(f"state[{name!r}]", kept, w.shape)
    return kept.astype(w.dtype, copy=False)


def sgd_step(
    w: ArrayLike,
    g: ArrayLike,
    state: Mapping[str, Any],
    lr: float = 0.01,
) -> tuple[Array, State]:
    """Go one step against the gradient.

    ``w <- w - lr * g``

    Parameters
    ----------
    w : array_like of any shape
        Weights; left as they are.
    g : array_like, shape of `w`
        Gradient of the loss at `w`, usually from one batch.
    state : mapping
        What the rule remembers of earlier steps: ``{}`` at first, then the state that came back.
    lr : float, default 0.01
        Learning rate, at least 0.

    Returns
    -------
    tuple (ndarray like `w`, dict)
        The new weights and the new state, which is empty here.

    Raises
    ------
    ValueError
        If shapes differ or an option is out of range.

    Notes
    -----
    In the strict sense *stochastic* means one sample a step (Robbins & Monro, 1951). Today mini-batches are meant, too.
    """
    w, g = _at(w, g)
    lr = as_number("lr", lr, "[0, inf)")
    return np.asarray(w - lr * g), dict(state)


def momentum_step(
    w: ArrayLike,
    g: ArrayLike,
    state: Mapping[str, Any],
    lr: float = 0.01,
    beta: float = 0.9,
) -> tuple[Array, State]:
    """Go one step with inertia: a share of the last velocity stays.

    ``v <- beta * v + g``, then ``w <- w - lr * v``

    Parameters
    ----------
    w, g, state, lr
        As in `sgd_step`.
    beta : float, default 0.9
        Share of the velocity that stays, in [0, 1). A constant gradient drives it to ``g / (1 - beta)``.

    Returns
    -------
    tuple (ndarray like `w`, dict)
        The new weights and the new state: `v`, the velocity.

    Raises
    ------
    ValueError
        If shapes differ or an option is out of range.

    Notes
    -----
    The learning rate stands outside the velocity, as in PyTorch, so that a schedule acts at once. Keras and the paper
    put it inside, ``v <- beta * v - lr * g``: the same path as long as `lr` is constant.

    References
    ----------
    Polyak (1964); Sutskever et al. (2013), On the importance of initialization and momentum.

    Examples
    --------
    >>> w, state = momentum_step([1.0], [1.0], {}, lr=0.1)  # v = 1, w = 0.9
    >>> momentum_step(w, [1.0], state, lr=0.1)  # v = 0.9 + 1
    (array([0.71]), {'v': array([1.9])})
    """
    w, g = _at(w, g)
    lr, beta = as_number("lr", lr, "[0, inf)"), as_number("beta", beta, "[0, 1)")
    v = beta * _kept(state, "v", w) + g
    return np.asarray(w - lr * v), {"v": v}


def nesterov_step(
    w: ArrayLike,
    g: ArrayLike,
    state: Mapping[str, Any],
    lr: float = 0.01,
    beta: float = 0.9,
) -> tuple[Array, State]:
    """Go one step with inertia that looks ahead.

    ``v <- beta * v + g``, then ``w <- w - lr * (g + beta * v)``

    Parameters
    ----------
    w, g, state, lr, beta
        As in `momentum_step`.

    Returns
    -------
    tuple (ndarray like `w`, dict)
        The new weights and the new state: `v`, the velocity.

    Raises
    ------
    ValueError
        If shapes differ or an option is out of range.

    Notes
    -----
    Nesterov takes the gradient at the point that inertia alone would reach. Here, as in PyTorch, `w` *is* that point
    ahead, so that the gradient is taken at `w` like in every other rule.

    References
    ----------
    Nesterov (1983); Bengio et al. (2013), Advances in optimizing recurrent networks.

    Examples
    --------
    >>> nesterov_step([1.0], [1.0], {}, lr=0.1)  # 1 - 0.1 * (1 + 0.9 * 1)
    (array([0.81]), {'v': array([1.])})
    """
    w, g = _at(w, g)
    lr, beta = as_number("lr", lr, "[0, inf)"), as_number("beta", beta, "[0, 1)")
    v = beta * _kept(state, "v", w) + g
    return np.asarray(w - lr * (g + beta * v)), {"v": v}


def adagrad_step(
    w: ArrayLike,
    g: ArrayLike,
    state: Mapping[str, Any],
    lr: float = 0.01,
    eps: float = 1e-8,
) -> tuple[Array, State]:
    """Go one step in which each weight has its own learning rate, which never grows.

    ``h <- h + g**2``, then ``w <- w - lr * g / (sqrt(h) + eps)``

    Parameters
    ----------
    w, g, state, lr
        As in `sgd_step`.
    eps : float, default 1e-8
        Keeps the denominator above 0.

    Returns
    -------
    tuple (ndarray like `w`, dict)
        The new weights and the new state: `h`, the sum of all squared gradients.

    Raises
    ------
    ValueError
        If shapes differ or an option is out of range.

    Notes
    -----
    `h` starts at 0, as in PyTorch, so that the first step has length `lr`; Keras starts at 0.1. `eps` stands outside
    the root. ``g**2`` must fit the dtype: a gradient may reach 1e19 in float32 and 1e154 in float64.

    References
    ----------
    Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12.

    Examples
    --------
    >>> adagrad_step([1.0, 1.0], [4.0, -0.5], {}, lr=0.25)[0].round(6)
    array([0.75, 1.25])
    """
    w, g = _at(w, g)
    lr, eps = as_number("lr", lr, "[0, inf)"), as_number("eps", eps, "(0, inf)")
    h = _kept(state, "h", w) + g**2
    return np.asarray(w - lr * g / (np.sqrt(h) + eps)), {"h": h}


def rmsprop_step(
    w: ArrayLike,
    g: ArrayLike,
    state: Mapping[str, Any],
    lr: float = 0.001,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[Array, State]:
    """Go one step in which each weight has its own learning rate, set by its recent gradients.

    ``h <- rho * h + (1 - rho) * g**2``, then ``w <- w - lr * g / (sqrt(h) + eps)``

    Parameters
    ----------
    w, g, state, lr
        As in `sgd_step`.
    rho : float, default 0.9
        Share of the past that stays, in [0, 1). The larger, the less the newest gradient counts.
    eps : float, default 1e-8
        Keeps the denominator above 0.

    Returns
    -------
    tuple (ndarray like `w`, dict)
        The new weights and the new state: `h`, the running mean of the squared gradients.

    Raises
    ------
    ValueError
        If shapes differ or an option is out of range.

    Notes
    -----
    `eps` stands outside the root, as in PyTorch (whose own `rho` is 0.99 unless told otherwise); Keras puts it inside.
    The mean is not corrected for its start at 0. ``g**2`` must fit the dtype.

    References
    ----------
    Tieleman & Hinton (2012), Lecture 6.5, Neural networks for machine learning.

    Examples
    --------
    >>> rmsprop_step([1.0], [2.0], {}, lr=0.25, rho=0.75)[0].round(6)  # h = 0.25 * 4 = 1
    array([0.5])
    """
    w, g = _at(w, g)
    lr, eps = as_number("lr", lr, "[0, inf)"), as_number("eps", eps, "(0, inf)")
    rho = as_number("rho", rho, "[0, 1)")
    h = rho * _kept(state, "h", w) + (1 - rho) * g**2
    return np.asarray(w - lr * g / (np.sqrt(h) + eps)), {"h": h}


def adam_step(
    w: ArrayLike,
    g: ArrayLike,
    state: Mapping[str, Any],
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, State]:
    """Go one step along the mean gradient, divided by the root of the mean square.

    ``m <- beta1 * m + (1 - beta1) * g`` and ``v <- beta2 * v + (1 - beta2) * g**2``; then
    ``w <- w - lr * m_hat / (sqrt(v_hat) + eps)``, where ``m_hat = m / (1 - beta1**t)`` and `v_hat` alike.

    Parameters
    ----------
    w, g, state, lr
        As in `sgd_step`.
    beta1, beta2 : float, default 0.9 and 0.999
        Share of the past that stays in each mean, in [0, 1).
    eps : float, default 1e-8
        Keeps the denominator above 0.

    Returns
    -------
    tuple (ndarray like `w`, dict)
        The new weights and the new state: `t`, the steps so far, and the means `m` and `v`, not corrected.

    Raises
    ------
    ValueError
        If shapes differ or an option is out of range.

    Notes
    -----
    `eps` stands outside the root and after the correction, as in Algorithm 1 and PyTorch. Keras adds it to the root
    of the uncorrected `v`, where it weighs 31.6 times as much in the first step. ``g**2`` must fit the dtype.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization, Algorithm 1.

    Examples
    --------
    >>> adam_step([1.0, 1.0], [10.0, -0.5], {}, lr=0.25)[0].round(6)  # the first step has length lr
    array([0.75, 1.25])
    """
    w, g = _at(w, g)
    lr, eps = as_number("lr", lr, "[0, inf)"), as_number("eps", eps, "(0, inf)")
    beta1 = as_number("beta1", beta1, "[0, 1)")
    beta2 = as_number("beta2", beta2, "[0, 1)")
    t = as_count("state['t']", state.get("t", 0)) + 1
    m = beta1 * _kept(state, "m", w) + (1 - beta1) * g
    v = beta2 * _kept(state, "v", w) + (1 - beta2) * g**2
    # both corrections go into two numbers, which saves two passes over the arrays
    root = math.sqrt(1 - beta2**t)
    lr = lr * root / (1 - beta1**t)
    w = np.asarray(w - lr * (m / (np.sqrt(v) + eps * root)))
    return w, {"t": t, "m": m, "v": v}


def adamw_step(
    w: ArrayLike,
    g: ArrayLike,
    state: Mapping[str, Any],
    lr: float = 0.001,
    weight_decay: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, State]:
    """Shrink the weights by a fixed share, and go one step of Adam that knows nothing of it.

    ``w <- (1 - lr * weight_decay) * w``, then the step of `adam_step`.

    Parameters
    ----------
    w, g, state, lr
        As in `sgd_step`.
    weight_decay : float, default 0.01
        Share of a weight that is lost for each unit of learning rate, at least 0.
    beta1, beta2, eps
        As in `adam_step`.

    Returns
    -------
    tuple (ndarray like `w`, dict)
        The new weights and the new state, as of `adam_step`.

    Raises
    ------
    ValueError
        If shapes differ or an option is out of range.

    Notes
    -----
    The decay is decoupled: it enters neither `m` nor `v`, so weights with small and with large gradients shrink alike.
    It is multiplied by `lr`, as in PyTorch and Keras; the paper multiplies it by the schedule alone.

    References
    ----------
    Loshchilov & Hutter (2019), Decoupled weight decay regularization, Algorithm 2.

    Examples
    --------
    >>> adamw_step([2.0], [0.0], {}, lr=0.5, weight_decay=0.5)[0]
    array([1.5])
    """
    lr = as_number("lr", lr, "[0, inf)")
    weight_decay = as_number("weight_decay", weight_decay, "[0, inf)")
    shrunk = (1 - lr * weight_decay) * as_float("w", w)
    return adam_step(shrunk, g, state, lr, beta1, beta2, eps)


def _named(grads: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """Return gradients as arrays of floats."""
    return {name: as_float(f"grads[{name!r}]", g) for name, g in grads.items()}


def clip_grad_norm(
    grads: Mapping[str, ArrayLike],
    max_norm: float,
) -> tuple[dict[str, Array], float]:
    """Shorten the gradient of all parameters together to a largest length, and keep its direction.

    Parameters
    ----------
    grads : mapping of str to array_like
        One gradient a parameter, of any shapes.
    max_norm : float
        Largest Euclidean norm that is let through, above 0.

    Returns
    -------
    tuple (dict of str to ndarray, float)
        New arrays, multiplied by ``max_norm / norm`` if ``norm > max_norm`` and equal to `grads` otherwise, and the
        norm over all entries of all arrays before clipping.

    Raises
    ------
    ValueError
        If a gradient is inf or nan, which no factor can mend, or `max_norm` is not above 0.

    Notes
    -----
    Entries are divided by the largest before they are squared, so that no finite gradient overflows. PyTorch divides
    by ``norm + 1e-6`` instead of `norm`.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, Algorithm 1.

    Examples
    --------
    >>> clip_grad_norm({"W": [3.0], "b": [4.0]}, max_norm=1.0)
    ({'W': array([0.6]), 'b': array([0.8])}, 5.0)
    """
    max_norm = as_number("max_norm", max_norm, "(0, inf)")
    arrays = _named(grads)
    peaks = {name: float(np.abs(g).max(initial=0)) for name, g in arrays.items()}
    for name, peak in peaks.items():
        if not math.isfinite(peak):
            raise ValueError(f"grads[{name!r}] must be finite; got {peak}")
    largest = max(peaks.values(), default=0.0)
    if largest == 0:
        return {name: g.copy() for name, g in arrays.items()}, 0.0
    scaled = {name: np.asarray(g / largest) for name, g in arrays.items()}
    squares = (np.square(g, dtype=np.float64).sum() for g in scaled.values())
    root = math.sqrt(sum(squares))
    norm = largest * root
    if norm <= max_norm:
        return {name: g.copy() for name, g in arrays.items()}, norm
    c = max_norm / root
    return {name: np.asarray(c * g) for name, g in scaled.items()}, norm


def clip_grad_value(
    grads: Mapping[str, ArrayLike],
    max_value: float,
) -> dict[str, Array]:
    """Cut every entry of every gradient off at a largest size.

    Parameters
    ----------
    grads : mapping of str to array_like
        One gradient a parameter, of any shapes.
    max_value : float
        Largest size of an entry that is let through, above 0.

    Returns
    -------
    dict of str to ndarray
        New arrays with entries in [-max_value, max_value]; nan stays nan.

    Raises
    ------
    ValueError
        If `max_value` is not above 0.

    Notes
    -----
    The direction of the gradient changes. `clip_grad_norm` keeps it.

    Examples
    --------
    >>> clip_grad_value({"W": [3.0, -0.5, -2.0]}, max_value=1.0)
    {'W': array([ 1. , -0.5, -1. ])}
    """
    c = as_number("max_value", max_value, "(0, inf)")
    arrays = _named(grads)
    return {name: np.asarray(np.clip(g, -c, c)) for name, g in arrays.items()}


def step_decay(t: int, lr: float, every: int, factor: float = 0.1) -> float:
    """Return the learning rate of a schedule that falls in stairs: ``lr * factor**(t // every)``.

    Parameters
    ----------
    t : int
        Updates made so far, from 0.
    lr : float
        Learning rate at the start, at least 0.
    every : int
        Updates on each stair, at least 1.
    factor : float, default 0.1
        What each stair multiplies the rate with, in (0, 1].

    Returns
    -------
    float
        Learning rate of the next update.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> [step_decay(t, lr=8.0, every=2, factor=0.5) for t in range(5)]
    [8.0, 8.0, 4.0, 4.0, 2.0]
    """
    t, every = as_count("t", t), as_count("every", every, least=1)
    factor = as_number("factor", factor, "(0, 1]")
    return float(as_number("lr", lr, "[0, inf)") * factor ** (t // every))


def cosine_decay(t: int, lr: float, total: int, lr_min: float = 0.0) -> float:
    """Return the learning rate of a schedule that falls along half a wave of the cosine.

    ``lr_min + (lr - lr_min) * (1 + cos(pi * t / total)) / 2``

    Parameters
    ----------
    t : int
        Updates made so far, from 0.
    lr : float
        Learning rate at the start, at least 0.
    total : int
        Updates until `lr_min` is reached, at least 1. After that the rate stays there.
    lr_min : float, default 0.0
        Learning rate at the end, at least 0.

    Returns
    -------
    float
        Learning rate of the next update.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts; here without them.

    Examples
    --------
    >>> [round(cosine_decay(t, lr=8.0, total=2), 6) for t in range(4)]
    [8.0, 4.0, 0.0, 0.0]
    """
    t, total = as_count("t", t), as_count("total", total, least=1)
    lr = as_number("lr", lr, "[0, inf)")
    lr_min = as_number("lr_min", lr_min, "[0, inf)")
    wave = (1 + math.cos(math.pi * min(t / total, 1))) / 2
    return lr_min + (lr - lr_min) * wave


def linear_warmup(t: int, lr: float, warmup: int) -> float:
    """Return the learning rate of a schedule that rises evenly and then stays: ``lr * min(1, (t + 1) / warmup)``.

    Parameters
    ----------
    t : int
        Updates made so far, from 0.
    lr : float
        Learning rate after the warm-up, at least 0; it may come from another schedule.
    warmup : int
        Updates until `lr` is reached, at least 1.

    Returns
    -------
    float
        Learning rate of the next update. The first is ``lr / warmup`` and not 0, which would waste an update.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Goyal et al. (2017), Accurate, large minibatch SGD: training ImageNet in 1 hour.

    Examples
    --------
    >>> [linear_warmup(t, lr=8.0, warmup=4) for t in range(5)]
    [2.0, 4.0, 6.0, 8.0, 8.0]
    """
    t, warmup = as_count("t", t), as_count("warmup", warmup, least=1)
    return as_number("lr", lr, "[0, inf)") * min((t + 1) / warmup, 1.0)


def _next_options(options: Mapping[str, Any], t: int) -> tuple[dict[str, Any], int]:
    """Return the options of an update, t updates having been made, and t for the next."""
    return {name: x(t) if callable(x) else x for name, x in options.items()}, t + 1


def _adam_in_place(
    w: Array,
    g: Array,
    state: State,
    buffer: Array,
    lr: float = 0.001,
    weight_decay: float = 0.0,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> None:
    """Do what `adamw_step` does, or `adam_step` if nothing decays, without a new array and with fewer passes.

    The state holds ``sum = m / (1 - beta1)`` and ``squares = v / (1 - beta2)``: `g` and ``g**2`` are just added.
    """
    sums, squares, t = state["sum"], state["squares"], state["t"] + 1
    if sums.shape != w.shape:
        check_shape("state['sum']", sums, w.shape)
    root, k = math.sqrt(1 - beta2**t), math.sqrt(1 - beta2)
    if weight_decay:
        w *= 1 - lr * weight_decay
    sums *= beta1
    sums += g
    squares *= beta2
    squares += np.square(g, out=buffer)
    np.add(np.sqrt(squares, out=buffer), eps * root / k, out=buffer)
    length = lr * (1 - beta1) / (1 - beta1**t) * root / k
    w -= np.multiply(length, np.divide(sums, buffer, out=buffer), out=buffer)
    state["t"] = t


_IN_PLACE: dict[Rule, Callable[..., None]] = {
    adam_step: _adam_in_place,
    adamw_step: partial(_adam_in_place, weight_decay=0.01),
}


def _check_pairs(
    params: Mapping[str, Array],
    grads: Mapping[str, ArrayLike],
) -> None:
    """Raise unless every array can be changed in place by a gradient of its own shape."""
    if params.keys() != grads.keys():
        wanted, got = sorted(params), sorted(grads)
        raise ValueError(f"grads must have the names {wanted}; got {got}")
    for name, w in params.items():
        if not isinstance(w, np.ndarray):
            raise TypeError(f"params[{name!r}] must be an ndarray; got {type(w)}")
        if w.dtype.kind != "f":
            raise TypeError(f"params[{name!r}] must hold floats; got {w.dtype}")
        if not w.flags.writeable:
            raise ValueError(f"params[{name!r}] must be writeable; it is read-only")
        g = grads[name]
        if not (isinstance(g, np.ndarray) and g.dtype == w.dtype and g.shape == w.shape):
            check_shape(f"grads[{name!r}]", as_float(f"grads[{name!r}]", g), w.shape)


# ------------------------------------------------------- Part 2: the object that remembers


class Optimizer:
    """A rule, its options, and the state of every array that it updates.

    Parameters
    ----------
    rule : callable
        One of the functions ``*_step`` of this module, or one with the same protocol.
    **options : float or callable
        Options of the rule, each a number or a schedule: a function of the updates made so far.

    Attributes
    ----------
    states : dict of str to dict
        State of each array, by the name of the array. Adam's holds sums instead of means: `sum` is ``m / (1 - beta1)``,
        `squares` is ``v / (1 - beta2)``.
    t : int
        Updates made so far.

    Examples
    --------
    >>> params = {"w": np.array([1.0, -1.0])}
    >>> optimizer = Optimizer(momentum_step, lr=lambda t: linear_warmup(t, 0.25, warmup=2))
    >>> optimizer.step(params, {"w": [2.0, 0.0]})
    >>> params["w"]
    array([ 0.75, -1.  ])
    """

    def __init__(
        self,
        rule: Rule,
        **options: float | Callable[[int], float],
    ) -> None:
        self.rule = rule
        self.options = {name: x if callable(x) else as_number(name, x, "[-inf, inf]") for name, x in options.items()}
        self.states: dict[str, State] = {}
        self.t = 0
        self._buffers: dict[tuple[tuple[int, ...], Any], Array] = {}
        self._scheduled = any(map(callable, options.values()))
        # sums of the past cannot follow a beta that changes
        fixed = not any(callable(options.get(name)) for name in ("beta1", "beta2"))
        self._in_place = _IN_PLACE.get(rule) if fixed else None
        # a wrong option is refused now, not at the first step
        now, _ = _next_options(options, self.t)
        rule(np.zeros(0), np.zeros(0), {}, **now)

    def step(
        self,
        params: Mapping[str, Array],
        grads: Mapping[str, ArrayLike],
    ) -> None:
        """Update every array of `params` in place by its gradient, which has the same name in `grads`."""
        _check_pairs(params, grads)  # before anything changes
        now, t = _next_options(self.options, self.t)
        if self._scheduled:  # which may go wrong at any step
            self.rule(np.zeros(0), np.zeros(0), {}, **now)
            now = {name: float(x) for name, x in now.items()}
        for name, w in params.items():
            g = np.asarray(grads[name], w.dtype)
            if self._in_place is not None:
                if name not in self.states:
                    zeros = (aligned_zeros(w.shape, w.dtype) for _ in range(2))
                    self.states[name] = {"t": 0, **dict(zip(("sum", "squares"), zeros, strict=True))}
                self._in_place(w, g, self.states[name], self._buffer_like(w), **now)
            else:
                w[...], self.states[name] = self.rule(w, g, self.states.get(name, {}), **now)
        self.t = t

    def _buffer_like(self, w: Array) -> Array:
        """Return an array of the shape and dtype of `w`, the same one each time."""
        kind = w.shape, w.dtype
        if kind not in self._buffers:
            self._buffers[kind] = aligned_zeros(w.shape, w.dtype)
        return self._buffers[kind]
