"""The whole Jacobian for each query."""

import numpy as np


def attention_backward(dO, Q, K, V, mask=None):
    lead = Q.shape[:-2]; Tq, d = Q.shape[-2:]; Tk = K.shape[-2]; dQ, dK, dV = np.zeros(Q.shape), np.zeros(K.shape), np.zeros(V.shape)
    M = None if mask is None else np.broadcast_to(mask, lead + (Tq, Tk))
    for i in np.ndindex(*lead, Tq):
        b = i[:-1]; s = K[b] @ Q[i]/np.sqrt(d)
        if M is not None: s = np.where(M[i], s, -1e9)
        a = np.exp(s - s.max()); a /= a.sum(); J = np.diag(a) - np.outer(a, a); g = J @ (V[b] @ dO[i])/np.sqrt(d)
        dQ[i] += g @ K[b]; dK[b] += np.outer(g, Q[i]); dV[b] += np.outer(a, dO[i])
    return dQ, dK, dV
