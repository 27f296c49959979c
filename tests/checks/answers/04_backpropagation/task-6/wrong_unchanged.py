"""Returns grad.

Message: unchanged
"""


def unbroadcast(grad, shape):
    return grad
