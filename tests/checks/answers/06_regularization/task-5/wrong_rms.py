"""Is RMSNorm.

Message: not_centred
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    rms = np.sqrt(np.mean(X**2, axis=-1, keepdims=True) + eps)
    return gamma * X / rms + beta
