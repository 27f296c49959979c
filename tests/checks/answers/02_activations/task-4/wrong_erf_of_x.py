"""erf of x itself.

Message: no_scale
"""

import math
import numpy as np


erf = np.vectorize(math.erf, otypes=[float])

def gelu(x):
    x = np.asarray(x, dtype=float)
    return 0.5 * x * (1 + erf(x))
