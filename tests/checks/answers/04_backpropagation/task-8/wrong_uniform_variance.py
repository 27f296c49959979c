"""Uniform in plus and minus the variance.

Message: uniform_variance
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[scheme]
    return rng.uniform(-(std**2), std**2, size=(fan_in, fan_out))
