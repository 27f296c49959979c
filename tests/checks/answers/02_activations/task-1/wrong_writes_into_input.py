"""Writes into its input.

Message: changed
"""

import numpy as np


def sigmoid(x):
    x = np.asarray(x, float)
    if x.ndim: x[x < -700] = -700
    return 1/(1+np.exp(-x))
