"""Has no entry for XOR.

Message: xor_raises
"""

def gate(name):
    gates = {'AND': ([1, 1], -1.5), 'OR': ([1, 1], -0.5), 'NAND': ([-1, -1], 1.5), 'NOT': ([-1], 0.5)}
    return gates[name]
