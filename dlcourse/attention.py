"""Chapter 7, first half: where words stand, and how each looks at the others.

Part 1 holds the formulas, in the order of the chapter. Part 2 holds the thin objects of which `dlcourse.transformer`
is built: a layer that attends, one that works on each word by itself, and the way around each.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse._shapes import as_count, as_float, check_shape
from dlcourse.backpropagation import init_weights_uniform
from dlcourse.layers import Dense, Dropout, Layer, LayerNorm, Shape, affine, affine_gradients, affine_input_gradient

__all__ = [
    "Chain",
    "FeedForward",
    "MultiHeadAttention",
    "Residual",
    "attention",
    "attention_backward",
    "merge_heads",
    "multi_head_attention",
    "multi_head_attention_backward",
    "positional_encoding",
    "split_heads",
]

Array: TypeAlias = NDArray[Any]
Heads: TypeAlias = tuple[Array, Array, Array]
Attend: TypeAlias = Callable[[Array, Array, Array, Array | None], tuple[Array, Array]]
AttendBackward: TypeAlias = Callable[[Array, Array, Array, Array, Array | None, Array, Heads], None]

# ---------------------------------------------- Part 1: the formulas; first, where words stand


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
    Vaswani et al. (2017), Attention is all you need.

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
    Vaswani et al. (2017), Attention is all you need.

    Examples
    --------
    >>> out, weights = attention([[1.0, 0.0, 0.0, 0.0]], [[np.log(9), 0, 0, 0], [-np.log(9), 0, 0, 0]], [[10], [0]])
    >>> out.round(6), weights.round(6)
    (array([[9.]]), array([[0.9, 0.1]]))
    """
    Q, K, V, mask = _as_queries_keys_values(Q, K, V, mask)
    return _attention(Q, K, V, mask)


def _attention(Q: Array, K: Array, V: Array, mask: Array | None) -> tuple[Array, Array]:
    A = Q @ _transposed(K)
    A *= 1 / math.sqrt(Q.shape[-1])
    if mask is not None:
        A += np.where(mask, 0.0, -np.inf).astype(A.dtype)
    # softmax, with an answer for rows of nothing but -inf: 0
    A -= _largest(A)
    np.exp(A, out=A)
    total = np.einsum("...k->...", A)[..., None]
    A *= 1 / (total + (total == 0))
    return A @ V, A


def _largest(A: Array) -> Array:
    """Return the largest entry of each row, if finite: max is four times as fast down the columns of a copy."""
    columns = np.ascontiguousarray(A.reshape(math.prod(A.shape[:-1]), A.shape[-1]).T)
    return np.asarray(columns.max(axis=0, initial=np.finfo(A.dtype).min)).reshape(*A.shape[:-1], 1)


def _transposed(X: Array) -> Array:
    """Return the transposes as copies: of many small matrices, a product reads those faster than views."""
    return np.ascontiguousarray(X.swapaxes(-1, -2))


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
    kind = np.result_type(dO, Q, K, V)
    dQ, dK, dV = np.empty(Q.shape, kind), np.empty(K.shape, kind), np.empty(V.shape, kind)
    _attention_backward(dO, Q, K, V, mask, A, (dQ, dK, dV))
    return dQ, dK, dV


