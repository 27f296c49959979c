"""Sign wrong: 1/(1+exp(x)).

Message: wrong_sign
"""

import numpy as np


def sigmoid(x):
    x = np.clip(np.asarray(x, float), -700, 700)
    return 1/(1+np.exp(x))
