"""Joins neighbours, and keeps the last pair only.

Message: last_two
"""


def collapse_linear(layers):
    for i in range(len(layers) - 1):
        W = layers[i][0] @ layers[i + 1][0]
        b = layers[i][1] @ layers[i + 1][0] + layers[i + 1][1]
    return (W, b) if len(layers) > 1 else layers[0]
