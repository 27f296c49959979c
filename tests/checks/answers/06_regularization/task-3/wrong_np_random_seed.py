"""Seeds NumPy's global generator in every call.

Message: same_every_call
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    np.random.seed(42)
    if rate == 1:
        return 0 * x, 0 * x
    scale = (np.random.rand(*x.shape) >= rate) / (1.0 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
