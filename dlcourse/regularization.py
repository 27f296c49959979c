"""Chapter 6, first half: what keeps a network from learning its training set by heart.

Penalties on the weights, the step that turns small weights into exact zeros, dropout, and early stopping.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_count, as_float, as_number, check_rng, check_shape

__all__ = [
    "dropout_backward",
    "dropout_forward",
    "early_stopping",
    "elastic_net_penalty",
    "l1_penalty",
    "l2_penalty",
    "soft_threshold",
]

Array: TypeAlias = NDArray[Any]

# ------------------------------------------------------------------ Part 1: the formulas


def _weights_and_zeros(
    params: Mapping[str, ArrayLike],
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the arrays that cost something, and a gradient of zeros for all."""
    arrays = {name: as_float(f"params[{name!r}]", p) for name, p in params.items()}
    weights = {name: p for name, p in arrays.items() if name.startswith("W")}
    return weights, {name: np.zeros_like(p) for name, p in arrays.items()}


def l2_penalty(
    params: Mapping[str, ArrayLike],
    lam: float,
) -> tuple[float, dict[str, Array]]:
    """Return the cost of large weights, ``0.5 * lam * sum(w**2)``, and its gradient ``lam * w``.

    Parameters
    ----------
    params : mapping of str to array_like
        Parameters by name. Names that start with ``W`` are weights; all others are biases, which cost nothing.
    lam : float
        Strength, at least 0.

    Returns
    -------
    tuple (float, dict of str to ndarray)
        The penalty, summed over all weights, and a gradient for every parameter, zeros for biases.

    Raises
    ------
    ValueError
        If `lam` is negative or not finite.

    Notes
    -----
    The factor 0.5 makes the gradient ``lam * w``; ``l2(lam)`` of Keras has no such factor and pulls twice as hard.
    With plain gradient descent the penalty is weight decay: each step multiplies a weight by ``1 - lr * lam``.

    Examples
    --------
    >>> l2_penalty({"W": [3.0, -4.0], "b": [10.0]}, lam=0.5)
    (6.25, {'W': array([ 1.5, -2. ]), 'b': array([0.])})
    """
    lam = as_number("lam", lam, "[0, inf)")
    weights, zeros = _weights_and_zeros(params)
    squares = sum(np.square(w, dtype=np.float64).sum() for w in weights.values())
    grads = {name: np.asarray(lam * w) for name, w in weights.items()}
    return float(0.5 * lam * squares), zeros | grads


def l1_penalty(
    params: Mapping[str, ArrayLike],
    lam: float,
) -> tuple[float, dict[str, Array]]:
    """Return the cost of weights that are not 0, ``lam * sum(|w|)``, and its gradient ``lam * sign(w)``.

    Parameters
    ----------
    params, lam
        As in `l2_penalty`.

    Returns
    -------
    tuple (float, dict of str to ndarray)
        The penalty, summed over all weights, and a gradient for every parameter, zeros for biases.

    Raises
    ------
    ValueError
        If `lam` is negative or not finite.

    Notes
    -----
    At 0 there is no derivative. Of the slopes between -lam and lam, 0 is taken, so that a zero may stay one. Descent
    along this gradient jumps back and forth across 0; `soft_threshold` lands on it.

    References
    ----------
    Tibshirani (1996), Regression shrinkage and selection via the lasso.

    Examples
    --------
    >>> l1_penalty({"W": [3.0, 0.0, -4.0], "b": [10.0]}, lam=0.5)
    (3.5, {'W': array([ 0.5,  0. , -0.5]), 'b': array([0.])})
    """
    lam = as_number("lam", lam, "[0, inf)")
    weights, zeros = _weights_and_zeros(params)
    sizes = sum(np.abs(w).sum(dtype=np.float64) for w in weights.values())
    grads = {name: np.asarray(lam * np.sign(w)) for name, w in weights.items()}
    return float(lam * sizes), zeros | grads


def elastic_net_penalty(
    params: Mapping[str, ArrayLike],
    lam1: float,
    lam2: float,
) -> tuple[float, dict[str, Array]]:
    """Return the sum of both penalties, ``lam1 * sum(|w|) + 0.5 * lam2 * sum(w**2)``, and its gradient.

    Parameters
    ----------
    params
        As in `l2_penalty`.
    lam1, lam2 : float
        Strengths of the L1 and of the L2 penalty, at least 0.

    Returns
    -------
    tuple (float, dict of str to ndarray)
        The penalty, summed over all weights, and a gradient for every parameter, zeros for biases.

    Raises
    ------
    ValueError
        If a strength is negative or not finite.

    Notes
    -----
    scikit-learn writes ``alpha`` and ``l1_ratio`` for ``lam1 = alpha * l1_ratio``, ``lam2 = alpha * (1 - l1_ratio)``.

    References
    ----------
    Zou & Hastie (2005), Regularization and variable selection via the elastic net, whose penalty has no 0.5.

    Examples
    --------
    >>> elastic_net_penalty({"W": [3.0, -4.0]}, lam1=0.5, lam2=0.25)
    (6.625, {'W': array([ 1.25, -1.5 ])})
    """
    lam1 = as_number("lam1", lam1, "[0, inf)")
    lam2 = as_number("lam2", lam2, "[0, inf)")
    value1, grads1 = l1_penalty(params, lam1)
    value2, grads2 = l2_penalty(params, lam2)
    grads = {name: np.asarray(g + grads2[name]) for name, g in grads1.items()}
    return value1 + value2, grads


