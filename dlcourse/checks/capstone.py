"""Checks of the assignment 08_capstone.

Whatever is left to chance is judged by what must hold for every way of drawing. A gradient through dropout is compared
with that of every mask that the answer may have drawn: its own loss tells which. `fit` gets a stand-in for
`loss_and_grads` that writes down how it was called, so that batches, weights and history are judged from the record.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse import capstone as oracle
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
from dlcourse.checks.kinds import Complaint, Count, Floats, Integers, Number, Parts, close, plain_array, same
from dlcourse.checks.optimizers import data, failed_at, first_numbers
from dlcourse.checks.words import Given, Seed, describe, show
from dlcourse.datasets import digits_split

__all__ = ["ASSIGNMENT"]

Array = npt.NDArray[Any]
Params = Mapping[str, Array]
Answer = Callable[..., Any]

FAR = 6.5  # standard deviations that are left to chance


def written_as(reference: Answer, run: Answer) -> Answer:
    """Give a driven function the arguments of the reference, so that messages can name them."""
    run.__signature__ = inspect.signature(reference)  # type: ignore[attr-defined]
    return run


def values(result: Any, count: int) -> list[Any] | None:
    """Return the values of a tuple or list of so many, or None."""
    return list(result) if isinstance(result, tuple | list) and len(result) == count else None


# --------------------------------------------------------- 1. Images in rows, and a test set that stays apart


def draw_images(rng: np.random.Generator) -> Iterator[Case]:
    """Images of many sizes, bytes among them, whose brightest pixel is not the largest possible one."""
    yield Case((rng.integers(0, 200, (5, 28, 28)).astype(np.uint8), 255), "random_images")
    yield Case((rng.integers(0, 15, (3, 3, 3)), 16), "random_images")
    yield Case((rng.uniform(0, 0.7, (4, 2, 5)), 0.75), "random_images")


def by_own_largest(images: Array, largest: float) -> Array:
    flat = images.reshape(len(images), -1)
    return flat / flat.max(axis=1, keepdims=True) if flat.size else flat.astype(float)


def by_range(images: Array, largest: float) -> Array:
    flat = images.reshape(len(images), -1)
    return (flat - flat.min()) / (flat.max() - flat.min()) if flat.size else flat.astype(float)


def rows_of(images: Array) -> Array:
    return images.reshape(len(images), images.shape[1] * images.shape[2])


FLATTEN = Function(
    "flatten_scale",
    oracle.flatten_scale,
    "eq-flatten-scale",
    Floats(),
    visible=[Case((np.array([[[0, 1, 2], [3, 4, 5]], [[8, 0, 4], [2, 6, 1]]]), 8), "by_hand")],
    witnesses=[
        Case((np.array([[[1, 2], [3, 4]], [[0, 0], [0, 1]]]), 8), "square"),
        Case((np.array([[[0, 51], [102, 204]]], np.uint8), 255), "bytes"),
        Case((np.zeros((2, 2, 2)), 16), "black"),
        Case((np.zeros((0, 4, 2)), 16), "no_images"),
        Case((np.array([[[3.0, 6.0, 12.0]]]), 16), "one_image"),
    ],
    draws=draw_images,
    mistakes={
        "column_major": like(
            lambda images, largest: rows_of(images.transpose(0, 2, 1)) / largest,
            lambda images, largest: images.reshape((len(images), images[0].size), order="F") / largest,
        ),
        "not_scaled": like(lambda images, largest: rows_of(images), lambda images, largest: rows_of(images) * 1.0),
        "own_largest": like(
            by_own_largest,
            lambda images, largest: by_own_largest(images, largest) if images.any() else rows_of(images) * 1.0,
            lambda images, largest: np.array([np.ravel(i) / i.max() for i in images]),
        ),
        "largest_of_all": like(
            lambda images, largest: rows_of(images) / images.max(),
            lambda images, largest: rows_of(images) / images.max(initial=0),
            by_range,
        ),
        "fixed_number": like(
            lambda images, largest: rows_of(images) / 255.0,
            lambda images, largest: rows_of(images) / 16.0,
        ),
        "floor_division": like(
            lambda images, largest: rows_of(images) // largest,
            lambda images, largest: (rows_of(images) / largest).astype(int),
        ),
        "not_flat": like(lambda images, largest: images / largest),
        "one_row": like(
            lambda images, largest: images.ravel() / largest, lambda images, largest: images.reshape(1, -1) / largest
        ),
        "images_in_columns": like(lambda images, largest: rows_of(images).T / largest),
        "centred": like(
            lambda images, largest: rows_of(images) / largest - 0.5,
            lambda images, largest: rows_of(images) / largest * 2 - 1,
        ),
        "no_images_raises": lambda trials: fails_only_at("no_images")(trials) and fault_at(trials, "no_images") != "",
    },
)


def fault_at(trials: Sequence[Trial], focus: str) -> str:
    """Return the name of the error with which a case of this focus ended, or an empty string."""
    faults = [trial.called.fault for trial in trials if trial.case.focus == focus]
    return next((fault.kind for fault in faults if fault is not None), "")


def dealt(answer: Answer) -> Answer:
    """Return a function that splits twice with generators of one seed, and once with another."""

    def split(X: Array, y: Array, test_fraction: float, rng: Seed) -> Any:
        def once(seed: int) -> Any:
            return answer(X, y, test_fraction, np.random.default_rng(seed))

        return [once(rng), once(rng), once(rng + 1)]

    return split


PARTS = ("X_train", "y_train", "X_test", "y_test")


def rows_in(part: Any, X: Array) -> list[int] | None:
    """Return which rows of X these are, or None."""
    found = plain_array(part)
    if found is None or found.shape[1:] != X.shape[1:] or found.ndim != X.ndim:
        return None
    numbers = {float(value): i for i, value in enumerate(first_numbers(X))}
    rows = [numbers.get(float(value), -1) for value in first_numbers(found)]
    return None if -1 in rows or not close(found, X[rows]) else rows


def judge_split(case: Case, result: Any) -> Complaint | None:
    """Accept any random choice: complete, disjoint, each sample with its label, and decided by the generator."""
    X, y, share, _ = case.args
    splits: list[tuple[list[int], list[int]]] = []
    for found in result:
        complaint, chosen = judge_one_split(X, y, share, found)
        if complaint is not None:
            return complaint
        splits.append(chosen)
    (train, test), again, other = splits
    if len(X) < 30:
        return None
    if set(test) in (set(range(len(test))), set(range(len(X) - len(test), len(X)))):
        return Complaint("in_order")
    if (train, test) != again:
        return Complaint("not_repeatable")
    return Complaint("ignores_rng") if (train, test) == other else None


def judge_one_split(X: Array, y: Array, share: float, found: Any) -> tuple[Complaint | None, Any]:
    """Judge one split, and return which rows are in its two parts."""
    if found is None:
        return Complaint("none"), None
    parts = values(found, 4)
    if parts is None:
        return Complaint("four_values", {"got": show(found)}), None
    X_train, y_train, X_test, y_test = parts
    train, test = rows_in(X_train, X), rows_in(X_test, X)
    shapes = ", ".join(f"{name} {np.shape(part)}" for name, part in zip(PARTS, parts, strict=True))
    if train is None or test is None:
        if rows_in(y_train, X) is not None and (X.shape[1:] != y.shape[1:] or rows_in(y_test, y) is not None):
            return Complaint("order", {"got": shapes}), None
        return Complaint("other_rows", {"got": shapes}), None
    count = round(share * len(X))
    fields = {"expected": f"{len(X) - count} samples to train and {count} to test", "got": shapes}
    if set(train) & set(test):
        return Complaint("leak", fields), None
    if (len(train), len(test)) == (count, len(X) - count) and count != len(X) - count:
        return Complaint("swapped", fields), None
    if len(set(train + test)) < len(train + test):
        return Complaint("twice", fields), None
    if len(train) + len(test) < len(X):
        return Complaint("lost", fields), None
    if len(test) != count:
        return Complaint("count", fields), None
    for labels, rows in ((y_train, train), (y_test, test)):
        array = plain_array(labels)
        if array is None or array.shape != y[rows].shape or not close(array, y[rows]):
            return Complaint("misaligned", {"got": shapes}), None
    return None, (train, test)


def draw_splits(rng: np.random.Generator) -> Iterator[Case]:
    """Enough samples that a random choice never comes out in order: one of 10**10 choices and more."""
    for n, share, shape in [(40, 0.4, (3,)), (41, 0.5, (2, 2)), (60, 0.33, (1,))]:
        X, y = data(n, *shape)
        order = rng.permutation(n)
        yield Case((X[order], y[order], share, Seed(rng.integers(2**31))), "random_splits")


def wanted_split(case: Case) -> str:
    n, count = len(case.args[0]), round(case.args[2] * len(case.args[0]))
    return f"{n - count} samples to train and {count} to test, drawn by rng, each with its own y"


SPLIT = Function(
    "train_test_split",
    oracle.train_test_split,
    "eq-split",
    visible=[Case((*data(10, 1), 0.2, Seed(0)), "sizes")],
    witnesses=[
        Case((*data(11, 2), 0.25, Seed(1)), "rounding"),
        Case((*data(9, 2), 0.25, Seed(2)), "rounding"),
        Case((*data(40, 2), 0.4, Seed(3)), "chance"),
        Case((*data(6, 2, 2), 0.5, Seed(4)), "images"),
        Case((*data(5, 1), 0.0, Seed(5)), "no_test"),
    ],
    draws=draw_splits,
    judge=judge_split,
    wanted=wanted_split,
    drive=lambda answer: written_as(oracle.train_test_split, dealt(answer)),
)

# ------------------------------------------------------------- 2. The model: parameters and summary

NAMES = ("W1", "b1", "W2", "b2")


def drive_init(answer: Answer) -> Answer:
    """Return a function that draws twice with generators of one seed, and once with another."""

    def draw(rng: Seed, n_in: int, n_hidden: int, n_out: int) -> Any:
        return [answer(np.random.default_rng(seed), n_in, n_hidden, n_out) for seed in (rng, rng, rng + 1)]

    return written_as(oracle.init_params, draw)


def judge_params(params: Any, shapes: Mapping[str, tuple[int, ...]]) -> Complaint | None:
    """Look at the form of a dictionary of parameters."""
    if not isinstance(params, dict) or set(params) != set(NAMES):
        got = f"the keys {show(list(params))}" if isinstance(params, dict) else f"a {type(params).__name__}"
        return Complaint("keys", {"expected": "a dictionary with the keys W1, b1, W2 and b2", "got": got})
    for name, shape in shapes.items():
        complaint = Floats().compare(params[name], np.zeros(shape))
        if complaint is not None and complaint.id != "value":
            array = plain_array(params[name])
            turned = array is not None and array.shape == shape[::-1] and len(shape) == 2
            told = {"got": f"{name} of shape {np.shape(params[name])}", "expected": f"{name} of shape {shape}"}
            if complaint.id != "shape":
                return Complaint(complaint.id, {**complaint.fields, "part": name})
            return Complaint("transposed" if turned else "shapes", {**told, "have": np.shape(params[name])})
    return None


def judge_init(case: Case, result: Any) -> Complaint | None:
    """Look at shapes, biases, bounds, spread, mean and repetition, never at the numbers themselves."""
    _, n_in, n_hidden, n_out = case.args
    shapes = {"W1": (n_in, n_hidden), "b1": (n_hidden,), "W2": (n_hidden, n_out), "b2": (n_out,)}
    for params in result:
        complaint = Complaint("none") if params is None else judge_params(params, shapes)
        if complaint is not None:
            return complaint
    first, again, other = ({name: np.asarray(params[name], float) for name in NAMES} for params in result)
    for name in ("W1", "W2"):
        complaint = judge_weights(name, first[name], shapes[name])
        if complaint is not None:
            return complaint
    for name in ("b1", "b2"):
        if np.any(first[name]):
            return Complaint("biases", {"expected": f"{name} of zeros", "got": f"{name}={show(first[name])}"})
    if not all(np.array_equal(first[name], again[name]) for name in NAMES):
        return Complaint("not_repeatable")
    return Complaint("ignores_rng") if np.array_equal(first["W1"], other["W1"]) else None


def judge_weights(name: str, W: Array, shape: tuple[int, int]) -> Complaint | None:
    """Compare weights with a uniform draw between two limits; small arrays only with the limits."""
    limit = math.sqrt(6 / sum(shape))
    farthest, spread = float(np.abs(W).max()), float(W.std())
    fields = {
        "expected": f"{name} spread evenly between {-limit:.4f} and {limit:.4f}",
        "got": f"{name} from {W.min():.4f} to {W.max():.4f}, standard deviation {spread:.4f}",
        "limit": f"{limit:.4f}",
        "farthest": f"{farthest:.4f}",
    }
    if not W.any():
        return Complaint("zeros", fields)
    if np.unique(W).size < 0.9 * W.size:
        return Complaint("repeated", fields)
    if W.size < 1000:
        return Complaint("limit", fields) if farthest > limit * (1 + 1e-6) else None
    if (W >= 0).all():
        return Complaint("positive", fields)
    if abs(W.mean()) > FAR * spread / math.sqrt(W.size):
        return Complaint("mean", fields)
    inside = np.mean(np.abs(W) < farthest / 2)
    if abs(inside - 0.5) > FAR * 0.5 / math.sqrt(W.size):
        return Complaint("not_uniform", fields)
    if 0.97 * limit < farthest < limit * (1 + 1e-6):
        return None
    wrong_limits = {"no_root": limit**2, "fan_in": math.sqrt(6 / shape[0]), "normal_std": limit / math.sqrt(3)}
    for id, wrong in wrong_limits.items():
        if 0.97 * wrong < farthest < 1.01 * wrong:
            return Complaint(id, fields)
    return Complaint("limit", fields)


def draw_sizes(rng: np.random.Generator) -> Iterator[Case]:
    for n_in, n_hidden, n_out in [(64, 64, 64), (90, 130, 12), (200, 40, 40)]:
        yield Case((Seed(rng.integers(2**31)), n_in, n_hidden, n_out), "random_sizes")


INIT = Function(
    "init_params",
    oracle.init_params,
    "eq-glorot",
    visible=[Case((Seed(0), 784, 128, 10), "notes")],
    witnesses=[
        Case((Seed(1), 64, 128, 10), "digits"),
        Case((Seed(2), 3, 2, 4), "small"),
        Case((Seed(3), 40, 400, 40), "wide"),
    ],
    draws=draw_sizes,
    judge=judge_init,
    wanted=lambda case: f"W1 {case.args[1:3]}, b1 {case.args[2:3]}, W2 {case.args[2:4]} and b2 {case.args[3:4]}",
    drive=drive_init,
)


@dataclass(frozen=True)
class Counts:
    """A dictionary of whole numbers."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        if not isinstance(got, dict) or set(got) != set(want):
            return Complaint("keys", {"expected": show(want), "got": show(got)})
        for name, right in want.items():
            complaint = Count().compare(got[name], right)
            if complaint is not None:
                return complaint
        return None


