"""Adds the biases up.

Message: biases_added
"""

def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W = W @ V
        b = b + c
    return W, b
