"""Chapter 6, second half, as PyTorch computes it: batch and layer normalization, with slopes by its own engine."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation


def slopes(out, dout, *leaves):
    """Return the gradients of leaves for a given upstream gradient."""
    grads = torch.autograd.grad(out, leaves, torch.tensor(dout))
    return dict(zip(("dX", "dgamma", "dbeta"), grads, strict=True))


def batchnorm(batches, dout, gamma, beta, eps):
    """Return three training passes and one evaluation, running statistics after each, and slopes of the last pass."""
    gamma, beta = torch.tensor(gamma, requires_grad=True), torch.tensor(beta, requires_grad=True)
    mean, var = torch.zeros_like(gamma).detach(), torch.ones_like(gamma).detach()
    outs, means, variances = [], [], []
    for batch in torch.tensor(batches):
        X = batch.clone().requires_grad_()
        out = F.batch_norm(X, mean, var, gamma, beta, training=True, momentum=0.1, eps=eps)
        outs.append(out.detach())
        means.append(mean.clone())
        variances.append(var.clone())
    evaluated = F.batch_norm(X, mean, var, gamma, beta, training=False, eps=eps)
    return {
        "batches": batches,
        "dout": dout,
        "gamma": gamma.detach(),
        "beta": beta.detach(),
        "eps": eps,
        "outs": torch.stack(outs),
        "means": torch.stack(means),
        "variances": torch.stack(variances),
        "evaluated": evaluated.detach(),
        **slopes(out, dout, X, gamma, beta),
    }


def layernorm(X, dout, gamma, beta, eps):
    """Return the output and all slopes."""
    X, gamma, beta = (torch.tensor(x, requires_grad=True) for x in (X, gamma, beta))
    out = F.layer_norm(X, gamma.shape, gamma, beta, eps)
    given = {"X": X.detach(), "dout": dout, "gamma": gamma.detach(), "beta": beta.detach(), "eps": eps}
    return {**given, "out": out.detach(), **slopes(out, dout, X, gamma, beta)}


def cases():
    """Return all cases by name, with what went in and what PyTorch made of it."""
    rng = np.random.default_rng(64)
    found = {}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name

        def numbers(*shape, dtype=dtype):
            return rng.normal(0.5, 2.0, shape).astype(dtype)

        for n, d, eps in ((6, 3, 1e-5), (4, 4, 1e-5), (2, 5, 1e-2)):
            batches = numbers(3, n, d) * dtype(3) + numbers(d)
            found[f"batchnorm/{n}x{d}/{kind}"] = batchnorm(batches, numbers(n, d), numbers(d), numbers(d), eps)
        for shape, eps in (((5,), 1e-5), ((4, 4), 1e-5), ((6, 3), 1e-2), ((2, 3, 4), 1e-5), ((2, 1, 3, 5), 1e-5)):
            name = "x".join(map(str, shape))
            given = numbers(*shape) * dtype(3), numbers(*shape), numbers(shape[-1]), numbers(shape[-1])
            found[f"layernorm/{name}/{kind}"] = layernorm(*given, eps)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("normalization", torch.__version__, cases())
