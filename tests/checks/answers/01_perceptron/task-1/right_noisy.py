"""Warns, prints and shows its work."""

import numpy as np


import sys


def perceptron_predict(X, w, b):
    print('X', X, file=sys.stderr)
    np.log(np.zeros(1))
    return ((np.asarray(X) * w).sum(axis=-1) + b > 0).astype(np.int32)
