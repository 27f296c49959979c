"""Uses Python's max on an array.

Message: raised_truth
"""

import numpy as np


def soft_threshold(w, t):
    return np.sign(w) * max(abs(w) - t, 0)
