"""Sums everything.

Message: sums_everything
"""

import numpy as np


def unbroadcast(grad, shape):
    return np.full(shape, np.sum(grad))
