"""Returns the weighted sum.

Message: no_step
"""

def perceptron_predict(X, w, b):
    return X @ w + b
