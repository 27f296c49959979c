"""Checks of the assignment 04_backpropagation."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse import backpropagation as oracle
from dlcourse.checks.engine import Assignment, Case, Explanation, Function, Quiz, Statement, Task, Trial, like
from dlcourse.checks.kinds import Complaint, Floats, Number, Parts, plain_array
from dlcourse.checks.words import Given, Seed

__all__ = ["ASSIGNMENT"]

Array = npt.NDArray[Any]


def raises(kind: str) -> Explanation:
    """Explain an answer by an error of this kind in some trial."""
    return lambda trials: any(trial.called.fault is not None and trial.called.fault.kind == kind for trial in trials)


# --------------------------------------------------- 1. Numerical gradient and gradient check


class TooManyCalls(Exception):  # noqa: N818 - a student reads this name
    """A function was measured more often than central differences need."""


class WrongShape(Exception):  # noqa: N818 - a student reads this name
    """A function got something that is not shaped like x."""


class Measured(Given):
    """A function to differentiate, which may be called as often as central differences need. A copy counts anew."""

    def __init__(self, formula: str, f: Callable[[Array], Any], shape: tuple[int, ...]):
        super().__init__(f"(x -> {formula})")
        self.formula, self.f, self.shape = formula, f, shape
        self.calls = 0

    def __call__(self, x: Array) -> float:
        if np.shape(x) != self.shape:
            raise WrongShape(f"f takes arrays of shape {self.shape}; got shape {np.shape(x)}")
        self.calls += 1
        most = 2 * int(np.prod(self.shape)) + 1
        if self.calls > most:
            raise TooManyCalls(f"f was called more than {most} times")
        return float(self.f(np.asarray(x)))

    def __deepcopy__(self, _memo: object) -> Measured:
        return Measured(self.formula, self.f, self.shape)


def measured(formula: str, f: Callable[[Array], Any], x: Array, *h: float, focus: str) -> Case:
    return Case((Measured(formula, f, x.shape), x, *h), focus)


def returning(rng: np.random.Generator, *shape: int, h: float = 1e-5) -> Array:
    """Return random numbers that + h, - 2h, + h and its mirror image lead back to exactly.

    So an answer that steps in place and steps back has not changed its argument, whatever the rounding.
    """
    numbers = rng.uniform(-2, 2, (200, int(np.prod(shape))))
    fits = (numbers + h - 2 * h + h == numbers) & (numbers - h + 2 * h - h == numbers)
    return np.asarray(np.take_along_axis(numbers, fits.argmax(axis=0)[None], axis=0)[0].reshape(shape))


def cubic(weights: Array) -> Callable[[Array], Any]:
    return lambda x: np.sum(weights * x**3) + np.sum(x) * np.sum(weights * x)


def draw_measured(rng: np.random.Generator) -> Iterator[Case]:
    """Square and other shapes; the default step and a large one, which leaves an error that is known exactly."""
    for shape in [(3, 3), (2, 4), (5,), (2, 1, 3)]:
        weights = rng.uniform(-1, 1, shape)
        yield measured("a random cubic", cubic(weights), returning(rng, *shape), focus="random")
    for shape, h in [((3, 3), 0.25), ((), 0.5)]:
        yield measured(
            "a random cubic", cubic(rng.uniform(-1, 1, shape)), np.asarray(rng.integers(-8, 9, shape) / 4), h, focus="h"
        )
    x = rng.integers(-3, 4, (2, 3))
    yield measured("a random cubic", cubic(rng.uniform(-1, 1, x.shape)), x, focus="integers")


def steps(
    below: float = -1.0,
    above: float = 1.0,
    by: Callable[[float], float] = lambda h: 2 * h,
    *,
    dtype: Any = float,
    shaped: Callable[[Array], Any] = lambda grad: grad,
    step: Callable[[float], float] = lambda h: h,
    keep: bool = False,
    sign: float = 1.0,
) -> Callable[..., Any]:
    """Return the measurement with a mistake in it; the defaults are right."""

    def measure(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Any:
        x, h = np.array(x, dtype), step(h)
        grad = np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            old = x[i]
            x[i] = old + above * h
            high = f(x)
            x[i] = old + below * h
            low = f(x)
            if not keep:
                x[i] = old
            grad[i] = sign * (high - low) / by(h)
        return shaped(grad)

    return measure


def always(value: float) -> Callable[..., float]:
    return lambda *_: value


def all_at_once(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> float:
    """Move all entries together."""
    return (f(x + h) - f(x - h)) / (2 * h)


NUMERICAL = Function(
    "numerical_gradient",
    oracle.numerical_gradient,
    "eq-numerical-gradient",
    Floats(),
    visible=[measured("sum of x**2", lambda x: np.sum(x**2), returning(np.random.default_rng(1), 3), focus="squares")],
    witnesses=[
        measured("x**3", lambda x: x**3, np.array(2.0), 1.0, focus="h"),
        measured("sum of x**4", lambda x: np.sum(x**4), np.array([1.0, 0.0]), 0.125, focus="h"),
        measured(
            "x[0, 0] * x[1, 1]", lambda x: x[0, 0] * x[1, 1], np.array([[3.0, 0.0], [0.0, 5.0]]), 0.5, focus="matrix"
        ),
        measured("x[0] * x[1]", lambda x: x[0] * x[1], np.array([3.0, 5.0]), 0.5, focus="restored"),
        measured("sum of x**2", lambda x: np.sum(x**2), np.array([1, 2]), focus="integers"),
        measured("exp(x)", np.exp, np.array(0.0), focus="number"),
    ],
    draws=draw_measured,
    mistakes={
        "too_many_calls": raises("TooManyCalls"),
        "gets_entries": raises("WrongShape"),
        "forward_difference": like(steps(below=0.0, by=lambda h: h)),
        "backward_difference": like(steps(above=0.0, by=lambda h: h)),
        "divides_by_h": like(steps(by=lambda h: h)),
        "one_side_by_2h": like(steps(below=0.0)),
        "not_divided": like(steps(by=lambda h: 1.0)),
        "precedence": like(steps(by=lambda h: 2 / h)),
        "ignores_h": like(*(steps(step=always(own)) for own in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7))),
        "not_restored": like(steps(keep=True)),
        "wrong_sign": like(steps(sign=-1.0)),
        "flat": like(steps(shaped=np.ravel)),
        "integers_kept": like(steps(dtype=None), lambda f, x, h=1e-5: steps(dtype=None)(f, x, h).astype(x.dtype)),
        "integer_result": like(lambda f, x, h=1e-5: steps()(f, x, h).astype(x.dtype)),
        "all_at_once": like(all_at_once, lambda f, x, h=1e-5: np.full(np.shape(x), all_at_once(f, x, h))),
        "transposed": like(steps(shaped=np.transpose)),
    },
)


def draw_pairs(rng: np.random.Generator) -> Iterator[Case]:
    for shape in [(4,), (3, 3), (2, 3, 2)]:
        a = rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)
        yield Case((a, a * rng.uniform(0.5, 1.5, shape)), "random_pairs")
    yield Case((rng.uniform(1, 9, 3) * 1e-10, rng.uniform(1, 9, 3) * 1e-9), "floor")


def errors(
    size: Callable[[Array, Array], Any],
    collect: Callable[[Any], Any] = np.max,
    distance: Callable[[Array], Any] = np.abs,
) -> Callable[..., Any]:
    """Return the relative error with a mistake in it."""
    return lambda a, b: collect(distance(np.asarray(a) - b) / size(np.asarray(a, float), np.asarray(b, float)))


def both(a: Array, b: Array) -> Array:
    return np.asarray(np.maximum(1e-8, np.abs(a) + np.abs(b)))


REL_ERROR = Function(
    "rel_error",
    oracle.rel_error,
    "eq-rel-error",
    Number(),
    visible=[Case((np.array([1.0, 2.0]), np.array([1.0, 2.0])), "equal")],
    witnesses=[
        Case((np.array([1.0, 2.0]), np.array([1.0, 3.0])), "share"),
        Case((np.array([1.0, 3.0]), np.array([1.0, 2.0])), "order"),
        Case((np.array([1.0, 10.0]), np.array([3.0, 10.0])), "worst"),
        Case((np.array([-1.0, 2.0]), np.array([-3.0, 2.0])), "signs"),
        Case((np.array([2.0, 1.0]), np.array([-2.0, 1.0])), "signs"),
        Case((np.array([0.0, 1.0]), np.array([0.0, 1.0])), "zeros"),
        Case((np.array([3e-9]), np.array([1e-9])), "floor"),
        Case((np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 5]])), "integers"),
    ],
    draws=draw_pairs,
    mistakes={
        "mean": like(errors(both, np.mean)),
        "sum": like(errors(both, np.sum)),
        "minimum": like(errors(both, np.min)),
        "not_collected": like(errors(both, lambda e: e)),
        "absolute": like(lambda a, b: np.max(np.abs(a - b))),
        "no_abs": like(errors(both, distance=lambda d: d)),
        "largest_of_two": like(errors(lambda a, b: np.maximum(1e-8, np.maximum(np.abs(a), np.abs(b))))),
        "one_only": like(
            errors(lambda a, b: np.maximum(1e-8, np.abs(a))), errors(lambda a, b: np.maximum(1e-8, np.abs(b)))
        ),
        "no_floor": like(errors(lambda a, b: np.abs(a) + np.abs(b))),
        "floor_added": like(errors(lambda a, b: np.abs(a) + np.abs(b) + 1e-8)),
        "abs_of_sum": like(
            errors(lambda a, b: np.maximum(1e-8, np.abs(a + b))), errors(lambda a, b: np.maximum(1e-8, a + b))
        ),
        "of_the_whole": like(
            lambda a, b: np.max(np.abs(a - b)) / max(1e-8, np.max(np.abs(a) + np.abs(b))),
            lambda a, b: np.linalg.norm(a - b) / np.maximum(1e-8, np.linalg.norm(a) + np.linalg.norm(b)),
            lambda a, b: np.max(np.abs(a - b)) / max(1e-8, np.max(np.abs(a)) + np.max(np.abs(b))),
            lambda a, b: np.sum(np.abs(a - b)) / max(1e-8, np.sum(np.abs(a) + np.abs(b))),
        ),
        "halved": like(errors(lambda a, b: both(a, b) / 2)),
    },
)


# -------------------------------------------------------------- 2. Backward through a dense layer


def draw_dense_backward(rng: np.random.Generator) -> Iterator[Case]:
    """All lengths equal, where a transposed matrix gives wrong numbers and not an error; then others."""
    for lead, d, p, focus in [
        ((4,), 4, 4, "square"), ((6,), 3, 2, "batch"), ((3, 3), 3, 3, "sequences"), ((2, 5), 4, 3, "sequences"),
        ((1,), 3, 3, "one_sample"), ((0,), 3, 2, "empty"),
    ]:  # fmt: skip
        yield Case((rng.normal(size=(*lead, p)), rng.normal(size=(*lead, d)), rng.normal(size=(d, p))), focus)


def dense_with(
    dX: Callable[[Array, Array], Any] = lambda dout, W: dout @ W.T,
    dW: Callable[[Array, Array], Any] = lambda X, dout: X.T @ dout,
    db: Callable[[Array], Any] = lambda dout: dout.sum(axis=0),
) -> Callable[..., Any]:
    """Return the way back through a dense layer with a mistake in it; dW and db get all rows in one matrix."""

    def back(dout: Array, X: Array, W: Array) -> tuple[Any, Any, Any]:
        samples = int(np.prod(X.shape[:-1]))
        rows, drows = X.reshape(samples, X.shape[-1]), dout.reshape(samples, dout.shape[-1])
        return dX(dout, W), dW(rows, drows), db(drows)

    return back


def first_axis_only(dout: Array, X: Array, W: Array) -> tuple[Array, Array, Array]:
    return dout @ W.T, np.swapaxes(X, -1, -2) @ dout, dout.sum(axis=0)


def dense_dims(dW: Callable[..., Any], db: Callable[..., Any]) -> Callable[..., Any]:
    """Return an answer that looks at the axes of X and dout as they are."""
    return lambda dout, X, W: (dout @ W.T, dW(X, dout), db(dout))


def joined(X: Array, dout: Array) -> Array:
    return np.asarray(X.reshape(-1, X.shape[-1]).T @ dout.reshape(-1, dout.shape[-1]))


DENSE = Function(
    "dense_backward",
    oracle.dense_backward,
    "eq-dense-backward",
    Parts({"dX": Floats(), "dW": Floats(), "db": Floats()}),
    visible=[
        Case(
            (
                np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]]),
                np.array([[1.0, 2.0], [3.0, 4.0]]),
                np.array([[1.0, 0.0, 1.0], [2.0, 1.0, 0.0]]),
            ),
            "small",
        )
    ],
    witnesses=[
        Case(
            (
                np.array([[1.0, 0.0], [0.0, 2.0]]),
                np.array([[1.0, 2.0], [3.0, 4.0]]),
                np.array([[5.0, 6.0], [7.0, 8.0]]),
            ),
            "square",
        ),
        Case((np.array([[2.0, 1.0]]), np.array([[1.0, 3.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])), "one_sample"),
        Case((np.zeros((0, 2)), np.zeros((0, 3)), np.ones((3, 2))), "empty"),
        Case(
            (
                np.array([[[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 3.0]]]),
                np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]),
                np.array([[1.0, 2.0], [0.0, 1.0]]),
            ),
            "sequences",
        ),
        Case(
            (
                np.array([[1, 2]]),
                np.array(
                    [
                        [3, 4],
                    ]
                )[:, :1],
                np.array([[5, 6]]),
            ),
            "integers",
        ),
    ],
    draws=draw_dense_backward,
    mistakes={
        "dW_transposed": like(dense_with(dW=lambda X, dout: dout.T @ X)),
        "db_mean": like(dense_with(db=lambda dout: dout.mean(axis=0))),
        "dW_mean": like(
            dense_with(dW=lambda X, dout: X.T @ dout / max(1, len(X))),
            dense_with(dW=lambda X, dout: X.T @ dout / len(X)),
            lambda dout, X, W: (dout @ W.T, joined(X, dout) / len(X), dout.sum(axis=tuple(range(dout.ndim - 1)))),
        ),
        "both_mean": like(
            dense_with(
                dW=lambda X, dout: X.T @ dout / max(1, len(X)), db=lambda dout: dout.sum(axis=0) / max(1, len(dout))
            ),
            dense_with(dW=lambda X, dout: X.T @ dout / len(X), db=lambda dout: dout.mean(axis=0)),
            dense_with(dW=lambda X, dout: X.T @ dout / len(X), db=lambda dout: dout.sum(axis=0) / len(dout)),
        ),
        "first_axis_only": like(
            dense_dims(lambda X, dout: X.T @ dout, lambda dout: dout.sum(axis=0)),
            lambda dout, X, W: (
                dout @ W.T,
                joined(X, dout) if X.ndim == 2 else np.swapaxes(X, -1, -2) @ dout,
                dout.reshape(-1, dout.shape[-1]).sum(axis=0),
            ),
            first_axis_only,
        ),
        "db_first_axis": like(dense_dims(joined, lambda dout: dout.sum(axis=0))),
        "db_over_units": like(
            dense_with(db=lambda dout: dout.sum(axis=1)),
            dense_with(
                db=lambda dout: (
                    dout.sum(axis=1)[: dout.shape[1]] if dout.shape[0] >= dout.shape[1] else dout.sum(axis=0) * 0
                )
            ),
            dense_with(db=lambda dout: dout.sum(axis=-1)),
        ),
        "db_not_summed": like(lambda dout, X, W: (dout @ W.T, joined(X, dout), dout)),
        "db_row": like(dense_with(db=lambda dout: dout.sum(axis=0, keepdims=True))),
        "db_total": like(dense_with(db=lambda dout: dout.sum())),
        "db_ones": like(dense_with(db=lambda dout: np.ones(dout.shape[1]))),
        "W_not_transposed": like(dense_with(dX=lambda dout, W: dout @ W)),
        "dX_transposed": like(dense_with(dX=lambda dout, W: np.swapaxes(dout @ W.T, -1, -2))),
        "order": like(lambda dout, X, W: (joined(X, dout), dout @ W.T, dout.reshape(-1, W.shape[1]).sum(axis=0))),
        "dX_flat": like(dense_with(dX=lambda dout, W: dout.reshape(-1, W.shape[1]) @ W.T)),
        "dX_from_X": like(dense_with(dX=lambda dout, W: np.ones_like(dout) @ W.T)),
        "dW_without_dout": like(dense_with(dW=lambda X, dout: X.T @ np.ones_like(dout))),
    },
)


# ----------------------------------------------------------------- 3. Backward through activations


def draw_relu(rng: np.random.Generator) -> Iterator[Case]:
    for shape in [(4, 4), (5,), (2, 3, 2), ()]:
        yield Case(
            (np.asarray(rng.normal(size=shape)), np.asarray(rng.uniform(0.1, 2, shape) * rng.choice([-1, 1], shape))),
            "random",
        )
    yield Case((rng.integers(-5, 6, (3, 4)), rng.integers(-2, 3, (3, 4))), "integers")


RELU = Function(
    "relu_backward",
    oracle.relu_backward,
    "eq-relu-backward",
    Floats(),
    visible=[Case((np.array([1.0, -2.0, 3.0]), np.array([5.0, 0.5, -7.0])), "signs")],
    witnesses=[
        Case((np.array([2.0, 4.0]), np.array([0.0, 3.0])), "zero"),
        Case((np.array([[1.0, 2.0], [-3.0, 4.0]]), np.array([[-1.0, 1e-9], [1e9, -1e-9]])), "sizes"),
        Case((np.array([[1, -2], [3, 4]]), np.array([[1, 1], [-1, 0]])), "integers"),
        Case((np.array(3.0), np.array(2.0)), "number"),
    ],
    draws=draw_relu,
    mistakes={
        "mask_from_dout": like(lambda dout, z: dout * (dout > 0), lambda dout, z: np.maximum(dout, 0)),
        "both_masks": like(lambda dout, z: dout * (dout > 0) * (z > 0), lambda dout, z: np.maximum(dout * (z > 0), 0)),
        "times_z": like(lambda dout, z: dout * np.maximum(z, 0)),
        "at_zero": like(lambda dout, z: dout * (z >= 0)),
        "half_at_zero": like(lambda dout, z: dout * ((z > 0) + 0.5 * (z == 0))),
        "mask_only": like(lambda dout, z: (z > 0).astype(float), lambda dout, z: z > 0),
        "flipped": like(lambda dout, z: dout * (z < 0), lambda dout, z: dout * (z <= 0)),
        "forward": like(lambda dout, z: np.maximum(z, 0)),
        "tolerance": like(*(lambda dout, z, least=least: dout * (z > least) for least in (1e-8, 1e-6, 1e-3))),
        "threshold": like(lambda dout, z: dout * (z > 1), lambda dout, z: dout * (z > 0.5)),
        "cut_out": like(lambda dout, z: dout[z > 0]),
        "sign": like(lambda dout, z: dout * np.sign(z)),
        "not_masked": like(lambda dout, z: dout),
    },
)


def draw_output(low: float) -> Callable[[np.random.Generator], Iterator[Case]]:
    """Return random gradients and outputs of an activation with values from low to 1."""

    def draw(rng: np.random.Generator) -> Iterator[Case]:
        for shape in [(4, 4), (5,), (2, 3, 2), ()]:
            yield Case((np.asarray(rng.normal(size=shape)), np.asarray(rng.uniform(low, 1, shape))), "random")

    return draw


def sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


SIGMOID = Function(
    "sigmoid_backward",
    oracle.sigmoid_backward,
    "eq-sigmoid-backward",
    Floats(),
    visible=[Case((np.array([2.0, -4.0]), np.array([0.5, 0.25])), "outputs")],
    witnesses=[
        Case((np.array([3.0, 5.0, 1.0]), np.array([0.0, 1.0, 0.75])), "flat_ends"),
        Case((np.array(8.0), np.array(0.25)), "number"),
    ],
    draws=draw_output(0),
    mistakes={
        "sigmoid_again": like(lambda dout, a: dout * sigmoid(a) * (1 - sigmoid(a))),
        "first_factor_again": like(
            lambda dout, a: dout * sigmoid(a) * (1 - a), lambda dout, a: dout * a * (1 - sigmoid(a))
        ),
        "no_dout": like(lambda dout, a: a * (1 - a)),
        "rule_of_tanh": like(lambda dout, a: dout * (1 - a**2)),
        "no_complement": like(lambda dout, a: dout * a),
        "complement_only": like(lambda dout, a: dout * (1 - a)),
        "squared": like(lambda dout, a: dout * a**2 * (1 - a), lambda dout, a: dout * a * (1 - a) ** 2),
        "plus": like(lambda dout, a: dout * a * (1 + a)),
        "wrong_sign": like(lambda dout, a: dout * a * (a - 1)),
        "dout_for_a": like(lambda dout, a: dout * dout * (1 - dout), lambda dout, a: dout * (1 - dout)),
        "swapped": like(lambda dout, a: a * dout * (1 - dout)),
    },
)

TANH = Function(
    "tanh_backward",
    oracle.tanh_backward,
    "eq-tanh-backward",
    Floats(),
    visible=[Case((np.array([2.0, -4.0]), np.array([0.5, -0.5])), "outputs")],
    witnesses=[
        Case((np.array([3.0, 5.0, 1.0, 2.0]), np.array([0.0, 1.0, -1.0, -0.75])), "flat_ends"),
        Case((np.array(8.0), np.array(0.25)), "number"),
    ],
    draws=draw_output(-1),
    mistakes={
        "tanh_again": like(lambda dout, a: dout * (1 - np.tanh(a) ** 2)),
        "no_dout": like(lambda dout, a: 1 - a**2),
        "rule_of_sigmoid": like(lambda dout, a: dout * a * (1 - a)),
        "not_squared": like(lambda dout, a: dout * (1 - a), lambda dout, a: dout * (1 - np.abs(a))),
        "precedence": like(lambda dout, a: dout * 1 - a**2),
        "outside": like(lambda dout, a: dout * (1 - a) ** 2),
        "plus": like(lambda dout, a: dout * (1 + a**2)),
        "wrong_sign": like(lambda dout, a: dout * (a**2 - 1)),
        "swapped": like(lambda dout, a: a * (1 - dout**2)),
        "tanh_of_dout": like(lambda dout, a: dout * (1 - dout**2), lambda dout, a: dout * (1 - np.tanh(dout) ** 2)),
    },
)


# --------------------------------------------------------------------- 4. Backward through softmax


def probabilities(rng: np.random.Generator, *shape: int) -> Array:
    p = rng.uniform(0.1, 1, shape)
    return np.asarray(p / p.sum(axis=-1, keepdims=True))


def draw_softmax(rng: np.random.Generator) -> Iterator[Case]:
    for shape, focus in [
        ((4, 4), "square"), ((5,), "row"), ((6, 3), "batch"), ((1, 5), "batch"), ((3, 3, 3), "attention"),
        ((2, 3, 4, 4), "attention"),
    ]:  # fmt: skip
        yield Case((rng.normal(size=shape), probabilities(rng, *shape)), focus)


def softmax_with(subtract: Callable[[Array, Array], Any]) -> Callable[[Array, Array], Any]:
    """Return ``p * (dout - ...)`` with a mistake in what is subtracted."""
    return lambda dout, p: p * (dout - subtract(dout, p))


def softmax_again(dout: Array, p: Array) -> Any:
    q = np.exp(p) / np.exp(p).sum(axis=-1, keepdims=True)
    return oracle.softmax_backward(dout, q)


SOFTMAX = Function(
    "softmax_backward",
    oracle.softmax_backward,
    "eq-softmax-backward",
    Floats(),
    visible=[Case((np.array([1.0, 3.0]), np.array([0.5, 0.5])), "two")],
    witnesses=[
        Case((np.array([1.0, 3.0]), np.array([0.25, 0.75])), "row"),
        Case((np.array([[1.0, 3.0], [2.0, 0.0]]), np.array([[0.25, 0.75], [0.5, 0.5]])), "square"),
        Case((np.array([[4.0, -1.0, 2.0]]), np.array([[0.0, 1.0, 0.0]])), "certain"),
        Case((np.array([[[1.0, 2.0], [0.0, 4.0]]]), np.array([[[0.5, 0.5], [0.25, 0.75]]])), "attention"),
        Case((np.array([[0, -2]]), np.array([[0.5, 0.5]])), "integers"),
    ],
    draws=draw_softmax,
    mistakes={
        "elementwise": like(lambda dout, p: p * (1 - p) * dout),
        "sum_of_dout": like(softmax_with(lambda d, p: d.sum(axis=-1, keepdims=True))),
        "first_axis": like(
            softmax_with(lambda d, p: (d * p).sum(axis=0, keepdims=True)),
            softmax_with(lambda d, p: (d * p).sum(axis=0)),
        ),
        "second_axis": like(
            softmax_with(lambda d, p: (d * p).sum(axis=1, keepdims=True)),
            softmax_with(lambda d, p: (d * p).sum(axis=min(1, p.ndim - 1), keepdims=True)),
        ),
        "all_axes": like(softmax_with(lambda d, p: (d * p).sum())),
        "mean": like(
            softmax_with(lambda d, p: (d * p).mean(axis=-1, keepdims=True)),
            softmax_with(lambda d, p: d.mean(axis=-1, keepdims=True)),
        ),
        "no_keepdims": like(softmax_with(lambda d, p: (d * p).sum(axis=-1))),
        "added": like(softmax_with(lambda d, p: -(d * p).sum(axis=-1, keepdims=True))),
        "no_outer_p": like(lambda dout, p: dout - (dout * p).sum(axis=-1, keepdims=True)),
        "with_labels": like(lambda dout, p: p - dout),
        "square_left_out": like(lambda dout, p: dout * p),
        "flipped": like(lambda dout, p: p * ((dout * p).sum(axis=-1, keepdims=True) - dout)),
        "softmax_again": like(softmax_again),
        "plain_jacobian": like(
            lambda dout, p: dout @ (np.diag(p) - np.outer(p, p)), lambda dout, p: (np.diag(p) - np.outer(p, p)) @ dout
        ),
        "divided": like(
            *(lambda dout, p, axis=axis: oracle.softmax_backward(dout, p) / p.shape[axis] for axis in (0, -1))
        ),
    },
)


# ---------------------------------------------------------------------------- 5. A two-layer network

Params = Mapping[str, Array]


@dataclass(frozen=True)
class LossAndGrads:
    """A loss and a dictionary of gradients; the top layer is looked at first, and the message says where to look."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        if not isinstance(got, tuple | list) or len(got) != 2:
            count = f"{len(got)} values" if isinstance(got, tuple | list) else f"one {type(got).__name__}"
            return Complaint("parts", {"names": "loss, grads", "count": 2, "got": count})
        complaint = Number().compare(got[0], want[0])
        if complaint is not None:
            id = "at_loss" if complaint.id == "value" else complaint.id
            return Complaint(id, {**complaint.fields, "part": "loss"})
        if not isinstance(got[1], dict) or set(map(str, got[1])) != set(want[1]):
            keys = f"the keys {', '.join(map(str, got[1]))}" if isinstance(got[1], dict) else type(got[1]).__name__
            return Complaint(
                "keys", {"keys": keys, "expected": "grads with the keys W1, b1, W2, b2", "got": f"grads: {keys}"}
            )
        for name in ("b2", "W2", "b1", "W1"):
            complaint = Floats().compare(got[1][name], want[1][name])
            if complaint is not None:
                part = f"grads['{name}']"
                id = f"at_{name}" if complaint.id == "value" else complaint.id
                fields = {"expected": f"{part} = {shown(want[1][name])}", "got": f"{part} = {shown(got[1][name])}"}
                return Complaint(id, {**fields, **complaint.fields, "part": part})
        return None


