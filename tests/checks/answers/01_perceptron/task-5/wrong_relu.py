"""Adds an activation that the example does not show.

Message: with_relu
"""

import numpy as np


def dense(X, W, b): return np.maximum(0, X @ W + b)
def count_params(sizes): return sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))
