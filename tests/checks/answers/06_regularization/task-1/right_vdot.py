"""np.vdot and the norms of np.linalg."""

import numpy as np


def l2_penalty(params, lam):
    W = {k: v for k, v in params.items() if k.startswith("W")}
    return lam / 2 * sum(np.vdot(v, v) for v in W.values()), {
        k: lam * W[k] if k in W else np.zeros(v.shape) for k, v in params.items()
    }


def l1_penalty(params, lam):
    W = {k: v for k, v in params.items() if k.startswith("W")}
    return lam * sum(np.linalg.norm(np.ravel(v), 1) for v in W.values()), {
        k: lam * np.sign(W[k]) if k in W else np.zeros(v.shape) for k, v in params.items()
    }
