"""The answer raises KeyboardInterrupt, which stops most loops.

Points: 0
"""

def perceptron_predict(X, w, b):
    raise KeyboardInterrupt
