"""Lets reshape raise the error; lists of lists when merging."""

import numpy as np


class HeadError(ValueError):
    pass


def split_heads(x, h):
    B, T, D = np.shape(x)
    try:
        parts = np.array(x).reshape((B * T if T else 0, h, D // h))
    except ValueError as e:
        raise HeadError(str(e))
    if h * (D // h) != D:
        raise HeadError("sizes")
    return np.einsum("bthk->bhtk", parts.reshape(B, T, h, D // h))


def merge_heads(x):
    B, h, T, k = x.shape
    if T == 0:
        return np.zeros((B, 0, h * k))
    return [[[float(x[b, j, t, i]) for j in range(h) for i in range(k)] for t in range(T)] for b in range(B)]