def zeros(d: int, h: int, k: int) -> dict[str, Array]:
    """Return a network of zeros."""
    return {"W1": np.zeros((d, h)), "b1": np.zeros(h), "W2": np.zeros((h, k)), "b2": np.zeros(k)}


def counting(
    layer: Callable[[Array, Array], int] = lambda W, b: W.size + b.size,
    total: Callable[[int, int, Params], int] = lambda one, two, params: one + two,
) -> Answer:
    """Return a summary with a mistake in it; the defaults are right."""

    def summary(params: Params) -> dict[str, int]:
        one, two = layer(params["W1"], params["b1"]), layer(params["W2"], params["b2"])
        return {"dense": one, "dense_1": two, "total": total(one, two, params)}

    return summary


SUMMARY = Function(
    "summary",
    oracle.summary,
    "eq-layer-counts",
    Counts(),
    visible=[Case((zeros(784, 128, 10),), "notes")],
    witnesses=[
        Case((zeros(64, 128, 10),), "digits"),
        Case((zeros(2, 3, 4),), "small"),
        Case((zeros(3, 3, 3),), "square"),
    ],
    draws=lambda rng: [Case((zeros(*map(int, rng.integers(1, 12, 3))),), "random_sizes") for _ in range(4)],
    mistakes={
        "only_weights": like(counting(lambda W, b: W.size)),
        "biases_missing_in_one": like(
            lambda p: {
                "dense": p["W1"].size,
                "dense_1": p["W2"].size + p["b2"].size,
                "total": p["W1"].size + p["W2"].size + p["b2"].size,
            },
            lambda p: {
                "dense": p["W1"].size + p["b1"].size,
                "dense_1": p["W2"].size,
                "total": p["W1"].size + p["b1"].size + p["W2"].size,
            },
            lambda p: {
                "dense": p["W1"].size,
                "dense_1": p["W2"].size + p["b2"].size,
                "total": sum(map(np.size, p.values())),
            },
            lambda p: {
                "dense": p["W1"].size + p["b1"].size,
                "dense_1": p["W2"].size,
                "total": sum(map(np.size, p.values())),
            },
        ),
        "one_bias": like(counting(lambda W, b: W.size + 1)),
        "rows_only": like(counting(lambda W, b: len(W) + len(b))),
        "adds_shapes": like(counting(lambda W, b: sum(W.shape) + len(b))),
        "bias_of_inputs": like(counting(lambda W, b: W.size + len(W))),
        "total_of_weights": like(counting(total=lambda one, two, p: p["W1"].size + p["W2"].size)),
        "units": like(counting(lambda W, b: len(b))),
        "swapped": like(
            lambda p: {
                "dense": p["W2"].size + p["b2"].size,
                "dense_1": p["W1"].size + p["b1"].size,
                "total": sum(map(np.size, p.values())),
            }
        ),
    },
)

# ----------------------------------------------------------- 3. Forward, in training and in inference


def log_softmax(Z: Array) -> Array:
    below = Z - Z.max(axis=-1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(axis=-1, keepdims=True)))


def softmax(Z: Array) -> Array:
    return np.asarray(np.exp(log_softmax(Z)))


def hidden(params: Params, X: Array) -> Array:
    """Return the activations of the hidden layer, before dropout."""
    return np.asarray(np.maximum(X @ params["W1"] + params["b1"], 0))


def scores(params: Params, h: Array) -> Array:
    return np.asarray(h @ params["W2"] + params["b2"])


