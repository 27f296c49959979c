"""The lower bound: a training step's matrix products, and nothing else."""

import numpy as np
from numpy.typing import NDArray

from benchmarks import mlp, transformer

Pair = tuple[NDArray[np.float32], NDArray[np.float32]]


class _Products:
    """Pairs of matrices, multiplied again and again into arrays that exist already."""

    def __init__(self, pairs: list[Pair]) -> None:
        self.jobs = [(A, B, A @ B) for A, B in pairs]

    def run(self, steps: int) -> None:
        """Do the products of some steps."""
        for _ in range(steps):
            for A, B, out in self.jobs:
                np.matmul(A, B, out=out)


def _both_ways(X: NDArray[np.float32], W: NDArray[np.float32], need_dX: bool = True) -> list[Pair]:
    """Return the operands of a dense layer, forward and backward: Y, dW and dX."""
    dY = X @ W
    return [(X, W), (X.T, dY), *([(dY, W.T)] if need_dX else [])]


class Mlp(_Products):
    """The five products of the notes' model; images want no gradient."""

    def __init__(self, problem: mlp.Problem, dropout: float = 0.0) -> None:
        X, _ = problem.first()
        X = X.reshape(len(X), -1)
        W1, W2 = problem.weights["W1"], problem.weights["W2"]
        super().__init__([*_both_ways(X, W1, need_dX=False), *_both_ways(X @ W1, W2)])


class Transformer(_Products):
    """The products of a Transformer: dense layers on flat tokens, queries with keys, weights with values."""

    def __init__(self, problem: transformer.Problem) -> None:
        (batch, length), d = problem.batches[0][0].shape, problem.d_model
        rng = np.random.default_rng(0)
        pairs: list[Pair] = []
        for name, W in problem.weights.items():
            if W.ndim == 2 and "embedding" not in name:
                X = rng.normal(size=(batch * length, len(W))).astype(np.float32)
                # queries of one sequence, keys and values of another, take a product each
                parts = [W[:, :d].copy(), W[:, d:].copy()] if name.endswith("cross.W_in") else [W]
                for part in parts:
                    pairs += _both_ways(X, part)
            if name.endswith("W_in"):
                pairs += _attention(rng, (batch, problem.num_heads, length, d // problem.num_heads))
        super().__init__(pairs)


def _attention(rng: np.random.Generator, shape: tuple[int, ...]) -> list[Pair]:
    """Return the operands of attention: scores and outputs; and back, the gradients of A, V, Q and K."""
    Q, K, V, dO = rng.normal(size=(4, *shape)).astype(np.float32)
    A = Q @ K.mT
    return [(Q, K.mT), (A, V), (dO, V.mT), (A.mT, dO), (A, K), (A.mT, Q)]
