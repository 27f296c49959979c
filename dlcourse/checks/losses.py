"""Checks of the assignment 03_losses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse import losses as oracle
from dlcourse.checks.engine import (
    Assignment,
    Case,
    Explanation,
    Function,
    Quiz,
    Statement,
    Task,
    Trial,
    fails_only_at,
    like,
)
from dlcourse.checks.kinds import TOLERANCE_FLOAT32, Complaint, Floats, Integers, Parts, floats, plain_array
from dlcourse.checks.words import describe

__all__ = ["ASSIGNMENT"]

Array = npt.NDArray[Any]
Rule = Callable[..., Any]


@dataclass(frozen=True)
class Loss:
    """One number. No mistake of this assignment changes it by less than 1e-5; a way through float32 may by some 1e-7.

    Attributes
    ----------
    share : float
        How far it may be off, as a share of the wanted number.
    least : float
        How far it may be off in any case.
    """

    share: float = 1e-6
    least: float = 1e-7

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        array = plain_array(got)
        if array is None:
            return Complaint("not_a_number", {"type": describe(got)})
        if array.size != 1:
            return Complaint("several", {"shape": array.shape})
        if array.dtype.kind == "b":
            return Complaint("booleans")
        if not np.isfinite(array).all():
            return Complaint("not_finite")
        share = TOLERANCE_FLOAT32 if array.dtype == np.float32 else self.share
        off = abs(float(array.reshape(())) - want)
        return None if off <= max(share * abs(want), self.least) else Complaint("value")


@dataclass(frozen=True)
class FloatRows:
    """An array whose dtype must be one of floats, even where its numbers are whole."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        array = plain_array(got)
        if array is not None and array.shape == want.shape and array.dtype.kind in "iu":
            return Complaint("integers", {"got": f"integers of type {array.dtype}"})
        return Floats().compare(got, want)


@dataclass(frozen=True)
class Near:
    """An array of real numbers after many steps of learning, of which each rounds."""

    share: float = 1e-5

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        found = Floats().compare(got, want)
        if found is None or found.id != "value":
            return found
        wanted = np.asarray(want)
        largest = max(1.0, float(np.abs(wanted).max()))
        return None if np.allclose(np.asarray(got), wanted, rtol=0, atol=self.share * largest) else found


def formula(*variants: Rule) -> Explanation:
    """Explain an answer by a wrong formula, whether or not it refuses what it must refuse."""

    def explains(trials: Sequence[Trial]) -> bool:
        asked = [trial for trial in trials if trial.case.raises is None]
        return any(trial.complaint is not None for trial in asked) and like(*variants)(asked)

    return explains


def lets_through(focus: str, *others: str) -> Explanation:
    """Return whether only refusals fail, the first focus among them, and nothing was raised there at all."""
    only = fails_only_at(focus, *others)

    def explains(trials: Sequence[Trial]) -> bool:
        return only(trials) and all(trial.called.fault is None for trial in trials if trial.complaint is not None)

    return explains


def eye(labels: Array, count: int) -> Array:
    """Return one-hot rows the way NumPy makes them, negative labels and all."""
    return np.asarray(np.eye(count)[labels])


# ------------------------------------------------------------------ 1. MSE, MAE and R squared

REGRESSION_CASES = [
    Case((np.array([3.0, 1.0, 4.0]), np.array([1.0, 2.0, 4.0])), "signs"),
    Case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 2.0], [1.0, 0.0]])), "matrix"),
    Case((np.array([1, 5, 2]), np.array([2, 3, 2])), "integers"),
    Case((np.array([250, 0, 7], dtype=np.uint8), np.array([255, 100, 3], dtype=np.uint8)), "uint8"),
    Case((np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([1.0, 2.0, 3.0, 4.0])), "broadcast", raises=ValueError),
    Case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 2.0])), "broadcast", raises=ValueError),
    Case((np.array([1.0, 2.0, 4.0]), np.array([1.0])), "broadcast", raises=ValueError),
    Case((np.zeros(0), np.zeros(0)), "empty", raises=ValueError),
    Case((np.zeros((0, 2)), np.zeros((0, 2))), "empty", raises=ValueError),
]


def draw_regression(rng: np.random.Generator) -> Iterator[Case]:
    """Square matrices, where an axis that is left over does not show in the length; then other shapes."""
    for shape in [(4, 4), (7,), (3, 5), (2, 3, 4)]:
        yield Case((rng.normal(size=shape) * 3, rng.normal(size=shape) + 1), "random_shapes")


REFUSALS: Mapping[str, Explanation] = {
    "broadcasts": lets_through("broadcast", "empty"),
    "empty_batch": lets_through("empty"),
}


def errors(change: Callable[[Array], Any], to_float: bool = True) -> Rule:
    """Return a loss as a function of the errors alone."""
    return lambda pred, target: change(floats(pred) - floats(target) if to_float else pred - target)


WHOLE = (np.int64, np.int32, np.int16)


def whole_errors(change: Callable[[Array], Any], dtype: Any) -> Rule:
    """Return a loss of whole numbers."""
    return lambda pred, target: change(pred.astype(dtype) - target.astype(dtype))


MSE = Function(
    "mse",
    oracle.mse,
    "eq-mse",
    Loss(),
    visible=[Case((np.array([1.0, 2.0]), np.array([2.0, 4.0])), "two_errors")],
    witnesses=REGRESSION_CASES,
    draws=draw_regression,
    mistakes={
        "sum": formula(errors(lambda e: np.sum(e**2))),
        "root": formula(errors(lambda e: np.sqrt(np.mean(e**2))), errors(lambda e: np.sqrt(np.sum(e**2)))),
        "absolute": formula(errors(lambda e: np.mean(np.abs(e)))),
        "half": formula(errors(lambda e: np.mean(e**2) / 2)),
        "signed": formula(errors(np.mean), errors(lambda e: -np.mean(e))),
        "mean_first": formula(errors(lambda e: np.mean(e) ** 2)),
        "rows_only": formula(errors(lambda e: np.sum(e**2) / len(e))),
        "one_less": formula(errors(lambda e: np.sum(e**2) / (e.size - 1))),
        "uint8_wraps": formula(
            errors(lambda e: np.mean(e**2), to_float=False),
            errors(lambda e: np.mean(e.astype(float) ** 2), to_float=False),
        ),
        "cuts_fractions": formula(*(whole_errors(lambda e: np.mean(e**2), dtype) for dtype in WHOLE)),
        **REFUSALS,
    },
)

MAE = Function(
    "mae",
    oracle.mae,
    "eq-mae",
    Loss(),
    visible=[Case((np.array([1.0, 2.0]), np.array([2.0, 4.0])), "two_errors")],
    witnesses=REGRESSION_CASES,
    draws=draw_regression,
    mistakes={
        "sum": formula(errors(lambda e: np.sum(np.abs(e)))),
        "signed": formula(errors(np.mean), errors(lambda e: -np.mean(e)), errors(lambda e: abs(np.mean(e)))),
        "squared": formula(errors(lambda e: np.mean(e**2))),
        "root": formula(errors(lambda e: np.sqrt(np.mean(e**2)))),
        "median": formula(errors(lambda e: np.median(np.abs(e)))),
        "largest": formula(errors(lambda e: np.max(np.abs(e)))),
        "rows_only": formula(errors(lambda e: np.sum(np.abs(e)) / len(e))),
        "uint8_wraps": formula(errors(lambda e: np.mean(np.abs(e)), to_float=False)),
        "cuts_fractions": formula(*(whole_errors(lambda e: np.mean(np.abs(e)), dtype) for dtype in WHOLE)),
        **REFUSALS,
    },
)


def ratio(pred: Array, target: Array) -> Any:
    """Return the share that is left unexplained."""
    return np.sum((target - pred) ** 2) / np.sum((target - target.mean()) ** 2)


def r2_with(rule: Rule, to_float: bool = True) -> Rule:
    return lambda pred, target: rule(floats(pred), floats(target)) if to_float else rule(pred, target)


