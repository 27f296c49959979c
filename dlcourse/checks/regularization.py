"""Checks of the assignment 06_regularization."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse import normalization, regularization
from dlcourse.checks.engine import Assignment, Case, Function, Quiz, Statement, Task, Trial, eighths, like
from dlcourse.checks.kinds import Complaint, Count, Floats, Number, Parts, close, plain_array
from dlcourse.checks.words import Seed, describe, show

__all__ = ["ASSIGNMENT"]

Array = npt.NDArray[Any]
Params = Mapping[str, Array]


def distinct(rng: np.random.Generator, *shape: int) -> Array:
    """Return numbers that all differ by a quarter at least, so that the variance along any axis is not small."""
    return rng.permutation(int(np.prod(shape))).reshape(shape) / 4 - 1.5


# ------------------------------------------------------------------------------ 1. Penalties


@dataclass(frozen=True)
class Gradients:
    """A dictionary with one array of real numbers for each parameter."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        if type(got) is not dict:
            return Complaint("grads_form", {"type": describe(got)})
        missing = [name for name in want if name not in got]
        if missing:
            return Complaint("names_missing", {"names": ", ".join(missing)})
        more = [name for name in got if name not in want]
        if more:
            return Complaint("names_added", {"names": show(more)})
        for name, right in want.items():
            complaint = Floats().compare(got[name], right)
            if complaint is not None:
                return Complaint(complaint.id, {**complaint.fields, "entry": f"[{name!r}]"})
        return None


@dataclass(frozen=True)
class Penalty:
    """A value and its gradients; a complaint about an entry names it."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        if (
            isinstance(got, tuple | list)
            and len(got) == 2
            and isinstance(got[0], dict)
            and not isinstance(got[1], dict)
        ):
            return Complaint("swapped")
        complaint = Parts({"value": Number(), "grads": Gradients()}).compare(got, want)
        if complaint is None or "entry" not in complaint.fields:
            return complaint
        return Complaint(complaint.id, {**complaint.fields, "part": f"grads{complaint.fields['entry']}"})


def is_weight(name: str) -> bool:
    return name.startswith("W")


def penalty_with(
    size: Callable[[Array], Any],
    slope: Callable[[Array], Any],
    *,
    factor: float = 1.0,
    costs: Callable[[str], bool] = is_weight,
    pulled: Callable[[str], bool] | None = None,
    join: Callable[[Sequence[Any]], Any] = sum,
    for_bias: Callable[[Array], Any] = np.zeros_like,
    lam_in_value: bool = True,
    lam_in_grads: bool = True,
) -> Callable[[Params, float], tuple[Any, dict[str, Any]]]:
    """Return a penalty that adds up sizes of weights; the arguments plant the mistake."""
    has_gradient = costs if pulled is None else pulled

    def penalty(params: Params, lam: float) -> tuple[Any, dict[str, Any]]:
        value = factor * join([size(p) for name, p in params.items() if costs(name)] or [0.0])
        grads = {
            name: (lam if lam_in_grads else 1.0) * slope(p) if has_gradient(name) else for_bias(p)
            for name, p in params.items()
        }
        return value * lam if lam_in_value else value, grads

    return penalty


def l2(**mistake: Any) -> Callable[..., Any]:
    right: dict[str, Any] = {"size": lambda w: np.sum(w**2), "slope": lambda w: w, "factor": 0.5}
    return penalty_with(**right | mistake)


def l1(**mistake: Any) -> Callable[..., Any]:
    right: dict[str, Any] = {"size": lambda w: np.sum(np.abs(w)), "slope": np.sign}
    return penalty_with(**right | mistake)


def draw_params(rng: np.random.Generator) -> Iterator[Case]:
    """Networks of one to three layers, strengths with and without an effect, and integer parameters."""
    for sizes, lam in [((3, 3, 3), 0.25), ((4, 5, 2), 0.01), ((2, 2), 0.0), ((5, 3, 3, 1), 2.0)]:
        layers = list(enumerate(pairwise(sizes), start=1))
        weights = {f"W{i}": eighths(rng, d, p) for i, (d, p) in layers}
        yield Case((weights | {f"b{i}": 1 + eighths(rng, p) for i, (_, p) in layers}, lam), "networks")
    whole = {"W": rng.integers(-5, 6, (3, 4)), "b": rng.integers(1, 6, 4)}
    yield Case((whole, 0.5), "integers")


PENALTY_WITNESSES = [
    Case(
        ({"W1": np.array([[1.0, -2.0]]), "b1": np.array([5.0, 6.0]), "W2": np.array([[3.0], [-1.0]])}, 2.0),
        "two_layers",
    ),
    Case(({"Wq": np.array([2.0, -1.0]), "gamma": np.array([3.0]), "bias_of_W": np.array([4.0])}, 0.5), "names"),
    Case(({"W": np.array([0.0, 2.0, -0.25])}, 0.5), "zero_weight"),
    Case(({"b1": np.array([1.0, 2.0])}, 3.0), "only_biases"),
    Case(({"W": np.array([2.0, -1.0]), "b": np.array([3.0])}, 0.0), "no_strength"),
    Case(({"W": np.array([[1, -2], [0, 3]]), "b": np.array([4, 5])}, 0.25), "integers"),
]


def penalty_mistakes(right: Callable[..., Any]) -> dict[str, Any]:
    """Return the mistakes that both penalties share."""
    return {
        "biases": like(
            right(costs=lambda name: True),
            right(costs=lambda name: True, pulled=is_weight),
            right(pulled=lambda name: True),
        ),
        "names_without_b": like(right(costs=lambda name: not name.startswith("b"))),
        "name_contains": like(right(costs=lambda name: "W" in name)),
        "name_exact": like(right(costs=lambda name: name == "W")),
        "value_without_lam": like(right(lam_in_value=False)),
        "gradient_without_lam": like(right(lam_in_grads=False)),
        "one_layer": like(
            right(join=lambda sizes: sizes[-1]),
            right(join=lambda sizes: sizes[0]),
        ),
    }


L2 = Function(
    "l2_penalty",
    regularization.l2_penalty,
    "eq-l2-penalty",
    Penalty(),
    visible=[Case(({"W": np.array([3.0, -4.0]), "b": np.array([10.0])}, 0.5), "by_hand")],
    witnesses=PENALTY_WITNESSES,
    draws=draw_params,
    mistakes=penalty_mistakes(l2)
    | {
        "norm": like(l2(size=np.linalg.norm), l2(size=lambda w: np.sum(w**2), join=lambda sizes: np.sqrt(sum(sizes)))),
        "no_half": like(l2(factor=1.0)),
        "keras": like(l2(factor=1.0, slope=lambda w: 2 * w)),
        "gradient_twice": like(l2(slope=lambda w: 2 * w)),
        "gradient_half": like(l2(slope=lambda w: w / 2)),
        "mean": like(
            l2(size=lambda w: np.mean(w**2)),
            l2(size=lambda w: np.mean(w**2), slope=lambda w: w / w.size),
            l2(factor=1.0, size=lambda w: np.mean(w**2)),
        ),
        "square_of_sum": like(l2(size=lambda w: np.sum(w) ** 2)),
        "against": like(l2(slope=lambda w: -w)),
        "l2_is_l1": like(l1()),
        "gradient_sign": like(l2(slope=np.sign)),
    },
)

L1 = Function(
    "l1_penalty",
    regularization.l1_penalty,
    "eq-l1-penalty",
    Penalty(),
    visible=[Case(({"W": np.array([3.0, -4.0]), "b": np.array([10.0])}, 0.5), "by_hand")],
    witnesses=PENALTY_WITNESSES,
    draws=draw_params,
    mistakes=penalty_mistakes(l1)
    | {
        "gradient_of_l2": like(l1(slope=lambda w: w)),
        "abs_of_sum": like(l1(size=lambda w: np.abs(np.sum(w))), l1(join=lambda sizes: abs(sum(sizes)), size=np.sum)),
        "without_abs": like(l1(size=np.sum)),
        "half": like(l1(factor=0.5), l1(factor=0.5, slope=lambda w: np.sign(w) / 2)),
        "no_sign": like(l1(slope=np.ones_like), l1(slope=np.abs)),
        "slope_at_zero": like(
            l1(slope=lambda w: np.where(w >= 0, 1.0, -1.0)),
            l1(slope=lambda w: np.where(w > 0, 1.0, -1.0)),
            l1(slope=lambda w: w / np.abs(w)),
        ),
        "matrix_norm": like(l1(size=lambda w: np.linalg.norm(w, 1))),
        "l1_mean": like(l1(size=lambda w: np.mean(np.abs(w)))),
        "l1_is_l2": like(l2()),
    },
)


# ----------------------------------------------------------------------- 2. Soft threshold


@dataclass(frozen=True)
class ExactZeros:
    """Real numbers whose zeros are exact."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        complaint = Floats().compare(got, want)
        array = plain_array(got)
        if complaint is None and array is not None and np.any(array[np.asarray(want) == 0] != 0):
            return Complaint("nearly_zero")
        return complaint


