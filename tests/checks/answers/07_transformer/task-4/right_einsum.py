"""einsum, and the mask added."""

import numpy as np


def attention(Q, K, V, mask=None):
    s = np.einsum("...qd,...kd->...qk", Q, K) * Q.shape[-1] ** -0.5
    if mask is not None:
        s = s + np.where(mask, 0.0, -1e18)
    s = s - np.max(s, axis=-1, keepdims=True)
    w = np.exp(s - np.log(np.exp(s).sum(-1))[..., None])
    return np.einsum("...qk,...kv->...qv", w, V), w