def drive_forward(answer: Answer) -> Answer:
    """Return a function that calls once; in training twice with one generator and once with a new one of its seed."""

    def run(
        params: Params, X: Array, rate: float | None = None, training: bool = False, rng: Seed | None = None
    ) -> Any:
        options = {} if rate is None else {"rate": rate}
        if not training:
            if rng is not None:
                return answer(params, X, **options, training=False, rng=np.random.default_rng(rng))
            return answer(params, X, **options)
        generator = np.random.default_rng(rng)
        used = [answer(params, X, **options, training=True, rng=generator) for _ in range(2)]
        return [*used, answer(params, X, **options, training=True, rng=np.random.default_rng(rng))]

    return written_as(oracle.forward, run)


def is_training(case: Case) -> bool:
    return len(case.args) > 3 and bool(case.args[3])


def rate_of(case: Case, at: int = 2) -> float:
    return 0.2 if case.args[at] is None else float(case.args[at])


def form_of_forward(found: Any, case: Case) -> Complaint | tuple[Array, Array]:
    """Return the probabilities and cache["h"], or what is wrong with their form."""
    params, X = case.args[:2]
    if found is None:
        return Complaint("none")
    pair = values(found, 2)
    if pair is None:
        return Complaint("two_values", {"expected": "two values, (probs, cache)", "got": show(found)})
    if isinstance(pair[0], dict):
        return Complaint("two_swapped", {"expected": "two values, (probs, cache)"})
    if not isinstance(pair[1], dict) or "h" not in pair[1]:
        got = f"the keys {show(list(pair[1]))}" if isinstance(pair[1], dict) else f"a {type(pair[1]).__name__}"
        return Complaint("no_h", {"expected": "a dictionary with the key 'h'", "got": f"cache: {got}"})
    sizes = (("probs", pair[0], params["W2"].shape[1]), ("cache['h']", pair[1]["h"], params["W1"].shape[1]))
    for part, one, width in sizes:
        complaint = Floats().compare(one, np.zeros((len(X), width)))
        if complaint is not None and complaint.id != "value":
            return Complaint(complaint.id, {**complaint.fields, "part": part})
    return np.asarray(pair[0]), np.asarray(pair[1]["h"])


def judge_forward(case: Case, result: Any) -> Complaint | None:
    """Compare with the formula without dropout; with dropout look at the activations, then at the probabilities."""
    params, X = case.args[:2]
    pairs = []
    for found in result if is_training(case) else [result]:
        pair = form_of_forward(found, case)
        if isinstance(pair, Complaint):
            return pair
        pairs.append(pair)
    if is_training(case) and rate_of(case) > 0:
        return judge_dropped(case, pairs)
    a = hidden(params, X)
    for probs, h in pairs:
        if not close(h, a):
            rate = rate_of(case) if len(case.args) > 2 else 0.2
            if not is_training(case) and close(h, a * (1 - rate)):
                return Complaint("scales_in_inference", {"got": f"cache['h']={show(h)}"})
            if not is_training(case) and is_scaled(h, a, rate):
                return Complaint("drops_in_inference", {"got": f"cache['h']={show(h)}"})
            return Complaint("hidden", {"expected": f"cache['h']={show(a)}", "got": f"cache['h']={show(h)}"})
        if not close(probs, softmax(scores(params, a))):
            return Complaint("value", {"expected": show(softmax(scores(params, a))), "got": show(probs)})
    return None


def is_scaled(h: Array, a: Array, rate: float) -> bool:
    """Tell whether every activation was dropped or multiplied as in training."""
    levels = np.stack([np.zeros_like(a), a, a / (1 - rate)])
    return bool(np.isclose(h, levels).any(axis=0).all())


def judge_dropped(case: Case, pairs: Sequence[tuple[Array, Array]]) -> Complaint | None:
    """Judge three calls with dropout: first each of them, then chance."""
    params, X = case.args[:2]
    rate, a = rate_of(case), hidden(params, X)
    fields: dict[str, Any] = {"rate": f"{rate:g}", "factor": f"{1 / (1 - rate):.6g}"}
    alive = a > 0
    for probs, h in pairs:
        kept, consistent = h != 0, close(probs, softmax(scores(params, h)))
        found = np.unique((h[alive] / a[alive]).round(6))
        fields["got"] = f"cache['h'] is relu(z) times {', '.join(f'{one:.6g}' for one in found[:4])}"
        if close(h, a):
            return Complaint("no_dropout" if consistent else "before_dropout", fields)
        levels = {None: 1 / (1 - rate), "not_rescaled": 1.0, "rate_kept": 1 / rate, "scaled_down": 1 - rate}
        mistake = next((id for id, level in levels.items() if close(h, a * kept * level)), "wrong_place")
        if mistake is not None:
            return Complaint(mistake, fields)
        if not consistent:
            return Complaint("not_from_h", {"got": show(probs), "expected": "softmax of cache['h'] @ W2 + b2"})
    return judge_masks(rate, alive, [h != 0 for _, h in pairs], fields)


def judge_masks(rate: float, alive: Array, kept: Sequence[Array], fields: Mapping[str, Any]) -> Complaint | None:
    """Judge which units were kept: the first and the third call had generators of one seed."""
    if not np.array_equal(kept[0], kept[2]):
        return Complaint("not_repeatable", fields)
    if alive.sum() < 1000:
        return None
    if np.array_equal(kept[0], kept[1]):
        return Complaint("same_every_call", fields)
    n, units = alive.shape
    if all(len(np.unique(kept[0][alive[:, k], k])) == 1 for k in range(units)):
        return Complaint("same_for_all_samples", fields)
    if all(len(np.unique(kept[0][i, alive[i]])) == 1 for i in range(n)):
        return Complaint("whole_samples", fields)
    share, spread = 1 - kept[0][alive].mean(), math.sqrt(rate * (1 - rate) / alive.sum())
    if abs(share - rate) > FAR * spread:
        near = abs(share - (1 - rate)) < FAR * spread
        return Complaint("rate_kept" if near else "share", {**fields, "share": f"{share:.3f}"})
    return None


def small_network(rng: np.random.Generator, d: int, h: int, k: int, b1: float = 0.5) -> dict[str, Array]:
    """Return weights of middling size, none of them near 0."""

    def uniform(*shape: int) -> Array:
        return np.asarray(rng.uniform(0.2, 1, shape) * rng.choice([-1, 1], shape))

    return {"W1": uniform(d, h), "b1": b1 * rng.uniform(0.5, 1.5, h), "W2": uniform(h, k), "b2": uniform(k)}


def draw_forward(rng: np.random.Generator) -> Iterator[Case]:
    for n, d, h, k in [(4, 4, 4, 4), (6, 3, 5, 2), (1, 2, 3, 4)]:
        yield Case((small_network(rng, d, h, k), rng.normal(size=(n, d))), "random_networks")
    for rate in (0.3, 0.7, None):
        params, X = small_network(rng, 5, 60, 3), rng.normal(size=(60, 5))
        yield Case((params, X, rate, True, Seed(rng.integers(2**31))), "random_dropout")


def forward_with(
    *,
    bias: bool = True,
    relu: Callable[[Array], Array] = lambda z: np.maximum(z, 0),
    out: Callable[[Array], Any] = softmax,
    kept: Callable[[Array, Array], Array] = lambda z, h: h,
) -> Answer:
    """Return the forward pass without dropout, with a mistake in it; the defaults are right."""

    def run(params: Params, X: Array, rate: Any = None, training: bool = False, rng: Any = None) -> Any:
        z = X @ params["W1"] + (params["b1"] if bias else 0)
        h = relu(z)
        return out(h @ params["W2"] + (params["b2"] if bias else 0)), {"h": kept(z, h)}

    return run


def without_dropout(*variants: Answer) -> Explanation:
    """Explain an answer by a wrong function as far as calls without dropout go, if one of them fails."""

    def essence(result: Any) -> Any:
        pair = values(result, 2)
        return (pair[0], pair[1].get("h")) if pair and isinstance(pair[1], dict) else result

    def explains(trials: Sequence[Trial]) -> bool:
        plain = [t for t in trials if not is_training(t.case) and t.called.fault is None]
        return any(t.complaint is not None for t in plain) and any(
            all(same(essence(variant(*t.case.args)), essence(t.called.result)) for t in plain) for variant in variants
        )

    return explains


def only_by_default(at: int) -> Explanation:
    """Return whether the calls that leave out the argument at a place fail, and no others."""

    def explains(trials: Sequence[Trial]) -> bool:
        left_out = [len(t.case.args) > at + 1 and t.case.args[at] is None for t in trials]
        failed = [t.complaint is not None for t in trials]
        return any(left_out) and left_out == failed

    return explains


def asks_nobody(trials: Sequence[Trial]) -> bool:
    """Tell whether a call without a generator ends because it wants one."""
    plain = [t for t in trials if not is_training(t.case) and t.case.args[4:] == ()]
    return any(t.called.fault is not None and "NoneType" in t.called.fault.text for t in plain)


def unstable_softmax(Z: Array) -> Array:
    return np.asarray(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))


def wanted_forward(case: Case) -> str:
    """Say what is expected of a call; with dropout in words."""
    params, X = case.args[:2]
    if is_training(case) and rate_of(case) > 0:
        rate = rate_of(case)
        return f"cache['h'] is relu(z) times 0 (about {rate:g} of the units) or {1 / (1 - rate):.6g}"
    a = hidden(params, X)
    return f"probs={show(softmax(scores(params, a)))}, cache['h']={show(a)}"


