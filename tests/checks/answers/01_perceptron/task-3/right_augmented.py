"""Keeps the bias as one more weight."""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    Xb = np.column_stack([X, np.ones(len(X))])
    v = np.zeros(Xb.shape[1])
    mistakes = []
    for _ in range(max_epochs):
        wrong = 0
        for row, target in zip(Xb, y):
            guess = 1 if row.dot(v) > 0 else 0
            if guess < target:
                v += lr * row
                wrong += 1
            elif guess > target:
                v -= lr * row
                wrong += 1
        mistakes.append(wrong)
        if not wrong:
            break
    return v[:-1], v[-1], np.array(mistakes)
