"""Leaves a size to reshape.

Message: minus_one
"""


def split_heads(x, h):
    B, T, D = x.shape
    if D % h:
        raise ValueError("d_model must be divisible by the number of heads")
    return x.reshape(B, T, h, D // h).transpose(0, 2, 1, 3)


def merge_heads(x):
    B, h, T, k = x.shape
    return x.transpose(0, 2, 1, 3).reshape(B, T, -1)
