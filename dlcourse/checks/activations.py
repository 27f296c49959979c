"""Checks of the assignment 02_activations."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse import activations as oracle
from dlcourse.checks.engine import (
    Assignment,
    Case,
    Explanation,
    Function,
    Quiz,
    Statement,
    Task,
    Trial,
    eighths,
    like,
)
from dlcourse.checks.kinds import Complaint, Floats, Number, floats, plain_array

__all__ = ["ASSIGNMENT"]

Array = npt.NDArray[Any]
Formula = Callable[..., Any]


@dataclass(frozen=True)
class RelativeFloats:
    """An array of real numbers, each entry compared with a share of itself.

    Two right ways differ by some 1e-14 of an entry in float64 and some 1e-6 in float32. What is smaller than the least
    number counts as 0, so that an overflow to 1 / inf = 0 and a clip far out are as good as the last digits.
    """

    share: float = 1e-7
    share_float32: float = 1e-3
    least: float = 1e-200
    least_float32: float = 1e-36

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None; `tail` if only the digits of small numbers are lost."""
        found = Floats().compare(got, want)
        array = plain_array(got)
        if found is not None or array is None:
            return found
        wanted = np.asarray(want)
        single = np.float32 in (array.dtype, wanted.dtype)
        share, least = (self.share_float32, self.least_float32) if single else (self.share, self.least)
        return None if np.allclose(array, wanted, rtol=share, atol=least) else Complaint("tail")


# ------------------------------------------------------------------ how mistakes are made


def alike(*variants: Formula) -> Explanation:
    """Explain an answer by a wrong function, as `like` does, but where float32 would blur the comparison."""
    explains = like(*variants)
    return lambda trials: explains([trial for trial in trials if trial.case.focus != "float32"])


def is_whole(x: Any) -> bool:
    return np.asarray(x).dtype.kind == "i"


def cut(right: Formula) -> Formula:
    """Return the right function, whose answer takes the integer type of its input."""
    return lambda x, *rest: np.asarray(right(x, *rest)).astype(int) if is_whole(x) else right(x, *rest)


def flattened(right: Formula) -> Explanation:
    """Explain an answer that lost its shape."""
    return alike(
        lambda x, *rest: np.ravel(right(x, *rest)),
        lambda x, *rest: np.array([right(value, *rest) for value in np.ravel(x)]),
    )


def batched(right: Formula) -> Explanation:
    """Explain an answer that makes an array out of a number."""
    return alike(lambda x, *rest: np.atleast_1d(right(x, *rest)), lambda x, *rest: np.atleast_2d(right(x, *rest)))


def row_by_row(one: Callable[[float], float]) -> Explanation:
    """Explain a loop over the first axis with a function of one number."""
    return alike(lambda x: [one(value) for value in x], lambda x: np.array([one(value) for value in x]))


def rounded(right: Formula) -> Explanation:
    """Explain an answer that was rounded."""
    return alike(*(lambda x, n=n: np.round(right(x), n) for n in (0, 1, 2, 3, 4, 5, 6, 7)))


def differences(f: Formula) -> Explanation:
    """Explain a slope that was measured and not derived."""
    steps = [10.0**-n for n in range(1, 7)]
    return alike(
        *(lambda x, h=h: (f(floats(x) + h) - f(x)) / h for h in steps),
        *(lambda x, h=h: (f(x) - f(floats(x) - h)) / h for h in steps),
        *(lambda x, h=h: (f(floats(x) + h) - f(floats(x) - h)) / (2 * h) for h in steps[:3]),
        *(lambda x, h=h: (f(floats(x) + h) - f(floats(x) - h)) / h for h in steps),
    )


def draw_arrays(rng: np.random.Generator) -> Iterator[Case]:
    """Every number of axes, square shapes among them; integers; float32."""
    for shape in [(7,), (3, 4), (4, 4), (2, 3, 4), (1,), (1, 5)]:
        yield Case((rng.normal(scale=3, size=shape),), "shapes")
    yield Case((rng.integers(-6, 7, (3, 3)),), "integers")
    yield Case((rng.normal(scale=3, size=6).astype(np.float32),), "float32")


SMALL = Case((np.array([-2.0, 0.0, 2.0]),), "small")
MATRIX = Case((np.array([[0.5, -1.0], [2.0, 0.0]]),), "shapes")
EDGES = (
    Case((np.array([-2, 0, 3]),), "integers"),
    MATRIX,
    Case((1.5,), "number"),
    Case((-2,), "number"),
    Case((np.zeros(0),), "empty"),
)


# ------------------------------------------------------------------ 1. A sigmoid that never overflows


def results_at(trials: Sequence[Trial], focus: str, shape: tuple[int, ...]) -> list[Array]:
    """Return what came back for small cases of one focus and shape, if it has the right form."""
    shown = [trial for trial in trials if trial.case.focus == focus and not trial.private]
    found = [plain_array(trial.called.result) for trial in shown]
    return [array for array in found if array is not None and array.shape == shape]


def loses_tail_only(trials: Sequence[Trial]) -> bool:
    """Tell whether everything else is right."""
    return all(trial.complaint is None or trial.complaint.id == "tail" for trial in trials)


def is_clipped(trials: Sequence[Trial]) -> bool:
    """Tell whether very negative numbers all give the same positive number, near by or far out."""
    near = [array[[-2, -1]] for array in results_at(trials, "tail", (4,))]
    far = [array[[0, 2, 4]] for array in results_at(trials, "extremes", (6,))]
    return loses_tail_only(trials) and any(array.min() == array.max() > 0 for array in near + far)


def is_one_minus(trials: Sequence[Trial]) -> bool:
    """Tell whether very negative numbers give exactly 0."""
    return loses_tail_only(trials) and any(array[-2] == array[-1] == 0 for array in results_at(trials, "tail", (4,)))


def sigmoid_of_one(value: float) -> float:
    return 1 / (1 + math.exp(-value))


SIGMOID = Function(
    "sigmoid",
    oracle.sigmoid,
    "eq-sigmoid-stable",
    RelativeFloats(),
    visible=[
        Case((np.array([0.0, 1.0, -1.0]),), "small"),
        Case((np.array([-1000.0, 1000.0]),), "extremes"),
    ],
    witnesses=[
        *EDGES,
        Case((np.array([-30.0, -40.0, -100.0, -150.0]),), "tail"),
        Case((np.array([-745.0, 745.0, -5000.0, 5000.0, -1e4, 1e4]),), "extremes"),
        Case((-1000.0,), "extremes"),
    ],
    draws=lambda rng: [
        *draw_arrays(rng),
        Case((rng.uniform(-90, -20, (2, 3)),), "tail"),
        Case((rng.choice([-1.0, 1.0], 5) * rng.uniform(720, 9000, 5),), "extremes"),
    ],
    mistakes={
        "wrong_sign": alike(lambda x: oracle.sigmoid(-floats(x)), lambda x: 1 - oracle.sigmoid(x)),
        "is_tanh": alike(oracle.tanh),
        "too_steep": alike(lambda x: oracle.sigmoid(2 * floats(x))),
        "overflows": alike(
            lambda x: np.exp(floats(x)) / (1 + np.exp(floats(x))),
            lambda x: np.exp(floats(x)) / (np.exp(floats(x)) + 1.0),
        ),
        "mirrored": alike(
            lambda x: oracle.sigmoid(-np.abs(floats(x))),
            lambda x: oracle.sigmoid(np.abs(floats(x))),
        ),
        "not_divided": alike(lambda x: 1 + np.exp(-floats(x))),
        "minus_below": alike(lambda x: 1 / (1 - np.exp(-floats(x)))),
        "one_forgotten": alike(lambda x: np.exp(floats(x)), lambda x: 1 / np.exp(-floats(x))),
        "cuts_integers": alike(cut(oracle.sigmoid)),
        "is_step": alike(lambda x: np.heaviside(floats(x), 0.0), lambda x: np.heaviside(floats(x), 1.0)),
        "rounded": rounded(oracle.sigmoid),
        "straight_lines": alike(
            *(lambda x, a=a: np.clip(a * floats(x) + 0.5, 0, 1) for a in (0.2, 0.25, 1 / 6, 0.5)),
        ),
        "is_slope": alike(oracle.sigmoid_grad),
        "is_softmax": alike(
            lambda x: np.exp(floats(x) - np.max(x)) / np.exp(floats(x) - np.max(x)).sum(),
            lambda x: np.exp(floats(x)) / np.exp(floats(x)).sum(),
            lambda x: oracle.softmax(x),
        ),
        "flattens": flattened(oracle.sigmoid),
        "forces_array": batched(oracle.sigmoid),
        "numbers_only": alike(
            lambda x: sigmoid_of_one(x),
            lambda x: 1 / (1 + math.exp(x)) * math.exp(x),
            lambda x: 1 / (1 + math.e ** float(-x)),
        ),
        "first_axis_only": row_by_row(sigmoid_of_one),
        "clipped": is_clipped,
        "one_minus": is_one_minus,
    },
)


