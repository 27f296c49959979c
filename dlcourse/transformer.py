"""Chapter 7: from a sentence in one language to a sentence in another, with attention.

Part 1 holds the formulas, in the order of the chapter: words as numbers, positions, masks, attention, several heads,
what a decoder learns, and how it speaks. Part 2 holds thin objects that put them together: the Transformer.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_count, as_float, as_labels, check_shape
from dlcourse.backpropagation import dense_backward
from dlcourse.losses import softmax_cross_entropy
from dlcourse.optimizers import Optimizer, adam_step, linear_warmup

__all__ = [
    "Trainable",
    "attention",
    "attention_backward",
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
    "merge_heads",
    "multi_head_attention",
    "multi_head_attention_backward",
    "padding_mask",
    "positional_encoding",
    "split_heads",
    "train_translator",
]

Array: TypeAlias = NDArray[Any]
Ids: TypeAlias = NDArray[np.int64]

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


def encode_batch(sentences: Sequence[str], vocab: Mapping[str, int]) -> Ids:
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


def decode(ids: Sequence[Sequence[int]] | Array, vocab: Mapping[str, int]) -> list[str]:
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


def _as_ids(name: str, value: ArrayLike, axes: Sequence[str] = ("B", "T")) -> Array:
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


# ----------------------------------------------------------------------------- positions and masks


def positional_encoding(T: int, d: int) -> Array:
    """Return a vector for each position, made of waves from fast to slow.

    ``PE[t, 2k] = sin(t / 10000**(2k / d))`` and ``PE[t, 2k + 1] = cos(t / 10000**(2k / d))``

    Parameters
    ----------
    T : int
        Positions, counted from 0; at least 0.
    d : int
        Features of each, at least 0; the last one of an odd number is a sine.

    Returns
    -------
    ndarray of float64, shape (T, d)
        Sines in the even columns, cosines in the odd ones.

    Raises
    ------
    ValueError
        If a number is negative.

    Notes
    -----
    Each row has the squared length d / 2, and the dot product of two rows depends on their distance only (d even).

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.5.

    Examples
    --------
    >>> positional_encoding(2, 4).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """
    T, d = as_count("T", T), as_count("d", d)
    even = np.arange(0, d, 2)
    angles = np.arange(T)[:, None] / 10000 ** (even / max(d, 1))
    PE = np.empty((T, d))
    PE[:, 0::2] = np.sin(angles)
    PE[:, 1::2] = np.cos(angles[:, : d // 2])
    return PE


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


# --------------------------------------------------------------------------------------- attention


def attention(
    Q: ArrayLike,
    K: ArrayLike,
    V: ArrayLike,
    mask: ArrayLike | None = None,
) -> tuple[Array, Array]:
    """Let each query take the mean of the values, weighted by how well their keys fit it.

    ``weights = softmax(Q @ K.T / sqrt(d))`` along the keys, ``out = weights @ V``

    Parameters
    ----------
    Q, K, V : array_like, shapes (..., Tq, d), (..., Tk, d), (..., Tk, dv)
        Queries, keys and values, with the same leading axes; d is at least 1.
    mask : array_like of bool, optional
        Broadcasts to (..., Tq, Tk); True where a query may look.

    Returns
    -------
    tuple of ndarray, shapes (..., Tq, dv), (..., Tq, Tk)
        ``(out, weights)``. Weights are 0 where the mask is False, and each row sums to 1. A row that may look nowhere
        has weights of 0 and the output 0.

    Raises
    ------
    TypeError
        If `mask` does not hold booleans.
    ValueError
        If the shapes do not fit together.

    Notes
    -----
    A dot product of d numbers of variance 1 has variance d: the root keeps softmax where it has slopes. Masked scores
    are -inf *before* the softmax. Order plays no part: keys shuffled together with their values change nothing.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, equation 1.

    Examples
    --------
    >>> out, weights = attention([[1.0, 0.0, 0.0, 0.0]], [[np.log(9), 0, 0, 0], [-np.log(9), 0, 0, 0]], [[10], [0]])
    >>> out.round(6), weights.round(6)
    (array([[9.]]), array([[0.9, 0.1]]))
    """
    Q, K, V, mask = _as_queries_keys_values(Q, K, V, mask)
    return _attention(Q, K, V, mask)


def _attention(Q: Array, K: Array, V: Array, mask: Array | None) -> tuple[Array, Array]:
    A = Q @ K.swapaxes(-1, -2)
    A *= 1 / math.sqrt(Q.shape[-1])
    if mask is not None:
        np.copyto(A, -np.inf, where=~mask)
    # a softmax that has an answer for rows of nothing but -inf: 0
    A -= A.max(axis=-1, keepdims=True, initial=np.finfo(A.dtype).min)
    np.exp(A, out=A)
    total = A.sum(axis=-1, keepdims=True)
    A /= total + (total == 0)
    return A @ V, A


def attention_backward(
    dO: ArrayLike,
    Q: ArrayLike,
    K: ArrayLike,
    V: ArrayLike,
    mask: ArrayLike | None = None,
) -> tuple[Array, Array, Array]:
    """Return the gradients of `attention` for queries, keys and values.

    With the weights A: ``dV = A.T @ dO``, ``dA = dO @ V.T``, ``dS = A * (dA - sum(dA * A)) / sqrt(d)`` with a sum for
    each row, ``dQ = dS @ K``, ``dK = dS.T @ Q``.

    Parameters
    ----------
    dO : array_like, shape (..., Tq, dv)
        Gradient of the loss for the output.
    Q, K, V, mask
        As in `attention`; the weights are computed again.

    Returns
    -------
    tuple of ndarray, shapes of `Q`, `K` and `V`
        ``(dQ, dK, dV)``.

    Raises
    ------
    TypeError
        If `mask` does not hold booleans.
    ValueError
        If the shapes do not fit together.

    Notes
    -----
    A masked weight is 0, so that nothing flows through it and the mask is not needed a second time.

    Examples
    --------
    >>> dQ, dK, dV = attention_backward([[4.0]], Q=[[1.0]], K=[[2.0], [2.0]], V=[[3.0], [5.0]])
    >>> dQ.tolist(), dK.tolist(), dV.tolist()
    ([[0.0]], [[-2.0], [2.0]], [[2.0], [2.0]])
    """
    Q, K, V, mask = _as_queries_keys_values(Q, K, V, mask)
    dO = as_float("dO", dO)
    check_shape("dO", dO, [*Q.shape[:-1], V.shape[-1]])
    _, A = _attention(Q, K, V, mask)
    return _attention_backward(dO, Q, K, V, A)


def _attention_backward(dO: Array, Q: Array, K: Array, V: Array, A: Array) -> tuple[Array, Array, Array]:
    dV = A.swapaxes(-1, -2) @ dO
    dS = dO @ V.swapaxes(-1, -2)
    dS -= np.vecdot(dS, A)[..., None]
    dS *= A
    dS *= 1 / math.sqrt(Q.shape[-1])
    return dS @ K, dS.swapaxes(-1, -2) @ Q, dV


def _as_queries_keys_values(
    Q: ArrayLike, K: ArrayLike, V: ArrayLike, mask: ArrayLike | None
) -> tuple[Array, Array, Array, Array | None]:
    """Return three float arrays and a mask that fit together."""
    Q, K, V = as_float("Q", Q), as_float("K", K), as_float("V", V)
    check_shape("Q", Q, ["...", "Tq", "d"])
    *leading, Tq, d = Q.shape
    if d == 0:
        raise ValueError(f"Q must have at least one feature; got shape {Q.shape}")
    check_shape("K", K, [*leading, "Tk", ("d", d)])
    Tk = K.shape[-2]
    check_shape("V", V, [*leading, ("Tk", Tk), "dv"])
    return Q, K, V, _as_mask(mask, (*leading, Tq, Tk))


def _as_mask(mask: ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    """Return a mask as booleans that broadcast to the shape of the weights."""
    if mask is None:
        return None
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise TypeError(f"mask must hold booleans, True where a query may look; got dtype {mask.dtype}")
    padded = (1,) * (len(shape) - mask.ndim) + mask.shape
    if len(padded) != len(shape) or any(n not in (1, m) for n, m in zip(padded, shape, strict=True)):
        raise ValueError(f"mask must broadcast to shape {shape}; got {mask.shape}")
    return mask


# ----------------------------------------------------------------------------------- several heads


def split_heads(x: ArrayLike, h: int) -> Array:
    """Cut the features of every word into `h` heads.

    Parameters
    ----------
    x : array_like, shape (B, T, D)
        Sentences of words of D features.
    h : int
        Heads, at least 1; D must be a multiple.

    Returns
    -------
    ndarray, shape (B, h, T, D / h)
        Head j has the features ``j * D / h`` up to ``(j + 1) * D / h - 1`` of every word. A copy.

    Raises
    ------
    ValueError
        If `x` has not three axes, or D is no multiple of `h`.

    Examples
    --------
    >>> split_heads([[[1, 2, 3, 4], [5, 6, 7, 8]]], h=2)
    array([[[[1., 2.],
             [5., 6.]],
    <BLANKLINE>
            [[3., 4.],
             [7., 8.]]]])
    """
    x = as_float("x", x)
    check_shape("x", x, ["B", "T", "D"])
    return _split(x, _as_heads("x", x, h)).copy()


def merge_heads(x: ArrayLike) -> Array:
    """Put the features of all heads of every word side by side again.

    Parameters
    ----------
    x : array_like, shape (B, h, T, k)
        What `split_heads` returned, or something of this shape.

    Returns
    -------
    ndarray, shape (B, T, h * k)
        ``merge_heads(split_heads(x, h))`` is x.

    Raises
    ------
    ValueError
        If `x` has not four axes.

    Examples
    --------
    >>> merge_heads([[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]])
    array([[[1., 2., 3., 4.],
            [5., 6., 7., 8.]]])
    """
    x = as_float("x", x)
    check_shape("x", x, ["B", "h", "T", "k"])
    return _merge(x)


def _as_heads(name: str, x: Array, h: int) -> int:
    """Return a number of heads that divides the features of `x`."""
    h = as_count("h", h, least=1)
    if x.shape[-1] % h:
        raise ValueError(f"{name} must have a multiple of h={h} features; got {x.shape[-1]}")
    return h


def _split(x: Array, h: int) -> Array:
    B, T, D = x.shape
    return x.reshape(B, T, h, D // h).transpose(0, 2, 1, 3)


def _merge(x: Array) -> Array:
    B, h, T, k = x.shape
    return np.array(x.transpose(0, 2, 1, 3), order="C").reshape(B, T, h * k)


def multi_head_attention(
    X: ArrayLike,
    M: ArrayLike | None,
    W_in: ArrayLike,
    b_in: ArrayLike,
    W_out: ArrayLike,
    b_out: ArrayLike,
    h: int,
    mask: ArrayLike | None = None,
) -> tuple[Array, Array]:
    """Let every word of `X` look at the words of `M` in several ways at once.

    ``Q = X @ Wq + bq``, ``K = M @ Wk + bk``, ``V = M @ Wv + bv``; `attention` in each of `h` heads; merged, and mixed
    by ``@ W_out + b_out``.

    Parameters
    ----------
    X : array_like, shape (B, Tq, d)
        Words that ask.
    M : array_like, shape (B, Tk, d), or None
        Words that are looked at (memory); None for `X` itself, which makes it *self*-attention.
    W_in, b_in : array_like, shapes (d, 3 d) and (3 d,)
        Wq, Wk and Wv side by side, and so their biases.
    W_out, b_out : array_like, shapes (d, d) and (d,)
        Weights and bias that mix the heads.
    h : int
        Heads, a divisor of d.
    mask : array_like of bool, optional
        Broadcasts to (B, h, Tq, Tk); True where a query may look.

    Returns
    -------
    tuple of ndarray, shapes (B, Tq, d), (B, h, Tq, Tk)
        Output and weights.

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2.2.
    """
    X, M, W_in, b_in, W_out, h, mask = _as_multi_head(X, M, W_in, b_in, W_out, h, mask)
    b_out = as_float("b_out", b_out)
    check_shape("b_out", b_out, [("d", len(W_out))])
    Q, K, V = _queries_keys_values(X, M, W_in, b_in, h)
    mixed, A = _attention(Q, K, V, mask)
    return _merge(mixed) @ W_out + b_out, A


def multi_head_attention_backward(
    dY: ArrayLike,
    X: ArrayLike,
    M: ArrayLike | None,
    W_in: ArrayLike,
    b_in: ArrayLike,
    W_out: ArrayLike,
    h: int,
    mask: ArrayLike | None = None,
) -> tuple[Array, Array | None, Array, Array, Array, Array]:
    """Return the gradients of `multi_head_attention` for all its arrays.

    Parameters
    ----------
    dY : array_like, shape (B, Tq, d)
        Gradient of the loss for the output.
    X, M, W_in, b_in, W_out, h, mask
        As in `multi_head_attention`; queries, keys, values and weights are computed again.

    Returns
    -------
    tuple of ndarray
        ``(dX, dM, dW_in, db_in, dW_out, db_out)``. In self-attention `dM` is None: `X` asks and is looked at, and `dX`
        is the sum of both.

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    X, M, W_in, b_in, W_out, h, mask = _as_multi_head(X, M, W_in, b_in, W_out, h, mask)
    dY = as_float("dY", dY)
    check_shape("dY", dY, X.shape)
    Q, K, V = _queries_keys_values(X, M, W_in, b_in, h)
    mixed, A = _attention(Q, K, V, mask)
    dmerged, dW_out, db_out = dense_backward(dY, _merge(mixed), W_out)
    dQ, dK, dV = _attention_backward(_split(dmerged, h), Q, K, V, A)
    dW_in, db_in = np.empty_like(W_in), np.empty_like(b_in)
    dX, dM = _queries_keys_values_backward(dQ, dK, dV, X, M, W_in, dW_in, db_in)
    return dX, dM, dW_in, db_in, dW_out, db_out