def draw_soft(rng: np.random.Generator) -> Iterator[Case]:
    """Multiples of 1/8 of any shape, with many entries at the threshold; all ways of computing are exact."""
    for shape, t in [((6, 6), 0.5), ((20,), 1.25), ((2, 3, 4), 0.25), ((5, 2), 0.0), ((30,), 1.0)]:
        yield Case((eighths(rng, *shape), t), "shapes")
    yield Case((rng.integers(-4, 5, 20), 1.5), "integers")
    yield Case((rng.integers(-4, 5, (3, 3)), 2), "integers")


SOFT = Function(
    "soft_threshold",
    regularization.soft_threshold,
    "eq-soft-threshold",
    ExactZeros(),
    visible=[Case((np.array([2.0, 0.25, -0.5, -3.0]), 0.5), "by_hand")],
    witnesses=[
        Case((np.array([0.25, -0.25, 1.0, -1.0]), 0.5), "crossing"),
        Case((np.array([1.0, -1.0, 0.0]), 1.0), "at_threshold"),
        Case((np.array([1.5, -2.0, 0.0]), 0.0), "no_threshold"),
        Case((np.array([[3, -1], [-4, 2]]), 1.5), "integers"),
        Case((np.array(-2.5), 1.0), "number"),
        Case((np.zeros((0, 3)), 1.0), "no_weights"),
    ],
    draws=draw_soft,
    mistakes={
        "crosses": like(
            lambda w, t: w - t * np.sign(w),
            lambda w, t: np.where(w > 0, w - t, w + t),
            lambda w, t: np.where(w >= 0, w - t, w + t),
        ),
        "scales": like(lambda w, t: w / (1 + t), lambda w, t: (1 - t) * w, lambda w, t: w * max(0, 1 - t)),
        "positive_side": like(lambda w, t: np.maximum(w - t, 0)),
        "magnitudes": like(lambda w, t: np.maximum(np.abs(w) - t, 0)),
        "hard": like(lambda w, t: np.where(np.abs(w) > t, w, 0), lambda w, t: np.where(np.abs(w) >= t, w, 0)),
        "clips": like(lambda w, t: np.clip(w, -t, t)),
        "small_kept": like(lambda w, t: np.where(w > t, w - t, np.where(w < -t, w + t, w))),
        "negative_away": like(lambda w, t: np.where(np.abs(w) > t, w - t, 0)),
        "whole_numbers": like(
            lambda w, t: (w - np.clip(w, -t, t)).astype(w.dtype), lambda w, t: (w - np.clip(w, -t, t)).astype(int)
        ),
        "half_threshold": like(lambda w, t: w - np.clip(w, -t / 2, t / 2)),
        "opposite": like(lambda w, t: np.clip(w, -t, t) - w, lambda w, t: w + np.clip(w, -t, t)),
    },
)


# ------------------------------------------------------------------------------ 3. Dropout

MANY_CALLS = 400


