"""Broadcasts once more.

Message: broadcasts
"""

import numpy as np


def unbroadcast(grad, shape):
    return np.broadcast_to(grad, shape)
