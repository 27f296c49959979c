"""Recursion, returning a list."""

import math


def step(z, act):
    if act == "sigmoid":
        s = 1 / (1 + math.exp(-z))
        return s, s * (1 - s)
    if act == "tanh":
        return math.tanh(z), 1 / math.cosh(z) ** 2
    if act == "relu":
        return (z, 1.0) if z > 0 else (0.0, 0.0)
    return z, 1.0

def chain_gradients(x0, w, act):
    if len(w) == 0:
        return [1.0]
    a, s = step(float(w[0]) * x0, act)
    rest = chain_gradients(a, w[1:], act)
    return [rest[0] * float(w[0]) * s, *rest]