def drive_dropout(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Call an answer twice with one generator and once with a new one of the same seed; small inputs more often."""

    def run(x: Array, rate: float, rng: Seed, training: bool | None = None) -> list[Any]:
        mode = () if training is None else (training,)
        generator = np.random.default_rng(int(rng))
        again = MANY_CALLS if x.size == 20 and 0 < rate < 1 and training is not False else 1
        used = [answer(x, rate, generator, *mode) for _ in range(1 + again)]
        return [answer(x, rate, np.random.default_rng(int(rng)), *mode), *used]

    return run


def as_dropout(result: Any, x: Array) -> tuple[Array, Array] | Complaint:
    """Return out and scale as arrays of the shape of x, or what is wrong with their form."""
    names = ("out", "scale")
    if not isinstance(result, tuple | list) or len(result) != 2:
        count = f"{len(result)} values" if isinstance(result, tuple | list) else f"one {type(result).__name__}"
        return Complaint("two_values", {"count": count, "got": show(result)})
    arrays = []
    for name, part in zip(names, result, strict=True):
        array = plain_array(part)
        if array is None:
            return Complaint("not_numbers", {"part": name, "type": describe(part), "got": show(part)})
        if array.shape != x.shape:
            return Complaint("part_shape", {"part": name, "have": array.shape, "want": x.shape, "got": show(result)})
        arrays.append(array)
    return arrays[0], arrays[1]


def is_product(out: Array, x: Array, scale: Array) -> bool:
    """Tell whether out is x * scale, with the tolerance of float32 if either is."""
    return close(out.astype(np.float32) if scale.dtype == np.float32 else out, x * np.asarray(scale, float))


def wanted_dropout(case: Case) -> str:
    rate, training = case.args[1], case.args[3:] != (False,)
    if not training or rate == 0:
        return "out equal to x, and a scale of ones"
    if rate == 1:
        return "zeros for out and for scale"
    return f"out = x * scale, with 0 or {1 / (1 - rate):.6g} in scale"


def judge_dropout(case: Case, result: Any) -> Complaint | None:
    """Look at what must hold for every way of drawing; the limits leave 6.5 standard deviations to chance."""
    x, rate = case.args[:2]
    pairs = []
    for call in result:
        found = as_dropout(call, x)
        if isinstance(found, Complaint):
            return found
        pairs.append(found)
    out, scale = pairs[0]
    got = {"got": show((out, scale)) if x.size <= 20 else f"out and scale of shape {x.shape}"}
    nothing_drops = case.args[3:] == (False,) or rate == 0
    if nothing_drops or rate == 1 or x.size == 0:
        return judge_settled(x, 1.0 if nothing_drops else 0.0, pairs, got, case)
    for out, scale in pairs:
        complaint = judge_scale(x, rate, out, scale)
        if complaint is not None:
            seen = {"got": show((out, scale))} if x.size <= 20 else got
            return Complaint(complaint, {**seen, "factor": f"{1 / (1 - rate):.6g}", "rate": f"{rate:g}"})
    complaint = judge_chance(x, rate, [scale != 0 for _, scale in pairs])
    return Complaint(complaint, {**got, "rate": f"{rate:g}"}) if complaint else None


def judge_settled(
    x: Array, scale: float, pairs: Sequence[tuple[Array, Array]], got: Mapping[str, str], case: Case
) -> Complaint | None:
    """Judge calls in which chance has no part."""
    mode = "at_rate_0" if case.args[1] == 0 else "rate_1" if scale == 0 else "at_test_time"
    for out, factors in pairs:
        if not is_product(out, x, np.asarray(scale)):
            return Complaint(mode, got)
        if not close(factors, np.full(x.shape, scale)):
            return Complaint("scale_when_settled", {**got, "scale": f"{scale:g}"})
    return None


def judge_scale(x: Array, rate: float, out: Array, scale: Array) -> str | None:
    """Judge the two arrays of one call."""
    factor = 1 / (1 - rate)
    if x.dtype.kind == "i" and scale.dtype.kind == "i" and np.any(scale):
        return "whole_numbers"
    levels = np.unique(np.asarray(scale, float))
    levels = levels[levels != 0]
    for level, mistake in (
        (factor, None),
        (1.0, "not_rescaled"),
        (1 / rate, "divides_by_rate"),
        (1 - rate, "scaled_down"),
        (rate, "times_rate"),
        (1 + rate, "one_plus_rate"),
    ):
        if levels.size and np.allclose(levels, level, rtol=1e-5):
            if mistake == "not_rescaled" and is_product(out, x * factor, scale):
                return "scale_without_factor"
            if mistake is not None:
                return mistake
            break
    else:
        if levels.size:
            return "scale_values"
    return None if is_product(out, x, scale) else "not_the_product"


def judge_chance(x: Array, rate: float, kept: Sequence[Array]) -> str | None:
    """Judge the masks of several calls: the first two come from generators of the same seed."""
    if len(kept) > 3 and all(np.array_equal(kept[0], mask) for mask in kept):
        return "same_every_call"
    if not np.array_equal(kept[0], kept[1]):
        return "ignores_rng"
    if x.size >= 1000 or len(kept) > 3:
        if x.size >= 1000 and np.array_equal(kept[1], kept[2]):
            return "same_every_call"
        masks = np.array(kept)
        for axis in range(x.ndim):
            if x.shape[axis] > 1 and np.all(masks == np.take(masks, [0], 1 + axis)):
                return "same_for_all" if axis < x.ndim - 1 else "whole_samples"
    dropped = np.array([np.sum(~mask) for mask in kept[1:]])
    share, spread = dropped.sum() / (len(dropped) * x.size), np.sqrt(rate * (1 - rate) / (len(dropped) * x.size))
    if abs(share - rate) > 6.5 * spread and len(dropped) * x.size >= 1000:
        near = abs(share - (1 - rate)) < 6.5 * spread
        return "keeps_with_rate" if near else "wrong_share"
    if len(dropped) >= MANY_CALLS:
        ratio = dropped.var() / (x.size * rate * (1 - rate))
        if ratio < 0.6:  # 6.6 standard deviations of a chi-square with 400 degrees of freedom
            return "fixed_count"
        if ratio > 1.6:
            return "together"
    return None


def fails_only_at_rate_1(trials: Sequence[Trial]) -> bool:
    """Return whether only rate 1 fails, by a division by zero or by what it leaves behind."""
    failed = [trial for trial in trials if trial.complaint is not None]
    return bool(failed) and all(
        trial.case.args[1] == 1 and (trial.called.fault is None or trial.called.fault.kind == "ZeroDivisionError")
        for trial in failed
    )


def draw_dropout(rng: np.random.Generator) -> Iterator[Case]:
    """Batches of a thousand entries and more, rates on both sides of one half, sequences, integers; no entry is 0."""
    for shape, rate, focus in [
        ((60, 60), 0.2, "batch"),
        ((60, 20), 0.75, "batch"),
        ((8, 15, 10), 0.3, "sequences"),
        ((1500,), 0.1, "vector"),
        ((4, 5), 0.3, "many_calls"),
    ]:
        x = rng.integers(1, 9, shape) / 8 * rng.choice([-1, 1], shape)
        yield Case((x, rate, Seed(int(rng.integers(1, 10**6)))), focus)
    yield Case((rng.integers(1, 9, (35, 35)), 0.4, Seed(int(rng.integers(1, 10**6)))), "integers")
    yield Case((rng.integers(1, 9, (5, 4)) / 8, 0.6, Seed(int(rng.integers(1, 10**6))), False), "test_time")


ROWS = np.array([[4.0, 8.0, 12.0, -4.0, 1.0], [2.0, -3.0, 5.0, 7.0, 6.0]])
TWENTY = np.arange(1.0, 21.0).reshape(4, 5)

DROPOUT = Function(
    "dropout_forward",
    regularization.dropout_forward,
    "eq-dropout",
    visible=[
        Case((TWENTY, 0.2, Seed(1)), "by_hand"),
        Case((np.array([4.0, -8.0, 12.0]), 0.2, Seed(1), False), "test_time"),
    ],
    witnesses=[
        Case((ROWS, 0.0, Seed(2)), "rate_0"),
        Case((ROWS, 1.0, Seed(2)), "rate_1"),
        Case((ROWS, 0.2, Seed(2), True), "training"),
        Case((TWENTY, 0.75, Seed(5)), "many_calls"),
        Case((np.arange(1, 21).reshape(4, 5), 0.2, Seed(3)), "integers"),
        Case((np.array([[4, -8], [3, 5]]), 0.6, Seed(3), False), "test_time"),
        Case((ROWS, 1.0, Seed(2), False), "test_time"),
        Case((np.zeros((0, 3)), 0.2, Seed(4)), "empty"),
        Case((np.zeros((2, 3)), 0.2, Seed(4)), "zeros"),
    ],
    draws=draw_dropout,
    judge=judge_dropout,
    wanted=wanted_dropout,
    drive=drive_dropout,
    mistakes={"rate_1": fails_only_at_rate_1},
)


def draw_dropout_back(rng: np.random.Generator) -> Iterator[Case]:
    """Gradients of several shapes; no entry is 0, and the factor is not 1."""
    for shape, rate in [((4, 4), 0.2), ((3, 5), 0.75), ((7,), 0.5), ((2, 3, 4), 0.2)]:
        scale = (rng.random(shape) >= rate) / (1 - rate)
        yield Case((rng.integers(1, 17, shape) / 8, scale), "shapes")


SCALE = np.array([[1.25, 0.0, 1.25], [0.0, 1.25, 1.25]])

DROPOUT_BACK = Function(
    "dropout_backward",
    regularization.dropout_backward,
    "eq-dropout-backward",
    Floats(),
    visible=[Case((np.array([1.0, 2.0, 3.0]), np.array([1.25, 0.0, 1.25])), "by_hand")],
    witnesses=[
        Case((np.array([[1.0, 2.0, 3.0], [-4.0, 5.0, 6.0]]), SCALE), "batch"),
        Case((np.array([[1.0, 2.0, 3.0]]), np.ones((1, 3))), "ones"),
        Case((np.array([[1, 2, 3], [4, 5, 6]]), 2 * SCALE), "integers"),
    ],
    draws=draw_dropout_back,
    mistakes={
        "mask_only": like(lambda dout, scale: dout * (scale > 0)),
        "passes_all": like(lambda dout, scale: dout * 1.0),
        "divides": like(lambda dout, scale: dout / scale, lambda dout, scale: np.where(scale > 0, dout / scale, 0)),
        "twice": like(lambda dout, scale: dout * scale**2),
        "inverted": like(lambda dout, scale: dout * (scale == 0)),
        "scale_alone": like(lambda dout, scale: scale),
        "factor_everywhere": like(lambda dout, scale: dout * np.max(scale)),
        "matrix_product": like(lambda dout, scale: dout @ scale, lambda dout, scale: dout @ scale.T),
        "summed": like(lambda dout, scale: np.sum(dout * scale, 0), lambda dout, scale: np.sum(dout * scale)),
    },
)


# ------------------------------------------------------------------------------ 4. BatchNorm

UNSAID = object()


def drive_batchnorm(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Call an answer with a copy of `running`, and return that copy's arrays beside the output."""

    def run(
        X: Array, gamma: Array, beta: Array, running: dict[str, Array],
        training: Any = UNSAID, momentum: Any = UNSAID, eps: Any = UNSAID,
    ) -> Any:  # fmt: skip
        own = copy.deepcopy(running)
        out = answer(X, gamma, beta, own, *(value for value in (training, momentum, eps) if value is not UNSAID))
        return None if out is None else (out, own.get("mean"), own.get("var"))

    return run


def batchnorm_with(
    *,
    axis: Any = 0,
    ddof: int = 0,
    running_ddof: int | None = None,
    root: Callable[[Array, float], Any] = lambda var, eps: np.sqrt(var + eps),
    keep: Callable[[float], float] = lambda momentum: momentum,
    update: str = "both",
    gamma_used: bool = True,
    beta_used: bool = True,
    centred: bool = True,
    uses_running: Callable[[bool], bool] = lambda training: not training,
    updates: Callable[[bool], bool] = lambda training: training,
    update_first: bool = False,
    old_momentum: float = 0.9,
    old_eps: float = 1e-5,
    std_in_running: bool = False,
    summed: bool = False,
) -> Callable[..., Any]:
    """Return batch normalization with a mistake in it, driven; the defaults are the right one."""

    def forward(
        X: Array, gamma: Array, beta: Array, running: dict[str, Array],
        training: bool = True, momentum: float = old_momentum, eps: float = old_eps,
    ) -> Array:  # fmt: skip
        X = np.asarray(X, float)
        keepdims = axis != 0
        mean, var = np.mean(X, axis, keepdims=keepdims), np.var(X, axis, keepdims=keepdims, ddof=ddof)
        if summed:
            var = var * len(X)
        if updates(training):
            a, last = keep(momentum), np.var(X, 0, ddof=ddof if running_ddof is None else running_ddof)
            last = last * len(X) if summed else last
            if update in ("both", "mean"):
                running["mean"] = a * running["mean"] + (1 - a) * X.mean(0)
            if update in ("both", "var"):
                running["var"] = a * running["var"] + (1 - a) * (np.sqrt(last) if std_in_running else last)
        if uses_running(training):
            mean, var = running["mean"], running["var"]
        out = (X - mean if centred else X) / root(var, eps)
        return np.asarray((gamma if gamma_used else 1) * out + (beta if beta_used else 0))

    return drive_batchnorm(forward)


def running(mean: Sequence[float], var: Sequence[float]) -> dict[str, Array]:
    return {"mean": np.array(mean), "var": np.array(var)}


def draw_batchnorm(rng: np.random.Generator) -> Iterator[Case]:
    """As many samples as features, more and fewer, with the statistics of other batches behind them."""
    for n, d in [(8, 3), (4, 4), (2, 5), (6, 6)]:
        past = {"mean": eighths(rng, d), "var": 0.5 + rng.random(d)}
        X, gamma, beta = distinct(rng, n, d), 0.5 + rng.random(d), eighths(rng, d)
        yield Case((X, gamma, beta, past), "training")
        yield Case((X, gamma, beta, past, False), "evaluation")
        yield Case((X, gamma, beta, past, True, 0.75, 0.5), "options")
        yield Case((X, gamma, beta, past, False, 0.5, 0.25), "options")


ONES, NOTHING = np.ones(2), np.zeros(2)

BATCHNORM = Function(
    "batchnorm_forward",
    normalization.batchnorm_forward,
    "eq-batchnorm",
    Parts({"out": Floats(), "running['mean'] afterwards": Floats(), "running['var'] afterwards": Floats()}),
    visible=[
        Case((np.array([[1.0, 10.0], [3.0, 50.0]]), ONES, NOTHING, running([0.0, 0.0], [1.0, 1.0])), "by_hand"),
    ],
    witnesses=[
        Case((np.array([[1.0], [3.0]]), np.array([2.0]), np.array([5.0]), running([4.0], [3.0])), "scale_and_shift"),
        Case((np.array([[1.0], [3.0]]), np.array([2.0]), np.array([5.0]), running([-1.0], [4.0]), False), "evaluation"),
        Case((np.array([[1.0, 2.0], [4.0, 0.5]]), ONES, NOTHING, running([1.0, 0.0], [1.0, 2.0])), "square"),
        Case((np.array([[7.0, -3.0]]), ONES, np.array([0.5, 2.0]), running([0.0, 0.0], [1.0, 1.0])), "one_sample"),
        Case(
            (np.array([[2.0, 1.0], [2.0, 3.0]]), ONES, np.array([4.0, 5.0]), running([0.0] * 2, [1.0] * 2)), "constant"
        ),
        Case((np.array([[0.01], [-0.01]]), np.array([1.0]), np.array([0.0]), running([0.0], [1.0])), "small_variance"),
        Case((np.array([[1, 2], [3, 7]]), ONES, NOTHING, running([0.0, 0.0], [1.0, 1.0])), "integers"),
        Case(
            (np.array([[7.0, -3.0]]), ONES, np.array([0.5, 2.0]), running([1.0, 2.0], [4.0, 9.0]), False), "evaluation"
        ),
    ],
    draws=draw_batchnorm,
    drive=drive_batchnorm,
    mistakes={
        "over_features": like(
            batchnorm_with(axis=1),
            drive_batchnorm(
                lambda X, g, b, running, *_: g * (X - X.mean(1, keepdims=True)) / (X.std(1, keepdims=True)) + b
            ),
        ),
        "over_everything": like(batchnorm_with(axis=None)),
        "unbiased": like(batchnorm_with(ddof=1), batchnorm_with(running_ddof=1)),
        "sum_of_squares": like(batchnorm_with(summed=True)),
        "momentum_inverted": like(batchnorm_with(keep=lambda momentum: 1 - momentum)),
        "eps_outside": like(batchnorm_with(root=lambda var, eps: np.sqrt(var) + eps)),
        "no_eps": like(batchnorm_with(root=lambda var, eps: np.sqrt(var))),
        "divides_by_variance": like(
            batchnorm_with(root=lambda var, eps: var + eps), batchnorm_with(root=lambda var, eps: var)
        ),
        "not_divided": like(batchnorm_with(root=lambda var, eps: 1.0)),
        "no_gamma_beta": like(batchnorm_with(gamma_used=False, beta_used=False)),
        "no_gamma": like(batchnorm_with(gamma_used=False)),
        "no_beta": like(batchnorm_with(beta_used=False)),
        "not_centred": like(batchnorm_with(centred=False)),
        "batch_at_test": like(
            batchnorm_with(uses_running=lambda training: False),
            batchnorm_with(uses_running=lambda training: False, updates=lambda training: True),
        ),
        "running_in_training": like(batchnorm_with(uses_running=lambda training: True)),
        "updates_at_test": like(batchnorm_with(updates=lambda training: True)),
        "not_updated": like(batchnorm_with(update="none")),
        "mean_not_updated": like(batchnorm_with(update="var")),
        "var_not_updated": like(batchnorm_with(update="mean")),
        "keeps_last_batch": like(batchnorm_with(keep=lambda momentum: 0.0)),
        "ignores_momentum": like(batchnorm_with(keep=lambda momentum: 0.9)),
        "ignores_eps": like(batchnorm_with(root=lambda var, eps: np.sqrt(var + 1e-5))),
        "default_momentum": like(batchnorm_with(old_momentum=0.1), batchnorm_with(old_momentum=0.99)),
        "default_eps": like(*(batchnorm_with(old_eps=eps) for eps in (1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-12))),
        "deviation_remembered": like(
            batchnorm_with(std_in_running=True),
            batchnorm_with(std_in_running=True, root=lambda var, eps: np.sqrt(var + eps)),
        ),
    },
)


# ------------------------------------------------------------------------------ 5. LayerNorm


def layernorm_with(
    axis: Callable[[Array], Any] = lambda X: -1,
    *,
    ddof: int = 0,
    root: Callable[[Array, float], Any] = lambda var, eps: np.sqrt(var + eps),
    gamma_used: bool = True,
    beta_used: bool = True,
    centred: bool = True,
    keepdims: bool = True,
    summed: bool = False,
    old_eps: float = 1e-5,
) -> Callable[..., Any]:
    """Return layer normalization with a mistake in it; the defaults are the right one."""

    def forward(X: Array, gamma: Array, beta: Array, eps: float = old_eps) -> Array:
        X, along = np.asarray(X, float), axis(X)
        mean, var = X.mean(along, keepdims=keepdims), X.var(along, keepdims=keepdims, ddof=ddof)
        out = (X - mean if centred else X) / root(var * X.shape[-1] if summed else var, eps)
        return np.asarray((gamma if gamma_used else 1) * out + (beta if beta_used else 0))

    return forward


def root_mean_square(X: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    return np.asarray(gamma * X / np.sqrt(np.mean(X**2, -1, keepdims=True) + eps) + beta)


def draw_layernorm(rng: np.random.Generator) -> Iterator[Case]:
    """One to four axes; equal lengths, where a wrong axis gives wrong numbers and not an error."""
    for shape in [(5, 3), (4, 4), (3, 3, 3), (2, 5, 4), (2, 2, 3, 3), (6,)]:
        d = shape[-1]
        X, gamma, beta = distinct(rng, *shape), 0.5 + rng.random(d), eighths(rng, d)
        yield Case((X, gamma, beta), "shapes")
        yield Case((X, gamma, beta, 0.5), "options")


THREE, NO_SHIFT = np.ones(3), np.zeros(3)

LAYERNORM = Function(
    "layernorm_forward",
    normalization.layernorm_forward,
    "eq-layernorm",
    Floats(),
    visible=[Case((np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), THREE, NO_SHIFT), "by_hand")],
    witnesses=[
        Case((np.array([[1.0, 3.0]]), np.array([2.0, 3.0]), np.array([5.0, -1.0])), "scale_and_shift"),
        Case((np.array([[1.0, 2.0], [4.0, 0.5]]), ONES, NOTHING), "square"),
        Case((np.array([1.0, 2.0, 6.0]), THREE, NO_SHIFT), "single"),
        Case((np.array([[[1.0, 3.0], [2.0, 8.0]], [[0.0, 4.0], [5.0, 1.0]]]), ONES, NOTHING), "sequences"),
        Case((np.array([[4.0, 4.0, 4.0]]), THREE, np.array([1.0, 2.0, 3.0])), "constant"),
        Case((np.array([[0.01, -0.01]]), ONES, NOTHING), "small_variance"),
        Case((np.array([[1, 2, 6], [3, 3, 9]]), THREE, NO_SHIFT), "integers"),
        Case((np.zeros((0, 3)), THREE, NO_SHIFT), "empty"),
        Case((np.zeros((2, 0, 3)), THREE, NO_SHIFT), "empty"),
    ],
    draws=draw_layernorm,
    mistakes={
        "over_batch": like(layernorm_with(lambda X: 0), layernorm_with(lambda X: 0, keepdims=False)),
        "axis_1": like(layernorm_with(lambda X: 1)),
        "over_everything": like(layernorm_with(lambda X: None), layernorm_with(lambda X: None, keepdims=False)),
        "all_but_first": like(layernorm_with(lambda X: tuple(range(1, X.ndim)) or 0)),
        "keepdims": like(layernorm_with(keepdims=False)),
        "unbiased": like(layernorm_with(ddof=1)),
        "sum_of_squares": like(layernorm_with(summed=True)),
        "no_eps": like(layernorm_with(root=lambda var, eps: np.sqrt(var))),
        "eps_outside": like(layernorm_with(root=lambda var, eps: np.sqrt(var) + eps)),
        "divides_by_variance": like(layernorm_with(root=lambda var, eps: var + eps)),
        "not_divided": like(layernorm_with(root=lambda var, eps: 1.0)),
        "not_centred": like(layernorm_with(centred=False), root_mean_square),
        "no_gamma_beta": like(layernorm_with(gamma_used=False, beta_used=False)),
        "no_gamma": like(layernorm_with(gamma_used=False)),
        "no_beta": like(layernorm_with(beta_used=False)),
        "ignores_eps": like(layernorm_with(root=lambda var, eps: np.sqrt(var + 1e-5))),
        "default_eps": like(*(layernorm_with(old_eps=eps) for eps in (1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-12))),
    },
)


# ------------------------------------------------------------------------------ 6. Backward


def backward_with(
    *,
    along: Callable[[int], Any] = lambda axis: axis,
    mean_term: float = 1.0,
    var_term: float = 1.0,
    add: Callable[..., Array] = np.mean,
    add_var: Callable[..., Array] | None = None,
    gamma_used: bool = True,
    divided: Callable[[Array], Any] = lambda std: std,
    params_axis: Callable[[int], Any] = lambda axis: 0,
    dgamma_of: Callable[[Array, Array, Array], Array] = lambda X, X_hat, centred: X_hat,
    add_params: Callable[..., Array] = np.sum,
    gamma_in_dgamma: bool = False,
    ddof: int = 0,
    eps_used: Callable[[float], float] = lambda eps: eps,
    raw_in_var: bool = False,
) -> Callable[..., Any]:
    """Return the gradient of a normalization with a mistake in it; the defaults are the right one."""

    def backward(dout: Array, X: Array, gamma: Array, axis: int, eps: float = 1e-5) -> tuple[Array, Array, Array]:
        dout, X, at = np.asarray(dout, float), np.asarray(X, float), along(axis)
        centred = X - X.mean(at, keepdims=True)
        std = np.sqrt(X.var(at, keepdims=True, ddof=ddof) + eps_used(eps))
        X_hat = centred / std
        G = dout * gamma if gamma_used else dout
        other = centred if raw_in_var else X_hat
        second = (add_var or add)(G * other, axis=at, keepdims=True)
        dX = (G - mean_term * add(G, axis=at, keepdims=True) - var_term * other * second) / divided(std)
        scaled = G if gamma_in_dgamma else dout
        over = params_axis(axis)
        return dX, add_params(scaled * dgamma_of(X, X_hat, centred), axis=over), add_params(scaled, axis=over)

    return backward


def draw_backward(rng: np.random.Generator) -> Iterator[Case]:
    """Both axes; as many samples as features, more and fewer; another eps."""
    for n, d in [(6, 3), (4, 4), (3, 5)]:
        for axis in (0, 1):
            dout, X, gamma = eighths(rng, n, d), distinct(rng, n, d), 0.5 + rng.random(d)
            yield Case((dout, X, gamma, axis), "both_axes")
            yield Case((dout, X, gamma, axis, 0.5), "options")
    whole = rng.integers(-5, 6, (4, 4)), rng.permutation(16).reshape(4, 4), rng.integers(1, 5, 4)
    yield Case((*whole, 0), "integers")
    yield Case((*whole, 1), "integers")


COLUMN = np.array([[1.0, 0.0], [1.0, 2.0], [3.0, 4.0], [3.0, 6.0]])

BACKWARD = Function(
    "norm_backward",
    normalization.norm_backward,
    "eq-norm-backward",
    Parts({"dX": Floats(), "dgamma": Floats(), "dbeta": Floats()}),
    visible=[
        Case((np.array([[4.0, 0.0, 0.0, 0.0]]), np.array([[1.0, 1.0, 3.0, 3.0]]), np.ones(4), 1), "by_hand"),
        Case((np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 1.0]]), COLUMN, np.array([2.0, 3.0]), 0), "columns"),
    ],
    witnesses=[
        Case(
            (
                np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]]),
                np.array([[0.0, 2.0, 4.0], [3.0, 0.0, 0.0]]),
                np.array([1.0, 2.0, 3.0]),
                1,
            ),
            "rows",
        ),
        Case(
            (np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0, 4.0], [2.0, 0.0]]), np.array([2.0, 3.0]), 0), "square"
        ),
        Case(
            (np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 0.5], [2.0, 1.0]]), np.array([2.0, 3.0]), 1, 0.5),
            "options",
        ),
        Case((np.array([[1.0, 2.0]]), np.array([[4.0, 5.0]]), np.array([2.0, 3.0]), 0), "one_sample"),
        Case((np.array([[0.01, 0.02, 0.0]]), np.array([[0.01, -0.01, 0.0]]), np.ones(3), 1), "small_variance"),
    ],
    draws=draw_backward,
    mistakes={
        "constants": like(backward_with(mean_term=0, var_term=0)),
        "no_variance_term": like(backward_with(var_term=0)),
        "no_mean_term": like(backward_with(mean_term=0)),
        "sums": like(
            backward_with(add_var=np.sum),
            backward_with(add=np.sum),
            backward_with(add=np.sum, add_var=np.mean),
        ),
        "always_columns": like(backward_with(along=lambda axis: 0)),
        "always_rows": like(backward_with(along=lambda axis: 1)),
        "other_axis": like(backward_with(along=lambda axis: 1 - axis)),
        "dgamma_of_x": like(
            backward_with(dgamma_of=lambda X, X_hat, centred: X),
            backward_with(dgamma_of=lambda X, X_hat, centred: centred),
        ),
        "params_along_axis": like(backward_with(params_axis=lambda axis: axis)),
        "params_other_axis": like(
            backward_with(params_axis=lambda axis: 1 - axis), backward_with(params_axis=lambda axis: 1)
        ),
        "params_mean": like(backward_with(add_params=np.mean)),
        "no_gamma": like(backward_with(gamma_used=False)),
        "gamma_in_dgamma": like(backward_with(gamma_in_dgamma=True)),
        "not_divided": like(backward_with(divided=lambda std: 1.0)),
        "divided_by_variance": like(backward_with(divided=lambda std: std**2)),
        "unbiased": like(backward_with(ddof=1)),
        "variance_plus": like(
            backward_with(var_term=-1), backward_with(mean_term=-1), backward_with(mean_term=-1, var_term=-1)
        ),
        "raw_in_variance_term": like(backward_with(raw_in_var=True)),
        "ignores_eps": like(backward_with(eps_used=lambda eps: 1e-5), backward_with(eps_used=lambda eps: 0.0)),
        "order": lambda trials: all(reordered(trial) for trial in trials),
    },
)


