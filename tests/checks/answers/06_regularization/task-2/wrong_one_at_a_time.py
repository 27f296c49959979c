"""Loops over the first axis only and takes each entry for a number.

Message: raised
"""

import numpy as np


def soft_threshold(w, t):
    return [float(np.sign(x)) * max(float(abs(x)) - t, 0.0) for x in w]
