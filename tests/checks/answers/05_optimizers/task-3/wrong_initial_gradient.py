"""Starts the velocity at the first gradient.

Message: value
"""

def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = beta * state.get("v", g) + g
    return w - lr * v, {"v": v}
