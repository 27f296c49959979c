"""Shrinks in place and keeps float32 means."""

import numpy as np


def adamw_step(w, g, state, lr=0.001, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    m = state.setdefault("m", np.zeros(w.shape, np.float32))
    v = state.setdefault("v", np.zeros(w.shape, np.float32))
    t = state["t"] = state.get("t", 0) + 1
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    w *= 1 - lr * weight_decay
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return np.float32(w), state
