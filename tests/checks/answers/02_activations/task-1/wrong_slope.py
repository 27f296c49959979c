"""Returns the slope.

Message: is_slope
"""

import numpy as np


def sigmoid(x):
    s = 1 / (1 + np.exp(-np.asarray(x, float)))
    return s * (1 - s)
