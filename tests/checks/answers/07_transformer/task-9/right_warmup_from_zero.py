"""The warm-up starts at 0, and the order of the pairs is changed."""

import numpy as np


def train_translator(model, src, tin, tout, steps=200, lr=5e-3, warmup=20):
    b1, b2 = 0.9, 0.99
    first, second, losses = {}, {}, []
    order = np.random.permutation(len(src))
    t = 0
    while t < steps:
        loss, grads = model.loss_grads(src[order], tin[order], tout[order])
        losses.append(loss)
        rate = lr * (t + 1) / warmup if t < warmup else lr
        rate = rate if t else 1e-5
        new = {}
        for name in model.P:
            g = grads[name]
            first[name] = b1 * first.get(name, 0) + (1 - b1) * g
            second[name] = b2 * second.get(name, 0) + (1 - b2) * g**2
            mh, vh = first[name] / (1 - b1 ** (t + 1)), second[name] / (1 - b2 ** (t + 1))
            new[name] = model.P[name] - rate * mh / (vh**0.5 + 1e-8)
        model.P.update(new)
        t += 1
    return losses
