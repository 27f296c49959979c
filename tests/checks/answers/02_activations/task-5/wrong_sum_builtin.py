"""Python's sum, which adds rows.

Message: does_not_sum
"""

import numpy as np


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x))
    return e / sum(e)
