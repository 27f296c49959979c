"""Shape the wrong way round.

Message: shape
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[scheme]
    return rng.normal(0.0, std, size=(fan_out, fan_in))