# ------------------------------------------------------------------------ 2. Slopes of the S-curves


def draw_slopes(rng: np.random.Generator) -> Iterator[Case]:
    """Random arrays, a grid through 0, and numbers far out."""
    yield from draw_arrays(rng)
    yield Case((np.linspace(-8, 8, 33).reshape(3, 11),), "shapes")
    yield Case((rng.choice([-1.0, 1.0], 5) * rng.uniform(720, 9000, 5),), "extremes")


SLOPE_WITNESSES = (
    *EDGES,
    Case((np.array([-1000.0, 1000.0]),), "extremes"),
    Case((np.array([-0.25, 0.0, 0.25]),), "small"),
)


def naive_tanh(x: Any) -> Any:
    x = floats(x)
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


SIGMOID_GRAD = Function(
    "sigmoid_grad",
    oracle.sigmoid_grad,
    "eq-sigmoid-grad",
    Floats(),
    visible=[SMALL],
    witnesses=SLOPE_WITNESSES,
    draws=draw_slopes,
    mistakes={
        "takes_output": alike(lambda x: floats(x) * (1 - floats(x))),
        "plus_in_product": alike(lambda x: oracle.sigmoid(x) * (1 + oracle.sigmoid(x))),
        "overflows": alike(
            lambda x: np.exp(floats(x)) / (1 + np.exp(floats(x))) ** 2,
            lambda x: np.exp(-floats(x)) / (1 + np.exp(-floats(x))) ** 2,
            lambda x: (lambda s: s * (1 - s))(np.exp(floats(x)) / (1 + np.exp(floats(x)))),
        ),
        "too_large": alike(
            lambda x: 4 * oracle.sigmoid_grad(x),
            lambda x: 2 * oracle.sigmoid_grad(x),
        ),
        "no_half": alike(lambda x: oracle.tanh_grad(x) / 4),
        "measured": differences(oracle.sigmoid),
        "square_of_s": alike(lambda x: 1 - oracle.sigmoid(x) ** 2),
        "half_of_product": alike(lambda x: 1 - oracle.sigmoid(x), lambda x: oracle.sigmoid(x) ** 2),
        "is_value": alike(oracle.sigmoid),
        "other_slope": alike(oracle.tanh_grad),
        "wrong_sign": alike(lambda x: -oracle.sigmoid_grad(x)),
        "twice_sigmoid": alike(
            lambda x: oracle.sigmoid_grad(oracle.sigmoid(x)),
        ),
        "cuts_integers": alike(cut(oracle.sigmoid_grad)),
        "flattens": flattened(oracle.sigmoid_grad),
        "forces_array": batched(oracle.sigmoid_grad),
        "times_x": alike(lambda x: floats(x) * oracle.sigmoid_grad(x)),
    },
)

TANH_GRAD = Function(
    "tanh_grad",
    oracle.tanh_grad,
    "eq-tanh-grad",
    Floats(),
    visible=[SMALL],
    witnesses=SLOPE_WITNESSES,
    draws=draw_slopes,
    mistakes={
        "takes_output": alike(lambda x: 1 - floats(x) ** 2),
        "overflows": alike(
            lambda x: 1 - naive_tanh(x) ** 2,
            lambda x: 4 * np.exp(2 * floats(x)) / (np.exp(2 * floats(x)) + 1) ** 2,
            lambda x: 4 * np.exp(-2 * floats(x)) / (np.exp(-2 * floats(x)) + 1) ** 2,
            lambda x: 1 - (np.sinh(floats(x)) / np.cosh(floats(x))) ** 2,
            lambda x: (np.cosh(floats(x)) ** 2 - np.sinh(floats(x)) ** 2) / np.cosh(floats(x)) ** 2,
        ),
        "square_forgotten": alike(
            lambda x: 1 - oracle.tanh(x),
            lambda x: 1 / np.cosh(floats(x)),
        ),
        "plus_square": alike(lambda x: 1 + oracle.tanh(x) ** 2),
        "sigmoid_rule": alike(lambda x: oracle.tanh(x) * (1 - oracle.tanh(x))),
        "other_slope": alike(oracle.sigmoid_grad),
        "factor": alike(
            *(lambda x, c=c: c * oracle.tanh_grad(x) for c in (0.25, 0.5, 2, 4)),
            *(lambda x, c=c: c * oracle.sigmoid_grad(2 * floats(x)) for c in (1, 2)),
        ),
        "measured": differences(oracle.tanh),
        "is_value": alike(oracle.tanh),
        "wrong_sign": alike(lambda x: -oracle.tanh_grad(x)),
        "twice_tanh": alike(lambda x: oracle.tanh_grad(oracle.tanh(x))),
        "cuts_integers": alike(cut(oracle.tanh_grad)),
        "flattens": flattened(oracle.tanh_grad),
        "forces_array": batched(oracle.tanh_grad),
    },
)


# ------------------------------------------------------------------------ 3. ReLU and Leaky ReLU

CORNER = Case((np.array([-2.0, 0.0, 3.0]),), "corner")
HUGE = (Case((np.array([1e308, -1e308]),), "huge"), Case((np.array([-1e308]),), "huge"))


def draw_leaky(rng: np.random.Generator) -> Iterator[Case]:
    """Random slopes for negative numbers, the two ends, and the default."""
    for shape in [(7,), (4, 4), (2, 3, 4)]:
        yield Case((rng.normal(scale=3, size=shape), float(rng.uniform(0.05, 0.95))), "alphas")
    yield Case((rng.integers(-60, 60, (3, 3)), float(rng.uniform(0.05, 0.95))), "integers")
    yield Case((rng.normal(size=5), 0.0), "alphas")
    yield Case((rng.normal(size=5), 1.0), "alphas")
    yield from draw_arrays(rng)


LEAKY_WITNESSES = (
    Case((np.array([-20.0, 0.0, 3.0]), 0.5), "alphas"),
    Case((np.array([-25, 0, 4]), 0.5), "integers"),
    *EDGES,
    Case((-4.0, 0.25), "number"),
    *HUGE,
)


def side(x: Any, right: Any, left: Any, zero: Any = None) -> Array:
    """Return one thing where x is positive, another where it is negative, a third at 0."""
    x = floats(x)
    return np.asarray(np.where(x > 0, right, np.where(x < 0, left, left if zero is None else zero)))


def with_defaults(right: Formula) -> Explanation:
    """Explain another default of alpha."""
    return alike(
        *(lambda x, alpha=alpha: right(x, alpha) for alpha in (0.1, 0.2, 0.3, 0.001, 0.0, 0.05, 0.02, 0.25, 0.5))
    )


