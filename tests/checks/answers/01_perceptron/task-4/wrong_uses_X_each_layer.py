"""Feeds X into every layer.

Message: sees_only_X
"""

import numpy as np


def mlp_step(X, layers):
    for W, b in layers:
        a = (X @ W + b > 0).astype(float)
    return a
def xor_layers():
    return [(np.array([[1., -1.], [1., -1.]]), np.array([-.5, 1.5])), (np.ones((2, 1)), np.array([-1.5]))]
