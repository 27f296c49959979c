"""Checks of the assignment 05_optimizers.

An update of an optimizer shows what it remembers only when it is made again and again. So a case of tasks 3 to 7 holds
the gradients of several updates, and `walk` makes them: what a function returned is what it gets back.
"""

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse import optimizers as oracle
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
from dlcourse.checks.kinds import Complaint, Count, Floats, Number, plain_array, same
from dlcourse.checks.words import Seed, show

__all__ = ["ASSIGNMENT"]

Array = npt.NDArray[Any]
Step = Callable[..., Any]


def failed_at(trials: Sequence[Trial]) -> set[str]:
    """Return what the cases that failed look at."""
    return {trial.case.focus for trial in trials if trial.complaint is not None}


def raises_only_at(focus: str) -> Explanation:
    """Return whether the cases of one focus, and no others, end with an error."""
    return lambda trials: all(
        (trial.complaint is not None and trial.complaint.id == "raised") == (trial.case.focus == focus)
        for trial in trials
    )


def fails_by_default(*focus: str) -> Explanation:
    """Return whether calls without options fail, and otherwise only calls that leave out some of them."""
    return lambda trials: "defaults" in failed_at(trials) and failed_at(trials) <= {"defaults", "network", *focus}


# ------------------------------------------------------------------- 1. Epochs and batches


def draw_counts(rng: np.random.Generator) -> Iterator[Case]:
    """Sizes that leave a rest, and sizes that do not."""
    for drop_last in (False, True):
        for rest in (0, 1):
            batch_size, batches, epochs = (int(k) for k in rng.integers(3, 20, 3))
            yield Case((batch_size * batches + rest, batch_size, epochs, drop_last), "random_counts")


