"""Trains in one function, with float32 and a learning rate that falls."""

import numpy as np


def train_digits(X, y, seed):
    rng = np.random.default_rng(seed)
    X, Y = X.astype(np.float32), np.eye(10, dtype=np.float32)[y]
    l1, l2 = np.sqrt(6 / 192), np.sqrt(6 / 138)
    P = [rng.uniform(-l1, l1, (64, 128)), np.zeros(128), rng.uniform(-l2, l2, (128, 10)), np.zeros(10)]
    P = [p.astype(np.float32) for p in P]
    M, V, t = [0 * p for p in P], [0 * p for p in P], 0
    for epoch in range(40):
        order = rng.permutation(len(X))
        lr = 4e-3 * (1 - epoch / 40)
        for s in range(0, len(X), 32):
            i = order[s : s + 32]
            z = X[i] @ P[0] + P[1]
            keep = (rng.random(z.shape) >= 0.2) / np.float32(0.8)
            h = np.maximum(z, 0) * keep
            o = h @ P[2] + P[3]
            e = np.exp(o - o.max(axis=1, keepdims=True))
            d = (e / e.sum(axis=1, keepdims=True) - Y[i]) / len(i)
            dz = (d @ P[2].T) * keep * (z > 0)
            t += 1
            for k, g in enumerate([X[i].T @ dz, dz.sum(0), h.T @ d, d.sum(0)]):
                M[k] = 0.9 * M[k] + 0.1 * g
                V[k] = 0.999 * V[k] + 0.001 * g * g
                P[k] = P[k] - lr * M[k] / (1 - 0.9**t) / (np.sqrt(V[k] / (1 - 0.999**t)) + 1e-7)
    return dict(zip(["W1", "b1", "W2", "b2"], P))