def shown(value: Any) -> str:
    array = plain_array(value)
    return "no numbers" if array is None else str(np.round(array.astype(float), 4).tolist())


def network(
    *,
    stable: bool = True,
    mask: Callable[[Array, Array], Any] = lambda z1, dA1: z1 > 0,
    through: Callable[[Array, Array], Array] = lambda z1, a1: a1,
    inputs: Callable[[Array, Array], Array] = lambda X, z1: X,
    share: Callable[[Array], float] = lambda logits: 1 / len(logits),
    loss_share: Callable[[Array], float] = lambda logits: 1 / len(logits),
    slope: float = 1.0,
    half: float = 0.5,
    bias_slope: float = 0.0,
    bias_penalty: float = 0.0,
    penalty_of: tuple[str, ...] = ("W1", "W2"),
    slope_of: tuple[str, ...] = ("W1", "W2"),
    label: float = 1.0,
    bias: Callable[[Array], Any] = lambda d: d.sum(axis=0),
    up: Callable[[Array], Array] = lambda W2: W2.T,
    activation: Callable[[Array], Array] = lambda z: np.maximum(z, 0),
    default_reg: float = 0.0,
    root: bool = False,
    axis: int = 1,
    largest: int | None = 1,
) -> Callable[..., Any]:
    """Return the network's loss and gradients with a mistake in them; the defaults are right."""

    def run(params: Params, X: Array, y: Array, reg: float = default_reg) -> tuple[float, dict[str, Any]]:
        z1 = X @ params["W1"] + params["b1"]
        a1 = activation(z1)
        logits = a1 @ params["W2"] + params["b2"]
        rows = np.arange(len(X))
        if stable:
            shifted = logits - logits.max(axis=largest if axis else 0, keepdims=True)
            log_p = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
        else:
            log_p = np.log(np.exp(logits) / np.exp(logits).sum(axis=axis, keepdims=True))
        squares = sum(float(np.sum(params[name] ** 2)) ** (0.5 if root else 1) for name in penalty_of)
        squares += bias_penalty * float(np.sum(params["b1"] ** 2) + np.sum(params["b2"] ** 2))
        loss = -np.sum(log_p[rows, y]) * loss_share(logits) + half * reg * squares
        d = np.exp(log_p)
        d[rows, y] -= label
        d *= share(logits)
        back = (d @ up(params["W2"])) * 1.0
        d1 = back * mask(z1, back)
        grads = {
            "W2": through(z1, a1).T @ d + ("W2" in slope_of) * slope * reg * params["W2"],
            "b2": bias(d) + (bias_slope * reg * params["b2"] if bias_slope else 0),
            "W1": inputs(X, z1).T @ d1 + ("W1" in slope_of) * slope * reg * params["W1"],
            "b1": bias(d1) + (bias_slope * reg * params["b1"] if bias_slope else 0),
        }
        return float(loss), grads

    return run


