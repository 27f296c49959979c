"""X*sigmoid(1.702x).

Message: short_cut
"""

import numpy as np


def gelu(x):
    x = np.asarray(x, float); return x/(1+np.exp(-1.702*x))
