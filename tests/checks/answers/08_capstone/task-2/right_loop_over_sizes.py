"""Goes through the sizes in a loop."""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    P = {}
    s = [n_in, n_hidden, n_out]
    for i in (1, 2):
        a, b = s[i - 1], s[i]
        P[f"W{i}"] = (2 * rng.random((a, b)) - 1) * (6 / (a + b)) ** 0.5
        P[f"b{i}"] = np.zeros(b)
    return P


def summary(params):
    d = [
        params["W1"].shape[0] * params["W1"].shape[1] + len(params["b1"]),
        params["W2"].shape[0] * params["W2"].shape[1] + len(params["b2"]),
    ]
    return dict(dense=d[0], dense_1=d[1], total=sum(d))
