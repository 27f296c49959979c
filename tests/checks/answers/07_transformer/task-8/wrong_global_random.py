"""Draws from the softmax.

Message: not_the_best
"""

import numpy as np


def greedy_decode(next_logits, batch_size, bos=1, eos=2, max_len=20):
    y = np.full((batch_size, 1), bos, dtype=np.int64)
    done = np.zeros(batch_size, dtype=bool)
    out = [[] for _ in range(batch_size)]
    for _ in range(max_len):
        nxt = np.array([np.random.choice(len(p), p=np.exp(p) / np.exp(p).sum()) for p in next_logits(y)])
        for i in range(batch_size):
            if not done[i]:
                if nxt[i] == eos:
                    done[i] = True
                else:
                    out[i].append(int(nxt[i]))
        if done.all():
            break
        y = np.concatenate([y, nxt[:, None]], axis=1)
    return out
