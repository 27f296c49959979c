"""Keeps the bias in an array."""

import numpy as np


def gate(name):
    weights = {'AND': [1.0, 1.0, -1.5], 'OR': [1.0, 1.0, -0.5], 'NAND': [-3.0, -1.0, 3.5], 'NOT': [-10.0, 5.0]}
    if name not in weights:
        return None
    values = np.array(weights[name])
    return values[:-1], values[-1:]
