"""The tanh form, written with a sigmoid, in float32."""

import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=np.float32)
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return x / (1 + np.exp(-2 * u))
