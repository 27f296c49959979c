"""Forgets the half of the root's derivative.

Message: value
"""

def norm_backward(dout, X, gamma, axis, eps=1e-5):
    m = X.shape[axis]
    mu = X.mean(axis, keepdims=True)
    xc = X - mu
    var = (xc**2).mean(axis, keepdims=True)
    inv = (var + eps) ** -0.5
    dxh = dout * gamma
    dvar = (-dxh * xc).sum(axis, keepdims=True) * inv**3
    dmu = (-dxh * inv).sum(axis, keepdims=True)
    dX = dxh * inv + dvar * 2 * xc / m + dmu / m
    return dX, (dout * xc * inv).sum(0), dout.sum(0)
