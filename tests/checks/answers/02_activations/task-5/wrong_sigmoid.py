"""The sigmoid of each score.

Message: is_sigmoid
"""

import numpy as np


def softmax(x, axis=-1):
    return 1 / (1 + np.exp(-np.asarray(x, float)))
