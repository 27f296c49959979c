"""Probes the network with zeros and the unit matrix."""

import numpy as np


def collapse_linear(layers):
    def f(x):
        for W, b in layers: x = x @ W + b
        return x
    d = np.shape(layers[0][0])[0]
    b = f(np.zeros((1, d)))[0]
    return f(np.eye(d)) - b, b
