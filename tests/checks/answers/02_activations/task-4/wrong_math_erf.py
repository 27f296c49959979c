"""math.erf on an array.

Message: numbers_only
"""

import math


def gelu(x):
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))
