"""Writes Adam as Keras does, with alpha_t."""

import numpy as np


def fit(params, X, y, loss_and_grads, epochs, batch_size, lr, rng, rate=0.2):
    P = dict((k, v + 0.0) for k, v in params.items())
    M = {k: 0.0 for k in P}
    V = {k: 0.0 for k in P}
    n, H, N = 0, [], len(X)
    for _ in range(epochs):
        idx = np.argsort(rng.random(N))
        acc = 0
        for b in range(-(-N // batch_size)):
            j = idx[b * batch_size : (b + 1) * batch_size]
            L, G = loss_and_grads(P, X[j], y[j], rate=rate, training=True, rng=rng)
            acc += L * len(j)
            n += 1
            a = lr * np.sqrt(1 - 0.999**n) / (1 - 0.9**n)
            for k in P:
                M[k] = M[k] + (G[k] - M[k]) * (1 - 0.9)
                V[k] = V[k] + (np.square(G[k]) - V[k]) * (1 - 0.999)
                P[k] = P[k] - M[k] * a / (np.sqrt(V[k]) + 1e-7)
        H.append(acc / N)
    return P, H
