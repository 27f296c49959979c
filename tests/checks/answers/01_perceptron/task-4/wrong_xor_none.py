"""Has not written the second function to its end.

Message: none
"""

import numpy as np


def mlp_step(X, layers):
    a = np.asarray(X, float)
    for W, b in layers:
        a = (a @ W + b > 0).astype(float)
    return a


def xor_layers():
    W1 = np.ones((2, 2))
