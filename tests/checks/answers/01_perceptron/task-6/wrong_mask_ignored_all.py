"""Does not use the mask at all.

Message: mask_unused
"""


def masked_dense(X, W, b, mask):
    return X @ W + b, W.size + b.size
