"""ValueError for an unknown scheme.

Message: other_error
"""


def init_weights(rng, fan_in, fan_out, scheme):
    if scheme == "he":
        return rng.normal(0, (2 / fan_in) ** 0.5, (fan_in, fan_out))
    if scheme == "xavier":
        return rng.normal(0, (2 / (fan_in + fan_out)) ** 0.5, (fan_in, fan_out))
    raise ValueError(scheme)
