"""The answer waits for an hour.

Points: 0
"""

import time


def perceptron_predict(X, w, b):
    time.sleep(3600)
