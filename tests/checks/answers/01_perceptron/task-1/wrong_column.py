"""Makes a column of the weights.

Message: column
"""


def perceptron_predict(X, w, b):
    z = X @ w.reshape(-1, 1) + b
    return (z > 0).astype(int)
