"""Keeps the integer type.

Message: cuts_integers
"""

import numpy as np


def gelu(x):
    x = np.asarray(x)
    y = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return y.astype(x.dtype)