R2 = Function(
    "r2_score",
    oracle.r2_score,
    "eq-r2",
    Loss(),
    visible=[
        Case((np.array([1.0, 3.0, 4.0]), np.array([1.0, 2.0, 6.0])), "imperfect"),
        Case((np.array([2.0, 4.0]), np.array([2.0, 4.0])), "perfect"),
    ],
    witnesses=[
        Case((np.array([3.0, 3.0]), np.array([1.0, 5.0])), "mean"),
        Case((np.array([1.0, 2.0]), np.array([2.0, 4.0])), "negative"),
        *REGRESSION_CASES,
    ],
    draws=draw_regression,
    mistakes={
        "variation_of_predictions": formula(
            r2_with(lambda p, t: 1 - np.sum((t - p) ** 2) / np.sum((p - p.mean()) ** 2)),
            r2_with(lambda p, t: 1 - np.sum((t - p) ** 2) / np.sum((p - t.mean()) ** 2)),
            r2_with(lambda p, t: 1 - np.sum((t - p) ** 2) / np.sum((t - p.mean()) ** 2)),
        ),
        "clipped": formula(r2_with(lambda p, t: max(0.0, 1 - ratio(p, t)))),
        "no_one_minus": formula(r2_with(ratio)),
        "correlation": formula(
            r2_with(lambda p, t: np.corrcoef(p.ravel(), t.ravel())[0, 1] ** 2),
            r2_with(lambda p, t: np.corrcoef(p.ravel(), t.ravel())[0, 1]),
        ),
        "columns": formula(
            r2_with(lambda p, t: np.mean(1 - np.sum((t - p) ** 2, axis=0) / np.sum((t - t.mean(axis=0)) ** 2, axis=0))),
            r2_with(lambda p, t: 1 - np.sum((t - p) ** 2) / np.sum((t - t.mean(axis=0)) ** 2)),
        ),
        "column_scores": formula(
            r2_with(lambda p, t: 1 - np.sum((t - p) ** 2, axis=0) / np.sum((t - t.mean(axis=0)) ** 2, axis=0)),
        ),
        "sum_over_mean": formula(
            r2_with(lambda p, t: 1 - np.sum((t - p) ** 2) / np.var(t)),
            r2_with(lambda p, t: 1 - np.mean((t - p) ** 2) / np.sum((t - t.mean()) ** 2)),
        ),
        "one_less": formula(r2_with(lambda p, t: 1 - np.mean((t - p) ** 2) / np.var(t, ddof=1))),
        "not_squared": formula(
            r2_with(lambda p, t: 1 - np.sqrt(ratio(p, t))),
            r2_with(lambda p, t: 1 - np.sum(np.abs(t - p)) / np.sum(np.abs(t - t.mean()))),
        ),
        "no_centre": formula(r2_with(lambda p, t: 1 - np.sum((t - p) ** 2) / np.sum(t**2))),
        "uint8_wraps": formula(
            r2_with(lambda p, t: 1 - ratio(p, t), to_float=False),
            r2_with(lambda p, t: 1 - np.mean((t - p) ** 2) / np.var(t), to_float=False),
        ),
        **REFUSALS,
    },
)


# ------------------------------------------------------------------------------- 2. One-hot


def draw_labels(rng: np.random.Generator) -> Iterator[Case]:
    """As many labels as classes, several axes, small dtypes; then one bad label among good ones."""
    for shape, count, dtype in [((4,), 4, int), ((4, 4), 4, np.int8), ((9,), 5, np.uint16), ((2, 3), 6, int)]:
        yield Case((rng.integers(0, count, shape).astype(dtype), count), "random_labels")
    for focus, bad in [("below", -1), ("below", -3), ("above", 4), ("above", 9)]:
        labels = rng.integers(0, 4, 6)
        labels[rng.integers(6)] = bad
        yield Case((labels, 4), focus, raises=ValueError)


def in_all_rows(y: Array, c: int) -> Array:
    out = np.zeros((len(y), c))
    out[:, y] = 1
    return out


def range_unchecked(trials: Sequence[Trial]) -> bool:
    """Tell whether only labels out of range fail: the negative ones get through, the others get through or raise."""
    below = [trial.complaint for trial in trials if trial.case.focus == "below"]
    return fails_only_at("below", "above")(trials) and all(one and one.id == "not_refused" for one in below)


ONE_HOT = Function(
    "one_hot",
    oracle.one_hot,
    "eq-one-hot",
    FloatRows(),
    visible=[Case((np.array([2, 0]), 3), "two_labels")],
    witnesses=[
        Case((np.array([0, 0, 2]), 3), "square"),
        Case((np.array([0, 1]), 4), "absent"),
        Case((np.array([1]), 2), "one_sample"),
        Case((np.array([[0, 2], [1, 1]]), 3), "two_axes"),
        Case((np.zeros(0, dtype=int), 3), "empty"),
        Case((np.array([2, 0], dtype=np.uint8), 3), "uint8"),
        Case((np.array([1, -1]), 3), "below", raises=ValueError),
        Case((np.array([1, 3]), 3), "above", raises=ValueError),
    ],
    draws=draw_labels,
    mistakes={
        "largest_label": formula(
            lambda y, c: eye(y, int(y.max()) + 1 if y.size else c), lambda y, c: eye(y, y.max() + 1)
        ),
        "starts_at_one": formula(lambda y, c: eye(y.astype(int) - 1, c), lambda y, c: eye(y - 1, c)),
        "one_too_many": formula(lambda y, c: eye(y, c + 1)),
        "classes_first": formula(lambda y, c: np.moveaxis(eye(y, c), -1, 0), lambda y, c: eye(y, c).T),
        "inverted": formula(lambda y, c: 1 - eye(y, c)),
        "flattens": formula(lambda y, c: eye(y.ravel(), c)),
        "label_as_value": formula(lambda y, c: eye(y, c) * y[..., None]),
        "all_rows": formula(in_all_rows),
        "negative_wraps": lets_through("below"),
        "range_unchecked": range_unchecked,
        "too_large": lets_through("above"),
    },
)


# ------------------------------------------------------------------ 3. Binary cross-entropy


def bce(p: Array, y: Array) -> Array:
    """Return the terms of the binary cross-entropy as they stand in the formula."""
    return np.asarray(-(y * np.log(p) + (1 - y) * np.log(1 - p)))


def clipped(rule: Callable[[Array, Array], Any]) -> Rule:
    """Return a rule on clipped probabilities."""
    return lambda p, y, eps=1e-12: rule(np.clip(floats(p), eps, 1 - eps), floats(y))


def bce_at(limit: float) -> Rule:
    """Return the right formula with a limit of its own."""
    return lambda p, y, eps=1e-12: np.mean(bce(np.clip(floats(p), limit, 1 - limit), y))


def bce_plus(limit: float | None) -> Rule:
    """Return the formula with something added inside the logarithms; None for eps itself."""

    def rule(p: Array, y: Array, eps: float = 1e-12) -> Any:
        more = eps if limit is None else limit
        return -np.mean(y * np.log(p + more) + (1 - y) * np.log(1 - p + more))

    return rule


def bce_plus_clipped(limit: float) -> Rule:
    return clipped(lambda p, y: -np.mean(y * np.log(p + limit) + (1 - y) * np.log(1 - p + limit)))


SMALL_LIMITS = (1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-15, 1e-16, 1e-20)


def draw_probabilities(rng: np.random.Generator) -> Iterator[Case]:
    """Probabilities away from the ends, square and not, hard and soft targets, the default limit and others."""
    for shape in [(4, 4), (9,), (2, 3, 2)]:
        yield Case((rng.uniform(0.05, 0.95, shape), rng.integers(0, 2, shape)), "random_probabilities")
    yield Case((rng.uniform(0.05, 0.95, 6), rng.uniform(0, 1, 6)), "soft")
    yield Case((rng.uniform(0, 1, 8), rng.integers(0, 2, 8), 0.3), "eps")