def leaky(leak: float) -> Callable[[Array, Array], Any]:
    return lambda z1, _: np.where(z1 > 0, 1, leak)


def weights(rng: np.random.Generator, d: int, h: int, c: int, scale: float = 1.0) -> dict[str, Array]:
    shapes = {"W1": (d, h), "b1": (h,), "W2": (h, c), "b2": (c,)}
    return {name: scale * rng.uniform(0.2, 1, shape) * rng.choice([-1, 1], shape) for name, shape in shapes.items()}


def draw_networks(rng: np.random.Generator) -> Iterator[Case]:
    """Sizes of which one has all lengths equal, with and without a penalty, then huge logits."""
    for n, d, h, c in [(4, 4, 4, 4), (6, 3, 5, 2), (1, 2, 3, 4)]:
        for reg in (0.0, 0.25):
            yield Case((weights(rng, d, h, c), rng.normal(size=(n, d)), rng.integers(0, c, n), reg), "sizes")
    yield Case((weights(rng, 3, 4, 3), rng.normal(size=(5, 3)), rng.integers(0, 3, 5)), "default_reg")
    params = weights(rng, 3, 4, 3)
    yield Case((params | {"b2": params["b2"] + 1000}, rng.normal(size=(5, 3)), rng.integers(0, 3, 5), 0.0), "huge")


