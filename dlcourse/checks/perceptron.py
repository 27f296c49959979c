"""Checks of the assignment 01_perceptron."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse import perceptron as oracle
from dlcourse.checks.engine import (
    Assignment,
    Case,
    Function,
    Quiz,
    Statement,
    Task,
    Trial,
    eighths,
    fails_only_at,
    like,
)
from dlcourse.checks.kinds import Complaint, Count, Floats, Integers, Number, Parts, Truth, plain_array

__all__ = ["ASSIGNMENT"]

Array = npt.NDArray[Any]
Layers = Sequence[tuple[Array, Array]]

INPUTS = oracle.truth_inputs(2)
AND, OR, NAND, XOR = ([0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [0, 1, 1, 0])


# ------------------------------------------------------------------ 1. A perceptron's answer


def draw_predict(rng: np.random.Generator) -> Iterator[Case]:
    """Square batches, where a wrong axis gives wrong numbers and not an error; then other shapes and dtypes."""
    for n, d in [(4, 4), (6, 6), (9, 3), (1, 5)]:
        yield Case((eighths(rng, n, d), eighths(rng, d), float(eighths(rng))), "batch")
    yield Case((rng.integers(-5, 6, (7, 3)), rng.integers(-5, 6, 3), int(rng.integers(-5, 6))), "integers")
    yield Case((eighths(rng, 5), eighths(rng, 5), float(eighths(rng))), "single")
    X, w, b = eighths(rng, 8, 8), eighths(rng, 8), float(eighths(rng))
    yield Case((X, 1024 * w, 1024 * b), "scaled")


PREDICT = Function(
    "perceptron_predict",
    oracle.perceptron_predict,
    "eq-perceptron",
    Integers(),
    visible=[Case((INPUTS, np.array([0.5, 0.5]), -0.7), "and_gate")],
    witnesses=[
        Case((np.array([[1.0, 1.0], [3.0, 1.0]]), np.array([1.0, -1.0]), 0.0), "zero"),
        Case((np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([1.0, 1.0]), 2.0), "bias"),
        Case((np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([2.0, -1.0]), -0.25), "axis"),
        Case((np.array([[0.25, 0.0], [-0.25, 0.0], [0.75, 0.0]]), np.array([1.0, 1.0]), 0.0), "small"),
        Case((np.array([[1e-9, 0.0], [-1e-9, 0.0]]), np.array([1.0, 1.0]), 0.0), "tiny"),
        Case((np.array([1.0, 0.0]), np.array([1.0, 1.0]), -0.5), "single"),
        Case((np.zeros((0, 2)), np.array([1.0, 1.0]), -0.5), "empty"),
        Case((np.array([[2, 1], [1, 2]]), np.array([1, -1]), 0), "integers"),
    ],
    draws=draw_predict,
    mistakes={
        "fires_at_zero": like(lambda X, w, b: (X @ w + b >= 0).astype(int)),
        "forgets_bias": like(lambda X, w, b: (X @ w > 0).astype(int)),
        "subtracts_bias": like(lambda X, w, b: (X @ w - b > 0).astype(int)),
        "forces_batch": like(lambda X, w, b: (np.atleast_2d(X) @ w + b > 0).astype(int)),
        "elementwise": like(lambda X, w, b: (X * w + b > 0).astype(int)),
        "sums_over_samples": like(
            lambda X, w, b: (w @ X + b > 0).astype(int),
            lambda X, w, b: ((w * X).sum(axis=0) + b > 0).astype(int),
        ),
        "threshold_half": like(lambda X, w, b: (X @ w + b > 0.5).astype(int)),
        "plus_minus_one": like(lambda X, w, b: np.where(X @ w + b > 0, 1, -1)),
        "sign": like(lambda X, w, b: np.sign(X @ w + b).astype(int)),
        "flipped": like(lambda X, w, b: (X @ w + b <= 0).astype(int)),
        "no_step": like(lambda X, w, b: X @ w + b),
        "fires_at_threshold": like(
            lambda X, w, b: (X @ w - b >= 0).astype(int),
            lambda X, w, b: (np.atleast_2d(X) @ w - b >= 0).astype(int),
        ),
        "tolerance": like(
            *(lambda X, w, b, least=least: (X @ w + b > least).astype(int) for least in (1e-8, 1e-6, 1e-5, 1e-3))
        ),
        "bias_per_feature": like(lambda X, w, b: ((X * w + b).sum(axis=-1) > 0).astype(int)),
        "column": like(lambda X, w, b: (X @ w[:, None] + b > 0).astype(int)),
        "cuts_sum": like(
            lambda X, w, b: ((X @ w + b).astype(int) > 0).astype(int), lambda X, w, b: (X @ w + b).astype(int)
        ),
        "also_returns_sum": like(lambda X, w, b: ((X @ w + b > 0).astype(int), X @ w + b)),
    },
)


# ------------------------------------------------------------------------- 2. Logic gates

TABLES = {"AND": AND, "OR": OR, "NAND": NAND, "NOT": [1, 0]}


def gate_table(name: str, w: Array, b: float) -> list[int]:
    """Return the truth table of the perceptron (w, b)."""
    rows = oracle.truth_inputs(1 if name == "NOT" else 2)
    return [int(answer) for answer in oracle.perceptron_predict(rows, w, b)]


def as_gate(name: str, result: Any) -> tuple[Array, float] | None:
    """Return the student's weights and bias as numbers, or None if they are not a pair of the right size."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        return None
    w, b = plain_array(result[0]), plain_array(result[1])
    if w is None or b is None or b.size != 1 or w.size != (1 if name == "NOT" else 2):
        return None
    return w.astype(float).ravel(), float(b.ravel()[0])


