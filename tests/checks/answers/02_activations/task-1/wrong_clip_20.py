"""Hard clip to ±20 (loses the tail).

Message: clipped
"""

import numpy as np


def sigmoid(x):
    x = np.clip(np.asarray(x, float), -20, 20)
    return 1/(1+np.exp(-x))
