"""Uses math.exp on the array.

Message: numbers_only
"""

import math


def sigmoid(x):
    return 1 / (1 + math.exp(-x))
