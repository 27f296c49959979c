"""Step by step through the graph."""

import numpy as np


def norm_backward(dout, X, gamma, axis, eps=1e-5):
    N = X.shape[axis]
    mu = X.mean(axis, keepdims=True)
    xc = X - mu
    var = (xc**2).mean(axis, keepdims=True)
    sd = np.sqrt(var + eps)
    iv = 1 / sd
    xh = xc * iv
    dg = (dout * xh).sum(0)
    db = dout.sum(0)
    dxh = dout * gamma
    div = (dxh * xc).sum(axis, keepdims=True)
    dxc = dxh * iv
    dvar = -0.5 * div / sd**3
    dxc = dxc + 2 * xc * dvar / N
    return dxc - dxc.sum(axis, keepdims=True) / N, dg, db
