"""Loops over the first axis with one velocity.

Message: value
"""

def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v, new = state.get("v", 0.0), w.copy()
    for i in range(len(w)):
        v = beta * v + g[i]
        new[i] = w[i] - lr * v
        if i + 1 < len(w):
            v = state.get("v", 0.0)
    return new, {"v": v}
