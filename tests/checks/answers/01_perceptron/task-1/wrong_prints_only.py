"""Prints the answer and returns nothing.

Message: none
"""

def perceptron_predict(X, w, b):
    print((X @ w + b > 0).astype(int))
