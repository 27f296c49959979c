"""Knows the two tables of two inputs.

Message: only_xor_xnor
"""

def is_linearly_separable(table):
    return list(table) not in ([0, 1, 1, 0], [1, 0, 0, 1])
