"""Sorts the special tokens with the words.

Message: specials_moved
"""

import numpy as np


def build_vocab(sentences):
    words = {"<pad>", "<bos>", "<eos>", "<unk>"}
    for s in sentences:
        words |= set(s.split())
    return {w: i for i, w in enumerate(sorted(words))}


def encode_batch(sentences, vocab):
    rows = [[vocab.get(t, vocab["<unk>"]) for t in s.split()] for s in sentences]
    T = max(len(r) for r in rows)
    out = np.zeros((len(rows), T), dtype=np.int64)
    for i, r in enumerate(rows):
        out[i, :len(r)] = r
    return out
