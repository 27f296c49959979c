"""Reshapes.

Message: broadcasts
"""


def unbroadcast(grad, shape):
    return grad.reshape(shape)
