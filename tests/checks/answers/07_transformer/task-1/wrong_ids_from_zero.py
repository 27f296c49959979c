"""Words start at 0 and clash with the special tokens.

Message: shared_id
"""

import numpy as np


def build_vocab(sentences):
    vocab = {"<pad>": 0, "<bos>": 1, "<eos>": 2, "<unk>": 3}
    for s in sentences:
        for tok in s.split():
            if tok not in vocab:
                vocab[tok] = len(vocab) - 4
    return vocab


def encode_batch(sentences, vocab):
    rows = [[vocab.get(t, vocab["<unk>"]) for t in s.split()] for s in sentences]
    T = max(len(r) for r in rows)
    out = np.zeros((len(rows), T), dtype=np.int64)
    for i, r in enumerate(rows):
        out[i, :len(r)] = r
    return out
