"""Draws entry by entry, and counts in floats."""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    def draw(a, b):
        lim = np.sqrt(6.0) / np.sqrt(a + b)
        return np.array([rng.uniform(-lim, lim, b) for _ in range(a)])

    W1 = draw(n_in, n_hidden)
    W2 = draw(n_hidden, n_out)
    return {"b2": np.zeros(n_out), "W2": W2, "b1": np.zeros(n_hidden), "W1": W1}


def summary(params):
    total = {"dense": 0.0, "dense_1": 0.0}
    for name, w in params.items():
        total["dense" if name.endswith("1") else "dense_1"] += np.prod(w.shape)
    total["total"] = total["dense"] + total["dense_1"]
    return total