def reordered(trial: Trial) -> bool:
    """Tell whether the right three gradients came back in another order."""
    got = trial.called.result
    if not isinstance(got, tuple | list) or len(got) != 3:
        return False
    return any(
        BACKWARD.kind is not None and BACKWARD.kind.compare([got[i] for i in order], trial.want) is None
        for order in ((0, 2, 1), (1, 2, 0), (2, 1, 0), (1, 0, 2), (2, 0, 1))
    )


# ------------------------------------------------------------------------------ 7. Early stopping

NAN = float("nan")


def stopping_with(
    *,
    improves: Callable[[float, float, float, float], bool] = lambda loss, best, last, delta: loss < best - delta,
    resets: bool = True,
    stop_at: Callable[[int], int] = lambda patience: patience,
    epoch_of: Callable[[int], int] = lambda epoch: epoch,
    answer: Callable[[Sequence[float], int, int], tuple[Any, Any]] = lambda losses, best, stop: (best, stop),
    start: Callable[[Sequence[float]], float] = lambda losses: float("inf"),
    old_delta: float = 0.0,
    never: Callable[[Sequence[float]], Any] = lambda losses: len(losses) - 1,
    skip_first: bool = False,
    at_end: Callable[[Sequence[float], int, int], tuple[Any, Any]] | None = None,
    before: int = 0,
) -> Callable[..., Any]:
    """Return early stopping with a mistake in it; the defaults are the right one."""

    def stop(val_losses: Sequence[float], patience: int, min_delta: float = old_delta) -> tuple[Any, Any]:
        best, last, best_epoch, waited = start(val_losses), start(val_losses), before, 0
        for epoch, loss in enumerate(val_losses):
            if improves(loss, best, last, min_delta) or (skip_first and epoch == 0):
                best, best_epoch = loss, epoch
                waited = 0 if resets else waited
            else:
                waited += 1
                if waited >= stop_at(patience):
                    return answer(val_losses, best_epoch, epoch_of(epoch))
            last = loss
        return (at_end or answer)(val_losses, best_epoch, never(val_losses))

    return stop


