"""Never ends.

Message: too_slow
"""

def perceptron_predict(X, w, b):
    i = 0
    while i < len(w):
        z = X @ w + b
    return z
