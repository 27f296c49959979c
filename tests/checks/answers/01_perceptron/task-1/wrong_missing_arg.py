"""Leaves out an argument.

Message: raised_arguments
"""


def perceptron_predict(X, w):
    return (X @ w > 0).astype(int)
