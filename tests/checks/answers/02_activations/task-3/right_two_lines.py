"""Maximum of two lines."""

import numpy as np


def relu(x):
    return np.maximum(0., x)
def relu_grad(x):
    return np.heaviside(np.asarray(x, float), 0.)
def leaky_relu(x, alpha=0.01):
    return np.maximum(np.asarray(x, float), alpha*np.asarray(x, float))
def leaky_relu_grad(x, alpha=0.01):
    return np.where(np.greater(x, 0), 1., alpha)
