"""Subtracts the clipped part."""

import numpy as np


def soft_threshold(w, t):
    w = np.asarray(w, float)
    return w - np.clip(w, -t, t)
