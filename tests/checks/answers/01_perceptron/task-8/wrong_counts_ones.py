"""Takes a table with as many ones as zeros for not separable.

Message: value
"""


def is_linearly_separable(table):
    return sum(table) * 2 != len(table)
