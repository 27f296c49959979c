"""Flattens, and indexes."""

import numpy as np


def decoder_io(targets, bos=1, eos=2, pad=0):
    rows = [[bos] + list(t) + [eos] for t in targets]; T = max(map(len, rows)) - 1
    a = np.array([r[:-1] + [pad]*(T-len(r)+1) for r in rows], int)
    b = np.array([r[1:] + [pad]*(T-len(r)+1) for r in rows], int)
    return a, b


def masked_cross_entropy(logits, targets, pad=0):
    V = logits.shape[-1]; z = np.asarray(logits, float).reshape(-1, V); y = np.asarray(targets).ravel(); k = np.flatnonzero(y != pad); g = np.zeros(z.shape)
    if len(k) == 0: return 0., g.reshape(np.shape(logits))
    l = np.logaddexp.reduce(z[k], axis=1); p = np.exp(z[k] - l[:, None]); L = np.mean(l - z[k, y[k]]); p[np.arange(len(k)), y[k]] -= 1; g[k] = p/len(k)
    return L, g.reshape(np.shape(logits))
