"""Takes the root of the mean.

Message: mean_square
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    everything = np.concatenate([g.ravel() for g in grads.values()])
    total = float(np.sqrt(np.mean(everything ** 2)))
    scale = 1.0 if total <= max_norm or total == 0 else max_norm / total
    return {k: g * scale for k, g in grads.items()}, total
