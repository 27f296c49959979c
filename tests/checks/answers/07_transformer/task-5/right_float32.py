"""float32."""

import numpy as np


def attention_backward(dO, Q, K, V, mask=None):
    dO, Q, K, V = [np.asarray(a, dtype="float32") for a in (dO, Q, K, V)]
    d = np.float32(Q.shape[-1])
    T = lambda a: np.swapaxes(a, -1, -2)
    S = Q @ T(K) / np.sqrt(d)
    if mask is not None:
        S = np.where(mask, S, np.float32(-1e30))
    S = S - S.max(-1, keepdims=True)
    A = np.exp(S) / np.exp(S).sum(-1, keepdims=True)
    dA = dO @ T(V)
    dS = (A * dA - A * (A * dA).sum(-1, keepdims=True)) / np.sqrt(d)
    return dS @ K, T(T(Q) @ dS), T(A) @ dO
