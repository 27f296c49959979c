"""One-sided difference with h = 1e-2.

Message: measured
"""

import numpy as np


def sigmoid_grad(x):
    s = lambda t: 1/(1+np.exp(-np.asarray(t, float))); return (s(np.asarray(x)+1e-2)-s(x))/1e-2
def tanh_grad(x):
    return (np.tanh(np.asarray(x)+1e-2)-np.tanh(x))/1e-2
