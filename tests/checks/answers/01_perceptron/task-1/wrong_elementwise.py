"""Multiplies entry by entry and never adds up.

Message: elementwise
"""


def perceptron_predict(X, w, b):
    return (X * w + b > 0).astype(int)