WORKED = {
    "W1": np.array([[1.0, -1.0], [1.0, 0.0]]), "b1": np.zeros(2),
    "W2": np.array([[1.0, 2.0], [2.0, -2.0]]), "b2": np.array([3.0, 0.0]),
}  # fmt: skip
ZEROS = {"W1": np.zeros((3, 4)), "b1": np.zeros(4), "W2": np.zeros((4, 2)), "b2": np.zeros(2)}

TWO_LAYER = Function(
    "two_layer_loss_and_grads",
    oracle.two_layer_loss_and_grads,
    "eq-two-layer-grads",
    LossAndGrads(),
    visible=[
        Case((ZEROS, np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([0, 0])), "zeros"),
    ],
    witnesses=[
        Case((WORKED, np.array([[1.0, 2.0]]), np.array([0])), "worked"),
        Case(
            (WORKED | {"b1": np.array([1.0, 2.0])}, np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1]), 0.5),
            "penalty",
        ),
        Case((WORKED | {"b2": np.array([1003.0, 1000.0])}, np.array([[1.0, 2.0]]), np.array([1])), "huge"),
        Case(
            (WORKED | {"W2": 1000 * WORKED["W2"]}, np.array([[1.0, 2.0], [0.001, 0.0]]), np.array([1, 0])),
            "rows_apart",
        ),
        Case((WORKED | {"b1": np.array([0.0, 1.0])}, np.array([[1.0, 2.0]]), np.array([0])), "kink"),
    ],
    draws=draw_networks,
    mistakes={
        "overflow": like(network(stable=False)),
        "one_maximum": like(network(largest=None)),
        "slope_at_zero": like(network(mask=lambda z1, d: z1 >= 0)),
        "no_mask": like(network(mask=lambda z1, d: 1.0)),
        "mask_flipped": like(network(mask=lambda z1, d: z1 < 0)),
        "mask_from_gradient": like(network(mask=lambda z1, d: d > 0)),
        "leaky_mask": like(*(network(mask=leaky(leak)) for leak in (0.01, 0.1, 0.2))),
        "times_z1": like(network(mask=lambda z1, d: np.maximum(z1, 0))),
        "slope_doubled": like(network(slope=2.0)),
        "slope_halved": like(network(slope=0.5)),
        "no_slope": like(network(slope=0.0)),
        "penalty_not_in_loss": like(network(half=0.0)),
        "penalty_not_halved": like(network(half=1.0)),
        "penalty_not_halved_twice": like(network(half=1.0, slope=2.0)),
        "penalty_root": like(network(root=True)),
        "no_penalty": like(network(half=0.0, slope=0.0)),
        "biases_penalised": like(network(bias_slope=1.0), network(bias_slope=1.0, bias_penalty=1.0)),
        "b2_penalised": like(
            lambda params, X, y, reg=0.0: add_to_b2(network()(params, X, y, reg), reg * params["b2"]),
        ),
        "biases_in_loss": like(network(bias_penalty=1.0)),
        "one_layer_penalised": like(
            *(
                network(penalty_of=(name,), slope_of=slopes)
                for name in ("W1", "W2")
                for slopes in ((name,), ("W1", "W2"))
            ),
            *(network(slope_of=(name,)) for name in ("W1", "W2")),
        ),
        "default_reg": like(
            network(default_reg=0.1), network(default_reg=0.01), network(default_reg=1.0), network(default_reg=1e-3)
        ),
        "not_divided": like(network(share=lambda o: 1.0)),
        "divided_twice": like(network(share=lambda o: 1 / len(o) ** 2)),
        "divided_by_classes": like(network(share=lambda o: 1 / o.size)),
        "loss_sum": like(network(loss_share=lambda o: 1.0)),
        "all_sums": like(network(loss_share=lambda o: 1.0, share=lambda o: 1.0)),
        "through_z1": like(network(through=lambda z1, a1: z1)),
        "no_label": like(network(label=0.0)),
        "bias_means": like(network(bias=lambda d: d.mean(axis=0))),
        "bias_rows": like(network(bias=lambda d: d.sum(axis=0, keepdims=True))),
        "bias_over_units": like(network(bias=lambda d: d.sum(axis=1))),
        "W2_not_transposed": like(network(up=lambda W2: W2)),
        "no_relu": like(network(activation=lambda z: z, mask=lambda z1, d: 1.0), network(activation=lambda z: z)),
        "softmax_over_samples": like(network(axis=0)),
        "wrong_sign": like(
            lambda params, X, y, reg=0.0: (
                oracle.two_layer_loss_and_grads(params, X, y, reg)[0],
                {name: -grad for name, grad in oracle.two_layer_loss_and_grads(params, X, y, reg)[1].items()},
            )
        ),
        "loss_sign": like(
            lambda params, X, y, reg=0.0: (
                -network()(params, X, y)[0] + 0.5 * reg * norms(params),
                network()(params, X, y, reg)[1],
            )
        ),
        "updates": like(
            *(
                lambda params, X, y, reg=0.0, lr=lr: (
                    network()(params, X, y, reg)[0],
                    {name: params[name] - lr * grad for name, grad in network()(params, X, y, reg)[1].items()},
                )
                for lr in (1.0, 0.1, 0.01)
            )
        ),
    },
)


