"""Chapter 5 as PyTorch computes it: paths of 20 updates, learning rates of schedules, clipped gradients."""

import numpy as np
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR, StepLR

STEPS = 20
TINY = 1e-3  # an eps that shows where it stands
# name of a rule and the options that we give it -> PyTorch's optimizer and its options
RUNS = [
    ("sgd_step", {"lr": 0.1}, torch.optim.SGD, {"lr": 0.1}),
    ("momentum_step", {"lr": 0.1, "beta": 0.9}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    ("momentum_step", {"lr": 0.2, "beta": 0.0}, torch.optim.SGD, {"lr": 0.2, "momentum": 0.0}),
    ("nesterov_step", {"lr": 0.1, "beta": 0.9}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("nesterov_step", {"lr": 0.1, "beta": 0.4}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.4, "nesterov": True}),
    ("adagrad_step", {"lr": 0.1}, torch.optim.Adagrad, {"lr": 0.1, "eps": 1e-8}),
    ("adagrad_step", {"lr": 0.1, "eps": TINY}, torch.optim.Adagrad, {"lr": 0.1, "eps": TINY}),
    ("rmsprop_step", {"lr": 0.1}, torch.optim.RMSprop, {"lr": 0.1, "alpha": 0.9, "eps": 1e-8}),
    ("rmsprop_step", {"lr": 0.1, "rho": 0.99}, torch.optim.RMSprop, {"lr": 0.1, "alpha": 0.99, "eps": 1e-8}),
    ("rmsprop_step", {"lr": 0.1, "eps": TINY}, torch.optim.RMSprop, {"lr": 0.1, "alpha": 0.9, "eps": TINY}),
    ("adam_step", {}, torch.optim.Adam, {}),
    ("adam_step", {"lr": 0.1}, torch.optim.Adam, {"lr": 0.1}),
    ("adam_step", {"lr": 0.1, "beta1": 0.5, "beta2": 0.9}, torch.optim.Adam, {"lr": 0.1, "betas": (0.5, 0.9)}),
    ("adam_step", {"lr": 0.1, "eps": TINY}, torch.optim.Adam, {"lr": 0.1, "eps": TINY}),
    ("adamw_step", {}, torch.optim.AdamW, {}),
    ("adamw_step", {"lr": 0.1, "weight_decay": 0.3}, torch.optim.AdamW, {"lr": 0.1, "weight_decay": 0.3}),
    (
        "adamw_step",
        {"lr": 0.1, "weight_decay": 0.0, "beta1": 0.5, "beta2": 0.9, "eps": TINY},
        torch.optim.AdamW,
        {"lr": 0.1, "weight_decay": 0.0, "betas": (0.5, 0.9), "eps": TINY},
    ),
]


def gradients():
    """Return a start and 20 gradients of very different sizes, some exactly 0."""
    rng = np.random.default_rng(5)
    g = rng.normal(0, 1, (STEPS, 2, 3)) * [[100.0, 1.0, 0.01], [3.0, 0.0, 1.0]]
    g[7] = 0.0
    return rng.normal(0, 2, (2, 3)), g


def walk(w0, g, make, options, schedule=None):
    """Return the weights after each update, and the learning rate of each update."""
    w = torch.nn.Parameter(torch.tensor(w0))
    optimizer = make([w], **options)
    scheduler = schedule(optimizer) if schedule else None
    path, rates = [], []
    for g_t in torch.tensor(g):
        w.grad = g_t
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        path.append(w.detach().clone())
        if scheduler:
            scheduler.step()
    return torch.stack(path), np.array(rates)


def warm_cosine(optimizer):
    """Return 5 updates of warm-up, then a cosine over 15."""
    warm = LinearLR(optimizer, start_factor=0.2, end_factor=1.0, total_iters=4)
    wave = CosineAnnealingLR(optimizer, T_max=15, eta_min=0.01)
    return SequentialLR(optimizer, [warm, wave], milestones=[5])


SCHEDULES = {
    "step_decay": lambda optimizer: StepLR(optimizer, step_size=6, gamma=0.5),
    "cosine_decay": lambda optimizer: CosineAnnealingLR(optimizer, T_max=19, eta_min=0.01),
    "linear_warmup": lambda optimizer: LinearLR(optimizer, start_factor=0.125, end_factor=1.0, total_iters=7),
    "warm_cosine": warm_cosine,
}


def descent(H, w0, lr):
    """Return the path of plain gradient descent on ``0.5 * w @ H @ w``, with gradients from PyTorch."""
    H, w = torch.tensor(H), torch.nn.Parameter(torch.tensor(w0))
    optimizer = torch.optim.SGD([w], lr=lr)
    path = [w.detach().clone()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        (0.5 * w @ H @ w).backward()
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path)


def clipped(W, b, largest, by):
    """Return two gradients after clipping both together, and their norm before it."""
    params = [torch.nn.Parameter(torch.zeros(x.shape, dtype=torch.tensor(x).dtype)) for x in (W, b)]
    for param, x in zip(params, (W, b), strict=True):
        param.grad = torch.tensor(x)
    norm = torch.nn.utils.get_total_norm([param.grad for param in params])
    if by == "norm":
        torch.nn.utils.clip_grad_norm_(params, largest)
    else:
        torch.nn.utils.clip_grad_value_(params, largest)
    return {"W": W, "b": b, "largest": largest, "norm": norm, "W_out": params[0].grad, "b_out": params[1].grad}


def cases():
    """Return all cases by name, with what went in and what PyTorch made of it."""
    w0, g = gradients()
    found = {"gradients": {"w0": w0, "g": g}}
    for dtype in (np.float32, np.float64):
        kind = np.dtype(dtype).name
        start, slopes = w0.astype(dtype), g.astype(dtype)
        for number, (rule, ours, make, theirs) in enumerate(RUNS):
            path, _ = walk(start, slopes, make, theirs)
            found[f"{rule}/{number}/{kind}"] = {"path": path, **ours}
        for schedule, factory in SCHEDULES.items():
            for rule, make, theirs in (
                ("momentum_step", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
                ("adamw_step", torch.optim.AdamW, {"lr": 0.1}),
            ):
                path, rates = walk(start, slopes, make, theirs, factory)
                found[f"{rule}/{schedule}/{kind}"] = {"path": path, "lr": rates}
        W, b = slopes[0], slopes[1, 0]
        # PyTorch divides by norm + 1e-6: a million times larger gradients hide it
        found[f"clip_grad_norm/above/{kind}"] = clipped(W * dtype(1e6), b * dtype(1e6), 2.5, "norm")
        found[f"clip_grad_norm/below/{kind}"] = clipped(W, b, 1000.0, "norm")
        found[f"clip_grad_value/{kind}"] = clipped(W, b, 2.5, "value")
        A = np.random.default_rng(6).normal(0, 1, (3, 3)).astype(dtype)
        H, corner = A @ A.T, np.array([1.0, -2.0, 0.5], dtype)
        found[f"gradient_descent/{kind}"] = {"H": H, "w0": corner, "lr": 0.1, "path": descent(H, corner, 0.1)}
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("optimizers", torch.__version__, cases())
