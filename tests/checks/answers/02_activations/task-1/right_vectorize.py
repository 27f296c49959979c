"""A function of one number, wrapped; prints."""

import math
import numpy as np


def one(v):
    print("one", v)
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))

def sigmoid(x):
    return np.vectorize(one, otypes=[float])(x)
