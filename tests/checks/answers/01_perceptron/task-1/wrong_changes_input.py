"""Adds the bias into the batch.

Message: changed
"""

def perceptron_predict(X, w, b):
    X *= w
    return (X.sum(axis=-1) + b > 0).astype(int)
