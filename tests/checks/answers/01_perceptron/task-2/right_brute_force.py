"""Searches for the weights."""

import numpy as np


from itertools import product
def gate(name):
    t = {"AND": [0,0,0,1], "OR": [0,1,1,1], "NAND": [1,1,1,0], "XOR": [0,1,1,0], "NOT": [1, 0]}[name]
    n = 1 if name == "NOT" else 2
    for *w, b in product([-2, -1.5, -1, -.5, 0, .5, 1, 1.5, 2], repeat=n + 1):
        if all((np.dot(x, w) + b > 0) == bool(v) for x, v in zip(product([0, 1], repeat=n), t)):
            return np.array(w), b
    return None
