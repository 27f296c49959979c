"""A polynomial for erf, from a book of tables."""

import numpy as np


def erf(x):
    t = 1 / (1 + 0.3275911 * np.abs(x))
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1 - poly * np.exp(-x**2))

def gelu(x):
    x = np.asarray(x, dtype=float)
    return x * (1 + erf(x / np.sqrt(2))) / 2
