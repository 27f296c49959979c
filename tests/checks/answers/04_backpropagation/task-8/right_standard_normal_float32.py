"""Scaled standard normal numbers in float32."""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    fans = {"xavier": (fan_in + fan_out) / 2, "he": fan_in / 2}
    if scheme == "xavier":
        variance = 1 / fans[scheme]
    else:
        variance = 1 / fans[scheme]
    return rng.standard_normal((fan_in, fan_out), dtype=np.float32) * np.float32(variance**0.5)
