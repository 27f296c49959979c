"""Random sizes times random signs, row by row, as lists."""


def init_weights(rng, fan_in, fan_out, scheme):
    std = dict(xavier=(0.5 * fan_in + 0.5 * fan_out) ** -0.5, he=(fan_in / 2) ** -0.5)[scheme]
    rows = [abs(rng.normal(0, std, fan_out)) * rng.choice([-1, 1], fan_out) for _ in range(fan_in)]
    return [row.tolist() for row in rows]
