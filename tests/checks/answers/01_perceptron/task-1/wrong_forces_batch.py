"""Forces a batch axis on single samples.

Message: forces_batch
"""

import numpy as np


def perceptron_predict(X, w, b):
    z = np.atleast_2d(X) @ np.asarray(w) + b
    return (z > 0).astype(np.int64)
