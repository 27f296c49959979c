"""Draws the biases too.

Message: biases
"""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    def glorot(fan_in, fan_out):
        limit = np.sqrt(6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, (fan_in, fan_out))

    return {
        "W1": glorot(n_in, n_hidden),
        "b1": rng.uniform(-0.1, 0.1, n_hidden),
        "W2": glorot(n_hidden, n_out),
        "b2": np.zeros(n_out),
    }


def summary(params):
    first = params["W1"].size + params["b1"].size
    second = params["W2"].size + params["b2"].size
    return {"dense": first, "dense_1": second, "total": first + second}
