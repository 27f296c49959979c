"""Knows only the bias of a dense layer.

Message: one_axis_only
"""


def unbroadcast(grad, shape):
    return grad.sum(axis=0)
