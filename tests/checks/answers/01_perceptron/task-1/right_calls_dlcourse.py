"""Lets the course do the work.

Remark: remark_calls
"""

import dlcourse.perceptron


def perceptron_predict(X, w, b):
    return dlcourse.perceptron.perceptron_predict(X, w, b)
