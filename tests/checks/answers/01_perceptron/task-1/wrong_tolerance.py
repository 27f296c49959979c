"""Compares with a tolerance.

Message: tolerance
"""


def perceptron_predict(X, w, b):
    return (X @ w + b > 1e-3).astype(int)
