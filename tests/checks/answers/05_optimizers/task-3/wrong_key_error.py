"""Reads v from the empty state.

Message: raised
"""

def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = beta * state["v"] + g
    return w - lr * v, {"v": v}
