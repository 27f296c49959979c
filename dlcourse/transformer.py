"""Chapter 7, second half: from a sentence in one language to a sentence in another.

Part 1 holds the formulas around attention, which has a module of its own, `dlcourse.attention`: words as numbers and
as vectors, what a decoder learns, and how it speaks. Part 2 holds the thin objects: layers, and the Transformer.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlcourse._shapes import Axis, as_count, as_float, as_labels, check_rng, check_shape
from dlcourse.attention import Chain, FeedForward, MultiHeadAttention, Residual, positional_encoding
from dlcourse.layers import Dense, Dropout, Layer, LayerNorm, Parameters, Shape
from dlcourse.optimizers import Optimizer, adam_step, linear_warmup, minibatches

__all__ = [
    "DecoderBlock",
    "Embedding",
    "EncoderBlock",
    "Transformer",
    "build_vocab",
    "causal_mask",
    "decode",
    "decoder_io",
    "decoder_mask",
    "embedding",
    "embedding_backward",
    "encode_batch",
    "greedy_decode",
    "masked_cross_entropy",
    "padding_mask",
    "train_translator",
]

Array: TypeAlias = NDArray[Any]
Maybe: TypeAlias = Array | None
Ids: TypeAlias = NDArray[np.int64]
Vocab: TypeAlias = Mapping[str, int]

PAD, BOS, EOS, UNK = range(4)
SPECIALS = ("<pad>", "<bos>", "<eos>", "<unk>")

# --------------------------------------------------- Part 1: the formulas; first, words as numbers


def build_vocab(sentences: Sequence[str]) -> dict[str, int]:
    """Give every word of some sentences a number of its own.

    Parameters
    ----------
    sentences : list of str
        Sentences; words are what stands between spaces, in upper and lower case as it is.

    Returns
    -------
    dict of str to int
        ``<pad>`` 0, ``<bos>`` 1, ``<eos>`` 2 and ``<unk>`` 3; then the words, in the order in which they first appear.

    Raises
    ------
    TypeError
        If `sentences` is one string, or holds anything but strings.

    Examples
    --------
    >>> build_vocab(["b a b"])
    {'<pad>': 0, '<bos>': 1, '<eos>': 2, '<unk>': 3, 'b': 4, 'a': 5}
    """
    words = (word for sentence in _as_sentences(sentences) for word in sentence.split())
    return {word: i for i, word in enumerate(dict.fromkeys([*SPECIALS, *words]))}


def encode_batch(sentences: Sequence[str], vocab: Vocab) -> Ids:
    """Turn sentences into one array of word numbers.

    Parameters
    ----------
    sentences : list of str
        Sentences of any length; an empty one is all padding.
    vocab : mapping of str to int
        From `build_vocab`. Words that are not in it become ``<unk>``, 3.

    Returns
    -------
    ndarray of int64, shape (N, T)
        One sentence a row, filled up with ``<pad>``, 0, on the right to the length T of the longest.

    Raises
    ------
    TypeError
        If `sentences` is one string, or holds anything but strings.

    Examples
    --------
    >>> vocab = build_vocab(["I went to the cafe"])
    >>> encode_batch(["the cafe", "I went home to the cafe"], vocab)
    array([[7, 8, 0, 0, 0, 0],
           [4, 5, 3, 6, 7, 8]])
    """
    return _right_padded([[vocab.get(word, UNK) for word in text.split()] for text in _as_sentences(sentences)], PAD)


def decode(ids: Sequence[Sequence[int]] | Array, vocab: Vocab) -> list[str]:
    """Turn rows of word numbers back into sentences.

    Parameters
    ----------
    ids : list of list of int, or array_like of int of shape (N, T)
        One sentence a row. It ends before its first ``<eos>``; ``<pad>`` and ``<bos>`` are left out.
    vocab : mapping of str to int
        From `build_vocab`.

    Returns
    -------
    list of str
        Sentences, words separated by one space.

    Raises
    ------
    TypeError
        If a row holds anything but integers.
    ValueError
        If a number is not in `vocab`.

    Examples
    --------
    >>> decode([[1, 4, 5, 2, 4], [5, 0, 0]], build_vocab(["b a"]))
    ['b a', 'a']
    """
    words = {i: word for word, i in vocab.items()}
    rows = [_until(EOS, as_labels(f"ids[{n}]", row, len(words)).tolist()) for n, row in enumerate(ids)]
    return [" ".join(words[i] for i in row if i not in (PAD, BOS)) for row in rows]


def _as_sentences(sentences: Sequence[str]) -> Sequence[str]:
    """Raise unless `sentences` is a list of strings."""
    if isinstance(sentences, str):
        raise TypeError(f"sentences must be a list of strings; got the string {sentences!r}")
    for i, sentence in enumerate(sentences):
        if not isinstance(sentence, str):
            raise TypeError(f"sentences[{i}] must be a string; got {sentence!r}")
    return sentences


def _as_ids(name: str, value: ArrayLike, axes: Sequence[Axis] = ("B", "T")) -> Array:
    """Return `value` as an array of integers with the given axes; one without entries may have any dtype."""
    ids = np.asarray(value)
    if ids.dtype.kind not in "iu" and ids.size:
        raise TypeError(f"{name} must hold integers; got dtype {ids.dtype}")
    check_shape(name, ids, axes)
    return ids


def _right_padded(rows: Sequence[Sequence[int]], pad: int) -> Ids:
    """Return rows of numbers as one array, filled up on the right."""
    table = np.full((len(rows), max(map(len, rows), default=0)), pad, np.int64)
    for line, row in zip(table, rows, strict=True):
        line[: len(row)] = row
    return table


def _until(eos: int, row: list[int]) -> list[int]:
    """Return what stands before the first `eos`, or everything."""
    return row[: row.index(eos)] if eos in row else row


def embedding(ids: ArrayLike, E: ArrayLike) -> Array:
    """Look up the vector of each word: ``E[ids]``.

    Parameters
    ----------
    ids : array_like of int, of any shape
        Word numbers from 0 to V - 1.
    E : array_like, shape (V, d)
        One vector a word, which is learned.

    Returns
    -------
    ndarray, shape (*ids.shape, d)
        The vectors, copied.

    Raises
    ------
    TypeError
        If `ids` does not hold integers.
    ValueError
        If a number is not from 0 to V - 1, or `E` is no matrix.

    Notes
    -----
    It is a dense layer without bias on one-hot vectors that never builds them.

    Examples
    --------
    >>> embedding([2, 0], [[1, 2], [3, 4], [5, 6]])
    array([[5., 6.],
           [1., 2.]])
    """
    E = as_float("E", E)
    check_shape("E", E, ["V", "d"])
    return np.take(E, as_labels("ids", ids, len(E)), axis=0)


def embedding_backward(dout: ArrayLike, ids: ArrayLike, V: int) -> Array:
    """Return the gradient for the vectors of `embedding`: every word adds up what its appearances receive.

    Parameters
    ----------
    dout : array_like, shape (*ids.shape, d)
        Gradient of the loss for the output.
    ids : array_like of int, of any shape
        Word numbers of the forward pass.
    V : int
        Words in the vocabulary.

    Returns
    -------
    ndarray, shape (V, d)
        Gradient of the loss for `E`; 0 for words that did not appear.

    Raises
    ------
    TypeError
        If `ids` does not hold integers.
    ValueError
        If a number is not from 0 to V - 1, or `dout` has another shape.

    Notes
    -----
    ``dE[ids] += dout`` would keep one appearance of each word and lose the others.

    Examples
    --------
    >>> embedding_backward([[1.0], [10.0], [100.0]], [2, 0, 2], 3).ravel()
    array([ 10.,   0., 101.])
    """
    ids, dout = as_labels("ids", ids, as_count("V", V)), as_float("dout", dout)
    check_shape("dout", dout, [*ids.shape, "d"])
    return _embedding_backward(dout, ids, np.empty((V, dout.shape[-1]), dout.dtype))


def _embedding_backward(dout: Array, ids: Ids, dE: Array) -> Array:
    """Write the gradient into `dE`: sorted, the appearances of a word stand together and are added in one run."""
    words = ids.ravel()
    order = np.argsort(words, kind="stable")
    words = words[order]
    starts = np.flatnonzero(np.diff(words, prepend=-1))
    dE[...] = 0
    dE[words[starts]] = np.add.reduceat(dout.reshape(len(words), dE.shape[1])[order], starts, axis=0)
    return dE


# ------------------------------------------------------------------- which words may be looked at


def causal_mask(T: int) -> NDArray[np.bool_]:
    """Return which position may look at which, if none may look at what comes after it.

    Parameters
    ----------
    T : int
        Positions, at least 0.

    Returns
    -------
    ndarray of bool, shape (T, T)
        Row t, the query, is True in the columns 0 to t, the keys.

    Raises
    ------
    ValueError
        If `T` is negative.

    Examples
    --------
    >>> causal_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    T = as_count("T", T)
    return np.tri(T, dtype=bool)