RELU = Function(
    "relu",
    oracle.relu,
    "eq-relu",
    Floats(),
    visible=[CORNER],
    witnesses=[*EDGES, *HUGE, Case((np.array([1e-9, -1e-9, 0.25]),), "small")],
    draws=draw_arrays,
    mistakes={
        "overflows": alike(lambda x: (floats(x) + np.abs(floats(x))) / 2),
        "is_absolute": alike(lambda x: np.abs(floats(x))),
        "wrong_part": alike(lambda x: np.minimum(floats(x), 0), lambda x: side(x, 0, x)),
        "is_step": alike(lambda x: side(x, 1, 0), lambda x: side(x, 1, 0, 1)),
        "wrong_floor": alike(
            lambda x: np.maximum(floats(x), 1),
            lambda x: np.maximum(floats(x), -1),
            lambda x: side(x, x, 1),
        ),
        "leaks": alike(*(lambda x, a=a: oracle.leaky_relu(x, a) for a in (0.01, 0.1))),
        "mirrored": alike(lambda x: np.maximum(-floats(x), 0)),
        "drops_zeros": alike(lambda x: floats(x)[floats(x) > 0]),
        "one_maximum": alike(lambda x: np.max(x), lambda x: max(0, np.max(x))),
        "cuts_fractions": alike(lambda x: np.maximum(floats(x), 0).astype(int)),
        "capped": alike(*(lambda x, top=top: np.clip(floats(x), 0, top) for top in (1, 6))),
        "flattens": flattened(oracle.relu),
        "forces_array": batched(oracle.relu),
        "first_axis_only": row_by_row(lambda value: value if value > 0 else 0.0),
    },
)

RELU_GRAD = Function(
    "relu_grad",
    oracle.relu_grad,
    "eq-relu-grad",
    Floats(),
    visible=[CORNER],
    witnesses=[*EDGES, *HUGE, Case((np.array([1e-9, -1e-9, 0.25]),), "small")],
    draws=draw_arrays,
    mistakes={
        "one_at_zero": alike(lambda x: side(x, 1, 0, 1)),
        "half_at_zero": alike(lambda x: side(x, 1, 0, 0.5)),
        "is_value": alike(oracle.relu),
        "minus_one": alike(lambda x: np.sign(floats(x)), lambda x: side(x, 1, -1)),
        "flipped": alike(lambda x: side(x, 0, 1), lambda x: side(x, 0, 1, 0)),
        "always_one": alike(lambda x: np.ones_like(floats(x)), lambda x: 1.0),
        "threshold": alike(
            lambda x: side(floats(x) - 1, 1, 0),
            lambda x: side(floats(x) - 0.5, 1, 0),
            lambda x: side(floats(x) - 1, 1, 0, 1),
        ),
        "tolerance": alike(*(lambda x, h=h: side(floats(x) - h, 1, 0) for h in (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3))),
        "other_slope": alike(oracle.leaky_relu_grad),
        "divides_by_x": alike(lambda x: np.maximum(floats(x), 0) / floats(x), lambda x: oracle.relu(x) / x),
        "flattens": flattened(oracle.relu_grad),
        "forces_array": batched(oracle.relu_grad),
        "first_axis_only": row_by_row(lambda value: 1.0 if value > 0 else 0.0),
    },
)

LEAKY = Function(
    "leaky_relu",
    oracle.leaky_relu,
    "eq-leaky-relu",
    Floats(),
    visible=[CORNER],
    witnesses=LEAKY_WITNESSES,
    draws=draw_leaky,
    mistakes={
        "cuts_integers": alike(cut(oracle.leaky_relu)),
        "wrong_side": alike(
            lambda x, alpha=0.01: side(x, alpha * floats(x), x), lambda x, alpha=0.01: np.minimum(x, alpha * floats(x))
        ),
        "constant": alike(lambda x, alpha=0.01: side(x, x, alpha), lambda x, alpha=0.01: np.maximum(floats(x), alpha)),
        "minus_constant": alike(lambda x, alpha=0.01: side(x, x, -alpha), lambda x, alpha=0.01: side(x, x, -alpha, 0)),
        "turns_up": alike(lambda x, alpha=0.01: side(x, x, -alpha * floats(x))),
        "ignores_alpha": alike(lambda x, alpha=0.01: oracle.leaky_relu(x)),
        "default": with_defaults(oracle.leaky_relu),
        "added": alike(lambda x, alpha=0.01: np.maximum(floats(x), 0) + alpha * floats(x)),
        "subtracted": alike(
            lambda x, alpha=0.01: side(x, x, floats(x) - alpha), lambda x, alpha=0.01: side(x, x, floats(x) + alpha)
        ),
        "divided": alike(lambda x, alpha=0.01: side(x, x, floats(x) / alpha)),
        "everywhere": alike(lambda x, alpha=0.01: alpha * floats(x)),
        "no_leak": alike(lambda x, alpha=0.01: oracle.relu(x)),
        "is_slope": alike(oracle.leaky_relu_grad),
        "flattens": flattened(oracle.leaky_relu),
        "forces_array": batched(oracle.leaky_relu),
    },
)

LEAKY_GRAD = Function(
    "leaky_relu_grad",
    oracle.leaky_relu_grad,
    "eq-leaky-relu-grad",
    Floats(),
    visible=[CORNER],
    witnesses=LEAKY_WITNESSES,
    draws=draw_leaky,
    mistakes={
        "one_at_zero": alike(lambda x, alpha=0.01: side(x, 1, alpha, 1)),
        "between_at_zero": alike(
            lambda x, alpha=0.01: side(x, 1, alpha, 0), lambda x, alpha=0.01: side(x, 1, alpha, (1 + alpha) / 2)
        ),
        "wrong_side": alike(lambda x, alpha=0.01: side(x, alpha, 1), lambda x, alpha=0.01: side(x, alpha, 1, alpha)),
        "times_x": alike(
            lambda x, alpha=0.01: side(x, 1, alpha * floats(x)),
            lambda x, alpha=0.01: side(x, x, alpha * floats(x)),
            lambda x, alpha=0.01: side(x, x, alpha),
        ),
        "no_leak": alike(lambda x, alpha=0.01: oracle.relu_grad(x)),
        "ignores_alpha": alike(lambda x, alpha=0.01: oracle.leaky_relu_grad(x)),
        "default": with_defaults(oracle.leaky_relu_grad),
        "wrong_sign": alike(lambda x, alpha=0.01: side(x, 1, -alpha)),
        "added": alike(lambda x, alpha=0.01: side(x, 1 + alpha, alpha)),
        "cuts_integers": alike(cut(oracle.leaky_relu_grad)),
        "flattens": flattened(oracle.leaky_relu_grad),
        "forces_array": batched(oracle.leaky_relu_grad),
    },
)


# ---------------------------------------------------------------------------------------- 4. GELU

GELU_TOLERANCE = 6e-4  # the tanh form is off by 4.8e-4; x * sigmoid(1.702 x) by 0.02
MIRROR_TOLERANCE = 1e-5  # of gelu(x) - gelu(-x) = x, which both forms keep up to rounding, float32 included


def judge_gelu(case: Case, result: Any) -> Complaint | None:
    """Accept the exact form and the tanh form; both obey the mirror rule far more closely than they agree."""
    x, want = floats(case.args[0]), oracle.gelu(case.args[0])
    found, got = Floats().compare(result, want), plain_array(result)
    if got is None or (found is not None and found.id != "value"):
        return found
    if not np.allclose(got, want, rtol=0, atol=GELU_TOLERANCE):
        return Complaint("value")
    if case.focus == "mirror" and not np.allclose(
        got[0] - got[1], x[0], rtol=0, atol=MIRROR_TOLERANCE * np.abs(x).max()
    ):
        return Complaint("mirror")
    return None


