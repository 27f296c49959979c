"""Takes a step of plain gradient descent.

Message: forgets
"""

def momentum_step(w, g, state, lr=0.01, beta=0.9):
    return w - lr * g, state
