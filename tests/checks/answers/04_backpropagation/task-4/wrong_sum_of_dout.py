"""Sums dout alone.

Message: sum_of_dout
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (dout - np.sum(dout, axis=-1, keepdims=True))