NUM_STEPS = Function(
    "num_steps",
    oracle.num_steps,
    "eq-num-steps",
    Count(),
    visible=[Case((1000, 100, 10), "whole_batches")],
    witnesses=[
        Case((950, 100, 1), "rest"),
        Case((10, 4, 3), "rest"),
        Case((9, 4, 5), "rest"),
        Case((950, 100, 2, True), "drop_last"),
        Case((12, 4, 2, True), "drop_last"),
        Case((5, 8, 3), "one_batch"),
        Case((5, 8, 3, True), "drop_last"),
        Case((0, 4, 3), "no_samples"),
        Case((7, 1, 2), "one_batch"),
    ],
    draws=draw_counts,
    mistakes={
        "floor": like(lambda n, b, e, d=False: e * (n // b)),
        "ignores_drop_last": like(lambda n, b, e, d=False: e * -(-n // b)),
        "drop_last_inverted": like(lambda n, b, e, d=False: e * (-(-n // b) if d else n // b)),
        "epochs_times_size": like(
            lambda n, b, e, d=False: e * b,
            lambda n, b, e, d=False: e * (n // max(n // b if d else -(-n // b), 1)),
        ),
        "one_epoch": like(lambda n, b, e, d=False: n // b if d else -(-n // b)),
        "adds_one": like(
            lambda n, b, e, d=False: e * (n // b if d else n // b + 1),
            lambda n, b, e, d=False: e * (n // b + 1),
        ),
        "rounds_at_the_end": like(
            lambda n, b, e, d=False: n * e // b if d else -(-n * e // b),
            lambda n, b, e, d=False: math.ceil(n * e / b),
        ),
        "not_rounded": like(
            lambda n, b, e, d=False: e * n / b,
            lambda n, b, e, d=False: e * (n // b if d else n / b),
        ),
        "rounds_to_nearest": like(
            lambda n, b, e, d=False: e * (n // b if d else round(n / b)), lambda n, b, e, d=False: e * round(n / b)
        ),
    },
)


def dealt(answer: Step) -> Step:
    """Return a function that deals out one epoch; with a generator two epochs, and the first of them once more."""

    def deal(X: Array, y: Array, batch_size: int, *options: Any) -> Any:
        def epoch(*given: Any) -> Any:
            found = answer(X, y, batch_size, *given)
            # more batches than samples are wrong, and there may be no end of them
            return list(islice(found, len(X) + 2)) if isinstance(found, Iterable) else found

        if not options or options[0] is None:
            return epoch(*options)
        seed, rest = int(options[0]), options[1:]
        generator = np.random.default_rng(seed)
        first = epoch(generator, *rest)
        return {
            "first": first,
            "second": epoch(generator, *rest),
            "again": epoch(np.random.default_rng(seed), *rest),
        }

    deal.__signature__ = inspect.signature(oracle.minibatches)  # type: ignore[attr-defined]
    return deal


def as_batches(found: Any) -> list[tuple[Array, Array]] | None:
    """Return an epoch as pairs of arrays, or None if it is no list of pairs."""
    if not isinstance(found, list):
        return None
    batches = []
    for pair in found:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            return None
        one, other = plain_array(pair[0]), plain_array(pair[1])
        if one is None or other is None or one.ndim == 0 or other.ndim == 0:
            return None
        batches.append((one, other))
    return batches


def first_numbers(rows: Array) -> Array:
    """Return the first number of each sample."""
    first: Array = rows.reshape(len(rows), math.prod(rows.shape[1:]))[:, 0]
    return first


def samples_in(found: Any, X: Array) -> list[int] | None:
    """Return the numbers of the samples that were dealt out, or None if a row of X is none of them."""
    numbers = {float(value): i for i, value in enumerate(first_numbers(X))}
    order: list[int] = []
    for rows, _ in as_batches(found) or []:
        if rows.shape[1:] != X.shape[1:]:
            return None
        chosen = [numbers.get(float(value), -1) for value in first_numbers(rows)]
        if -1 in chosen or Floats().compare(rows, X[chosen]) is not None:
            return None
        order += chosen
    return order


def judge_epoch(found: Any, X: Array, y: Array, batch_size: int, drop_last: bool) -> Complaint | None:
    """Look at one epoch: its form, the sizes, whether each sample comes once, and whether it keeps its y."""
    batches, order = as_batches(found), samples_in(found, X)
    if batches is None:
        return Complaint("batch_form")
    sizes = [len(rows) for rows, _ in batches]
    if order is None:
        return Complaint("other_rows")
    full, rest = divmod(len(X), batch_size)
    right = [batch_size] * full + ([rest] if rest and not drop_last else [])
    if sizes != right:
        if sizes == [*right, 0]:
            return Complaint("empty_batch")
        if sizes == [batch_size] * full:
            return Complaint("drops_last")
        if sizes == [*right, rest]:
            return Complaint("keeps_last")
        return Complaint("sizes", {"sizes": show(sizes), "right": show(right)})
    if len(set(order)) < len(order):
        return Complaint("twice")
    at = 0
    for _, labels in batches:
        chosen = order[at : (at := at + len(labels))]
        if labels.shape[1:] != y.shape[1:]:
            return Complaint("other_labels")
        if Floats().compare(labels, y[chosen]) is not None:
            return Complaint("misaligned")
    return None


def judge_batches(case: Case, result: Any) -> Complaint | None:
    """Accept any random order: two calls differ, the same generator repeats itself, and every epoch is complete."""
    X, y, batch_size, *rest = case.args
    rng, drop_last = (*rest, None, False)[:2] if len(rest) < 2 else rest
    epochs = list(result.values()) if rng is not None else [result]
    for epoch in epochs:
        if epoch is None:
            return Complaint("none")
        complaint = judge_epoch(epoch, X, y, batch_size, bool(drop_last))
        if complaint is not None:
            return complaint
    orders = [samples_in(epoch, X) or [] for epoch in epochs]
    if rng is None:
        return None if orders[0] == sorted(orders[0]) else Complaint("shuffled_without_rng")
    if len(orders[0]) < 2:
        return None
    if orders[0] == sorted(orders[0]):
        return Complaint("in_order")
    if orders[0] == orders[1]:
        return Complaint("same_each_epoch")
    if orders[0] != orders[2]:
        return Complaint("not_repeatable")
    pieces = [{i // batch_size for i in orders[0][at : at + batch_size]} for at in range(0, len(orders[0]), batch_size)]
    if 1 < batch_size < len(orders[0]) and all(len(piece) == 1 for piece in pieces):
        return Complaint("neighbours_stay")
    return None


def wanted_batches(case: Case) -> str:
    """Say what is expected of batches in words where their order is random."""
    if len(case.args) > 3 and case.args[3] is not None:
        return "every sample once, with its own y, in a random order that the generator decides"
    return show(dealt(oracle.minibatches)(*case.args))


def data(n: int, *shape: int, of_y: tuple[int, ...] = ()) -> tuple[Array, Array]:
    """Return samples that can be told apart by their first number, and what belongs to them."""
    X = np.arange(n * math.prod(shape)).reshape(n, *shape) / 8
    y = 3 * np.arange(n * math.prod(of_y)).reshape(n, *of_y) + 1
    return X, y


def draw_batches(rng: np.random.Generator) -> Iterator[Case]:
    """Long enough that a random order never comes out sorted: with 20 samples once in 10**18."""
    for n, batch_size, shape, of_y, drop_last in [
        (24, 4, (3,), (), False),
        (26, 8, (2, 2), (), False),
        (25, 8, (2,), (3,), True),
        (30, 30, (1,), (), False),
        (20, 32, (20,), (), False),
        (21, 1, (2,), (), True),
    ]:
        X, y = data(n, *shape, of_y=of_y)
        order = rng.permutation(n)
        yield Case((X[order], y[order], batch_size, Seed(rng.integers(2**31)), drop_last), "random_batches")


BATCHES = Function(
    "minibatches",
    oracle.minibatches,
    "eq-minibatches",
    visible=[Case((*data(10, 1), 4), "in_order")],
    witnesses=[
        Case((*data(10, 1), 4, None, True), "drop_last"),
        Case((*data(8, 1), 4, None, True), "drop_last"),
        Case((*data(8, 1), 4), "whole_batches"),
        Case((*data(3, 2), 5), "one_batch"),
        Case((*data(3, 2), 5, None, True), "drop_last"),
        Case((*data(0, 2), 4), "no_samples"),
        Case((*data(0, 2), 4, Seed(2)), "no_samples"),
        Case((*data(4, 2, 2, of_y=(3,)), 2), "many_axes"),
        Case((*data(24, 1), 3, Seed(1)), "shuffled"),
        Case((*data(24, 1), 5, Seed(3), True), "shuffled"),
    ],
    draws=draw_batches,
    judge=judge_batches,
    wanted=wanted_batches,
    drive=dealt,
    mistakes={"no_samples_raises": raises_only_at("no_samples")},
)

# ---------------------------------------------------------- 2. Gradient descent and the cliff


def named(name: str, grad: Callable[[Array], Any]) -> Callable[[Any], Array]:
    """Return a gradient that a message can show, and that leaves its argument alone."""

    def gradient(w: Any) -> Array:
        return np.array(grad(np.array(w, dtype=float)), dtype=float)

    gradient.__name__ = name
    return gradient


def bowl(rng: np.random.Generator, curvatures: npt.ArrayLike) -> Array:
    """Return a symmetric matrix with these eigenvalues in random directions."""
    along = np.asarray(curvatures)
    Q = np.linalg.qr(rng.normal(size=(len(along), len(along))))[0]
    H: Array = (Q * along) @ Q.T
    return (H + H.T) / 2


def draw_descents(rng: np.random.Generator) -> Iterator[Case]:
    """Bowls around a point, as many updates as weights in one of them, and a gradient that is no straight line."""
    for d, steps in [(3, 3), (4, 12), (2, 5)]:
        H, centre = bowl(rng, rng.uniform(0.5, 4, d)), rng.normal(size=d)
        grad = named("a gradient", partial(lambda H, centre, w: H @ (w - centre), H, centre))
        yield Case((grad, rng.normal(size=d), float(rng.uniform(0.05, 0.3)), steps), "random_bowls")
    yield Case((named("a gradient", np.sin), rng.normal(size=4), 0.5, 6), "random_bowls")


def descent_with(
    move: Callable[[Array, Array, float, Array], Array] = lambda w, g, lr, w0: w - lr * g,
    *,
    dtype: Any = float,
    at_start: bool = False,
    rows: Callable[[Array], Any] = lambda path: path,
    count: Callable[[int], int] = lambda steps: steps,
) -> Callable[..., Any]:
    """Return gradient descent with a mistake in it; the defaults are right."""

    def descend(grad: Callable[[Any], Array], w0: Array, lr: float, steps: int) -> Any:
        path = [np.array(w0, dtype)]
        for _ in range(count(steps)):
            g = grad(path[0] if at_start else path[-1])
            path.append(np.asarray(move(path[-1], g, lr, path[0])).astype(path[0].dtype))
        return rows(np.array(path))

    return descend


DESCENT = Function(
    "gradient_descent",
    oracle.gradient_descent,
    "eq-gradient-descent",
    Floats(),
    visible=[Case((named("lambda w: 2 * w", lambda w: 2 * w), np.array([1.0]), 0.1, 2), "by_hand")],
    witnesses=[
        Case((named("lambda w: [1, 10] * w", lambda w: [1, 10] * w), np.array([8.0, -4.0]), 0.125, 2), "two_weights"),
        Case((named("lambda w: 2 * w", lambda w: 2 * w), np.array([3.0, 5.0]), 0.25, 0), "no_steps"),
        Case((named("lambda w: w - 1", lambda w: w - 1), np.array([4, 8]), 0.25, 2), "integers"),
        Case((named("lambda w: w**2", lambda w: w**2), np.array([1.0, 2.0]), 0.25, 3), "curved"),
    ],
    draws=draw_descents,
    mistakes={
        "last_everywhere": like(descent_with(rows=lambda path: np.repeat(path[-1:], len(path), axis=0))),
        "gradient_at_start": like(descent_with(at_start=True)),
        "uphill": like(descent_with(lambda w, g, lr, w0: w + lr * g)),
        "ignores_lr": like(descent_with(lambda w, g, lr, w0: w - g)),
        "from_start": like(descent_with(lambda w, g, lr, w0: w0 - lr * g)),
        "integer_path": like(descent_with(dtype=None)),
        "start_missing": like(descent_with(rows=lambda path: path[1:]), descent_with(rows=lambda path: list(path[1:]))),
        "one_short": like(
            descent_with(count=lambda steps: max(steps - 1, 0)), descent_with(rows=lambda path: path[:-1])
        ),
        "one_long": like(descent_with(count=lambda steps: steps + 1)),
        "end_only": like(descent_with(rows=lambda path: path[-1])),
        "steps_only": like(descent_with(lambda w, g, lr, w0: -lr * g)),
        "unit_length": like(
            descent_with(lambda w, g, lr, w0: w - lr * g / np.linalg.norm(g)),
            descent_with(lambda w, g, lr, w0: w - lr * np.sign(g)),
        ),
        "transposed": like(descent_with(rows=lambda path: path.T)),
        "flat": like(descent_with(rows=np.ravel)),
    },
)


def draw_bowls(rng: np.random.Generator) -> Iterator[Case]:
    """Bowls in random directions, their curvatures far apart."""
    for d in (2, 3, 5):
        curvatures = np.cumsum(rng.uniform(0.5, 2, d))
        yield Case((bowl(rng, curvatures),), "random_bowls")


MAX_LR = Function(
    "max_stable_lr",
    oracle.max_stable_lr,
    "eq-max-lr",
    Number(),
    visible=[Case((np.array([[1.0, 0.0], [0.0, 4.0]]),), "by_hand")],
    witnesses=[
        Case((np.array([[2.0, 1.0], [1.0, 2.0]]),), "slanted"),
        Case((np.array([[5.0, -2.0], [-2.0, 2.0]]),), "slanted"),
        Case((np.array([[10, 0], [0, 1]]),), "integers"),
        Case((np.array([[8.0]]),), "one_weight"),
        Case((np.diag([0.001, 0.01]),), "flat"),
    ],
    draws=draw_bowls,
    mistakes={
        "smallest": like(lambda H: 2 / np.linalg.eigvalsh(H)[0]),
        "trace": like(lambda H: 2 / np.trace(H)),
        "one_over": like(lambda H: 1 / np.linalg.eigvalsh(H)[-1]),
        "upside_down": like(lambda H: np.linalg.eigvalsh(H)[-1] / 2, lambda H: np.linalg.eigvalsh(H)[-1]),
        "fastest": like(lambda H: 2 / (np.linalg.eigvalsh(H)[0] + np.linalg.eigvalsh(H)[-1])),
        "largest_entry": like(lambda H: 2 / np.max(H), lambda H: 2 / np.max(np.diag(H)), lambda H: 2 / np.abs(H).max()),
        "other_norm": like(
            lambda H: 2 / np.linalg.norm(H),
            lambda H: 2 / np.linalg.norm(H, 1),
        ),
        "condition": like(lambda H: 2 / np.linalg.cond(H), np.linalg.cond),
        "determinant": like(lambda H: 2 / np.linalg.det(H)),
        "all_directions": like(
            lambda H: 2 / np.linalg.eigvalsh(H),
            lambda H: 2 / np.linalg.eigvals(H),
            lambda H: 2 / np.linalg.eigvalsh(H)[::-1],
        ),
        "mean_curvature": like(lambda H: 2 * len(H) / np.trace(H)),
    },
)

# ------------------------------------------------------------ 3 to 7. One update after another


def walk(step: Step) -> Step:
    """Return a function that makes one update after another and lists the weights after each.

    Several arrays, as a list, are updated in turn, each with a state of its own. A step that does not return weights
    and a state ends the walk; what it returned comes back as the only entry of a tuple. Weights of another shape end it
    too, and come back in a dictionary.
    """

    def updates(w: Any, g_of_each_step: Any, *options: float) -> Any:
        several = isinstance(w, list)
        weights: list[Any] = [np.array(one) for one in w] if several else [np.array(w)]
        states: list[Any] = [{} for _ in weights]
        path: list[Any] = []
        for gradients in g_of_each_step:
            for k, g in enumerate(gradients if several else [gradients]):
                returned = step(weights[k], g, states[k], *options)
                if not is_update(returned):
                    return None if returned is None else (returned,)
                found, states[k] = plain_array(returned[0]), returned[1]
                if found is None or found.shape != weights[k].shape:
                    return {"update": len(path) + 1, "w": weights[k], "w_new": returned[0]}
                weights[k] = found if found.dtype.kind in "bf" else found.astype(float)
            path.append([one.copy() for one in weights] if several else weights[0].copy())
        return path

    return updates


def is_update(returned: Any) -> bool:
    """Tell whether a step returned weights and something that can be a state."""
    if not isinstance(returned, tuple | list) or len(returned) != 2 or isinstance(returned[0], dict):
        return False
    return not isinstance(returned[1], bool | int | float | str | np.ndarray | np.generic | None)


def driven_like(rule: Step) -> Callable[[Step], Step]:
    """Return `walk` for functions with the options of a rule of the oracle, so that messages can name them."""
    names = inspect.signature(rule).parameters
    shown = [names["w"], names["w"].replace(name="g_of_each_step")]
    signature = inspect.Signature(shown + [names[name] for name in names if name not in ("w", "g", "state")])

    def drive(step: Step) -> Step:
        updates = walk(step)
        updates.__signature__ = signature  # type: ignore[attr-defined]
        return updates

    return drive


@dataclass(frozen=True)
class Walk:
    """The weights after each update, and nothing but weights and a state from each."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with the first update that is not right, or None."""
        if isinstance(got, tuple):
            return form_of(got[0])
        if isinstance(got, dict):
            complaint = Floats().compare(got["w_new"], got["w"])
            fields = {} if complaint is None else complaint.fields
            return Complaint(
                "value" if complaint is None else complaint.id, {**fields, "part": f"update {got['update']}"}
            )
        for number, (one, right) in enumerate(zip(got, want, strict=True), start=1):
            several = isinstance(right, list)
            for found, wanted in zip(one, right, strict=True) if several else [(one, right)]:
                complaint = Floats().compare(found, wanted)
                if complaint is not None:
                    return Complaint(complaint.id, {**complaint.fields, "part": f"update {number}"})
        return None


def form_of(returned: Any) -> Complaint:
    """Say what a step should have returned instead of this."""
    fields = {"expected": "two values, (w_new, state)", "got": show(returned)}
    if isinstance(returned, tuple | list) and len(returned) == 2:
        if isinstance(returned[0], dict):
            return Complaint("update_swapped", fields)
        return Complaint("update_state", {**fields, "type": type(returned[1]).__name__})
    return Complaint("update_form", fields)


@dataclass(frozen=True)
class AnyWalk:
    """The same, where several rules are right: eps inside the root or outside."""

    rules: Sequence[Step]

    def judge(self, case: Case, result: Any) -> Complaint | None:
        """Return what is wrong next to the first rule, unless it is right next to another."""
        complaints = [Walk().compare(result, walk(rule)(*case.args)) for rule in self.rules]
        return None if None in complaints else complaints[0]


def acts_like(*steps: Step) -> Explanation:
    """Explain an answer by a wrong update."""
    return like(*map(walk, steps))


def remembers_elsewhere(trials: Sequence[Trial]) -> bool:
    """Tell whether two equal arrays with equal gradients went different ways."""
    for trial in trials:
        if trial.case.focus == "two_arrays" and isinstance(trial.called.result, list):
            return any(isinstance(pair, list) and not same(pair[0], pair[-1]) for pair in trial.called.result)
    return False


def weights_after(rule: Step) -> Callable[[Case], str]:
    """Return the words for what is expected of a walk."""
    return lambda case: f"w after each update: {show(walk(rule)(*case.args))}"


def gradients(rng: np.random.Generator, *shape: int) -> Array:
    """Return random gradients whose entries are at least 0.2 in size, so that the place of eps hardly matters."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 2, shape)


SHAPES = ((3,), (2, 2), (2, 3), (2, 1, 2))


def random_walks(rng: np.random.Generator, *options: Sequence[float]) -> Iterator[Case]:
    """Return walks of 8 updates over arrays of several shapes; each takes one of each option, in turn."""
    length = max(map(len, options))
    for i in range(max(length, len(SHAPES))):
        shape = SHAPES[i % len(SHAPES)]
        chosen = [one[i % len(one)] for one in options]
        yield Case((rng.normal(size=shape), gradients(rng, 8, *shape), *chosen), "random_walks")
    W, b = rng.normal(size=(3, 2)), rng.normal(size=2)
    yield Case(([W, b], [[gradients(rng, 3, 2), gradients(rng, 2)] for _ in range(4)]), "network")


def twins(size: int, *options: float) -> Case:
    """Return two equal arrays with equal gradients."""
    gs = [[np.full(size, g), np.full(size, g)] for g in (2.0, 1.0, -1.0)]
    return Case(([np.ones(size), np.ones(size)], gs, *options), "two_arrays")


def column(*values: float) -> Array:
    """Return the gradients of a single weight."""
    return np.array(values, dtype=float)[:, None]


def forget(step: Step) -> Step:
    """Return a step whose state is always empty."""
    return lambda w, g, state, *options: (step(w, g, {}, *options)[0], {})


OTHER_EPS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12, 1e-15)


def with_default_eps(rule: Step, options: int, default: float, w: Array, g: Array, state: Any, *given: float) -> Any:
    """Make an update of a rule with so many options, the last of which is eps, with another default of eps."""
    return rule(w, g, state, *given, **({} if len(given) == options else {"eps": default}))


def draw_momentum(rng: np.random.Generator) -> Iterator[Case]:
    yield from random_walks(rng, (0.1, 0.5), (0.0, 0.5, 0.9))
    for beta in (0.5, 0.9):
        yield Case((rng.normal(size=2), np.ones((60, 2)) * gradients(rng, 2), 0.1, beta), "long_run")


def momentum_with(
    velocity: Callable[[Any, Array, float, float], Any] = lambda v, g, beta, lr: beta * v + g,
    move: Callable[[Array, Any, Array, float, float, Any], Array] = lambda w, v, g, lr, beta, old: w - lr * v,
    keep: Callable[[Any, float], Any] = lambda v, beta: v,
) -> Step:
    """Return the update of momentum with a mistake in it; the defaults are right."""

    def step(w: Array, g: Array, state: Any, lr: float = 0.01, beta: float = 0.9) -> Any:
        old = state.get("v", np.zeros_like(w))
        v = velocity(old, g, beta, lr)
        return move(w, v, g, lr, beta, old), {"v": keep(v, beta)}

    return step


MOMENTUM = Function(
    "momentum_step",
    oracle.momentum_step,
    "eq-momentum",
    Walk(),
    visible=[Case((np.array([1.0]), column(1, 1), 0.1, 0.9), "by_hand")],
    witnesses=[
        Case((np.array([4.0]), column(2, 4, -2), 0.5, 0.5), "three_updates"),
        twins(1, 0.5, 0.5),
        Case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[[2.0, 0.0], [-4.0, 1.0]]] * 2), 0.5, 0.25), "matrix"),
        Case((np.array([1.0]), column(2, 4), 0.5, 0.0), "no_inertia"),
        Case((np.array([1.0]), column(2, 0, 0), 0.5, 0.5), "coasting"),
        Case((np.array([1.0, -1.0]), np.array([[2.0, 1.0], [1.0, 4.0]])), "defaults"),
    ],
    draws=draw_momentum,
    wanted=weights_after(oracle.momentum_step),
    drive=driven_like(oracle.momentum_step),
    mistakes={
        "remembers_elsewhere": remembers_elsewhere,
        "forgets": acts_like(forget(oracle.momentum_step)),
        "running_mean": acts_like(momentum_with(lambda v, g, beta, lr: beta * v + (1 - beta) * g)),
        "decays_twice": acts_like(momentum_with(keep=lambda v, beta: beta * v)),
        "uphill": acts_like(
            momentum_with(move=lambda w, v, g, lr, beta, old: w + lr * v),
            momentum_with(lambda v, g, beta, lr: beta * v - g),
        ),
        "velocity_fights": acts_like(
            momentum_with(lambda v, g, beta, lr: beta * v + lr * g, lambda w, v, g, lr, beta, old: w + v),
            momentum_with(lambda v, g, beta, lr: g - beta * v),
            momentum_with(lambda v, g, beta, lr: -beta * v - lr * g, lambda w, v, g, lr, beta, old: w + v),
        ),
        "ignores_beta": acts_like(momentum_with(lambda v, g, beta, lr: 0.9 * v + g)),
        "lr_twice": acts_like(momentum_with(lambda v, g, beta, lr: beta * v + lr * g)),
        "ignores_lr": acts_like(
            momentum_with(move=lambda w, v, g, lr, beta, old: w - v),
            momentum_with(move=lambda w, v, g, lr, beta, old: w - 0.01 * v),
        ),
        "looks_ahead": acts_like(momentum_with(move=lambda w, v, g, lr, beta, old: w - lr * (g + beta * v))),
        "old_velocity": acts_like(momentum_with(move=lambda w, v, g, lr, beta, old: w - lr * old)),
        "beta_at_gradient": acts_like(
            momentum_with(lambda v, g, beta, lr: v + beta * g),
            momentum_with(lambda v, g, beta, lr: (1 - beta) * v + beta * g),
            momentum_with(lambda v, g, beta, lr: (1 - beta) * v + g),
        ),
        "beta_at_both": acts_like(momentum_with(lambda v, g, beta, lr: beta * (v + g))),
        "no_friction": acts_like(momentum_with(lambda v, g, beta, lr: v + g)),
        "gradient_twice": acts_like(momentum_with(move=lambda w, v, g, lr, beta, old: w - lr * (g + v))),
        "step_only": acts_like(momentum_with(move=lambda w, v, g, lr, beta, old: lr * v)),
        "defaults": fails_by_default(),
    },
)

# The places of eps that are right in tasks 4 and 5.
DENOMINATORS: tuple[Callable[[Any, float], Any], ...] = (
    lambda h, eps: np.sqrt(h) + eps,
    lambda h, eps: np.sqrt(h + eps),
    lambda h, eps: np.sqrt(h + eps**2),
    lambda h, eps: np.maximum(np.sqrt(h), eps),
)


def adagrad_with(
    add: Callable[[Any, Array], Any] = lambda h, g: h + g**2,
    move: Callable[[Array, Array, Any, float], Array] = lambda w, g, root, lr: w - lr * g / root,
    root: Callable[[Any, float], Any] = DENOMINATORS[0],
    start: float = 0.0,
    old: bool = False,
) -> Step:
    """Return the update of AdaGrad with a mistake in it; the defaults are right."""

    def step(w: Array, g: Array, state: Any, lr: float = 0.01, eps: float = 1e-8) -> Any:
        before = state.get("h", np.full_like(w, start))
        h = add(before, g)
        return move(w, g, root(before if old else h, eps), lr), {"h": h}

    return step


def draw_adagrad(rng: np.random.Generator) -> Iterator[Case]:
    yield from random_walks(rng, (0.1, 0.5, 2.0))
    g = gradients(rng, 2)
    yield Case((rng.normal(size=2), np.ones((100, 2)) * g, 0.5), "long_run")
    yield Case((rng.normal(size=3), 1e6 * gradients(rng, 4, 3), 0.5), "large")
    yield Case((rng.normal(size=3), 0.05 * gradients(rng, 4, 3), 0.5, 0.1), "large_eps")


ADAGRAD_RULES = [adagrad_with(root=root) for root in DENOMINATORS]

ADAGRAD = Function(
    "adagrad_step",
    oracle.adagrad_step,
    "eq-adagrad",
    judge=AnyWalk(ADAGRAD_RULES).judge,
    visible=[Case((np.array([1.0, 1.0]), np.array([[4.0, -0.5]]), 0.25), "by_hand")],
    witnesses=[
        Case((np.array([5.0]), column(3, 4), 1.0), "two_updates"),
        twins(2, 0.5),
        Case((np.array([1.0, 1.0]), np.array([[3.0, 1.0], [4.0, -1.0], [0.0, 2.0]]), 0.5), "own_rates"),
        Case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[[3.0, 1.0], [-4.0, 6.0]]] * 2), 0.5), "matrix"),
        Case((np.array([1.0, 2.0]), np.array([[0.0, 3.0], [2.0, 4.0]]), 0.5), "zero"),
        Case((np.array([1.0]), column(0.125, 0.125), 0.5, 0.125), "large_eps"),
        Case((np.array([1.0, -1.0]), np.array([[2.0, 1.0], [1.0, 4.0]])), "defaults"),
    ],
    draws=draw_adagrad,
    wanted=weights_after(oracle.adagrad_step),
    drive=driven_like(oracle.adagrad_step),
    mistakes={
        "remembers_elsewhere": remembers_elsewhere,
        "forgets": acts_like(*map(forget, ADAGRAD_RULES)),
        "one_sum": acts_like(
            adagrad_with(lambda h, g: h + np.sum(g * g)),
            adagrad_with(lambda h, g: h + np.mean(g * g)),
        ),
        "no_root": acts_like(adagrad_with(root=lambda h, eps: h + eps)),
        "adds_sizes": acts_like(
            adagrad_with(lambda h, g: h + np.abs(g)),
            adagrad_with(lambda h, g: h + np.abs(g), root=lambda h, eps: h + eps),
        ),
        "adds_gradients": acts_like(
            *(adagrad_with(lambda h, g: h + g, root=root) for root in DENOMINATORS),
            adagrad_with(lambda h, g: h + g, root=lambda h, eps: np.abs(h) + eps),
        ),
        "starts_above_zero": acts_like(adagrad_with(start=0.1), adagrad_with(start=1.0)),
        "divides_weight": acts_like(adagrad_with(move=lambda w, g, root, lr: (w - lr * g) / root)),
        "no_eps": acts_like(adagrad_with(root=lambda h, eps: np.sqrt(h))),
        "ignores_eps": acts_like(*(adagrad_with(root=partial(lambda r, h, eps: r(h, 1e-8), r)) for r in DENOMINATORS)),
        "uphill": acts_like(*(adagrad_with(move=lambda w, g, r, lr: w + lr * g / r, root=r) for r in DENOMINATORS)),
        "no_gradient": acts_like(
            adagrad_with(move=lambda w, g, root, lr: w - lr / root),
        ),
        "old_sum": acts_like(*(adagrad_with(root=root, old=True) for root in DENOMINATORS)),
        "fades": acts_like(*(adagrad_with(lambda h, g: 0.9 * h + 0.1 * g**2, root=root) for root in DENOMINATORS)),
        "multiplies": acts_like(adagrad_with(move=lambda w, g, root, lr: w - lr * g * root)),
        "ignores_lr": acts_like(
            adagrad_with(move=lambda w, g, root, lr: w - g / root),
            adagrad_with(move=lambda w, g, root, lr: w - 0.01 * g / root),
        ),
        "step_only": acts_like(adagrad_with(move=lambda w, g, root, lr: lr * g / root)),
        "default_eps": acts_like(*(partial(with_default_eps, oracle.adagrad_step, 2, eps) for eps in OTHER_EPS)),
        "defaults": fails_by_default(),
    },
)


def rmsprop_with(
    mix: Callable[[Any, Array, float], Any] = lambda h, g, rho: rho * h + (1 - rho) * g**2,
    move: Callable[[Array, Array, Any, float], Array] = lambda w, g, root, lr: w - lr * g / root,
    root: Callable[[Any, float], Any] = DENOMINATORS[0],
    start: Callable[[Array], Any] = np.zeros_like,
    corrected: bool = False,
    old: bool = False,
) -> Step:
    """Return the update of RMSProp with a mistake in it; the defaults are right."""

    def step(w: Array, g: Array, state: Any, lr: float = 0.001, rho: float = 0.9, eps: float = 1e-8) -> Any:
        before, t = state.get("h", start(g)), state.get("t", 0) + 1
        h = mix(before, g, rho)
        used = before if old else h
        return move(w, g, root(used / (1 - rho**t) if corrected else used, eps), lr), {"h": h, "t": t}

    return step


def draw_rmsprop(rng: np.random.Generator) -> Iterator[Case]:
    yield from random_walks(rng, (0.1, 0.5), (0.5, 0.9, 0.99))
    yield Case((rng.normal(size=2), np.ones((60, 2)) * gradients(rng, 2), 0.5, 0.75), "long_run")
    yield Case((rng.normal(size=3), 1e6 * gradients(rng, 4, 3), 0.5, 0.75), "large")
    yield Case((rng.normal(size=3), 0.05 * gradients(rng, 4, 3), 0.5, 0.5, 0.1), "large_eps")


RMSPROP_RULES = [rmsprop_with(root=root) for root in DENOMINATORS]

RMSPROP = Function(
    "rmsprop_step",
    oracle.rmsprop_step,
    "eq-rmsprop",
    judge=AnyWalk(RMSPROP_RULES).judge,
    visible=[Case((np.array([1.0]), column(2), 0.25, 0.75), "by_hand")],
    witnesses=[
        Case((np.array([5.0]), column(2, 4, 0), 1.0, 0.75), "three_updates"),
        twins(1, 0.5, 0.75),
        Case((np.array([1.0, 1.0]), np.array([[2.0, 1.0], [4.0, -1.0]]), 0.5, 0.5), "own_rates"),
        Case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[[3.0, 1.0], [-4.0, 6.0]]] * 2), 0.5, 0.25), "matrix"),
        Case((np.array([1.0, 2.0]), np.array([[0.0, 3.0], [2.0, 4.0]]), 0.5, 0.75), "zero"),
        Case((np.array([1.0]), column(2, 4), 0.5, 0.0), "no_memory"),
        Case((np.array([1.0]), column(0.125, 0.125), 0.5, 0.5, 0.125), "large_eps"),
        Case((np.array([1.0, -1.0]), np.array([[2.0, 1.0], [1.0, 4.0]])), "defaults"),
    ],
    draws=draw_rmsprop,
    wanted=weights_after(oracle.rmsprop_step),
    drive=driven_like(oracle.rmsprop_step),
    mistakes={
        "remembers_elsewhere": remembers_elsewhere,
        "forgets": acts_like(*map(forget, RMSPROP_RULES)),
        "rho_swapped": acts_like(
            *(rmsprop_with(lambda h, g, rho: (1 - rho) * h + rho * g**2, root=root) for root in DENOMINATORS)
        ),
        "sum_not_mean": acts_like(
            *(rmsprop_with(lambda h, g, rho: rho * h + g**2, root=root) for root in DENOMINATORS)
        ),
        "never_forgets": acts_like(
            *(rmsprop_with(lambda h, g, rho: h + g**2, root=root) for root in DENOMINATORS),
            *(rmsprop_with(lambda h, g, rho: h + (1 - rho) * g**2, root=root) for root in DENOMINATORS),
        ),
        "starts_at_square": acts_like(
            *(rmsprop_with(root=root, start=np.square) for root in DENOMINATORS),
            rmsprop_with(start=np.ones_like),
        ),
        "corrected": acts_like(*(rmsprop_with(root=root, corrected=True) for root in DENOMINATORS)),
        "no_root": acts_like(rmsprop_with(root=lambda h, eps: h + eps)),
        "no_square": acts_like(
            *(rmsprop_with(lambda h, g, rho: rho * h + (1 - rho) * g, root=root) for root in DENOMINATORS),
            rmsprop_with(lambda h, g, rho: rho * h + (1 - rho) * np.abs(g)),
        ),
        "square_of_share": acts_like(
            rmsprop_with(lambda h, g, rho: rho * h + ((1 - rho) * g) ** 2),
        ),
        "ignores_rho": acts_like(
            *(rmsprop_with(lambda h, g, rho: 0.9 * h + 0.1 * g**2, root=root) for root in DENOMINATORS)
        ),
        "one_mean": acts_like(
            rmsprop_with(lambda h, g, rho: rho * h + (1 - rho) * np.sum(g * g)),
            rmsprop_with(lambda h, g, rho: rho * h + (1 - rho) * np.mean(g * g)),
        ),
        "no_eps": acts_like(rmsprop_with(root=lambda h, eps: np.sqrt(h))),
        "ignores_eps": acts_like(*(rmsprop_with(root=partial(lambda r, h, eps: r(h, 1e-8), r)) for r in DENOMINATORS)),
        "uphill": acts_like(*(rmsprop_with(move=lambda w, g, r, lr: w + lr * g / r, root=r) for r in DENOMINATORS)),
        "old_mean": acts_like(*(rmsprop_with(root=root, old=True) for root in DENOMINATORS)),
        "no_gradient": acts_like(rmsprop_with(move=lambda w, g, root, lr: w - lr / root)),
        "ignores_lr": acts_like(
            rmsprop_with(move=lambda w, g, root, lr: w - g / root),
            rmsprop_with(move=lambda w, g, root, lr: w - 0.001 * g / root),
        ),
        "step_only": acts_like(rmsprop_with(move=lambda w, g, root, lr: lr * g / root)),
        "default_eps": acts_like(*(partial(with_default_eps, oracle.rmsprop_step, 3, eps) for eps in OTHER_EPS)),
        "defaults": fails_by_default(),
    },
)


@dataclass(frozen=True)
class AdamParts:
    """What an update of Adam is put together from; a mistake replaces one of the parts."""

    mean: Callable[[Any, Array, float], Any] = lambda m, g, b1: b1 * m + (1 - b1) * g
    square: Callable[[Any, Array, float], Any] = lambda v, g, b2: b2 * v + (1 - b2) * g**2
    count: Callable[[int], int] = lambda t: t + 1
    correct: Callable[[Any, Any, float, float, int], tuple[Any, Any]] = lambda m, v, b1, b2, t: (
        m / (1 - b1**t),
        v / (1 - b2**t),
    )
    divide: Callable[[Any, Any, float, float, int], Any] = lambda m, v, eps, b2, t: m / (np.sqrt(v) + eps)
    gradient: Callable[[Array, Array, float], Array] = lambda w, g, wd: g
    move: Callable[[Array, Any, float, float, int, Any], Array] = lambda w, step, lr, wd, t, v: w - lr * step
    keep_corrected: bool = False

    def make(self, w: Array, g: Array, state: Any, lr: float, wd: float, b1: float, b2: float, eps: float) -> Any:
        """Make one update."""
        g = self.gradient(w, g, wd)
        t = self.count(state.get("t", 0))
        m = self.mean(state.get("m", np.zeros_like(w)), g, b1)
        v = self.square(state.get("v", np.zeros_like(w)), g, b2)
        m_hat, v_hat = self.correct(m, v, b1, b2, t)
        w = self.move(w, self.divide(m_hat, v_hat, eps, b2, t), lr, wd, t, v_hat)
        return w, {"t": t, "m": m_hat, "v": v_hat} if self.keep_corrected else {"t": t, "m": m, "v": v}

    def adam(
        self, w: Array, g: Array, state: Any, lr: float = 0.001, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8
    ) -> Any:
        """Make an update with the arguments of `adam_step`."""
        return self.make(w, g, state, lr, 0.0, b1, b2, eps)

    def adamw(
        self,
        w: Array,
        g: Array,
        state: Any,
        lr: float = 0.001,
        weight_decay: float = 0.01,
        b1: float = 0.9,
        b2: float = 0.999,
        eps: float = 1e-8,
    ) -> Any:
        """Make an update with the arguments of `adamw_step`."""
        return self.make(w, g, state, lr, weight_decay, b1, b2, eps)


def uncorrected(m: Any, v: Any, b1: float, b2: float, t: int) -> tuple[Any, Any]:
    return m, v


ADAM_MISTAKES: Mapping[str, Sequence[AdamParts]] = {
    "not_corrected": [AdamParts(correct=uncorrected)],
    "mean_only_corrected": [AdamParts(correct=lambda m, v, b1, b2, t: (m / (1 - b1**t), v))],
    "square_only_corrected": [AdamParts(correct=lambda m, v, b1, b2, t: (m, v / (1 - b2**t)))],
    "corrections_swapped": [AdamParts(correct=lambda m, v, b1, b2, t: (m / (1 - b2**t), v / (1 - b1**t)))],
    "corrections_multiply": [AdamParts(correct=lambda m, v, b1, b2, t: (m * (1 - b1**t), v * (1 - b2**t)))],
    "same_correction": [AdamParts(correct=lambda m, v, b1, b2, t: (m / (1 - b1), v / (1 - b2)))],
    "times_not_power": [AdamParts(correct=lambda m, v, b1, b2, t: (m / (1 - b1 * t), v / (1 - b2 * t)))],
    "count_from_zero": [
        AdamParts(
            correct=lambda m, v, b1, b2, t: (m / np.float64(1 - b1 ** (t - 1)), v / np.float64(1 - b2 ** (t - 1)))
        )
    ],
    "count_one_ahead": [AdamParts(correct=lambda m, v, b1, b2, t: (m / (1 - b1 ** (t + 1)), v / (1 - b2 ** (t + 1))))],
    "corrects_the_root": [
        AdamParts(divide=lambda m, v, eps, b2, t: m / (np.sqrt(v / (1 - b2**t)) + eps)),
        AdamParts(
            correct=lambda m, v, b1, b2, t: (m / (1 - b1**t), v),
            divide=lambda m, v, eps, b2, t: m / (np.sqrt(v) / (1 - b2**t) + eps),
        ),
    ],
    "eps_inside": [AdamParts(divide=lambda m, v, eps, b2, t: m / np.sqrt(v + eps))],
    "eps_before_correction": [
        AdamParts(divide=lambda m, v, eps, b2, t: m / (np.sqrt(v) + eps / np.sqrt(1 - b2**t))),
        AdamParts(divide=lambda m, v, eps, b2, t: m / np.sqrt(v + eps / (1 - b2**t))),
    ],
    "no_eps": [AdamParts(divide=lambda m, v, eps, b2, t: m / np.sqrt(v))],
    "ignores_eps": [AdamParts(divide=lambda m, v, eps, b2, t: m / (np.sqrt(v) + 1e-8))],
    "no_root": [AdamParts(divide=lambda m, v, eps, b2, t: m / (v + eps))],
    "keeps_corrected": [AdamParts(keep_corrected=True)],
    "no_square": [
        AdamParts(square=lambda v, g, b2: b2 * v + (1 - b2) * g),
        AdamParts(square=lambda v, g, b2: b2 * v + (1 - b2) * np.abs(g)),
    ],
    "square_of_mean": [AdamParts(square=lambda v, g, b2: b2 * v + ((1 - b2) * g) ** 2)],
    "shares_missing": [
        AdamParts(mean=lambda m, g, b1: b1 * m + g, square=lambda v, g, b2: b2 * v + g**2),
        AdamParts(mean=lambda m, g, b1: b1 * m + g),
        AdamParts(square=lambda v, g, b2: b2 * v + g**2),
    ],
    "shares_swapped": [
        AdamParts(
            mean=lambda m, g, b1: (1 - b1) * m + b1 * g,
            square=lambda v, g, b2: (1 - b2) * v + b2 * g**2,
        )
    ],
    "one_mean": [
        AdamParts(square=lambda v, g, b2: b2 * v + (1 - b2) * np.sum(g * g)),
        AdamParts(square=lambda v, g, b2: b2 * v + (1 - b2) * np.mean(g * g)),
    ],
    "uphill": [AdamParts(move=lambda w, step, lr, wd, t, v: w + lr * step)],
    "ignores_lr": [
        AdamParts(move=lambda w, step, lr, wd, t, v: w - step),
        AdamParts(move=lambda w, step, lr, wd, t, v: w - 0.001 * step),
    ],
}


def fixed_betas(w: Array, g: Array, state: Any, lr: float = 0.001, *rest: float) -> Any:
    return oracle.adam_step(w, g, state, lr, 0.9, 0.999, *rest[2:])


def betas_swapped(
    w: Array, g: Array, state: Any, lr: float = 0.001, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8
) -> Any:
    return oracle.adam_step(w, g, state, lr, b2, b1, eps)


def no_mean(w: Array, g: Array, state: Any, *options: float) -> Any:
    return AdamParts(
        mean=lambda m, g, b1: (1 - b1) * g, correct=lambda m, v, b1, b2, t: (m / (1 - b1), v / (1 - b2**t))
    ).adam(w, g, state, *options)


def draw_adam(rng: np.random.Generator) -> Iterator[Case]:
    yield from random_walks(rng, (0.1, 0.5), (0.9, 0.5, 0.0), (0.999, 0.9, 0.5))
    yield Case((rng.normal(size=3), gradients(rng, 10, 3), 0.1, 0.9, 0.99, 0.1), "large_eps")
    yield Case((rng.normal(size=3), 1e6 * gradients(rng, 6, 3), 0.5), "large")
    yield Case((rng.normal(size=(2, 2)), np.ones((40, 2, 2)) * gradients(rng, 2, 2), 0.1), "long_run")


ADAM = Function(
    "adam_step",
    oracle.adam_step,
    "eq-adam",
    Walk(),
    visible=[Case((np.array([1.0, 1.0]), np.array([[10.0, -0.5]]), 0.25), "by_hand")],
    witnesses=[
        Case((np.array([1.0]), column(2, 4, -2), 0.5, 0.5, 0.75), "three_updates"),
        twins(2, 0.5, 0.5, 0.75),
        Case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[[3.0, 1.0], [-4.0, 6.0]]] * 2), 0.5, 0.5, 0.25), "matrix"),
        Case((np.array([1.0, 2.0]), np.array([[0.0, 3.0], [2.0, 4.0]]), 0.5, 0.5, 0.75), "zero"),
        Case((np.array([1.0]), column(0.5, 0.5), 0.5, 0.5, 0.75, 0.125), "large_eps"),
        Case((np.array([1.0]), column(1e-8, 1e-8), 0.5), "default_eps"),
        Case((np.array([1.0]), column(2, 4), 0.5, 0.0, 0.0), "no_memory"),
        Case((np.array([1.0, -1.0]), np.array([[2.0, 1.0], [1.0, 4.0], [1.0, -3.0]])), "defaults"),
    ],
    draws=draw_adam,
    wanted=weights_after(oracle.adam_step),
    drive=driven_like(oracle.adam_step),
    mistakes={
        "remembers_elsewhere": remembers_elsewhere,
        "forgets": acts_like(forget(oracle.adam_step)),
        "betas_swapped": acts_like(betas_swapped),
        "ignores_betas": acts_like(fixed_betas),
        "no_mean": acts_like(no_mean),
        "mean_forgotten": acts_like(AdamParts(mean=lambda m, g, b1: (1 - b1) * g).adam),
        "square_forgotten": acts_like(AdamParts(square=lambda v, g, b2: (1 - b2) * g**2).adam),
        **{id: acts_like(*(parts.adam for parts in variants)) for id, variants in ADAM_MISTAKES.items()},
        "step_only": acts_like(AdamParts(move=lambda w, step, lr, wd, t, v: lr * step).adam),
        "default_eps": acts_like(*(partial(with_default_eps, oracle.adam_step, 4, eps) for eps in OTHER_EPS)),
        "defaults": fails_by_default("large", "long_run"),
    },
)


def draw_adamw(rng: np.random.Generator) -> Iterator[Case]:
    yield from random_walks(rng, (0.1, 0.5), (0.3, 0.01, 0.0), (0.9, 0.5, 0.0), (0.999, 0.9, 0.5))
    for scale in (1e-3, 1e4):
        yield Case((rng.normal(size=3), scale * gradients(rng, 6, 3), 0.5, 0.3), "quiet_and_loud")
    yield Case((rng.normal(size=3), gradients(rng, 6, 3), 0.5, 0.3, 0.9, 0.99, 0.1), "large_eps")
    yield Case((rng.normal(size=2), np.zeros((50, 2)), 0.1, 0.1), "decay_alone")


def decayed(w: Array, step: Any, lr: float, wd: float, t: int, v: Any) -> Any:
    return (1 - lr * wd) * w - lr * step


ADAMW_MISTAKES: Mapping[str, Sequence[AdamParts]] = {
    "in_the_gradient": [
        AdamParts(gradient=lambda w, g, wd: g + wd * w),
        AdamParts(gradient=lambda w, g, wd: g + 2 * wd * w),
    ],
    "multiplies_by_decay": [AdamParts(move=lambda w, step, lr, wd, t, v: wd * w - lr * step)],
    "decay_without_lr": [
        AdamParts(move=lambda w, step, lr, wd, t, v: (1 - wd) * w - lr * step),
        AdamParts(move=lambda w, step, lr, wd, t, v: (1 - wd) * (w - lr * step)),
    ],
    "no_decay": [AdamParts()],
    "grows": [
        AdamParts(move=lambda w, step, lr, wd, t, v: (1 + lr * wd) * w - lr * step),
        AdamParts(move=lambda w, step, lr, wd, t, v: w - lr * (step - wd * w)),
    ],
    "decays_after": [
        AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * wd) * (w - lr * step)),
        AdamParts(move=lambda w, step, lr, wd, t, v: (w - lr * step) - lr * wd * (w - lr * step)),
    ],
    "lr_squared": [AdamParts(move=lambda w, step, lr, wd, t, v: w - lr * (step + lr * wd * w))],
    "step_without_lr": [AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * wd) * w - step)],
    "halves_decay": [AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * wd / 2) * w - lr * step)],
    "doubles_decay": [AdamParts(move=lambda w, step, lr, wd, t, v: (1 - 2 * lr * wd) * w - lr * step)],
    "fixed_share": [AdamParts(move=lambda w, step, lr, wd, t, v: w - lr * wd * np.sign(w) - lr * step)],
    "first_only": [AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * wd * (t == 1)) * w - lr * step)],
    "decay_grows": [
        AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * wd * t) * w - lr * step),
        AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * wd) ** t * w - lr * step),
    ],
    "uphill": [AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * wd) * w + lr * step)],
    "ignores_weight_decay": [AdamParts(move=lambda w, step, lr, wd, t, v: (1 - lr * 0.01) * w - lr * step)],
    "not_corrected": [AdamParts(correct=uncorrected, move=decayed)],
    "keeps_corrected": [AdamParts(keep_corrected=True, move=decayed)],
    "eps_inside": [AdamParts(divide=lambda m, v, eps, b2, t: m / np.sqrt(v + eps), move=decayed)],
    "no_eps": [AdamParts(divide=lambda m, v, eps, b2, t: m / np.sqrt(v), move=decayed)],
    "no_root": [AdamParts(divide=lambda m, v, eps, b2, t: m / (v + eps), move=decayed)],
    "ignores_eps": [AdamParts(divide=lambda m, v, eps, b2, t: m / (np.sqrt(v) + 1e-8), move=decayed)],
}


def adamw_fixed_betas(
    w: Array, g: Array, state: Any, lr: float = 0.001, weight_decay: float = 0.01, *rest: float
) -> Any:
    return oracle.adamw_step(w, g, state, lr, weight_decay, 0.9, 0.999, *rest[2:])


def adamw_decay_divided(
    w: Array, g: Array, state: Any, lr: float = 0.001, weight_decay: float = 0.01, *rest: float
) -> Any:
    def divide(m: Any, v: Any, eps: float, b2: float, t: int) -> Any:
        return (m + weight_decay * w) / (np.sqrt(v) + eps)

    return AdamParts(divide=divide).adam(w, g, state, lr, *rest)


ADAMW = Function(
    "adamw_step",
    oracle.adamw_step,
    "eq-adamw",
    Walk(),
    visible=[Case((np.array([2.0]), column(0), 0.5, 0.5), "by_hand")],
    witnesses=[
        Case((np.array([4.0]), column(2, 4, -2), 0.5, 0.25, 0.5, 0.75), "three_updates"),
        twins(1, 0.5, 0.25, 0.5, 0.75),
        Case((np.array([4.0, 4.0]), np.array([[100.0, 0.01]] * 2), 0.5, 0.5), "quiet_and_loud"),
        Case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[[3.0, 1.0], [-4.0, 6.0]]] * 2), 0.5, 0.25), "matrix"),
        Case((np.array([8.0]), column(0, 0, 0), 0.5, 1.0), "decay_alone"),
        Case((np.array([1.0]), column(2, 4), 0.5, 0.0, 0.5, 0.75), "without_decay"),
        Case((np.array([1.0]), column(0.5, 0.5), 0.5, 0.25, 0.5, 0.75, 0.125), "large_eps"),
        Case((np.array([1.0]), column(1e-8, 1e-8), 0.5), "default_eps"),
        Case((np.array([100.0, -50.0]), np.array([[2.0, 1.0], [1.0, 4.0], [1.0, -3.0]])), "defaults"),
    ],
    draws=draw_adamw,
    wanted=weights_after(oracle.adamw_step),
    drive=driven_like(oracle.adamw_step),
    mistakes={
        "remembers_elsewhere": remembers_elsewhere,
        "forgets": acts_like(forget(oracle.adamw_step)),
        "ignores_betas": acts_like(adamw_fixed_betas),
        "decay_divided": acts_like(adamw_decay_divided),
        **{id: acts_like(*(parts.adamw for parts in variants)) for id, variants in ADAMW_MISTAKES.items()},
        "adam_part": acts_like(
            *(
                replace(parts, move=decayed).adamw
                for id, variants in ADAM_MISTAKES.items()
                for parts in variants
                if id not in ("uphill", "ignores_lr")
            )
        ),
        "default_eps": acts_like(*(partial(with_default_eps, oracle.adamw_step, 5, eps) for eps in OTHER_EPS)),
        "defaults": fails_by_default("quiet_and_loud", "matrix", "decay_alone", "default_eps"),
    },
)

# ----------------------------------------------------------------------------- 8. Clipping

Grads = Mapping[str, Array]


def judge_clipped(case: Case, result: Any) -> Complaint | None:
    """Compare the dictionary, entry by entry, and the norm."""
    want, norm = oracle.clip_grad_norm(*case.args)
    if isinstance(result, dict) or not isinstance(result, tuple | list) or len(result) != 2:
        return Complaint("not_two", {"expected": "two values, (clipped, norm)", "got": show(result)})
    clipped, found = result
    if isinstance(found, dict):
        return Complaint("swapped")
    if not isinstance(clipped, dict) or clipped.keys() != want.keys():
        return Complaint("names", {"names": ", ".join(map(repr, want))})
    for name, right in want.items():
        complaint = Floats().compare(clipped[name], right)
        if complaint is not None:
            return Complaint(complaint.id, {**complaint.fields, "part": f"clipped[{name!r}]"})
    complaint = Number().compare(found, norm)
    return None if complaint is None else Complaint(complaint.id, {**complaint.fields, "part": "norm"})


def whole_norm(grads: Grads) -> float:
    return math.sqrt(sum(float(np.sum(g * g)) for g in grads.values()))


def clip_with(
    norm: Callable[[Grads], Any] = whole_norm,
    factor: Callable[[Any, float], Any] = lambda norm, most: most / norm if norm > most else 1.0,
    told: Callable[[Any, Any], Any] = lambda norm, factor: norm,
) -> Callable[..., Any]:
    """Return clipping with a mistake in it; the defaults are right."""

    def clip(grads: Grads, max_norm: float) -> Any:
        length = norm(grads)
        c = factor(length, max_norm)
        return {name: g * c for name, g in grads.items()}, told(length, c)

    return clip


def clip_each(told: Callable[[Grads], Any]) -> Callable[..., Any]:
    """Return clipping of each array on its own."""

    def clip(grads: Grads, max_norm: float) -> Any:
        clipped = {
            name: g * (max_norm / np.linalg.norm(g) if np.linalg.norm(g) > max_norm else 1.0)
            for name, g in grads.items()
        }
        return clipped, told(grads)

    return clip


def always_squeezed(norm: float, most: float) -> float:
    return most / norm if norm else 1.0


def draw_grads(rng: np.random.Generator) -> Iterator[Case]:
    """Networks whose gradient is far above, a little above and far below the largest norm."""
    for share in (0.01, 0.9, 1.1, 100.0):
        grads = {
            "W1": rng.normal(size=(4, 4)),
            "b1": rng.normal(size=4),
            "W2": rng.normal(size=(4, 2)),
            "b2": rng.normal(size=2),
        }
        yield Case((grads, share * whole_norm(grads)), "networks")


CLIP = Function(
    "clip_grad_norm",
    oracle.clip_grad_norm,
    "eq-clip",
    judge=judge_clipped,
    visible=[Case(({"W": np.array([3.0]), "b": np.array([4.0])}, 1.0), "by_hand")],
    witnesses=[
        Case(({"W": np.array([[3.0, 0.0], [0.0, 0.0]]), "b": np.array([4.0, 0.0])}, 10.0), "short"),
        Case(({"W": np.array([[2.0, -4.0], [4.0, 0.0]]), "b": np.array([0.0])}, 3.0), "matrix"),
        Case(({"W": np.array([3.0, -6.0]), "b": np.array([2.0])}, 5.0), "array_alone_is_short"),
        Case(({"W": np.array([[3, 4]]), "b": np.array([12])}, 1.0), "integers"),
        Case(({"W": np.zeros((2, 2)), "b": np.zeros(2)}, 1.0), "zeros"),
        Case(({"W": np.array([6.0, 8.0]), "b": np.zeros(0)}, 5.0), "empty"),
        Case(({"W": np.array([3.0]), "b": np.array([4.0])}, 5.0), "at_the_limit"),
        Case(({"W": np.array([0.003]), "b": np.array([0.004])}, 0.001), "small"),
    ],
    draws=draw_grads,
    mistakes={
        "always_rescales": like(
            clip_with(factor=always_squeezed),
            clip_with(factor=lambda norm, most: most / norm),
            clip_with(factor=lambda norm, most: np.float64(most) / norm),
        ),
        "sum_of_norms": like(clip_with(lambda grads: sum(float(np.linalg.norm(g)) for g in grads.values()))),
        "norm_after": like(clip_with(told=lambda norm, factor: norm * factor)),
        "zero_by_zero": fails_only_at("zeros"),
        "each_alone": like(clip_each(whole_norm)),
        "each_alone_norms": like(
            clip_each(lambda grads: {name: np.linalg.norm(g) for name, g in grads.items()}),
            clip_each(lambda grads: [np.linalg.norm(g) for g in grads.values()]),
            clip_each(lambda grads: sum(np.linalg.norm(g) for g in grads.values())),
        ),
        "cuts_entries": like(
            lambda grads, most: ({name: np.clip(g, -most, most) for name, g in grads.items()}, whole_norm(grads))
        ),
        "no_root": like(clip_with(lambda grads: sum(float(np.sum(g * g)) for g in grads.values()))),
        "adds_sizes": like(clip_with(lambda grads: sum(float(np.sum(np.abs(g))) for g in grads.values()))),
        "largest_entry": like(
            clip_with(lambda grads: max(float(np.max(np.abs(g), initial=0)) for g in grads.values())),
        ),
        "mean_square": like(
            clip_with(
                lambda grads: math.sqrt(
                    sum(float(np.sum(g * g)) for g in grads.values()) / sum(g.size for g in grads.values())
                )
            )
        ),
        "factor_upside_down": like(clip_with(factor=lambda norm, most: norm / most if norm > most else 1.0)),
        "never_clips": like(clip_with(factor=lambda norm, most: 1.0)),
        "unit_length": like(clip_with(factor=lambda norm, most: 1 / norm if norm > most else 1.0)),
        "only_stretches": like(clip_with(factor=lambda norm, most: most / norm if 0 < norm < most else 1.0)),
        "adds_epsilon": like(
            *(
                clip_with(factor=partial(lambda eps, norm, most: most / (norm + eps) if norm > most else 1.0, eps))
                for eps in (1e-6, 1e-7, 1e-5, 1e-3)
            ),
            *(
                clip_with(factor=partial(lambda eps, norm, most: min(1.0, most / (norm + eps)), eps))
                for eps in (1e-6, 1e-7, 1e-5, 1e-3)
            ),
        ),
        "returns_factor": like(clip_with(told=lambda norm, factor: factor)),
        "last_array_only": like(
            clip_with(lambda grads: float(np.linalg.norm(list(grads.values())[-1]))),
            clip_with(lambda grads: float(np.linalg.norm(next(iter(grads.values()))))),
        ),
        "empty_raises": raises_only_at("empty"),
    },
)


QUIZ = Quiz(
    9,
    [
        Statement(0, True, "sec-batches"),
        Statement(1, False, "sec-adagrad"),
        Statement(2, True, "sec-adagrad"),
        Statement(3, False, "sec-rmsprop"),
        Statement(4, True, "sec-adam"),
        Statement(5, False, "sec-adamw"),
        Statement(6, False, "sec-descent"),
        Statement(7, True, "sec-cliff"),
    ],
)

ASSIGNMENT = Assignment(
    "05_optimizers",
    [
        Task(1, 5, 10, [NUM_STEPS, BATCHES]),
        Task(2, 4, 8, [DESCENT, MAX_LR]),
        Task(3, 4, 8, [MOMENTUM]),
        Task(4, 3, 7, [ADAGRAD]),
        Task(5, 3, 7, [RMSPROP]),
        Task(6, 5, 11, [ADAM]),
        Task(7, 4, 9, [ADAMW]),
        Task(8, 3, 5, [CLIP]),
    ],
    QUIZ,
    numbers={
        "eq-num-steps": "(5.7)",
        "eq-minibatches": "(5.8)",
        "eq-gradient-descent": "(5.2)",
        "eq-max-lr": "(5.5)",
        "eq-momentum": "(5.9)",
        "eq-adagrad": "(5.11)",
        "eq-rmsprop": "(5.12)",
        "eq-adam": "(5.13)",
        "eq-adamw": "(5.15)",
        "eq-clip": "(5.17)",
    },
)
