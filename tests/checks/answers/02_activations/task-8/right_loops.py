"""Loops."""

def dead_fraction(X, W, b):
    dead = 0
    for k in range(W.shape[1]):
        if not any(sum(x[j] * W[j, k] for j in range(len(x))) + b[k] > 0 for x in X):
            dead += 1
    return dead / W.shape[1]
