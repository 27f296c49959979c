"""Multiplies by the root inside erf.

Message: root_upside_down
"""

import math
import numpy as np


def gelu(x):
    x = np.asarray(x, dtype=float)
    return x * (1 + np.vectorize(math.erf, otypes=[float])(x * math.sqrt(2))) / 2
