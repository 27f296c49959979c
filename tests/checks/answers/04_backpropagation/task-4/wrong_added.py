"""Plus in the place of minus.

Message: added
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (dout + np.sum(dout * p, axis=-1, keepdims=True))
