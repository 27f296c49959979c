"""float32, and a list for a pair."""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    if not training or rate == 0:
        return [x, np.ones_like(x)]
    kept = (rng.random(x.shape, dtype=np.float32) > rate).astype(np.float32)
    scale = kept / np.float32(1 - rate) if rate < 1 else kept * 0
    return [x.astype(np.float32) * scale, scale]


def dropout_backward(dout, scale):
    return np.asarray(dout, np.float32) * np.asarray(scale, np.float32)
