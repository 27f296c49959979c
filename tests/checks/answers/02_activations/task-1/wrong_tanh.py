"""Tanh instead of sigmoid (the seed's mislabelled picture).

Message: is_tanh
"""

import numpy as np


def sigmoid(x):
    return np.tanh(np.asarray(x, float))
