"""Updates only where something was seen."""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", np.zeros(w.shape)) + g**2
    new = np.array(w)
    seen = h > 0
    new[seen] -= lr * g[seen] / (np.sqrt(h[seen]) + eps)
    return new, {"h": h}