def add_to_b2(found: tuple[float, dict[str, Any]], extra: Array) -> tuple[float, dict[str, Any]]:
    return found[0], found[1] | {"b2": found[1]["b2"] + extra}


def norms(params: Params) -> float:
    return float(np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2))


# -------------------------------------------------------------------------------- 6. Undo broadcasting

SHAPES: Sequence[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((5, 3), (1, 3)), ((5, 3), (5, 1)), ((5, 3), (1, 1)), ((5, 3), ()), ((5, 3), (5, 3)), ((5, 3), (1,)),
    ((2, 4, 3), (4, 1)), ((2, 4, 3), (1, 4, 1)), ((2, 4, 3), (2, 1, 1)), ((3, 3, 3), (3,)), ((3, 3), (3, 1)),
    ((3, 3, 3), (1, 3, 1)), ((4, 1), (1,)), ((1, 4), (1, 4)), ((2, 3, 2, 3), (3, 1, 3)), ((), ()),
]  # fmt: skip


def draw_broadcast(rng: np.random.Generator) -> Iterator[Case]:
    for big, small in SHAPES:
        yield Case((np.asarray(rng.integers(-16, 17, big) / 8), small), "random_shapes")


def unbroadcast_with(
    lead: Callable[[Array], Array] = lambda g: g.sum(axis=0),
    ones: Callable[[Array, int], Array] = lambda g, i: g.sum(axis=i, keepdims=True),
) -> Callable[[Array, tuple[int, ...]], Any]:
    """Return the way back through broadcasting with a mistake in it."""

    def undo(grad: Array, shape: tuple[int, ...]) -> Any:
        while grad.ndim > len(shape):
            grad = lead(grad)
        for i, n in enumerate(shape):
            if n == 1 and grad.shape[i] != 1:
                grad = ones(grad, i)
        return grad

    return undo


