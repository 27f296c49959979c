"""Cuts the inputs to integers.

Message: cuts_inputs
"""

import numpy as np


def dense(X, W, b): return np.asarray(X, dtype=int) @ W + b
def count_params(sizes): return sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))