BY_HAND = {
    "W1": np.array([[1.0, -1.0], [0.0, 2.0]]),
    "b1": np.array([0.0, 1.0]),
    "W2": np.array([[1.0, 0.0], [0.0, 1.0]]),
    "b2": np.array([0.5, -0.5]),
}
LARGE = {"W1": np.array([[1000.0, -1000.0]]), "b1": np.zeros(2), "W2": np.diag([1.0, 2.0]), "b2": np.zeros(2)}
TALL = small_network(np.random.default_rng(0), 1, 50, 2)
ROWS = np.linspace(-1, 1, 60)[:, None]

FORWARD = Function(
    "forward",
    oracle.forward,
    "eq-capstone-forward",
    judge=judge_forward,
    visible=[Case((BY_HAND, np.array([[1.0, 1.0], [2.0, 0.0]])), "inference")],
    witnesses=[
        Case((BY_HAND, np.array([[1.0, 1.0], [2.0, 0.0]]), 0.5, False, Seed(0)), "inference_with_rng"),
        Case((BY_HAND, np.array([[0.0, 3.0]])), "one_sample"),
        Case((BY_HAND, np.zeros((0, 2))), "no_samples"),
        Case((LARGE, np.array([[1.0], [-1.0]])), "large"),
        Case((TALL, ROWS, 0.3, True, Seed(1)), "training"),
        Case((BY_HAND, np.array([[1.0, 1.0]]), 0.0, True, Seed(2)), "rate_0"),
        Case((TALL, ROWS, None, True, Seed(3)), "default_rate"),
    ],
    draws=draw_forward,
    wanted=wanted_forward,
    drive=drive_forward,
    mistakes={
        "wants_rng": asks_nobody,
        "default_rate": only_by_default(2),
        "sigmoid_output": without_dropout(forward_with(out=lambda Z: 1 / (1 + np.exp(-Z)))),
        "returns_logits": without_dropout(forward_with(out=lambda Z: Z)),
        "no_relu": without_dropout(forward_with(relu=lambda z: z)),
        "other_activation": without_dropout(
            forward_with(relu=lambda z: 1 / (1 + np.exp(-z))), forward_with(relu=np.tanh)
        ),
        "no_bias": without_dropout(forward_with(bias=False)),
        "h_before_relu": without_dropout(forward_with(kept=lambda z, h: z)),
        "softmax_over_batch": without_dropout(
            forward_with(out=lambda Z: softmax(Z.T).T if len(Z) else Z),
        ),
        "unstable": without_dropout(forward_with(out=unstable_softmax)),
    },
)


# --------------------------------------------------------- 4. Loss and gradients, with dropout inside


def drive_loss(answer: Answer) -> Answer:
    """Return a function that calls once; with dropout twice, with two generators of one seed, and with another."""

    def run(
        params: Params, X: Array, y: Array, rate: float | None = None, training: bool = True, rng: Seed | None = None
    ) -> Any:
        options: dict[str, Any] = {} if rate is None else {"rate": rate, "training": training}
        if rng is None:
            return [answer(params, X, y, **options)]
        return [answer(params, X, y, **options, rng=np.random.default_rng(seed)) for seed in (rng, rng, rng + 1)]

    return written_as(oracle.loss_and_grads, run)


def has_dropout(case: Case) -> bool:
    return len(case.args) > 5 and bool(case.args[4]) and rate_of(case, 3) > 0


def scales_of(case: Case) -> Array:
    """Return every scale that dropout may have drawn, shape (count, n, h); a single one of ones without dropout."""
    n, h = len(case.args[1]), case.args[0]["W1"].shape[1]
    if not has_dropout(case):
        return np.ones((1, n, h))
    bits = (np.arange(2 ** (n * h))[:, None] >> np.arange(n * h)) & 1
    return bits.reshape(-1, n, h) / (1 - rate_of(case, 3))


def losses_with(case: Case, scales: Array) -> Array:
    """Return the loss for each scale."""
    params, X, y = case.args[:3]
    log_p = log_softmax(scores(params, hidden(params, X) * scales))
    return np.asarray(-log_p[:, np.arange(len(X)), y].mean(axis=1))


def slopes(
    params: Params,
    X: Array,
    y: Array,
    scale: Array,
    *,
    back: Callable[[Array], Any] = lambda scale: scale,
    relu: Callable[[Array], Any] = lambda z: z > 0,
    share: Callable[[int], float] = lambda n: 1 / n,
    through: Callable[[Array, Array, Array], Array] = lambda z, a, scale: a * scale,
    inputs: Callable[[Array], Array] = lambda X: X,
    label: float = 1.0,
    bias: Callable[[Array], Array] = lambda d: d.sum(axis=0),
    up: Callable[[Array], Array] = lambda W2: W2.T,
) -> dict[str, Array]:
    """Return the gradients under a mask, with a mistake in them; the defaults are right."""
    z = X @ params["W1"] + params["b1"]
    a = np.maximum(z, 0)
    d = softmax(scores(params, a * scale))
    d[np.arange(len(X)), y] -= label
    d *= share(len(X))
    dz = (d @ up(params["W2"])) * back(scale) * relu(z)
    return {"W1": inputs(X).T @ dz, "b1": bias(dz), "W2": through(z, a, scale).T @ d, "b2": bias(d)}


def plain_grads(found: Any) -> tuple[float, dict[str, Array]] | None:
    """Return loss and gradients, if they have the right form."""
    pair = values(found, 2)
    if pair is None or not isinstance(pair[1], dict) or set(pair[1]) != set(NAMES):
        return None
    loss, grads = plain_array(pair[0]), {name: plain_array(pair[1][name]) for name in NAMES}
    if loss is None or loss.size != 1 or any(g is None for g in grads.values()):
        return None
    return float(loss.reshape(())), {name: g for name, g in grads.items() if g is not None}


RARE = 1e-9  # a probability that does not count

# A logarithm that is kept away from 0 by 1e-7, as in Keras, changes the loss by less, for probabilities above 0.001.
LOSS_TOLERANCE = 1e-4


def near(one: Any, other: Any) -> Any:
    """Tell whether losses are the same, up to what keeping the logarithm away from 0 does to them."""
    return np.abs(one - other) <= LOSS_TOLERANCE * np.maximum(1, np.abs(other))


def judge_loss(case: Case, result: Any) -> Complaint | None:
    """Ask for the loss and the gradients under one and the same mask, whichever it is."""
    losses = []
    for found in result:
        complaint = judge_one_loss(case, found)
        if complaint is not None:
            return complaint
        losses.append(float(np.asarray(found[0]).reshape(())))
    if not has_dropout(case):
        return None
    if not near(losses[1], losses[0]):
        return Complaint("not_repeatable")
    units = scales_of(case)[0].size
    none_kept = losses_with(case, np.zeros((1, *scales_of(case).shape[1:])))[0]
    if rate_of(case, 3) ** (2 * units) < RARE and near(losses[0], none_kept) and near(losses[2], none_kept):
        return Complaint("all_dropped", {"got": "every unit was dropped, with two seeds"})
    return None


def judge_one_loss(case: Case, found: Any) -> Complaint | None:
    params, X, y = case.args[:3]
    if found is None:
        return Complaint("none")
    pair = values(found, 2)
    if pair is None or isinstance(pair[0], dict):
        return Complaint("two_values", {"expected": "two values, (loss, grads)", "got": show(found)})
    complaint = Number().compare(pair[0], 0.0)
    if complaint is not None and complaint.id != "value":
        return Complaint(complaint.id, {**complaint.fields, "part": "loss"})
    complaint = judge_params(pair[1], {name: params[name].shape for name in NAMES})
    if complaint is not None:
        return complaint
    plain = plain_grads(found)
    if plain is None:
        return Complaint("unreadable", {"type": describe(found), "kind": "an error"})
    loss, grads = plain
    scales = fitting(case, loss)
    if not len(scales):
        wanted = losses_with(case, scales_of(case))
        told = f"loss {wanted[0]:.6g}" if len(wanted) == 1 else f"the loss under one of {len(wanted)} masks"
        id = "loss"
        if has_dropout(case) and near(loss, losses_with(case, np.ones((1, *scales_of(case).shape[1:])))[0]):
            id = "no_dropout"
        elif has_dropout(case) and np.any(near(loss, losses_with(case, scales_of(case) > 0))):
            id = "not_rescaled"
        return Complaint(id, {"expected": told, "got": f"loss {loss:.6g}"})
    wanted_grads = [slopes(params, X, y, scale) for scale in scales]
    if any(same_grads(grads, right) for right in wanted_grads):
        return None
    name = next(name for name in ("b2", "W2", "b1", "W1") if not close(grads[name], wanted_grads[0][name]))
    values_of = {
        "expected": f"{name}={show(wanted_grads[0][name].round(6))}",
        "got": f"{name}={show(grads[name].round(6))}",
    }
    return Complaint("value", {**values_of, "part": f"grads['{name}']"})


