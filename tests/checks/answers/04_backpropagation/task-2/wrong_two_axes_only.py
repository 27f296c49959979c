"""Written for two axes.

Message: first_axis_only
"""

import numpy as np


def dense_backward(dout, X, W):
    return np.dot(dout, W.T), np.swapaxes(X, -1, -2) @ dout, np.sum(dout, axis=0)
