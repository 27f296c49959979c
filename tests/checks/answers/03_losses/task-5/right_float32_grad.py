"""A gradient of float32, where() for the one-hot."""

import numpy as np


def softmax_cross_entropy(logits, y):
    z = logits - np.amax(logits, axis=-1, keepdims=True)
    lse = np.log(np.sum(np.exp(z), axis=-1))
    true = np.arange(z.shape[1]) == y[:, None]
    loss = np.mean(lse - z[true])
    p = np.exp(z - lse[:, None])
    return loss, (np.where(true, p - 1, p) / len(y)).astype(np.float32)
