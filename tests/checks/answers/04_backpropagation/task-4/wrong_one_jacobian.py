"""One Jacobian for the whole batch.

Message: plain_jacobian
"""

import numpy as np


def softmax_backward(dout, p):
    J = np.diag(p) - np.outer(p, p)
    return J @ dout
