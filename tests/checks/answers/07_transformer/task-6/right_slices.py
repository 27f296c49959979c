"""Slices in a loop."""

import numpy as np


def split_heads(x, h):
    B, T, D = x.shape; k, r = divmod(D, h)
    if r: raise ValueError(D)
    o = np.empty((B, h, T, k))
    for j in range(h): o[:, j] = x[:, :, j*k:(j+1)*k]
    return o


def merge_heads(x):
    B, h, T, k = x.shape; o = np.empty((B, T, h*k))
    for j in range(h): o[..., j*k:(j+1)*k] = x[:, j]
    return o
