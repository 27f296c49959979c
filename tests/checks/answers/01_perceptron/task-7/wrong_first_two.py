"""Only the first two layers.

Message: first_two
"""

import numpy as np


def collapse_linear(layers):
    W, b = layers[0]
    W = np.array(W, dtype=float); b = np.array(b, dtype=float)
    for W2, b2 in layers[1:2]:
        b = b @ W2 + b2
        W = W @ W2
    return W, b
