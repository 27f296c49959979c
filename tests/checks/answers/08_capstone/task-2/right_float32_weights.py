"""Keeps float32 weights."""

import numpy as np


def glorot(rng, fan_in, fan_out):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(low=-limit, high=limit, size=(fan_in, fan_out)).astype("float32")


def init_params(rng, n_in, n_hidden, n_out):
    return {
        "W1": glorot(rng, n_in, n_hidden),
        "b1": np.zeros(n_hidden, np.float32),
        "W2": glorot(rng, n_hidden, n_out),
        "b2": np.zeros(n_out, np.float32),
    }


def summary(params):
    count = {k: v.size for k, v in params.items()}
    out = {"dense": count["W1"] + count["b1"], "dense_1": count["W2"] + count["b2"]}
    return out | {"total": sum(count.values())}
