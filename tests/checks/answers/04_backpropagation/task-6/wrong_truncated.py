"""Cuts off instead of adding up.

Message: truncated
"""

import numpy as np


def unbroadcast(grad, shape):
    return np.asarray(grad).ravel()[: int(np.prod(shape))].reshape(shape)
