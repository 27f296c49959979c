"""Forgets both.

Message: no_specials
"""

import numpy as np


def decoder_io(targets, bos=1, eos=2, pad=0):
    T = max(len(t) for t in targets)
    x = np.array([list(t) + [pad] * (T - len(t)) for t in targets])
    return x, x.copy()


def masked_cross_entropy(logits, targets, pad=0):
    z = np.asarray(logits, dtype=float)
    y = np.asarray(targets)
    s = z - z.max(axis=-1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=-1, keepdims=True))
    w = (y != pad)
    n = w.sum()
    if n == 0:
        return 0.0, np.zeros_like(z)
    nll = -np.take_along_axis(logp, y[..., None], axis=-1)[..., 0]
    g = np.exp(logp)
    np.put_along_axis(g, y[..., None], np.take_along_axis(g, y[..., None], axis=-1) - 1.0, axis=-1)
    return float((nll * w).sum() / n), g * w[..., None] / n
