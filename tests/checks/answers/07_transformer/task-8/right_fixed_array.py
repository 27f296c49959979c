"""A whole array that is filled, zeros after the end."""

import numpy as np


def greedy_decode(next_logits, batch_size, bos=1, eos=2, max_len=20):
    y = np.zeros((batch_size, max_len + 1), dtype=np.int32)
    y[:, 0] = bos
    length = np.full(batch_size, max_len)
    t = 0
    while t < max_len and (length > t).any():
        best = np.argmax(next_logits(y[:, : t + 1]), axis=1)
        ended = (best == eos) & (length == max_len)
        length[ended] = t
        y[:, t + 1] = np.where(length < max_len, 0, best)
        t += 1
        if (length < max_len).all():
            break
    return [y[b, 1 : length[b] + 1] for b in range(batch_size)]
