"""Math.exp (scalars only).

Message: raised_truth
"""

import math


def sigmoid(x):
    return 1/(1+math.exp(-x)) if x > 0 else math.exp(x)/(1+math.exp(x))
