"""Multiplies by the mask.

Message: nan_leaks
"""

def masked_dense(X, W, b, mask):
    return X @ (W * mask) + b, int(mask.sum()) + len(b)
