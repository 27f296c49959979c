"""Loops, three hidden units."""

import numpy as np


def mlp_step(X, layers):
    rows = []
    for x in X:
        a = [float(v) for v in x]
        for W, b in layers:
            a = [1.0 if sum(a[i]*W[i][k] for i in range(len(a))) + b[k] > 0 else 0.0 for k in range(len(b))]
        rows.append(a)
    return np.array(rows).reshape(len(X), len(layers[-1][1]))
def xor_layers():
    W1 = np.array([[1., 1., 0.], [1., 1., 0.]]); b1 = np.array([-.5, -1.5, 1.])
    return [(W1, b1), (np.array([[1.], [-1.], [0.]]), np.array([-.5]))]
