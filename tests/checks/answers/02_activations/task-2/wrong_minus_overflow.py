"""exp(-x) over its square overflows on the other side.

Message: overflows
"""

import numpy as np


def sigmoid_grad(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
