"""Chapter 6, first half, as PyTorch computes it: penalties and their slopes, soft thresholds, dropout, weight decay."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation

PENALTIES = {
    "l1_penalty": lambda W, l1, l2: l1 * W.abs().sum(),
    "l2_penalty": lambda W, l1, l2: l2 * torch.nn.functional.mse_loss(W, torch.zeros_like(W), reduction="sum") / 2,
    "elastic_net_penalty": lambda W, l1, l2: (
        l1 * torch.linalg.vector_norm(W, 1) + l2 * torch.linalg.vector_norm(W) ** 2 / 2
    ),
}


def penalty(function, W1, W2):
    """Return a penalty on two arrays of weights and its slopes."""
    weights = [torch.tensor(W, requires_grad=True) for W in (W1, W2)]
    value = sum(function(W, 0.3, 0.7) for W in weights)
    grads = torch.autograd.grad(value, weights)
    return {"W1": W1, "W2": W2, "value": value.detach(), "dW1": grads[0], "dW2": grads[1]}


def dropout(x, rate, dout):
    """Return dropout of `x`, dropout of ones with the same mask, and the gradient."""
    torch.manual_seed(3)
    scale = F.dropout(torch.ones_like(torch.tensor(x)), rate)
    torch.manual_seed(3)
    x = torch.tensor(x, requires_grad=True)
    out = F.dropout(x, rate)
    (dx,) = torch.autograd.grad(out, x, torch.tensor(dout))
    return {"x": x.detach(), "rate": rate, "scale": scale, "out": out.detach(), "dout": dout, "dx": dx}


def decay(w0, g, lr, lam):
    """Return the path of plain descent with PyTorch's own weight decay."""
    w = torch.nn.Parameter(torch.tensor(w0))
    optimizer = torch.optim.SGD([w], lr=lr, weight_decay=lam)
    path = []
    for g_t in torch.tensor(g):
        w.grad = g_t
        optimizer.step()
        path.append(w.detach().clone())
    return {"w0": w0, "g": g, "lr": lr, "lam": lam, "path": torch.stack(path)}


def cases():
    """Return all cases by name, with what went in and what PyTorch made of it."""
    rng = np.random.default_rng(6)
    W1, W2, x, dout = (rng.normal(0, 2, (3, 4)) for _ in range(4))
    W1[0, 1] = W2[2, 2] = 0.0
    g = rng.normal(0, 1, (5, 3, 4))
    found = {}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name
        for name, function in PENALTIES.items():
            found[f"{name}/{kind}"] = penalty(function, W1.astype(dtype), W2.astype(dtype))
        for t in (0.0, 0.5, 2.0):
            shrunk = F.softshrink(torch.tensor(x.astype(dtype)), t)
            found[f"soft_threshold/{t}/{kind}"] = {"w": x.astype(dtype), "t": t, "out": shrunk}
        for rate in (0.0, 0.2, 0.7, 1.0):
            found[f"dropout/{rate}/{kind}"] = dropout(x.astype(dtype), rate, dout.astype(dtype))
        found[f"weight_decay/{kind}"] = decay(W1.astype(dtype), g.astype(dtype), 0.1, 0.3)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("regularization", torch.__version__, cases())
