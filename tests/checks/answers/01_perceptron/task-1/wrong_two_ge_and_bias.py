"""Takes b for a threshold that the sum has to reach: two mistakes at once.

Message: fires_at_threshold
"""


def perceptron_predict(X, w, b):
    return (X @ w - b >= 0).astype(int)
