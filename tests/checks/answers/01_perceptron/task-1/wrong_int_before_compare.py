"""Cuts the sum to an integer before comparing.

Message: cuts_sum
"""


def perceptron_predict(X, w, b):
    return ((X @ w + b).astype(int) > 0).astype(int)
