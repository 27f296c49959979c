"""Applies the first layer twice.

Message: first_twice
"""


def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers:
        W = W @ V; b = b @ V + c
    return W, b
