"""Chapter 3: how wrong a prediction is, as one number to make small; and what the number says about each prediction.

A loss is a pair: `NAME` is a mean, `NAME_grad` is the derivative of that very number by the predictions. Predictions
come first, targets second. The gradient has the shape and the floating dtype of the predictions.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_count, as_float, as_labels, as_number, check_shape
from dlcourse.activations import log_softmax, sigmoid, softmax
from dlcourse.perceptron import dense

__all__ = [
    "accuracy",
    "bce_with_logits",
    "bce_with_logits_grad",
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "cross_entropy",
    "cross_entropy_grad",
    "cross_entropy_with_logits",
    "cross_entropy_with_logits_grad",
    "fit_softmax_regression",
    "mae",
    "mae_grad",
    "mse",
    "mse_grad",
    "one_hot",
    "predict_classes",
    "r2_score",
    "softmax_cross_entropy",
]

Array: TypeAlias = NDArray[Any]

# ---------------------------------------------------------------- regression


def mse(pred: ArrayLike, target: ArrayLike) -> float:
    """Return the mean squared error: the mean of ``(pred - target)**2`` over all entries.

    Parameters
    ----------
    pred : array_like of any shape, not empty
        Predictions.
    target : array_like, shape of `pred`
        What they should have been.

    Returns
    -------
    float
        At least 0, in the squared unit of `target`.

    Raises
    ------
    ValueError
        If the shapes differ, even where NumPy would broadcast them, or nothing is left to average.

    Examples
    --------
    >>> mse([1, 2], [2, 4])
    2.5
    """
    pred, target = _as_pair("pred", pred, "target", target)
    return float(np.mean(np.square(pred - target)))


def mse_grad(pred: ArrayLike, target: ArrayLike) -> Array:
    """Return the derivative of `mse` by each prediction: ``2 * (pred - target) / pred.size``.

    Parameters
    ----------
    pred : array_like of any shape, not empty
        Predictions.
    target : array_like, shape of `pred`
        What they should have been.

    Returns
    -------
    ndarray, shape of `pred`
        Already divided by the number of entries.

    Raises
    ------
    ValueError
        If the shapes differ or there is no entry.

    Examples
    --------
    >>> mse_grad([1, 2], [2, 4])
    array([-1., -2.])
    """
    pred, target = _as_pair("pred", pred, "target", target)
    return np.asarray(2 * (pred - target) / pred.size)


def mae(pred: ArrayLike, target: ArrayLike) -> float:
    """Return the mean absolute error: the mean of ``abs(pred - target)`` over all entries.

    Parameters
    ----------
    pred : array_like of any shape, not empty
        Predictions.
    target : array_like, shape of `pred`
        What they should have been.

    Returns
    -------
    float
        At least 0, in the unit of `target`.

    Raises
    ------
    ValueError
        If the shapes differ or there is no entry.

    Examples
    --------
    >>> mae([1, 2], [2, 4])
    1.5
    """
    pred, target = _as_pair("pred", pred, "target", target)
    return float(np.mean(np.abs(pred - target)))


def mae_grad(pred: ArrayLike, target: ArrayLike) -> Array:
    """Return the derivative of `mae` by each prediction: ``sign(pred - target) / pred.size``.

    Parameters
    ----------
    pred : array_like of any shape, not empty
        Predictions.
    target : array_like, shape of `pred`
        What they should have been.

    Returns
    -------
    ndarray, shape of `pred`
        The same size for a small error as for a large one.

    Raises
    ------
    ValueError
        If the shapes differ or there is no entry.

    Notes
    -----
    A prediction that hits its target exactly gets the slope 0, as in PyTorch. Any number between the slopes of the two
    sides would be a subgradient.

    Examples
    --------
    >>> mae_grad([1, 2], [2, 2])
    array([-0.5,  0. ])
    """
    pred, target = _as_pair("pred", pred, "target", target)
    return np.asarray(np.sign(pred - target) / pred.size)


def r2_score(pred: ArrayLike, target: ArrayLike) -> float:
    """Return which share of the variation of the targets the predictions explain, a metric and not a loss.

    It is 1 minus the squared error of `pred`, divided by the squared error of always predicting the mean target.

    Parameters
    ----------
    pred : array_like of any shape, not empty
        Predictions.
    target : array_like, shape of `pred`
        What they should have been; at least two different numbers.

    Returns
    -------
    float
        1 for perfect predictions, 0 for the mean, below 0 for anything worse than the mean.

    Raises
    ------
    ValueError
        If the shapes differ, there is no entry, or all targets are equal.

    Notes
    -----
    All entries count alike, whatever the shape; scikit-learn averages the scores of the columns instead. For equal
    targets the score is a division by 0 and is refused here; scikit-learn answers 0 or 1.

    Examples
    --------
    >>> r2_score([1, 2, 3], [1, 2, 4]), r2_score([3, 3], [1, 5]), r2_score([5, 1], [1, 5])
    (0.7857142857142857, 0.0, -3.0)
    """
    pred, target = _as_pair("pred", pred, "target", target)
    if target.min() == target.max():
        value = target.flat[0]
        raise ValueError(f"target must hold different numbers; got only {value:g}")
    return 1 - mse(pred, target) / float(np.var(target))


def _as_pair(
    pred_name: str,
    pred: ArrayLike,
    name: str,
    target: ArrayLike,
) -> tuple[Array, Array]:
    """Return predictions and targets as arrays of one shape, not empty, in the floating dtype of the predictions."""
    pred, target = as_float(pred_name, pred), as_float(name, target)
    check_shape(name, target, pred.shape)
    _check_not_empty(pred_name, pred)
    return pred, target.astype(pred.dtype, copy=False)


def _check_not_empty(name: str, array: Array) -> None:
    """Raise unless there is something to take the mean of."""
    if array.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {array.shape}")


# -------------------------------------------------------------------- labels


def one_hot(labels: ArrayLike, num_classes: int) -> Array:
    """Turn integer labels into rows with a 1 at the label and 0 elsewhere.

    Parameters
    ----------
    labels : array_like of int, any shape
        Classes, from 0 to ``num_classes - 1``.
    num_classes : int
        Number of classes, at least 1. Not every class has to occur.

    Returns
    -------
    ndarray of float64, shape of `labels` plus (num_classes,)
        Rows along the last axis that sum to 1.

    Raises
    ------
    TypeError
        If a label or `num_classes` is not a whole number.
    ValueError
        If a label is not from 0 to ``num_classes - 1``. NumPy's indexing would take -1 for the last class.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    num_classes = as_count("num_classes", num_classes, 1)
    labels = as_labels("labels", labels, num_classes)
    same = labels[..., None] == np.arange(num_classes)
    return np.asarray(same).astype(np.float64)


