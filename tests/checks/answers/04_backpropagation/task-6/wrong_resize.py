"""Resizes in place.

Message: changed
"""


def unbroadcast(grad, shape):
    grad.resize(shape, refcheck=False)
    return grad
