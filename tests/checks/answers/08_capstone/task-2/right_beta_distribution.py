"""Stretches another even distribution, and counts from shapes."""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    limits = {(a, b): np.sqrt(6 / (a + b)) for a, b in [(n_in, n_hidden), (n_hidden, n_out)]}
    W1, W2 = (
        (limit * (1 - 2 * rng.beta(1, 1, size=shape)) for shape, limit in limits.items())
        if len(limits) == 2
        else (limits[n_in, n_hidden] * (1 - 2 * rng.beta(1, 1, size=(n_in, n_hidden))) for _ in range(2))
    )
    return {"W1": W1, "b1": 0 * np.arange(n_hidden, dtype=float), "W2": W2, "b2": np.zeros(n_out)}


def summary(params):
    (d, h), (_, k) = params["W1"].shape, params["W2"].shape
    return {"dense": (d + 1) * h, "dense_1": (h + 1) * k, "total": (d + 1) * h + (h + 1) * k}