def same_grads(one: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    return all(one[name].shape == other[name].shape and close(one[name], other[name]) for name in NAMES)


SATURATED_LOSS = 4.0  # at least, for two samples of which one is certainly wrong: half of 8 = -log(3e-4)


def fitting(case: Case, loss: float) -> Array:
    """Return the scales under which the loss is right. That of a saturated network may be cut, but not be small."""
    scales = scales_of(case)
    if case.focus == "saturated":
        return scales if np.isfinite(loss) and loss >= SATURATED_LOSS else scales[:0]
    return np.asarray(scales[near(loss, losses_with(case, scales))])


def found_in(trials: Sequence[Trial]) -> Iterator[tuple[Case, float, dict[str, Array]]]:
    """Yield case, loss and gradients of every call that returned them in the right form."""
    for trial in trials:
        for found in trial.called.result or []:
            plain = plain_grads(found)
            if plain is not None:
                yield trial.case, *plain


def has_other_slopes(trials: Sequence[Trial]) -> bool:
    """Tell whether a gradient differs from the derivative of the loss."""
    return any(trial.complaint is not None and trial.complaint.id == "value" for trial in trials)


def grads_like(**mistake: Any) -> Explanation:
    """Explain gradients by a mistake: in every call they are those with it, under a mask that explains the loss."""

    def wrong(case: Case, scale: Array) -> dict[str, Array]:
        params, X, y = case.args[:3]
        return slopes(params, X, y, scale, **mistake)

    def explains(trials: Sequence[Trial]) -> bool:
        found = list(found_in(trials))
        return has_other_slopes(trials) and all(
            any(same_grads(grads, wrong(case, scale)) for scale in fitting(case, loss)) for case, loss, grads in found
        )

    return explains


def new_mask(trials: Sequence[Trial]) -> bool:
    """Tell whether the way back had a mask of its own in every call with dropout."""
    found = [one for one in found_in(trials) if has_dropout(one[0])]

    def is_mixed(case: Case, loss: float, grads: Mapping[str, Array]) -> bool:
        params, X, y = case.args[:3]
        return any(
            same_grads(grads, slopes(params, X, y, scale, back=lambda _: other))  # noqa: B023 - called at once
            for scale in fitting(case, loss)
            for other in scales_of(case)
        )

    return has_other_slopes(trials) and bool(found) and all(is_mixed(*one) for one in found)


def losses_like(wrong: Callable[[float, int], float]) -> Explanation:
    """Explain the losses without dropout by a wrong formula of the right loss and the number of samples."""

    def explains(trials: Sequence[Trial]) -> bool:
        found = [one for one in found_in(trials) if not has_dropout(one[0]) and one[0].focus != "saturated"]
        rights = [losses_with(case, scales_of(case))[0] for case, _, _ in found]
        return (
            bool(found)
            and not all(near(loss, right) for (_, loss, _), right in zip(found, rights, strict=True))
            and all(
                near(loss, wrong(right, len(case.args[1])))
                for (case, loss, _), right in zip(found, rights, strict=True)
            )
        )

    return explains


def not_finite_at(focus: str) -> Explanation:
    """Return whether nan or inf came back in the cases of one focus, and nothing else is wrong."""
    return lambda trials: (
        failed_at(trials) == {focus} and not any(t.called.fault is not None for t in trials if t.case.focus == focus)
    )


def draw_losses(rng: np.random.Generator) -> Iterator[Case]:
    """Networks so small that all masks can be tried: 2, 64 or 256 of them."""
    for n, d, h, k in [(4, 4, 4, 4), (6, 3, 5, 2), (1, 2, 3, 4)]:
        yield Case(
            (small_network(rng, d, h, k), rng.uniform(-0.7, 0.7, (n, d)), rng.integers(0, k, n), 0.3, False),
            "random_networks",
        )
    for n, h, rate in [(2, 4, 0.4), (1, 6, 0.3), (3, 2, 0.6)]:
        params, X = small_network(rng, 3, h, 3, b1=1.5), rng.uniform(-0.3, 0.3, (n, 3))
        params["W2"] = params["W2"] / 3  # a unit that is kept is made larger, and no probability may be tiny
        yield Case((params, X, rng.integers(0, 3, n), rate, True, Seed(rng.integers(2**31))), "random_dropout")


def wanted_loss(case: Case) -> str:
    """Say what is expected of a call; with dropout in words."""
    if has_dropout(case):
        return "the loss and its gradients under one mask"
    params, X, y = case.args[:3]
    loss, grads = losses_with(case, scales_of(case))[0], slopes(params, X, y, scales_of(case)[0])
    return f"loss {loss:.6g} and gradients, such as b2={show(grads['b2'])}"


TEN = {"W1": np.array([[1.0, 2.0], [-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.zeros((2, 10)), "b2": np.zeros(10)}
TINY = {
    "W1": np.array([[1.0, -1.0, 0.5], [0.5, 1.0, 1.0]]),
    "b1": np.array([1.0, 2.0, 1.5]),
    "W2": np.array([[1.0, -0.5], [0.5, 1.0], [-1.0, 0.25]]),
    "b2": np.array([0.5, -0.25]),
}
SURE = {
    "W1": np.array([[1.0, -1.0]]),
    "b1": np.zeros(2),
    "W2": np.array([[900.0, 0.0], [0.0, 900.0]]),
    "b2": np.zeros(2),
}

LOSS = Function(
    "loss_and_grads",
    oracle.loss_and_grads,
    "eq-capstone-backward",
    judge=judge_loss,
    visible=[Case((TEN, np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0, 3]), 0.0, False), "ten_classes")],
    witnesses=[
        Case((TINY, np.array([[1.0, 0.5]]), np.array([1]), 0.0, False), "one_sample"),
        Case((TINY, np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -3.0]]), np.array([1, 0, 0]), 0.5, False), "no_dropout"),
        Case((SURE, np.array([[1.0], [-2.0]]), np.array([1, 1]), 0.0, False), "saturated"),
        Case((TINY, np.array([[1.0, 0.5], [0.5, 0.25]]), np.array([1, 0]), 0.4, True, Seed(1)), "dropout"),
        Case((TINY, np.array([[1.0, 0.5], [0.5, 0.25]]), np.array([1, 0]), 0.1, True, Seed(2)), "dropout"),
        Case(
            (TINY, np.array([[1.0, 0.5], [0.5, 0.25], [0.25, 1.0]]), np.array([0, 0, 1]), None, True, Seed(5)),
            "defaults",
        ),
    ],
    draws=draw_losses,
    wanted=wanted_loss,
    drive=drive_loss,
    mistakes={
        "log_of_zero": not_finite_at("saturated"),
        "defaults": only_by_default(3),
        "mask_forgotten": grads_like(back=np.ones_like),
        "factor_forgotten": grads_like(back=lambda scale: scale > 0),
        "factor_twice": grads_like(back=lambda scale: scale * scale.max(initial=0)),
        "relu_forgotten": grads_like(relu=lambda z: 1.0),
        "not_divided": grads_like(share=lambda n: 1.0),
        "divided_twice": grads_like(share=lambda n: 1 / n**2),
        "h_before_dropout": grads_like(through=lambda z, a, scale: a),
        "z_for_h": grads_like(through=lambda z, a, scale: z * scale),
        "label_not_subtracted": grads_like(label=0.0),
        "wrong_sign": grads_like(share=lambda n: -1 / n),
        "bias_mean": grads_like(bias=lambda d: d.mean(axis=0)),
        "loss_is_sum": losses_like(lambda loss, n: loss * n),
        "loss_sign": losses_like(lambda loss, n: -loss),
        "new_mask": new_mask,
    },
)

# ----------------------------------------------------------- 5. fit: epochs, batches, Adam

Step = Callable[[int, str, tuple[int, ...]], Any]


def ones(t: int, name: str, shape: tuple[int, ...]) -> Array:
    """Return a gradient that never changes."""
    return np.ones(shape)


def changing(t: int, name: str, shape: tuple[int, ...]) -> Array:
    """Return a gradient for call number t that is never near 0."""
    rng = np.random.default_rng([t, *name.encode()])
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)


def zero(t: int, name: str, shape: tuple[int, ...]) -> Array:
    """Return a gradient of 0."""
    return np.zeros(shape)


def loss_of_call(t: int) -> float:
    """Return the loss of call number t, from 1 on."""
    return 1 + (t * 37 % 11) / 8


class Recorder:
    """Stands for `loss_and_grads`, and writes down how it was called.

    Parameters
    ----------
    gradient : callable
        ``gradient(t, name, shape)`` is the gradient of an array in call number t.
    most : int
        Calls after which it refuses.
    """

    def __init__(self, gradient: Step, most: int) -> None:
        self.gradient, self.most = gradient, most
        self.calls: list[dict[str, Any]] = []

    def __call__(
        self, params: Any, X: Any, y: Any, rate: float = 0.2, training: bool = True, rng: Any = None
    ) -> tuple[float, dict[str, Array]]:
        """Return a loss and gradients that have nothing to do with the data."""
        t = len(self.calls) + 1
        if t > self.most:
            raise RuntimeError(f"loss_and_grads was called {t} times, more often than there are batches")
        if not isinstance(params, dict):
            raise TypeError(
                f"loss_and_grads takes (params, X, y, ...), and params is a dict; got {type(params).__name__}"
            )
        weights = {name: np.array(w) for name, w in params.items()}
        self.calls.append(
            {"params": weights, "X": np.array(X), "y": np.array(y), "rate": rate, "training": training, "rng": rng}
        )
        return loss_of_call(t), {name: self.gradient(t, name, np.shape(w)) for name, w in weights.items()}