BCE = Function(
    "binary_cross_entropy",
    oracle.binary_cross_entropy,
    "eq-bce",
    # 1 - 1e-12 is not a float; the nearest one changes log(1 - p) by a share of some 1e-6, by some ways of clipping.
    Loss(share=1e-5),
    visible=[
        Case((np.array([0.75, 0.5]), np.array([1, 0])), "two_samples"),
        Case((np.array([0.5]), np.array([1])), "half"),
    ],
    witnesses=[
        Case((np.array([0.9, 0.2, 0.6]), np.array([1, 0, 1])), "three_samples"),
        Case((np.array([[0.9, 0.2], [0.6, 0.3]]), np.array([[1, 0], [1, 1]])), "matrix"),
        Case((np.array([0.3, 0.8]), np.array([0.7, 0.25])), "soft"),
        Case((np.array([0.0, 1.0]), np.array([0, 1])), "certain_right"),
        Case((np.array([0.0]), np.array([1])), "zero"),
        Case((np.array([1.0]), np.array([0])), "one"),
        Case((np.array([0.0, 0.95, 0.5]), np.array([1, 1, 0]), 0.1), "eps"),
        Case((np.array([1.0, 0.02]), np.array([0, 0]), 0.1), "eps"),
    ],
    draws=draw_probabilities,
    mistakes={
        "sign": formula(clipped(lambda p, y: -np.mean(bce(p, y)))),
        "first_term_only": formula(
            clipped(lambda p, y: -np.mean(y * np.log(p))),
            lambda p, y, eps=1e-12: -np.mean(y * np.log(np.maximum(p, eps))),
        ),
        "second_term_only": formula(clipped(lambda p, y: -np.mean((1 - y) * np.log(1 - p)))),
        "terms_swapped": formula(clipped(lambda p, y: -np.mean((1 - y) * np.log(p) + y * np.log(1 - p)))),
        "terms_subtracted": formula(clipped(lambda p, y: -np.mean(y * np.log(p) - (1 - y) * np.log(1 - p)))),
        "sum": formula(clipped(lambda p, y: np.sum(bce(p, y)))),
        "rows_only": formula(clipped(lambda p, y: np.sum(bce(p, y)) / len(p))),
        "other_base": formula(
            clipped(lambda p, y: np.mean(bce(p, y)) / np.log(2)), clipped(lambda p, y: np.mean(bce(p, y)) / np.log(10))
        ),
        "rounds_targets": formula(
            clipped(lambda p, y: np.mean(np.where(y == 1, -np.log(p), -np.log(1 - p)))),
            clipped(lambda p, y: np.mean(np.where(y >= 0.5, -np.log(p), -np.log(1 - p)))),
            clipped(lambda p, y: np.mean(np.where(y > 0, -np.log(p), -np.log(1 - p)))),
            clipped(lambda p, y: -np.mean(np.log(np.where(y == 1, p, 1 - p)))),
        ),
        "squared": formula(clipped(lambda p, y: np.mean((p - y) ** 2)), lambda p, y, eps=1e-12: np.mean((p - y) ** 2)),
        "arguments_swapped": formula(lambda p, y, eps=1e-12: np.mean(bce(np.clip(floats(y), eps, 1 - eps), p))),
        "hard_coded_eps": formula(bce_at(1e-12)),
        "own_eps": formula(*map(bce_at, SMALL_LIMITS)),
        "adds_eps": formula(bce_plus(None)),
        "adds_own_eps": formula(*map(bce_plus, SMALL_LIMITS), *map(bce_plus_clipped, SMALL_LIMITS), bce_plus(1e-12)),
        "clips_below_only": formula(lambda p, y, eps=1e-12: np.mean(bce(np.maximum(p, eps), y))),
        "clips_above_only": formula(lambda p, y, eps=1e-12: np.mean(bce(np.minimum(p, 1 - eps), y))),
        "no_clip": formula(
            lambda p, y, eps=1e-12: np.mean(bce(p, y)),
            lambda p, y, eps=1e-12: np.mean(np.where(np.asarray(y) == 1, -np.log(p), -np.log(1 - p))),
        ),
        "clips_each_log": formula(
            lambda p, y, eps=1e-12: -np.mean(y * np.log(np.maximum(p, eps)) + (1 - y) * np.log(np.maximum(1 - p, eps)))
        ),
        "nan_to_zero": formula(
            lambda p, y, eps=1e-12: np.mean(np.nan_to_num(bce(p, y))),
            lambda p, y, eps=1e-12: np.mean(np.nan_to_num(bce(p, y), posinf=0.0)),
            lambda p, y, eps=1e-12: np.nanmean(bce(p, y)),
        ),
    },
)


def judge_logits(case: Case, result: Any) -> Complaint | None:
    """Compare; a tiny loss that stands alone must keep its digits, next to others it need not."""
    tiny = case.focus == "tiny"
    return Loss(least=0.0 if tiny else 1e-7).compare(result, oracle.bce_with_logits(*case.args))


def sigmoid(z: Array) -> Array:
    """Return the sigmoid the naive way, with the right values."""
    return np.asarray(1 / (1 + np.exp(-z)))


def logits(rule: Callable[[Array, Array], Any]) -> Rule:
    return lambda z, y: rule(floats(z), floats(y))


