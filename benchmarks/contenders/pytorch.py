"""PyTorch in eager mode, the way its tutorials write a training step."""

import math
import warnings
from collections.abc import Iterable

import numpy as np
import torch
from torch import nn

from benchmarks import mlp, transformer


class _Training:
    """A model, Adam, and the three lines that make a step."""

    fused: bool | None = None

    def __init__(self, model: nn.Module, loss: nn.Module) -> None:
        self.model, self.loss, self.step = model, loss, 0
        self.adam = torch.optim.Adam(model.parameters(), fused=self.fused)

    def _batch(self, number: int) -> tuple[Iterable[torch.Tensor], torch.Tensor]:
        """Return the inputs of the model, and the classes that it shall predict."""
        raise NotImplementedError

    def run(self, steps: int) -> None:
        """Train some steps."""
        for _ in range(steps):
            inputs, classes = self._batch(self.step)
            self.adam.zero_grad()
            self.loss(self.model(*inputs), classes).backward()
            self.adam.step()
            self.step += 1

    def _differentiate(self) -> float:
        inputs, classes = self._batch(0)
        self.adam.zero_grad()
        loss = self.loss(self.model(*inputs), classes)
        loss.backward()
        return loss.item()


def _set(parameter: torch.Tensor, value: np.ndarray) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(value))


class Mlp(_Training):
    """The notes' model with Adam as it comes."""

    def __init__(self, problem: mlp.Problem, dropout: float = 0.0) -> None:
        w = problem.weights
        size, hidden, classes = *w["W1"].shape, w["b2"].size
        first, last = nn.Linear(size, hidden), nn.Linear(hidden, classes)
        # Dropout(0.0) would still draw a mask, which changes nothing
        model = nn.Sequential(nn.Flatten(), first, nn.ReLU(), nn.Dropout(dropout), last)
        self.named = {"W1": first.weight, "b1": first.bias, "W2": last.weight, "b2": last.bias}
        for name, parameter in self.named.items():
            _set(parameter, w[name].T)
        self.images, self.labels = torch.from_numpy(problem.images), torch.from_numpy(problem.labels)
        self.rows = [torch.from_numpy(rows) for rows in problem.batches]
        super().__init__(model, nn.CrossEntropyLoss())

    def _batch(self, number: int) -> tuple[Iterable[torch.Tensor], torch.Tensor]:
        rows = self.rows[number % len(self.rows)]
        return [self.images[rows]], self.labels[rows]

    def loss_and_gradient(self) -> mlp.Answer:
        """Return the loss of the first batch and its gradient."""
        loss = self._differentiate()
        return loss, {name: parameter.grad.numpy().T.copy() for name, parameter in self.named.items()}


class FusedMlp(Mlp):
    """The notes' model with Adam in one pass over the memory."""

    fused = True


class _Translator(nn.Module):
    """What PyTorch's documentation puts around `nn.Transformer`: embeddings, positions and an output layer."""

    def __init__(self, problem: transformer.Problem, length: int) -> None:
        super().__init__()
        d, V = problem.d_model, problem.vocab_size
        self.source, self.target = nn.Embedding(V, d), nn.Embedding(V, d)
        with warnings.catch_warnings():  # says that norm_first rules out nested tensors
            warnings.simplefilter("ignore", UserWarning)
            self.core = nn.Transformer(
                d,
                problem.num_heads,
                problem.num_layers,
                problem.num_layers,
                problem.d_ff,
                dropout=0.0,
                batch_first=True,
                norm_first=True,
            )
        self.output = nn.Linear(d, V)
        self.scale = math.sqrt(d)
        self.register_buffer("positions", torch.from_numpy(transformer.positions(length, d)))
        self.register_buffer("later", torch.ones(length, length, dtype=torch.bool).triu(1))

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return scores for each next word, one row for each place of the target."""
        source_pad, target_pad = source == transformer.PAD, target == transformer.PAD
        X = self.source(source) * self.scale + self.positions
        Y = self.target(target) * self.scale + self.positions
        Y = self.core(
            X,
            Y,
            tgt_mask=self.later,
            src_key_padding_mask=source_pad,
            tgt_key_padding_mask=target_pad,
            memory_key_padding_mask=source_pad,
            tgt_is_causal=True,
        )
        return self.output(Y).flatten(0, 1)


class Transformer(_Training):
    """`nn.Transformer` with Adam as it comes."""

    def __init__(self, problem: transformer.Problem) -> None:
        _, length = problem.batches[0][0].shape
        model = _Translator(problem, length)
        self.named = _by_our_names(model)
        for name, parameter in self.named.items():
            value = problem.weights[name]
            _set(parameter, value if "embedding" in name else value.T)
        self.batches = [[torch.from_numpy(ids) for ids in batch] for batch in problem.batches]
        super().__init__(model, nn.CrossEntropyLoss(ignore_index=transformer.PAD))

    def _batch(self, number: int) -> tuple[Iterable[torch.Tensor], torch.Tensor]:
        source, target_in, target_out = self.batches[number % len(self.batches)]
        return [source, target_in], target_out.flatten()

    def loss_and_gradient(self) -> transformer.Answer:
        """Return the loss of the first batch and its gradient."""
        loss = self._differentiate()
        grads = {name: parameter.grad.numpy() for name, parameter in self.named.items()}
        return loss, {name: (g if "embedding" in name else g.T).copy() for name, g in grads.items()}


class FusedTransformer(Transformer):
    """`nn.Transformer` with Adam in one pass over the memory."""

    fused = True


def _by_our_names(model: _Translator) -> dict[str, torch.Tensor]:
    named = {"source_embedding": model.source.weight, "target_embedding": model.target.weight}
    named |= {"output.W": model.output.weight, "output.b": model.output.bias}
    for side, stack in (("encoder", model.core.encoder), ("decoder", model.core.decoder)):
        norms = {f"{side}.norm": stack.norm}
        for number, layer in enumerate(stack.layers):
            at = f"{side}.{number}"
            attentions = {"attention": layer.self_attn}
            if side == "decoder":
                attentions["cross"] = layer.multihead_attn
                norms[f"{at}.norm3"] = layer.norm3
            for kind, attention in attentions.items():
                named |= {f"{at}.{kind}.W_in": attention.in_proj_weight, f"{at}.{kind}.b_in": attention.in_proj_bias}
                named |= {
                    f"{at}.{kind}.W_out": attention.out_proj.weight,
                    f"{at}.{kind}.b_out": attention.out_proj.bias,
                }
            named |= {f"{at}.W1": layer.linear1.weight, f"{at}.b1": layer.linear1.bias}
            named |= {f"{at}.W2": layer.linear2.weight, f"{at}.b2": layer.linear2.bias}
            norms |= {f"{at}.norm1": layer.norm1, f"{at}.norm2": layer.norm2}
        for name, norm in norms.items():
            named |= {f"{name}.gamma": norm.weight, f"{name}.beta": norm.bias}
    return named