def padding_mask(ids: ArrayLike, pad: int = PAD) -> NDArray[np.bool_]:
    """Return which keys are words and no padding.

    Parameters
    ----------
    ids : array_like of int, shape (B, T)
        Word numbers, one sentence a row.
    pad : int, default 0
        Number of the padding.

    Returns
    -------
    ndarray of bool, shape (B, 1, 1, T)
        True where a query may look; the two axes of length 1 stand for heads and queries, which are not hidden.

    Raises
    ------
    TypeError
        If `ids` does not hold integers.
    ValueError
        If `ids` has not two axes.

    Examples
    --------
    >>> padding_mask([[5, 6, 0]])
    array([[[[ True,  True, False]]]])
    """
    return np.asarray(_as_ids("ids", ids)[:, None, None, :] != pad)


def decoder_mask(ids: ArrayLike, pad: int = PAD) -> NDArray[np.bool_]:
    """Return which words a decoder may look at: those until its own position that are no padding.

    Parameters
    ----------
    ids, pad
        As in `padding_mask`.

    Returns
    -------
    ndarray of bool, shape (B, 1, T, T)
        `causal_mask` and `padding_mask` at once.

    Raises
    ------
    TypeError
        If `ids` does not hold integers.
    ValueError
        If `ids` has not two axes.

    Examples
    --------
    >>> decoder_mask([[5, 6, 0]])[0, 0].astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 0]])
    """
    keys = padding_mask(ids, pad)
    return np.asarray(keys & causal_mask(keys.shape[-1]))


