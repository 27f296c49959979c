"""He for both.

Message: he_always
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / fan_in), "he": np.sqrt(2.0 / fan_in)}[scheme]
    return rng.normal(0.0, std, size=(fan_in, fan_out))
