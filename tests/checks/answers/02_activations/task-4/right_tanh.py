"""The tanh form."""

import numpy as np


def gelu(x):
    x = np.asarray(x)
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * np.power(x, 3))
    return x * (1 + np.tanh(inner)) / 2
