"""Returns Phi(x).

Message: only_phi
"""

import math
import numpy as np


erf = np.vectorize(math.erf, otypes=[float])

def gelu(x):
    return 0.5 * (1 + erf(np.asarray(x) / math.sqrt(2)))
