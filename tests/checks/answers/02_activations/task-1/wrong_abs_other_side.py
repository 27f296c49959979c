"""Has the small half for both signs.

Message: mirrored
"""

import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e)
