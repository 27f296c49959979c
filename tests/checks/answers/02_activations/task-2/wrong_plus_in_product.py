"""S(1+s).

Message: plus_in_product
"""

import numpy as np


def sigmoid_grad(x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return (lambda s: s*(1+s))(1/(1+np.exp(-x)))

def tanh_grad(x):
    x = np.asarray(x, dtype=float)
    return 1.0 - np.tanh(x) ** 2
