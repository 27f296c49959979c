"""Takes the corrections together, with eps scaled."""

import math

import numpy as np


def adam_step(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t, m, v = state.get("all", (0, 0.0, 0.0))
    t += 1
    m = m * beta1 + g * (1 - beta1)
    v = v * beta2 + np.square(g) * (1 - beta2)
    root = math.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), {"all": (t, m, v)}
