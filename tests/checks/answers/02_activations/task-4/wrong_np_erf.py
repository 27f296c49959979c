"""np.erf, which NumPy does not have.

Message: raised
"""

import numpy as np


def gelu(x):
    return 0.5 * x * (1 + np.erf(x / np.sqrt(2)))
