"""The answer raises SystemExit.

Points: 0
"""

import sys


def perceptron_predict(X, w, b):
    sys.exit(0)
