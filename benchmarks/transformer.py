"""A small Transformer: d_model 64, 4 heads, 2 + 2 layers, feed-forward 256, vocabulary 256, batch 32, Adam, float32."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.field import Entry, Trial, compare
from benchmarks.table import Table

__all__ = ["ENTRIES", "PAD", "Answer", "Problem", "make_problem", "measure", "positions"]

LENGTHS = (16, 32)
PAD, FIRST_WORD, NUM_BATCHES = 0, 3, 16
ENTRIES = (
    Entry("dlcourse", "dlcourse.transformer", "course", "Transformer"),
    Entry("matrix products alone", "numpy", "bound", "Transformer"),
    Entry("PyTorch eager", "torch", "pytorch", "Transformer"),
    Entry("PyTorch eager, fused Adam", "torch", "pytorch", "FusedTransformer"),
    Entry("JAX jit", "jax", "jax_jit", "Transformer"),
)
GOALS = {"matrix products alone": 0.60, "PyTorch eager, fused Adam": 1.0}
Ids = NDArray[np.int64]
Answer = tuple[float, Mapping[str, NDArray[np.floating]]]


@dataclass(frozen=True)
class Problem:
    """What every contender gets.

    Attributes
    ----------
    batches : list of tuple of three ndarrays of int64, each of shape (batch, length)
        Source, input of the decoder, and the words that it shall predict. Sentences have different lengths and are
        padded with 0; the loss is the mean over the words to predict that are no padding.
    weights : mapping of str to ndarray of float32
        Weights to start from, by names as in ``encoder.0.attention.W_in``; ``Y = X @ W + b``. The columns of ``W_in``
        are queries, keys and values, in that order.
    d_model, num_heads, num_layers, d_ff, vocab_size : int
        The model; encoder and decoder have `num_layers` each.
    """

    batches: list[tuple[Ids, Ids, Ids]]
    weights: Mapping[str, NDArray[np.float32]]
    d_model: int = 64
    num_heads: int = 4
    num_layers: int = 2
    d_ff: int = 256
    vocab_size: int = 256


def positions(length: int, d: int) -> NDArray[np.float32]:
    """Return the sinusoids that tell a model where a word stands.

    Parameters
    ----------
    length, d : int
        Words, and numbers for each.

    Returns
    -------
    ndarray of float32, shape (length, d)
        Sine in even columns and cosine in odd ones.
    """
    k = np.arange(d)
    angles = np.arange(length)[:, None] / 10000 ** (2 * (k // 2) / d)
    return np.where(k % 2 == 0, np.sin(angles), np.cos(angles)).astype(np.float32)


def make_problem(length: int, batch_size: int = 32) -> Problem:
    """Draw a problem, the same in every run.

    Parameters
    ----------
    length : int
        Words in the longest sentences, at least 2; the shortest have half of that.
    batch_size : int, default 32
        Pairs of sentences in each mini-batch.

    Returns
    -------
    Problem
        The target repeats the source, so that there is something to learn.
    """
    rng = np.random.default_rng(0)
    plain = Problem([], {})
    d, ff, V = plain.d_model, plain.d_ff, plain.vocab_size
    batches = []
    for _ in range(NUM_BATCHES):
        source = rng.integers(FIRST_WORD, V, (batch_size, length))
        lengths = rng.integers(length // 2, length + 1, batch_size)
        lengths[0] = length  # so that all batches have one shape
        source[np.arange(length) >= lengths[:, None]] = PAD
        shifted = np.concatenate([np.ones((batch_size, 1), source.dtype), source[:, :-1]], axis=1)
        batches.append((source, np.where(source == PAD, PAD, shifted), source))
    shapes: dict[str, tuple[int, ...]] = {"source_embedding": (V, d), "target_embedding": (V, d)}
    for side, blocks in (("encoder", ["attention"]), ("decoder", ["attention", "cross"])):
        for layer in range(plain.num_layers):
            at = f"{side}.{layer}"
            for block in blocks:
                shapes |= {f"{at}.{block}.W_in": (d, 3 * d), f"{at}.{block}.b_in": (3 * d,)}
                shapes |= {f"{at}.{block}.W_out": (d, d), f"{at}.{block}.b_out": (d,)}
            shapes |= {f"{at}.W1": (d, ff), f"{at}.b1": (ff,), f"{at}.W2": (ff, d), f"{at}.b2": (d,)}
            for norm in range(len(blocks) + 1):
                shapes |= {f"{at}.norm{norm + 1}.gamma": (d,), f"{at}.norm{norm + 1}.beta": (d,)}
        shapes |= {f"{side}.norm.gamma": (d,), f"{side}.norm.beta": (d,)}
    shapes |= {"output.W": (d, V), "output.b": (V,)}
    weights = {name: _draw(rng, name, shape).astype(np.float32) for name, shape in shapes.items()}
    return Problem(batches, weights)


def _draw(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    if len(shape) == 1:
        return rng.normal(1.0 if name.endswith("gamma") else 0.0, 0.1, shape)
    return rng.normal(0.0, shape[1] ** -0.5 if "embedding" in name else (2 / sum(shape)) ** 0.5, shape)


def measure(threads: int, repeats: int, seconds: float = 0.15) -> list[Table]:
    """Time the training of a small Transformer: forward, backward, Adam.

    Parameters
    ----------
    threads : int
        Threads that this process was started with.
    repeats : int
        Turns of each contender.
    seconds : float, default 0.15
        About how long a turn lasts.

    Returns
    -------
    list of Table
        One table, with a column for each length of sentences.
    """
    trials = [Trial(f"batch 32 x {length} words", make_problem(length), {}, {}, GOALS) for length in LENGTHS]
    title = "Training a small Transformer (d 64, 4 heads, 2 + 2 layers)"
    return [compare(title, ENTRIES, trials, threads, repeats, seconds)]