def stable(z: Array, y: Array) -> Array:
    return np.asarray(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


def bce_of_clipped_sigmoid(limit: float) -> Rule:
    return logits(lambda z, y: np.mean(bce(np.clip(sigmoid(z), limit, 1 - limit), y)))


def bce_of_sigmoid_plus(limit: float) -> Rule:
    return logits(lambda z, y: -np.mean(y * np.log(sigmoid(z) + limit) + (1 - y) * np.log(1 - sigmoid(z) + limit)))


def bce_of_clipped_logits(limit: float) -> Rule:
    return logits(lambda z, y: np.mean(bce(np.clip(z, limit, 1 - limit), y)))


def clips_at(limit: float) -> Rule:
    return logits(lambda z, y: np.mean(stable(np.clip(z, -limit, limit), y)))


LIMITS = (1e-12, *SMALL_LIMITS)


def draw_logits(rng: np.random.Generator) -> Iterator[Case]:
    """Moderate and large logits, square and not, hard and soft targets."""
    for shape in [(4, 4), (9,), (2, 3, 2)]:
        yield Case((2 * rng.normal(size=shape), rng.integers(0, 2, shape)), "random_logits")
    yield Case((300 * rng.normal(size=9), rng.integers(0, 2, 9)), "random_large")
    yield Case((2 * rng.normal(size=6), rng.uniform(0, 1, 6)), "soft")


BCE_LOGITS = Function(
    "bce_with_logits",
    oracle.bce_with_logits,
    "eq-bce-logits",
    visible=[
        Case((np.array([1.0, -2.0]), np.array([0, 1])), "two_samples"),
        Case((np.array([0.0]), np.array([1])), "half"),
        Case((np.array([1000.0]), np.array([1])), "right_1000"),
    ],
    witnesses=[
        Case((np.array([1000.0]), np.array([0])), "wrong_1000"),
        Case((np.array([-1000.0]), np.array([1])), "wrong_1000"),
        Case((np.array([-1000.0, 1000.0]), np.array([0, 1])), "right_1000"),
        Case((np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1, 0], [0, 0]])), "matrix"),
        Case((np.array([1.0, -2.0]), np.array([0.25, 0.75])), "soft"),
        Case((np.array([3, -1]), np.array([0, 1])), "integers"),
        Case((np.array([-30.0]), np.array([0])), "tiny"),
        Case((np.array([40.0, -40.0]), np.array([0, 1])), "wrong_40"),
    ],
    draws=draw_logits,
    judge=judge_logits,
    mistakes={
        "forms_p": formula(
            *map(bce_of_clipped_sigmoid, LIMITS),
            *map(bce_of_sigmoid_plus, LIMITS),
            logits(lambda z, y: np.mean(bce(sigmoid(z), y))),
            logits(lambda z, y: -np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log1p(-sigmoid(z)))),
            logits(lambda z, y: np.mean(np.where(y == 1, -np.log(sigmoid(z)), -np.log(1 - sigmoid(z))))),
            logits(lambda z, y: oracle.binary_cross_entropy(sigmoid(z), y)),
            logits(lambda z, y: -np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log(sigmoid(-z)))),
        ),
        "overflows": formula(
            logits(lambda z, y: np.mean(np.log(1 + np.exp(z)) - z * y)),
            logits(lambda z, y: np.mean(np.log1p(np.exp(z)) - z * y)),
            logits(lambda z, y: np.mean(np.log1p(np.exp(-z)) + (1 - y) * z)),
            logits(lambda z, y: np.mean(np.log(1 + np.exp(-z)) + (1 - y) * z)),
            logits(lambda z, y: np.mean(y * np.log(1 + np.exp(-z)) + (1 - y) * np.log(1 + np.exp(z)))),
            logits(lambda z, y: np.mean(y * np.log1p(np.exp(-z)) + (1 - y) * np.log1p(np.exp(z)))),
        ),
        "loses_digits": formula(
            logits(lambda z, y: np.mean(np.maximum(z, 0) - z * y + np.log(1 + np.exp(-np.abs(z))))),
            logits(lambda z, y: np.mean(np.logaddexp(0, -z) + (1 - y) * z)),
        ),
        "clips_logits": formula(*map(clips_at, (10.0, 15.0, 20.0, 30.0, 36.0, 50.0, 100.0, 500.0, 700.0, 709.0))),
        "sum": formula(logits(lambda z, y: np.sum(stable(z, y)))),
        "rows_only": formula(logits(lambda z, y: np.sum(stable(z, y)) / len(z))),
        "sign": formula(logits(lambda z, y: -np.mean(stable(z, y)))),
        "label_sign": formula(logits(lambda z, y: np.mean(stable(z, -y))), logits(lambda z, y: np.mean(stable(-z, y)))),
        "no_label_term": formula(logits(lambda z, y: np.mean(stable(z, 0 * y)))),
        "rounds_targets": formula(
            logits(lambda z, y: np.mean(stable(z, y > 0))),
            logits(lambda z, y: np.mean(stable(z, y >= 0.5))),
            logits(lambda z, y: np.mean(stable(z, y == 1))),
        ),
        "no_maximum": formula(logits(lambda z, y: np.mean(np.log1p(np.exp(-np.abs(z))) - z * y))),
        "no_abs": formula(logits(lambda z, y: np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-z))))),
        "plus_abs": formula(logits(lambda z, y: np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(np.abs(z)))))),
        "no_log_term": formula(logits(lambda z, y: np.mean(np.maximum(z, 0) - z * y))),
        "takes_probabilities": formula(
            *map(bce_of_clipped_logits, LIMITS),
            logits(lambda z, y: np.mean(bce(z, y))),
        ),
    },
)


# -------------------------------------------------------------------- 4. Cross-entropy

PROBS = np.array([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]])


def rows(y: Array, probs: Array) -> Array:
    """Return targets as rows."""
    return eye(y, probs.shape[1]) if y.ndim == 1 else floats(y)


def true_class(y: Array) -> Array:
    return y.argmax(axis=1) if y.ndim == 2 else y


def ce_with(rule: Callable[[Array, Array], Any]) -> Rule:
    """Return a rule on raised probabilities and rows of targets."""
    return lambda probs, y, eps=1e-12: rule(np.maximum(probs, eps), rows(y, probs))


def ce_at(limit: float) -> Rule:
    return lambda probs, y, eps=1e-12: -np.sum(rows(y, probs) * np.log(np.maximum(probs, limit))) / len(probs)


def ce_plus(limit: float | None) -> Rule:
    def rule(probs: Array, y: Array, eps: float = 1e-12) -> Any:
        return -np.sum(rows(y, probs) * np.log(probs + (eps if limit is None else limit))) / len(probs)

    return rule


def apart(for_labels: Callable[[Array, Array], Any], for_rows: Callable[[Array, Array], Any]) -> Rule:
    """Return a rule that treats labels in one way and rows in another."""
    return lambda probs, y, eps=1e-12: (for_labels if y.ndim == 1 else for_rows)(np.maximum(probs, eps), y)


def picked(p: Array, y: Array) -> Array:
    return np.asarray(p[np.arange(len(p)), y])


def right_labels(p: Array, y: Array) -> Any:
    return -np.mean(np.log(picked(p, y)))


def right_rows(p: Array, y: Array) -> Any:
    return -np.sum(y * np.log(p)) / len(p)


def shape_decides(probs: Array, y: Array, eps: float = 1e-12) -> Any:
    """Take labels for rows where there are as many samples as classes."""
    p = np.maximum(probs, eps)
    if y.shape[0] == p.shape[-1] or y.ndim == 2:
        return np.mean(-np.sum(np.broadcast_to(y, p.shape) * np.log(p), axis=-1))
    return right_labels(p, y)


def always_multiplies(probs: Array, y: Array, eps: float = 1e-12) -> Any:
    p = np.maximum(probs, eps)
    return -np.mean(np.sum(y * np.log(p), axis=1))


def simplex(rng: np.random.Generator, n: int, c: int) -> Array:
    """Return rows of probabilities that are away from 0."""
    raw = rng.uniform(0.1, 1, (n, c))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def draw_targets(rng: np.random.Generator) -> Iterator[Case]:
    """As many samples as classes and not; labels, one-hot rows and soft targets."""
    for n, c in [(4, 4), (7, 3), (2, 5), (1, 6)]:
        labels = rng.integers(0, c, n)
        yield Case((simplex(rng, n, c), labels), "random_labels")
        yield Case((simplex(rng, n, c), oracle.one_hot(labels, c)), "random_rows")
        yield Case((simplex(rng, n, c), oracle.one_hot(labels, c).astype(int)), "integer_rows")
        yield Case((simplex(rng, n, c), simplex(rng, n, c)), "soft")
    yield Case((simplex(rng, 6, 4), rng.integers(0, 4, 6), 0.3), "eps")


def labels_only(trials: Sequence[Trial]) -> bool:
    """Tell whether labels are always right and rows never, since they are taken for labels."""
    failed = {trial.case.args[1].ndim for trial in trials if trial.complaint is not None}
    stopped = [trial.called.fault is not None for trial in trials if trial.case.args[1].ndim == 2]
    return failed == {2} and any(stopped)