def judge_gate(case: Case, result: Any) -> Complaint | None:
    """Accept any weights that give the right truth table; None for XOR."""
    name = case.args[0]
    if name == "XOR":
        return None if result is None else Complaint("xor_weights", {"expected": "None"})
    found = as_gate(name, result)
    count = "one weight" if name == "NOT" else "two weights"
    wanted = f"weights whose outputs are {TABLES[name]}"
    if found is None:
        return Complaint("gate_form", {"count": count, "expected": f"{count} and a bias"})
    w, b = found
    table = gate_table(name, w, b)
    if table == TABLES[name]:
        return None
    row = next(i for i, (got, want) in enumerate(zip(table, TABLES[name], strict=True)) if got != want)
    x = oracle.truth_inputs(len(w))[row]
    fields = {
        "expected": wanted,
        "got": f"w={w.tolist()}, b={b:g}, whose outputs are {table}",
        "x": tuple(int(value) for value in x),
        "z": f"{w @ x + b:g}",
        "answer": table[row],
        "right": TABLES[name][row],
        "name": name,
    }
    others = [other for other, right in TABLES.items() if right == table and other != name and name != "NOT"]
    if abs(w @ x + b) < 1e-12:
        return Complaint("gate_boundary", fields)
    if others:
        return Complaint("other_gate", {**fields, "other": others[0]})
    return Complaint("gate_table", fields)


def bias_flips_mend(trials: Sequence[Trial]) -> list[str]:
    """Return the names of the wrong gates that the opposite bias would mend."""
    mended = []
    for trial in trials:
        name = trial.case.args[0]
        found = as_gate(name, trial.called.result)
        if name == "XOR" or found is None or trial.complaint is None:
            continue
        if gate_table(name, found[0], -found[1]) == TABLES[name]:
            mended.append(name)
    return mended


GATE = Function(
    "gate",
    oracle.gate,
    "eq-gate",
    visible=[Case(("AND",), "and")],
    witnesses=[
        *(Case((name,), "others") for name in ("OR", "NAND", "NOT")),
        Case(("XOR",), "xor"),
    ],
    judge=judge_gate,
    wanted=lambda case: f"weights whose outputs are {TABLES[case.args[0]]}" if case.args[0] in TABLES else "None",
    mistakes={
        "xor_raises": lambda trials: bool(trials[-1].called.fault) and all(t.complaint is None for t in trials[:-1]),
        "nand_bias": lambda trials: bias_flips_mend(trials) == ["NAND"],
        "positive_threshold": lambda trials: len(bias_flips_mend(trials)) >= 2,
    },
)


# --------------------------------------------------------------------- 3. The learning rule


