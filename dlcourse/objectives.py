"""What a model is asked to make small, and what it is measured by: chapter 3's losses under the names of Keras."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_float, as_labels, check_shape
from dlcourse.losses import (
    accuracy,
    bce_with_logits,
    bce_with_logits_grad,
    cross_entropy_with_logits,
    cross_entropy_with_logits_grad,
    mae,
    mae_grad,
    mse,
    mse_grad,
)

__all__ = ["OBJECTIVES", "Objective"]

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]


class Objective(NamedTuple):
    """A loss as a model uses it: on the scores before the last activation, where it is exact for scores of any size.

    Attributes
    ----------
    head : str or None
        The last activation that it needs; None for any.
    targets : callable
        ``targets(y, shape, dtype)`` returns what belongs to outputs of a shape, or says what is wrong with it.
    value : callable
        ``value(scores, targets)``, a mean over samples.
    value_and_grad : callable
        The same, and its gradient by the scores.
    metrics : mapping of str to callable
        What else may be measured, each ``metric(scores, targets)``.
    """

    head: str | None
    targets: Callable[[ArrayLike, Shape, Any], Array]
    value: Callable[[Array, Array], float]
    value_and_grad: Callable[[Array, Array], tuple[float, Array]]
    metrics: Mapping[str, Callable[[Array, Array], float]]


def _labels(y: ArrayLike, shape: Shape, dtype: Any) -> Array:
    """Return one class for each sample."""
    labels = as_labels("y", y, shape[1])
    check_shape("y", labels, [("n", shape[0])])
    return labels


def _distributions(y: ArrayLike, shape: Shape, dtype: Any) -> Array:
    """Return one row of probabilities for each sample; the loss checks that they are such."""
    rows = as_float("y", y)
    check_shape("y", rows, [("n", shape[0]), ("k", shape[1])])
    return rows.astype(dtype)


def _numbers(y: ArrayLike, shape: Shape, dtype: Any) -> Array:
    """Return one number for each output; a flat `y` will do if there is one output a sample."""
    numbers = as_float("y", y)
    if shape == (len(numbers), 1) and numbers.ndim == 1:
        numbers = numbers.reshape(shape)
    check_shape("y", numbers, [("n", shape[0]), *shape[1:]])
    return numbers.astype(dtype)


def _pair(
    value: Callable[..., float],
    grad: Callable[..., Array],
) -> tuple[Callable[[Array, Array], float], Callable[[Array, Array], tuple[float, Array]]]:
    """Return a loss, and the loss together with its gradient."""
    return value, lambda scores, y: (value(scores, y), grad(scores, y))


def _softmax_cross_entropy(scores: Array, labels: Array) -> tuple[float, Array]:
    """Do what `dlcourse.losses.softmax_cross_entropy` does, for labels that were checked before training began."""
    n = len(labels)
    true = labels, np.arange(n)
    z = np.ascontiguousarray(scores.T)  # down long columns max and sum are three times as fast
    z -= z.max(axis=0)
    p = np.exp(z)
    sums = p.sum(axis=0)
    loss = float(np.log(sums).sum() - z[true].sum()) / n
    p /= sums
    p[true] -= 1
    p /= n
    return loss, p.T


_REGRESSION = {"mae": mae, "mse": mse}

OBJECTIVES: dict[str, Objective] = {
    "sparse_categorical_crossentropy": Objective(
        "softmax",
        _labels,
        cross_entropy_with_logits,
        _softmax_cross_entropy,
        {"accuracy": accuracy},
    ),
    "categorical_crossentropy": Objective(
        "softmax",
        _distributions,
        *_pair(cross_entropy_with_logits, cross_entropy_with_logits_grad),
        {"accuracy": lambda scores, y: accuracy(scores, y.argmax(axis=1))},
    ),
    "binary_crossentropy": Objective(
        "sigmoid",
        _numbers,
        *_pair(bce_with_logits, bce_with_logits_grad),
        {"accuracy": lambda scores, y: accuracy(scores, y, threshold=0.0)},
    ),
    "mse": Objective(None, _numbers, *_pair(mse, mse_grad), _REGRESSION),
    "mae": Objective(None, _numbers, *_pair(mae, mae_grad), _REGRESSION),
}
"""The losses by the names that `dlcourse.sequential.Sequential.compile` takes."""