def _attention_backward(dO: Array, Q: Array, K: Array, V: Array, mask: Array | None, A: Array, out: Heads) -> None:
    """Write the gradients into `out`; the weights `A` hold all that is to be known of the mask."""
    dQ, dK, dV = out
    np.matmul(A.swapaxes(-1, -2), dO, out=dV)
    dS = dO @ _transposed(V)
    dS -= np.einsum("...k,...k->...", dS, A)[..., None]
    dS *= A
    dS *= 1 / math.sqrt(Q.shape[-1])
    np.matmul(dS, K, out=dQ)
    np.matmul(dS.swapaxes(-1, -2), Q, out=dK)


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
        ``merge_heads(split_heads(x, h))`` is equal to x. A copy.

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
    return _merge(x).copy()


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
    return x.transpose(0, 2, 1, 3).reshape(B, T, h * k)


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
    Vaswani et al. (2017), Attention is all you need.
    """
    X, M, W_in, b_in, W_out, h, mask = _as_multi_head(X, M, W_in, b_in, W_out, h, mask)
    b_out = as_float("b_out", b_out)
    check_shape("b_out", b_out, [("d", len(W_out))])
    params = {"W_in": W_in, "b_in": b_in, "W_out": W_out, "b_out": b_out}
    Y, _, A, _ = _multi_head(X, M, params, h, mask, _attention)
    return Y, A


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
    params = {"W_in": W_in, "b_in": b_in, "W_out": W_out, "b_out": np.zeros_like(W_out[0])}
    grads = {name: np.empty_like(array) for name, array in params.items()}
    _, heads, A, merged = _multi_head(X, M, params, h, mask, _attention)
    dX, dM = _multi_head_backward(dY, X, M, params, heads, A, merged, mask, _attention_backward, grads)
    return dX, dM, grads["W_in"], grads["b_in"], grads["W_out"], grads["b_out"]


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


def _multi_head(
    X: Array, M: Array | None, params: Mapping[str, Array], h: int, mask: Array | None, attend: Attend
) -> tuple[Array, Heads, Array, Array]:
    """Return the output; and, for the way back, queries, keys and values, weights, and the merged heads."""
    W, b, d = params["W_in"], params["b_in"], X.shape[-1]
    if M is None:  # one product instead of two
        Q, K, V = _project(X, W, b, 3, h)
    else:
        (Q,) = _project(X, W[:, :d], b[:d], 1, h)
        K, V = _project(M, W[:, d:], b[d:], 2, h)
    out, A = attend(Q, K, V, mask)
    merged = _merge(out)
    return affine(merged, params["W_out"], params["b_out"]), (Q, K, V), A, merged


def _multi_head_backward(
    dY: Array,
    X: Array,
    M: Array | None,
    params: Mapping[str, Array],
    heads: Heads,
    A: Array,
    merged: Array,
    mask: Array | None,
    attend_backward: AttendBackward,
    grads: Mapping[str, Array],
) -> tuple[Array, Array | None]:
    """Write the gradients of the parameters into `grads`, and return those of `X` and `M`."""
    W, dW, db, d = params["W_in"], grads["W_in"], grads["b_in"], X.shape[-1]
    affine_gradients(dY, merged, grads["W_out"], grads["b_out"])
    dmerged = affine_input_gradient(dY, params["W_out"])
    (B, h, Tq, k), Tk = heads[0].shape, heads[1].shape[2]
    # room for the gradients of the heads, written where the matrix products want to read them
    sizes = [(Tq, 3)] if M is None else [(Tq, 1), (Tk, 2)]
    joint = [np.empty((B, T, n, h, k), dY.dtype) for T, n in sizes]
    dQ, dK, dV = (dhead for part in joint for dhead in part.transpose(2, 0, 3, 1, 4))
    attend_backward(_split(dmerged, h), *heads, mask, A, (dQ, dK, dV))
    if M is None:
        return _project_backward(joint[0], X, W, dW, db), None
    dX = _project_backward(joint[0], X, W[:, :d], dW[:, :d], db[:d])
    return dX, _project_backward(joint[1], M, W[:, d:], dW[:, d:], db[d:])


def _project(X: Array, W: Array, b: Array, n: int, h: int) -> Array:
    """Return ``X @ W + b``, n matrices side by side, as n arrays of heads: a view of shape (n, B, h, T, k)."""
    B, T, d = X.shape
    return affine(X, W, b).reshape(B, T, n, h, d // h).transpose(2, 0, 3, 1, 4)


def _project_backward(dY: Array, X: Array, W: Array, dW: Array, db: Array) -> Array:
    """Go back from gradients (B, T, n, h, k) that lie where `_project` put the heads."""
    dY = dY.reshape(*X.shape[:2], W.shape[1])
    affine_gradients(dY, X, dW, db)
    return affine_input_gradient(dY, W)


def _plug(attention: Callable[..., Any] | None, backward: Callable[..., Any] | None) -> tuple[Attend, AttendBackward]:
    """Return how a model is to attend, and back: fast, or with functions of your own that are checked."""

    def attend(Q: Array, K: Array, V: Array, mask: Array | None) -> tuple[Array, Array]:
        shapes = ((*Q.shape[:-1], V.shape[-1]), (*Q.shape[:-1], K.shape[-2]))
        out, A = _call_own("attention", attention, (Q, K, V, mask), shapes)
        return out, A

    def attend_backward(dO: Array, Q: Array, K: Array, V: Array, mask: Array | None, A: Array, out: Heads) -> None:
        found = _call_own("attention_backward", backward, (dO, Q, K, V, mask), (Q.shape, K.shape, V.shape))
        for place, array in zip(out, found, strict=True):
            place[...] = array

    return attend if attention else _attention, attend_backward if backward else _attention_backward


def _call_own(
    name: str,
    function: Callable[..., Any] | None,
    given: tuple[Array | None, ...],
    shapes: Sequence[Shape],
) -> list[Array]:
    """Call a function on copies, and return the arrays that it returns if they have the given shapes."""
    copies = [None if array is None else array.copy() for array in given]
    found = function(*copies) if function else None
    if not isinstance(found, tuple) or len(found) != len(shapes):
        raise TypeError(f"{name} must return {len(shapes)} arrays; got {type(found).__name__}")
    arrays = [as_float(f"{name}(...)[{i}]", array) for i, array in enumerate(found)]
    for i, (array, shape) in enumerate(zip(arrays, shapes, strict=True)):
        check_shape(f"{name}(...)[{i}]", array, shape)
    kind = next(array.dtype for array in given if array is not None)
    return [array.astype(kind, copy=False) for array in arrays]


def _projection_shapes(d: int, h: int) -> dict[str, Shape]:
    """Return the shapes of the parameters for d features and h heads."""
    if d % h:
        raise ValueError(f"d_model must be a multiple of num_heads={h}; got {d}")
    return {"W_in": (d, 3 * d), "b_in": (3 * d,), "W_out": (d, d), "b_out": (d,)}


def _first_projections(rng: np.random.Generator, d: int) -> Array:
    """Draw Wq, Wk and Wv, side by side."""
    return np.hstack([init_weights_uniform(rng, d, d, "xavier") for _ in range(3)])


def _add(X: Array, Y: Array) -> Array:
    """Return the sum: of the two ways around a layer forward, and of the gradients from two ways backward."""
    return np.add(X, Y)


# ------------------------------------------------------------ Part 2: the objects that remember


class MultiHeadAttention(Layer):
    """`multi_head_attention` that remembers.

    Parameters
    ----------
    num_heads : int
        Heads, a divisor of the features.
    attention, attention_backward : callable, optional
        Functions that do what `dlcourse.attention.attention` and `attention_backward` do, to be used instead.

    Attributes
    ----------
    weights : ndarray, shape (B, h, Tq, Tk)
        Of the last forward pass.
    memory_grad : ndarray, shape (B, Tk, d), or None
        Gradient of the loss for the memory, of the last backward pass.

    Notes
    -----
    `params` holds `W_in` (d, 3 d), `b_in` (3 d,), `W_out` (d, d) and `b_out` (d,). Weights are not dropped in training.

    Examples
    --------
    >>> layer = MultiHeadAttention(num_heads=2)
    >>> layer.build((5, 8)), layer.shapes["W_in"]
    ((5, 8), (8, 24))
    """

    def __init__(
        self,
        num_heads: int,
        attention: Callable[..., Any] | None = None,
        attention_backward: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__()
        self.num_heads = as_count("num_heads", num_heads, least=1)
        self._attend, self._attend_backward = _plug(attention, attention_backward)
        self.weights: Array | None = None
        self.memory_grad: Array | None = None

    def build(self, shape: Shape) -> Shape:
        """Take the shape (T, d) of one sentence, and return it."""
        self.shapes = _projection_shapes(shape[-1], self.num_heads)
        return shape

    def start(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
        """Draw the weights; set the biases to 0."""
        d = self.shapes["W_out"][0]
        self.params["W_in"][...] = _first_projections(rng, d)
        self.params["W_out"][...] = init_weights_uniform(rng, d, d, "xavier")
        self.params["b_in"][...] = self.params["b_out"][...] = 0

    def forward(
        self, X: Array, training: bool = False, memory: Array | None = None, mask: Array | None = None
    ) -> Array:
        """Return what the words of `X` take from `memory`, or from `X` itself."""
        Y, heads, A, merged = _multi_head(X, memory, self.params, self.num_heads, mask, self._attend)
        self.weights = A
        if training:
            self._kept = X, memory, heads, A, merged, mask
        return Y

    def backward(self, dY: Array) -> Array:
        """Overwrite `grads` and `memory_grad`; return the gradient for `X`."""
        X, memory, heads, A, merged, mask = self._recall()
        dX, self.memory_grad = _multi_head_backward(
            dY, X, memory, self.params, heads, A, merged, mask, self._attend_backward, self.grads
        )
        return dX


class Chain(Layer):
    """A layer that is built by building its children, each on the output of the one before."""

    def build(self, shape: Shape) -> Shape:
        """Take the shape (T, d) of one sentence; return the shape of the output."""
        for child in self.children.values():
            shape = child.build(shape)
        return shape


class FeedForward(Chain):
    """Two dense layers with a ReLU between them, the same for every word.

    Parameters
    ----------
    d_ff : int
        Units between the two, at least 1.

    Examples
    --------
    >>> FeedForward(64).build((5, 8))
    (5, 8)
    """

    def __init__(self, d_ff: int) -> None:
        super().__init__()
        self.children = {"hidden": Dense(d_ff, "relu")}

    def build(self, shape: Shape) -> Shape:
        """Take the shape (T, d) of one sentence, and return it."""
        self.children["output"] = Dense(shape[-1])
        return super().build(shape)

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return ``relu(X @ W + b) @ W' + b'``."""
        return self.children["output"].forward(self.children["hidden"].forward(X, training), training)

    def backward(self, dY: Array) -> Array:
        """Return the gradient for `X`."""
        return self.children["hidden"].backward(self.children["output"].backward(dY))


