"""Misspells np.

Message: raised_name
"""


def perceptron_predict(X, w, b):
    return nump.where(X @ w + b > 0, 1, 0)
