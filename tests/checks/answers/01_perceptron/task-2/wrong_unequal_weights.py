"""Favours one input of AND.

Message: gate_table
"""

def gate(name):
    gates = {'AND': ([2, 1], -1.5), 'OR': ([1, 1], -0.5), 'NAND': ([-1, -1], 1.5), 'NOT': ([-1], 0.5)}
    return gates.get(name)
