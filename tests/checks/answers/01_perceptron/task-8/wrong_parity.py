"""Parity of the ones decides.

Message: parity
"""

def is_linearly_separable(table):
    return sum(table) != len(table)//2 or table[0] == table[-1]
