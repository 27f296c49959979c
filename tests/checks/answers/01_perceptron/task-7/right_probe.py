"""Probe the network: b = f(0), W = f(I) - b."""

import numpy as np


def collapse_linear(layers):
    def f(a):
        for W, b in layers: a = a @ W + b
        return a
    d = layers[0][0].shape[0]
    b = f(np.zeros((1, d)))[0]
    return f(np.eye(d)) - b, b
