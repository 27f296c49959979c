"""Uses infinite weights.

Message: gate_table
"""

import numpy as np


def gate(name): return [np.inf,-np.inf],0.0