def draw_gelu(rng: np.random.Generator) -> Iterator[Case]:
    """Random arrays, a grid, and pairs of numbers with both signs."""
    yield from draw_arrays(rng)
    yield Case((np.linspace(-6, 6, 121),), "grid")
    half = rng.uniform(0.1, 6, 12)
    yield Case((np.stack([half, -half]),), "mirror")


def tanh_form(
    x: Any,
    *,
    a: float = 0.044715,
    power: int = 3,
    scale: float = math.sqrt(2 / math.pi),
    one: float = 1,
    half: float = 0.5,
) -> Array:
    """Return the tanh form with some of its numbers replaced."""
    x = floats(x)
    return np.asarray(half * x * (one + np.tanh(scale * (x + a * x**power))))


def erf(x: Array) -> Array:
    return np.asarray(np.vectorize(math.erf, otypes=[float])(x))


def gelu_of_one(value: float) -> float:
    return 0.5 * value * (1 + math.erf(value / math.sqrt(2)))


GELU = Function(
    "gelu",
    oracle.gelu,
    "eq-gelu",
    visible=[Case((np.array([-2.0, 0.0, 1.0]),), "small")],
    witnesses=[
        *EDGES,
        Case((np.array([-0.75, -0.5, 0.5, 0.75]),), "dip"),
        Case((np.array([-3.0, -2.0, 2.0, 3.0]),), "grid"),
        Case((np.array([-50.0, 50.0]),), "far"),
    ],
    draws=draw_gelu,
    judge=judge_gelu,
    mistakes={
        "short_cut": alike(*(lambda x, c=c: floats(x) * oracle.sigmoid(c * floats(x)) for c in (1.702, 1.7))),
        "is_silu": alike(lambda x: floats(x) * oracle.sigmoid(x)),
        "no_cube": alike(lambda x: tanh_form(x, power=1), lambda x: tanh_form(x, power=2)),
        "no_cubic_term": alike(lambda x: tanh_form(x, a=0)),
        "no_root": alike(
            lambda x: tanh_form(x, scale=2 / math.pi),
            lambda x: 0.5 * floats(x) * (1 + erf(floats(x) / 2)),
        ),
        "root_upside_down": alike(
            lambda x: tanh_form(x, scale=math.sqrt(math.pi / 2)),
            lambda x: 0.5 * floats(x) * (1 + erf(floats(x) * math.sqrt(2))),
        ),
        "no_half": alike(lambda x: tanh_form(x, half=1), lambda x: 2 * oracle.gelu(x)),
        "no_one": alike(
            lambda x: tanh_form(x, one=0),
            lambda x: 0.5 * floats(x) * erf(floats(x) / math.sqrt(2)),
        ),
        "no_scale": alike(lambda x: tanh_form(x, scale=1), lambda x: 0.5 * floats(x) * (1 + erf(floats(x)))),
        "only_phi": alike(
            lambda x: oracle._normal_cdf(floats(x)),
            lambda x: 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (floats(x) + 0.044715 * floats(x) ** 3))),
        ),
        "density": alike(lambda x: floats(x) * np.exp(-(floats(x) ** 2) / 2) / math.sqrt(2 * math.pi)),
        "is_relu": alike(oracle.relu),
        "cube_of_sum": alike(
            lambda x: (
                0.5 * floats(x) * (1 + np.tanh(math.sqrt(2 / math.pi) * (floats(x) + (0.044715 * floats(x)) ** 3)))
            ),
            lambda x: 0.5 * floats(x) * (1 + np.tanh(math.sqrt(2 / math.pi) * (1.044715 * floats(x)) ** 3)),
        ),
        "minus_cube": alike(lambda x: tanh_form(x, a=-0.044715)),
        "root_on_first_term": alike(
            lambda x: 0.5 * floats(x) * (1 + np.tanh(math.sqrt(2 / math.pi) * floats(x) + 0.044715 * floats(x) ** 3))
        ),
        "wrong_side": alike(
            lambda x: floats(x) * oracle._normal_cdf(-floats(x)),
            lambda x: 0.5 * floats(x) * (1 - np.tanh(math.sqrt(2 / math.pi) * (floats(x) + 0.044715 * floats(x) ** 3))),
        ),
        "is_slope": alike(oracle.gelu_grad, oracle.gelu_tanh_grad),
        "cuts_integers": alike(cut(oracle.gelu), cut(oracle.gelu_tanh)),
        "rounded": lambda trials: any(rounded(form)(trials) for form in (oracle.gelu, oracle.gelu_tanh)),
        "numbers_only": alike(
            gelu_of_one,
            lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        ),
        "first_axis_only": row_by_row(gelu_of_one),
        "flattens": lambda trials: any(flattened(form)(trials) for form in (oracle.gelu, oracle.gelu_tanh)),
        "forces_array": lambda trials: any(batched(form)(trials) for form in (oracle.gelu, oracle.gelu_tanh)),
    },
)


# ------------------------------------------------------------------------------------- 5. Softmax


def draw_slices(rng: np.random.Generator) -> Iterator[Case]:
    """Square and other shapes, every axis of a cube, rows moved far apart, integers."""
    for shape in [(5,), (4, 4), (3, 5), (2, 3, 4), (4, 1, 3), (1, 3), (3, 1)]:
        yield Case((rng.normal(scale=2, size=shape),), "rows")
    cube = rng.normal(scale=2, size=(3, 3, 3))
    for axis in (0, 1, 2, -1, -2, -3):
        yield Case((cube, axis), "axes")
    yield Case((rng.normal(size=(4, 4)), 0), "axes")
    yield Case((rng.normal(size=(2, 5)), 0), "axes")
    # far from 0 the scores are multiples of 1/8, which float32 holds exactly
    shifts = rng.choice([-1, 1], (5, 1)) * rng.integers(300, 900, (5, 1))
    yield Case((eighths(rng, 5, 4) + shifts,), "shifted")
    yield Case((rng.integers(-80_000, 80_001, (3, 4)) / 8,), "extremes")
    yield Case((rng.integers(-4, 5, (3, 3)),), "integers")


def on_axis(formula: Formula) -> Formula:
    """Return a formula of floats and an axis as the student's function."""
    return lambda x, axis=-1: formula(floats(x), axis)


def top(x: Array, axis: int) -> Array:
    return np.asarray(np.max(x, axis=axis, keepdims=True))


def share(e: Array, axis: int) -> Any:
    return e / e.sum(axis=axis, keepdims=True)


def no_keepdims(x: Any, axis: int = -1) -> Any:
    """Lose the axis in the sum."""
    e = np.exp(floats(x) - np.max(floats(x), axis=axis, keepdims=True))
    return e / e.sum(axis=axis)


def no_keepdims_at_all(x: Any, axis: int = -1) -> Any:
    """Lose the axis in the maximum and in the sum."""
    e = np.exp(floats(x) - np.max(floats(x), axis=axis))
    return e / e.sum(axis=axis)


def column_by_hand(x: Any, axis: int = -1) -> Any:
    """Put the axis back at the end, wherever it was."""
    e = np.exp(floats(x) - np.max(floats(x), axis=axis)[..., None])
    return e / e.sum(axis=axis)[..., None]


def does_not_sum(trials: Sequence[Trial]) -> bool:
    """Tell whether the first answer that is wrong in value alone, and is shown, does not sum to 1."""
    wrong = [trial for trial in trials if trial.complaint is not None and not trial.private]
    if not wrong or wrong[0].complaint is None or wrong[0].complaint.id != "value":
        return False
    axis = wrong[0].case.args[1] if len(wrong[0].case.args) > 1 else -1
    return not np.allclose(np.sum(wrong[0].called.result, axis=axis), 1, atol=1e-4)


