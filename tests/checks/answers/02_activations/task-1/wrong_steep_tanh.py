"""Forgets to halve x in the tanh form.

Message: too_steep
"""

import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(x))
