"""Chapter 8, the capstone: the notes' Keras model as functions, from images to a confusion matrix.

One hidden layer with ReLU and dropout, softmax, cross-entropy, Adam on mini-batches. Nothing is new here: every line
calls a formula of an earlier chapter. `dlcourse.sequential` does the same for any stack of layers.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_count, as_float, as_labels, as_number, check_rng, check_shape
from dlcourse.activations import relu, softmax
from dlcourse.backpropagation import dense_backward, init_weights_uniform, relu_backward
from dlcourse.losses import accuracy, cross_entropy_with_logits, softmax_cross_entropy
from dlcourse.optimizers import adam_step, minibatches
from dlcourse.perceptron import dense
from dlcourse.regularization import dropout_backward, dropout_forward

__all__ = [
    "confusion_matrix",
    "evaluate",
    "fit",
    "flatten_scale",
    "forward",
    "init_params",
    "loss_and_grads",
    "summary",
    "train_digits",
    "train_test_split",
]

Array: TypeAlias = NDArray[Any]
Params: TypeAlias = dict[str, Array]

# ------------------------------------------------------------------------------- the formulas


def flatten_scale(images: ArrayLike, max_value: float) -> Array:
    """Lay the pixels of each image in one row, and divide them by the largest possible value.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
        Pixels from 0 to `max_value`.
    max_value : float
        A constant of the data, above 0: 16 for scikit-learn's digits, 255 for MNIST. Not the largest pixel that
        happens to occur, which differs from image to image.

    Returns
    -------
    ndarray, shape (n, height * width)
        Numbers from 0 to 1, row after row of each image; float64 for integer pixels.

    Raises
    ------
    ValueError
        If `images` has not three axes or `max_value` is not above 0.

    Examples
    --------
    >>> flatten_scale([[[0, 4], [8, 16]]], max_value=16)
    array([[0.  , 0.25, 0.5 , 1.  ]])
    """
    images = as_float("images", images)
    check_shape("images", images, ["n", "height", "width"])
    n, height, width = images.shape
    largest = as_number("max_value", max_value, "(0, inf)")
    return np.asarray(images.reshape(n, height * width) / largest)


def train_test_split(
    X: ArrayLike,
    y: ArrayLike,
    test_fraction: float,
    rng: np.random.Generator,
) -> tuple[Array, Array, Array, Array]:
    """Deal samples out at random: some to learn from, the others to be judged by.

    Parameters
    ----------
    X, y : array_like, shapes (n, ...) and (n, ...)
        Samples, and what belongs to each.
    test_fraction : float
        Share of the samples for the test, in [0, 1]; their number is rounded.
    rng : Generator
        Shuffles.

    Returns
    -------
    tuple of ndarray
        ``(X_train, y_train, X_test, y_test)``. No sample is in both parts, none is lost.

    Raises
    ------
    TypeError
        If `rng` is no generator.
    ValueError
        If `X` and `y` are not equally long, or `test_fraction` lies outside [0, 1].

    Examples
    --------
    >>> X_train, y_train, X_test, y_test = train_test_split(
    ...     [[0], [1], [2], [3]], [0, 1, 2, 3], 0.25, np.random.default_rng(0)
    ... )
    >>> len(X_train), y_test.tolist() == X_test.ravel().tolist()
    (3, True)
    """
    X, y = np.asarray(X), np.asarray(y)
    check_shape("X", X, ["n", *map(str, X.shape[1:])])
    check_shape("y", y, [("n", len(X)), *map(str, y.shape[1:])])
    check_rng(rng)
    share = as_number("test_fraction", test_fraction, "[0, 1]")
    order = rng.permutation(len(X))
    test, train = np.split(order, [round(share * len(X))])
    return X[train], y[train], X[test], y[test]


def init_params(
    rng: np.random.Generator,
    n_in: int,
    n_hidden: int,
    n_out: int,
) -> Params:
    """Draw the weights of a network with one hidden layer, as Keras does by default.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    n_in, n_hidden, n_out : int
        Features, hidden units and classes, each at least 1.

    Returns
    -------
    dict of str to ndarray
        `W1` (n_in, n_hidden) and `W2` (n_hidden, n_out), uniform within ``sqrt(6 / (fan_in + fan_out))``; `b1` and
        `b2` of zeros.

    Raises
    ------
    TypeError
        If `rng` is no generator, or a number is not whole.
    ValueError
        If a number is below 1.

    References
    ----------
    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks.

    Examples
    --------
    >>> {name: w.shape for name, w in init_params(np.random.default_rng(0), 784, 128, 10).items()}
    {'W1': (784, 128), 'b1': (128,), 'W2': (128, 10), 'b2': (10,)}
    """
    n_in = as_count("n_in", n_in, least=1)
    n_hidden = as_count("n_hidden", n_hidden, least=1)
    n_out = as_count("n_out", n_out, least=1)
    return {
        "W1": init_weights_uniform(rng, n_in, n_hidden, "xavier"),
        "b1": np.zeros(n_hidden),
        "W2": init_weights_uniform(rng, n_hidden, n_out, "xavier"),
        "b2": np.zeros(n_out),
    }


def _network(params: Mapping[str, ArrayLike]) -> tuple[Array, Array, Array, Array]:
    """Return `W1`, `b1`, `W2` and `b2`, whose shapes fit."""
    if params.keys() != {"W1", "b1", "W2", "b2"}:
        raise ValueError(f"params must hold W1, b1, W2 and b2; got {', '.join(params)}")
    W1, b1, W2, b2 = (as_float(name, params[name]) for name in ("W1", "b1", "W2", "b2"))
    check_shape("W1", W1, ["d", "h"])
    check_shape("b1", b1, [("h", W1.shape[1])])
    check_shape("W2", W2, [("h", W1.shape[1]), "k"])
    check_shape("b2", b2, [("k", W2.shape[1])])
    return W1, b1, W2, b2


def _check_not_empty(rows: Array) -> None:
    """Raise unless there is a row, of samples or of what was computed from them."""
    if len(rows) == 0:
        raise ValueError("X must hold at least one sample; got none")


def summary(params: Mapping[str, ArrayLike]) -> dict[str, int]:
    """Count the parameters of each layer, under the names that Keras gives to its first two dense layers.

    Parameters
    ----------
    params : mapping of str to array_like
        As `init_params` returns them.

    Returns
    -------
    dict of str to int
        "dense", "dense_1" and "total". Flattening and dropout have no parameters.

    Raises
    ------
    ValueError
        If an array is missing or does not fit.

    Examples
    --------
    >>> summary(init_params(np.random.default_rng(0), 784, 128, 10))
    {'dense': 100480, 'dense_1': 1290, 'total': 101770}
    """
    W1, b1, W2, b2 = _network(params)
    first, second = W1.size + b1.size, W2.size + b2.size
    return {"dense": first, "dense_1": second, "total": first + second}


def forward(
    params: Mapping[str, ArrayLike],
    X: ArrayLike,
    rate: float = 0.2,
    training: bool = False,
    rng: np.random.Generator | None = None,
) -> tuple[Array, dict[str, Array]]:
    """Compute class probabilities: dense, ReLU, dropout, dense, softmax.

    Parameters
    ----------
    params : mapping of str to array_like
        As `init_params` returns them.
    X : array_like, shape (n, d)
        Samples.
    rate : float, default 0.2
        Probability of each hidden unit to be dropped, in training only.
    training : bool, default False
        Whether to drop at all.
    rng : Generator, optional
        Draws the mask; needed in training only.

    Returns
    -------
    tuple (ndarray of shape (n, k), dict of str to ndarray)
        Probabilities, and what the way back needs: the weighted sums `z` and the activations `h` after dropout, both
        (n, hidden), the `scale` of each unit, and the `logits` (n, k).

    Raises
    ------
    TypeError
        If `rng` is no generator, in training.
    ValueError
        If the shapes do not fit or `rate` lies outside [0, 1].

    Examples
    --------
    >>> params = {"W1": [[1, -1]], "b1": [0, 0], "W2": [[1, 0], [0, 1]], "b2": [0, 0]}
    >>> forward(params, [[0.0]])[0]
    array([[0.5, 0.5]])
    """
    W1, b1, W2, b2 = _network(params)
    X = as_float("X", X)
    check_shape("X", X, ["n", ("d", len(W1))])
    z = dense(X, W1, b1)
    # without training nothing is drawn
    h, scale = dropout_forward(relu(z), rate, rng, training)  # type: ignore[arg-type]
    logits = dense(h, W2, b2)
    return softmax(logits), {"z": z, "h": h, "scale": scale, "logits": logits}


def loss_and_grads(
    params: Mapping[str, ArrayLike],
    X: ArrayLike,
    y: ArrayLike,
    rate: float = 0.2,
    training: bool = True,
    rng: np.random.Generator | None = None,
) -> tuple[float, Params]:
    """Return the cross-entropy of `forward` and its gradient for every parameter, by the same mask.

    Parameters
    ----------
    params, X
        As in `forward`.
    y : array_like of int, shape (n,)
        True classes.
    rate, training, rng
        As in `forward`, but with dropout by default.

    Returns
    -------
    tuple (float, dict of str to ndarray)
        The mean over the samples, and a gradient like each entry of `params`.

    Raises
    ------
    TypeError
        If `y` does not hold integers, or `rng` is no generator, in training.
    ValueError
        If the shapes do not fit, there is no sample, or a label is out of range.

    Examples
    --------
    >>> params = {"W1": [[1.0]], "b1": [0.0], "W2": [[0.0, 0.0]], "b2": [0.0, 0.0]}
    >>> loss, grads = loss_and_grads(params, [[2.0]], [1], training=False)
    >>> round(loss, 6), grads["W2"]
    (0.693147, array([[ 1., -1.]]))
    """
    W1, _, W2, _ = _network(params)
    _, kept = forward(params, X, rate, training, rng)
    _check_not_empty(kept["logits"])
    loss, dlogits = softmax_cross_entropy(kept["logits"], y)
    dh, dW2, db2 = dense_backward(dlogits, kept["h"], W2)
    dz = relu_backward(dropout_backward(dh, kept["scale"]), kept["z"])
    _, dW1, db1 = dense_backward(dz, X, W1)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def fit(
    params: Mapping[str, ArrayLike],
    X: ArrayLike,
    y: ArrayLike,
    loss_and_grads: Callable[..., tuple[float, Mapping[str, ArrayLike]]],
    epochs: int,
    batch_size: int,
    lr: float,
    rng: np.random.Generator,
    rate: float = 0.2,
) -> tuple[Params, list[float]]:
    """Train with Adam on mini-batches that are dealt anew in every epoch.

    Parameters
    ----------
    params : mapping of str to array_like
        Where to start; left as they are.
    X, y : array_like, shapes (n, ...) and (n,)
        Samples and classes, at least one.
    loss_and_grads : callable
        Called as ``loss_and_grads(params, X_batch, y_batch, rate=rate, training=True, rng=rng)``, once a batch.
    epochs, batch_size : int
        Passes over the data, at least 0, and samples in a batch, at least 1. The last batch may be smaller.
    lr : float
        Learning rate, at least 0.
    rng, rate
        As in `forward`; `rng` also deals the batches.

    Returns
    -------
    tuple (dict of str to ndarray, list of float)
        The new parameters; and for each epoch the mean loss over its samples: a batch counts by its size.

    Raises
    ------
    TypeError
        If `rng` is no generator.
    ValueError
        If there is no sample, shapes do not fit, or a number is out of range.

    Notes
    -----
    Adam's `eps` is 1e-7 as in Keras, but stands where the paper has it: see `dlcourse.optimizers.adam_step`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> params = init_params(rng, 1, 4, 2)
    >>> params, history = fit(params, [[0], [1]], [0, 1], loss_and_grads, 50, 2, 0.1, rng, rate=0.0)
    >>> history[-1] < history[0] / 2
    True
    """
    X, y = np.asarray(X), np.asarray(y)
    check_rng(rng)
    check_shape("X", X, ["n", *map(str, X.shape[1:])])
    _check_not_empty(X)
    # copies, also if there is no epoch: the caller's arrays are not ours to hand out
    new: Params = {name: as_float(name, w).copy() for name, w in params.items()}
    states: dict[str, dict[str, Any]] = {name: {} for name in new}
    history: list[float] = []
    for _ in range(as_count("epochs", epochs)):
        total = 0.0
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            loss, grads = loss_and_grads(new, X_batch, y_batch, rate=rate, training=True, rng=rng)
            total += float(loss) * len(X_batch)
            for name, w in new.items():
                new[name], states[name] = adam_step(w, grads[name], states[name], lr, eps=1e-7)
        history.append(total / len(X))
    return new, history


def evaluate(params: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike) -> tuple[float, float]:
    """Return the loss and the accuracy of the network without dropout.

    Parameters
    ----------
    params : mapping of str to array_like
        As `init_params` returns them.
    X, y : array_like, shapes (n, d) and (n,)
        Samples and classes, at least one. On training data this measures memory, on others generalization.

    Returns
    -------
    tuple (float, float)
        Mean cross-entropy, and share of samples classified right, from 0 to 1.

    Raises
    ------
    TypeError
        If `y` does not hold integers.
    ValueError
        If the shapes do not fit or there is no sample.

    Examples
    --------
    >>> params = {"W1": [[1, -1]], "b1": [0, 0], "W2": [[50, -50], [-50, 50]], "b2": [0, 0]}
    >>> evaluate(params, [[1.0], [-1.0]], [0, 1])
    (0.0, 1.0)
    """
    _, kept = forward(params, X)
    _check_not_empty(kept["logits"])
    return cross_entropy_with_logits(kept["logits"], y), accuracy(kept["logits"], y)


def confusion_matrix(y_true: ArrayLike, y_pred: ArrayLike, num_classes: int) -> Array:
    """Count how often each true class was taken for each class.

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (n,)
        True and predicted classes, from 0 to ``num_classes - 1``.
    num_classes : int
        Number k of classes, at least 1.

    Returns
    -------
    ndarray of int64, shape (k, k)
        Row: true class; column: predicted class. The diagonal holds what was right.

    Raises
    ------
    TypeError
        If a class is not whole.
    ValueError
        If the shapes differ or a class is out of range.

    Notes
    -----
    ``M[y_true, y_pred] += 1`` would count a pair that occurs twice only once.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1], num_classes=2)
    array([[1, 1],
           [0, 2]])
    """
    k = as_count("num_classes", num_classes, least=1)
    true, pred = as_labels("y_true", y_true, k), as_labels("y_pred", y_pred, k)
    check_shape("y_true", true, ["n"])
    check_shape("y_pred", pred, [("n", len(true))])
    return np.bincount(true * k + pred, minlength=k * k).reshape(k, k)


def train_digits(X: ArrayLike, y: ArrayLike, seed: int) -> Params:
    """Train 64-128-10 with dropout 0.2 on handwritten digits, to more than 97 % on digits it has not seen.

    Parameters
    ----------
    X : array_like, shape (n, 64)
        Images of 8 by 8 pixels, flat, from 0 to 1.
    y : array_like of int, shape (n,)
        Digits from 0 to 9.
    seed : int
        Decides everything that is left to chance.

    Returns
    -------
    dict of str to ndarray
        Parameters, as of `init_params`: 9,610 numbers.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    30 epochs, batches of 32 and a learning rate of 0.003.

    Examples
    --------
    >>> params = train_digits(np.eye(10, 64), np.arange(10), seed=0)
    >>> summary(params)["total"]
    9610
    """
    rng = np.random.default_rng(seed)
    X = as_float("X", X)
    check_shape("X", X, ["n", ("d", 64)])
    params = init_params(rng, n_in=64, n_hidden=128, n_out=10)
    trained, _ = fit(params, X, y, loss_and_grads, epochs=30, batch_size=32, lr=3e-3, rng=rng)
    return trained
