"""float32, returned as a list."""

import numpy as np


def soft_threshold(w, t):
    w = np.asarray(w, np.float32)
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0)).tolist() if w.size else w
