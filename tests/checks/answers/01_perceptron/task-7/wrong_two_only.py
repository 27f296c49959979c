"""Takes exactly two layers apart.

Message: raised_unpack
"""


def collapse_linear(layers):
    (W1, b1), (W2, b2) = layers
    return W1 @ W2, b1 @ W2 + b2
