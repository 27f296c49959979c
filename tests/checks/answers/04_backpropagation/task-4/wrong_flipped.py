"""The wrong way round.

Message: flipped
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (np.sum(dout * p, axis=-1, keepdims=True) - dout)
