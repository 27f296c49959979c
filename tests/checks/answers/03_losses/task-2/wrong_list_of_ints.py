"""Lists of the integers 0 and 1.

Message: integers
"""

import numpy as np


def one_hot(labels, num_classes):
    rows = []
    for label in labels:
        if label < 0 or label >= num_classes:
            raise ValueError("label")
        row = [0] * num_classes
        row[label] = 1
        rows.append(row)
    return np.array(rows)
