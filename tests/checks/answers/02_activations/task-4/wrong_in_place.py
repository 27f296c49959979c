"""Multiplies the caller's array.

Message: changed
"""

import numpy as np


def gelu(x):
    gate = 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        x *= gate
        return x
    return x * gate
