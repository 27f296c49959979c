"""Takes the biases for thresholds.

Message: bias_subtracted
"""

import numpy as np


def mlp_step(X, layers):
    a = X
    for W, b in layers:
        a = (a @ W > b).astype(float)
    return a
def xor_layers():
    return [(np.array([[1., -1.], [1., -1.]]), np.array([.5, -1.5])), (np.ones((2, 1)), np.array([1.5]))]
