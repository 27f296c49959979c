"""An assert for the check.

Message: other_error
"""


def split_heads(x, h):
    B, T, D = x.shape
    assert D % h == 0
    return x.reshape(B, T, h, D // h).transpose(0, 2, 1, 3)


def merge_heads(x):
    B, h, T, k = x.shape
    return x.transpose(0, 2, 1, 3).reshape(B, T, h * k)
