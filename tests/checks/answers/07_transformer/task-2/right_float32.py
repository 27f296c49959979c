"""float32 and a complex exponential."""

import numpy as np


def positional_encoding(T, d):
    k = np.arange((d + 1) // 2)
    z = np.exp(1j * np.arange(T)[:, None] * 10000.0 ** (-2 * k / d))
    return np.stack([z.imag, z.real], axis=-1).reshape(T, 2 * len(k))[:, :d].astype(np.float32)