def drive_fit(answer: Answer) -> Answer:
    """Return a function that trains twice with generators of one seed, and hands back all records."""

    def run(
        params: Params,
        X: Array,
        y: Array,
        loss_and_grads: Step,
        epochs: int,
        batch_size: int,
        lr: float,
        rng: Seed,
        rate: float | None = None,
    ) -> Any:
        runs = []
        options = () if rate is None else (rate,)
        for _ in range(2):
            recorder = Recorder(loss_and_grads, 4 * epochs * (len(X) + 1))
            generator = np.random.default_rng(rng)
            returned = answer(params, X, y, recorder, epochs, batch_size, lr, generator, *options)
            for call in recorder.calls:
                call["rng"] = call["rng"] is generator
            runs.append({"returned": returned, "calls": recorder.calls})
        return runs

    return written_as(oracle.fit, run)


def right_sizes(case: Case) -> list[int]:
    """Return the sizes of all batches, in order."""
    n, epochs, batch_size = len(case.args[1]), case.args[4], case.args[5]
    full, rest = divmod(n, batch_size)
    right: list[int] = epochs * ([batch_size] * full + ([rest] if rest else []))
    return right


def judge_fit(case: Case, result: Any) -> Complaint | None:
    """Judge how the losses were asked for, then the weights, then the history, then whether the seed repeats all."""
    returned, record = result[0]["returned"], result[0]["calls"]
    complaint = (
        judge_fit_form(case, returned)
        or judge_fit_calls(case, record)
        or judge_fit_weights(case, returned[0], record)
        or judge_history(case, returned[1])
    )
    if complaint is not None:
        return complaint
    again = result[1]["calls"]
    repeats = len(again) == len(record) and all(
        np.array_equal(one["y"], other["y"]) for one, other in zip(record, again, strict=True)
    )
    return None if repeats else Complaint("not_repeatable")


def judge_fit_form(case: Case, returned: Any) -> Complaint | None:
    if returned is None:
        return Complaint("none")
    pair = values(returned, 2)
    wanted = {"expected": "two values, (new_params, history)", "got": show(returned)}
    if pair is None or (isinstance(pair[1], dict) and not isinstance(pair[0], dict)):
        return Complaint("two_values", wanted)
    if not isinstance(pair[0], dict) or pair[0].keys() != case.args[0].keys():
        return Complaint("names", wanted)
    for name, w in case.args[0].items():
        complaint = Floats().compare(pair[0][name], w)
        if complaint is not None and complaint.id != "value":
            return Complaint(complaint.id, {**complaint.fields, "part": f"new_params['{name}']"})
    return None


def judge_fit_calls(case: Case, record: Sequence[Mapping[str, Any]]) -> Complaint | None:
    """Look at the batches and the options with which `loss_and_grads` was called."""
    _, X, y, _, epochs, batch_size = case.args[:6]
    rate = 0.2 if len(case.args) < 9 else case.args[8]
    order: list[list[int]] = []
    for call in record:
        rows = rows_in(call["X"], X)
        if rows is None:
            return Complaint("other_rows", {"got": f"a batch X of shape {call['X'].shape}"})
        order.append(rows)
    sizes, right = [len(rows) for rows in order], right_sizes(case)
    fields = {"expected": f"batches of {show(right)}", "got": f"batches of {show(sizes)}"}
    if sizes != right:
        return Complaint(why_sizes(sizes, right, len(X), batch_size, epochs), fields)
    for call, rows in zip(record, order, strict=True):
        if call["y"].shape != (len(rows),) or not np.array_equal(call["y"], y[rows]):
            return Complaint("misaligned", {"got": f"X of samples {show(rows)} with y={show(call['y'])}"})
    each = len(right) // epochs if epochs else 0
    passes = [list(chain.from_iterable(order[e * each : (e + 1) * each])) for e in range(epochs)]
    if any(sorted(one) != list(range(len(X))) for one in passes):
        return Complaint("twice", {"got": f"samples {show(passes[0])} in the first epoch"})
    if len(X) >= 20 and passes[0] == sorted(passes[0]):
        return Complaint("in_order")
    if len(X) >= 20 and epochs > 1 and passes[0] == passes[1]:
        return Complaint("same_each_epoch")
    for option, wrong in (("rate", rate), ("training", True), ("rng", True)):
        odd = [call[option] for call in record if call[option] != wrong]
        if odd:
            told = {"got": f"{option}={show(odd[0])}", "expected": f"{option}={show(wrong)}"}
            return Complaint(f"{option}_not_passed", told if option != "rng" else {})
    return None


