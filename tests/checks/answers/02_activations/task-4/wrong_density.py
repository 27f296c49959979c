"""The density in place of the chance.

Message: density
"""

import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=float)
    return x * np.exp(-x**2 / 2) / np.sqrt(2 * np.pi)
