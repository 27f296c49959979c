"""A loop over the first axis.

Message: first_axis_only
"""

import math
import numpy as np


def gelu(x):
    return np.array([0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x])
