"""Loops over the queries."""

import numpy as np


def attention(Q, K, V, mask=None):
    lead = Q.shape[:-2]; Tq, d = Q.shape[-2:]; Tk = K.shape[-2]
    M = np.ones(lead + (Tq, Tk), bool) if mask is None else np.broadcast_to(mask, lead + (Tq, Tk))
    A = np.zeros(lead + (Tq, Tk)); O = np.zeros(lead + (Tq, V.shape[-1]))
    for i in np.ndindex(*lead, Tq):
        s = K[i[:-1]] @ Q[i]/np.sqrt(d); ok = M[i]
        if ok.any():
            e = np.exp(s[ok] - s[ok].max()); A[i][ok] = e/e.sum()
        O[i] = A[i] @ V[i[:-1]]
    return O, A