# ------------------------------------------------------------- what a decoder learns, and speaks


def decoder_io(targets: Sequence[Sequence[int]], bos: int = BOS, eos: int = EOS, pad: int = PAD) -> tuple[Ids, Ids]:
    """Return what a decoder reads and what it is to say at each position: the same sentences, one step apart.

    Parameters
    ----------
    targets : list of list of int
        Word numbers of each sentence, of any length, without special ones.
    bos, eos, pad : int, default 1, 2 and 0
        Numbers that stand for beginning, end and padding.

    Returns
    -------
    tuple of ndarray of int64, both of shape (N, longest + 1)
        ``tin``, which is `bos` and the sentence, and ``tout``, the sentence and `eos`; padded on the right.

    Raises
    ------
    TypeError
        If a sentence holds anything but integers.
    ValueError
        If a sentence is no list.

    Notes
    -----
    Teacher forcing: the decoder always reads the right words, whatever it would have said, and so learns all positions
    at once (Williams & Zipser, 1989).

    Examples
    --------
    >>> tin, tout = decoder_io([[7, 8], [9]])
    >>> tin.tolist(), tout.tolist()
    ([[1, 7, 8], [1, 9, 0]], [[7, 8, 2], [9, 2, 0]])
    """
    rows = [_as_ids(f"targets[{i}]", row, ["T"]).tolist() for i, row in enumerate(targets)]
    return _right_padded([[bos, *row] for row in rows], pad), _right_padded([[*row, eos] for row in rows], pad)


