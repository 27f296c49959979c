"""The process ends itself while a cell runs; nothing that came after it in the cell counts.

Points: 0
Says: it ended itself with the exit code 0
"""

import os

os._exit(0)


def perceptron_predict(X, w, b):
    return (np.asarray(X) @ np.asarray(w) + b > 0).astype(int)
