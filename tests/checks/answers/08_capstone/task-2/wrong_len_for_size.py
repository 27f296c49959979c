"""Takes len for the number of entries.

Message: rows_only
"""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    def glorot(fan_in, fan_out):
        limit = np.sqrt(6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, (fan_in, fan_out))

    return {
        "W1": glorot(n_in, n_hidden),
        "b1": np.zeros(n_hidden),
        "W2": glorot(n_hidden, n_out),
        "b2": np.zeros(n_out),
    }


def summary(params):
    first = len(params["W1"]) + len(params["b1"])
    second = len(params["W2"]) + len(params["b2"])
    return {"dense": first, "dense_1": second, "total": first + second}
