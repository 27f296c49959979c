"""The standard library's normal distribution, on nested lists."""

from statistics import NormalDist


def gelu(x):
    x = x.tolist() if hasattr(x, "tolist") else x
    return [gelu(v) for v in x] if isinstance(x, list) else x * NormalDist().cdf(x)
