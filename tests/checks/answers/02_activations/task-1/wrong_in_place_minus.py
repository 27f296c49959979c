"""Changes the sign of the caller's array.

Message: changed
"""

import numpy as np


def sigmoid(x):
    if isinstance(x, np.ndarray):
        x *= -1
        return 1 / (1 + np.exp(x))
    return 1 / (1 + np.exp(-float(x)))