def fit_with(
    *,
    update: Callable[[Array, float, Array, int, int, float], tuple[Array, float, int]] | None = None,
    stop: bool = True,
    at_zero: bool = False,
    batch: bool = False,
    dtype: Any = float,
    keep_last: bool = True,
) -> Callable[..., Any]:
    """Return the learning rule with a mistake in it; the defaults are the right rule."""

    def right_update(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
        error = y - y_hat
        return w + lr * error * x, b + lr * error, error != 0

    def fit(X: Array, y: Array, lr: float = 1.0, max_epochs: int = 100) -> tuple[Array, float, list[int]]:
        w: Array = np.zeros(X.shape[1], dtype or X.dtype)
        b, mistakes = 0.0, []
        for _ in range(max_epochs):
            count, w_old, b_old = 0, w, b
            for x, target in zip(X, y, strict=True):
                z = x @ w_old + b_old if batch else x @ w + b
                y_hat = int(z >= 0) if at_zero else int(z > 0)
                w_new, b, counted = (update or right_update)(w, b, x, int(target), y_hat, lr)
                w = w_new.astype(w.dtype)
                count += counted
            if count == 0 and stop and not keep_last:
                break
            mistakes.append(count)
            if count == 0 and stop:
                break
        return w, b, mistakes

    return fit


def no_bias(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w + lr * (y - y_hat) * x, b, y != y_hat


def hebb(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w + lr * (2 * y - 1) * x, b + lr * (y - y_hat), y != y_hat


def hebb_with_bias(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w + lr * (2 * y - 1) * x, b + lr * (2 * y - 1), y != y_hat


def reversed_sign(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w - lr * (y - y_hat) * x, b - lr * (y - y_hat), y != y_hat


def without_lr(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w + (y - y_hat) * x, b + (y - y_hat), y != y_hat


def bias_without_lr(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w + lr * (y - y_hat) * x, b + (y - y_hat), y != y_hat


def only_upwards(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    up = max(y - y_hat, 0)
    return w + lr * up * x, b + lr * up, y != y_hat


def every_sample(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    error = y - float(x @ w + b)
    return w + lr * error * x, b + lr * error, y != y_hat


def bias_downwards(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w + lr * (y - y_hat) * x, b - lr * (y - y_hat), y != y_hat


def weights_downwards(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, bool]:
    return w - lr * (y - y_hat) * x, b + lr * (y - y_hat), y != y_hat


def signed_count(w: Array, b: float, x: Array, y: int, y_hat: int, lr: float) -> tuple[Array, float, int]:
    return w + lr * (y - y_hat) * x, b + lr * (y - y_hat), y - y_hat


def plus_minus_labels(X: Array, y: Array, lr: float = 1.0, max_epochs: int = 100) -> tuple[Array, float, list[int]]:
    """Use labels -1 and 1 and count a sum of 0 as a mistake for both."""
    w: Array = np.zeros(X.shape[1])
    b, mistakes = 0.0, list[int]()
    for _ in range(max_epochs):
        count = 0
        for x, target in zip(X, np.where(np.asarray(y) > 0, 1, -1), strict=True):
            if target * (x @ w + b) <= 0:
                w, b, count = w + lr * target * x, b + lr * int(target), count + 1
        mistakes.append(count)
        if count == 0:
            break
    return w, b, mistakes


def with_history(change: Callable[[list[int], Array], Any]) -> Callable[..., Any]:
    """Return the right rule with another third value."""

    def fit(X: Array, y: Array, lr: float = 1.0, max_epochs: int = 100) -> tuple[Array, float, Any]:
        w, b, mistakes = oracle.perceptron_fit(X, y, lr, max_epochs)
        return w, b, change(mistakes, X)

    return fit


def with_epochs(epochs: Callable[[int], int]) -> Callable[..., Any]:
    """Return the right rule with another number of epochs."""
    right = fit_with()
    return lambda X, y, lr=1.0, max_epochs=100: right(X, y, lr, epochs(max_epochs))


def draw_fit(rng: np.random.Generator) -> Iterator[Case]:
    """Separable sets on an exact grid, so that every way of adding gives the same history."""
    for n, d, lr in [(12, 2, 1.0), (12, 3, 0.5), (20, 2, 0.25), (8, 8, 1.0)]:
        X, w, b = eighths(rng, n, d), eighths(rng, d), float(eighths(rng))
        w[0] += 1.0 if w[0] >= 0 else -1.0
        yield Case((X, oracle.perceptron_predict(X, w, b), lr, 50), "separable")


def one_epoch_or_none(X: Array, y: Array, lr: float = 1.0, max_epochs: int = 100) -> Any:
    """Return inside the loop, unless break comes first."""
    found = oracle.perceptron_fit(X, y, lr, 1)
    return None if found[2] == [0] else found


def starts_elsewhere(trials: Sequence[Trial]) -> bool:
    """Where zero weights already answer every label nothing is learned, so what comes back is the start."""
    for trial in trials:
        if trial.case.focus == "nothing_to_learn" and isinstance(trial.called.result, tuple | list):
            starts = [plain_array(value) for value in trial.called.result[:1]]
            return any(start is not None and bool(np.any(start != 0)) for start in starts)
    return False


FIT = Function(
    "perceptron_fit",
    oracle.perceptron_fit,
    "eq-perceptron-rule",
    Parts({"w": Floats(), "b": Number(), "mistakes": Integers(whole_floats=True)}),
    visible=[Case((INPUTS, np.array(AND)), "and_gate")],
    witnesses=[
        Case((INPUTS, np.array(OR), 0.5), "learning_rate"),
        Case((INPUTS, np.array(XOR), 1.0, 4), "xor"),
        Case((INPUTS, np.array(XOR)), "default_epochs"),
        Case((np.array([[2, 1], [1, 3], [0, 1]]), np.array([1, 0, 0]), 0.5), "integers"),
        Case((INPUTS, np.array([0, 0, 0, 0])), "nothing_to_learn"),
        Case((np.array([[3.0], [1.0]]), np.array([1, 0])), "bias"),
    ],
    draws=draw_fit,
    mistakes={
        "batch_update": like(fit_with(batch=True)),
        "bias_fixed": like(fit_with(update=no_bias)),
        "no_stop": like(fit_with(stop=False)),
        "hebb": like(fit_with(update=hebb)),
        "hebb_bias": like(fit_with(update=hebb_with_bias)),
        "integer_weights": like(fit_with(dtype=None)),
        "wrong_sign": like(fit_with(update=reversed_sign)),
        "ignores_lr": like(fit_with(update=without_lr)),
        "bias_ignores_lr": like(fit_with(update=bias_without_lr)),
        "only_upwards": like(fit_with(update=only_upwards)),
        "fires_at_zero": like(fit_with(at_zero=True)),
        "drops_last_epoch": like(fit_with(keep_last=False)),
        "plus_minus_labels": like(plus_minus_labels),
        "twice": like(lambda X, y, lr=1.0, max_epochs=100: oracle.perceptron_fit(X, y, 2 * lr, max_epochs)),
        "adaline": like(fit_with(update=every_sample)),
        "bias_sign": like(fit_with(update=bias_downwards)),
        "weights_sign": like(fit_with(update=weights_downwards)),
        "signed_count": like(fit_with(update=signed_count)),
        "one_epoch": like(with_epochs(lambda n: 1), one_epoch_or_none),
        "epoch_short": like(with_epochs(lambda n: n - 1)),
        "ignores_max_epochs": like(with_epochs(lambda n: 100)),
        "default_epochs": fails_only_at("default_epochs"),
        "default_lr": like(lambda X, y, lr=0.1, max_epochs=100: oracle.perceptron_fit(X, y, lr, max_epochs)),
        "number_of_epochs": like(with_history(lambda mistakes, X: len(mistakes))),
        "total": like(with_history(lambda mistakes, X: sum(mistakes))),
        "no_history": like(with_history(lambda mistakes, X: [])),
        "share_of_mistakes": like(with_history(lambda mistakes, X: [count / len(X) for count in mistakes])),
        "accuracy": like(with_history(lambda mistakes, X: [1 - count / len(X) for count in mistakes])),
        "random_start": starts_elsewhere,
    },
)


# ------------------------------------------------------------------------ 4. XOR, two layers


def steps_with(
    layer: Callable[[Array, Array, Array, bool], Array], only: slice = slice(None)
) -> Callable[[Array, Layers], Array]:
    """Return a forward pass whose every layer is `layer(A, W, b, is_last)`."""

    def forward(X: Array, layers: Layers) -> Array:
        A = np.asarray(X, float)
        chosen = list(layers)[only]
        for i, (W, b) in enumerate(chosen):
            A = layer(A, W, b, i == len(chosen) - 1)
        return A

    return forward


def fire(Z: Array) -> Array:
    return (Z > 0).astype(float)


def draw_steps(rng: np.random.Generator) -> Iterator[Case]:
    """Three square layers, where a transposed matrix gives wrong numbers and not an error."""
    for n, sizes in [(9, (4, 4, 4, 4)), (6, (5, 5, 5, 5)), (5, (2, 6, 3, 1))]:
        layers = [(eighths(rng, d, p), eighths(rng, p)) for d, p in pairwise(sizes)]
        yield Case((eighths(rng, n, sizes[0]), layers), "random_layers")


GIVEN_XOR = [
    (np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([-0.5, 1.5])),
    (np.array([[1.0], [1.0]]), np.array([-1.5])),
]

MLP = Function(
    "mlp_step",
    oracle.mlp_step,
    "eq-mlp-step",
    Floats(),
    visible=[Case((INPUTS, GIVEN_XOR), "xor")],
    witnesses=[
        Case((np.array([[1.0, 2.0], [3.0, 0.0]]), [(np.array([[1.0, -2.0], [0.0, 1.0]]), np.zeros(2))]), "one_layer"),
        Case((np.array([[1.0], [0.25], [0.0]]), [(np.array([[1.0]]), np.zeros(1))]), "threshold"),
        Case(
            (
                np.array([[3.0], [1.0]]),
                [(np.array([[1.0]]), np.array([-2.0])), (np.array([[-2.0]]), np.array([1.0]))],
            ),
            "hidden_step",
        ),
        Case((np.zeros((0, 2)), GIVEN_XOR), "empty"),
        Case((np.array([[0, 1], [1, 1]]), GIVEN_XOR), "integers"),
    ],
    draws=draw_steps,
    mistakes={
        "hidden_linear": like(steps_with(lambda A, W, b, last: fire(A @ W + b) if last else A @ W + b)),
        "last_linear": like(steps_with(lambda A, W, b, last: A @ W + b if last else fire(A @ W + b))),
        "all_linear": like(steps_with(lambda A, W, b, last: A @ W + b)),
        "transposed": like(steps_with(lambda A, W, b, last: fire(A @ W.T + b))),
        "threshold_half": like(steps_with(lambda A, W, b, last: (A @ W + b > 0.5).astype(float))),
        "fires_at_zero": like(steps_with(lambda A, W, b, last: (A @ W + b >= 0).astype(float))),
        "forgets_bias": like(steps_with(lambda A, W, b, last: fire(A @ W))),
        "first_layer_only": like(steps_with(lambda A, W, b, last: fire(A @ W + b), only=slice(1))),
        "last_layer_skipped": like(steps_with(lambda A, W, b, last: fire(A @ W + b), only=slice(-1))),
        "plus_minus_one": like(steps_with(lambda A, W, b, last: np.where(A @ W + b > 0, 1.0, -1.0))),
        "sign": like(steps_with(lambda A, W, b, last: np.sign(A @ W + b))),
        "relu": like(steps_with(lambda A, W, b, last: np.maximum(A @ W + b, 0.0))),
        "bias_subtracted": like(steps_with(lambda A, W, b, last: fire(A @ W - b))),
        "sees_only_X": like(lambda X, layers: fire(X @ layers[-1][0] + layers[-1][1])),
        "reversed": like(steps_with(lambda A, W, b, last: fire(A @ W + b), only=slice(None, None, -1))),
        "squeezed": like(lambda X, layers: oracle.mlp_step(X, layers).squeeze()),
    },
)


def judge_xor(_case: Case, result: Any) -> Complaint | None:
    """Accept any two step layers that compute XOR."""
    layers = as_layers(result)
    if layers is None:
        return Complaint("layers_form", {"expected": "[(W1, b1), (W2, b2)] with arrays"})
    if len(layers) != 2:
        return Complaint("layers_count", {"count": len(layers), "expected": "two layers"})
    (W1, b1), (W2, b2) = layers
    shapes = f"W1 {W1.shape}, b1 {b1.shape}, W2 {W2.shape}, b2 {b2.shape}"
    hidden = len(b1) if b1.ndim == 1 else -1
    if (W1.shape, W2.shape, b2.shape) != ((2, hidden), (hidden, 1), (1,)) or hidden < 2:
        expected = "W1 (2, H), b1 (H,), W2 (H, 1), b2 (1,) with H at least 2"
        return Complaint("layers_shape", {"expected": expected, "got": shapes})
    table = [int(answer) for answer in oracle.mlp_step(INPUTS, layers).ravel()]
    if table == XOR:
        return None
    fields = {"expected": f"layers whose outputs are {XOR}", "got": f"layers whose outputs are {table}"}
    nudges = product((-1e-9, 1e-9), repeat=min(hidden, 6))
    nudged = [[(W1, b1 + np.resize(nudge, hidden)), (W2, b2 + up)] for nudge in nudges for up in (0.0, 1e-9)]
    if any(oracle.mlp_step(INPUTS, moved).ravel().tolist() == XOR for moved in nudged):
        return Complaint("xor_boundary", fields)
    if oracle.mlp_step(INPUTS, [(W, -b) for W, b in layers]).ravel().tolist() == XOR:
        return Complaint("xor_thresholds", fields)
    if hidden == 2 and oracle.mlp_step(INPUTS, [(W1.T, b1), (W2, b2)]).ravel().tolist() == XOR:
        return Complaint("xor_transposed", fields)
    return Complaint("xor_swapped" if table == [1, 0, 0, 1] else "xor_table", fields)


def as_layers(result: Any) -> list[tuple[Array, Array]] | None:
    """Return the student's layers as arrays of floats, or None if they are not pairs of numbers."""
    if not isinstance(result, tuple | list):
        return None
    layers = []
    for pair in result:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            return None
        W, b = plain_array(pair[0]), plain_array(pair[1])
        if W is None or b is None:
            return None
        layers.append((W.astype(float), b.astype(float)))
    return layers


XOR_LAYERS = Function(
    "xor_layers",
    oracle.xor_layers,
    "eq-xor",
    visible=[Case((), "xor")],
    judge=judge_xor,
    wanted=lambda _case: f"two layers whose outputs are {XOR}",
)


# ----------------------------------------------------------------------- 5. A dense layer


def draw_dense(rng: np.random.Generator) -> Iterator[Case]:
    """Square weights with 1-D, 2-D, 3-D, empty and one-row inputs; then a rectangle."""
    for shape in [(4,), (4, 4), (2, 3, 4), (0, 4), (1, 4), (4, 4, 4)]:
        yield Case((rng.normal(size=shape), rng.normal(size=(4, 4)), rng.normal(size=4)), "random_shapes")
    yield Case((rng.integers(-5, 6, (3, 5)), rng.normal(size=(5, 2)), rng.normal(size=2)), "integers")


def flat(X: Array) -> Array:
    return X.reshape(-1, X.shape[-1]) if X.ndim > 2 else X


DENSE = Function(
    "dense",
    oracle.dense,
    "eq-dense",
    Floats(),
    visible=[
        Case(
            (
                np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]),
                np.array([[1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0]]),
                np.array([10.0, 20.0, 30.0, 40.0]),
            ),
            "three_to_four",
        )
    ],
    witnesses=[
        Case((np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0])), "square"),
        Case((np.array([[1.0, 2.0]]), np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([10.0, 20.0])), "one_row"),
        Case((np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0])), "single"),
        Case((np.ones((2, 1, 2)), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0])), "three_axes"),
        Case((np.zeros((0, 2)), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0])), "empty"),
    ],
    draws=draw_dense,
    mistakes={
        "bias_forgotten": like(lambda X, W, b: X @ W),
        "bias_per_row": like(lambda X, W, b: X @ W + b[:, None]),
        "left_product": like(lambda X, W, b: W @ X + b, lambda X, W, b: np.dot(W, X) + b),
        "transposed": like(lambda X, W, b: X @ W.T + b),
        "column_vectors": like(lambda X, W, b: W.T @ X + b, lambda X, W, b: np.dot(W.T, X) + b),
        "flattens": like(lambda X, W, b: flat(X) @ W + b),
        "flattens_all": like(lambda X, W, b: X.reshape(-1, X.shape[-1]) @ W + b),
        "elementwise": like(lambda X, W, b: X * W + b),
        "bias_subtracted": like(lambda X, W, b: X @ W - b),
        "with_step": like(lambda X, W, b: fire(X @ W + b)),
        "with_relu": like(lambda X, W, b: np.maximum(X @ W + b, 0)),
        "sum_of_biases": like(lambda X, W, b: X @ W + b.sum()),
        "first_bias_only": like(lambda X, W, b: X @ W + b[0]),
        "bias_each_product": like(lambda X, W, b: X @ W + len(W) * b),
        "forces_batch": like(lambda X, W, b: np.atleast_2d(X) @ W + b),
        "cuts_inputs": like(lambda X, W, b: X.astype(int) @ W + b),
    },
)


