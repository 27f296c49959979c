"""Carries the bias through the whole product.

Message: bias_after_product
"""

def collapse_linear(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W = W @ V
        b = b @ W + c
    return W, b
