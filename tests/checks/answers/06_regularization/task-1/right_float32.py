"""Computes in float32."""

import numpy as np


def l2_penalty(params, lam):
    w = {k: np.asarray(v, np.float32) * (k[:1] == "W") for k, v in params.items()}
    return np.float32(lam) / 2 * sum((v * v).sum() for v in w.values()), {k: np.float32(lam) * v for k, v in w.items()}


def l1_penalty(params, lam):
    w = {k: np.asarray(v, np.float32) * (k[:1] == "W") for k, v in params.items()}
    return np.float32(lam) * sum(np.abs(v).sum() for v in w.values()), {k: np.float32(lam) * np.sign(v) for k, v in w.items()}
