"""Returns the denominator.

Message: not_divided
"""

import numpy as np


def sigmoid(x):
    return 1 + np.exp(-np.asarray(x, float))
