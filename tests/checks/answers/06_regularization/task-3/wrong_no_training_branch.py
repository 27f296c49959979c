"""Sets the scale in training only.

Message: raised_unbound
"""

def dropout_forward(x, rate, rng, training=True):
    if training:
        scale = (rng.random(x.shape) >= rate) / max(1 - rate, 1e-9)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
