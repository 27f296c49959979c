"""Exact, math.erf with np.vectorize."""

import math
import numpy as np


def gelu(x):
    x = np.asarray(x, float)
    return 0.5*x*(1+np.vectorize(math.erf, otypes=[float])(x/np.sqrt(2)))
