"""Returns an empty list.

Message: parts
"""


def perceptron_fit(X,y,lr=1.0,max_epochs=100):
    return []
