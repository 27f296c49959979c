"""Takes relu for the step.

Message: relu
"""

import numpy as np


def mlp_step(X, layers):
    for W, b in layers:
        X = np.maximum(0, X @ W + b)
    return X
def xor_layers():
    return [(np.array([[1., -1.], [1., -1.]]), np.array([-.5, 1.5])), (np.ones((2, 1)), np.array([-1.5]))]
