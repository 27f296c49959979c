"""Float32, and a heaviside step."""

import numpy as np


def relu_backward(dout, z):
    return np.float32(dout) * np.heaviside(z, 0).astype(np.float32)


def sigmoid_backward(dout, a):
    return np.float32(dout) * np.float32(0.25 - (np.asarray(a) - 0.5) ** 2)


def tanh_backward(dout, a):
    return np.float32(dout * (1 - a**2))
