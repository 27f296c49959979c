"""Goes through the samples in a loop."""

import numpy as np


def softmax(row):
    e = np.exp(row - max(row))
    return e / sum(e)


def forward(params, X, rate=0.2, training=False, rng=None):
    n, units, classes = len(X), params["b1"].size, params["b2"].size
    probs, hs = np.zeros((n, classes)), np.zeros((n, units))
    for i, x in enumerate(X):
        h = np.array([max(0.0, float(s)) for s in x @ params["W1"] + params["b1"]])
        if training:
            h = np.where(rng.uniform(size=units) < rate, 0, h / (1 - rate))
        hs[i] = h
        probs[i] = softmax(h @ params["W2"] + params["b2"])
    return probs, {"h": hs}
