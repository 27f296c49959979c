"""Forgets the special tokens.

Message: specials_missing
"""

import numpy as np


def build_vocab(sentences):
    vocab = {}
    for s in sentences:
        for tok in s.split():
            if tok not in vocab:
                vocab[tok] = len(vocab)
    return vocab


def encode_batch(sentences, vocab):
    rows = [[vocab.get(t, vocab["<unk>"]) for t in s.split()] for s in sentences]
    T = max(len(r) for r in rows)
    out = np.zeros((len(rows), T), dtype=np.int64)
    for i, r in enumerate(rows):
        out[i, :len(r)] = r
    return out
