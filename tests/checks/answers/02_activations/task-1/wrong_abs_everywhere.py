"""Reads that exp(-abs(x)) is safe, and uses it alone.

Message: mirrored
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.abs(x)))
