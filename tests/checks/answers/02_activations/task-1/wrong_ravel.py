"""Loops over all entries and loses the shape.

Message: flattens
"""

import numpy as np


def sigmoid(x):
    out = []
    for v in np.ravel(x):
        out.append(1 / (1 + np.exp(-float(v))) if v >= 0 else np.exp(float(v)) / (1 + np.exp(float(v))))
    return np.array(out)
