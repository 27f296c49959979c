"""The maximum along the units.

Message: samples
"""

import numpy as np


def dead_fraction(X, W, b):
    return float(np.mean(np.max(X @ W + b, axis=-1) <= 0))