SOFTMAX = Function(
    "softmax",
    oracle.softmax,
    "eq-softmax",
    Floats(),
    visible=[
        Case((np.log([[1.0, 2.0, 3.0], [5.0, 4.0, 1.0]]),), "known"),
        Case((np.array([1000.0, 1001.0, 1002.0]),), "thousand"),
    ],
    witnesses=[
        Case((np.array([[1.0, 2.0], [3.0, 5.0]]),), "rows"),
        Case((np.array([[0.0, 2.0], [1.0, 0.0]]), 0), "axes"),
        Case((np.array([1.0, 0.0, -1.0]),), "rows"),
        Case((np.array([1.0, 2.0]), 0), "axes"),
        Case((np.array([[0.0, -5000.0], [-5000.0, -5000.0]]),), "far_apart"),
        Case((np.array([[-1e4, 0.0], [1e4, 1e4]]),), "extremes"),
        Case((np.array([[0.0, -np.inf], [2.0, 2.0]]),), "minus_inf"),
        Case((np.zeros((0, 4)),), "empty"),
        Case((np.array([[1, 2], [0, 0]]),), "integers"),
        Case((np.array([[-3.0, -1.0], [-2.0, -2.0]]),), "rows"),
    ],
    draws=draw_slices,
    mistakes={
        "no_maximum": alike(
            on_axis(lambda x, axis: share(np.exp(x), axis)),
            on_axis(lambda x, axis: np.exp(x) / (np.exp(x).sum(axis=axis, keepdims=True) + 1e-9)),
        ),
        "global_maximum": alike(
            on_axis(lambda x, axis: share(np.exp(x - np.max(x, initial=-np.inf)), axis)),
            on_axis(lambda x, axis: share(np.exp(x - np.max(x)), axis)),
        ),
        "ignores_axis": alike(
            on_axis(lambda x, _: oracle.softmax(x)),
            on_axis(lambda x, _: share(np.exp(x), -1)),
            on_axis(lambda x, axis: share(np.exp(x - top(x, -1)), axis)),
            on_axis(lambda x, axis: share(np.exp(x - top(x, axis)), -1)),
        ),
        "first_axis_default": alike(lambda x, axis=0: oracle.softmax(x, axis)),
        "second_axis_default": alike(lambda x, axis=1: oracle.softmax(x, axis)),
        "always_first_axis": alike(on_axis(lambda x, _: oracle.softmax(x, 0))),
        "always_second_axis": alike(on_axis(lambda x, _: oracle.softmax(x, 1))),
        "divides_by_maximum": alike(
            on_axis(lambda x, axis: share(np.exp(x / np.max(np.abs(x), axis=axis, keepdims=True)), axis)),
            on_axis(lambda x, axis: share(np.exp(x / top(x, axis)), axis)),
        ),
        "whole_array": alike(
            on_axis(lambda x, _: np.exp(x - np.max(x)) / np.exp(x - np.max(x)).sum()),
            on_axis(lambda x, axis: (lambda e: e / e.sum())(np.exp(x - top(x, axis)))),
            on_axis(lambda x, _: np.exp(x) / np.exp(x).sum()),
        ),
        "no_keepdims": alike(
            no_keepdims, no_keepdims_at_all, on_axis(lambda x, axis: np.exp(x) / np.exp(x).sum(axis=axis))
        ),
        "axis_put_last": alike(column_by_hand),
        "subtracts_mean": alike(on_axis(lambda x, axis: share(np.exp(x - x.mean(axis=axis, keepdims=True)), axis))),
        "subtracts_minimum": alike(on_axis(lambda x, axis: share(np.exp(x - x.min(axis=axis, keepdims=True)), axis))),
        "no_exp": alike(
            on_axis(lambda x, axis: share(x, axis)),
            on_axis(lambda x, axis: share(x - top(x, axis), axis)),
            on_axis(lambda x, axis: share(np.abs(x), axis)),
        ),
        "base_two": alike(on_axis(lambda x, axis: share(2.0 ** (x - top(x, axis)), axis))),
        "not_divided": alike(on_axis(lambda x, axis: np.exp(x - top(x, axis))), on_axis(lambda x, _: np.exp(x))),
        "wrong_sign": alike(
            on_axis(lambda x, axis: oracle.softmax(-x, axis)),
        ),
        "is_log": alike(on_axis(lambda x, axis: oracle.log_softmax(x, axis))),
        "is_sigmoid": alike(on_axis(lambda x, _: oracle.sigmoid(x))),
        "one_hot": alike(on_axis(lambda x, axis: (x == top(x, axis)).astype(float))),
        "percent": alike(on_axis(lambda x, axis: 100 * oracle.softmax(x, axis))),
        "divided_by_maximum_of_exp": alike(
            on_axis(lambda x, axis: (lambda e: e / e.max(axis=axis, keepdims=True))(np.exp(x))),
        ),
        "mean_below": alike(
            on_axis(lambda x, axis: (lambda e: e / e.mean(axis=axis, keepdims=True))(np.exp(x - top(x, axis)))),
        ),
        "clipped": alike(
            *(
                on_axis(lambda x, axis, c=c: share(np.exp(np.clip(x, -c, c)), axis))
                for c in (50, 100, 500, 600, 700, 709)
            ),
        ),
        "cuts_integers": alike(lambda x, axis=-1: cut(oracle.softmax)(x, axis)),
        "mends_nan": alike(on_axis(lambda x, axis: np.nan_to_num(share(np.exp(x), axis)))),
        "rounded": alike(*(on_axis(lambda x, axis, n=n: np.round(oracle.softmax(x, axis), n)) for n in range(1, 8))),
        "does_not_sum": does_not_sum,
    },
)


# ----------------------------------------------------------------- 6. log-sum-exp and log-softmax


def draw_logs(rng: np.random.Generator) -> Iterator[Case]:
    """Yield the slices of softmax, and rows of thousands with either sign."""
    yield from draw_slices(rng)
    yield Case((rng.integers(-40_000, 40_001, (3, 4)) / 8,), "extremes")
    yield Case((eighths(rng, 3, 2) + np.array([[5000.0], [-5000.0], [0.0]]),), "far_apart")


LOG_WITNESSES = (
    Case((np.array([[0.0, 1.0], [2.0, 4.0]]),), "rows"),
    Case((np.array([[0.0, 2.0], [1.0, 0.0]]), 0), "axes"),
    Case((np.array([[5000.0, 5000.0], [-5000.0, -5000.0]]),), "far_apart"),
    Case((np.array([5000.0, 0.0]),), "extremes"),
    Case((np.array([-5000.0, -4000.0]),), "extremes"),
    Case((np.array([[1, 2], [0, 0]]),), "integers"),
    Case((np.zeros((0, 4)),), "empty"),
)


def lse(x: Array, axis: int) -> Array:
    """Return log-sum-exp with its axis kept."""
    return np.asarray(top(x, axis) + np.log(np.exp(x - top(x, axis)).sum(axis=axis, keepdims=True)))


def by_global_maximum(x: Array, axis: int) -> Array:
    m = np.max(x, initial=-np.inf)
    return np.asarray(m + np.log(np.exp(x - m).sum(axis=axis)))