def kept(take: Callable[[Array, int], Array]) -> Callable[[Array, int], Array]:
    return lambda g, i: np.expand_dims(take(g, i), i)


def one_leading_axis(grad: Array, shape: tuple[int, ...]) -> Array:
    """Sum over one axis in front, and never over a second."""
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and grad.shape[i] != 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


UNBROADCAST = Function(
    "unbroadcast",
    oracle.unbroadcast,
    "eq-unbroadcast",
    Floats(),
    visible=[Case((np.arange(1.0, 16.0).reshape(5, 3), (3,)), "rows")],
    witnesses=[
        Case((np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), (2, 1)), "ones"),
        Case((np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), (1, 3)), "ones"),
        Case((np.array([[1.0, 2.0], [3.0, 5.0]]), (2, 2)), "same"),
        Case((np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), ()), "number"),
        Case((np.array([[1.0, 2.0], [3.0, 5.0]]), (2,)), "square"),
        Case((np.arange(8.0).reshape(2, 2, 2), (2, 1)), "both"),
        Case((np.array([[1, 2], [3, 4]]), (1, 2)), "integers"),
    ],
    draws=draw_broadcast,
    mistakes={
        "mean": like(
            unbroadcast_with(lead=lambda g: g.mean(axis=0)),
            unbroadcast_with(lambda g: g.mean(axis=0), lambda g, i: g.mean(axis=i, keepdims=True)),
        ),
        "mean_of_ones": like(unbroadcast_with(ones=lambda g, i: g.mean(axis=i, keepdims=True))),
        "ones_not_summed": like(unbroadcast_with(ones=lambda g, i: g)),
        "ones_dropped": like(
            unbroadcast_with(ones=lambda g, i: g.sum(axis=i)),
            lambda grad, shape: grad.sum(axis=tuple(i for i, n in enumerate(padded(grad, shape)) if n == 1)),
        ),
        "truncated": like(lambda grad, shape: np.ravel(grad)[: int(np.prod(shape))].reshape(shape)),
        "first_slice": like(
            unbroadcast_with(ones=kept(lambda g, i: np.take(g, 0, axis=i))),
            unbroadcast_with(lambda g: g[0], kept(lambda g, i: np.take(g, 0, axis=i))),
        ),
        "lead_first_slice": like(unbroadcast_with(lead=lambda g: g[0])),
        "largest": like(
            unbroadcast_with(lambda g: g.max(axis=0), lambda g, i: g.max(axis=i, keepdims=True)),
        ),
        "last_axes": like(
            unbroadcast_with(lead=lambda g: g.sum(axis=-1)),
        ),
        "sums_everything": like(
            lambda grad, shape: np.full(shape, grad.sum()), lambda grad, shape: np.broadcast_to(grad.sum(), shape)
        ),
        "one_axis_only": like(
            lambda grad, shape: grad.sum(axis=0), lambda grad, shape: grad.sum(axis=0).reshape(shape)
        ),
        "one_leading_axis": like(one_leading_axis),
        "broadcasts": like(lambda grad, shape: np.broadcast_to(grad, shape)),
        "unchanged": like(lambda grad, shape: grad),
    },
)


def padded(grad: Array, shape: tuple[int, ...]) -> tuple[int, ...]:
    return (1,) * (grad.ndim - len(shape)) + tuple(shape)


# ----------------------------------------------------------------------------------- 7. Autograd


class Node(Given):
    """A number in a computation graph, with the attributes of the notebook's `Value`.

    A copy of a graph remembers its original. So within a graph two nodes are equal only if they are one, and an
    original equals its copy as long as nothing but the gradients was changed.
    """

    shared = ("label", "data", "parents", "local", "grad")

    def __init__(
        self, label: str, data: float, parents: Sequence[Node] = (), local: Sequence[float] = (), grad: float = 0.0
    ) -> None:
        super().__init__(f"the node {label}")
        self.label, self.data, self.grad = label, data, grad
        self.parents, self.local = tuple(parents), tuple(local)
        self.origin: Node | None = None
        self.made: list[Node] = []
        self.was = (self.data, self.parents, self.local)

    def graph(self) -> list[Node]:
        """Return all nodes that this one was computed from, itself the last."""
        return oracle.topo_order(self)  # type: ignore[arg-type,return-value]

    def copies(self) -> list[Node]:
        """Return a copy of the graph."""
        twins: dict[int, Node] = {}
        for node in self.graph():
            parents = [twins[id(parent)] for parent in node.parents]
            twin = Node(node.label, node.data, parents, node.local, node.grad)
            twin.origin, twin.text = node, node.label
            twins[id(node)] = twin
        nodes = list(twins.values())
        nodes[-1].made = nodes
        return nodes

    def __deepcopy__(self, _memo: object) -> Node:
        return self.copies()[-1]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Node) or other.origin is not self:
            return False
        return all(node.untouched() for node in other.made)

    def __hash__(self) -> int:
        return id(self)

    def untouched(self) -> bool:
        """Tell whether everything that is not a student's business is as it was made."""
        return all(
            vars(self).get(name) is was for name, was in zip(("data", "parents", "local"), self.was, strict=True)
        )


def chain(length: int, local: float, stale: float = 0.0) -> Node:
    node = Node("x0", 1.0)
    for i in range(1, length + 1):
        node = Node(f"x{i}", 1.0, [node], [local], stale)
    return node


def doublings(count: int) -> Node:
    node = Node("x0", 1.0)
    for i in range(1, count + 1):
        node = Node(f"x{i}", 2.0**i, [node, node], [1.0, 1.0])
    return node


def product_plus(stale: float = 0.0) -> Node:
    a, b = Node("a", 2.0, grad=stale), Node("b", 3.0, grad=stale)
    product = Node("a*b", 6.0, [a, b], [3.0, 2.0], stale)
    return Node("a*b+a", 8.0, [product, a], [1.0, 1.0], stale)


def cube() -> Node:
    x = Node("x", 2.0)
    square = Node("x*x", 4.0, [x, x], [2.0, 2.0])
    return Node("x*x*x", 8.0, [square, x], [2.0, 4.0])


def uneven() -> Node:
    """Return a graph in which x reaches the end by one step and by two: a search by nearness visits it too early."""
    x = Node("x", 3.0)
    u = Node("2*x", 6.0, [x], [2.0])
    v = Node("u+1", 7.0, [u], [1.0])
    w = Node("u*v", 42.0, [u, v], [7.0, 6.0])
    return Node("w*u", 252.0, [u, w], [42.0, 6.0])


def random_graph(rng: np.random.Generator, size: int = 14, stale: float = 0.0) -> Node:
    """Return nodes that use one or two of the last few, with slopes that multiply exactly."""
    nodes = [Node(f"n{i}", float(rng.integers(-3, 4)), grad=stale) for i in range(3)]
    for i in range(3, size):
        parents = [nodes[int(k)] for k in rng.integers(max(0, i - 4), i, int(rng.integers(1, 3)))]
        local = [float(k) for k in rng.choice([-1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0], len(parents))]
        nodes.append(Node(f"n{i}", float(rng.integers(-3, 4)), parents, local, stale))
    last = [nodes[-1], nodes[-2], nodes[-3]]
    return Node("end", 5.0, last, [1.0, -2.0, 0.5], stale)


