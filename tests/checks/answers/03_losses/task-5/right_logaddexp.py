"""One-hot subtraction, logaddexp."""

import numpy as np


def softmax_cross_entropy(logits, y):
    z = np.asarray(logits, float); lse = np.logaddexp.reduce(z, axis=1, keepdims=True)
    Y = np.eye(z.shape[1])[y]
    return (lse[:, 0] - (Y*z).sum(1)).mean(), (np.exp(z-lse) - Y)/len(z)
