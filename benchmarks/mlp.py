"""The notes' model: 784-128-10, relu, dropout 0.2, sparse cross-entropy, Adam, float32."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.field import Entry, Trial, compare
from benchmarks.table import Table

__all__ = ["ENTRIES", "Answer", "Problem", "make_problem", "measure"]

BATCH_SIZES = (32, 128, 512)
NUM_IMAGES, SIDE, HIDDEN, CLASSES, DROPOUT = 16384, 28, 128, 10, 0.2
INK, MISLABELLED = 0.2, 0.2
ENTRIES = (
    Entry("dlcourse", "dlcourse.sequential", "course", "Mlp"),
    Entry("matrix products alone", "numpy", "bound", "Mlp"),
    Entry("textbook NumPy, float64", "numpy", "textbook", "Mlp"),
    Entry("PyTorch eager", "torch", "pytorch", "Mlp"),
    Entry("PyTorch eager, fused Adam", "torch", "pytorch", "FusedMlp"),
    Entry("JAX jit", "jax", "jax_jit", "Mlp"),
    Entry("scikit-learn, no dropout", "sklearn", "scikit", "Mlp"),
)
Answer = tuple[float, Mapping[str, NDArray[np.floating]]]
GOALS = {
    "matrix products alone": dict(zip(BATCH_SIZES, (0.38, 0.58, 0.70), strict=True)),
    "textbook NumPy, float64": dict.fromkeys(BATCH_SIZES, 2.5),
    "PyTorch eager": dict(zip(BATCH_SIZES, (1.8, 1.5, 1.3), strict=True)),
}


@dataclass(frozen=True)
class Problem:
    """What every contender gets.

    Attributes
    ----------
    images : ndarray of float32, shape (n, 28, 28)
        From 0 to 1. A fifth of the pixels is inked, the same ones in each class, as dark as chance will have it.
    labels : ndarray of int64, shape (n,)
        Classes. A fifth is drawn by lot, so that there is always something to learn and no unit dies.
    batches : list of ndarray of int64
        Rows of each mini-batch, in order; after the last comes the first.
    weights : mapping of str to ndarray of float32
        Weights to start from: W1, b1, W2, b2, where ``Y = X @ W + b``.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    batches: list[NDArray[np.int64]]
    weights: Mapping[str, NDArray[np.float32]]

    def first(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return images and labels of the first batch."""
        return self.images[self.batches[0]], self.labels[self.batches[0]]


def make_problem(batch_size: int, num_images: int = NUM_IMAGES) -> Problem:
    """Draw a problem, the same in every run.

    Parameters
    ----------
    batch_size : int
        Images in each mini-batch.
    num_images : int, default 16384
        Images in all.

    Returns
    -------
    Problem
        Batches are drawn without replacement.
    """
    images, labels = _draw_images(num_images)
    rng, size = np.random.default_rng(1), SIDE * SIDE
    rows = rng.permutation(num_images)
    batches = list(rows[: num_images // batch_size * batch_size].reshape(-1, batch_size))
    weights = {
        "W1": rng.normal(0, (2 / size) ** 0.5, (size, HIDDEN)),
        "b1": rng.normal(0, 0.1, HIDDEN),
        "W2": rng.normal(0, (1 / HIDDEN) ** 0.5, (HIDDEN, CLASSES)),
        "b2": rng.normal(0, 0.1, CLASSES),
    }
    return Problem(images, labels, batches, {name: w.astype(np.float32) for name, w in weights.items()})


@cache
def _draw_images(number: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return images and their labels; all problems share them."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(CLASSES, size=number)
    strokes = rng.random((CLASSES, SIDE, SIDE)) < INK
    images = rng.random((number, SIDE, SIDE), dtype=np.float32)
    images *= strokes[drawn]
    return images, np.where(rng.random(number) < MISLABELLED, rng.integers(CLASSES, size=number), drawn)


def measure(threads: int, repeats: int, seconds: float = 0.04) -> list[Table]:
    """Time the training of the notes' model.

    Parameters
    ----------
    threads : int
        Threads that this process was started with.
    repeats : int
        Turns of each contender.
    seconds : float, default 0.04
        About how long a turn lasts.

    Returns
    -------
    list of Table
        One table, with a column for each batch size.
    """
    trials = [
        Trial(
            f"batch {size}",
            make_problem(size),
            {"dropout": DROPOUT},
            {"dropout": 0.0},
            {name: goals[size] for name, goals in GOALS.items()},
        )
        for size in BATCH_SIZES
    ]
    return [compare("Training the notes' model (784-128-10)", ENTRIES, trials, threads, repeats, seconds)]
