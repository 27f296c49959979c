"""LeCun's 1 / fan_in for He.

Message: lecun
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(1.0 / fan_in)}[scheme]
    return rng.normal(0.0, std, size=(fan_in, fan_out))
