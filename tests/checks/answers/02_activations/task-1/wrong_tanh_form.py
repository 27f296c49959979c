"""Uses tanh(x / 2), which is exactly -1 far out.

Message: one_minus
"""

import numpy as np


def sigmoid(x):
    return (np.tanh(np.asarray(x) / 2) + 1) / 2
