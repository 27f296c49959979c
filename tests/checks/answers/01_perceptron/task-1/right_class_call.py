"""An object with __call__."""

import numpy as np


class _P:
    def __call__(self, X, w, b):
        return np.where(np.inner(X, w) > -b, 1, 0)
perceptron_predict = _P()
