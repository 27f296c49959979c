"""Mirrors a safe half: 1 - 1 / (1 + exp(x)).

Message: one_minus
"""

import numpy as np


def sigmoid(x):
    return 1 - 1 / (1 + np.exp(np.asarray(x, dtype=float)))