# ------------------------------------------------------- binary cross-entropy


def binary_cross_entropy(p: ArrayLike, y: ArrayLike, eps: float = 1e-12) -> float:
    """Return the mean of ``-(y * log(p) + (1 - y) * log(1 - p))`` over all entries.

    Parameters
    ----------
    p : array_like of any shape, not empty
        Probabilities of class 1, from 0 to 1; first clipped to [eps, 1 - eps].
    y : array_like, shape of `p`
        Targets 0 and 1, or anything between.
    eps : float, default 1e-12
        Keeps the logarithms finite; above 0 and below 0.5.

    Returns
    -------
    float
        At least 0, in nats; computed in float64 whatever the dtype of `p`, where 1 - eps is not 1.

    Raises
    ------
    ValueError
        If the shapes differ, there is no entry, or a number is out of its range.

    Notes
    -----
    A probability of 0 for what happens would cost infinity; clipping makes it 27.6. `bce_with_logits` needs no limit:
    prefer it wherever the logits are at hand.

    Examples
    --------
    >>> round(binary_cross_entropy([0.9, 0.2], [1, 0]), 4)  # (-log 0.9 - log 0.8) / 2
    0.1643
    """
    p, y, eps = _as_probabilities("p", p, y, eps)
    p = np.clip(p, eps, 1 - eps)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)))


