"""The variance as the standard deviation.

Message: variance
"""


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": 2.0 / (fan_in + fan_out), "he": 2.0 / fan_in}[scheme]
    return rng.normal(0.0, std, size=(fan_in, fan_out))
