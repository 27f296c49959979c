"""A number becomes an array.

Message: forces_array
"""

import numpy as np


def gelu(x):
    x = np.atleast_1d(np.asarray(x, float))
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
