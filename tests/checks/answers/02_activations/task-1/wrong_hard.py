"""Uses the hard sigmoid.

Message: straight_lines
"""

import numpy as np


def sigmoid(x):
    return np.clip(0.2 * np.asarray(x) + 0.5, 0, 1)
