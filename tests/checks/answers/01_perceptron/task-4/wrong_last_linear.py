"""Last layer left linear.

Message: last_linear
"""

import numpy as np


def mlp_step(X, layers):
    a = np.asarray(X, dtype=float)
    for W, b in layers[:-1]:
        a = (a @ W + b > 0).astype(float)
    return a @ layers[-1][0] + layers[-1][1]

def xor_layers():
    W1 = np.array([[.5, -.5], [.5, -.5]]); b1 = np.array([-.2, .7])      # OR, NAND
    W2 = np.array([[.5], [.5]]); b2 = np.array([-.7])                    # AND
    return [(W1, b1), (W2, b2)]