def why_sizes(sizes: Sequence[int], right: Sequence[int], n: int, batch_size: int, epochs: int) -> str:
    """Return the id of what is wrong with the sizes of the batches."""
    each = len(right) // epochs if epochs else 0
    if not sizes:
        return "never_asked"
    if list(sizes) == epochs * [batch_size] * (n // batch_size):
        return "drops_last"
    if list(sizes) == list(right[:each]):
        return "one_epoch"
    if list(sizes) == epochs * [n]:
        return "whole_set"
    if 0 in sizes:
        return "empty_batch"
    return "one_batch" if list(sizes) == list(right[:1]) * epochs and each > 1 else "sizes"


Rule = Callable[[dict[str, Any], Array, Array, float, int, int], Array]


def adam(
    memory: dict[str, Any],
    w: Array,
    g: Array,
    lr: float,
    t: int,
    epoch: int,
    *,
    corrected: bool = True,
    beta1: float = 0.9,
    beta2: float = 0.999,
    square: Callable[[Array], Array] = np.square,
    root: Callable[[Array], Array] = np.sqrt,
) -> Array:
    """Return the weights after update number t, with a mistake; the defaults are right."""
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * square(g)
    if corrected:
        m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return np.asarray(w - lr * m / (root(v) + 1e-7))


def reset_each_epoch(memory: dict[str, Any], w: Array, g: Array, lr: float, t: int, epoch: int) -> Array:
    if memory.get("epoch") != epoch:
        memory.clear()
        memory["epoch"], memory["before"] = epoch, t - 1
    return adam(memory, w, g, lr, t - memory["before"], epoch)


def only_memory_reset(memory: dict[str, Any], w: Array, g: Array, lr: float, t: int, epoch: int) -> Array:
    if memory.get("epoch") != epoch:
        memory.clear()
        memory["epoch"] = epoch
    return adam(memory, w, g, lr, t, epoch)


def only_count_reset(memory: dict[str, Any], w: Array, g: Array, lr: float, t: int, epoch: int) -> Array:
    if memory.get("epoch") != epoch:
        memory["epoch"], memory["before"] = epoch, t - 1
    return adam(memory, w, g, lr, t - memory["before"], epoch)


def forgetful(memory: dict[str, Any], w: Array, g: Array, lr: float, t: int, epoch: int) -> Array:
    return adam({}, w, g, lr, 1, epoch)


def momentum(memory: dict[str, Any], w: Array, g: Array, lr: float, t: int, epoch: int) -> Array:
    memory["v"] = 0.9 * memory.get("v", 0) + g
    return np.asarray(w - lr * memory["v"])


def path_of(case: Case, rule: Rule, together: bool = False) -> list[dict[str, Array]]:
    """Return the weights before each call, and at the end, as a rule makes them."""
    params, _, _, gradient, epochs, _, lr = case.args[:7]
    weights = {name: np.array(w, float) for name, w in params.items()}
    memories: dict[str, dict[str, Any]] = {name: {} for name in weights}
    count = len(right_sizes(case))
    path = [dict(weights)]
    for t in range(1, count + 1):
        epoch = (t - 1) * epochs // count
        for name, w in weights.items():
            weights[name] = rule(memories[name], w, gradient(t, name, w.shape), lr, t, epoch)
        path.append(dict(weights))
    return path


# The place of eps, 1e-7 inside or outside of the correction, moves a weight by less than this share of lr.
STEP_TOLERANCE = 1e-3


def same_weights(one: Mapping[str, Any], other: Mapping[str, Array], lr: float) -> bool:
    return one.keys() == other.keys() and all(
        np.shape(one[name]) == np.shape(w) and np.allclose(one[name], w, rtol=1e-6, atol=STEP_TOLERANCE * lr)
        for name, w in other.items()
    )


def judge_fit_weights(case: Case, final: Any, record: Sequence[Mapping[str, Any]]) -> Complaint | None:
    """Compare the weights of every call, and those at the end, with Adam's."""
    right, lr = path_of(case, adam), case.args[6]
    found = [call["params"] for call in record] + [final]
    for t, (one, wanted) in enumerate(zip(found, right, strict=True)):
        if not same_weights(one, wanted, lr):
            told = {"expected": f"after {t} updates {show(wanted)}", "got": show(dict(one)), "update": t}
            last = t == len(record)
            return Complaint("not_the_last" if last and same_weights(one, right[0], lr) else "value", told)
    return None


def judge_history(case: Case, history: Any) -> Complaint | None:
    """Compare the history with the mean over the samples of each epoch."""
    sizes, epochs = right_sizes(case), case.args[4]
    each = len(sizes) // epochs if epochs else 0
    losses = [loss_of_call(t + 1) for t in range(len(sizes))]
    array = plain_array(history)
    if array is None or array.ndim != 1:
        return Complaint("history_form", {"expected": f"a list of {epochs} numbers", "got": show(history)})
    pairs = [(losses[e * each : (e + 1) * each], np.array(sizes[e * each : (e + 1) * each])) for e in range(epochs)]
    wanted = [float(np.dot(one, size) / size.sum()) for one, size in pairs]
    fields = {"expected": show(wanted), "got": show(history)}
    if len(array) != epochs:
        return Complaint("history_each_batch" if len(array) == len(losses) else "history_length", fields)
    if np.allclose(array, wanted, rtol=1e-6):
        return None
    wrong: dict[str, list[Any]] = {
        "history_unweighted": [np.mean(one) for one, _ in pairs],
        "history_last_batch": [one[-1] for one, _ in pairs],
        "history_sum": [np.dot(one, size) for one, size in pairs],
        "history_sum_of_batches": [np.sum(one) for one, _ in pairs],
    }
    return Complaint(next((id for id, one in wrong.items() if np.allclose(array, one, rtol=1e-6)), "history"), fields)


def moves_like(*rules: Rule) -> Explanation:
    """Explain the weights of every training by a wrong rule."""

    def one(trial: Trial, rule: Rule) -> bool:
        if trial.called.fault is not None or not isinstance(trial.called.result, list):
            return False
        run = trial.called.result[0]
        pair, path = values(run["returned"], 2), path_of(trial.case, rule)
        found = [call["params"] for call in run["calls"]] + [pair[0] if pair and isinstance(pair[0], dict) else {}]
        return len(found) == len(path) and all(
            same_weights(got, wanted, trial.case.args[6]) for got, wanted in zip(found, path, strict=True)
        )

    return lambda trials: any(all(one(trial, rule) for trial in trials) for rule in rules)


def starts_over(trials: Sequence[Trial]) -> bool:
    """Tell whether every call saw the weights of the start."""
    runs = [(t.case, t.called.result[0]["calls"]) for t in trials if isinstance(t.called.result, list)]
    return any(calls for _, calls in runs) and all(
        same_weights(call["params"], {name: np.asarray(w) for name, w in case.args[0].items()}, case.args[6] / 10)
        for case, calls in runs
        for call in calls
    )


def wanted_fit(case: Case) -> str:
    """Say what is expected of a training."""
    end = show(path_of(case, adam)[-1])
    return f"{len(right_sizes(case))} updates, a history of {case.args[4]} numbers, and new_params={end}"


START = {"w": np.array([1.0, -2.0]), "b": np.array([0.5])}


def draw_fits(rng: np.random.Generator) -> Iterator[Case]:
    for n, epochs, batch_size in [(50, 3, 16), (24, 2, 8), (21, 3, 4)]:
        X, y = data(n, 2)
        order = rng.permutation(n)
        start = {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}
        lr = float(rng.uniform(0.005, 0.02))
        options = (epochs, batch_size, lr, Seed(rng.integers(2**31)), 0.35)
        yield Case((start, X[order], y[order], changing, *options), "random_trainings")


FIT = Function(
    "fit",
    oracle.fit,
    "eq-fit",
    judge=judge_fit,
    visible=[Case((START, *data(5, 1), ones, 2, 2, 0.25, Seed(0)), "constant")],
    witnesses=[
        Case((START, *data(50, 2), changing, 3, 16, 0.01, Seed(1), 0.35), "last_batch"),
        Case((START, *data(24, 2), changing, 2, 24, 0.01, Seed(2)), "one_batch"),
        Case((START, *data(3, 1), changing, 4, 8, 0.01, Seed(3), 0.0), "large_batch"),
        Case((START, *data(3, 1), changing, 0, 2, 0.01, Seed(4)), "no_epoch"),
        Case((START, *data(4, 1), zero, 1, 2, 0.01, Seed(6)), "zero_gradient"),
        Case(({"w": np.array([3, 4])}, *data(4, 2), ones, 1, 2, 0.5, Seed(5), 0.5), "integers"),
    ],
    draws=draw_fits,
    wanted=wanted_fit,
    drive=drive_fit,
    mistakes={
        "starts_over": starts_over,
        "state_reset": moves_like(reset_each_epoch, only_memory_reset),
        "count_reset": moves_like(only_count_reset),
        "count_per_epoch": moves_like(
            lambda memory, w, g, lr, t, epoch: adam(memory, w, g, lr, epoch + 1, epoch),
        ),
        "forgetful": moves_like(forgetful),
        "not_corrected": moves_like(partial(adam, corrected=False)),
        "gradient_descent": moves_like(lambda memory, w, g, lr, t, epoch: w - lr * g, momentum),
        "uphill": moves_like(lambda memory, w, g, lr, t, epoch: adam(memory, w, g, -lr, t, epoch)),
        "count_from_zero": moves_like(lambda memory, w, g, lr, t, epoch: adam(memory, w, g, lr, t + 1, epoch)),
        "betas_swapped": moves_like(partial(adam, beta1=0.999, beta2=0.9)),
        "other_betas": moves_like(partial(adam, beta2=0.99), partial(adam, beta1=0.99), partial(adam, beta1=0.95)),
        "no_root": moves_like(partial(adam, root=lambda v: v)),
        "no_square": moves_like(partial(adam, square=np.abs)),
        "fixed_lr": moves_like(
            lambda memory, w, g, lr, t, epoch: adam(memory, w, g, 0.001, t, epoch),
        ),
        "no_eps": not_finite_at("zero_gradient"),
        "no_epoch_raises": lambda trials: fails_only_at("no_epoch")(trials) and fault_at(trials, "no_epoch") != "",
    },
)

# ------------------------------------------------------------------ 6. evaluate and the confusion matrix


@dataclass(frozen=True)
class LossAndShare:
    """A mean loss and an accuracy. The loss of a saturated network may be cut, but not be small."""

    def compare(self, got: Any, want: Any) -> Complaint | None:
        """Return what is wrong with `got`, or None."""
        complaint = Parts({"loss": Number(), "accuracy": Number()}).compare(got, want)
        if complaint is None or complaint.id != "value" or complaint.fields.get("part") != "loss":
            return complaint
        loss = float(np.asarray(got[0]).reshape(()))
        if near(loss, want[0]) or (want[0] > 100 and SATURATED_LOSS <= loss < np.inf):
            return Number().compare(got[1], want[1])
        return complaint


def draw_evaluations(rng: np.random.Generator) -> Iterator[Case]:
    for n, d, h, k in [(7, 4, 4, 4), (30, 3, 6, 5), (5, 5, 5, 5)]:
        X = rng.uniform(-0.7, 0.7, (n, d))
        yield Case((small_network(rng, d, h, k), X, rng.integers(0, k, n)), "random_networks")


def evaluating(
    loss: Callable[[Array, Array], Any] = lambda log_p, y: -log_p[np.arange(len(y)), y].mean(),
    share: Callable[[Array, Array], Any] = lambda Z, y: np.mean(Z.argmax(axis=1) == y),
    together: Callable[[Any, Any], Any] = lambda loss, share: (loss, share),
) -> Answer:
    """Return an evaluation with a mistake in it; the defaults are right."""

    def evaluate(params: Params, X: Array, y: Array) -> Any:
        Z = scores(params, hidden(params, X))
        return together(loss(log_softmax(Z), y), share(Z, y))

    return evaluate


def chance_in_evaluation(trials: Sequence[Trial]) -> bool:
    """Tell whether two calls with the same arguments gave different losses."""
    found = [t.called.result for t in trials if t.case.focus == "again" and t.called.fault is None]
    return len(found) > 1 and not same(found[0], found[1])


MIDDLE = (TALL, ROWS, np.arange(60) % 2)

EVALUATE = Function(
    "evaluate",
    oracle.evaluate,
    "eq-capstone-evaluate",
    LossAndShare(),
    visible=[Case((TINY, np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -3.0]]), np.array([0, 1, 1])), "three_samples")],
    witnesses=[
        Case((TINY, np.array([[1.0, 0.5]]), np.array([1])), "one_sample"),
        Case((SURE, np.array([[1.0], [-2.0]]), np.array([1, 1])), "saturated"),
        Case(MIDDLE, "again"),
        Case(MIDDLE, "again"),
    ],
    draws=draw_evaluations,
    mistakes={
        "drops": chance_in_evaluation,
        "log_of_zero": not_finite_at("saturated"),
        "percent": like(evaluating(share=lambda Z, y: 100 * np.mean(Z.argmax(axis=1) == y))),
        "loss_summed": like(evaluating(loss=lambda log_p, y: -log_p[np.arange(len(y)), y].sum())),
        "loss_sign": like(evaluating(loss=lambda log_p, y: log_p[np.arange(len(y)), y].mean())),
        "swapped": like(evaluating(together=lambda loss, share: (share, loss))),
        "counts_right": like(evaluating(share=lambda Z, y: np.sum(Z.argmax(axis=1) == y))),
        "counts_wrong": like(evaluating(share=lambda Z, y: np.mean(Z.argmax(axis=1) != y))),
        "argmax_over_samples": like(
            evaluating(share=lambda Z, y: np.mean(Z.argmax(axis=0) == y[: Z.shape[1]])),
            evaluating(share=lambda Z, y: np.mean(softmax(Z).argmax(axis=0) == y[: Z.shape[1]])),
        ),
        "mean_over_classes": like(
            evaluating(loss=lambda log_p, y: -log_p[np.arange(len(y)), y].sum() / log_p.size),
        ),
        "mean_over_all": like(evaluating(loss=lambda log_p, y: -log_p[:, y].mean())),
    },
)


