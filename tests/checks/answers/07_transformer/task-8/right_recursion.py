"""Calls itself."""

import numpy as np


def greedy_decode(next_logits, batch_size, bos=1, eos=2, max_len=20, y=None):
    y = np.array([[bos]] * batch_size) if y is None else y
    said = [row[: row.index(eos)] if eos in row else row for row in y[:, 1:].tolist()]
    if y.shape[1] > max_len or all(eos in row for row in y[:, 1:].tolist()):
        return said
    word = np.array([max(range(len(z)), key=lambda i: z[i]) for z in next_logits(y)])
    return greedy_decode(next_logits, batch_size, bos, eos, max_len, np.hstack([y, word.reshape(-1, 1)]))
