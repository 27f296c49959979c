"""Divides by 2 inside erf.

Message: no_root
"""

import math
import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=float)
    return 0.5 * x * (1 + np.vectorize(math.erf, otypes=[float])(x / 2))
