"""Adds two separate terms."""

import numpy as np


def adamw_step(w, g, state, lr=0.001, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    t, m, v = state.get('s', (0, 0 * w, 0 * w))
    t += 1
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    adam = -lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    decay = -lr * weight_decay * w
    return w + adam + decay, {'s': (t, m, v)}
