"""Forgets np.

Message: raised_name
"""

def sigmoid(x):
    return 1 / (1 + exp(-x))
