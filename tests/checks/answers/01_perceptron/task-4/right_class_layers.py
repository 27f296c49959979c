"""Objects for layers, and four hidden units."""

import numpy as np


class Layer:
    def __init__(self, W, b): self.W, self.b = np.asarray(W), np.asarray(b)
    def __call__(self, a): return ((a @ self.W + self.b) > 0) * 1.0
def mlp_step(X, layers):
    net = [Layer(*l) for l in layers]
    for f in net: X = f(X)
    return X
def xor_layers(H=4):
    W1 = np.zeros((2, H)); W1[:, 0] = 1; W1[:, 1] = -1; b1 = np.zeros(H); b1[0] = -.5; b1[1] = 1.5
    W2 = np.zeros((H, 1)); W2[:2] = 1
    return [(W1, b1), (W2, [-1.5])]
