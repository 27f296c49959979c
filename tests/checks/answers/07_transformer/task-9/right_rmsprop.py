"""RMSProp with clipped gradients."""

import numpy as np


def train_translator(model, src, tin, tout, steps=200, lr=5e-3, warmup=20):
    h = {k: 0. for k in model.P}; H = []
    for t in range(steps):
        L, G = model.loss_grads(src, tin, tout); H.append(float(L)); n = np.sqrt(sum((g*g).sum() for g in G.values())); c = min(1., 5./n)
        a = lr*min(1, (t+1)/warmup)*(1 - .9*t/steps)
        for k in G: h[k] = .95*h[k] + .05*(c*G[k])**2; model.P[k] = model.P[k] - a*c*G[k]/(np.sqrt(h[k])+1e-8)
    return H
