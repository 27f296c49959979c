"""Einsum with a Jacobian for each row."""

import numpy as np


def softmax_backward(dout, p):
    J = np.einsum("...i,ij->...ij", p, np.eye(p.shape[-1])) - p[..., :, None] * p[..., None, :]
    return np.einsum("...ij,...j->...i", J, dout)
