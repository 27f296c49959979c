"""Swaps words and features.

Message: features_before_words
"""


def split_heads(x, h):
    B, T, D = x.shape
    if D % h:
        raise ValueError("d_model must be divisible by the number of heads")
    return x.reshape(B, T, h, D // h).transpose(0, 2, 3, 1)


def merge_heads(x):
    B, h, T, k = x.shape
    return x.transpose(0, 2, 1, 3).reshape(B, T, h * k)
