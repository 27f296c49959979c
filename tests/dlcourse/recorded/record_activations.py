"""Chapter 2 as PyTorch computes it, with slopes from its automatic differentiation."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation

ELEMENTWISE = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.3),
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
}
ALONG_AN_AXIS = {"softmax": torch.softmax, "log_softmax": torch.log_softmax, "logsumexp": torch.logsumexp}
CHAINS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}


def elementwise(function, x):
    """Return values and slopes of a function of one number."""
    x = torch.tensor(x, requires_grad=True)
    y = function(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return {"x": x.detach(), "y": y.detach(), "slope": slope}


def along_an_axis(function, x, axis, upstream):
    """Return values of a function of rows, and its gradient for a given upstream gradient."""
    x = torch.tensor(x, requires_grad=True)
    y = function(x, axis)
    upstream = torch.tensor(upstream[: y.numel()].reshape(y.shape))
    (grad,) = torch.autograd.grad(y, x, upstream)
    return {"x": x.detach(), "axis": axis, "y": y.detach(), "upstream": upstream, "grad": grad}


def chain(act, x0, w):
    """Return the derivatives of the end of a chain by everything before it."""
    values = [torch.tensor(x0, requires_grad=True)]
    for weight in torch.tensor(w):
        values.append(CHAINS[act](weight * values[-1]))
    grads = torch.autograd.grad(values[-1], values)
    return {"x0": np.array(x0), "w": np.array(w), "g": torch.stack(grads)}


def cases():
    """Return every case by name: what goes in and what comes out, as tensors or arrays."""
    rng = np.random.default_rng(2)
    near = np.concatenate([[0.0, -6.0, 6.0], rng.normal(0, 2, 33)])
    far = np.array([-1000.0, -20.0, 20.0, 1000.0])
    cube, upstream = rng.normal(0, 4, (3, 4, 5)), rng.normal(0, 1, 60)
    masked = cube.copy()
    masked[masked > 5] = -np.inf
    found = {}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name
        for name, function in ELEMENTWISE.items():
            found[f"{name}/near/{kind}"] = elementwise(function, near.astype(dtype))
            found[f"{name}/far/{kind}"] = elementwise(function, far.astype(dtype))
        for name, function in ALONG_AN_AXIS.items():
            for axis in (0, -1):
                case = along_an_axis(function, cube.astype(dtype), axis, upstream.astype(dtype))
                found[f"{name}/axis{axis}/{kind}"] = case
            rows = np.array([[1000.0, 1001.0, 1002.0], [-5000.0, 0.0, -5000.0]], dtype)
            found[f"{name}/far/{kind}"] = along_an_axis(function, rows, -1, upstream.astype(dtype))
        found[f"softmax/masked/{kind}"] = along_an_axis(torch.softmax, masked.astype(dtype), -1, upstream.astype(dtype))
        for act in CHAINS:
            x0, w = dtype(0.7), np.array([1.5, 0.4, 2.0, 1.1, 0.9], dtype)
            found[f"chain/{act}/{kind}"] = chain(act, x0, w)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("activations", torch.__version__, cases())
