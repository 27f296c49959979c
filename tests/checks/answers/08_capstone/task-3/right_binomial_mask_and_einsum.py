"""Draws a binomial mask, and multiplies with einsum."""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    a = np.einsum("nd,dh->nh", X, params["W1"]) + params["b1"]
    a = a * (a > 0)
    m = None
    if training:
        m = rng.binomial(1, 1 - rate, a.shape) / (1 - rate)
        a = a * m
    o = np.einsum("nh,hc->nc", a, params["W2"]) + params["b2"]
    return np.exp(o - np.logaddexp.reduce(o, axis=1, keepdims=True)), dict(h=a, mask=m)
