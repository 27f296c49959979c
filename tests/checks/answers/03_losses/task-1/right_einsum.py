"""Einsum and dot."""

import numpy as np


def _c(p, t):
    p, t = np.array(p, float), np.array(t, float)
    if p.shape != t.shape or p.size == 0: raise ValueError('bad shapes')
    return (p - t).ravel(), t.ravel()
def mse(pred, target):
    d, _ = _c(pred, target); return np.einsum('i,i->', d, d)/d.size
def mae(pred, target):
    d, _ = _c(pred, target); return np.linalg.norm(d, 1)/d.size
def r2_score(pred, target):
    d, t = _c(pred, target); return 1 - (d @ d)/(len(t)*t.var())