GRAPHS: Sequence[tuple[Node, str]] = [
    (Node("x", 4.0), "single"),
    (cube(), "repeated"),
    (uneven(), "depths"),
    (chain(300, 1.0), "deep"),
    (doublings(60), "paths"),
]


def judge_order(case: Case, result: Any) -> Complaint | None:
    """Accept every order with parents first."""
    root: Node = case.args[0]
    nodes = root.graph()
    names = ", ".join(node.label for node in nodes[:8]) + (", ..." if len(nodes) > 8 else "")
    fields: dict[str, Any] = {"expected": f"[{names}], or another order with parents first"}
    if not isinstance(result, list | tuple):
        return Complaint("not_a_list", {**fields, "type": type(result).__name__})
    if not all(isinstance(one, Node) and one.origin is not None for one in result):
        return Complaint("not_nodes", {**fields, "got": f"{len(result)} things that are not all nodes"})
    place = {id(one.origin): i for i, one in enumerate(result)}
    if len(place) < len(result):
        return Complaint("twice", fields)
    missing = [node.label for node in nodes if id(node) not in place]
    if missing:
        return Complaint(
            "root_missing" if missing == [root.label] else "nodes_missing", {**fields, "missing": missing[0]}
        )
    for node in nodes:
        late = [parent.label for parent in node.parents if place[id(parent)] > place[id(node)]]
        if late:
            backwards = (
                place[id(root)] == 0
                and len(nodes) > 1
                and all(place[id(parent)] > place[id(one)] for one in nodes for parent in one.parents)
            )
            return Complaint(
                "root_first" if backwards else "child_first", {**fields, "child": node.label, "parent": late[0]}
            )
    return None


def draw_graphs(rng: np.random.Generator) -> Iterator[Case]:
    for _ in range(6):
        yield Case((random_graph(rng),), "random_graphs")


TOPO = Function(
    "topo_order",
    oracle.topo_order,
    "eq-topo-order",
    visible=[Case((product_plus(),), "example")],
    witnesses=[Case((graph,), focus) for graph, focus in GRAPHS],
    draws=draw_graphs,
    judge=judge_order,
    mistakes={
        "recursion": raises("RecursionError"),
    },
)


def leaving_grads(answer: Callable[..., Any]) -> Callable[..., list[Any]]:
    """Call an answer, and return the gradients that it leaves in the copy of a graph, parents first."""

    def run(root: Node) -> list[Any]:
        answer(root)
        return [vars(node).get("grad") for node in root.made]

    return run


def grads_after(back: Callable[[list[Node]], None]) -> Callable[[Node], list[Any]]:
    """Return a function that runs `back` on the nodes of a copy, parents first, and returns the gradients."""

    def run(root: Node) -> list[Any]:
        nodes = root.copies()
        back(nodes)
        return [node.grad for node in nodes]

    return run


def pass_back(
    *,
    reset: bool = True,
    start: Callable[[Node], float] = lambda root: 1.0,
    share: Callable[[Node, int], float] = lambda node, i: node.local[i] * node.grad,
    add: bool = True,
    forward: bool = False,
) -> Callable[[Node], list[Any]]:
    """Return `backward` with a mistake in it; the defaults are right."""

    def back(nodes: list[Node]) -> None:
        for node in nodes:
            node.grad = 0.0 if reset else node.grad
        nodes[-1].grad = start(nodes[-1])
        for node in nodes if forward else reversed(nodes):
            for i, parent in enumerate(node.parents):
                parent.grad = (parent.grad if add else 0.0) + share(node, i)

    return grads_after(back)


def by_nearness(nodes: list[Node]) -> None:
    """Visit near nodes first."""
    for node in nodes:
        node.grad = 0.0
    queue, seen = [nodes[-1]], {id(nodes[-1])}
    nodes[-1].grad = 1.0
    while queue:
        node = queue.pop(0)
        for parent, slope in zip(node.parents, node.local, strict=True):
            parent.grad += slope * node.grad
            if id(parent) not in seen:
                seen.add(id(parent))
                queue.append(parent)


def each_parent_once(nodes: list[Node]) -> None:
    for node in nodes:
        node.grad = 0.0
    nodes[-1].grad = 1.0
    for node in reversed(nodes):
        for parent, slope in dict(zip(node.parents, node.local, strict=True)).items():
            parent.grad += slope * node.grad


def draw_backward(rng: np.random.Generator) -> Iterator[Case]:
    for stale in (0.0, 0.0, 0.0, 0.5, -2.0):
        yield Case((random_graph(rng, stale=stale),), "random_graphs")


def judge_grads(case: Case, result: Any) -> Complaint | None:
    """Compare the gradients that were left."""
    labels = [node.label for node in case.args[0].graph()]
    want = leaving_grads(oracle.backward)(copy.deepcopy(case.args[0]))
    fields = {"expected": gradients(labels, want), "got": gradients(labels, result)}
    complaint = Floats().compare(result, want)
    if complaint is None:
        return None
    return Complaint(complaint.id, {**complaint.fields, **fields})


def gradients(labels: Sequence[str], grads: Any) -> str:
    pairs = [
        f"{label}: {grad:.6g}" if isinstance(grad, int | float | np.number) else f"{label}: a {type(grad).__name__}"
        for label, grad in zip(labels, grads, strict=True)
    ]
    return "the gradients " + ", ".join(pairs[:6]) + (", ..." if len(pairs) > 6 else "")


BACKWARD = Function(
    "backward",
    oracle.backward,
    "eq-accumulate",
    visible=[Case((product_plus(),), "example")],
    witnesses=[
        Case((product_plus(stale=10.0),), "again"),
        *(Case((graph,), focus) for graph, focus in GRAPHS if focus != "deep"),
        Case((chain(300, -1.0),), "deep"),
    ],
    draws=draw_backward,
    judge=judge_grads,
    drive=leaving_grads,
    mistakes={
        "recursion": raises("RecursionError"),
        "overwrites": like(pass_back(add=False), pass_back(add=False, reset=False)),
        "nearness": like(grads_after(by_nearness)),
        "forward": like(pass_back(forward=True)),
        "no_local": like(pass_back(share=lambda node, i: node.grad)),
        "no_upstream": like(pass_back(share=lambda node, i: node.local[i])),
        "root_data": like(pass_back(start=lambda root: root.data)),
        "root_zero": like(pass_back(start=lambda root: 0.0)),
        "root_kept": like(pass_back(reset=False, start=lambda root: root.grad)),
        "not_reset": like(pass_back(reset=False)),
        "times_data": like(pass_back(share=lambda node, i: node.parents[i].data * node.grad)),
        "own_data": like(pass_back(share=lambda node, i: node.local[i] * node.data)),
        "same_parent_once": like(grads_after(each_parent_once)),
        "first_parent_only": like(pass_back(share=lambda node, i: node.local[i] * node.grad * (i == 0))),
        "local_added": like(pass_back(share=lambda node, i: node.local[i] + node.grad)),
        "subtracts": like(pass_back(share=lambda node, i: -node.local[i] * node.grad)),
        "first_local": like(pass_back(share=lambda node, i: node.local[0] * node.grad)),
        "nothing_done": like(lambda root: [node.grad for node in root.copies()]),
    },
)


# ------------------------------------------------------------------------------ 8. Initialization


def with_use(answer: Callable[..., Any]) -> Callable[..., tuple[Any, bool]]:
    """Call an answer with a generator, and return the weights and whether the generator was used."""

    def run(rng: Seed, fan_in: int, fan_out: int, scheme: str) -> tuple[Any, bool]:
        generator = np.random.default_rng(int(rng))
        before = generator.bit_generator.state
        W = answer(generator, fan_in, fan_out, scheme)
        return W, generator.bit_generator.state != before

    return run


def std_of(fan_in: int, fan_out: int, scheme: str) -> float:
    return float(np.sqrt(2 / (fan_in + fan_out) if scheme == "xavier" else 2 / fan_in))


