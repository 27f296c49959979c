"""Keeps a dictionary for each mean and loops."""

import math

import numpy as np


def adam_step(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get('t', 0) + 1
    M = state.get('M', {})
    V = state.get('V', {})
    out = np.array(w, float)
    for i in np.ndindex(*w.shape):
        M[i] = beta1 * M.get(i, 0.) + (1 - beta1) * g[i]
        V[i] = beta2 * V.get(i, 0.) + (1 - beta2) * g[i] ** 2
        out[i] -= lr * (M[i] / (1 - beta1**t)) / (math.sqrt(V[i] / (1 - beta2**t)) + eps)
    return out, dict(t=t, M=M, V=V)
