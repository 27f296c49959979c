"""Prints the answer.

Message: none
"""

import numpy as np


def sigmoid(x):
    print(1 / (1 + np.exp(-np.asarray(x, float))))
