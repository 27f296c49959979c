"""Returns weights for an unknown scheme.

Message: not_refused
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}.get(scheme, 1.0)
    return rng.normal(0.0, std, size=(fan_in, fan_out))
