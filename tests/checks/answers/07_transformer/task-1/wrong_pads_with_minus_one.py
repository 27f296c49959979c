"""Pads with -1.

Message: padded_with_other
"""

import numpy as np


def build_vocab(sentences):
    vocab = {"<pad>": 0, "<bos>": 1, "<eos>": 2, "<unk>": 3}
    for s in sentences:
        for tok in s.split():
            if tok not in vocab:
                vocab[tok] = len(vocab)
    return vocab


def encode_batch(sentences, vocab):
    rows = [[vocab.get(t, vocab["<unk>"]) for t in s.split()] for s in sentences]
    T = max(len(r) for r in rows)
    out = np.full((len(rows), T), -1)
    for i, r in enumerate(rows):
        out[i, :len(r)] = r
    return out
