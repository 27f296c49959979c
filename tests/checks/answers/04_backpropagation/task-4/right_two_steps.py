"""In two steps, with einsum."""

import numpy as np


def softmax_backward(dout, p):
    weighted = dout * p
    total = np.einsum("...c->...", weighted)
    return weighted - p * total[..., None]
