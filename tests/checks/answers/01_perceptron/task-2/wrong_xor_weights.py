"""Weights invented for XOR.

Message: xor_weights
"""

import numpy as np


def gate(name):
    table = {"AND": ((.5, .5), -.7), "OR": ((.5, .5), -.2), "NAND": ((-.5, -.5), .7), "NOT": ((-1.,), .5), "XOR": ((1., 1.), -.5)}
    if table[name] is None:
        return None
    w, b = table[name]
    return np.array(w), b
