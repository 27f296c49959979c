"""Chapter 6, second half: giving features or samples mean 0 and variance 1, forward and backward.

Batch normalization looks down the columns of a batch, layer normalization along the rows. The formula is the same.
"""

import math
from collections.abc import MutableMapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_float, as_number, check_shape

__all__ = [
    "batchnorm_backward",
    "batchnorm_forward",
    "layernorm_backward",
    "layernorm_forward",
    "norm_backward",
]

Array: TypeAlias = NDArray[Any]

# ------------------------------------------------------------------ Part 1: the formulas


def _moments(X: Array, axis: int) -> tuple[Array, Array, Array]:
    """Return mean, ``X - mean`` and biased variance along an axis, kept with length 1."""
    if X.shape[axis] == 0:
        what = "sample in training" if axis == 0 else "feature"
        raise ValueError(f"X must have at least one {what}; got shape {X.shape}")
    mean = X.mean(axis, keepdims=True)
    centred = X - mean
    # not mean(X**2) - mean**2, which loses its digits far from 0
    return mean, centred, np.mean(centred**2, axis, keepdims=True)


def _by_feature(name: str, value: ArrayLike, X: Array) -> Array:
    """Return an array that holds one number for each feature of `X`."""
    array = as_float(name, value)
    check_shape(name, array, [("d", X.shape[-1])])
    return array


def batchnorm_forward(
    X: ArrayLike,
    gamma: ArrayLike,
    beta: ArrayLike,
    running: MutableMapping[str, Any],
    training: bool = True,
    momentum: float = 0.9,
    eps: float = 1e-5,
) -> Array:
    """Give every feature mean 0 and variance 1 over the batch, then scale and shift it.

    ``gamma * (X - mean) / sqrt(var + eps) + beta``

    Parameters
    ----------
    X : array_like, shape (n, d)
        Batch, with at least one sample in training.
    gamma, beta : array_like, shape (d,)
        Scale and shift of each feature, which are learned.
    running : dict with keys "mean" and "var", each of shape (d,)
        Running statistics, the only argument that changes: training puts new arrays into it.
    training : bool, default True
        Use mean and variance of the batch and update `running`, or use `running` and leave it alone.
    momentum, eps : float, default 0.9 and 1e-5
        Share of `running` that stays, in [0, 1], and what keeps the denominator above 0.

    Returns
    -------
    ndarray, shape (n, d)
        In training each column has mean `beta` and deviation `gamma`, up to `eps`; a batch of one gives `beta`.

    Raises
    ------
    ValueError
        If shapes do not fit, the batch is empty in training, or a number is out of range.

    Notes
    -----
    The variance divides by n, in the output and in `running`, as in Keras. PyTorch and the paper (Ioffe & Szegedy,
    2015, Algorithms 1 and 2) divide by n - 1 in the running variance; PyTorch's momentum is 1 minus ours.

    Examples
    --------
    >>> running = {"mean": np.zeros(1), "var": np.ones(1)}
    >>> batchnorm_forward([[1.0], [3.0]], [1.0], [5.0], running).round(3).ravel(), running["mean"]
    (array([4., 6.]), array([0.2]))
    """
    X = as_float("X", X)
    check_shape("X", X, ["n", "d"])
    gamma, beta = _by_feature("gamma", gamma, X), _by_feature("beta", beta, X)
    eps = as_number("eps", eps, "(0, inf)")
    momentum = as_number("momentum", momentum, "[0, 1]")
    if running.keys() != {"mean", "var"}:
        raise ValueError(f"running must hold mean and var; got {[*running]}")
    past_mean = _by_feature("running['mean']", running["mean"], X).astype(X.dtype)
    past_var = _by_feature("running['var']", running["var"], X).astype(X.dtype)
    if np.any(past_var < 0):
        lowest = past_var.min()
        raise ValueError(f"running['var'] must not be negative; got {lowest}")
    if training:
        mean, centred, var = _moments(X, 0)
        running["mean"] = momentum * past_mean + (1 - momentum) * mean[0]
        running["var"] = momentum * past_var + (1 - momentum) * var[0]
    else:
        centred, var = X - past_mean, past_var
    return np.asarray(gamma * (centred / np.sqrt(var + eps)) + beta)


def layernorm_forward(
    X: ArrayLike,
    gamma: ArrayLike,
    beta: ArrayLike,
    eps: float = 1e-5,
) -> Array:
    """Give every sample mean 0 and variance 1 over its features, then scale and shift each feature.

    ``gamma * (X - mean) / sqrt(var + eps) + beta``

    Parameters
    ----------
    X : array_like, shape (..., d)
        Samples; any number of leading axes, features last, at least one feature.
    gamma, beta : array_like, shape (d,)
        Scale and shift of each feature, which are learned.
    eps : float, default 1e-5
        Keeps the denominator above 0.

    Returns
    -------
    ndarray, shape of `X`
        The same in training and after it. Samples do not depend on each other.

    Raises
    ------
    ValueError
        If shapes do not fit, there is no feature, or `eps` is not above 0.

    Notes
    -----
    The variance divides by d, and `eps` stands inside the root, as in PyTorch; Keras' own `eps` is 1e-3.

    References
    ----------
    Ba, Kiros & Hinton (2016), Layer normalization.

    Examples
    --------
    >>> layernorm_forward([[1.0, 3.0], [10.0, 30.0]], gamma=[1, 1], beta=[0, 5]).round(3)
    array([[-1.,  6.],
           [-1.,  6.]])
    """
    X = as_float("X", X)
    check_shape("X", X, ["...", "d"])
    gamma, beta = _by_feature("gamma", gamma, X), _by_feature("beta", beta, X)
    eps = as_number("eps", eps, "(0, inf)")
    _, centred, var = _moments(X, -1)
    return np.asarray(gamma * (centred / np.sqrt(var + eps)) + beta)


