"""Watching a training: what it wrote down, and when it should stop."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlcourse._shapes import as_count, as_number
from dlcourse.regularization import early_stopping

if TYPE_CHECKING:
    from dlcourse.figures import Figure

__all__ = ["Callback", "EarlyStopping", "History"]

Array: TypeAlias = NDArray[Any]

# ------------------------------------------------------------------ Part 1: the formulas


def _best_and_over(values: Sequence[float], patience: int, min_delta: float) -> tuple[int, bool]:
    """Return the epoch with the lowest value, and whether patience has run out."""
    # had patience lasted, one bad epoch more would be the last that was looked at
    best, last = early_stopping([*values, np.inf], patience, min_delta)
    return best, last < len(values)


def _higher_is_better(name: str) -> bool:
    return name.removeprefix("val_") == "accuracy"


def _words(name: str, values: Sequence[float]) -> str:
    """Say a curve in words, for those who do not see it."""
    # nan is the best of nothing: min and max would return it only if it comes first
    numbers = [value for value in values if not math.isnan(value)] or values
    best = (max if _higher_is_better(name) else min)(numbers)
    epoch = 1 + list(values).index(best)
    what = name.removeprefix("val_") + (" on the validation data" if name.startswith("val_") else " in training")
    return f"{what} goes from {values[0]:.3g} to {values[-1]:.3g}, best {best:.3g} after epoch {epoch}"


def _all_words(history: Mapping[str, Sequence[float]]) -> str:
    return "Learning curves: " + "; ".join(_words(*curve) for curve in history.items()) + "."


# ------------------------------------------------------- Part 2: the objects that remember


class History:
    """What `dlcourse.sequential.Sequential.fit` wrote down after each epoch.

    Attributes
    ----------
    history : dict of str to list of float
        "loss" and each metric, and the same behind ``"val_"`` if there were validation data: one number an epoch.

    Examples
    --------
    >>> history = History()
    >>> history.append({"loss": 0.5})
    >>> history.append({"loss": 0.25})
    >>> history.history
    {'loss': [0.5, 0.25]}
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}

    def append(self, logs: Mapping[str, float]) -> None:
        """Write down the numbers of one epoch."""
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))

    def __len__(self) -> int:
        """Return the number of epochs."""
        return max(map(len, self.history.values()), default=0)

    def plot(self) -> Figure:
        """Draw every curve: losses above, metrics below, validation dashed. Needs matplotlib; ValueError if empty."""
        try:
            from dlcourse.figures import learning_curves
        except ImportError as error:
            raise ImportError('plot needs matplotlib: pip install "dlcourse[figures]"') from error
        if not self.history:
            raise ValueError("plot needs at least one epoch; this history is empty")
        return learning_curves(self.history, _all_words(self.history))


class _Model(Protocol):
    """What a callback may ask of a model."""

    def get_weights(self) -> dict[str, Array]:
        """Return copies of all weights."""

    def set_weights(self, weights: Mapping[str, Array]) -> None:
        """Take weights back."""


class Callback:
    """Something that watches a training. Override what you need."""

    def on_train_begin(self, model: _Model) -> None:
        """Get ready; called once, before the first epoch."""

    def on_epoch_end(self, model: _Model, history: History) -> bool:
        """Look at what was written down so far; return True to stop."""
        return False

    def on_train_end(self, model: _Model) -> None:
        """Tidy up; called once, also after an interruption."""


class EarlyStopping(Callback):
    """Stop when a number has not improved for some epochs, and go back to the best weights.

    Parameters
    ----------
    monitor : str, default "val_loss"
        Which number of the history to watch. An accuracy should rise, everything else fall.
    patience : int, default 5
        Epochs in a row without improvement, at least 1.
    min_delta : float, default 0.0
        Changes up to this are no improvement; at least 0.
    restore_best_weights : bool, default True
        Go back to the weights of the best epoch, however training ended.

    Attributes
    ----------
    best_epoch : int
        The epoch with the best number, counted from 0; -1 before the first.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    The rule is `dlcourse.regularization.early_stopping`. Keras restores nothing unless asked, and its patience is 0.

    Examples
    --------
    >>> EarlyStopping("val_accuracy", patience=3).best_epoch
    -1
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 5,
        min_delta: float = 0.0,
        restore_best_weights: bool = True,
    ) -> None:
        self.monitor = monitor
        self.patience = as_count("patience", patience, least=1)
        self.min_delta = as_number("min_delta", min_delta, "[0, inf)")
        self.restore_best_weights = restore_best_weights
        self.best_epoch = -1
        self._best_weights: dict[str, Array] | None = None

    def on_train_begin(self, model: _Model) -> None:
        """Forget the last training."""
        self.best_epoch, self._best_weights = -1, None

    def on_epoch_end(self, model: _Model, history: History) -> bool:
        """Keep the weights if they are the best so far; ask to stop when patience has run out."""
        if self.monitor not in history.history:
            raise ValueError(f"monitor must be one of {', '.join(history.history)}; got {self.monitor!r}")
        values = history.history[self.monitor]
        falling = np.negative(values).tolist() if _higher_is_better(self.monitor) else values
        best, over = _best_and_over(falling, self.patience, self.min_delta)
        if best != self.best_epoch:
            self.best_epoch = best
            self._best_weights = model.get_weights() if self.restore_best_weights else None
        return over

    def on_train_end(self, model: _Model) -> None:
        """Go back to the best weights."""
        if self._best_weights is not None:
            model.set_weights(self._best_weights)
