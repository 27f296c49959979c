"""An OrderedDict and a padded int32 array."""

import numpy as np


from collections import OrderedDict
from itertools import zip_longest

import numpy as np


def build_vocab(sentences):
    v = OrderedDict()
    for t in ("<pad>", "<bos>", "<eos>", "<unk>"):
        v[t] = len(v)
    for s in sentences:
        for t in s.split():
            v.setdefault(t, len(v))
    return v


def encode_batch(sentences, vocab):
    ids = [[vocab.get(t, 3) for t in s.split()] for s in sentences]
    columns = list(zip_longest(*ids, fillvalue=0))
    return np.array(columns, dtype=np.int32).reshape(len(columns), len(ids)).T
