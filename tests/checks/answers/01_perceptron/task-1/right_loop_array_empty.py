"""Loops and makes an array, which is one of floats for an empty batch."""

import numpy as np


def perceptron_predict(X,w,b):
    if np.ndim(X)==1: return int(np.dot(X,w)+b>0)
    return np.array([1 if np.dot(x,w)+b>0 else 0 for x in X])