def draw_sizes(rng: np.random.Generator) -> Iterator[Case]:
    """Networks of two to five layers."""
    for length in (2, 3, 4, 5):
        yield Case(([int(n) for n in rng.integers(2, 60, length)],), "random_sizes")


COUNT = Function(
    "count_params",
    oracle.count_params,
    "eq-count-params",
    Count(),
    visible=[Case(([4, 3],), "one_layer")],
    witnesses=[
        Case(([784, 128, 10],), "keras_model"),
        Case(([64, 100, 30, 2],), "three_layers"),
        Case(([5],), "input_only"),
        Case(([1, 1],), "one_layer"),
    ],
    draws=draw_sizes,
    mistakes={
        "no_biases": like(lambda sizes: sum(i * o for i, o in pairwise(sizes))),
        "input_bias": like(lambda sizes: sum(i * o + o for i, o in pairwise(sizes)) + sizes[0]),
        "bias_per_input": like(lambda sizes: sum(i * o + i for i, o in pairwise(sizes))),
        "one_bias_per_layer": like(lambda sizes: sum(i * o + 1 for i, o in pairwise(sizes))),
        "counts_units": like(lambda sizes: sum(sizes)),
        "first_layer_only": like(lambda sizes: oracle.count_params(sizes[:2])),
        "last_layer_only": like(lambda sizes: oracle.count_params(sizes[-2:])),
        "ends_only": like(lambda sizes: (sizes[0] + 1) * sizes[-1], lambda sizes: sizes[0] * sizes[-1] + sizes[-1]),
        "all_multiplied": like(lambda sizes: int(np.prod(sizes)) + sum(sizes[1:])),
        "stops_early": like(lambda sizes: oracle.count_params(sizes[:-1]) if len(sizes) > 1 else 0),
        "input_alone": fails_only_at("input_only"),
        "output_bias_forgotten": like(lambda sizes: sum(i * o for i, o in pairwise(sizes)) + sum(sizes[1:-1])),
    },
)


