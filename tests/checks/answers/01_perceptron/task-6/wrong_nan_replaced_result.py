"""Replaces nan in the output.

Message: mends_output
"""

import numpy as np


def masked_dense(X, W, b, mask):
    out = X @ (W * mask) + b
    return np.nan_to_num(out), int(mask.sum()) + len(b)
