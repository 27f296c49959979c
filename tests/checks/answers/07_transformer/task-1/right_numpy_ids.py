"""NumPy integers as ids, a list of lists as the batch."""

import numpy as np


import re

import numpy as np


def build_vocab(sentences):
    words = np.unique([w for s in sentences for w in re.findall(r"\S+", s)])
    ids = np.arange(4, 4 + len(words))
    return dict(zip(["<pad>", "<bos>", "<eos>", "<unk>", *words.tolist()], [0, 1, 2, 3, *ids]))


def encode_batch(sentences, vocab):
    split = list(map(str.split, sentences))
    longest = max(map(len, split))
    return [[vocab[w] if w in vocab else 3 for w in s] + [0] * (longest - len(s)) for s in split]
