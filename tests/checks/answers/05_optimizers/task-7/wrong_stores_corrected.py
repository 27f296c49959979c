"""Stores the corrected means.

Message: keeps_corrected
"""

import numpy as np


def adamw_step(w, g, state, lr=0.001, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", np.zeros_like(w)) + (1 - beta1) * g
    v = beta2 * state.get("v", np.zeros_like(w)) + (1 - beta2) * g * g
    mh = m / (1 - beta1 ** t)
    vh = v / (1 - beta2 ** t)
    step = mh / (np.sqrt(vh) + eps)
    return w - lr * step - lr * weight_decay * w, {"t": t, "m": mh, "v": vh}
