"""Forgets keepdims.

Message: no_keepdims
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (dout - np.sum(dout * p, axis=-1))
