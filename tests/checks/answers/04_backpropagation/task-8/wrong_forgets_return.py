"""Forgets to return.

Message: none
"""


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": (2 / (fan_in + fan_out)) ** 0.5, "he": (2 / fan_in) ** 0.5}[scheme]
    rng.normal(0, std, (fan_in, fan_out))
