"""Plain gradient descent with the learning rate of Adam.

Message: not_learned
"""


def train_translator(model, src, tin, tout, steps=200, lr=5e-3, warmup=20):
    history = []
    for t in range(steps):
        loss, grads = model.loss_grads(src, tin, tout)
        history.append(loss)
        for k in grads:
            model.P[k] -= 10 * lr * grads[k]
    return history
