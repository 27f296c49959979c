"""Averages the heads.

Message: averages
"""

import numpy as np


def split_heads(x, h):
    B, T, D = x.shape
    if D % h:
        raise ValueError("d_model must be divisible by the number of heads")
    return x.reshape(B, T, h, D // h).transpose(0, 2, 1, 3)


def merge_heads(x):
    B, h, T, k = x.shape
    return np.tile(x.mean(axis=1), (1, 1, h))
