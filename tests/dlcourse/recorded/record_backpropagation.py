"""Chapter 4 as PyTorch computes it: every gradient comes from its automatic differentiation."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation

ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
BROADCASTS = [
    ((5, 3), (3,)),
    ((5, 3), (5, 1)),
    ((5, 3), ()),
    ((2, 4, 3), (4, 1)),
    ((2, 4, 3), (2, 1, 3)),
    ((0, 3), (1, 3)),
]
# What a step of a program does with the numbers a and b, by its number; none leaves its domain.
STEPS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: 2 / (3 - a.tanh()) + b * 0.5,
    lambda a, b: (-a).tanh() - 1,
    lambda a, b: a.relu() * b,
    lambda a, b: a.tanh().exp(),
    lambda a, b: (a * a + 0.5).log(),
    lambda a, b: 1 - a.tanh() ** 3 + b,
    lambda a, b: (b * b + 1) ** -0.5,
]


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def dense(X, W, b, dout):
    X, W, b = leaf(X), leaf(W), leaf(b)
    dX, dW, db = torch.autograd.grad(X @ W + b, (X, W, b), torch.tensor(dout))
    return {"X": X.detach(), "W": W.detach(), "dout": dout, "dX": dX, "dW": dW, "db": db}


def activation(function, z, dout):
    z = leaf(z)
    a = function(z)
    (dz,) = torch.autograd.grad(a, z, torch.tensor(dout))
    return {"z": z.detach(), "a": a.detach(), "dout": dout, "dz": dz}


def network(sizes, reg, shift, rng, dtype):
    """Return loss and gradients of a two-layer network whose logits are raised by a shift."""
    n, d, h, c = sizes
    params = {
        "W1": rng.normal(0, 1, (d, h)),
        "b1": rng.normal(0, 1, h),
        "W2": rng.normal(0, 1, (h, c)),
        "b2": rng.normal(0, 1, c) + shift,
    }
    params = {name: leaf(array.astype(dtype)) for name, array in params.items()}
    X, y = torch.tensor(rng.normal(0, 1, (n, d)).astype(dtype)), torch.tensor(rng.integers(0, c, n))
    Z1 = X @ params["W1"] + params["b1"]
    logits = Z1.relu() @ params["W2"] + params["b2"]
    loss = F.cross_entropy(logits, y) + reg / 2 * sum((params[name] ** 2).sum() for name in ("W1", "W2"))
    grads = dict(zip(params, torch.autograd.grad(loss, list(params.values())), strict=True))
    recorded = {"X": X, "y": y, "reg": np.array(reg), "loss": loss.detach(), "logits": logits.detach()}
    recorded |= {name: array.detach() for name, array in params.items()}
    return recorded | {f"d{name}": grad for name, grad in grads.items()}


def broadcast(grad, shape):
    operand = torch.zeros(shape, dtype=torch.tensor(grad).dtype, requires_grad=True)
    (found,) = torch.autograd.grad(operand.expand(grad.shape), operand, torch.tensor(grad))
    return {"grad": grad, "found": found}


def run(program, nodes):
    """Apply the steps of a program one after the other to the nodes that are there; return all nodes."""
    nodes = list(nodes)
    for step, i, j in program.tolist():
        nodes.append(STEPS[step](nodes[i], nodes[j]))
    return nodes


def graph(inputs, program):
    """Return the last number of a program and its derivative by each input, in float64."""
    leaves = [leaf(x) for x in inputs]
    root = run(program, leaves)[-1]
    grads = torch.autograd.grad(root, leaves, allow_unused=True)
    grads = [0.0 if grad is None else grad.item() for grad in grads]
    return {"inputs": inputs, "program": program, "data": root.detach(), "grads": np.array(grads)}


def random_program(rng, inputs, steps):
    """Return rows (step, operand, operand); each of the last nodes is likely to be used again."""
    rows = []
    for nodes in range(inputs, inputs + steps):
        i, j = rng.integers(max(0, nodes - 6), nodes, 2)
        rows.append((rng.integers(len(STEPS)), i, j))
    return np.array(rows)


def weights(function, fan_in, fan_out):
    """Return the spread of the first weights that PyTorch draws."""
    torch.manual_seed(4)
    W = function(torch.empty(fan_out, fan_in, dtype=torch.float64))
    sizes = {"fan_in": np.array(fan_in), "fan_out": np.array(fan_out)}
    return sizes | {"std": W.std(), "largest": W.abs().max()}


def cases():
    """Return every case by name: what goes in and what comes out, as tensors or arrays."""
    rng = np.random.default_rng(4)
    found = {}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name

        def normal(*shape, dtype=dtype):
            return rng.normal(0, 1, shape).astype(dtype)

        for leading in [(), (0,), (1,), (2, 5)]:
            name = f"dense/{'x'.join(map(str, leading)) or 'one'}/{kind}"
            found[name] = dense(normal(*leading, 3), normal(3, 4), normal(4), normal(*leading, 4))
        found[f"dense/square/{kind}"] = dense(normal(3, 3), normal(3, 3), normal(3), normal(3, 3))
        z = np.concatenate([np.array([0.0, 30.0, -30.0, 1000.0, -1000.0], dtype), 2 * normal(15)]).reshape(4, 5)
        for name, function in ACTIVATIONS.items():
            found[f"{name}/{kind}"] = activation(function, z, normal(4, 5))
        for name, logits in [("one", normal(5)), ("rows", 3 * normal(4, 4)), ("cube", 3 * normal(2, 3, 5))]:
            found[f"softmax/{name}/{kind}"] = activation(lambda z: z.softmax(-1), logits, normal(*logits.shape))
        far = np.array([[1000, 1001, 999], [-1000, 0, 1000]], dtype)
        found[f"softmax/far/{kind}"] = activation(lambda z: z.softmax(-1), far, normal(2, 3))
        for sizes, reg, shift in [
            ((5, 3, 4, 2), 0.0, 0.0),
            ((4, 4, 4, 4), 0.25, 0.0),
            ((1, 2, 6, 5), 0.5, 0.0),
            ((6, 3, 5, 4), 0.25, 1000.0),
        ]:
            name = f"network/{'x'.join(map(str, sizes))}/{kind}"
            found[name] = network(sizes, reg, shift, rng, dtype)
        for large, small in BROADCASTS:
            name = "x".join(map(str, large)) + "-" + ("x".join(map(str, small)) or "one")
            found[f"broadcast/{name}/{kind}"] = broadcast(normal(*large), small)
    for number in range(10):
        found[f"graph/{number}"] = graph(rng.normal(0, 1, 3), random_program(rng, 3, 14))
    init = torch.nn.init
    for name, function in [
        ("he", lambda W: init.kaiming_normal_(W, nonlinearity="relu")),
        ("xavier", init.xavier_normal_),
        ("he_uniform", lambda W: init.kaiming_uniform_(W, nonlinearity="relu")),
        ("xavier_uniform", init.xavier_uniform_),
    ]:
        found[f"init/{name}"] = weights(function, 800, 200)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("backpropagation", torch.__version__, cases())
