"""Calls the course.

Remark: remark_calls
"""

from dlcourse.activations import sigmoid as given


def sigmoid(x):
    return given(x)
