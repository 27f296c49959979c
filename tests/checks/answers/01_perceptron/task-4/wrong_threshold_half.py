"""Threshold at 0.5 instead of 0.

Message: threshold_half
"""

import numpy as np


def mlp_step(X, layers):
    a = np.asarray(X, dtype=float)
    for W, b in layers:
        a = (a @ W + b > 0.5).astype(float)
    return a

def xor_layers():
    W1 = np.array([[.5, -.5], [.5, -.5]]); b1 = np.array([-.2, .7])      # OR, NAND
    W2 = np.array([[.5], [.5]]); b2 = np.array([-.7])                    # AND
    return [(W1, b1), (W2, b2)]
