"""Sets the global seed.

Message: fixed_seed
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[scheme]
    np.random.seed(42)
    return np.random.normal(0.0, std, size=(fan_in, fan_out))
