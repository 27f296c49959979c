"""Index loop, in place."""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    n, d = np.shape(X); w = np.zeros(d); b = 0.; mistakes = []
    for _ in range(max_epochs):
        c = 0
        for i in range(n):
            z = sum(w[j]*X[i][j] for j in range(d)) + b
            yhat = int(z > 0)
            if yhat != y[i]:
                for j in range(d): w[j] += lr*(y[i]-yhat)*X[i][j]
                b += lr*(y[i]-yhat); c += 1
        mistakes.append(c)
        if c == 0: return w, b, mistakes
    return w, b, mistakes
