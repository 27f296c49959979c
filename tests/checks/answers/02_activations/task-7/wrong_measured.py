"""Measures with central differences.

Message: tail
"""

import numpy as np


F = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: max(z, 0.0),
    "linear": lambda z: z,
}

def run(a, w, act):
    for weight in w:
        a = F[act](weight * a)
    return a

def chain_gradients(x0, w, act):
    a, g, h = float(x0), [], 1e-5
    for i in range(len(w) + 1):
        if act == "relu":
            g.append((run(a + h, w[i:], act) - run(a, w[i:], act)) / h if a > 0 else float(i == len(w)))
        else:
            g.append((run(a + h, w[i:], act) - run(a - h, w[i:], act)) / (2 * h))
        if i < len(w):
            a = F[act](w[i] * a)
    return np.array(g)
