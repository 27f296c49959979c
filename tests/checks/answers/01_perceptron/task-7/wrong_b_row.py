"""Keeps the bias as a row.

Message: bias_row
"""


def collapse_linear(layers):
    W, b = layers[0]; b = b.reshape(1, -1)
    for V, c in layers[1:]:
        W = W @ V; b = b @ V + c
    return W, b