def soft_threshold(w: ArrayLike, t: float) -> Array:
    """Move every number by `t` towards 0, and stop at 0.

    ``argmin over u of 0.5 * (u - w)**2 + t * |u|``, which is ``sign(w) * max(|w| - t, 0)``

    Parameters
    ----------
    w : array_like of any shape
        Weights after a step along the gradient of the loss alone.
    t : float
        Threshold, at least 0: learning rate times the strength of the L1 penalty.

    Returns
    -------
    ndarray, shape of `w`
        New weights. Those of size up to `t` are exactly 0.

    Raises
    ------
    ValueError
        If `t` is negative or not finite.

    Notes
    -----
    Computed as ``w - clip(w, -t, t)``, which gives 0.0 where the formula with a sign gives -0.0.

    References
    ----------
    Daubechies, Defrise & De Mol (2004), An iterative thresholding algorithm for linear inverse problems.

    Examples
    --------
    >>> soft_threshold([2.0, 0.25, -0.5, -3.0], t=0.5)
    array([ 1.5,  0. ,  0. , -2.5])
    """
    w, t = as_float("w", w), as_number("t", t, "[0, inf)")
    return np.asarray(w - np.clip(w, -t, t))


def dropout_forward(
    x: ArrayLike,
    rate: float,
    rng: np.random.Generator,
    training: bool = True,
) -> tuple[Array, Array]:
    """Drop every unit with probability `rate`, and scale those that stay up by ``1 / (1 - rate)``.

    Parameters
    ----------
    x : array_like of any shape
        Outputs of the units before.
    rate : float
        Probability of each unit to be dropped, in [0, 1]. It is no quota.
    rng : numpy.random.Generator
        Draws a new mask in every call, the same for every dtype.
    training : bool, default True
        If False nothing is dropped, scaled or drawn.

    Returns
    -------
    tuple (ndarray, ndarray), both of the shape of `x`
        ``x * scale`` and ``scale``, which holds 0 and ``1 / (1 - rate)``, or ones if nothing is dropped.

    Raises
    ------
    TypeError
        If `rng` is no generator.
    ValueError
        If `rate` lies outside [0, 1].

    Notes
    -----
    *Inverted* dropout: the mean of an output stays what it was, so that nothing has to be scaled after training. The
    paper scales the weights after training instead, and its p is the probability to *stay*.

    References
    ----------
    Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting.

    Examples
    --------
    >>> out, scale = dropout_forward(np.ones(6), rate=0.5, rng=np.random.default_rng(1))
    >>> out
    array([0., 2., 2., 2., 0., 0.])
    """
    x, rate = as_float("x", x), as_number("rate", rate, "[0, 1]")
    if not training:
        return x.copy(), np.ones_like(x)
    check_rng(rng)
    kept = rng.random(x.shape, np.float32) >= rate
    # with rate 1 nothing is kept, and nothing has to be scaled
    factor = 1 / (1 - rate) if rate < 1 else 1.0
    scale = np.multiply(kept, factor, dtype=x.dtype)
    return np.asarray(x * scale), np.asarray(scale)


def dropout_backward(dout: ArrayLike, scale: ArrayLike) -> Array:
    """Send a gradient back through dropout: ``dout * scale``.

    Parameters
    ----------
    dout : array_like of any shape
        Gradient of the loss by the output of `dropout_forward`.
    scale : array_like, shape of `dout`
        What `dropout_forward` returned: the same units are dropped, and the same factor applies.

    Returns
    -------
    ndarray, shape of `dout`
        Gradient of the loss by the input of `dropout_forward`.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> dropout_backward([1.0, 2.0, 3.0], scale=[0.0, 2.0, 2.0])
    array([0., 4., 6.])
    """
    dout, scale = as_float("dout", dout), as_float("scale", scale)
    check_shape("scale", scale, dout.shape)
    return np.asarray(dout * scale)


def early_stopping(
    val_losses: Sequence[float],
    patience: int,
    min_delta: float = 0.0,
) -> tuple[int, int]:
    """Find the epoch after which training should have stopped, and the best epoch until then.

    Parameters
    ----------
    val_losses : sequence of float, at least one
        Loss on the validation set after each epoch.
    patience : int
        Epochs in a row without improvement after which to stop, at least 1.
    min_delta : float, default 0.0
        An epoch is an improvement if its loss is below the best so far by more than this; at least 0.

    Returns
    -------
    tuple (int, int)
        ``(best_epoch, stop_epoch)``, counted from 0. `stop_epoch` is the last epoch if patience never ran out.
        `best_epoch` is 0 if no epoch has a finite loss.

    Raises
    ------
    ValueError
        If there is no loss, or `patience` or `min_delta` is too small.

    Notes
    -----
    An equal loss and nan are no improvement. Keep the weights of the best epoch, not of the last (Prechelt, 1998).

    Examples
    --------
    >>> early_stopping([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.1], patience=2)
    (3, 5)
    """
    losses = as_float("val_losses", val_losses)
    check_shape("val_losses", losses, ["epochs"])
    patience = as_count("patience", patience, least=1)
    min_delta = as_number("min_delta", min_delta, "[0, inf)")
    if len(losses) == 0:
        raise ValueError("val_losses must hold at least one loss; got none")
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses.tolist()):
        if loss < best - min_delta:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses) - 1