def norm_backward(
    dout: ArrayLike,
    X: ArrayLike,
    gamma: ArrayLike,
    axis: int,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Send a gradient back through batch normalization in training, or through layer normalization.

    With ``X_hat = (X - mean) / sqrt(var + eps)``, ``G = dout * gamma`` and means along `axis`:
    ``dX = (G - mean(G) - X_hat * mean(G * X_hat)) / sqrt(var + eps)``

    Parameters
    ----------
    dout : array_like, shape (n, d)
        Gradient of the loss by the output.
    X : array_like, shape (n, d)
        Input of the forward pass, from which mean and variance are computed again.
    gamma : array_like, shape (d,)
        Scale of each feature.
    axis : {0, 1}
        0 for batch normalization, 1 for layer normalization.
    eps : float, default 1e-5
        As in `layernorm_forward`.

    Returns
    -------
    tuple (ndarray of shape (n, d), ndarray of shape (d,), ndarray of shape (d,))
        Gradients by `X`, `gamma` and `beta`; the last two are sums over the samples for either axis.

    Raises
    ------
    ValueError
        If shapes do not fit, `axis` is neither 0 nor 1, or there is nothing along it.

    Notes
    -----
    Mean and variance depend on `X`, too: hence the last two terms (Ioffe & Szegedy, 2015, section 3, simplified).

    Examples
    --------
    >>> dX, dgamma, dbeta = norm_backward([[1.0, 3.0]], [[2.0, 4.0]], gamma=[5.0, 5.0], axis=1)
    >>> dgamma.round(3), dbeta
    (array([-1.,  3.]), array([1., 3.]))
    """
    dout, X = as_float("dout", dout), as_float("X", X)
    check_shape("X", X, ["n", "d"])
    check_shape("dout", dout, X.shape)
    gamma = _by_feature("gamma", gamma, X)
    if axis not in (0, 1):
        raise ValueError(f"axis must be 0 or 1; got {axis}")
    eps = as_number("eps", eps, "(0, inf)")
    _, centred, var = _moments(X, axis)
    std = np.sqrt(var + eps)
    X_hat, G = centred / std, dout * gamma
    mean_G = G.mean(axis, keepdims=True)
    mean_GX = (G * X_hat).mean(axis, keepdims=True)
    dX = (G - mean_G - X_hat * mean_GX) / std
    return dX, (dout * X_hat).sum(0), dout.sum(0)


def batchnorm_backward(
    dout: ArrayLike,
    X: ArrayLike,
    gamma: ArrayLike,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Send a gradient back through `batchnorm_forward` in training.

    Parameters
    ----------
    dout, X, gamma, eps
        As in `norm_backward`.

    Returns
    -------
    tuple (ndarray of shape (n, d), ndarray of shape (d,), ndarray of shape (d,))
        Gradients by `X`, `gamma` and `beta`.

    Raises
    ------
    ValueError
        If shapes do not fit or the batch is empty.

    Examples
    --------
    >>> dX, dgamma, dbeta = batchnorm_backward([[1.0], [3.0]], [[2.0], [4.0]], gamma=[5.0])
    >>> dgamma.round(3), dbeta
    (array([2.]), array([4.]))
    """
    return norm_backward(dout, X, gamma, 0, eps)


def layernorm_backward(
    dout: ArrayLike,
    X: ArrayLike,
    gamma: ArrayLike,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Send a gradient back through `layernorm_forward`.

    Parameters
    ----------
    dout, X : array_like, shape (..., d)
        Gradient of the loss by the output, and the input of the forward pass.
    gamma, eps
        As in `norm_backward`.

    Returns
    -------
    tuple (ndarray of shape (..., d), ndarray of shape (d,), ndarray of shape (d,))
        Gradients by `X`, `gamma` and `beta`; the last two are sums over all leading axes.

    Raises
    ------
    ValueError
        If shapes do not fit or there is no feature.

    Examples
    --------
    >>> dX, dgamma, dbeta = layernorm_backward([1.0, 3.0], [2.0, 4.0], gamma=[5.0, 5.0])
    >>> dgamma.round(3), dbeta
    (array([-1.,  3.]), array([1., 3.]))
    """
    dout, X = as_float("dout", dout), as_float("X", X)
    check_shape("X", X, ["...", "d"])
    check_shape("dout", dout, X.shape)
    rows = (math.prod(X.shape[:-1]), X.shape[-1])
    flat = norm_backward(dout.reshape(rows), X.reshape(rows), gamma, 1, eps)
    return flat[0].reshape(X.shape), flat[1], flat[2]
