"""Steps to -1 and 1.

Message: plus_minus_one
"""

import numpy as np


def mlp_step(X, layers):
    a = np.asarray(X, float)
    for W, b in layers:
        a = np.where(a @ W + b > 0, 1.0, -1.0)
    return a


def xor_layers():
    return [(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-0.5, -1.5])), (np.array([[1.0], [-1.0]]), np.array([-0.5]))]
