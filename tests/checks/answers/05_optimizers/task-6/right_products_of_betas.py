"""Multiplies the powers up and prints."""

def adam_step(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state.setdefault("b1", 1.0)
    state.setdefault("b2", 1.0)
    state["b1"] *= beta1
    state["b2"] *= beta2
    state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * g
    state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * g * g
    print("power", state["b1"])
    w -= lr * (state["m"] / (1 - state["b1"])) / ((state["v"] / (1 - state["b2"])) ** 0.5 + eps)
    return w, state