def starting_from(best: float) -> Callable[[Sequence[float]], float]:
    return lambda losses: best


def as_it_is(losses: Sequence[float], best: int, stop: int) -> tuple[int, int]:
    return best, stop


def stops(*mistakes: Mapping[str, Any]) -> Callable[[Sequence[Trial]], bool]:
    """Explain by early stopping with a mistake; the best epoch before any improvement may be 0 or -1."""
    return like(*(stopping_with(**mistake, before=before) for mistake in mistakes for before in (0, -1)))


def draw_losses(rng: np.random.Generator) -> Iterator[Case]:
    """Losses in steps of 1/8, so that ties are frequent and every comparison is exact; nan here and there."""
    for number in range(120):
        losses = (rng.integers(0, 17, int(rng.integers(3, 16))) / 8).tolist()
        if number % 4 == 0:
            losses[int(rng.integers(1, len(losses)))] = NAN
        options = (0.25,) if number % 3 == 0 else (0.0,) if number % 3 == 1 else ()
        yield Case((losses, int(rng.integers(1, 5)), *options), "random_losses")


EARLY = Function(
    "early_stopping",
    regularization.early_stopping,
    "eq-early-stopping",
    Parts({"best_epoch": Count(), "stop_epoch": Count()}),
    visible=[Case(([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.1], 2), "by_hand")],
    witnesses=[
        Case(([0.9, 0.8, 0.7], 2), "never"),
        Case(([0.5], 1), "one_epoch"),
        Case(([1.0, 0.99999, 0.99998, 0.99997], 2), "small_improvements"),
        Case(([0.5, 0.5, 0.5, 0.4], 2), "ties"),
        Case(([0.5, 0.9, 0.8, 0.7, 0.6], 3), "falls_but_not_best"),
        Case(([1.0, 0.875, 0.75, 0.625, 0.5], 3, 0.25), "min_delta"),
        Case(([1.0, 0.75, 0.5], 1, 0.25), "min_delta"),
        Case(([1.0, NAN, 0.5, NAN, NAN, 0.25], 2), "nan"),
        Case(([NAN, 0.5, 0.75, 0.25], 2), "nan"),
        Case(([0.5, 0.25, 0.75, 0.125], 1), "patience_1"),
        Case(([0.5, 0.75, 0.25, 0.75, 0.125, 0.5, 0.625], 2), "counting_again"),
        Case(([3.0, 1.0, 2.0, 0.0], 5), "never"),
        Case(([-1.0, -2.0, -1.5, -1.75], 2), "negative"),
    ],
    draws=draw_losses,
    mistakes={
        "previous_epoch": stops(
            {"improves": lambda loss, best, last, delta: loss < last - delta},
            {"improves": lambda loss, best, last, delta: loss < last - delta, "skip_first": True},
            {"improves": lambda loss, best, last, delta: loss < last - delta, "start": lambda losses: losses[0] + 1},
        ),
        "not_reset": stops({"resets": False}),
        "ties_count": stops({"improves": lambda loss, best, last, delta: loss <= best - delta}),
        "ignores_min_delta": stops({"improves": lambda loss, best, last, delta: loss < best}),
        "delta_added": stops(
            {"improves": lambda loss, best, last, delta: loss < best + delta},
            {"improves": lambda loss, best, last, delta: loss - best < delta},
        ),
        "nan_improves": stops({"improves": lambda loss, best, last, delta: not loss >= best - delta}),
        "global_minimum": stops(
            {"answer": lambda losses, best, stop: (int(np.nanargmin(losses)), stop)},
            {"answer": lambda losses, best, stop: (int(np.argmin(losses)), stop)},
            {"answer": lambda losses, best, stop: (int(np.nanargmin(losses)), stop), "at_end": as_it_is},
            {"answer": lambda losses, best, stop: (int(np.argmin(losses)), stop), "at_end": as_it_is},
        ),
        "minimum_before_stop": stops(
            {"answer": lambda losses, best, stop: (int(np.nanargmin(losses[: stop + 1])), stop)},
            {"answer": lambda losses, best, stop: (int(np.argmin(losses[: stop + 1])), stop)},
        ),
        "patience_more": stops({"stop_at": lambda patience: patience + 1}),
        "patience_less": stops(
            {"stop_at": lambda patience: patience - 1},
            {"stop_at": lambda patience: max(1, patience - 1)},
        ),
        "from_one": stops(
            {"answer": lambda losses, best, stop: (best + 1, stop + 1)},
        ),
        "stop_epoch_next": stops({"epoch_of": lambda epoch: epoch + 1}, {"epoch_of": lambda epoch: epoch - 1}),
        "swapped": stops({"answer": lambda losses, best, stop: (stop, best)}),
        "returns_loss": stops(
            {"answer": lambda losses, best, stop: (losses[best], stop)},
        ),
        "length": stops({"never": len}),
        "never_none": stops({"never": lambda losses: None}, {"never": lambda losses: -1}),
        "first_is_nan": stops({"skip_first": True}),
        "first_epoch_waits": stops({"start": lambda losses: losses[0]}),
        "starts_at_one": stops(*({"start": starting_from(best)} for best in (0.0, 1.0, 2.0))),
        "default_delta": stops(*({"old_delta": delta} for delta in (1e-4, 1e-3, 0.01, 0.1))),
    },
)