def masked_cross_entropy(logits: ArrayLike, targets: ArrayLike, pad: int = PAD) -> tuple[float, Array]:
    """Return the cross-entropy of the words of a batch, padding left out, and its gradient.

    Parameters
    ----------
    logits : array_like, shape (B, T, V)
        Scores of all words at each position.
    targets : array_like of int, shape (B, T)
        The right words, from 0 to V - 1, or `pad`.
    pad : int, default 0
        Number of the padding.

    Returns
    -------
    tuple (float, ndarray of shape (B, T, V))
        The mean of ``-log p`` over all words that are no padding, and the gradient of that number, which is 0 at
        padding. Without any word ``(0.0, zeros)``.

    Raises
    ------
    TypeError
        If `targets` does not hold integers.
    ValueError
        If the shapes do not fit, or a target is not from 0 to V - 1.

    Notes
    -----
    Every word weighs the same. A mean over the means of the sentences would give words of short ones more weight.

    Examples
    --------
    >>> loss, grad = masked_cross_entropy([[[0, 0], [5, 9]]], [[1, 0]])
    >>> round(loss, 4), grad.tolist()
    (0.6931, [[[0.5, -0.5], [0.0, 0.0]]])
    """
    logits = as_float("logits", logits)
    check_shape("logits", logits, ["B", "T", "V"])
    targets = _as_ids("targets", targets)
    check_shape("targets", targets, logits.shape[:2])
    rows = np.flatnonzero(targets != pad)
    true = as_labels("targets", targets.ravel()[rows], logits.shape[2])
    return _word_cross_entropy(logits, rows, true)


def _word_cross_entropy(logits: Array, rows: Ids, true: Ids) -> tuple[float, Array]:
    """Do what `dlcourse.losses.softmax_cross_entropy` does, for some rows and in one copy of them."""
    grad, n = np.zeros_like(logits), len(rows)
    if n == 0:
        return 0.0, grad
    V, right = logits.shape[-1], (np.arange(n), true)
    P = np.take(logits.reshape(-1, V), rows, axis=0)
    P -= P.max(axis=1, keepdims=True)
    scores = P[right]
    np.exp(P, out=P)
    total = P.sum(axis=1)
    P /= n * total[:, None]
    P[right] -= 1 / n
    grad.reshape(-1, V)[rows] = P
    return float(np.mean(np.log(total) - scores)), grad


def greedy_decode(
    next_logits: Callable[[Array], ArrayLike], batch_size: int, bos: int = BOS, eos: int = EOS, max_len: int = 20
) -> list[list[int]]:
    """Speak word by word, and take the most likely word each time.

    Parameters
    ----------
    next_logits : callable
        Takes all words so far, shape (B, t), of which the first is `bos`, and returns logits of the next, (B, V).
    batch_size : int
        Sentences B, spoken side by side.
    bos, eos : int, default 1 and 2
        Numbers that stand for beginning and end.
    max_len : int, default 20
        Most words of a sentence.

    Returns
    -------
    list of list of int
        The words of each sentence, without `bos` and `eos`. What is fed of a sentence after its end is `eos`.

    Raises
    ------
    ValueError
        If `next_logits` returns another shape, or no word to choose from.

    Notes
    -----
    Each sentence stops at its own `eos`; the last one, or `max_len`, ends the batch. The best sentence need not start
    with the best word: beam search keeps several beginnings.

    Examples
    --------
    >>> greedy_decode(lambda y: np.eye(9)[[min(y.shape[1] + 5, 8), 2]], batch_size=2, max_len=4)
    [[6, 7, 8, 8], []]
    """
    B, max_len = as_count("batch_size", batch_size), as_count("max_len", max_len)
    y = np.full((B, 1), bos, np.int64)
    done = np.zeros(B, bool)
    for _ in range(max_len):
        if done.all():
            break
        logits = as_float("next_logits(y)", next_logits(y.copy()))
        check_shape("next_logits(y)", logits, [("B", B), "V"])
        if logits.shape[1] == 0:
            raise ValueError(f"next_logits(y) must have at least one word; got shape {logits.shape}")
        word = np.where(done, eos, logits.argmax(axis=1))
        y = np.column_stack((y, word))
        done |= word == eos
    return [_until(eos, row) for row in y[:, 1:].tolist()]