class Residual(Chain):
    """A layer with a way around it: ``X + dropout(layer(norm(X)))``.

    Parameters
    ----------
    layer : Layer
        What is to be learned on top of `X`, whose shape it keeps.
    dropout : float, default 0.0
        Probability of each feature of the layer's output to be dropped in training.

    Notes
    -----
    *Pre-norm*. The paper normalizes after the sum, ``norm(X + layer(X))``, so that every gradient has to pass all
    norms; it then needs a long warm-up. Here the way around stays free (Xiong et al., 2020).

    Examples
    --------
    >>> Residual(FeedForward(64)).build((5, 8))
    (5, 8)
    """

    def __init__(self, layer: Layer, dropout: float = 0.0) -> None:
        super().__init__()
        self.layer: Any = layer
        self.children = {"norm": LayerNorm(), "layer": layer, "dropout": Dropout(dropout)}

    def forward(self, X: Array, training: bool = False, **context: Array | None) -> Array:
        """Return `X` plus what the layer makes of it; `context` goes to the layer."""
        Y = self.layer.forward(self.children["norm"].forward(X, training), training, **context)
        return _add(X, self.children["dropout"].forward(Y, training))

    def backward(self, dY: Array) -> Array:
        """Return the gradient for `X`, from both ways."""
        dX = self.layer.backward(self.children["dropout"].backward(dY))
        return _add(dY, self.children["norm"].backward(dX))
