"""Max over the batch."""

import numpy as np


def dead_fraction(X, W, b):
    return (np.max(X @ W + b, axis=0) <= 0).mean()
