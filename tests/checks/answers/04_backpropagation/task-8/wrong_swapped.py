"""The two schemes swapped.

Message: schemes_swapped
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"he": np.sqrt(2.0 / (fan_in + fan_out)), "xavier": np.sqrt(2.0 / fan_in)}[scheme]
    return rng.normal(0.0, std, size=(fan_in, fan_out))
