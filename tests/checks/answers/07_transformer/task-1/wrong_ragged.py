"""Pads nothing.

Message: not_numbers
"""


def build_vocab(sentences):
    vocab = {"<pad>": 0, "<bos>": 1, "<eos>": 2, "<unk>": 3}
    for s in sentences:
        for tok in s.split():
            if tok not in vocab:
                vocab[tok] = len(vocab)
    return vocab


def encode_batch(sentences, vocab):
    return [[vocab.get(t, 3) for t in s.split()] for s in sentences]
