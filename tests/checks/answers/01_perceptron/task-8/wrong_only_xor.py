"""Only XOR is special-cased.

Message: only_xor
"""

def is_linearly_separable(table):
    return list(table) != [0, 1, 1, 0]
