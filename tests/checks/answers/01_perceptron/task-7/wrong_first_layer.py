"""Returns the first layer.

Message: first_layer
"""

def collapse_linear(layers):
    for W, b in layers:
        return W, b
