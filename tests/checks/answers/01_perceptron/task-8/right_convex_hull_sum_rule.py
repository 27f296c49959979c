"""Compares sums of two points of each class."""

import numpy as np


def is_linearly_separable(table):
    # k-summability for n<=3: threshold iff 2-asummable (n <= 8)
    n = len(table).bit_length() - 1
    pts = np.array([[int(c) for c in format(i, f"0{n}b")] for i in range(len(table))])
    on = [p for p, t in zip(pts, table) if t]; off = [p for p, t in zip(pts, table) if not t]
    sums = lambda S: {tuple(a + b) for a in S for b in S}
    return not (sums(on) & sums(off))
