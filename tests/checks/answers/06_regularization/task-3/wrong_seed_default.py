"""Leaves out the argument training.

Message: raised_arguments
"""

def dropout_forward(x, rate, rng):
    scale = (rng.random(x.shape) >= rate) / max(1 - rate, 1e-12)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