LOGSUMEXP = Function(
    "logsumexp",
    oracle.logsumexp,
    "eq-logsumexp",
    Floats(),
    visible=[
        Case((np.array([[0.0, 0.0], [3.0, 3.0]]),), "known"),
        Case((np.array([-2000.0, -2000.0]),), "two_thousand"),
    ],
    witnesses=LOG_WITNESSES,
    draws=draw_logs,
    mistakes={
        "no_maximum": alike(on_axis(lambda x, axis: np.log(np.exp(x).sum(axis=axis)))),
        "keeps_axis": alike(on_axis(lse)),
        "global_maximum": alike(
            on_axis(by_global_maximum),
            on_axis(lambda x, axis: np.max(x) + np.log(np.exp(x - np.max(x)).sum(axis=axis))),
        ),
        "base_two": alike(
            on_axis(lambda x, axis: x.max(axis=axis) + np.log2(np.exp(x - top(x, axis)).sum(axis=axis))),
            on_axis(lambda x, axis: lse(x, axis).squeeze(axis) / math.log(2)),
        ),
        "base_ten": alike(
            on_axis(lambda x, axis: x.max(axis=axis) + np.log10(np.exp(x - top(x, axis)).sum(axis=axis))),
            on_axis(lambda x, axis: lse(x, axis).squeeze(axis) / math.log(10)),
        ),
        "maximum_not_added": alike(on_axis(lambda x, axis: np.log(np.exp(x - top(x, axis)).sum(axis=axis)))),
        "maximum_subtracted": alike(
            on_axis(lambda x, axis: np.log(np.exp(x - top(x, axis)).sum(axis=axis)) - x.max(axis=axis))
        ),
        "maximum_only": alike(on_axis(lambda x, axis: x.max(axis=axis))),
        "mean": alike(on_axis(lambda x, axis: x.max(axis=axis) + np.log(np.exp(x - top(x, axis)).mean(axis=axis)))),
        "sum_of_all": alike(
            on_axis(lambda x, _: np.max(x) + np.log(np.exp(x - np.max(x)).sum())),
            on_axis(lambda x, axis: x.max(axis=axis) + np.log(np.exp(x - top(x, axis)).sum())),
        ),
        "ignores_axis": alike(on_axis(lambda x, _: lse(x, -1).squeeze(-1))),
        "first_axis_default": alike(lambda x, axis=0: oracle.logsumexp(x, axis)),
        "second_axis_default": alike(lambda x, axis=1: oracle.logsumexp(x, axis)),
        "log_forgotten": alike(
            on_axis(lambda x, axis: np.exp(x).sum(axis=axis)),
            on_axis(lambda x, axis: x.max(axis=axis) + np.exp(x - top(x, axis)).sum(axis=axis)),
        ),
        "log_before_sum": alike(
            on_axis(lambda x, axis: x.sum(axis=axis)), on_axis(lambda x, axis: np.log(np.exp(x)).sum(axis=axis))
        ),
        "log1p": alike(on_axis(lambda x, axis: x.max(axis=axis) + np.log1p(np.exp(x - top(x, axis)).sum(axis=axis)))),
        "no_keepdims": alike(
            on_axis(lambda x, axis: x.max(axis=axis) + np.log(np.exp(x - x.max(axis=axis)).sum(axis=axis)))
        ),
        "clipped": alike(
            *(
                on_axis(lambda x, axis, c=c: np.log(np.exp(np.clip(x, -c, c)).sum(axis=axis)))
                for c in (50, 100, 500, 600, 700, 709)
            ),
            *(
                on_axis(lambda x, axis, c=c: np.log(np.exp(np.minimum(x, c)).sum(axis=axis)))
                for c in (50, 100, 500, 600, 700, 709)
            ),
        ),
        "small_constant": alike(
            *(
                on_axis(lambda x, axis, c=c: np.log(np.exp(x).sum(axis=axis) + c))
                for c in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7)
            ),
        ),
        "cuts_integers": alike(lambda x, axis=-1: cut(oracle.logsumexp)(x, axis)),
    },
)


def log_of_softmax(x: Array, axis: int, least: float = 0.0) -> Any:
    return np.log(share(np.exp(x - top(x, axis)), axis) + least)


LOG_SOFTMAX = Function(
    "log_softmax",
    oracle.log_softmax,
    "eq-log-softmax",
    Floats(),
    visible=[Case((np.array([[0.0, 0.0], [3.0, 3.0]]),), "known"), Case((np.array([0.0, -2000.0]),), "two_thousand")],
    witnesses=LOG_WITNESSES,
    draws=draw_logs,
    mistakes={
        "log_of_softmax": alike(
            on_axis(log_of_softmax),
            on_axis(lambda x, axis: np.log(share(np.exp(x), axis))),
            on_axis(lambda x, axis: np.log(share(np.exp(x - np.max(x, initial=-np.inf)), axis))),
        ),
        "small_constant": alike(
            *(
                on_axis(lambda x, axis, c=c: log_of_softmax(x, axis, c))
                for c in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-30, 1e-300)
            ),
            *(
                on_axis(lambda x, axis, c=c: np.log(np.maximum(share(np.exp(x - top(x, axis)), axis), c)))
                for c in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-30, 1e-300)
            ),
        ),
        "no_maximum": alike(on_axis(lambda x, axis: x - np.log(np.exp(x).sum(axis=axis, keepdims=True)))),
        "global_maximum": alike(
            on_axis(lambda x, axis: x - np.expand_dims(by_global_maximum(x, axis), axis)),
            on_axis(lambda x, axis: x - np.max(x) - np.log(np.exp(x - np.max(x)).sum(axis=axis, keepdims=True))),
        ),
        "no_keepdims": alike(
            on_axis(lambda x, axis: x - lse(x, axis).squeeze(axis)),
            on_axis(lambda x, axis: (x - top(x, axis)) - np.log(np.exp(x - top(x, axis)).sum(axis=axis))),
        ),
        "axis_put_last": alike(on_axis(lambda x, axis: x - lse(x, axis).squeeze(axis)[..., None])),
        "plus": alike(on_axis(lambda x, axis: x + lse(x, axis))),
        "wrong_sign": alike(on_axis(lambda x, axis: lse(x, axis) - x)),
        "maximum_once": alike(
            on_axis(lambda x, axis: x - np.log(np.exp(x - top(x, axis)).sum(axis=axis, keepdims=True))),
            on_axis(lambda x, axis: x - top(x, axis) - lse(x, axis)),
        ),
        "base_two": alike(
            on_axis(lambda x, axis: (x - lse(x, axis)) / math.log(2)),
            on_axis(lambda x, axis: x - top(x, axis) - np.log2(np.exp(x - top(x, axis)).sum(axis=axis, keepdims=True))),
        ),
        "is_softmax": alike(on_axis(lambda x, axis: oracle.softmax(x, axis))),
        "minus_maximum": alike(on_axis(lambda x, axis: x - top(x, axis))),
        "sum_of_all": alike(
            on_axis(lambda x, axis: x - top(x, axis) - np.log(np.exp(x - top(x, axis)).sum())),
            on_axis(lambda x, _: x - np.max(x) - np.log(np.exp(x - np.max(x)).sum())),
        ),
        "ignores_axis": alike(on_axis(lambda x, _: x - lse(x, -1))),
        "first_axis_default": alike(lambda x, axis=0: oracle.log_softmax(x, axis)),
        "second_axis_default": alike(lambda x, axis=1: oracle.log_softmax(x, axis)),
        "cuts_integers": alike(lambda x, axis=-1: cut(oracle.log_softmax)(x, axis)),
    },
)


# ------------------------------------------------------- 7. Vanishing and exploding along a chain

PAIRS: dict[str, tuple[Formula, Formula]] = {
    "sigmoid": (oracle.sigmoid, oracle.sigmoid_grad),
    "tanh": (oracle.tanh, oracle.tanh_grad),
    "relu": (oracle.relu, oracle.relu_grad),
    "linear": (floats, lambda z: np.ones_like(floats(z))),
}


def chain_with(
    *,
    factor: Callable[[Formula, list[float], list[float], Array, int], float] | None = None,
    slopes: dict[str, Formula] | None = None,
    cuts: bool = False,
) -> Formula:
    """Return the chain with another factor for each link, or other slopes; the defaults are right.

    A factor is computed from the slope function, the sums z, the activations a (one more, a[0] = x0), the weights, and
    the link, counted from 0.
    """

    def chain(x0: float, w: Array, act: str) -> Array:
        f, f_grad = PAIRS[act][0], (slopes or {}).get(act, PAIRS[act][1])
        a, z = [x0], list[float]()
        for weight in w:
            z.append(weight * a[-1])
            a.append(float(f(z[-1])))
        g = np.ones(len(w) + 1, int if cuts and is_whole(w) else float)
        for i in reversed(range(len(w))):
            link = w[i] * f_grad(z[i]) if factor is None else factor(f_grad, z, a, w, i)
            g[i] = g[i + 1] * link
        return g

    return chain


