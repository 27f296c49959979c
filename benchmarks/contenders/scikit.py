"""scikit-learn's MLPClassifier, which has no dropout: its step does less."""

import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.mlp import Answer, Problem

MOST_STEPS, MOST_ROWS = 64, 8192


class Mlp:
    """One call of `partial_fit` for several steps, so that the checks of its input weigh little.

    It is as fast as shuffling by itself, but takes the batches in the order in which the others take them.
    """

    def __init__(self, problem: Problem, dropout: float = 0.0) -> None:
        self.problem, self.step = problem, 0
        self.images = problem.images.reshape(len(problem.images), -1)
        self.chunk = min(MOST_STEPS, MOST_ROWS // len(problem.batches[0]))
        self.buffer = np.empty((self.chunk * len(problem.batches[0]), self.images.shape[1]), np.float32)
        w = problem.weights
        self.model = self._make([w["W1"], w["W2"]], [w["b1"], w["b2"]], solver="adam")

    def _make(self, coefs: list, intercepts: list, **options: object) -> MLPClassifier:
        rows, classes = self.problem.batches[0], np.arange(intercepts[-1].size)
        model = MLPClassifier((intercepts[0].size,), alpha=0.0, batch_size=len(rows), shuffle=False, **options)
        model.partial_fit(self.images[rows], self.problem.labels[rows], classes=classes)
        model.coefs_, model.intercepts_ = [W.copy() for W in coefs], [b.copy() for b in intercepts]
        del model._optimizer  # the next call makes another one, which has seen no gradient yet
        return model

    def run(self, steps: int) -> None:
        """Train some steps."""
        batches = self.problem.batches
        while steps:
            now = min(steps, self.chunk)
            rows = np.concatenate([batches[(self.step + i) % len(batches)] for i in range(now)])
            X = np.take(self.images, rows, axis=0, out=self.buffer[: len(rows)], mode="clip")
            self.model.partial_fit(X, self.problem.labels[rows])
            self.step += now
            steps -= now

    def loss_and_gradient(self) -> Answer:
        """Return the loss of the first batch, and as its gradient what one plain step of length 1 subtracts."""
        old = self.model
        new = self._make(old.coefs_, old.intercepts_, solver="sgd", learning_rate_init=1.0, momentum=0.0)
        rows = self.problem.batches[0]
        new.partial_fit(self.images[rows], self.problem.labels[rows])
        return new.loss_, {
            "W1": old.coefs_[0] - new.coefs_[0],
            "b1": old.intercepts_[0] - new.intercepts_[0],
            "W2": old.coefs_[1] - new.coefs_[1],
            "b2": old.intercepts_[1] - new.intercepts_[1],
        }
