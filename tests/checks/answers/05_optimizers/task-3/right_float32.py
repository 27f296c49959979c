"""Computes in float32."""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = np.float32(beta) * state.get("v", np.float32(0)) + np.asarray(g, np.float32)
    return np.asarray(w, np.float32) - np.float32(lr) * v, {"v": v}
