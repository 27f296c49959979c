"""Layers as PyTorch computes them: its own modules, with gradients by its own engine."""

import numpy as np
import torch
from torch import nn

ACTIVATIONS = {
    "linear": nn.Identity(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(0.01),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "gelu": nn.GELU(),
    "gelu_tanh": nn.GELU(approximate="tanh"),
    "softmax": nn.Softmax(dim=-1),
}
OURS = {"weight": "gamma", "bias": "beta"}  # what the norms call their parameters


def filled(module, **arrays):
    """Return a module with the given parameters."""
    with torch.no_grad():
        for name, array in arrays.items():
            setattr(module, name, nn.Parameter(torch.tensor(array)))
    return module


def dense(X, dout, W, b, activation):
    """Return the output of a linear layer with an activation, and all slopes."""
    linear = filled(nn.Linear(*W.shape), weight=W.T.copy(), bias=b)
    X = torch.tensor(X, requires_grad=True)
    out = ACTIVATIONS[activation](linear(X))
    out.backward(torch.tensor(dout))
    given = {"X": X.detach(), "dout": dout, "W": W, "b": b}
    slopes = {"dX": X.grad, "dW": linear.weight.grad.T, "db": linear.bias.grad}
    return {**given, "out": out.detach(), **slopes}


def activation(X, dout, name):
    """Return the output of an activation, and the slope of its input."""
    X = torch.tensor(X, requires_grad=True)
    out = ACTIVATIONS[name](X)
    out.backward(torch.tensor(dout))
    return {"X": X.detach(), "dout": dout, "out": out.detach(), "dX": X.grad}


def norm(module, X, dout):
    """Return the output of a norm, and all slopes."""
    X = torch.tensor(X, requires_grad=True)
    module.zero_grad()
    out = module(X)
    out.backward(torch.tensor(dout))
    found = {"X": X.detach(), "dout": dout, "eps": module.eps, "out": out.detach(), "dX": X.grad}
    for name, parameter in module.named_parameters():
        found |= {OURS[name]: parameter.detach(), f"d{OURS[name]}": parameter.grad}
    return found


def batchnorm(batches, dout, gamma, beta, eps):
    """Return a last training pass with its slopes, running statistics after each, and an evaluation."""
    module = filled(nn.BatchNorm1d(len(gamma), eps=eps).to(torch.tensor(batches).dtype), weight=gamma, bias=beta)
    means, variances = [], []
    for batch in torch.tensor(batches):
        found = norm(module, batch.numpy(), dout)
        means.append(module.running_mean.clone())
        variances.append(module.running_var.clone())
    evaluated = module.eval()(torch.tensor(batches[0])).detach()
    running = {"means": torch.stack(means), "variances": torch.stack(variances)}
    return {**found, "batches": batches, "evaluated": evaluated, **running}


def cases():
    """Return all cases by name, with what went in and what PyTorch made of it."""
    rng = np.random.default_rng(71)
    extreme = np.array([[-1000.0, 0.0, 1000.0, 2.0], [-30.0, 30.0, -0.5, 0.5], [7.0, 7.0, 7.0, 7.0]])
    found = {}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name

        def numbers(*shape, dtype=dtype):
            return rng.normal(0.5, 2.0, shape).astype(dtype)

        for name in ACTIVATIONS:
            found[f"activation/{name}/{kind}"] = activation(numbers(2, 3, 4), numbers(2, 3, 4), name)
            found[f"activation/{name}/extreme/{kind}"] = activation(extreme.astype(dtype), numbers(3, 4), name)
        for name in ("relu", "gelu_tanh", "softmax"):
            found[f"dense/{name}/{kind}"] = dense(numbers(4, 4), numbers(4, 4), numbers(4, 4), numbers(4), name)
        for shape in ((6, 5), (2, 3, 5)):
            name = "x".join(map(str, shape))
            X, dout = numbers(*shape), numbers(*shape[:-1], 2)
            found[f"dense/{name}/{kind}"] = dense(X, dout, numbers(5, 2), numbers(2), "linear")
            module = filled(nn.LayerNorm(5, eps=1e-3), weight=numbers(5), bias=numbers(5))
            found[f"layernorm/{name}/{kind}"] = norm(module, X, numbers(*shape))
        for n, eps in ((6, 1e-5), (2, 1e-2)):
            found[f"batchnorm/{n}/{kind}"] = batchnorm(numbers(3, n, 4), numbers(n, 4), numbers(4), numbers(4), eps)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("layers", torch.__version__, cases())
