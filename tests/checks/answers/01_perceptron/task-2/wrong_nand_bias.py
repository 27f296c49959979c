"""NAND: weights negated, bias not.

Message: nand_bias
"""

import numpy as np


def gate(name):
    table = {"AND": ((.5, .5), -.7), "OR": ((.5, .5), -.2), "NAND": ((-.5, -.5), -.7), "NOT": ((-1.,), .5), "XOR": None}
    if table[name] is None:
        return None
    w, b = table[name]
    return np.array(w), b
