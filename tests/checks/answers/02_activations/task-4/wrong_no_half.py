"""0.5 forgotten.

Message: no_half
"""

import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=float)
    return x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x ** 3)))