def _as_multi_head(
    X: ArrayLike,
    M: ArrayLike | None,
    W_in: ArrayLike,
    b_in: ArrayLike,
    W_out: ArrayLike,
    h: int,
    mask: ArrayLike | None,
) -> tuple[Array, Array | None, Array, Array, Array, int, Array | None]:
    """Return what both directions of multi-head attention share, as arrays that fit together."""
    X, W_in, b_in, W_out = as_float("X", X), as_float("W_in", W_in), as_float("b_in", b_in), as_float("W_out", W_out)
    check_shape("X", X, ["B", "Tq", "d"])
    B, Tq, d = X.shape
    h = _as_heads("X", X, h)
    Tk = Tq
    if M is not None:
        M = as_float("M", M)
        check_shape("M", M, [("B", B), "Tk", ("d", d)])
        Tk = M.shape[1]
    check_shape("W_in", W_in, [("d", d), ("3 d", 3 * d)])
    check_shape("b_in", b_in, [("3 d", 3 * d)])
    check_shape("W_out", W_out, [("d", d), ("d", d)])
    return X, M, W_in, b_in, W_out, h, _as_mask(mask, (B, h, Tq, Tk))


def _queries_keys_values(X: Array, M: Array | None, W: Array, b: Array, h: int) -> Array | tuple[Array, ...]:
    """Return queries, keys and values of every head, views of shape (B, h, T, k): one product, or two."""
    if M is None:
        return _project(X, W, b, 3, h)
    d = len(W)
    return (*_project(X, W[:, :d], b[:d], 1, h), *_project(M, W[:, d:], b[d:], 2, h))


