"""Loops over the first axis with math.exp.

Message: first_axis_only
"""

import math
import numpy as np


def sigmoid(x):
    return np.array([1 / (1 + math.exp(-v)) for v in x])
