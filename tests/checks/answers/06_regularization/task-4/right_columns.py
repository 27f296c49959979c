"""A loop over the features."""

import math
import numpy as np


def batchnorm_forward(X, gamma, beta, running, training=True, momentum=0.9, eps=1e-5):
    out = np.zeros(X.shape)
    for j in range(X.shape[1]):
        column = [float(x) for x in X[:, j]]
        if training:
            mean = sum(column) / len(column)
            var = sum((x - mean) ** 2 for x in column) / len(column)
            running["mean"][j] = momentum * running["mean"][j] + (1 - momentum) * mean
            running["var"][j] = momentum * running["var"][j] + (1 - momentum) * var
        else:
            mean, var = running["mean"][j], running["var"][j]
        for i, x in enumerate(column):
            out[i, j] = gamma[j] * (x - mean) / math.sqrt(var + eps) + beta[j]
    return out
