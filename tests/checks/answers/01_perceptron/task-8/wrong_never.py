"""Always says no.

Message: never
"""

def is_linearly_separable(table):
    return False
