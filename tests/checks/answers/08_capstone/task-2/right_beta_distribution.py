"""Stretches another even distribution, and counts from shapes."""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    first, second = np.sqrt(6 / (n_in + n_hidden)), np.sqrt(6 / (n_hidden + n_out))
    W1 = first * (1 - 2 * rng.beta(1, 1, size=(n_in, n_hidden)))
    W2 = second * (1 - 2 * rng.beta(1, 1, size=(n_hidden, n_out)))
    return {"W1": W1, "b1": 0 * np.arange(n_hidden, dtype=float), "W2": W2, "b2": np.zeros(n_out)}


def summary(params):
    (d, h), (_, k) = params["W1"].shape, params["W2"].shape
    return {"dense": (d + 1) * h, "dense_1": (h + 1) * k, "total": (d + 1) * h + (h + 1) * k}
