"""Works from the last layer to the first."""

def collapse_linear(layers):
    W, b = layers[-1]
    for V, c in reversed(layers[:-1]):
        b = c @ W + b
        W = V @ W
    return [W, b]
