"""Returns the arrays as a tuple.

Message: keys
"""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    l1, l2 = np.sqrt(6 / (n_in + n_hidden)), np.sqrt(6 / (n_hidden + n_out))
    W1 = rng.uniform(-l1, l1, (n_in, n_hidden))
    return W1, np.zeros(n_hidden), rng.uniform(-l2, l2, (n_hidden, n_out)), np.zeros(n_out)


def summary(params):
    first = params["W1"].size + params["b1"].size
    second = params["W2"].size + params["b2"].size
    return {"dense": first, "dense_1": second, "total": first + second}