def binary_cross_entropy_grad(
    p: ArrayLike,
    y: ArrayLike,
    eps: float = 1e-12,
) -> Array:
    """Return the derivative of `binary_cross_entropy` by each probability.

    It is ``(p - y) / (p * (1 - p)) / p.size``, and 0 where `p` is clipped.

    Parameters
    ----------
    p : array_like of any shape, not empty
        Probabilities of class 1.
    y : array_like, shape of `p`
        Targets from 0 to 1.
    eps : float, default 1e-12
        As in `binary_cross_entropy`.

    Returns
    -------
    ndarray, shape of `p`
        Up to 1 / eps large, and 0 beyond: a clipped probability teaches nothing, however wrong it is.

    Raises
    ------
    ValueError
        If the shapes differ, there is no entry, or a number is out of its range.

    Examples
    --------
    >>> binary_cross_entropy_grad([0.5, 0.0], [1, 1])
    array([-1.,  0.])
    """
    dtype = as_float("p", p).dtype
    p, y, eps = _as_probabilities("p", p, y, eps)
    clipped = np.clip(p, eps, 1 - eps)
    slope = (clipped - y) / (clipped * (1 - clipped))
    return (np.where(p == clipped, slope, 0) / p.size).astype(dtype)


def bce_with_logits(z: ArrayLike, y: ArrayLike) -> float:
    """Return the binary cross-entropy of ``sigmoid(z)``, without forming a probability.

    Parameters
    ----------
    z : array_like of any shape, not empty
        Finite logits of class 1.
    y : array_like, shape of `z`
        Targets 0 and 1, or anything between.

    Returns
    -------
    float
        The mean over all entries, at least 0, in nats.

    Raises
    ------
    ValueError
        If the shapes differ, there is no entry, or a target is not from 0 to 1.

    Notes
    -----
    For y = 0 an entry costs ``log(1 + exp(z))``, for y = 1 it costs z less. Written as ``max(z, 0) - z * y +
    log1p(exp(-abs(z)))``, the same number: exp cannot overflow, and log1p keeps the digits of a tiny loss.

    Examples
    --------
    >>> bce_with_logits([1000, -1000], [1, 1])
    500.0
    """
    z, y = _as_pair("z", z, "y", y)
    _check_unit_interval("y", y)
    loss = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    return float(np.mean(loss))


def bce_with_logits_grad(z: ArrayLike, y: ArrayLike) -> Array:
    """Return the derivative of `bce_with_logits` by each logit: ``(sigmoid(z) - y) / z.size``.

    Parameters
    ----------
    z : array_like of any shape, not empty
        Finite logits of class 1.
    y : array_like, shape of `z`
        Targets from 0 to 1.

    Returns
    -------
    ndarray, shape of `z`
        From -1 to 1 before the division. It never vanishes while the prediction is wrong.

    Raises
    ------
    ValueError
        If the shapes differ, there is no entry, or a target is not from 0 to 1.

    Examples
    --------
    >>> bce_with_logits_grad([1000, -1000], [1, 1])
    array([ 0. , -0.5])
    """
    z, y = _as_pair("z", z, "y", y)
    _check_unit_interval("y", y)
    return np.asarray((sigmoid(z) - y) / z.size)


def _check_unit_interval(name: str, array: Array) -> None:
    """Raise unless all entries are from 0 to 1."""
    other = array[~((array >= 0) & (array <= 1))]
    if other.size:
        raise ValueError(f"{name} must lie in [0, 1]; got {other.flat[0]:g}")


def _as_probabilities(
    name: str,
    p: ArrayLike,
    y: ArrayLike,
    eps: float,
) -> tuple[Array, Array, float]:
    """Return probabilities and targets of one shape in float64, all from 0 to 1, and the clipping limit."""
    p, y = _as_pair(name, np.asarray(as_float(name, p), np.float64), "y", y)
    _check_unit_interval(name, p)
    _check_unit_interval("y", y)
    return p, y, as_number("eps", eps, "(0, 0.5)")


# -------------------------------------------------- categorical cross-entropy


