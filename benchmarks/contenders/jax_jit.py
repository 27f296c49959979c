"""JAX: a whole training step as one compiled function, called once for each step."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks import mlp, transformer

Weights = Mapping[str, jax.Array]


class _Training:
    """A loss, compiled together with its gradient and Adam; old arrays are given back to be written over."""

    def __init__(self, loss: Callable[..., jax.Array], weights: Mapping[str, np.ndarray], batches: list[Any]) -> None:
        self.batches, self.number = batches, 0
        start = {name: jnp.asarray(w) for name, w in weights.items()}
        zeros = {name: jnp.zeros_like(w) for name, w in start.items()}
        self.state = (start, zeros, {name: jnp.zeros_like(w) for name, w in start.items()}, 0, jax.random.key(0))
        self.gradient = jax.jit(jax.value_and_grad(loss))
        self.step = jax.jit(partial(_adam, loss), donate_argnums=0)

    def run(self, steps: int) -> None:
        """Train some steps."""
        for _ in range(steps):
            self.state = self.step(self.state, self.batches[self.number % len(self.batches)])
            self.number += 1
        jax.block_until_ready(self.state)

    def loss_and_gradient(self) -> Any:
        """Return the loss of the first batch and its gradient."""
        loss, grads = self.gradient(self.state[0], self.batches[0], self.state[-1])
        return float(loss), {name: np.asarray(g) for name, g in grads.items()}


def _adam(loss: Callable[..., jax.Array], state: tuple, batch: Any, lr: float = 0.001) -> tuple:
    weights, m, v, t, key = state
    key, now = jax.random.split(key)
    g = jax.grad(loss)(weights, batch, now)
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    c1, c2 = 1 - 0.9**t, 1 - 0.999**t
    weights = jax.tree.map(lambda w, m, v: w - lr * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), weights, m, v)
    return weights, m, v, t, key


def _cross_entropy(logits: jax.Array, classes: jax.Array) -> jax.Array:
    """Return the loss of each row."""
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), classes[..., None], axis=-1)[..., 0]


class Mlp(_Training):
    """The notes' model. Images and labels stay inside the compiled function's reach; a step gets row numbers."""

    def __init__(self, problem: mlp.Problem, dropout: float = 0.0) -> None:
        images, labels = jnp.asarray(problem.images), jnp.asarray(problem.labels)
        batches = [(images, labels, jnp.asarray(rows)) for rows in problem.batches]
        super().__init__(partial(_mlp_loss, dropout), problem.weights, batches)


def _mlp_loss(dropout: float, w: Weights, batch: tuple[jax.Array, ...], key: jax.Array) -> jax.Array:
    images, labels, rows = batch
    X = images[rows].reshape(len(rows), -1)
    A = jax.nn.relu(X @ w["W1"] + w["b1"])
    if dropout:
        A = jnp.where(jax.random.bernoulli(key, 1 - dropout, A.shape), A / (1 - dropout), 0)
    return _cross_entropy(A @ w["W2"] + w["b2"], labels[rows]).mean()


class Transformer(_Training):
    """The small Transformer, written out."""

    def __init__(self, problem: transformer.Problem) -> None:
        batches = [tuple(jnp.asarray(ids) for ids in batch) for batch in problem.batches]
        loss = partial(_transformer_loss, problem.num_heads, problem.num_layers)
        super().__init__(loss, problem.weights, batches)


def _transformer_loss(heads: int, layers: int, w: Weights, batch: tuple[jax.Array, ...], key: jax.Array) -> jax.Array:
    source, target_in, target_out = batch
    d, length = w["source_embedding"].shape[1], source.shape[1]
    where = jnp.asarray(transformer.positions(length, d))
    source_mask = (source != transformer.PAD)[:, None, None, :]
    target_mask = (target_in != transformer.PAD)[:, None, None, :] & jnp.tril(jnp.ones((length, length), bool))

    X = w["source_embedding"][source] * math.sqrt(d) + where
    for at in (f"encoder.{layer}" for layer in range(layers)):
        Z = _norm(w, f"{at}.norm1", X)
        X = X + _attend(w, f"{at}.attention", heads, Z, Z, source_mask)
        X = X + _feed_forward(w, at, _norm(w, f"{at}.norm2", X))
    memory = _norm(w, "encoder.norm", X)

    Y = w["target_embedding"][target_in] * math.sqrt(d) + where
    for at in (f"decoder.{layer}" for layer in range(layers)):
        Z = _norm(w, f"{at}.norm1", Y)
        Y = Y + _attend(w, f"{at}.attention", heads, Z, Z, target_mask)
        Y = Y + _attend(w, f"{at}.cross", heads, _norm(w, f"{at}.norm2", Y), memory, source_mask)
        Y = Y + _feed_forward(w, at, _norm(w, f"{at}.norm3", Y))
    logits = _norm(w, "decoder.norm", Y) @ w["output.W"] + w["output.b"]

    counts = target_out != transformer.PAD
    return jnp.sum(_cross_entropy(logits, target_out) * counts) / counts.sum()


def _norm(w: Weights, at: str, X: jax.Array) -> jax.Array:
    mean, var = X.mean(-1, keepdims=True), X.var(-1, keepdims=True)
    return (X - mean) / jnp.sqrt(var + 1e-5) * w[f"{at}.gamma"] + w[f"{at}.beta"]


def _feed_forward(w: Weights, at: str, X: jax.Array) -> jax.Array:
    return jax.nn.relu(X @ w[f"{at}.W1"] + w[f"{at}.b1"]) @ w[f"{at}.W2"] + w[f"{at}.b2"]


def _attend(w: Weights, at: str, heads: int, X: jax.Array, memory: jax.Array, mask: jax.Array) -> jax.Array:
    W, b, (batch, length, d) = w[f"{at}.W_in"], w[f"{at}.b_in"], X.shape
    if X is memory:
        Q, K, V = jnp.split(X @ W + b, 3, axis=-1)
    else:
        Q = X @ W[:, :d] + b[:d]
        K, V = jnp.split(memory @ W[:, d:] + b[d:], 2, axis=-1)
    Q, K, V = (M.reshape(batch, -1, heads, d // heads).swapaxes(1, 2) for M in (Q, K, V))
    scores = jnp.where(mask, Q @ K.swapaxes(2, 3) / math.sqrt(d // heads), -1e9)
    out = (jax.nn.softmax(scores) @ V).swapaxes(1, 2).reshape(batch, length, d)
    return out @ w[f"{at}.W_out"] + w[f"{at}.b_out"]
