"""The course's own models."""

import numpy as np

from benchmarks import mlp, transformer
from dlcourse.layers import Dense, Dropout, Flatten
from dlcourse.optimizers import Optimizer, adam_step
from dlcourse.sequential import Sequential
from dlcourse.transformer import Transformer as Model
from dlcourse.transformer import masked_cross_entropy

NAMES = {"W1": "dense.W", "b1": "dense.b", "W2": "dense_1.W", "b2": "dense_1.b"}


class Mlp:
    """The notes' model as a student writes it."""

    def __init__(self, problem: mlp.Problem, dropout: float = 0.0) -> None:
        hidden, classes = problem.weights["b1"].size, problem.weights["b2"].size
        layers = [Flatten(), Dense(hidden, "relu"), Dropout(dropout), Dense(classes, "softmax")]
        self.model = Sequential(layers, np.random.default_rng(0)).build(problem.images.shape[1:])
        self.model.compile("adam", "sparse_categorical_crossentropy")
        self.model.set_weights({theirs: problem.weights[ours] for ours, theirs in NAMES.items()})
        self.problem, self.step = problem, 0

    def run(self, steps: int) -> None:
        """Train some steps."""
        images, labels, batches = self.problem.images, self.problem.labels, self.problem.batches
        for _ in range(steps):
            rows = batches[self.step % len(batches)]
            self.model.train_on_batch(images.take(rows, axis=0), labels.take(rows))
            self.step += 1

    def loss_and_gradient(self) -> mlp.Answer:
        """Return the loss of the first batch and its gradient."""
        loss, grads = self.model.loss_and_gradients(*self.problem.first())
        return loss, {ours: grads[theirs] for ours, theirs in NAMES.items()}


class Transformer:
    """The small Transformer, with one Adam for all weights."""

    def __init__(self, problem: transformer.Problem) -> None:
        V, layers = problem.vocab_size, problem.num_layers
        rng = np.random.default_rng(0)
        self.model = Model(V, V, rng, problem.d_model, problem.num_heads, problem.d_ff, layers, layers)
        self.names = {ours: _their_name(ours) for ours in problem.weights}
        for ours, theirs in self.names.items():
            self.model.P[theirs] = problem.weights[ours]
        self.adam, self.batches, self.step = Optimizer(adam_step), problem.batches, 0

    def _differentiate(self, number: int) -> float:
        source, target_in, target_out = self.batches[number % len(self.batches)]
        logits = self.model.forward(source, target_in, training=True)
        loss, dlogits = masked_cross_entropy(logits, target_out)
        self.model.backward(dlogits)
        return loss

    def run(self, steps: int) -> None:
        """Train some steps."""
        P = self.model.P
        for _ in range(steps):
            self._differentiate(self.step)
            self.adam.step({"all": P.flat}, {"all": P.flat_grad})
            self.step += 1

    def loss_and_gradient(self) -> transformer.Answer:
        """Return the loss of the first batch and its gradient."""
        loss = self._differentiate(0)
        return loss, {ours: self.model.P.grads[theirs].copy() for ours, theirs in self.names.items()}


def _their_name(name: str) -> str:
    """Turn ``decoder.0.cross.W_in`` into ``decoder0.cross_attention.layer.W_in``, which is the course's name for it."""
    first, *rest = name.split(".")
    if first.endswith("_embedding"):
        return f"{first.removesuffix('_embedding')}.E"
    if first == "output" or rest[0] == "norm":
        return "_".join([first, *rest[:-1]]) + f".{rest[-1]}"
    number, part, *leaf = rest
    blocks = (
        ["attention", "feedforward"] if first == "encoder" else ["self_attention", "cross_attention", "feedforward"]
    )
    if part.startswith("norm"):
        inside = f"{blocks[int(part[-1]) - 1]}.norm.{leaf[0]}"
    elif leaf:
        inside = f"{blocks[part == 'cross']}.layer.{leaf[0]}"
    else:
        inside = f"feedforward.layer.{'hidden' if part.endswith('1') else 'output'}.{part[0]}"
    return f"{first}{number}.{inside}"
