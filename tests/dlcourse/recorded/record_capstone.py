"""The network of chapter 8 as PyTorch computes it: forward, loss, gradients, and steps of its own Adam."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation

NAMES = ("W1", "b1", "W2", "b2")


class Network(nn.Module):
    """Dense, ReLU, a given dropout, dense."""

    def __init__(self, W1, b1, W2, b2):
        super().__init__()
        self.first, self.second = nn.Linear(*W1.shape), nn.Linear(*W2.shape)
        with torch.no_grad():
            for linear, W, b in ((self.first, W1, b1), (self.second, W2, b2)):
                linear.weight, linear.bias = nn.Parameter(torch.tensor(W.T.copy())), nn.Parameter(torch.tensor(b))

    def forward(self, X, drawn=None, rate=0.0):
        """Return the logits; a hidden unit stays if what was drawn for it is at least the rate."""
        h = F.relu(self.first(X))
        if drawn is not None:
            h = h * (torch.tensor(drawn) >= rate) / (1 - rate)
        return self.second(h)

    def by_name(self, of):
        """Return something of each parameter, in our layout."""
        found = (self.first.weight, self.first.bias, self.second.weight, self.second.bias)
        return {
            name: of(p).T.detach().clone() if p.ndim == 2 else of(p).detach().clone()
            for name, p in zip(NAMES, found, strict=True)
        }


def whole(params, X, y, rate, drawn):
    """Return probabilities, loss and gradients, without dropout and with what was drawn for it."""
    found = {**params, "X": X, "y": y, "rate": rate, "drawn": drawn}
    for key, mask in (("plain", None), ("dropped", drawn)):
        network = Network(**params)
        logits = network(torch.tensor(X), mask, rate)
        loss = F.cross_entropy(logits, torch.tensor(y))
        loss.backward()
        grads = {f"{key}_d{name}": grad for name, grad in network.by_name(lambda p: p.grad).items()}
        found |= {f"{key}_probs": logits.softmax(-1).detach(), f"{key}_loss": loss.detach(), **grads}
    return found


def training(params, X, y, rate, orders, drawn, batch_size, lr):
    """Return parameters and mean losses after epochs whose order and masks are given."""
    network = Network(**params)
    optimizer = torch.optim.Adam(network.parameters(), lr=lr, eps=1e-7)
    given = {**params, "X": X, "y": y, "rate": rate, "orders": orders, "drawn": drawn}
    masks, history = iter(drawn), []
    for order in orders:
        total = 0.0
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            optimizer.zero_grad()
            logits = network(torch.tensor(X[rows]), next(masks)[: len(rows)], rate)
            loss = F.cross_entropy(logits, torch.tensor(y[rows]))
            loss.backward()
            optimizer.step()
            total += float(loss.detach()) * len(rows)
        history.append(total / len(X))
    after = {f"trained_{name}": p for name, p in network.by_name(lambda p: p).items()}
    return {**given, "batch_size": batch_size, "lr": lr, "history": np.array(history, X.dtype), **after}


def cases():
    """Return all cases by name, with what went in and what PyTorch made of it."""
    rng = np.random.default_rng(81)
    found = {}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name
        for n, d, h, k in ((6, 5, 8, 4), (1, 3, 4, 2), (4, 4, 4, 4)):
            shapes = ((d, h), (h,), (h, k), (k,))
            params = {
                name: rng.normal(0.1, 0.7, shape).astype(dtype) for name, shape in zip(NAMES, shapes, strict=True)
            }
            X, y = rng.normal(0, 1, (n, d)).astype(dtype), rng.integers(0, k, n)
            found[f"whole/{n}x{d}x{h}x{k}/{kind}"] = whole(params, X, y, 0.3, rng.random((n, h), np.float32))
        params = {
            name: rng.normal(0.1, 0.5, s).astype(dtype)
            for name, s in zip(NAMES, ((5, 8), (8,), (8, 3), (3,)), strict=True)
        }
        X, y = rng.normal(0, 1, (18, 5)).astype(dtype), rng.integers(0, 3, 18)
        orders = np.array([rng.permutation(18) for _ in range(4)])
        # four epochs of five batches: 4, 4, 4, 4 and 2
        drawn = rng.random((20, 4, 8), np.float32)
        found[f"training/{kind}"] = training(params, X, y, 0.3, orders, drawn, batch_size=4, lr=0.01)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("capstone", torch.__version__, cases())
