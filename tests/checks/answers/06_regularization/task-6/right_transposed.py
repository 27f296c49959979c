"""Solves axis 1 and transposes for axis 0."""

import numpy as np


def _rows(G, X, eps):
    c = X - X.mean(1, keepdims=True)
    s = np.sqrt((c * c).mean(1, keepdims=True) + eps)
    h = c / s
    return h, (G - G.mean(1, keepdims=True) - h * (G * h).mean(1, keepdims=True)) / s


def norm_backward(dout, X, gamma, axis, eps=1e-5):
    G = np.asarray(dout, float) * gamma
    h, dX = _rows(G, X, eps) if axis == 1 else (m.T for m in _rows(G.T, np.asarray(X).T, eps))
    return dX, np.einsum("nd,nd->d", dout, h), np.ones(len(X)) @ dout
