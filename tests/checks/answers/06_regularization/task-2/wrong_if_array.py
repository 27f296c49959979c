"""Compares an array in an if.

Message: raised_truth
"""

def soft_threshold(w, t):
    if w > t:
        return w - t
    if w < -t:
        return w + t
    return 0