# ----------------------------------------------------------------------- 6. A cut layer


def draw_masked(rng: np.random.Generator) -> Iterator[Case]:
    """Square layers with masks of integers and booleans; then all wires, and none."""
    for dtype in (int, bool, float):
        mask = (rng.random((4, 4)) < 0.4).astype(dtype)
        yield Case((rng.normal(size=(5, 4)), rng.normal(size=(4, 4)), rng.normal(size=4), mask), "random_masks")
    for fill in (1, 0):
        mask = np.full((3, 2), fill)
        yield Case((rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2), mask), "all_or_none")


def masked_with(live: Callable[[Array, Array], Array], count: Callable[[Array, Array], int]) -> Callable[..., Any]:
    """Return the masked layer whose live weights and count are those of the given mistake."""
    return lambda X, W, b, mask: (X @ live(W, mask) + b, count(W, mask))


def cut(W: Array, mask: Array) -> Array:
    return np.where(mask != 0, W, 0.0)


def parameters(W: Array, mask: Array) -> int:
    return int(mask.sum() + W.shape[1])


def set_by_index(X: Array, W: Array, b: Array, mask: Array) -> tuple[Array, int]:
    """Take ~mask for an index where the mask may hold integers."""
    live = W.copy()
    live[~mask] = 0
    return X @ live + b, parameters(W, mask)