def _queries_keys_values_backward(
    dQ: Array, dK: Array, dV: Array, X: Array, M: Array | None, W: Array, dW: Array, db: Array
) -> tuple[Array, Array | None]:
    """Write the gradients of `W` and `b`, and return those of `X` and `M`."""
    if M is None:
        return _project_backward((dQ, dK, dV), X, W, dW, db), None
    d = len(W)
    dX = _project_backward((dQ,), X, W[:, :d], dW[:, :d], db[:d])
    return dX, _project_backward((dK, dV), M, W[:, d:], dW[:, d:], db[d:])


def _project(X: Array, W: Array, b: Array, n: int, h: int) -> Array:
    """Return ``X @ W + b``, n matrices side by side, as an array of shape (n, B, h, T, k)."""
    B, T, d = X.shape
    Y = X.reshape(B * T, d) @ W
    Y += b
    return Y.reshape(B, T, n, h, d // h).transpose(2, 0, 3, 1, 4)


def _project_backward(dheads: Sequence[Array], X: Array, W: Array, dW: Array, db: Array) -> Array:
    B, T, d = X.shape
    dY = np.stack([dhead.transpose(0, 2, 1, 3) for dhead in dheads], axis=2).reshape(B * T, len(dheads) * d)
    np.matmul(X.reshape(B * T, d).T, dY, out=dW)
    dY.sum(axis=0, out=db)
    return (dY @ W.T).reshape(B, T, d)


# ------------------------------------------------------------- what a decoder learns, and speaks


def decoder_io(
    targets: Sequence[Sequence[int]],
    bos: int = BOS,
    eos: int = EOS,
    pad: int = PAD,
) -> tuple[Ids, Ids]:
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


def masked_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    pad: int = PAD,
) -> tuple[float, Array]:
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
    words = targets != pad
    grad = np.zeros_like(logits)
    if not words.any():
        return 0.0, grad
    true = as_labels("targets", targets[words], logits.shape[2])
    loss, grad[words] = softmax_cross_entropy(logits[words], true)
    return loss, grad


def greedy_decode(
    next_logits: Callable[[Array], ArrayLike],
    batch_size: int,
    bos: int = BOS,
    eos: int = EOS,
    max_len: int = 20,
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


class Trainable(Protocol):
    """What can be trained: parameters by name, and a loss with gradients of the same names."""

    P: Any

    def loss_grads(self, src: Array, tin: Array, tout: Array) -> tuple[float, Mapping[str, Array]]:
        """Return the loss of a batch and its gradients."""


def train_translator(
    model: Trainable,
    src: ArrayLike,
    tin: ArrayLike,
    tout: ArrayLike,
    steps: int = 200,
    lr: float = 5e-3,
    warmup: int = 20,
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
    ``beta2 = 0.98`` as in the paper (Vaswani et al., 2017, section 5.3), whose rate falls again afterwards.
    """
    src, tin, tout = np.asarray(src), np.asarray(tin), np.asarray(tout)
    optimizer = Optimizer(adam_step, lr=lambda t: linear_warmup(t, lr, warmup), beta2=0.98)
    history = []
    for _ in range(as_count("steps", steps)):
        loss, grads = model.loss_grads(src, tin, tout)
        optimizer.step(model.P, grads)
        history.append(float(loss))
    return history
