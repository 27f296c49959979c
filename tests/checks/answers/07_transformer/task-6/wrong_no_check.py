"""Cuts off what does not fit.

Message: cuts_rest
"""


def split_heads(x, h):
    B, T, D = x.shape
    if D % h:
        x = x[..., :D - D % h]; D = x.shape[-1]
    return x.reshape(B, T, h, D // h).transpose(0, 2, 1, 3)


def merge_heads(x):
    B, h, T, k = x.shape
    return x.transpose(0, 2, 1, 3).reshape(B, T, h * k)
