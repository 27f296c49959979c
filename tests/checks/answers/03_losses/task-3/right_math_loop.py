"""A loop with math."""

import numpy as np


import math
def binary_cross_entropy(p, y, eps=1e-12):
    s = n = 0
    for a, b in zip(np.ravel(p), np.ravel(y)):
        a = min(max(float(a), eps), 1-eps); s -= b*math.log(a) + (1-b)*math.log1p(-a); n += 1
    return s/n
def bce_with_logits(z, y):
    s = n = 0
    for a, b in zip(np.ravel(z), np.ravel(y)):
        a = float(a); sp = a + math.log1p(math.exp(-a)) if a > 0 else math.log1p(math.exp(a)); s += sp - a*b; n += 1
    return s/n
