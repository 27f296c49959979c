"""labels.max()+1 columns.

Message: largest_label
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError("label out of range")
    out = np.zeros(labels.shape + (int(labels.max()) + 1 if labels.size else num_classes,))
    np.put_along_axis(out, labels[..., None].astype(int), 1.0, axis=-1)
    return out
