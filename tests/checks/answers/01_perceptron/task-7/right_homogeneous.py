"""Uses homogeneous coordinates."""

import numpy as np


def collapse_linear(layers):
    def lift(W, b):
        top = np.hstack([W, np.zeros((len(W), 1))])
        return np.vstack([top, np.append(b, 1.0)])

    total = lift(*layers[0])
    for W, b in layers[1:]:
        total = total @ lift(W, b)
    return total[:-1, :-1], total[-1, :-1]
