"""Starts at the second layer.

Message: skips_first
"""

def collapse_linear(layers):
    rest = layers[1:] or layers
    W, b = rest[0]
    for V, c in rest[1:]:
        W, b = W @ V, b @ V + c
    return W, b
