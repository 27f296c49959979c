"""Multiplies into the first layer.

Message: changed
"""

def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        b = b @ V
        b += c
        W[...] = W * V.sum() if W.size == 1 else W
        W = W if W.size == 1 else W @ V
    return W, b
