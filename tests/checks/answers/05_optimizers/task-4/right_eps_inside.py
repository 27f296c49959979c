"""Has eps inside the root."""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", 0) + np.square(g)
    return w - lr * g * (h + eps) ** -0.5, dict(h=h)
