"""The answer calls itself without end.

Points: 0
"""

import sys


def perceptron_predict(X, w, b):
    sys.setrecursionlimit(10**9)
    return perceptron_predict(X, w, b)
