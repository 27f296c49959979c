"""Returns the weights without the bias.

Message: parts
"""

def collapse_linear(layers):
    W = layers[0][0]
    for V, c in layers[1:]:
        W = W @ V
    return W
