"""apply_along_axis, with a way out for empty batches."""

import numpy as np


def one(row):
    e = np.exp(row - row.max())
    return e / e.sum()

def softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    return np.apply_along_axis(one, axis, x) if x.size else x
