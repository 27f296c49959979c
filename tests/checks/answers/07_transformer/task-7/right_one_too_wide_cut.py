"""Whole sentences, with <eos> taken out of the input again."""

import numpy as np


def decoder_io(targets, bos=1, eos=2, pad=0):
    n = max(map(len, targets))
    tin = [[bos, *t, *[pad] * (n - len(t))] for t in targets]
    tout = [[*t, eos, *[pad] * (n - len(t))] for t in targets]
    return tin, tout


def masked_cross_entropy(logits, targets, pad=0):
    B, T, V = logits.shape
    loss, count = 0.0, 0
    grad = np.zeros((B, T, V))
    for b in range(B):
        for t in range(T):
            y = targets[b, t]
            if y == pad:
                continue
            z = logits[b, t] - max(logits[b, t])
            total = sum(np.exp(z))
            loss += np.log(total) - z[y]
            grad[b, t] = np.exp(z) / total
            grad[b, t, y] -= 1
            count += 1
    if count:
        loss, grad = loss / count, grad / count
    return loss, grad