CROSS_ENTROPY = Function(
    "cross_entropy",
    oracle.cross_entropy,
    "eq-cross-entropy",
    Loss(),
    visible=[
        Case((PROBS, np.array([0, 1])), "labels"),
        Case((PROBS, np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])), "rows"),
    ],
    witnesses=[
        Case((np.array([[0.3, 0.7], [0.2, 0.8]]), np.array([1, 1])), "square"),
        Case((np.array([[0.3, 0.7], [0.2, 0.8]]), np.array([[0, 1], [0, 1]])), "integer_rows"),
        Case((np.array([[0.1, 0.9]]), np.array([0])), "one_sample"),
        Case((np.array([[0.2, 0.8]]), np.array([[0.25, 0.75]])), "soft"),
        Case((np.full((1, 10), 0.1), np.array([3])), "uniform"),
        Case((np.array([[0.0, 1.0]]), np.array([1])), "perfect"),
        Case((np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]])), "perfect"),
        Case((np.array([[0.0, 1.0]]), np.array([0])), "zero"),
        Case((np.array([[0.0, 1.0], [0.05, 0.95]]), np.array([0, 0]), 0.1), "eps"),
        Case((np.array([[0.0, 1.0]]), np.array([1]), 0.1), "perfect_eps"),
    ],
    draws=draw_targets,
    mistakes={
        "mean_over_entries": formula(
            ce_with(lambda p, y: -np.mean(y * np.log(p))), apart(right_labels, lambda p, y: -np.mean(y * np.log(p)))
        ),
        "sum": formula(
            ce_with(lambda p, y: -np.sum(y * np.log(p))),
            apart(lambda p, y: -np.sum(np.log(picked(p, y))), right_rows),
            apart(right_labels, lambda p, y: -np.sum(y * np.log(p))),
        ),
        "length_decides": formula(shape_decides),
        "divided_by_classes": formula(ce_with(lambda p, y: -np.sum(y * np.log(p)) / p.shape[1])),
        "dtype_decides": fails_only_at("integer_rows"),
        "labels_as_rows": formula(always_multiplies),
        "rows_as_labels": labels_only,
        "argmax_of_targets": formula(
            lambda probs, y, eps=1e-12: right_labels(np.maximum(probs, eps), true_class(y)),
            lambda probs, y, eps=1e-12: -np.log(picked(np.clip(probs, eps, 1), true_class(y))).mean(),
        ),
        "other_base": formula(
            ce_with(lambda p, y: right_rows(p, y) / np.log(2)),
            ce_with(lambda p, y: right_rows(p, y) / np.log(10)),
            apart(lambda p, y: right_labels(p, y) / np.log(10), right_rows),
            apart(right_labels, lambda p, y: right_rows(p, y) / np.log(10)),
            apart(lambda p, y: right_labels(p, y) / np.log(2), right_rows),
            apart(right_labels, lambda p, y: right_rows(p, y) / np.log(2)),
        ),
        "sign": formula(ce_with(lambda p, y: -right_rows(p, y))),
        "no_clip": formula(
            lambda probs, y, eps=1e-12: right_rows(probs, rows(y, probs)),
            lambda probs, y, eps=1e-12: right_labels(probs, y) if y.ndim == 1 else right_rows(probs, y),
        ),
        "hard_coded_eps": formula(ce_at(1e-12)),
        "own_eps": formula(*map(ce_at, SMALL_LIMITS)),
        "adds_eps": formula(ce_plus(None)),
        "adds_own_eps": formula(*map(ce_plus, (1e-12, *SMALL_LIMITS))),
        "clips_above": formula(lambda probs, y, eps=1e-12: right_rows(np.clip(probs, eps, 1 - eps), rows(y, probs))),
        "renormalises": formula(ce_with(lambda p, y: right_rows(p / p.sum(axis=1, keepdims=True), y))),
        "all_columns": formula(apart(lambda p, y: -np.mean(np.log(p[:, y])), right_rows)),
        "most_probable": formula(ce_with(lambda p, y: -np.mean(np.log(p.max(axis=1))))),
        "log_of_mean": formula(ce_with(lambda p, y: -np.log(np.mean(np.sum(y * p, axis=1))))),
        "log_of_sum": formula(
            ce_with(lambda p, y: -np.mean(np.log(np.sum(y * p, axis=1)))),
            apart(right_labels, lambda p, y: -np.mean(np.log(np.sum(y * p, axis=1)))),
        ),
        "binary_terms": formula(
            lambda probs, y, eps=1e-12: np.sum(bce(np.clip(probs, eps, 1 - eps), rows(y, probs))) / len(probs),
            lambda probs, y, eps=1e-12: np.mean(bce(np.clip(probs, eps, 1 - eps), rows(y, probs))),
        ),
        "divergence": formula(
            ce_with(lambda p, y: np.sum(y * (np.log(np.maximum(y, 1e-12)) - np.log(p))) / len(p)),
            apart(right_labels, lambda p, y: np.sum(y * (np.log(np.maximum(y, 1e-12)) - np.log(p))) / len(p)),
        ),
        "no_log": formula(
            ce_with(lambda p, y: np.mean(1 - np.sum(y * p, axis=1))), ce_with(lambda p, y: -np.sum(y * p) / len(p))
        ),
        "softmax_again": formula(
            lambda probs, y, eps=1e-12: right_rows(np.maximum(softmax(probs), eps), rows(y, probs)),
            lambda probs, y, eps=1e-12: right_rows(softmax(probs), rows(y, probs)),
        ),
    },
)


# ----------------------------------------------------------- 5. Softmax and cross-entropy


def softmax(z: Array, axis: int = -1) -> Array:
    """Return softmax along any axis."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def fused(
    loss: Callable[[Array, Array], Any] = oracle.cross_entropy_with_logits,
    grad: Callable[[Array, Array], Any] = oracle.cross_entropy_with_logits_grad,
) -> Rule:
    """Return the two values, one of them wrong."""
    return lambda logits, y: (loss(floats(logits), y), grad(floats(logits), y))


def shifted_by(shift: Callable[[Array], Any]) -> Rule:
    """Return both values with another number subtracted from the logits than each row's largest."""

    def rule(logits: Array, y: Array) -> tuple[Any, Any]:
        z = floats(logits) - shift(floats(logits))
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -np.mean(picked(log_p, y)), (np.exp(log_p) - eye(y, z.shape[1])) / len(z)

    return rule


def shifted_and_divided_by(shift: Callable[[Array], Any]) -> Rule:
    """Return the same by way of the probabilities."""

    def rule(logits: Array, y: Array) -> tuple[Any, Any]:
        e = np.exp(floats(logits) - shift(floats(logits)))
        p = e / e.sum(axis=1, keepdims=True)
        return -np.mean(np.log(picked(p, y))), (p - eye(y, p.shape[1])) / len(p)

    return rule


def gap(z: Array, y: Array) -> Array:
    """Return softmax minus one-hot, not divided."""
    return softmax(z) - eye(y, z.shape[1])


def jacobian(z: Array, g: Array) -> Array:
    p = softmax(z)
    return np.asarray(p * (g - (g * p).sum(axis=1, keepdims=True)))


def all_columns(z: Array, y: Array) -> Array:
    p = softmax(z)
    p[:, y] -= 1
    return np.asarray(p / len(z))


def first_row_only(z: Array, y: Array) -> Array:
    p = softmax(z)
    p[0, y[0]] -= 1
    return np.asarray(p / len(z))


def along_samples(logits: Array, y: Array) -> tuple[Any, Any]:
    p = softmax(floats(logits), axis=0)
    return -np.mean(np.log(picked(p, y))), (p - eye(y, p.shape[1])) / len(p)


def loss_sum(z: Array, y: Array) -> Any:
    return oracle.cross_entropy_with_logits(z, y) * len(z)


def loss_of(limit: float, clip: bool) -> Callable[[Array, Array], Any]:
    """Return the loss by way of probabilities that are kept from 0."""

    def rule(z: Array, y: Array) -> Any:
        p = picked(softmax(z), y)
        return -np.mean(np.log(np.maximum(p, limit) if clip else p + limit))

    return rule


def draw_fused(rng: np.random.Generator) -> Iterator[Case]:
    """As many samples as classes and not, one sample, large and shifted logits."""
    for n, c in [(4, 4), (6, 3), (1, 5), (3, 7)]:
        yield Case((2 * rng.normal(size=(n, c)), rng.integers(0, c, n)), "random_logits")
    yield Case((500 * rng.normal(size=(5, 5)), rng.integers(0, 5, 5)), "random_large")
    yield Case((rng.normal(size=(4, 3)) + 800 * rng.normal(size=(4, 1)), rng.integers(0, 3, 4)), "shifted_rows")