# With 40,000 normal numbers the measured standard deviation is off by 0.35 % (one sigma): 3 % are more than 8 sigma.
# A mean may be off by 6.5 of its standard errors.
SPREAD = 0.03
FARTHEST = 6.5  # standard errors of the mean


def judge_init(case: Case, result: Any) -> Complaint | None:
    """Look at shape, use of the generator, mean, spread and repetition, never at the numbers themselves."""
    _, fan_in, fan_out, scheme = case.args
    given, used = result
    std = std_of(fan_in, fan_out, scheme)
    if given is None:
        return Complaint("none")
    complaint = Floats().compare(given, np.zeros((fan_in, fan_out)))
    if complaint is not None and complaint.id != "value":
        return Complaint(
            complaint.id,
            {
                **complaint.fields,
                "expected": f"an array of shape {(fan_in, fan_out)}",
                "got": f"shape {np.shape(given)}",
            },
        )
    W = np.asarray(given, float)
    fields = {
        "expected": f"shape {W.shape}, mean near 0, standard deviation near {std:.4f}",
        "got": f"mean {W.mean():.4f}, standard deviation {W.std():.4f}" + ("" if used else ", and rng was not used"),
    }
    if not W.any():
        return Complaint("zeros", fields)
    if not used:
        return Complaint("rng_unused", fields)
    if np.unique(W).size < 0.9 * W.size:
        return Complaint("repeated", fields)
    if (W >= 0).all():
        return Complaint("positive", fields)
    if abs(W.mean()) > FARTHEST * max(std, W.std()) / np.sqrt(W.size):
        return Complaint("mean", fields)
    if abs(W.std() / std - 1) > SPREAD:
        return Complaint("value", fields)
    return None


def weights_of(trials: Sequence[Trial]) -> list[tuple[Trial, Array]]:
    """Return the weights of the trials that gave an array of two axes."""
    found = []
    for trial in trials:
        if trial.case.raises is None and isinstance(trial.called.result, tuple):
            W = plain_array(trial.called.result[0])
            if W is not None and W.ndim == 2 and W.size:
                found.append((trial, W))
    return found


def spread_like(*formulas: Callable[[int, int, str], float]) -> Explanation:
    """Explain weights by their spread: it is that of a wrong formula in every trial."""

    def explains(trials: Sequence[Trial]) -> bool:
        found = weights_of(trials)
        only_spread = all(trial.complaint is None or trial.complaint.id == "value" for trial, _ in found)
        return (
            bool(found)
            and only_spread
            and any(
                all(abs(W.std() / formula(*trial.case.args[1:]) - 1) < SPREAD for trial, W in found)
                for formula in formulas
            )
        )

    return explains


def same_without_rng(trials: Sequence[Trial]) -> bool:
    """Tell whether two different generators gave the same numbers."""
    found = [W for trial, W in weights_of(trials) if trial.case.focus in ("he", "other_seed")]
    return (
        len(found) == 2
        and bool(found[0].any())
        and np.array_equal(found[0], found[1])
        and not any(t.called.result[1] for t, _ in weights_of(trials))
    )


def draw_init(rng: np.random.Generator) -> Iterator[Case]:
    for fan_in, fan_out in [(200, 200), (500, 100), (90, 450)]:
        for scheme in ("xavier", "he"):
            yield Case((Seed(int(rng.integers(2**31))), fan_in, fan_out, scheme), "random_sizes")


def he_only(lecun: float = 1.0) -> Callable[[int, int, str], float]:
    return lambda d, p, scheme: std_of(d, p, scheme) * (np.sqrt(lecun) if scheme == "he" else 1.0)


INIT = Function(
    "init_weights",
    oracle.init_weights,
    "eq-init-std",
    visible=[Case((Seed(0), 400, 100, "he"), "he")],
    witnesses=[
        Case((Seed(1), 400, 100, "he"), "other_seed"),
        Case((Seed(2), 400, 100, "xavier"), "xavier"),
        Case((Seed(3), 100, 400, "he"), "wide"),
        Case((Seed(4), 100, 400, "xavier"), "wide"),
        Case((Seed(5), 4, 3, "normal"), "unknown", raises=KeyError),
    ],
    draws=draw_init,
    judge=judge_init,
    drive=with_use,
    wanted=lambda case: f"weights of shape {case.args[1:3]}",
    mistakes={
        "fixed_seed": same_without_rng,
        "variance": spread_like(lambda d, p, s: std_of(d, p, s) ** 2),
        "lecun": spread_like(
            he_only(0.5), lambda d, p, s: float(np.sqrt(1 / d)), lambda d, p, s: std_of(d, p, s) / np.sqrt(2)
        ),
        "uniform_std": spread_like(lambda d, p, s: std_of(d, p, s) / np.sqrt(3)),
        "uniform_variance": spread_like(lambda d, p, s: std_of(d, p, s) ** 2 / np.sqrt(3)),
        "uniform_scaled": spread_like(lambda d, p, s: std_of(d, p, s) / np.sqrt(12)),
        "normal_limit": spread_like(lambda d, p, s: std_of(d, p, s) * np.sqrt(3)),
        "fan_out": spread_like(
            lambda d, p, s: float(np.sqrt(2 / (d + p))) if s == "xavier" else float(np.sqrt(2 / p)),
        ),
        "schemes_swapped": spread_like(lambda d, p, s: std_of(d, p, "he" if s == "xavier" else "xavier")),
        "he_always": spread_like(lambda d, p, s: std_of(d, p, "he")),
        "xavier_always": spread_like(lambda d, p, s: std_of(d, p, "xavier")),
        "unscaled": spread_like(
            lambda d, p, s: 1.0, lambda d, p, s: 0.01, lambda d, p, s: 0.1, lambda d, p, s: 12**-0.5
        ),
        "xavier_one": spread_like(lambda d, p, s: float(np.sqrt(1 / (d + p))) if s == "xavier" else std_of(d, p, s)),
        "xavier_six": spread_like(lambda d, p, s: float(np.sqrt(6 / (d + p))) if s == "xavier" else std_of(d, p, s)),
    },
)


QUIZ = Quiz(
    9,
    [
        Statement(0, False, "sec-backprop-network"),
        Statement(1, True, "sec-forward-pass"),
        Statement(2, True, "sec-unbroadcast"),
        Statement(3, False, "sec-forward-pass"),
        Statement(4, True, "sec-gradient-check"),
        Statement(5, False, "sec-gradient-check"),
        Statement(6, True, "sec-backprop-network"),
        Statement(7, False, "sec-gradient-check"),
    ],
)

ASSIGNMENT = Assignment(
    "04_backpropagation",
    [
        Task(1, 4, 8, [NUMERICAL, REL_ERROR]),
        Task(2, 4, 8, [DENSE]),
        Task(3, 3, 7, [RELU, SIGMOID, TANH]),
        Task(4, 3, 8, [SOFTMAX]),
        Task(5, 6, 12, [TWO_LAYER]),
        Task(6, 3, 7, [UNBROADCAST]),
        Task(7, 5, 10, [TOPO, BACKWARD]),
        Task(8, 2, 6, [INIT]),
    ],
    QUIZ,
    numbers={
        "eq-numerical-gradient": "(4.3)",
        "eq-rel-error": "(4.4)",
        "eq-dense-backward": "(4.5)",
        "eq-relu-backward": "(4.6)",
        "eq-sigmoid-backward": "(4.7)",
        "eq-tanh-backward": "(4.8)",
        "eq-softmax-backward": "(4.9)",
        "eq-two-layer-grads": "(4.11)",
        "eq-unbroadcast": "(4.12)",
        "eq-topo-order": "(4.13)",
        "eq-accumulate": "(4.14)",
        "eq-init-std": "(4.16)",
    },
)
