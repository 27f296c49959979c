"""Types e with eight digits.

Message: tail
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + 2.7182818 ** -np.asarray(x, dtype=float))
