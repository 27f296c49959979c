"""Builds the answer from a text at every call.

Remark: remark_tools
"""

import numpy as np


def perceptron_predict(X, w, b):
    names = {"np": np, "X": X, "w": w, "b": b}
    exec("answer = (np.asarray(X) @ np.asarray(w) + b > 0).astype(int)", names)
    return names["answer"]