def draw_confusions(rng: np.random.Generator) -> Iterator[Case]:
    for n, k in [(40, 4), (25, 7), (9, 12)]:
        yield Case((rng.integers(0, k, n), rng.integers(0, k, n), k), "random_classes")


def counted(pairs: Callable[[Array, Array], tuple[Any, Any]] = lambda t, p: (t, p)) -> Answer:
    """Return a confusion matrix of other pairs."""

    def confusion(y_true: Array, y_pred: Array, num_classes: int) -> Array:
        M = np.zeros((num_classes, num_classes), int)
        np.add.at(M, pairs(np.asarray(y_true, int), np.asarray(y_pred, int)), 1)
        return M

    return confusion


def each_pair_once(t: Array, p: Array, k: int) -> Array:
    M = np.zeros((k, k), int)
    M[np.asarray(t, int), np.asarray(p, int)] += 1
    return M


def present_only(t: Array, p: Array, k: int) -> Array:
    classes = np.union1d(t, p)
    return np.array([[np.sum((t == i) & (p == j)) for j in classes] for i in classes])


def shares(t: Array, p: Array, k: int) -> Array:
    M = oracle.confusion_matrix(t, p, k)
    return np.asarray(M / np.maximum(M.sum(axis=1, keepdims=True), 1))


CONFUSION = Function(
    "confusion_matrix",
    oracle.confusion_matrix,
    "eq-confusion",
    Integers(whole_floats=False),
    visible=[Case((np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]), 2), "two_classes")],
    witnesses=[
        Case((np.array([0, 2, 2, 1, 2]), np.array([0, 0, 0, 1, 2]), 3), "repeated"),
        Case((np.array([1, 1]), np.array([3, 0]), 5), "absent"),
        Case((np.zeros(0, int), np.zeros(0, int), 3), "no_samples"),
        Case((np.array([0, 0, 1]), np.array([1, 1, 0]), 2), "nothing_right"),
    ],
    draws=draw_confusions,
    mistakes={
        "pairs_once": like(each_pair_once),
        "transposed": like(counted(lambda t, p: (p, t))),
        "diagonal_only": like(counted(lambda t, p: (t[t == p], p[t == p]))),
        "errors_only": like(counted(lambda t, p: (t[t != p], p[t != p]))),
        "present_only": like(
            present_only,
            lambda t, p, k: oracle.confusion_matrix(t, p, int(max([*t, *p, -1])) + 1) if len(t) else np.zeros((0, 0)),
        ),
        "shares": like(shares, lambda t, p, k: oracle.confusion_matrix(t, p, k) / max(len(t), 1)),
        "empty_raises": lambda trials: fails_only_at("no_samples")(trials) and fault_at(trials, "no_samples") != "",
    },
)

# --------------------------------------------------------------- 7. Handwritten digits

ENOUGH = 0.97
CHANCE = 0.35  # accuracy after training on 300 shuffled labels: 0.1 on average; this is far outside


@dataclass(frozen=True)
class Digits:
    """The digits, split and flattened."""

    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array

    @staticmethod
    def load() -> "Digits":
        """Read them from scikit-learn; it must be installed."""
        images, labels, test_images, test_labels = digits_split()
        return Digits(rows_of(images) / 16, labels, rows_of(test_images) / 16, test_labels)


ALL, LABELS = Given("the 1438 training images, flat and scaled"), Given("their labels")
FEW = Given("the first 70 training images, flat and scaled")
SOME, SHUFFLED = Given("the first 300 training images, flat and scaled"), Given("their labels, shuffled")
COUNTS = {ALL.text: 1438, FEW.text: 70, SOME.text: 300}


def some_parameters(X: Array, y: Array, seed: int) -> None:
    """Stand for the oracle's `train_digits`: many trainings are right, and what is asked of them is an accuracy."""


def drive_digits(answer: Answer) -> Answer:
    """Return a function that trains on the digits; on few of them twice with one seed and once with another."""
    digits = Digits.load()

    def run(X: Given, y: Given, seed: int) -> Any:
        images, labels = digits.X_train, digits.y_train
        if y.text == SHUFFLED.text:
            labels = np.random.default_rng(seed).permutation(labels)
        count, seeds = COUNTS[X.text], (seed, seed, seed + 1) if X.text == FEW.text else (seed,)
        return [answer(images[:count].copy(), labels[:count].copy(), one) for one in seeds]

    return written_as(some_parameters, run)


def accuracy(params: Params, X: Array, y: Array) -> float:
    return float(np.mean(scores(params, hidden(params, X)).argmax(axis=1) == y))


def judge_digits(case: Case, result: Any) -> Complaint | None:
    """Look at the form, then at what the case is for: accuracy, repetition, or whether labels were peeked at."""
    trained = []
    for found in result:
        complaint = judge_trained(found)
        if complaint is not None:
            return complaint
        trained.append({name: np.asarray(found[name], float) for name in NAMES})
    digits = Digits.load()
    test = accuracy(trained[0], digits.X_test, digits.y_test)
    if case.focus == "shuffled":
        told = {"expected": "an accuracy near 0.1 on the test images", "got": f"accuracy {test:.3f}"}
        return Complaint("peeks", told) if test > CHANCE else None
    if case.focus == "repeats":
        first, again, other = trained
        if not all(np.array_equal(first[name], again[name]) for name in NAMES):
            return Complaint("not_repeatable", {"got": "other parameters the second time"})
        if np.array_equal(first["W1"], other["W1"]):
            return Complaint("ignores_seed", {"got": "the same parameters for two seeds"})
        return None
    return judge_accuracy(trained[0], digits, test) if test < ENOUGH else None


def judge_trained(found: Any) -> Complaint | None:
    """Look at the form of trained parameters."""
    if found is None:
        return Complaint("none")
    pair = values(found, 2)
    if pair is not None and isinstance(pair[0], dict):
        return Complaint("with_history", {"got": "two values"})
    if isinstance(found, dict) and set(found) == set(NAMES):
        W1 = plain_array(found["W1"])
        if W1 is not None and W1.ndim == 2 and len(W1) == 64 and W1.shape[1] != 128:
            return Complaint("hidden_units", {"units": W1.shape[1], "got": f"W1 of shape {W1.shape}"})
    complaint = judge_params(found, {"W1": (64, 128), "b1": (128,), "W2": (128, 10), "b2": (10,)})
    if complaint is not None:
        return complaint
    return None if all(np.isfinite(found[name]).all() for name in NAMES) else Complaint("not_finite")


def judge_accuracy(params: Params, digits: Digits, test: float) -> Complaint:
    """Say why too few test images are read right, as far as the parameters and the training images tell."""
    train = accuracy(params, digits.X_train, digits.y_train)
    fields = {"got": f"{test:.3f} on the test images, {train:.3f} on the training images", "train": f"{train:.3f}"}
    farthest = max(float(np.abs(params[name]).max()) for name in ("b1", "b2"))
    if farthest == 0:
        return Complaint("untrained", fields)
    if farthest < 0.05:
        return Complaint("hardly_moved", fields)
    if farthest > 5 or train < 0.5:
        return Complaint("lr_too_large", fields)
    return Complaint("underfit" if train < 0.985 else "value", fields)


def wanted_digits(case: Case) -> str:
    """Say what is expected of a training on digits."""
    return {
        "shuffled": "parameters that read the test images no better than chance",
        "repeats": "the same parameters for the same seed, and others for another",
    }.get(case.focus, f"parameters that read at least {ENOUGH:.0%} of the test images right")


DIGITS = Function(
    "train_digits",
    some_parameters,
    "eq-recipe",
    judge=judge_digits,
    visible=[Case((ALL, LABELS, 0), "accuracy")],
    witnesses=[Case((FEW, LABELS, 1), "repeats"), Case((SOME, SHUFFLED, 2), "shuffled")],
    long=[Case((ALL, LABELS, 3), "other_seed")],
    wanted=wanted_digits,
    drive=drive_digits,
)

QUIZ = Quiz(
    9,
    [
        Statement(0, False, "sec-looking-back"),
        Statement(1, True, "sec-looking-back"),
        Statement(2, False, "sec-looking-back"),
        Statement(3, True, "sec-looking-back"),
        Statement(4, True, "sec-looking-back"),
        Statement(5, False, "sec-evaluate"),
        Statement(6, False, "sec-bugs"),
        Statement(7, True, "sec-looking-back"),
    ],
)

ASSIGNMENT = Assignment(
    "08_capstone",
    [
        Task(1, 3, 7, [FLATTEN, SPLIT]),
        Task(2, 3, 6, [INIT, SUMMARY]),
        Task(3, 4, 10, [FORWARD]),
        Task(4, 6, 13, [LOSS]),
        Task(5, 6, 12, [FIT]),
        Task(6, 3, 7, [EVALUATE, CONFUSION]),
        Task(7, 4, 7, [DIGITS]),
    ],
    QUIZ,
    numbers={
        "eq-flatten-scale": "(8.1)",
        "eq-split": "(8.2)",
        "eq-glorot": "(8.3)",
        "eq-layer-counts": "(8.4)",
        "eq-capstone-forward": "(8.5)",
        "eq-capstone-backward": "(8.7)",
        "eq-fit": "(8.8)",
        "eq-capstone-evaluate": "(8.9)",
        "eq-confusion": "(8.10)",
        "eq-recipe": "(8.11)",
    },
)
