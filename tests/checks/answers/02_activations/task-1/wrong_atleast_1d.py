"""Makes every input an array with an axis.

Message: forces_array
"""

import numpy as np


def sigmoid(x):
    x = np.atleast_1d(np.asarray(x, float))
    return 1 / (1 + np.exp(-x))
