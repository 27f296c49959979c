"""Multiplied by exp(x) above and below.

Message: overflows
"""

import numpy as np


def sigmoid(x):
    e = np.exp(x)
    return e / (e + 1)
