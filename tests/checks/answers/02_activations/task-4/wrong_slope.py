"""The slope of GELU.

Message: is_slope
"""

import math
import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=float)
    phi = 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2)))
    return phi + x * np.exp(-x**2 / 2) / math.sqrt(2 * math.pi)