FUSED = Function(
    "softmax_cross_entropy",
    oracle.softmax_cross_entropy,
    "eq-softmax-ce-grad",
    Parts({"loss": Loss(), "grad": Floats()}),
    visible=[
        Case((np.zeros((2, 4)), np.array([2, 0])), "uniform"),
        Case((np.array([[1000.0, 0.0]]), np.array([0])), "thousand"),
    ],
    witnesses=[
        Case((np.array([[1.0, 2.0, 0.5]]), np.array([0])), "one_sample"),
        Case((np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([1, 1])), "square"),
        Case((np.array([[1, 2, 4], [0, 3, 1]]), np.array([2, 0])), "integers"),
        Case((np.array([[0.0, -2000.0]]), np.array([1])), "certain_wrong"),
        Case((np.array([[3000.0, -3000.0], [-3000.0, 3000.0]]), np.array([1, 1])), "three_thousand"),
        Case((np.array([[1000.0, 999.0], [-1000.0, -1001.0]]), np.array([0, 1])), "rows_apart"),
    ],
    draws=draw_fused,
    mistakes={
        "overflows": formula(shifted_by(lambda z: 0), shifted_and_divided_by(lambda z: 0)),
        "global_maximum": formula(shifted_by(np.max), shifted_and_divided_by(np.max)),
        "column_maximum": formula(
            shifted_by(lambda z: z.max(axis=0)),
            shifted_and_divided_by(lambda z: z.max(axis=0)),
        ),
        "along_samples": formula(along_samples),
        "loss_sum": formula(fused(loss=loss_sum)),
        "all_sums": formula(fused(loss_sum, gap)),
        "grad_not_divided": formula(fused(grad=gap)),
        "grad_over_entries": formula(fused(grad=lambda z, y: gap(z, y) / z.size)),
        "divided_by_classes": formula(fused(grad=lambda z, y: gap(z, y) / z.shape[1])),
        "all_over_entries": formula(
            fused(lambda z, y: oracle.cross_entropy_with_logits(z, y) / z.shape[1], lambda z, y: gap(z, y) / z.size),
            fused(lambda z, y: oracle.cross_entropy_with_logits(z, y) / z.shape[1]),
        ),
        "grad_sign": formula(fused(grad=lambda z, y: -gap(z, y) / len(z))),
        "loss_sign": formula(fused(loss=lambda z, y: -oracle.cross_entropy_with_logits(z, y))),
        "jacobian_twice": formula(
            fused(grad=lambda z, y: jacobian(z, gap(z, y)) / len(z)),
            fused(grad=lambda z, y: jacobian(z, gap(z, y) / len(z))),
        ),
        "whole_row": formula(fused(grad=lambda z, y: (softmax(z) - 1) / len(z))),
        "label_subtracted": formula(fused(grad=lambda z, y: (softmax(z) - y[:, None]) / len(z))),
        "all_columns": formula(fused(grad=all_columns)),
        "first_row_only": formula(fused(grad=first_row_only)),
        "most_probable": formula(fused(loss=lambda z, y: oracle.cross_entropy_with_logits(z, z.argmax(axis=1)))),
        "integer_arrays": fails_only_at("integers"),
        "probabilities_only": formula(
            fused(grad=lambda z, y: softmax(z) / len(z)), fused(grad=lambda z, y: softmax(z))
        ),
        "grad_by_probabilities": formula(
            fused(grad=lambda z, y: -eye(y, z.shape[1]) / softmax(z) / len(z)),
            fused(grad=lambda z, y: -eye(y, z.shape[1]) / softmax(z)),
            fused(grad=lambda z, y: -eye(y, z.shape[1]) / np.maximum(softmax(z), 1e-12) / len(z)),
        ),
        "one_hot_divided_only": formula(
            fused(grad=lambda z, y: softmax(z) - eye(y, z.shape[1]) / len(z)),
            fused(grad=lambda z, y: softmax(z) / len(z) - eye(y, z.shape[1])),
        ),
        "log_of_zero": formula(shifted_and_divided_by(lambda z: z.max(axis=1, keepdims=True))),
        "kept_from_zero": formula(*(fused(loss=loss_of(limit, clip)) for limit in LIMITS for clip in (False, True))),
        "swapped": formula(lambda logits, y: oracle.softmax_cross_entropy(logits, y)[::-1]),
    },
)


# -------------------------------------------------------------------------- 6. Decisions


def predict_with(classes: Rule | None = None, threshold: Rule | None = None) -> Rule:
    """Return the decision with one of its two halves wrong."""

    def rule(scores: Array, t: float | None = None) -> Any:
        if t is None:
            return (classes or (lambda s: s.argmax(axis=-1)))(scores)
        return (threshold or (lambda s, t: (s >= t).astype(int)))(scores, t)

    return rule


def draw_scores(rng: np.random.Generator) -> Iterator[Case]:
    """Square batches and others, negative scores, and thresholds away from every score."""
    for shape in [(4, 4), (6, 3), (1, 5), (2, 3, 4), (5,)]:
        yield Case((rng.normal(size=shape),), "random_scores")
    yield Case((-rng.uniform(1, 9, (5, 5)),), "random_scores")
    for threshold in (0.25, 0.0, -1.0):
        yield Case((threshold + rng.integers(-4, 5, 9) / 8, threshold), "random_threshold")


def draw_accuracy(rng: np.random.Generator) -> Iterator[Case]:
    """Labels that are right for some samples, with and without a threshold."""
    for shape in [(4, 4), (9, 3), (2, 5, 4)]:
        scores = rng.normal(size=shape)
        labels = scores.argmax(axis=-1)
        labels.flat[0] = (labels.flat[0] + 1) % shape[-1]
        labels.flat[-1] = (labels.flat[-1] + 1) % shape[-1]
        yield Case((scores, labels), "random_accuracy")
    for threshold in (0.25, 0.0):
        scores = threshold + rng.permutation(np.arange(-4, 5)) / 8
        labels = (scores >= threshold).astype(int)
        labels[:2] = 1 - labels[:2]
        yield Case((scores, labels, threshold), "random_accuracy")


def on_matrices(*variants: Rule) -> Explanation:
    """Explain an answer by what it does with matrices; a loop over rows stops with an error for other shapes."""

    def explains(trials: Sequence[Trial]) -> bool:
        matrices = [trial for trial in trials if trial.case.args[0].ndim == 2]
        return any(trial.complaint is not None for trial in matrices) and like(*variants)(matrices)

    return explains


PREDICT = Function(
    "predict_classes",
    oracle.predict_classes,
    "eq-argmax",
    Integers(),
    visible=[
        Case((np.array([[3.0, 1.0], [-2.0, -1.0], [0.0, 4.0]]),), "three_rows"),
        Case((np.array([0.2, 0.5, 0.9]), 0.5), "threshold"),
    ],
    witnesses=[
        Case((np.array([[1.0, 5.0, 9.0], [8.0, 2.0, 3.0], [4.0, 7.0, 6.0]]),), "square"),
        Case((np.array([[-3.0, -1.0, -2.0]]),), "negative"),
        Case((np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]),), "probabilities"),
        Case((np.array([2.0, 7.0, 5.0]),), "single"),
        Case((np.array([[[1.0, 2.0], [4.0, 3.0]], [[0.0, 5.0], [9.0, 8.0]]]),), "three_axes"),
        Case((np.array([0.2, 0.5, 0.9]), 0.75), "other_threshold"),
        Case((np.array([-1.5, 0.0, 2.0]), 0.0), "zero_threshold"),
        Case((np.array([[0.2, 0.9], [0.6, 0.1]]), 0.25), "threshold_matrix"),
    ],
    draws=draw_scores,
    mistakes={
        "along_samples": like(predict_with(lambda s: s.argmax(axis=0))),
        "axis_one": like(predict_with(lambda s: s.argmax(axis=1))),
        "flattened": like(predict_with(lambda s: s.argmax())),
        "smallest": like(predict_with(lambda s: s.argmin(axis=-1))),
        "largest_value": like(predict_with(lambda s: s.max(axis=-1))),
        "one_hot_answer": like(predict_with(lambda s: (s == s.max(axis=-1, keepdims=True)).astype(int))),
        "counts_from_one": like(predict_with(lambda s: s.argmax(axis=-1) + 1)),
        "starts_from_zero": on_matrices(predict_with(lambda s: np.maximum(s, 0).argmax(axis=-1))),
        "zero_is_none": like(
            lambda s, t=None: (s >= t).astype(int) if t else s.argmax(axis=-1),
        ),
        "threshold_fixed": like(predict_with(threshold=lambda s, t: (s >= 0.5).astype(int))),
        "threshold_ignored": like(
            lambda s, t=None: s.argmax(axis=-1), lambda s, t=None: s.argmax(axis=-1) if s.ndim > 1 else s.argmax()
        ),
        "strict": like(predict_with(threshold=lambda s, t: (s > t).astype(int))),
        "inverted": like(
            predict_with(threshold=lambda s, t: (s < t).astype(int)),
            predict_with(threshold=lambda s, t: (s <= t).astype(int)),
        ),
        "argmax_above": like(
            predict_with(threshold=lambda s, t: (s >= t).argmax(axis=-1)),
            predict_with(threshold=lambda s, t: np.argmax(s >= t)),
        ),
        "indices_above": like(
            predict_with(threshold=lambda s, t: np.where(s >= t)[0]),
            predict_with(threshold=lambda s, t: np.flatnonzero(s >= t)),
        ),
        "sigmoid_first": like(predict_with(threshold=lambda s, t: (sigmoid(s) >= t).astype(int))),
        "plus_minus_one": like(predict_with(threshold=lambda s, t: np.where(s >= t, 1, -1))),
        "rounded": like(predict_with(threshold=lambda s, t: np.round(s).astype(int))),
        "one_axis_more": like(predict_with(lambda s: s.argmax(axis=-1)[..., None])),
    },
)


