"""Row by row."""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    rows = np.asarray(X, float).reshape(-1, np.shape(X)[-1])
    done = [gamma * (row - row.mean()) * (row.var() + eps) ** -0.5 + beta for row in rows]
    return np.array(done).reshape(np.shape(X))
