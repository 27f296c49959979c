"""Chapter 3 as PyTorch computes it, with gradients from its automatic differentiation."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation


def loss(function, pred, target):
    """Return the value of a loss and its gradient by the predictions."""
    pred, target = torch.tensor(pred, requires_grad=True), torch.tensor(target)
    value = function(pred, target)
    (grad,) = torch.autograd.grad(value, pred)
    return {"pred": pred.detach(), "target": target, "loss": value.detach(), "grad": grad}


def from_probabilities(probs, y):
    """Return the cross-entropy of probabilities, for classes or distributions."""
    return F.nll_loss(probs.log(), y) if y.ndim == 1 else -(y * probs.log()).sum(dim=1).mean()


def softmax_regression(X, y, k, lr, steps):
    """Return what full-batch gradient descent from zero learns."""
    layer = torch.nn.Linear(X.shape[1], k, dtype=torch.tensor(X).dtype)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimizer, history = torch.optim.SGD(layer.parameters(), lr=lr), []
    for _ in range(steps):
        optimizer.zero_grad()
        value = F.cross_entropy(layer(torch.tensor(X)), torch.tensor(y))
        value.backward()
        history.append(value.detach())
        optimizer.step()
    W, b = layer.weight.detach().T, layer.bias.detach()
    return {"X": X, "y": y, "lr": lr, "W": W, "b": b, "history": torch.stack(history)}


def cases():
    """Return every case by name: what goes in and what comes out, as tensors or arrays."""
    rng = np.random.default_rng(3)
    a, b = rng.normal(0, 3, (2, 5, 4))
    p, soft = rng.uniform(0.01, 0.99, (2, 5, 4))
    hard = (soft > 0.5).astype(float)
    logits = rng.normal(0, 4, (6, 4))
    far = np.array([[1000.0, -1000.0, 0.0, 999.0], [-3000.0, 2000.0, 0.0, 1.0]])
    probs = rng.dirichlet(np.full(4, 2.0), 6)
    rows, classes = rng.dirichlet(np.ones(4), 6), rng.integers(0, 4, 6)
    X, y = rng.normal(0, 1, (12, 4)), rng.integers(0, 3, 12)
    found = {}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name

        def run(name, function, pred, target, dtype=dtype, kind=kind):
            target = target if target.dtype == np.int64 else target.astype(dtype)
            found[f"{name}/{kind}"] = loss(function, pred.astype(dtype), target)

        run("mse", F.mse_loss, a, b)
        run("mae", F.l1_loss, a, b)
        run("binary_cross_entropy/hard", F.binary_cross_entropy, p, hard)
        run("binary_cross_entropy/soft", F.binary_cross_entropy, p, soft)
        run("bce_with_logits/hard", F.binary_cross_entropy_with_logits, a, hard)
        run("bce_with_logits/soft", F.binary_cross_entropy_with_logits, a, soft)
        run("bce_with_logits/far", F.binary_cross_entropy_with_logits, far, np.array([[0.0, 1, 1, 0.5], [1, 1, 0, 0]]))
        run("cross_entropy/classes", from_probabilities, probs, classes)
        run("cross_entropy/rows", from_probabilities, probs, rows)
        run("cross_entropy_with_logits/classes", F.cross_entropy, logits, classes)
        run("cross_entropy_with_logits/rows", F.cross_entropy, logits, rows)
        run("cross_entropy_with_logits/far", F.cross_entropy, far, np.array([1, 3]))
        found[f"fit_softmax_regression/{kind}"] = softmax_regression(X.astype(dtype), y, 4, lr=0.7, steps=25)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("losses", torch.__version__, cases())
