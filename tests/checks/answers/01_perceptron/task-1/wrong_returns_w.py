"""Returns the sums too.

Message: also_returns_sum
"""


def perceptron_predict(X, w, b):
    z = X @ w + b
    y = (z > 0).astype(int)
    return y, z
