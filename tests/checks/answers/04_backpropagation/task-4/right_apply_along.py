"""A recursive function over rows, as lists."""

import numpy as np


def softmax_backward(dout, p):
    if np.ndim(p) > 1:
        return [softmax_backward(d, q) for d, q in zip(dout, p)]
    total = sum(d * q for d, q in zip(dout, p))
    return [float(q * (d - total)) for d, q in zip(dout, p)]
