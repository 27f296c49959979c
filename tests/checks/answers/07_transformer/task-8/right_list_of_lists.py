"""Lists of lists."""

import numpy as np


def greedy_decode(next_logits, batch_size, bos=1, eos=2, max_len=20):
    pre = [[bos] for _ in range(batch_size)]; fin = set()
    while len(fin) < batch_size and len(pre[0]) <= max_len:
        lo = next_logits(np.array(pre))
        for i in range(batch_size):
            k = int(lo[i].argmax()) if i not in fin else eos
            if k == eos: fin.add(i)
            pre[i].append(k)
    return [[t for t in (p[1:p.index(eos)] if eos in p[1:] else p[1:])] for p in pre]