def cross_entropy(probs: ArrayLike, y: ArrayLike, eps: float = 1e-12) -> float:
    """Return the mean over samples of ``-log p``, with p the probability of the true class.

    For targets that are distributions, of ``-sum_k y_k * log(p_k)``.

    Parameters
    ----------
    probs : array_like, shape (n, k)
        Probabilities from 0 to 1; first raised to at least `eps`.
    y : array_like of int, shape (n,), or array_like, shape (n, k)
        Classes from 0 to k - 1 ("sparse"), or rows that sum to 1: one-hot or soft targets.
    eps : float, default 1e-12
        Keeps the logarithm finite; above 0 and below 0.5.

    Returns
    -------
    float
        At least 0, in nats; computed in float64.

    Raises
    ------
    TypeError
        If `y` has one axis and does not hold integers.
    ValueError
        If the shapes do not fit, there is no sample, or a number is out of its range.

    Notes
    -----
    The number of axes tells the two kinds of targets apart, since n may equal k. The mean is over samples, not over
    n * k entries, so that the uniform guess costs log(k).

    Examples
    --------
    >>> round(cross_entropy([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4]], [0, 1]), 4)  # (-log 0.7 - log 0.5) / 2
    0.5249
    """
    probs = as_float("probs", probs)
    Y = _as_targets("probs", probs, y)
    p, Y, eps = _as_probabilities("probs", probs, Y, eps)
    # 0 - x, because -x may be -0.0
    return float(0 - np.sum(Y * np.log(np.maximum(p, eps))) / len(p))


def cross_entropy_grad(probs: ArrayLike, y: ArrayLike, eps: float = 1e-12) -> Array:
    """Return the derivative of `cross_entropy` by each probability: ``-y / probs / n``, and 0 below `eps`.

    Parameters
    ----------
    probs : array_like, shape (n, k)
        Probabilities.
    y : array_like of int, shape (n,), or array_like, shape (n, k)
        Classes, or rows that sum to 1.
    eps : float, default 1e-12
        As in `cross_entropy`.

    Returns
    -------
    ndarray, shape (n, k)
        Each probability by itself, as if the others of its row stayed where they are.

    Raises
    ------
    TypeError
        If `y` has one axis and does not hold integers.
    ValueError
        If the shapes do not fit, there is no sample, or a number is out of its range.

    Examples
    --------
    >>> cross_entropy_grad([[0.25, 0.75], [0.5, 0.5]], [0, 1])
    array([[-2.,  0.],
           [ 0., -1.]])
    """
    probs = as_float("probs", probs)
    Y = _as_targets("probs", probs, y)
    p, Y, eps = _as_probabilities("probs", probs, Y, eps)
    raised = np.maximum(p, eps)
    slope = np.where(p == raised, 0 - Y / raised, 0)
    return (slope / len(p)).astype(probs.dtype)


def cross_entropy_with_logits(logits: ArrayLike, y: ArrayLike) -> float:
    """Return the cross-entropy of ``softmax(logits)``, without forming a probability.

    Parameters
    ----------
    logits : array_like, shape (n, k)
        Scores; -inf for a class that cannot be.
    y : array_like of int, shape (n,), or array_like, shape (n, k)
        Classes from 0 to k - 1, or rows that sum to 1.

    Returns
    -------
    float
        The mean over samples of ``-sum_k y_k * log_softmax(logits)_k``, in nats.

    Raises
    ------
    TypeError
        If `y` has one axis and does not hold integers.
    ValueError
        If the shapes do not fit, there is no sample, or a target is out of its range.

    Notes
    -----
    Nothing is clipped: a true class that lies 2000 below the largest logit costs 2000.

    Examples
    --------
    >>> cross_entropy_with_logits([[0, -2000]], [1]), cross_entropy_with_logits([[0, -2000]], [[0.5, 0.5]])
    (2000.0, 1000.0)
    """
    logits = as_float("logits", logits)
    Y = _as_targets("logits", logits, y)
    # what is never the target costs nothing, even at -inf: 0 * inf is nan
    log_p = np.where(Y > 0, log_softmax(logits), 0)
    return float(0 - np.sum(Y * log_p) / len(Y))


