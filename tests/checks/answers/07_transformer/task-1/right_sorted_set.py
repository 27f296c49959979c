"""Sorts the set of all words."""

import numpy as np


def build_vocab(sentences):
    w = ['<pad>', '<bos>', '<eos>', '<unk>'] + sorted(set(' '.join(sentences).split()))
    return {t: i for i, t in enumerate(w)}


def encode_batch(sentences, vocab):
    rows = [s.split() for s in sentences]; T = max([0] + [len(r) for r in rows])
    return np.array([[vocab.get(t, 3) for t in r] + [0]*(T-len(r)) for r in rows], dtype=int).reshape(len(rows), T)