def of_right(change: Callable[[Array], Any]) -> Formula:
    """Return the right chain with another form."""
    return lambda x0, w, act: change(oracle.chain_gradients(x0, w, act))


def summed(x0: float, w: Array, act: str) -> Array:
    """Add the factors instead of multiplying them."""
    factors = local_factors(x0, w, act)
    return np.append(np.cumsum(factors[::-1])[::-1] + 1, 1.0)


def local_factors(x0: float, w: Array, act: str) -> Array:
    """Return the factor of each link alone."""
    a, factors = x0, []
    for weight in w:
        z = weight * a
        factors.append(float(weight * PAIRS[act][1](z)))
        a = float(PAIRS[act][0](z))
    return np.array(factors)


def of_sums(x0: float, w: Array, act: str) -> Array:
    """Return how the end depends on each sum z, with a 1 behind."""
    a, slopes = x0, []
    for weight in w:
        slopes.append(float(PAIRS[act][1](weight * a)))
        a = float(PAIRS[act][0](weight * a))
    g = oracle.chain_gradients(x0, w, act)
    return np.append(g[1:] * slopes, 1.0)


def activations_of(x0: float, w: Array, act: str) -> Array:
    a = [x0]
    for weight in w:
        a.append(float(PAIRS[act][0](weight * a[-1])))
    return np.array(a)


def of_weights(x0: float, w: Array, act: str) -> Array:
    """Return how the end depends on each weight, with a 1 behind."""
    a, z = activations_of(x0, w, act), np.asarray(w) * activations_of(x0, w, act)[:-1]
    g = oracle.chain_gradients(x0, w, act)
    return np.append(g[1:] * PAIRS[act][1](z) * a[:-1], 1.0)


def never_moves(x0: float, w: Array, act: str) -> Array:
    """Take all slopes at w * x0."""
    return np.append(np.cumprod((np.asarray(w) * PAIRS[act][1](np.asarray(w) * x0))[::-1])[::-1], 1.0)


def all_one(x0: float, w: Array, act: str) -> Array:
    """Feed the sums, not the activations, to the next link."""
    z = x0 * np.cumprod(np.asarray(w, dtype=float))
    return np.append(np.cumprod((np.asarray(w) * PAIRS[act][1](z))[::-1])[::-1], 1.0)


def draw_chains(rng: np.random.Generator) -> Iterator[Case]:
    """Each activation at three depths, weights and sums of moderate size and both signs."""
    for act in PAIRS:
        for length in (1, 3, 6):
            signs = rng.choice([-1.0, 1.0], length) if act != "relu" else np.ones(length)
            yield Case((float(rng.uniform(0.3, 1.2)), signs * rng.uniform(0.4, 1.6, length), act), "random_chains")
    w = rng.uniform(0.5, 1.5, 5)
    w[2:4] *= -1  # the first of these silences the chain, and the second would wake up what is not exactly 0
    yield Case((float(rng.uniform(0.5, 1.5)), w, "relu"), "dead_link")


CHAIN = Function(
    "chain_gradients",
    oracle.chain_gradients,
    "eq-chain-gradients",
    RelativeFloats(share=1e-6, least=1e-30),
    visible=[
        Case((2.0, np.ones(3), "linear"), "given"),
        Case((0.0, np.array([1.0]), "sigmoid"), "given"),
    ],
    witnesses=[
        Case((1.0, np.array([2.0, 3.0]), "relu"), "weights"),
        Case((1.0, np.array([2.0, 3.0, -1.0]), "linear"), "weights"),
        Case((0.5, np.array([2.0, -1.0]), "sigmoid"), "s_curves"),
        Case((0.5, np.array([1.0, 2.0]), "tanh"), "s_curves"),
        Case((1.0, np.array([2.0, -3.0, 1.0]), "relu"), "dead_link"),
        Case((1.0, np.array([0.5, -3.0, -1.0]), "relu"), "dead_link"),
        Case((0.0, np.array([1.0, 1.0]), "relu"), "relu_at_zero"),
        Case((0.5, np.ones(20), "sigmoid"), "vanishing"),
        Case((1.0, np.full(30, 1.5), "linear"), "exploding"),
        Case((1.0, np.array([2, 3]), "tanh"), "integers"),
        Case((1.0, np.zeros(0), "linear"), "no_links"),
    ],
    draws=draw_chains,
    mistakes={
        "slope_at_activation": alike(chain_with(factor=lambda s, _z, a, w, i: w[i] * s(a[i + 1]))),
        "slope_at_input": alike(chain_with(factor=lambda s, _z, a, w, i: w[i] * s(a[i]))),
        "added": alike(
            summed,
            lambda x0, w, act: np.append(np.cumsum(local_factors(x0, w, act)[::-1])[::-1], 1.0),
        ),
        "next_slope": alike(
            chain_with(factor=lambda s, z, _a, w, i: w[i] * s(z[min(i + 1, len(z) - 1)])),
            chain_with(factor=lambda s, z, _a, w, i: w[i] * (s(z[i + 1]) if i + 1 < len(z) else 1.0)),
        ),
        "quarter": alike(chain_with(slopes={"sigmoid": lambda z: 0.25})),
        "no_weights": alike(chain_with(factor=lambda s, z, _a, _w, i: s(z[i]))),
        "no_slopes": alike(chain_with(factor=lambda _s, _z, _a, w, i: w[i])),
        "of_sums": alike(of_sums),
        "next_weight": alike(
            chain_with(factor=lambda s, z, _a, w, i: w[min(i + 1, len(w) - 1)] * s(z[i])),
            chain_with(factor=lambda s, z, _a, w, i: w[i - 1] * s(z[i])),
        ),
        "weights_backwards": alike(chain_with(factor=lambda s, z, _a, w, i: w[len(w) - 1 - i] * s(z[i]))),
        "from_the_front": alike(
            lambda x0, w, act: np.concatenate([[1.0], np.cumprod(local_factors(x0, w, act))]),
            lambda x0, w, act: np.append(np.cumprod(local_factors(x0, w, act)), 1.0),
        ),
        "reversed": alike(of_right(lambda g: g[::-1])),
        "too_short": alike(of_right(lambda g: g[:-1]), of_right(lambda g: g[1:])),
        "first_only": alike(of_right(lambda g: g[0])),
        "local_only": alike(lambda x0, w, act: np.append(local_factors(x0, w, act), 1.0)),
        "of_weights": alike(of_weights),
        "is_forward": alike(activations_of),
        "relu_one_at_zero": alike(chain_with(slopes={"relu": lambda z: float(z >= 0)})),
        "takes_output_rule": alike(
            chain_with(slopes={"tanh": lambda z: 1 - z**2, "sigmoid": lambda z: z * (1 - z)}),
            chain_with(slopes={"tanh": lambda z: 1 - z**2}),
            chain_with(slopes={"sigmoid": lambda z: z * (1 - z)}),
        ),
        "linear_slope": alike(chain_with(slopes={"linear": lambda z: z}), chain_with(slopes={"linear": lambda z: 0.0})),
        "tanh_slope": alike(
            chain_with(slopes={"tanh": lambda z: 1 - oracle.tanh(z)}), chain_with(slopes={"tanh": oracle.sigmoid_grad})
        ),
        "sums_passed_on": alike(all_one),
        "same_input": alike(never_moves),
        "cuts_integers": alike(chain_with(cuts=True)),
        "absolute": alike(of_right(np.abs)),
        "last_is_slope": alike(
            lambda x0, w, act: oracle.chain_gradients(x0, w, act) * (local_factors(x0, w, act)[-1] if len(w) else 1.0)
        ),
    },
)


# ----------------------------------------------------------------------- 8. Measure dying ReLUs