def cross_entropy_with_logits_grad(logits: ArrayLike, y: ArrayLike) -> Array:
    """Return the derivative of `cross_entropy_with_logits` by each logit: ``(softmax(logits) - y) / n``.

    Parameters
    ----------
    logits : array_like, shape (n, k)
        Scores.
    y : array_like of int, shape (n,), or array_like, shape (n, k)
        Classes, taken as one-hot rows; or rows that sum to 1.

    Returns
    -------
    ndarray, shape (n, k)
        Rows that sum to 0: what one score should gain the others should lose.

    Raises
    ------
    TypeError
        If `y` has one axis and does not hold integers.
    ValueError
        If the shapes do not fit, there is no sample, or a target is out of its range.

    Examples
    --------
    >>> cross_entropy_with_logits_grad([[0, 0]], [[0.25, 0.75]])
    array([[ 0.25, -0.25]])
    """
    logits = as_float("logits", logits)
    Y = _as_targets("logits", logits, y)
    return np.asarray((softmax(logits) - Y) / len(Y))


def softmax_cross_entropy(logits: ArrayLike, y: ArrayLike) -> tuple[float, Array]:
    """Return the cross-entropy of ``softmax(logits)`` and its gradient, which share most of their work.

    Parameters
    ----------
    logits : array_like, shape (n, k)
        Scores.
    y : array_like of int, shape (n,)
        Classes from 0 to k - 1.

    Returns
    -------
    tuple (float, ndarray of shape (n, k))
        The loss, a mean over samples; and ``(p - one_hot(y)) / n`` with ``p = softmax(logits)``.

    Raises
    ------
    TypeError
        If `y` does not hold integers.
    ValueError
        If the shapes do not fit, there is no sample, or a label is not from 0 to k - 1.

    Notes
    -----
    What `cross_entropy_with_logits` and its gradient give for classes, in one pass and without a one-hot array.

    References
    ----------
    Bridle (1990), Training stochastic model recognition algorithms as networks ..., NIPS 2.

    Examples
    --------
    >>> softmax_cross_entropy([[0, -2000]], [1])
    (2000.0, array([[ 1., -1.]]))
    """
    logits = as_float("logits", logits)
    n, k = _samples_and_classes("logits", logits)
    labels = as_labels("y", y, k)
    check_shape("y", labels, [("n", n)])
    true = np.arange(n), labels
    log_p = log_softmax(logits)
    grad = np.exp(log_p)
    grad[true] -= 1
    return float(0 - np.mean(log_p[true])), grad / n


def _samples_and_classes(name: str, scores: Array) -> tuple[int, int]:
    """Return the lengths of the two axes of an array (n, k), both at least 1."""
    check_shape(name, scores, ["n", "k"])
    _check_not_empty(name, scores)
    return scores.shape[0], scores.shape[1]


def _as_targets(name: str, scores: Array, y: ArrayLike) -> Array:
    """Return classes (n,) as one-hot rows and distributions (n, k) as they are, in the dtype of the scores."""
    n, k = _samples_and_classes(name, scores)
    Y = as_float("y", y)
    if Y.ndim == 1:
        labels = as_labels("y", y, k)
        check_shape("y", labels, [("n", n)])
        Y = one_hot(labels, k)
    else:
        check_shape("y", Y, [("n", n), ("k", k)])
        _check_unit_interval("y", Y)
        sums = Y.sum(axis=1)
        worst = sums[np.abs(sums - 1).argmax()]
        if abs(worst - 1) > 1e-3:  # float16 has three digits
            raise ValueError(f"each row of y must sum to 1; got {worst:g}")
    return Y.astype(scores.dtype, copy=False)


# ----------------------------------------------------------------- decisions


