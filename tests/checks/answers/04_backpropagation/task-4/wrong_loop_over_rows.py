"""Loops over rows, and takes one row for a batch.

Message: raised
"""

import numpy as np


def softmax_backward(dout, p):
    out = []
    for d, q in zip(dout, p):
        out.append(q * (d - sum(d * q)))
    return np.array(out)
