"""Leaves the later biases out.

Message: no_biases
"""

def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = W @ V, b @ V
    return W, b