def accuracy_with(rule: Callable[[Array, Array], Any]) -> Rule:
    """Return a rule on decisions and labels."""
    return lambda scores, y, threshold=None: rule(oracle.predict_classes(scores, threshold), y)


def rounded_accuracy(digits: int) -> Rule:
    return accuracy_with(lambda c, y: np.round(np.mean(c == y), digits))


ACCURACY = Function(
    "accuracy",
    oracle.accuracy,
    "eq-accuracy",
    Loss(),
    visible=[
        Case((np.array([[3.0, 1.0], [-2.0, -1.0], [0.0, 4.0]]), np.array([0, 1, 0])), "two_of_three"),
        Case((np.array([0.2, 0.5, 0.9]), np.array([1, 1, 1]), 0.5), "threshold"),
    ],
    witnesses=[
        Case((np.array([[3.0, 1.0]]), np.array([1])), "none_right"),
        Case((np.array([0.2, 0.5, 0.9]), np.array([0, 0, 0]), 0.75), "other_threshold"),
        Case((np.array([-1.0, 1.0, 2.0]), np.array([0, 1, 0]), 0.0), "zero_threshold"),
        Case((np.array([[[1.0, 2.0], [4.0, 3.0]]]), np.array([[1, 1]])), "three_axes"),
        Case((np.zeros((0, 3)), np.zeros(0, dtype=int)), "empty", raises=ValueError),
        Case((np.zeros(0), np.zeros(0, dtype=int), 0.5), "empty", raises=ValueError),
    ],
    draws=draw_accuracy,
    mistakes={
        "count": formula(accuracy_with(lambda c, y: np.sum(c == y))),
        "percent": formula(accuracy_with(lambda c, y: 100 * np.mean(c == y))),
        "error_rate": formula(accuracy_with(lambda c, y: np.mean(c != y))),
        "whole_number": formula(
            accuracy_with(lambda c, y: np.sum(c == y) // y.size), accuracy_with(lambda c, y: np.sum(c == y) // len(y))
        ),
        "divides_by_rows": formula(accuracy_with(lambda c, y: np.sum(c == y) / len(y))),
        "rounds": formula(*map(rounded_accuracy, (1, 2, 3, 4))),
        "counts_ones": formula(accuracy_with(lambda c, y: np.mean(c))),
        "ignores_threshold": formula(
            lambda scores, y, threshold=None: np.mean(oracle.predict_classes(scores) == y),
            lambda scores, y, threshold=None: np.mean(
                oracle.predict_classes(scores, 0.5 if threshold is not None else None) == y
            ),
        ),
        "zero_is_none": formula(
            lambda scores, y, threshold=None: np.mean(oracle.predict_classes(scores, threshold or None) == y),
        ),
        "empty_batch": lets_through("empty"),
    },
)


# --------------------------------------------------------------------- 7. Softmax regression


def fit_with(
    *,
    grad: Callable[[Array, Array], Array] = lambda z, y: gap(z, y) / len(z),
    step: Callable[[Array, Array, float], Array] = lambda X, G, lr: lr * X.T @ G,
    bias: Callable[[Array, float], Any] = lambda G, lr: lr * G.sum(axis=0),
    record: Callable[[Array, Array], Any] = oracle.cross_entropy_with_logits,
    when: str = "before",
    default_lr: float = 0.5,
    default_steps: int = 200,
    rounds: Callable[[int], int] = lambda steps: steps,
) -> Rule:
    """Return the training loop with a mistake in it; the defaults are the right one."""

    def fit(X: Array, y: Array, num_classes: int, lr: float = default_lr, steps: int = default_steps) -> Any:
        X, history = floats(X), []
        W, b = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes)
        for _ in range(rounds(steps)):
            z = X @ W + b
            if when in ("before", "both"):
                history.append(record(z, y))
            G = grad(z, y)
            W = W - step(X, G, lr)
            b = b - bias(G, lr)
            if when == "after":
                history.append(record(X @ W + b, y))
        if when in ("both", "last"):
            history.append(record(X @ W + b, y))
        return W, b, history

    return fit


def one_sample_at_a_time(X: Array, y: Array, num_classes: int, lr: float = 0.5, steps: int = 200) -> Any:
    X, history = floats(X), []
    W, b = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes)
    for _ in range(steps):
        history.append(oracle.cross_entropy_with_logits(X @ W + b, y))
        for x, label in zip(X, y, strict=True):
            G = gap((x @ W + b)[None], np.array([label]))
            W, b = W - lr * np.outer(x, G[0]), b - lr * G[0]
    return W, b, history


def with_result(change: Callable[[Array, Array, list[float]], Any]) -> Rule:
    return lambda *args: change(*oracle.fit_softmax_regression(*args))