def get_by_index(X: Array, W: Array, b: Array, mask: Array) -> tuple[Array, int]:
    """Take the mask for an index where it may hold integers."""
    live = np.zeros_like(W)
    live[mask] = W[mask]
    return X @ live + b, parameters(W, mask)


MASKED = Function(
    "masked_dense",
    oracle.masked_dense,
    "eq-masked-dense",
    Parts({"out": Floats(), "n_params": Count()}),
    visible=[
        Case(
            (
                np.array([[1.0, 2.0, 3.0]]),
                np.array([[1.0, 9.0], [1.0, 1.0], [9.0, 1.0]]),
                np.zeros(2),
                np.array([[1, 0], [1, 1], [0, 1]]),
            ),
            "four_wires",
        )
    ],
    witnesses=[
        Case(
            (np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.ones(2), np.array([[1, 1], [0, 1]])),
            "square",
        ),
        Case((np.array([[1.0]]), np.array([[3.0, 4.0]]), np.array([5.0, 7.0]), np.array([[1, 0]])), "cut_unit"),
        Case((np.array([[1.0, 2.0]]), np.array([[0.0], [4.0]]), np.array([1.0]), np.array([[1], [1]])), "zero_weight"),
        Case((np.array([[1.0, 2.0]]), np.array([[3.0], [np.nan]]), np.array([1.0]), np.array([[1], [0]])), "nan"),
        Case((np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.ones(1), np.array([[True], [False]])), "bool_mask"),
    ],
    draws=draw_masked,
    mistakes={
        "mask_transposed": like(masked_with(lambda W, m: cut(W, m.T), parameters)),
        "mask_inverted": like(masked_with(lambda W, m: cut(W, m == 0), parameters)),
        "all_inverted": like(masked_with(lambda W, m: cut(W, m == 0), lambda W, m: m.size - int(m.sum()) + W.shape[1])),
        "counts_all": like(masked_with(cut, lambda W, m: m.size + W.shape[1])),
        "no_biases": like(masked_with(cut, lambda W, m: int(m.sum()))),
        "one_bias": like(masked_with(cut, lambda W, m: int(m.sum()) + 1)),
        "counts_nonzero": like(masked_with(cut, lambda W, m: np.count_nonzero(cut(W, m)) + W.shape[1])),
        "counts_inputs": like(masked_with(cut, lambda W, m: int(m.sum()) + W.shape[0])),
        "ignores_mask": like(lambda X, W, b, mask: (X @ W + b, parameters(W, mask))),
        "nan_leaks": like(masked_with(lambda W, m: W * m, parameters)),
        "nan_leaks_counting": like(masked_with(lambda W, m: W * m, lambda W, m: np.count_nonzero(W * m) + W.shape[1])),
        "forgets_bias": like(lambda X, W, b, mask: (X @ cut(W, mask), parameters(W, mask))),
        "mask_unused": like(lambda X, W, b, mask: (X @ W + b, W.size + b.size)),
        "mask_as_index": like(set_by_index, get_by_index),
        "only_live_units": like(
            lambda X, W, b, mask: (X @ cut(W, mask) + b, int(mask.sum()) + int(mask.any(axis=0).sum()))
        ),
        "mends_output": like(lambda X, W, b, mask: (np.nan_to_num(X @ (W * mask) + b), parameters(W, mask))),
        "swapped": like(lambda X, W, b, mask: (parameters(W, mask), X @ cut(W, mask) + b)),
        "masks_bias": like(lambda X, W, b, mask: (X @ cut(W, mask) + b * mask.any(axis=0), parameters(W, mask))),
    },
)


