"""Uses whole numbers, plain lists and if."""

def gate(name):
    if name == 'AND':
        return [2, 2], -3
    if name == 'OR':
        return [2, 2], -1
    if name == 'NAND':
        return [-2, -2], 3
    if name == 'NOT':
        return [-2], 1
    return None
