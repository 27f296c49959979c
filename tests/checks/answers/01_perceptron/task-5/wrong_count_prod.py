"""Multiplies all sizes.

Message: all_multiplied
"""

import numpy as np


def dense(X, W, b): return X @ W + b
def count_params(sizes): return int(np.prod(sizes)) + sum(sizes[1:])
