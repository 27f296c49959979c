"""The answer crashes the interpreter.

Points: 0
Says: it crashed (a segmentation fault)
"""

import ctypes


def perceptron_predict(X, w, b):
    ctypes.string_at(0)
