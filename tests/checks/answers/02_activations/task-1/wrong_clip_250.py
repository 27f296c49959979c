"""Clips too early, though far out.

Message: clipped
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -250, 250)))