def predict_classes(scores: ArrayLike, threshold: float | None = None) -> Array:
    """Decide: the class with the largest score, or with a threshold class 1 where the score reaches it.

    Parameters
    ----------
    scores : array_like, shape (..., k), or any shape with a threshold
        Logits or probabilities: softmax and sigmoid keep the order, so they are not needed to decide.
    threshold : float, optional
        Smallest score of class 1, such as 0.5 for probabilities and 0 for logits.

    Returns
    -------
    ndarray of int64, shape (...), or of `scores` with a threshold
        Classes. Of equal scores the first wins.

    Raises
    ------
    ValueError
        If there is no class to choose from, or `threshold` is not finite.

    Examples
    --------
    >>> predict_classes([[1, 3, 2], [-1, -2, -3]]), predict_classes([0.2, 0.5, 0.9], threshold=0.5)
    (array([1, 0]), array([0, 1, 1]))
    """
    scores = as_float("scores", scores)
    if threshold is not None:
        threshold = as_number("threshold", threshold, "(-inf, inf)")
        return np.asarray(scores >= threshold).astype(np.int64)
    check_shape("scores", scores, ["...", "k"])
    if scores.shape[-1] == 0:
        raise ValueError(f"scores must hold a class; got shape {scores.shape}")
    return np.asarray(scores.argmax(axis=-1)).astype(np.int64)


def accuracy(
    scores: ArrayLike,
    y: ArrayLike,
    threshold: float | None = None,
) -> float:
    """Return the share of samples whose predicted class is the true one.

    Parameters
    ----------
    scores : array_like, shape (..., k), or any shape with a threshold
        Logits or probabilities.
    y : array_like of int, shape (...), or of `scores` with a threshold
        True classes.
    threshold : float, optional
        As in `predict_classes`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If there is not one true class for each decision, or there is no decision at all.

    Examples
    --------
    >>> accuracy([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]], [0, 1, 0, 0])
    0.75
    """
    classes, y = predict_classes(scores, threshold), as_float("y", y)
    check_shape("y", y, classes.shape)
    _check_not_empty("y", y)
    return float(np.mean(classes == y))


# -------------------------------------------------------- softmax regression


def fit_softmax_regression(
    X: ArrayLike,
    y: ArrayLike,
    num_classes: int,
    lr: float = 0.5,
    steps: int = 200,
) -> tuple[Array, Array, list[float]]:
    """Learn a linear layer followed by softmax, by gradient descent on the cross-entropy of all samples.

    One step is ``W <- W - lr * X.T @ G`` and ``b <- b - lr * G.sum(axis=0)``, with G the gradient by the logits.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Samples, at least one, with at least one feature.
    y : array_like of int, shape (n,)
        Classes from 0 to ``num_classes - 1``.
    num_classes : int
        Number k of classes, at least 1. A class that does not occur gets its column too.
    lr : float, default 0.5
        Learning rate, above 0.
    steps : int, default 200
        Number of updates, at least 0.

    Returns
    -------
    tuple (ndarray of shape (d, k), ndarray of shape (k,), list of float)
        ``(W, b, history)``; ``history[i]`` is the loss before update i, so ``history[0]`` is log(k).

    Raises
    ------
    TypeError
        If a label, `num_classes` or `steps` is not whole.
    ValueError
        If the shapes do not fit or a number is out of its range.

    Notes
    -----
    W and b start at 0: the problem is convex and has no symmetry to break. Rows of W sum to 0 ever after.

    Examples
    --------
    >>> W, b, history = fit_softmax_regression([[0], [1]], [0, 1], num_classes=2)
    >>> predict_classes(dense([[0], [1]], W, b))
    array([0, 1])
    """
    X = as_float("X", X)
    check_shape("X", X, ["n", "d"])
    _check_not_empty("X", X)
    k = as_count("num_classes", num_classes, 1)
    lr = as_number("lr", lr, "(0, inf)")
    W, b = np.zeros((X.shape[1], k), X.dtype), np.zeros(k, X.dtype)
    history: list[float] = []
    for _ in range(as_count("steps", steps)):
        loss, G = softmax_cross_entropy(dense(X, W, b), y)
        history.append(loss)
        W -= lr * X.T @ G
        b -= lr * G.sum(axis=0)
    return W, b, history