def animals(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Return n dogs, cats and chickens with four features, as the notebook makes them."""
    centres = np.array([[3.0, 0.0, 0.0, 1.0], [0.0, 3.0, 0.0, -1.0], [0.0, 0.0, 3.0, 0.0]])
    y = rng.integers(0, 3, n)
    return np.round(centres[y] + rng.normal(size=(n, 4)), 3), y


def draw_training(rng: np.random.Generator) -> Iterator[Case]:
    """Random animals, as many samples as features and classes, and a class that no sample has."""
    yield Case((*animals(rng, 60), 3, 0.5, 50), "random_animals")
    yield Case((*animals(rng, 30), 3, 0.1, 20), "random_animals")
    yield Case((rng.normal(size=(4, 4)), rng.integers(0, 4, 4), 4, 0.25, 12), "random_square")
    yield Case((rng.normal(size=(8, 3)), rng.integers(0, 3, 8), 5, 0.5, 10), "absent")


def fixed_rate(rate: float, bias_too: bool) -> Rule:
    """Return the loop with a learning rate of its own, for W alone or for b as well."""
    if bias_too:
        return fit_with(step=lambda X, G, lr: rate * X.T @ G, bias=lambda G, lr: rate * G.sum(axis=0))
    return fit_with(step=lambda X, G, lr: rate * X.T @ G)


def starts_elsewhere(trials: Sequence[Trial]) -> bool:
    """With next to no learning rate the weights stay where they began, and the first loss is that of the start."""
    for trial in trials:
        result = trial.called.result
        if trial.case.focus == "start" and isinstance(result, tuple | list) and len(result) == 3:
            start, history = [plain_array(part) for part in result[:2]], plain_array(result[2])
            if history is not None and history.size and abs(history.flat[0] - trial.want[2][0]) > 1e-6:
                return any(part is not None and bool(np.any(np.abs(part) > 1e-6)) for part in start)
    return False


def classes_from_labels(trials: Sequence[Trial]) -> bool:
    """Tell whether only absent classes make it fail, and W once has a column for each class that is there."""
    failed = [trial for trial in trials if trial.complaint is not None]
    shapes = [np.shape(trial.called.result[0]) for trial in failed if isinstance(trial.called.result, tuple | list)]
    seen = [len(np.unique(trial.case.args[1])) for trial in failed]
    return all(count < trial.case.args[2] for count, trial in zip(seen, failed, strict=True)) and any(
        len(shape) == 2 and shape[1] < failed[0].case.args[2] for shape in shapes
    )


def each_score_alone(z: Array, y: Array) -> Array:
    """Return the gradient where softmax is taken of each score by itself, so that every probability is 1."""
    return np.asarray((1 - eye(y, z.shape[1])) / len(z))


PETS = np.array([[2.0, 0.0, 0.5, 1.0], [0.0, 2.0, 0.0, -1.0], [0.0, 0.5, 2.0, 0.0], [1.5, 0.0, 0.0, 0.5]])
PET_LABELS = np.array([0, 1, 2, 0])

FIT = Function(
    "fit_softmax_regression",
    oracle.fit_softmax_regression,
    "eq-softmax-regression-step",
    Parts({"W": Near(), "b": Near(), "history": Near()}),
    visible=[
        Case((PETS, PET_LABELS, 3, 0.5, 50), "four_animals"),
        Case((np.array([[3.0], [1.0]]), np.array([0, 1]), 2, 1.0, 1), "one_step"),
    ],
    witnesses=[
        Case((np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.0]]), np.array([0, 1, 0]), 2, 0.5, 2), "two_steps"),
        Case((np.array([[1, 2], [0, 1], [3, 0]]), np.array([0, 1, 1]), 2, 0.25, 5), "integers"),
        Case((np.array([[1.0], [2.0], [4.0]]), np.array([0, 0, 1]), 3, 0.5, 3), "absent"),
        Case((PETS, PET_LABELS, 3, 1e-12, 2), "start"),
        Case((PETS, PET_LABELS, 3, 0.1, 10), "learning_rate"),
        Case((PETS, PET_LABELS, 3), "defaults"),
    ],
    draws=draw_training,
    mistakes={
        "not_divided": like(fit_with(grad=gap), fit_with(grad=gap, record=loss_sum)),
        "divided_twice": like(
            fit_with(step=lambda X, G, lr: lr * X.T @ G / len(X), bias=lambda G, lr: lr * G.mean(axis=0)),
            fit_with(step=lambda X, G, lr: lr * X.T @ G / len(X)),
        ),
        "bias_not_divided": like(fit_with(bias=lambda G, lr: lr * len(G) * G.sum(axis=0))),
        "bias_divided_twice": like(fit_with(bias=lambda G, lr: lr * G.mean(axis=0))),
        "bias_fixed": like(fit_with(bias=lambda G, lr: 0.0)),
        "bias_sign": like(fit_with(bias=lambda G, lr: -lr * G.sum(axis=0))),
        "bias_ignores_lr": like(fit_with(bias=lambda G, lr: G.sum(axis=0))),
        "weights_fixed": like(fit_with(step=lambda X, G, lr: 0 * X.T @ G)),
        "uphill": like(fit_with(step=lambda X, G, lr: -lr * X.T @ G, bias=lambda G, lr: -lr * G.sum(axis=0))),
        "lr_fixed": like(
            *(fixed_rate(rate, bias_too=both) for rate in (0.5, 1.0, 0.1, 0.01) for both in (True, False))
        ),
        "after_update": like(fit_with(when="after")),
        "one_loss_more": like(fit_with(when="both")),
        "last_loss_only": like(fit_with(when="last"), with_result(lambda W, b, history: (W, b, history[-1:]))),
        "loss_sum": like(fit_with(record=loss_sum)),
        "loss_over_entries": like(fit_with(record=lambda z, y: oracle.cross_entropy_with_logits(z, y) / z.shape[1])),
        "accuracy_recorded": like(fit_with(record=lambda z, y: oracle.accuracy(z, y))),
        "each_score_alone": like(
            fit_with(grad=each_score_alone),
            fit_with(grad=each_score_alone, record=lambda z, y: 0.0),
        ),
        "along_samples": like(
            fit_with(
                grad=lambda z, y: (softmax(z, axis=0) - eye(y, z.shape[1])) / len(z),
                record=lambda z, y: -np.mean(np.log(picked(softmax(z, axis=0), y))),
            ),
            fit_with(grad=lambda z, y: (softmax(z, axis=0) - eye(y, z.shape[1])) / len(z)),
        ),
        "no_softmax": like(
            fit_with(grad=lambda z, y: (z - eye(y, z.shape[1])) / len(z)),
            fit_with(
                grad=lambda z, y: (z - eye(y, z.shape[1])) / len(z),
                record=lambda z, y: np.mean((z - eye(y, z.shape[1])) ** 2),
            ),
        ),
        "jacobian_twice": like(fit_with(grad=lambda z, y: jacobian(z, gap(z, y)) / len(z))),
        "label_subtracted": like(fit_with(grad=lambda z, y: (softmax(z) - y[:, None]) / len(z))),
        "one_sample_at_a_time": like(one_sample_at_a_time),
        "classes_from_labels": classes_from_labels,
        "step_short": like(fit_with(rounds=lambda steps: steps - 1)),
        "step_more": like(fit_with(rounds=lambda steps: steps + 1)),
        "first_step_only": like(fit_with(rounds=lambda steps: 1)),
        "steps_fixed": like(fit_with(rounds=lambda steps: 200), fit_with(rounds=lambda steps: 100)),
        "default_lr": like(*(fit_with(default_lr=lr) for lr in (0.01, 0.05, 0.1, 0.2, 1.0))),
        "default_steps": like(*(fit_with(default_steps=steps) for steps in (10, 20, 50, 100, 500, 1000))),
        "transposed": like(with_result(lambda W, b, history: (W.T, b, history))),
        "column_bias": like(
            with_result(lambda W, b, history: (W, b[None], history)),
            with_result(lambda W, b, history: (W, b[:, None], history)),
        ),
        "order": like(
            with_result(lambda W, b, history: (b, W, history)),
            with_result(lambda W, b, history: (history, W, b)),
        ),
        "random_start": starts_elsewhere,
    },
)


QUIZ = Quiz(
    9,
    [
        Statement(0, True, "sec-regression-losses"),
        Statement(1, False, "sec-categorical-ce"),
        Statement(2, False, "sec-one-hot"),
        Statement(3, True, "sec-categorical-ce"),
        Statement(4, False, "sec-softmax-ce"),
        Statement(5, True, "sec-decisions"),
        Statement(6, False, "sec-decisions"),
        Statement(7, True, "sec-softmax-ce"),
    ],
)

ASSIGNMENT = Assignment(
    "03_losses",
    [
        Task(1, 4, 8, [MSE, MAE, R2]),
        Task(2, 3, 6, [ONE_HOT]),
        Task(3, 5, 9, [BCE, BCE_LOGITS]),
        Task(4, 4, 8, [CROSS_ENTROPY]),
        Task(5, 6, 13, [FUSED]),
        Task(6, 3, 6, [PREDICT, ACCURACY]),
        Task(7, 5, 10, [FIT]),
    ],
    QUIZ,
    numbers={
        "eq-mse": "(3.1)",
        "eq-mae": "(3.2)",
        "eq-r2": "(3.3)",
        "eq-bce": "(3.4)",
        "eq-bce-logits": "(3.5)",
        "eq-one-hot": "(3.6)",
        "eq-cross-entropy": "(3.7)",
        "eq-softmax-ce-grad": "(3.9)",
        "eq-softmax-regression-step": "(3.11)",
        "eq-argmax": "(3.12)",
        "eq-accuracy": "(3.13)",
    },
)
