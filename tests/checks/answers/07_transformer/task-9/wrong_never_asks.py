"""Never computes a gradient.

Message: no_gradients
"""


def train_translator(model, src, tin, tout, steps=200, lr=5e-3, warmup=20):
    return [0.0] * steps
