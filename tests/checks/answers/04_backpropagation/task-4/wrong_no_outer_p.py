"""Forgets the outer factor.

Message: no_outer_p
"""

import numpy as np


def softmax_backward(dout, p):
    return dout - np.sum(dout * p, axis=-1, keepdims=True)