def train_translator(
    model: Any, src: ArrayLike, tin: ArrayLike, tout: ArrayLike, steps: int = 200, lr: float = 5e-3, warmup: int = 20
) -> list[float]:
    """Train a model with Adam on one batch, whose learning rate rises evenly at first.

    Parameters
    ----------
    model : object
        Has `P`, parameters by name, which change in place, and ``loss_grads(src, tin, tout)``, which returns the loss
        and gradients of the same names.
    src, tin, tout : array_like of int, shapes (N, S), (N, T), (N, T)
        Sentences, what the decoder reads, and what it is to say.
    steps : int, default 200
        Updates.
    lr : float, default 5e-3
        Learning rate after the warm-up.
    warmup : int, default 20
        Updates until `lr` is reached, at least 1.

    Returns
    -------
    list of float
        Entry k is the loss before update k.

    Raises
    ------
    ValueError
        If an option is out of range.

    Notes
    -----
    The first steps of Adam are as long as the learning rate, whatever the gradient: hence the warm-up.
    ``beta2 = 0.98`` as in the paper (Vaswani et al., 2017), whose rate falls again afterwards.
    """
    src, tin, tout = np.asarray(src), np.asarray(tin), np.asarray(tout)
    optimizer = Optimizer(adam_step, lr=lambda t: linear_warmup(t, lr, warmup), beta2=0.98)
    history = []
    for _ in range(as_count("steps", steps)):
        loss, grads = model.loss_grads(src, tin, tout)
        optimizer.step(model.P, grads)
        history.append(float(loss))
    return history


def _embed(ids: Ids, E: Array, positions: bool) -> Array:
    """Return the words' vectors times sqrt(d), so that they are as long as the positions that are added."""
    X = np.take(E, ids, axis=0)
    X *= math.sqrt(E.shape[1])
    if positions:
        X += positional_encoding(*X.shape[1:])
    return X


def _embed_backward(dX: Array, ids: Ids, dE: Array) -> None:
    _embedding_backward(dX, ids, dE)
    dE *= math.sqrt(dE.shape[1])


def _first_vectors(rng: np.random.Generator, V: int, d: int) -> Array:
    """Draw vectors whose length is about 1."""
    return rng.normal(0.0, 1 / math.sqrt(d), (V, d))


# ------------------------------------------------------------ Part 2: the objects that remember


