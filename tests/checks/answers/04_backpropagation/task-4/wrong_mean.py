"""Mean instead of sum.

Message: mean
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (dout - np.mean(dout * p, axis=-1, keepdims=True))
