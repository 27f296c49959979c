"""float() of the answer.

Message: numbers_only
"""

import numpy as np


def sigmoid(x):
    return float(1 / (1 + np.exp(-np.asarray(x, float))))
