"""Writes as in PyTorch.

Message: raised_attribute
"""


def perceptron_predict(X, w, b):
    z = X @ w.T + b
    return (z > 0).float()