class Embedding(Layer):
    """Words as vectors, times sqrt(d), plus their positions.

    Parameters
    ----------
    vocab_size : int
        Words in the vocabulary, at least 1.
    d_model : int
        Features d of each word, at least 1.
    dropout : float, default 0.0
        Probability of each feature to be dropped in training.
    positions : bool, default True
        Add `positional_encoding`. Without it the Transformer reads a bag of words.

    Notes
    -----
    `params` holds `E` of shape (vocab_size, d_model), drawn with variance 1 / d. Words are no numbers that could be
    moved: there is `backward_from_data`, but no gradient for the input.

    Examples
    --------
    >>> layer = Embedding(20, 8)
    >>> layer.build((5,)), layer.shapes
    ((5, 8), {'E': (20, 8)})
    """

    def __init__(self, vocab_size: int, d_model: int, dropout: float = 0.0, positions: bool = True) -> None:
        super().__init__()
        self.shapes = {"E": (as_count("vocab_size", vocab_size, least=1), as_count("d_model", d_model, least=1))}
        self.positions = positions
        self.children = {"dropout": Dropout(dropout)}

    def build(self, shape: Shape) -> Shape:
        """Take the shape (T,) of one sentence; return (T, d)."""
        return (*shape, self.shapes["E"][1])

    def start(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
        """Draw the vectors."""
        self.params["E"][...] = _first_vectors(rng, *self.shapes["E"])

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return vectors (B, T, d) for word numbers (B, T)."""
        if training:
            self._kept = X
        return self.children["dropout"].forward(_embed(X, self.params["E"], self.positions), training)

    def backward_from_data(self, dY: Array) -> None:
        """Overwrite the gradient for `E`."""
        _embed_backward(self.children["dropout"].backward(dY), self._recall(), self.grads["E"])


class EncoderBlock(Chain):
    """Self-attention and a feed-forward layer, each with a way around it.

    Parameters
    ----------
    num_heads, d_ff : int
        Heads of the attention, and units of the feed-forward layer.
    dropout : float, default 0.0
        As in `Residual`.
    **own : callable, optional
        `attention` and `attention_backward`, as in `dlcourse.attention.MultiHeadAttention`.

    Examples
    --------
    >>> EncoderBlock(num_heads=2, d_ff=64).build((5, 8))
    (5, 8)
    """

    def __init__(self, num_heads: int, d_ff: int, dropout: float = 0.0, **own: Callable[..., Any] | None) -> None:
        super().__init__()
        self.attention = Residual(MultiHeadAttention(num_heads, **own), dropout)
        self.feedforward = Residual(FeedForward(d_ff), dropout)
        self.children = {"attention": self.attention, "feedforward": self.feedforward}

    def forward(self, X: Array, training: bool = False, mask: Array | None = None) -> Array:
        """Return the words (B, T, d), each having looked at those that `mask` allows."""
        return self.feedforward.forward(self.attention.forward(X, training, mask=mask), training)

    def backward(self, dY: Array) -> Array:
        """Return the gradient for `X`."""
        return self.attention.backward(self.feedforward.backward(dY))


class DecoderBlock(Chain):
    """Self-attention, attention to the memory, and a feed-forward layer, each with a way around it.

    Parameters
    ----------
    num_heads, d_ff, dropout, **own
        As in `EncoderBlock`.

    Examples
    --------
    >>> DecoderBlock(num_heads=2, d_ff=64).build((5, 8))
    (5, 8)
    """

    def __init__(self, num_heads: int, d_ff: int, dropout: float = 0.0, **own: Callable[..., Any] | None) -> None:
        super().__init__()
        self.self_attention = Residual(MultiHeadAttention(num_heads, **own), dropout)
        self.cross_attention = Residual(MultiHeadAttention(num_heads, **own), dropout)
        self.feedforward = Residual(FeedForward(d_ff), dropout)
        parts = (self.self_attention, self.cross_attention, self.feedforward)
        self.children = dict(zip(("self_attention", "cross_attention", "feedforward"), parts, strict=True))

    def forward(
        self,
        X: Array,
        training: bool = False,
        memory: Maybe = None,
        mask: Maybe = None,
        memory_mask: Maybe = None,
    ) -> Array:
        """Return the words (B, T, d), each having looked at those that `mask` allows, and then at the memory."""
        X = self.self_attention.forward(X, training, mask=mask)
        X = self.cross_attention.forward(X, training, memory=memory, mask=memory_mask)
        return self.feedforward.forward(X, training)

    def backward(self, dY: Array) -> Array:
        """Return the gradient for `X`; the one for the memory is then in `memory_grad`."""
        return self.self_attention.backward(self.cross_attention.backward(self.feedforward.backward(dY)))

    @property
    def weights(self) -> Array:
        """How the words looked at the memory in the last forward pass, (B, h, T, S)."""
        return np.asarray(self.cross_attention.layer.weights)

    @property
    def memory_grad(self) -> Array:
        """Gradient for the memory, of the last backward pass."""
        return np.asarray(self.cross_attention.layer.memory_grad)


class Transformer:
    """An encoder that reads a sentence, and a decoder that speaks another while it looks at what was read.

    Parameters
    ----------
    source_vocab_size, target_vocab_size : int
        Words of the two languages, special ones included.
    rng : numpy.random.Generator
        Draws the first weights, and the masks of dropout.
    d_model, num_heads, d_ff : int, default 32, 2 and 64
        Features of a word, heads of each attention (a divisor of `d_model`), and units of the feed-forward layers.
    num_encoder_layers, num_decoder_layers : int, default 1
        Blocks, at least 1 each.
    dropout : float, default 0.0
        Probability of dropping, in training, in the output of each layer with a way around it, and in the embeddings.
    positions : bool, default True
        Add positions to the words. Without them the encoder reads a bag of words.
    attention, attention_backward : callable, optional
        Your own functions, with the signatures of those in `dlcourse.attention`, which are then used throughout.
    dtype : dtype, default float32
        float32, or float64 for measuring gradients.

    Attributes
    ----------
    P : Parameters
        All parameters by name; ``P[name] = array`` copies numbers into one.

    Notes
    -----
    The paper's model (Vaswani et al., 2017) but for pre-norm (see `Residual`), one more norm at the end of encoder and
    decoder each, which pre-norm needs, and an output layer with weights of its own.

    Examples
    --------
    >>> model = Transformer(20, 25, np.random.default_rng(0))
    >>> model.forward([[4, 5, 0]], [[1, 6]]).shape, model.attention_weights.shape, model.P.flat.size
    ((1, 2, 25), (1, 1, 2, 2, 3), 23769)
    """

    def __init__(
        self,
        source_vocab_size: int,
        target_vocab_size: int,
        rng: np.random.Generator,
        d_model: int = 32,
        num_heads: int = 2,
        d_ff: int = 64,
        num_encoder_layers: int = 1,
        num_decoder_layers: int = 1,
        dropout: float = 0.0,
        positions: bool = True,
        attention: Callable[..., Any] | None = None,
        attention_backward: Callable[..., Any] | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        check_rng(rng)
        own: dict[str, Any] = {"attention": attention, "attention_backward": attention_backward}
        heads = (num_heads, d_ff, dropout)
        self.source = Embedding(source_vocab_size, d_model, dropout, positions)
        self.target = Embedding(target_vocab_size, d_model, dropout, positions)
        self.encoder = [
            EncoderBlock(*heads, **own) for _ in range(as_count("num_encoder_layers", num_encoder_layers, 1))
        ]
        self.decoder = [
            DecoderBlock(*heads, **own) for _ in range(as_count("num_decoder_layers", num_decoder_layers, 1))
        ]
        self.encoder_norm, self.decoder_norm, self.output = LayerNorm(), LayerNorm(), Dense(target_vocab_size)
        layers: dict[str, Layer] = {"source": self.source, "target": self.target}
        layers |= {f"encoder{i}": encoder for i, encoder in enumerate(self.encoder)}
        layers |= {"encoder_norm": self.encoder_norm}
        layers |= {f"decoder{i}": decoder for i, decoder in enumerate(self.decoder)}
        layers |= {"decoder_norm": self.decoder_norm, "output": self.output}
        for layer in layers.values():
            layer.build((d_model,))
        self.P = Parameters(layers, rng, dtype)

    def encode(self, src: ArrayLike, training: bool = False) -> Array:
        """Return the memory (B, S, d): one vector for each word (B, S) read."""
        ids = _as_words("src", src, ("B", "T"), self.source)
        X, mask = self.source.forward(ids, training), padding_mask(ids)
        for block in self.encoder:
            X = block.forward(X, training, mask)
        return self.encoder_norm.forward(X, training)

    def decode(self, tgt_in: ArrayLike, memory: Array, src: ArrayLike, training: bool = False) -> Array:
        """Return logits (B, T, V) of the word after each word (B, T); `src` tells which of the memory is padding."""
        ids = _as_words("tgt_in", tgt_in, (("B", len(memory)), "T"), self.target)
        X, mask, memory_mask = self.target.forward(ids, training), decoder_mask(ids), padding_mask(src)
        for block in self.decoder:
            X = block.forward(X, training, memory, mask, memory_mask)
        return self.output.forward(self.decoder_norm.forward(X, training), training)

    def forward(self, src: ArrayLike, tgt_in: ArrayLike, training: bool = False) -> Array:
        """Return logits (B, T, V) of the word after each word of `tgt_in` (B, T), having read `src` (B, S)."""
        return self.decode(tgt_in, self.encode(src, training), src, training)

    def backward(self, dlogits: Array) -> None:
        """Overwrite all gradients, ``P.grads``, from the gradient for the logits."""
        dX = self.decoder_norm.backward(self.output.backward(dlogits))
        for block in reversed(self.decoder):
            dX = block.backward(dX)
        self.target.backward_from_data(dX)
        dM = reduce(np.add, (block.memory_grad for block in self.decoder))
        dM = self.encoder_norm.backward(dM)
        for layer in reversed(self.encoder):
            dM = layer.backward(dM)
        self.source.backward_from_data(dM)

    def loss_grads(self, src: ArrayLike, tin: ArrayLike, tout: ArrayLike) -> tuple[float, dict[str, Array]]:
        """Return `masked_cross_entropy` of a batch in training, and copies of all gradients by name."""
        loss = self._learn(src, tin, tout)
        return loss, {name: grad.copy() for name, grad in self.P.grads.items()}

    def _learn(self, src: ArrayLike, tin: ArrayLike, tout: ArrayLike) -> float:
        loss, dlogits = masked_cross_entropy(self.forward(src, tin, training=True), tout)
        self.backward(dlogits)
        return loss

    def fit(
        self,
        src: ArrayLike,
        tin: ArrayLike,
        tout: ArrayLike,
        rng: np.random.Generator,
        epochs: int = 20,
        batch_size: int = 32,
        lr: float = 5e-3,
        warmup: int = 20,
    ) -> list[float]:
        """Train as `train_translator` does, but in batches that `rng` shuffles; return each epoch's mean loss."""
        optimizer = Optimizer(adam_step, lr=lambda t: linear_warmup(t, lr, warmup), beta2=0.98)
        pairs, history = np.stack((tin, tout), axis=1), []
        for _ in range(as_count("epochs", epochs)):
            losses = []
            for words, pair in minibatches(src, pairs, batch_size, rng):
                losses.append(self._learn(words, pair[:, 0], pair[:, 1]))
                optimizer.step({"P": self.P.flat}, {"P": self.P.flat_grad})
            history.append(float(np.mean(losses)))
        return history

    def generate(self, src: ArrayLike, max_len: int = 20) -> list[list[int]]:
        """Return the words that `greedy_decode` finds for each sentence of `src` (B, S)."""
        memory = self.encode(src)
        return greedy_decode(lambda y: self.decode(y, memory, src)[:, -1], len(memory), max_len=max_len)

    def translate(
        self, sentences: Sequence[str], source_vocab: Vocab, target_vocab: Vocab, max_len: int = 20
    ) -> list[str]:
        """Return the translation of each sentence."""
        return decode(self.generate(encode_batch(sentences, source_vocab), max_len), target_vocab)

    @property
    def attention_weights(self) -> Array:
        """How each word of the last decoding looked at the memory, (decoder layers, B, h, T, S)."""
        return np.stack([block.weights for block in self.decoder])


def _as_words(name: str, ids: ArrayLike, axes: Sequence[Axis], embedding: Embedding) -> Ids:
    """Return word numbers that an embedding knows, in an array with the given axes."""
    return as_labels(name, _as_ids(name, ids, axes), embedding.shapes["E"][0])
