"""The answer makes as many files as there can be.

Points: 0
"""

import itertools


def perceptron_predict(X, w, b):
    kept = []
    for number in itertools.count():
        kept.append(open(f"small{number}", "w"))
