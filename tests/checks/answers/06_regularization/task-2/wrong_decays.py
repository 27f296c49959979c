"""Multiplies by 1 - t.

Message: scales
"""

def soft_threshold(w, t):
    return w * (1 - t)
