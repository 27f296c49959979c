"""Single operations in PyTorch, eager.

Each function takes the arrays of a case and returns what is timed: a function without arguments.
"""

from collections.abc import Callable

import torch
from torch.nn.functional import batch_norm, cross_entropy, layer_norm, scaled_dot_product_attention

from benchmarks.operations import Arrays, Operation


def _tensors(a: Arrays) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array) for name, array in a.items()}


def _softmax(a: Arrays) -> Operation:
    X = _tensors(a)["X"]
    return lambda: {"Y": torch.softmax(X, -1)}


def _cross_entropy(a: Arrays) -> Operation:
    t = _tensors(a)
    logits = t["logits"].requires_grad_()

    def both_ways() -> Arrays:
        loss = cross_entropy(logits, t["labels"])
        return {"loss": loss.detach(), "grad": torch.autograd.grad(loss, logits)[0]}

    return both_ways


def _adam(a: Arrays) -> Operation:
    t = _tensors(a)
    w = torch.nn.Parameter(t["w"].clone())
    w.grad = t["g"]
    adam = torch.optim.Adam([w])

    def step() -> Arrays:
        adam.step()
        return {"w": w.detach()}

    return step


def _both_ways(a: Arrays, norm: Callable[..., torch.Tensor]) -> Operation:
    t = _tensors(a)
    inputs = [t[name].requires_grad_() for name in ("X", "gamma", "beta")]

    def both_ways() -> Arrays:
        Y = norm(*inputs)
        dX, dgamma, dbeta = torch.autograd.grad(Y, inputs, t["dY"])
        return {"Y": Y.detach(), "dX": dX, "dgamma": dgamma, "dbeta": dbeta}

    return both_ways


def _layernorm(a: Arrays) -> Operation:
    return _both_ways(a, lambda X, gamma, beta: layer_norm(X, beta.shape, gamma, beta))


def _batchnorm(a: Arrays) -> Operation:
    d = a["beta"].size
    mean, var = torch.zeros(d), torch.ones(d)
    return _both_ways(a, lambda X, gamma, beta: batch_norm(X, mean, var, gamma, beta, training=True))


def _attention(a: Arrays) -> Operation:
    t = _tensors(a)
    return lambda: {"out": scaled_dot_product_attention(t["Q"], t["K"], t["V"])}


def _embedding_gradient(a: Arrays) -> Operation:
    t = _tensors(a)
    rows = len(a["E"])
    return lambda: {"dE": torch.ops.aten.embedding_dense_backward(t["dY"], t["ids"], rows, -1, False)}


OPERATIONS = {
    "softmax": _softmax,
    "cross-entropy, both ways": _cross_entropy,
    "Adam step": _adam,
    "LayerNorm, both ways": _layernorm,
    "BatchNorm, both ways": _batchnorm,
    "attention": _attention,
    "embedding gradient": _embedding_gradient,
}
