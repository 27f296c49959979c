"""clip, heaviside and a sum of two parts."""

import numpy as np


def relu(x):
    return np.clip(x, 0, None)

def relu_grad(x):
    return np.greater(x, 0) * 1.0

def leaky_relu(x, alpha=0.01):
    return np.maximum(x, 0.0) + alpha * np.minimum(x, 0.0)

def leaky_relu_grad(x, alpha=0.01):
    return alpha + (1 - alpha) * np.heaviside(x, 0.0)