# ---------------------------------------------------------------------- 7. Linear collapse


def collapse_with(
    weights: Callable[[Array, Array], Array],
    bias: Callable[[Array, Array, Array], Array],
    only: slice = slice(1, None),
) -> Callable[[Layers], tuple[Array, Array]]:
    """Return a collapse with a mistake: how W grows, how b grows, which layers are taken."""

    def collapse(layers: Layers) -> tuple[Array, Array]:
        W, b = layers[0]
        for W_next, b_next in layers[only]:
            b = bias(b, W_next, b_next)
            W = weights(W, W_next)
        return W, b

    return collapse


def carried(b: Array, W: Array, b_next: Array) -> Array:
    return np.asarray(b @ W + b_next)


def draw_chains(rng: np.random.Generator) -> Iterator[Case]:
    """Square, rectangular and one-layer chains up to depth four."""
    for sizes in [(3, 3, 3), (4, 4, 4, 4, 4), (2, 5, 3), (6, 2, 4, 1), (3, 2)]:
        layers = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairwise(sizes)]
        yield Case((layers,), "random_chains")


COLLAPSE = Function(
    "collapse_linear",
    oracle.collapse_linear,
    "eq-collapse",
    Parts({"W": Floats(), "b": Floats()}),
    visible=[
        Case(
            (
                [
                    (np.array([[2.0]]), np.array([1.0])),
                    (np.array([[3.0]]), np.array([-4.0])),
                    (np.array([[0.5]]), np.array([0.0])),
                ],
            ),
            "scalar_chain",
        )
    ],
    witnesses=[
        Case(([(np.array([[2.0, 0.0], [1.0, 3.0]]), np.array([5.0, 6.0]))],), "one_layer"),
        Case(
            (
                [
                    (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 0.0])),
                    (np.array([[1.0, 0.0], [3.0, 1.0]]), np.array([0.0, 2.0])),
                ],
            ),
            "order",
        ),
        Case(
            ([(np.array([[1.0, 2.0]]), np.array([1.0, 1.0])), (np.array([[3.0], [4.0]]), np.array([5.0]))],),
            "rectangles",
        ),
    ],
    draws=draw_chains,
    mistakes={
        "reverse_order": like(
            collapse_with(lambda W, V: V @ W, carried),
            collapse_with(lambda W, V: V @ W, lambda b, V, c: np.asarray(V @ b + c)),
        ),
        "last_bias": like(collapse_with(lambda W, V: W @ V, lambda b, V, c: c)),
        "biases_added": like(collapse_with(lambda W, V: W @ V, lambda b, V, c: b + c)),
        "first_two": like(collapse_with(lambda W, V: W @ V, carried, only=slice(1, 2))),
        "elementwise": like(
            collapse_with(lambda W, V: W * V, carried),
            collapse_with(lambda W, V: W * V, lambda b, V, c: np.asarray(b * V + c)),
        ),
        "bias_after_product": like(lambda layers: bias_after_product(layers)),
        "first_layer": like(lambda layers: layers[0]),
        "skips_last": like(lambda layers: oracle.collapse_linear(layers[:-1] or layers)),
        "first_twice": like(lambda layers: oracle.collapse_linear([layers[0], *layers])),
        "last_two": like(lambda layers: oracle.collapse_linear(layers[-2:])),
        "bias_subtracted": like(collapse_with(lambda W, V: W @ V, lambda b, V, c: np.asarray(b @ V - c))),
        "transposed": like(lambda layers: (oracle.collapse_linear(layers)[0].T, oracle.collapse_linear(layers)[1])),
        "bias_row": like(lambda layers: (oracle.collapse_linear(layers)[0], oracle.collapse_linear(layers)[1][None])),
        "swapped": like(lambda layers: oracle.collapse_linear(layers)[::-1]),
        "skips_first": like(lambda layers: oracle.collapse_linear(layers[1:] or layers)),
        "no_biases": like(collapse_with(lambda W, V: W @ V, lambda b, V, c: np.asarray(b @ V))),
    },
)