QUIZ = Quiz(
    8,
    [
        Statement(0, False, "sec-dropout"),
        Statement(1, True, "sec-dropout"),
        Statement(2, False, "sec-dropout"),
        Statement(3, True, "sec-penalties"),
        Statement(4, False, "sec-soft-threshold"),
        Statement(5, True, "sec-batchnorm"),
        Statement(6, False, "sec-layernorm"),
        Statement(7, True, "sec-batchnorm"),
    ],
)

ASSIGNMENT = Assignment(
    "06_regularization",
    [
        Task(1, 4, 8, [L2, L1]),
        Task(2, 3, 6, [SOFT]),
        Task(3, 7, 14, [DROPOUT, DROPOUT_BACK]),
        Task(4, 6, 12, [BATCHNORM]),
        Task(5, 4, 8, [LAYERNORM]),
        Task(6, 5, 11, [BACKWARD]),
        Task(7, 3, 5, [EARLY]),
    ],
    QUIZ,
    numbers={
        "eq-l2-penalty": "(6.2)",
        "eq-l1-penalty": "(6.4)",
        "eq-soft-threshold": "(6.5)",
        "eq-dropout": "(6.6)",
        "eq-dropout-backward": "(6.7)",
        "eq-batchnorm": "(6.9)",
        "eq-layernorm": "(6.11)",
        "eq-norm-backward": "(6.13)",
        "eq-early-stopping": "(6.14)",
    },
)
