"""A product for each entry, with the functions of task 2."""

import numpy as np


def sigmoid_grad(x):
    return x * (1 - x)

def relu(x):
    return np.abs(x)

def sig(z):
    return 1 / (1 + np.exp(-z))

def chain_gradients(x0, w, act):
    acts = {"sigmoid": sig, "tanh": np.tanh, "relu": relu, "linear": lambda z: z}
    slopes = {"sigmoid": sigmoid_grad, "tanh": lambda z: 1 - np.tanh(z) ** 2, "relu": lambda z: z > 0, "linear": lambda z: 1}
    a, local = x0, []
    for weight in w:
        z = weight * a
        local.append(weight * slopes[act](z))
        a = acts[act](z)
    return np.array([np.prod(local[l:]) for l in range(len(w) + 1)])
