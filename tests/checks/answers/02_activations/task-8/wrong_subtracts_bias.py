"""Takes b for a threshold.

Message: bias_subtracted
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean(np.all(X @ W - b <= 0, axis=0))