def draw_layers(rng: np.random.Generator) -> Iterator[Case]:
    """Layers in which some units are dead and others not, square ones among them."""
    for n, d, k in [(4, 4, 4), (3, 3, 3), (3, 2, 10), (5, 3, 8), (6, 6, 6)]:
        X, W, b = eighths(rng, n, d), eighths(rng, d, k), eighths(rng, k)
        Z = X @ W + b
        b[: k // 2] -= Z.max(axis=0)[: k // 2]  # these touch 0 and never exceed it
        b[k // 2 :] -= Z.min(axis=0)[k // 2 :] - 0.125  # these fire for every sample
        b[k // 2] -= 0.25  # this one for all samples but one, or more
        yield Case((X, W, b), "random_layers")
    for n, d, k in [(4, 4, 4), (4, 3, 12)]:
        yield Case((eighths(rng, n, d), eighths(rng, d, k), eighths(rng, k) - 1), "random_layers")
    yield Case((rng.integers(-3, 4, (3, 3)), rng.integers(-3, 4, (3, 3)), rng.integers(-3, 4, 3)), "integers")


def dead_by(count: Formula) -> Formula:
    """Return the answer that counts the sums in another way."""
    return lambda X, W, b: float(count(X @ W + b))


GIVEN = Case(
    (
        np.array([[1.0, 2.0], [2.0, 1.0]]),
        np.array([[1.0, -1.0, 1.0, -1.0], [1.0, -1.0, -1.0, 1.0]]),
        np.array([0.5, 0.0, 0.0, -2.0]),
    ),
    "four_units",
)

DEAD = Function(
    "dead_fraction",
    oracle.dead_fraction,
    "eq-dead-fraction",
    Number(),
    visible=[GIVEN],
    witnesses=[
        Case((np.array([[1.0], [2.0]]), np.array([[1.0, -1.0, 0.0]]), np.array([-2.0, 0.5, 0.0])), "at_zero"),
        Case((np.array([[1.0], [-1.0]]), np.array([[1.0, -1.0]]), np.array([0.0, 0.0])), "none"),
        Case((np.array([[1.0], [-1.0]]), np.array([[1.0, -1.0]]), np.array([-2.0, -2.0])), "all"),
        Case((np.array([[1.0, 1.0]]), np.array([[1.0, -1.0, -2.0], [1.0, 0.0, 0.0]]), np.zeros(3)), "one_sample"),
        Case((np.array([[1, 2], [3, 1]]), np.array([[1, -1], [-2, 0]]), np.array([0, 0])), "integers"),
        Case((np.array([[4.0, 0.0], [-9.0, 0.0]]), np.array([[1.0, 0.5], [0.0, 0.0]]), np.array([0.0, -3.0])), "rare"),
        Case((np.array([[1.0], [2.0], [4.0]]), np.array([[0.001, -1.0]]), np.array([0.0, 0.0])), "rare"),
    ],
    draws=draw_layers,
    mistakes={
        "all_entries": alike(dead_by(lambda Z: np.mean(Z <= 0)), dead_by(lambda Z: np.mean(np.maximum(Z, 0) == 0))),
        "any_sample": alike(dead_by(lambda Z: np.mean(np.any(Z <= 0, axis=0)))),
        "below_zero_only": alike(dead_by(lambda Z: np.mean(np.all(Z < 0, axis=0)))),
        "bias_forgotten": alike(lambda X, W, b: float(np.mean(np.all(X @ W <= 0, axis=0)))),
        "bias_subtracted": alike(lambda X, W, b: float(np.mean(np.all(X @ W - b <= 0, axis=0)))),
        "count": alike(dead_by(lambda Z: np.sum(np.all(Z <= 0, axis=0)))),
        "alive": alike(
            dead_by(lambda Z: np.mean(np.any(Z > 0, axis=0))),
            dead_by(lambda Z: np.mean(np.all(Z > 0, axis=0))),
        ),
        "samples": alike(
            dead_by(lambda Z: np.mean(np.all(Z <= 0, axis=1))), dead_by(lambda Z: np.mean(np.max(Z, axis=-1) <= 0))
        ),
        "divided_by_samples": alike(dead_by(lambda Z: np.sum(np.all(Z <= 0, axis=0)) / Z.shape[0])),
        "divided_by_all": alike(dead_by(lambda Z: np.sum(np.all(Z <= 0, axis=0)) / Z.size)),
        "divided_by_inputs": alike(lambda X, W, b: float(np.sum(np.all(X @ W + b <= 0, axis=0)) / X.shape[1])),
        "percent": alike(dead_by(lambda Z: 100 * np.mean(np.all(Z <= 0, axis=0)))),
        "average_sum": alike(
            dead_by(lambda Z: np.mean(Z.mean(axis=0) <= 0)), dead_by(lambda Z: np.mean(Z.sum(axis=0) < 0))
        ),
        "minimum": alike(dead_by(lambda Z: np.mean(Z.min(axis=0) < 0))),
        "first_sample": alike(dead_by(lambda Z: np.mean(Z[0] <= 0)), dead_by(lambda Z: np.mean(Z[-1] <= 0))),
        "exactly_zero": alike(dead_by(lambda Z: np.mean(np.all(Z == 0, axis=0)))),
        "weights_transposed": alike(lambda X, W, b: float(np.mean(np.all(X @ W.T + b <= 0, axis=0)))),
        "wrong_product": alike(
            lambda X, W, b: float(np.mean(np.all(X * W + b <= 0, axis=0))),
            lambda X, W, b: float(np.mean(np.all(W @ X + b <= 0, axis=0))),
        ),
        "per_unit": alike(lambda X, W, b: np.mean(X @ W + b <= 0, axis=0)),
        "mask": alike(
            lambda X, W, b: np.all(X @ W + b <= 0, axis=0), lambda X, W, b: np.all(X @ W + b <= 0, axis=0) * 1.0
        ),
        "tolerance": alike(*(dead_by(lambda Z, h=h: np.mean(Z.max(axis=0) <= h)) for h in (0.5, 0.1, 0.01))),
        "whole_layer": alike(dead_by(lambda Z: np.all(Z <= 0))),
    },
)


QUIZ = Quiz(
    9,
    [
        Statement(0, True, "sec-sigmoid"),
        Statement(1, False, "sec-vanishing-slopes"),
        Statement(2, False, "sec-zero-centred"),
        Statement(3, True, "sec-zero-centred"),
        Statement(4, False, "sec-dying"),
        Statement(5, True, "sec-dying"),
        Statement(6, False, "sec-softmax"),
        Statement(7, True, "sec-softmax"),
    ],
)

ASSIGNMENT = Assignment(
    "02_activations",
    [
        Task(1, 4, 8, [SIGMOID]),
        Task(2, 3, 7, [SIGMOID_GRAD, TANH_GRAD]),
        Task(3, 4, 8, [RELU, RELU_GRAD, LEAKY, LEAKY_GRAD]),
        Task(4, 3, 5, [GELU]),
        Task(5, 7, 14, [SOFTMAX]),
        Task(6, 4, 8, [LOGSUMEXP, LOG_SOFTMAX]),
        Task(7, 4, 8, [CHAIN]),
        Task(8, 3, 6, [DEAD]),
    ],
    QUIZ,
    numbers={
        "eq-sigmoid-stable": "(2.4)",
        "eq-sigmoid-grad": "(2.5)",
        "eq-tanh-grad": "(2.7)",
        "eq-relu": "(2.11)",
        "eq-relu-grad": "(2.12)",
        "eq-leaky-relu": "(2.14)",
        "eq-leaky-relu-grad": "(2.15)",
        "eq-gelu": "(2.16)",
        "eq-softmax": "(2.18)",
        "eq-logsumexp": "(2.22)",
        "eq-log-softmax": "(2.23)",
        "eq-chain-gradients": "(2.9)",
        "eq-dead-fraction": "(2.13)",
    },
)
