"""The SiLU.

Message: is_silu
"""

import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=float)
    return x / (1 + np.exp(-x))
