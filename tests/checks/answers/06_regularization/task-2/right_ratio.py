"""The formula with a quotient."""

import numpy as np


def soft_threshold(w, t):
    a = np.abs(w)
    return np.divide(w, a, out=np.zeros(np.shape(w)), where=a > 0) * np.where(a > t, a - t, 0)
