"""Makes a column of a single sample.

Message: raised_shapes
"""


def perceptron_predict(X, w, b):
    if X.ndim == 1:
        X = X[:, None]
    return (X @ w + b > 0).astype(int)
