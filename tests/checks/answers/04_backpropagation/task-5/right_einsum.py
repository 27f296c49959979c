"""Einsum."""

import numpy as np


def two_layer_loss_and_grads(params, X, y, reg=0.0):
    P = params
    A = np.einsum("nd,dh->nh", X, P["W1"]) + P["b1"]
    H = A * (A > 0)
    Z = np.einsum("nh,hc->nc", H, P["W2"]) + P["b2"]
    lse = np.logaddexp.reduce(Z, axis=1)
    Y = np.eye(Z.shape[1])[y]
    L = np.mean(lse - (Z * Y).sum(1)) + reg / 2 * sum((P[k] ** 2).sum() for k in ("W1", "W2"))
    D = (np.exp(Z - lse[:, None]) - Y) / len(X)
    E = np.einsum("nc,hc->nh", D, P["W2"]) * (A > 0)
    dW2 = np.einsum("nh,nc->hc", H, D) + reg * P["W2"]
    return L, {"W1": np.einsum("nd,nh->dh", X, E) + reg * P["W1"], "b1": E.sum(0), "W2": dW2, "b2": D.sum(0)}
