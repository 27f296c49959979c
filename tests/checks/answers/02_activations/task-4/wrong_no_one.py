"""Forgets the 1.

Message: no_one
"""

import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=float)
    return 0.5 * x * np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