def bias_after_product(layers: Layers) -> tuple[Array, Array]:
    """Carry each bias through the product so far instead of the next weights."""
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W @ W_next
        b = b @ W + b_next
    return W, b


# -------------------------------------------------------------- 8. What one perceptron learns


def draw_tables(rng: np.random.Generator) -> Iterator[Case]:
    """Random tables of three inputs, half of them made separable."""
    for _ in range(4):
        yield Case(([int(bit) for bit in rng.integers(0, 2, 8)],), "three_inputs")
        table = oracle.perceptron_predict(
            oracle.truth_inputs(3), rng.integers(-3, 4, 3), float(rng.integers(-3, 3)) + 0.5
        )
        yield Case(([int(bit) for bit in table],), "three_inputs")


def separable_within(epochs: int) -> Callable[[Sequence[int]], bool]:
    """Return the learning rule as a test that gives up too early."""

    def test(table: Sequence[int]) -> bool:
        X = oracle.truth_inputs(len(table).bit_length() - 1)
        return 0 in oracle.perceptron_fit(X, table, max_epochs=epochs)[2]

    return test


def separable_without_bias(table: Sequence[int]) -> bool:
    X, w = oracle.truth_inputs(len(table).bit_length() - 1), None
    for _ in range(50):
        before, w = (
            w,
            oracle.perceptron_epoch(np.c_[X], np.array(table), np.zeros(X.shape[1]) if w is None else w, 0.0)[0],
        )
        if before is not None and np.array_equal(before, w):
            return not np.any(oracle.perceptron_predict(X, w, 0.0) != table)
    return False


def bits(number: int, length: int) -> list[int]:
    return [number >> place & 1 for place in reversed(range(length))]


THREE_INPUTS = (
    0b00000000, 0b11111111, 0b00010111, 0b01101001, 0b10010110, 0b00000001,
    0b01111111, 0b00011111, 0b00010010, 0b00111100, 0b11101000, 0b00000111,
)  # fmt: skip

SEPARABLE = Function(
    "is_linearly_separable",
    oracle.is_linearly_separable,
    "eq-separable",
    Truth(),
    visible=[Case((AND,), "and_gate"), Case((XOR,), "xor")],
    witnesses=[
        *(Case((bits(number, 4),), "two_inputs") for number in range(16)),
        *(Case((bits(number, 8),), "three_inputs") for number in THREE_INPUTS),
    ],
    draws=draw_tables,
    mistakes={
        "only_xor": like(lambda table: list(table) != XOR),
        "only_xor_xnor": like(lambda table: list(table) not in (XOR, [1, 0, 0, 1])),
        "parity": like(lambda table: sum(table) != len(table) // 2 or table[0] == table[-1]),
        "flipped": like(lambda table: not oracle.is_linearly_separable(table)),
        "always": like(lambda table: True),
        "never": like(lambda table: False),
        "no_constants": like(lambda table: 0 < sum(table) < len(table) and oracle.is_linearly_separable(table)),
        "no_bias": like(separable_without_bias),
        "first_epoch_decides": like(separable_within(1)),
        "too_few_epochs": lambda trials: any(like(separable_within(n))(trials) for n in range(2, 12)),
        "two_inputs_only": lambda trials: all(len(t.case.args[0]) == 8 for t in trials if t.complaint is not None),
    },
)


QUIZ = Quiz(
    9,
    [
        Statement(0, True, "sec-gates"),
        Statement(1, False, "sec-gates"),
        Statement(2, False, "sec-gates"),
        Statement(3, True, "sec-perceptron"),
        Statement(4, False, "sec-depth"),
        Statement(5, False, "sec-wiring"),
        Statement(6, True, "sec-dense"),
        Statement(7, True, "sec-depth"),
    ],
)

ASSIGNMENT = Assignment(
    "01_perceptron",
    [
        Task(1, 4, 7, [PREDICT]),
        Task(2, 3, 6, [GATE]),
        Task(3, 6, 12, [FIT]),
        Task(4, 5, 8, [MLP, XOR_LAYERS]),
        Task(5, 4, 8, [DENSE, COUNT]),
        Task(6, 4, 7, [MASKED]),
        Task(7, 4, 8, [COLLAPSE]),
        Task(8, 3, 7, [SEPARABLE]),
    ],
    QUIZ,
    numbers={
        "eq-perceptron": "(1.3)",
        "eq-gate": "(1.6)",
        "eq-perceptron-rule": "(1.4)",
        "eq-mlp-step": "(1.9)",
        "eq-xor": "(1.8)",
        "eq-dense": "(1.10)",
        "eq-count-params": "(1.12)",
        "eq-masked-dense": "(1.13)",
        "eq-collapse": "(1.14)",
        "eq-separable": "(1.7)",
    },
)
