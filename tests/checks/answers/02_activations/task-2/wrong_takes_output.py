"""Takes the argument for the activation.

Message: takes_output
"""

import numpy as np


def sigmoid_grad(x):
    return x * (1 - x)

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
