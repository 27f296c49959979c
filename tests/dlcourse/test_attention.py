"""Chapter 7, first half, by hand, by central differences, at extreme values, by its laws, and against PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.attention import (
    FeedForward,
    MultiHeadAttention,
    Residual,
    attention,
    attention_backward,
    merge_heads,
    multi_head_attention,
    multi_head_attention_backward,
    positional_encoding,
    split_heads,
)
from dlcourse.gradcheck import check_gradients
from dlcourse.layers import Parameters
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, close, exactly, same

CAUSAL = np.tri(4, dtype=bool)


def numbers(*shape, seed=0):
    return np.random.default_rng([*shape, seed]).normal(0.3, 1.2, shape)


# -------------------------------------------------------------- where words stand


def test_positions_by_hand():
    # d = 4: angles t and t / 10000**(2/4) = t / 100
    wanted = [[np.sin(t), np.cos(t), np.sin(t / 100), np.cos(t / 100)] for t in range(3)]
    close(positional_encoding(3, 4), wanted)
    # d = 3: angles t and t / 10000**(2/3); the last column has no partner
    wanted = [[np.sin(t), np.cos(t), np.sin(t / 10000 ** (2 / 3))] for t in range(3)]
    close(positional_encoding(3, 3), wanted)


@pytest.mark.parametrize(("T", "d"), [(0, 4), (3, 0), (0, 0), (1, 1), (2, 7)])
def test_positions_have_any_size(T, d):
    found = positional_encoding(T, d)
    assert found.shape == (T, d)
    assert found.dtype == np.float64
    close(found[:1], np.arange(d)[None] % 2 * np.ones((min(T, 1), 1)))  # sin 0 and cos 0


def test_positions_have_one_length_and_know_only_distances():
    PE = positional_encoding(50, 16)
    close((PE**2).sum(1), np.full(50, 8.0))
    products = PE @ PE.T
    for distance in (0, 1, 7, 30):
        close(np.diagonal(products, distance), np.full(50 - distance, products[0, distance]))
    # the figures of the book, d = 32
    PE = positional_encoding(20, 32)
    close((PE @ PE[0])[[0, 1, 2, 5, 10]].round(1), [16.0, 15.3, 13.7, 11.8, 10.1])


def test_positions_do_not_depend_on_how_many_there_are():
    same(positional_encoding(9, 6)[:4], positional_encoding(4, 6))


@pytest.mark.parametrize(
    ("T", "d", "error", "sentence"),
    [
        (-1, 4, ValueError, "T must be at least 0; got -1"),
        (4, -1, ValueError, "d must be at least 0; got -1"),
        (4.0, 4, TypeError, "T must be a whole number; got 4.0"),
        (4, 4.0, TypeError, "d must be a whole number; got 4.0"),
    ],
)
def test_sizes_of_positions_are_counts(T, d, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        positional_encoding(T, d)


# ------------------------------------------------------------------------ attention


def test_attention_by_hand():
    # scores (2 ln 3, 0) / sqrt(4) = (ln 3, 0): weights 3/4 and 1/4; out 3/4 (8, 0) + 1/4 (0, 4)
    out, weights = attention([[1, 1, 0, 0]], [[np.log(3), np.log(3), 7, 7], [5, -5, 0, 1]], [[8, 0], [0, 4]])
    close(weights, [[0.75, 0.25]])
    close(out, [[6.0, 1.0]])


def test_attention_backward_by_hand():
    # A = (3/4, 1/4); dO = 4: dA = 4 (8, 0), A (dA - 24) = (6, -6), by sqrt(4): dS = (3, -3)
    Q, K = np.array([[1.0, 1, 0, 0]]), np.array([[np.log(3), np.log(3), 7, 7], [5, -5, 0, 1]])
    dQ, dK, dV = attention_backward([[4.0]], Q, K, [[8.0], [0.0]])
    close(dV, [[3.0], [1.0]])
    close(dQ, 3 * (K[:1] - K[1:]))
    close(dK, [[3, 3, 0, 0], [-3, -3, 0, 0]])


def test_a_masked_key_is_as_good_as_absent():
    Q, K, V = numbers(2, 3, 4), numbers(2, 5, 4), numbers(2, 5, 2)
    mask = np.array([True, True, False, True, False])
    out, weights = attention(Q, K, V, mask)
    there, its_weights = attention(Q, K[:, mask], V[:, mask])
    close(out, there)
    close(weights[..., mask], its_weights)
    same(weights[..., ~mask], np.zeros((2, 3, 2)))
    for size in (1e3, 1e6, -1e6):
        K2, V2 = K.copy(), V.copy()
        K2[:, ~mask], V2[:, ~mask] = size, size
        same(attention(Q, K2, V2, mask)[0], out)
    dO = numbers(2, 3, 2, seed=1)
    dQ, dK, dV = attention_backward(dO, Q, K, V, mask)
    for found, wanted in zip(
        (dQ, dK[:, mask], dV[:, mask]), attention_backward(dO, Q, K[:, mask], V[:, mask]), strict=True
    ):
        close(found, wanted)
    same(dK[:, ~mask], np.zeros((2, 2, 4)))
    same(dV[:, ~mask], np.zeros((2, 2, 2)))


@pytest.mark.parametrize("leading", [(), (2,), (2, 3), (1, 2, 1), (0,)])
@pytest.mark.parametrize("mask", [None, CAUSAL])
def test_every_row_of_weights_is_a_mean_in_any_shape(leading, mask):
    Q, K, V = numbers(*leading, 4, 3), numbers(*leading, 4, 3, seed=1), numbers(*leading, 4, 2)
    out, weights = attention(Q, K, V, mask)
    assert out.shape == (*leading, 4, 2)
    assert weights.shape == (*leading, 4, 4)
    close(weights.sum(-1), np.ones((*leading, 4)))
    assert (weights >= 0).all()
    for place in np.ndindex(leading):
        close(out[place], attention(Q[place], K[place], V[place], mask)[0])


@LAWS
@given(st.permutations(range(5)), st.permutations(range(3)))
def test_attention_knows_no_order(keys, queries):
    Q, K, V, dO = numbers(3, 4), numbers(5, 4), numbers(5, 2), numbers(3, 2)
    out, weights = attention(Q, K, V)
    shuffled = attention(Q[queries], K[keys], V[keys])
    close(shuffled[0], out[queries])
    close(shuffled[1], weights[queries][:, keys])
    dQ, dK, dV = attention_backward(dO, Q, K, V)
    found = attention_backward(dO[queries], Q[queries], K[keys], V[keys])
    for got, wanted in zip(found, (dQ[queries], dK[keys], dV[keys]), strict=True):
        close(got, wanted)


def test_a_number_added_to_all_keys_changes_no_weight():
    Q, K, V = numbers(3, 4), numbers(5, 4), numbers(5, 2)
    close(attention(Q, K + numbers(4), V)[1], attention(Q, K, V)[1])
    close(attention_backward(numbers(3, 2), Q, K, V)[1].sum(0), np.zeros(4))  # hence its slope is 0


def test_a_row_that_may_look_nowhere_gives_0_and_gets_0():
    Q, K, V, dO = numbers(2, 3), numbers(4, 3), numbers(4, 2), numbers(2, 2)
    mask = np.array([[False] * 4, [True, False, True, True]])
    out, weights = attention(Q, K, V, mask)
    same(out[0], [0.0, 0.0])
    same(weights[0], np.zeros(4))
    close(out[1], attention(Q[1:], K, V, mask[1:])[0][0])
    found = attention_backward(dO, Q, K, V, mask)
    same(found[0][0], np.zeros(3))
    for got, wanted in zip(found[1:], attention_backward(dO[1:], Q[1:], K, V, mask[1:])[1:], strict=True):
        close(got, wanted)


def test_without_keys_the_output_is_0():
    out, weights = attention(numbers(2, 3), np.empty((0, 3)), np.empty((0, 2)))
    same(out, np.zeros((2, 2)))
    same(weights, np.empty((2, 0)))
    dQ, dK, dV = attention_backward(numbers(2, 2), numbers(2, 3), np.empty((0, 3)), np.empty((0, 2)))
    same(dQ, np.zeros((2, 3)))
    assert dK.shape == (0, 3)
    assert dV.shape == (0, 2)


def test_without_queries_nothing_comes_out():
    out, weights = attention(np.empty((0, 3)), numbers(4, 3), numbers(4, 2))
    assert out.shape == (0, 2)
    assert weights.shape == (0, 4)
    dQ, dK, dV = attention_backward(np.empty((0, 2)), np.empty((0, 3)), numbers(4, 3), numbers(4, 2))
    assert dQ.shape == (0, 3)
    same(dK, np.zeros((4, 3)))
    same(dV, np.zeros((4, 2)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_scores_choose_one_key(dtype):
    Q, K, V = (np.array(x, dtype) for x in ([[1e3], [-1e3], [0]], [[1], [-1]], [[5], [7]]))
    out, weights = attention(Q, K, V)
    same(weights, [[1, 0], [0, 1], [0.5, 0.5]], dtype)
    same(out, [[5], [7], [6]], dtype)
    for gradient in attention_backward(np.full((3, 1), 1e3, dtype), Q, K, V, np.array([[True, False]] * 3)):
        assert np.isfinite(gradient).all()
    same(attention(Q, -1e3 * K, V, np.array([True, False]))[1], [[1, 0]] * 3, dtype)


@pytest.mark.parametrize(
    ("leading", "Tq", "Tk", "d", "dv", "mask"),
    [
        ((), 3, 4, 5, 2, None),
        ((2,), 4, 4, 4, 4, None),
        ((2, 2), 4, 4, 3, 3, CAUSAL),
        ((2, 1), 2, 4, 3, 2, np.array([[[[True] * 4]], [[[False, True, True, False]]]])),
        ((), 2, 3, 2, 2, np.array([[False] * 3, [True, True, False]])),
        ((3,), 1, 1, 1, 1, None),
    ],
)
def test_attention_backward_is_the_derivative_of_forward(leading, Tq, Tk, d, dv, mask):
    arrays = {"Q": numbers(*leading, Tq, d), "K": numbers(*leading, Tk, d, seed=1), "V": numbers(*leading, Tk, dv)}
    dO = numbers(*leading, Tq, dv, seed=2)
    grads = dict(zip("QKV", attention_backward(dO, **arrays, mask=mask), strict=True))
    check_gradients(lambda Q, K, V: float((dO * attention(Q, K, V, mask)[0]).sum()), arrays, grads)


# ---------------------------------------------------------------------- several heads


def test_heads_by_hand():
    x = np.arange(12).reshape(1, 3, 4)  # three words of four features
    same(split_heads(x, 2), [[[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]])
    same(merge_heads([[[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]]), x)


@pytest.mark.parametrize(("B", "T", "D", "h"), [(2, 3, 6, 2), (2, 3, 6, 3), (1, 4, 4, 4), (3, 0, 4, 2), (0, 2, 4, 1)])
def test_merging_undoes_splitting(B, T, D, h):
    x = numbers(B, T, D)
    heads = split_heads(x, h)
    assert heads.shape == (B, h, T, D // h)
    same(merge_heads(heads), x)
    for j in range(h):
        same(heads[:, j], x[..., j * D // h : (j + 1) * D // h])
    assert not np.shares_memory(heads, x)
    assert not np.shares_memory(split_heads(x[:, :, :h], h), x)
    assert not np.shares_memory(merge_heads(heads), heads)


def params(d, seed=0):
    return {
        "W_in": numbers(d, 3 * d, seed=seed),
        "b_in": numbers(3 * d, seed=seed),
        "W_out": numbers(d, d, seed=seed),
        "b_out": numbers(d, seed=seed),
    }


@pytest.mark.parametrize("h", [1, 2, 4])
def test_several_heads_are_several_attentions_side_by_side(h):
    X, M, P, k = numbers(2, 3, 4), numbers(2, 5, 4), params(4), 4 // h
    Y, weights = multi_head_attention(X, M, **P, h=h)
    parts = []
    for j in range(h):
        columns = slice(j * k, (j + 1) * k)
        Q, K, V = (
            (source @ P["W_in"][:, 4 * i : 4 * i + 4] + P["b_in"][4 * i : 4 * i + 4])[..., columns]
            for i, source in enumerate((X, M, M))
        )
        out, its_weights = attention(Q, K, V)
        close(weights[:, j], its_weights)
        parts.append(out)
    close(Y, np.concatenate(parts, axis=-1) @ P["W_out"] + P["b_out"])


@pytest.mark.parametrize("mask", [None, CAUSAL])
def test_self_attention_is_attention_to_oneself(mask):
    X, P, dY = numbers(2, 4, 6), params(6), numbers(2, 4, 6, seed=1)
    for found, wanted in zip(
        multi_head_attention(X, None, **P, h=3, mask=mask),
        multi_head_attention(X, X, **P, h=3, mask=mask),
        strict=True,
    ):
        close(found, wanted)
    P.pop("b_out")
    dX, dM, *grads = multi_head_attention_backward(dY, X, None, **P, h=3, mask=mask)
    dX_asks, dX_is_asked, *wanted = multi_head_attention_backward(dY, X, X, **P, h=3, mask=mask)
    assert dM is None
    close(dX, dX_asks + dX_is_asked)
    for got, want in zip(grads, wanted, strict=True):
        close(got, want)


@pytest.mark.parametrize("Tk", [None, 1, 5])
@pytest.mark.parametrize("masked", [False, True])
def test_multi_head_backward_is_the_derivative_of_forward(Tk, masked):
    arrays = {"X": numbers(2, 3, 4), **params(4)} | ({} if Tk is None else {"M": numbers(2, Tk, 4)})
    dY = numbers(2, 3, 4, seed=1)
    mask = np.random.default_rng(0).random((2, 1, 3, Tk or 3)) < 0.7 if masked else None
    given = {name: array for name, array in arrays.items() if name != "b_out"}
    found = multi_head_attention_backward(dY, **{"M": None, **given}, h=2, mask=mask)
    grads = dict(zip(("X", "M", "W_in", "b_in", "W_out", "b_out"), found, strict=True))
    if Tk is None:
        assert grads.pop("M") is None
    check_gradients(
        lambda M=None, **given: float((dY * multi_head_attention(M=M, **given, h=2, mask=mask)[0]).sum()), arrays, grads
    )


def test_a_bias_of_the_keys_changes_nothing():
    X, P = numbers(2, 3, 4), params(4)
    Y, _ = multi_head_attention(X, None, **P, h=2)
    P["b_in"][4:8] += 5
    close(multi_head_attention(X, None, **P, h=2)[0], Y)
    P.pop("b_out")
    db_in = multi_head_attention_backward(numbers(2, 3, 4), X, None, **P, h=2)[3]
    close(db_in[4:8], np.zeros(4))


# ------------------------------------------------------------------- the layer


def built(d=4, h=2, **own):
    layer = MultiHeadAttention(h, **own)
    assert layer.build((5, d)) == (5, d)
    P = Parameters({"a": layer}, np.random.default_rng(3), np.float64)
    for name, array in params(d).items():
        P[f"a.{name}"] = array
    return layer


@pytest.mark.parametrize("Tk", [None, 5])
@pytest.mark.parametrize("own", [{}, {"attention": attention, "attention_backward": attention_backward}])
def test_the_layer_remembers_and_computes_the_same(Tk, own):
    layer, X, dY = built(**own), numbers(2, 3, 4), numbers(2, 3, 4, seed=1)
    M = None if Tk is None else numbers(2, Tk, 4)
    mask = np.random.default_rng(0).random((2, 1, 3, Tk or 3)) < 0.7
    Y, weights = multi_head_attention(X, M, **params(4), h=2, mask=mask)
    same(layer.forward(X, True, M, mask), Y)
    same(layer.weights, weights)
    layer.forward(numbers(1, 2, 4))  # outside training: forgets nothing that backward needs
    dX = layer.backward(dY)
    given = {name: array for name, array in params(4).items() if name != "b_out"}
    found = multi_head_attention_backward(dY, X, M, **given, h=2, mask=mask)
    close(dX, found[0])
    if Tk is None:
        assert layer.memory_grad is None
    else:
        close(layer.memory_grad, found[1])
    for name, gradient in zip(("W_in", "b_in", "W_out", "b_out"), found[2:], strict=True):
        close(layer.grads[name], gradient)


def test_the_layer_starts_with_three_matrices_of_xavier_and_no_bias():
    layer = MultiHeadAttention(4)
    layer.build((200,))
    Parameters({"a": layer}, np.random.default_rng(0))
    limit = np.sqrt(6 / 400)
    for matrix in (*np.split(layer.params["W_in"], 3, axis=1), layer.params["W_out"]):
        assert 0.99 * limit < np.abs(matrix).max() <= limit * 1.000001
        assert abs(matrix.std() / (limit / np.sqrt(3)) - 1) < 0.01
    assert not layer.params["b_in"].any()
    assert not layer.params["b_out"].any()
    parts = np.split(layer.params["W_in"], 3, axis=1)
    assert not np.allclose(parts[0], parts[1])


def test_backward_before_forward_says_so():
    sentence = "call forward with training=True before backward: this MultiHeadAttention remembers no batch"
    layer = built()
    with pytest.raises(RuntimeError, match=exactly(sentence)):
        layer.backward(numbers(2, 3, 4))
    layer.forward(numbers(2, 3, 4))
    with pytest.raises(RuntimeError, match=exactly(sentence)):
        layer.backward(numbers(2, 3, 4))


@pytest.mark.parametrize(("h", "d"), [(3, 4), (5, 4)])
def test_the_layer_wants_heads_that_divide_the_features(h, d):
    with pytest.raises(ValueError, match=exactly(f"d_model must be a multiple of num_heads={h}; got {d}")):
        MultiHeadAttention(h).build((7, d))


def test_own_functions_may_spoil_what_they_get_and_return_any_float():
    def spoiling(Q, K, V, mask):
        found = attention(Q, K, V, mask)
        for array in (Q, K, V, mask):
            array[...] = 0
        return tuple(array.astype(np.float32) for array in found)

    def backward(dO, Q, K, V, mask):
        found = attention_backward(dO, Q, K, V, mask)
        for array in (dO, Q, K, V, mask):
            array[...] = 0
        return found

    mask = CAUSAL[:3, :3].copy()
    X, dY, layer, wanted = numbers(2, 3, 4), numbers(2, 3, 4, seed=1), built(), built()
    own = built(attention=spoiling, attention_backward=backward)
    assert own.forward(X, True, mask=mask).dtype == np.float64
    layer.forward(X, True, mask=mask)
    assert own.weights.dtype == np.float64
    close(own.weights, layer.weights, 1e-6)
    same(mask, CAUSAL[:3, :3], bool)
    wanted.forward(X, True, mask=mask)
    close(own.backward(dY), wanted.backward(dY), 1e-5)


@pytest.mark.parametrize("h", [1, 2, 3, 6])
def test_own_functions_see_heads_of_any_size(h):
    X, M, dY = numbers(2, 3, 6), numbers(2, 5, 6), numbers(2, 3, 6, seed=1)
    layer, own = built(6, h), built(6, h, attention=attention, attention_backward=attention_backward)
    close(own.forward(X, True, M), layer.forward(X, True, M))
    close(own.backward(dY), layer.backward(dY))
    close(own.memory_grad, layer.memory_grad)


def test_only_one_of_the_two_functions_may_be_ones_own():
    X, dY, layer = numbers(2, 3, 4), numbers(2, 3, 4, seed=1), built()
    layer.forward(X, True)
    wanted = layer.backward(dY)
    calls = []
    forward = built(attention=lambda *given: (calls.append("forward"), attention(*given))[1])
    forward.forward(X, True)
    close(forward.backward(dY), wanted)
    backward = built(attention_backward=lambda *given: (calls.append("backward"), attention_backward(*given))[1])
    backward.forward(X, True)
    close(backward.backward(dY), wanted)
    assert calls == ["forward", "backward"]


@pytest.mark.parametrize(
    ("found", "error", "sentence"),
    [
        (np.ones((2, 2, 3, 2)), TypeError, "attention must return 2 arrays; got ndarray"),
        (None, TypeError, "attention must return 2 arrays; got NoneType"),
        ((1, 2, 3), TypeError, "attention must return 2 arrays; got tuple"),
        (
            (np.ones((2, 2, 3, 3)), np.ones((2, 2, 3, 3))),
            ValueError,
            "attention(...)[0] must have shape (2, 2, 3, 2); got (2, 2, 3, 3)",
        ),
        (
            (np.ones((2, 2, 3, 2)), np.ones((2, 3, 3))),
            ValueError,
            "attention(...)[1] must have shape (2, 2, 3, 3); got (2, 3, 3)",
        ),
        (("a", "b"), TypeError, "attention(...)[0] must hold real numbers; got dtype <U1"),
    ],
)
def test_what_an_own_attention_returns_is_looked_at(found, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        built(attention=lambda *given: found).forward(numbers(2, 3, 4))


@pytest.mark.parametrize(
    ("found", "error", "sentence"),
    [
        ((1, 2), TypeError, "attention_backward must return 3 arrays; got tuple"),
        (
            (np.ones((2, 2, 5, 2)), np.ones((2, 2, 3, 2)), np.ones((2, 2, 5, 2))),
            ValueError,
            "attention_backward(...)[0] must have shape (2, 2, 3, 2); got (2, 2, 5, 2)",
        ),
        (
            (np.ones((2, 2, 3, 2)), np.ones((2, 2, 5, 2)), np.ones((2, 2, 3, 2))),
            ValueError,
            "attention_backward(...)[2] must have shape (2, 2, 5, 2); got (2, 2, 3, 2)",
        ),
    ],
)
def test_what_an_own_backward_returns_is_looked_at(found, error, sentence):
    layer = built(attention_backward=lambda *given: found)
    layer.forward(numbers(2, 3, 4), True, numbers(2, 5, 4))
    with pytest.raises(error, match=exactly(sentence)):
        layer.backward(numbers(2, 3, 4))


# ----------------------------------------------------- what stands beside attention


def shaken(layer):
    """Return a layer in float64 none of whose parameters has a special value."""
    layer.build((5, 4))
    P = Parameters({"a": layer}, np.random.default_rng(3), np.float64)
    P.flat[...] += np.random.default_rng(3).normal(0, 0.3, P.flat.shape)
    return layer, P


def test_the_feed_forward_layer_by_hand():
    layer = FeedForward(2)
    assert layer.build((9, 1)) == (9, 1)
    P = Parameters({"a": layer}, np.random.default_rng(0), np.float64)
    assert {name: P[name].shape for name in P} == {
        "a.hidden.W": (1, 2),
        "a.hidden.b": (2,),
        "a.output.W": (2, 1),
        "a.output.b": (1,),
    }
    P["a.hidden.W"], P["a.hidden.b"], P["a.output.W"], P["a.output.b"] = [[1.0, -1]], [0, 0.5], [[2.0], [3]], [7]
    # 2: relu(2, -1.5) = (2, 0), out 4 + 7; -1: relu(-1, 1.5) = (0, 1.5), out 4.5 + 7
    close(layer.forward(np.array([[[2.0], [-1.0]]]), True), [[[11.0], [11.5]]])
    close(layer.backward(np.array([[[1.0], [10.0]]])), [[[2.0], [-30.0]]])
    close(layer.children["hidden"].grads["W"], [[4.0, -30.0]])


def test_a_residual_adds_what_its_layer_makes_of_the_normalized_input():
    inner = FeedForward(3)
    layer, P = shaken(Residual(inner))
    X, dY = numbers(2, 2, 4), numbers(2, 2, 4, seed=1)
    normalized = (X - X.mean(-1, keepdims=True)) / np.sqrt(X.var(-1, keepdims=True) + 1e-5)
    wanted = X + inner.forward(normalized * P["a.norm.gamma"] + P["a.norm.beta"])
    close(layer.forward(X, True), wanted)
    dX = layer.backward(dY)
    check_gradients(lambda X: float((dY * layer.forward(X)).sum()), {"X": X}, {"X": dX})
    for name in P:
        P[name] = np.zeros(P[name].shape)
    same(layer.forward(X), X)


@pytest.mark.parametrize("layer", [FeedForward(3), Residual(FeedForward(3))])
def test_outside_training_nothing_is_remembered(layer):
    shaken(layer)
    layer.forward(numbers(2, 3, 4))
    with pytest.raises(RuntimeError, match=r"^call forward with training=True before backward: "):
        layer.backward(numbers(2, 3, 4))


def test_dropout_falls_on_the_layer_and_never_on_the_way_around_it():
    layer, _ = shaken(Residual(FeedForward(3), 0.5))
    X, dY = numbers(2, 3, 4), numbers(2, 3, 4, seed=1)
    calm = layer.forward(X)
    same(layer.forward(X), calm)
    rests = np.array([layer.forward(X, True) - X for _ in range(60)])
    kept = rests != 0
    assert 0.4 < kept.mean() < 0.6
    close(rests[kept], (2 * np.broadcast_to(calm - X, kept.shape))[kept])
    # a unit that was dropped sends nothing back, and the way around sends everything
    dropped = dY * ~kept[-1]
    close(layer.backward(dropped), dropped)
    assert np.abs(layer.backward(dY) - dY).max() > 0.01
    assert Residual(FeedForward(3)).children["dropout"].rate == 0


# ----------------------------------------------------- what holds for every function

GIVEN = {
    "x": numbers(2, 3, 4),
    "heads": numbers(2, 2, 3, 2),
    "Q": numbers(2, 3, 4),
    "K": numbers(2, 5, 4),
    "V": numbers(2, 5, 2),
    "dO": numbers(2, 3, 2),
    "X": numbers(2, 3, 4),
    "M": numbers(2, 5, 4),
    "dY": numbers(2, 3, 4),
    **params(4),
}
ALL = ("X", "M", "W_in", "b_in", "W_out", "b_out")
CALLS = {
    "split_heads": (lambda x: split_heads(x, 2), ("x",)),
    "merge_heads": (lambda heads: merge_heads(heads), ("heads",)),
    "attention": (lambda **given: attention(**given), ("Q", "K", "V")),
    "attention_backward": (lambda **given: attention_backward(**given), ("dO", "Q", "K", "V")),
    "multi-head": (lambda **given: multi_head_attention(**given, h=2), ALL),
    "multi-head back": (lambda **given: multi_head_attention_backward(**given, h=2), ("dY", *ALL[:-1])),
}


def arrays_of(found):
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_are_kept_and_inputs_left_as_they_were(name, dtype):
    call, keys = CALLS[name]
    arrays = {key: GIVEN[key].astype(dtype) for key in keys}
    for array in arrays.values():
        array.flags.writeable = False
    for found in arrays_of(call(**arrays)):
        assert found.dtype == dtype
        assert not any(np.shares_memory(found, array) for array in arrays.values())


@pytest.mark.parametrize("name", CALLS)
def test_integers_become_float64(name):
    call, keys = CALLS[name]
    whole = {key: GIVEN[key].astype(int) for key in keys}
    floats = {key: array.astype(float) for key, array in whole.items()}
    for found, wanted in zip(arrays_of(call(**whole)), arrays_of(call(**floats)), strict=True):
        same(found, wanted)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_number_is_named(name):
    call, keys = CALLS[name]
    for key in keys:
        said = "x" if key == "heads" else key
        with pytest.raises(TypeError, match=exactly(f"{said} must hold real numbers; got dtype <U1")):
            call(**{each: GIVEN[each] for each in keys} | {key: np.full(GIVEN[key].shape, "a")})


@pytest.mark.parametrize(
    ("name", "key", "shape", "sentence"),
    [
        ("split_heads", "x", (3, 4), "x must have shape (B, T, D); got (3, 4)"),
        ("split_heads", "x", (2, 3, 5), "x must have a multiple of h=2 features; got 5"),
        ("merge_heads", "heads", (3, 4), "x must have shape (B, h, T, k); got (3, 4)"),
        ("attention", "Q", (4,), "Q must have shape (..., Tq, d); got (4,)"),
        ("attention", "Q", (2, 3, 0), "Q must have at least one feature; got shape (2, 3, 0)"),
        ("attention", "K", (2, 5, 3), "K must have shape (2, Tk, d=4); got (2, 5, 3)"),
        ("attention", "K", (5, 4), "K must have shape (2, Tk, d=4); got (5, 4)"),
        ("attention", "V", (2, 4, 2), "V must have shape (2, Tk=5, dv); got (2, 4, 2)"),
        ("attention", "V", (1, 5, 2), "V must have shape (2, Tk=5, dv); got (1, 5, 2)"),
        ("attention_backward", "dO", (2, 3, 4), "dO must have shape (2, 3, 2); got (2, 3, 4)"),
        ("attention_backward", "K", (2, 5, 3), "K must have shape (2, Tk, d=4); got (2, 5, 3)"),
        ("multi-head", "X", (3, 4), "X must have shape (B, Tq, d); got (3, 4)"),
        ("multi-head", "X", (2, 3, 5), "X must have a multiple of h=2 features; got 5"),
        ("multi-head", "M", (2, 5, 3), "M must have shape (B=2, Tk, d=4); got (2, 5, 3)"),
        ("multi-head", "M", (1, 5, 4), "M must have shape (B=2, Tk, d=4); got (1, 5, 4)"),
        ("multi-head", "W_in", (4, 4), "W_in must have shape (d=4, 3 d=12); got (4, 4)"),
        ("multi-head", "b_in", (4,), "b_in must have shape (3 d=12,); got (4,)"),
        ("multi-head", "W_out", (4, 3), "W_out must have shape (d=4, d=4); got (4, 3)"),
        ("multi-head", "b_out", (3,), "b_out must have shape (d=4,); got (3,)"),
        ("multi-head back", "dY", (2, 3, 3), "dY must have shape (2, 3, 4); got (2, 3, 3)"),
        ("multi-head back", "W_out", (3, 4), "W_out must have shape (d=4, d=4); got (3, 4)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(name, key, shape, sentence):
    call, keys = CALLS[name]
    with pytest.raises(ValueError, match=exactly(sentence)):
        call(**{each: GIVEN[each] for each in keys} | {key: np.ones(shape)})


@pytest.mark.parametrize(
    ("h", "error", "sentence"),
    [(0, ValueError, "h must be at least 1; got 0"), (2.0, TypeError, "h must be a whole number; got 2.0")],
)
def test_the_number_of_heads_is_a_count(h, error, sentence):
    for call in (
        lambda: split_heads(GIVEN["x"], h),
        lambda: multi_head_attention(*(GIVEN[key] for key in ALL), h=h),
        lambda: multi_head_attention_backward(GIVEN["dY"], *(GIVEN[key] for key in ALL[:-1]), h=h),
    ):
        with pytest.raises(error, match=exactly(sentence)):
            call()
    with pytest.raises(error, match=exactly(sentence.replace("h must", "num_heads must"))):
        MultiHeadAttention(h)


MASKED = {name: CALLS[name] for name in ("attention", "attention_backward", "multi-head", "multi-head back")}


@pytest.mark.parametrize("name", MASKED)
@pytest.mark.parametrize("mask", [np.ones((3, 5)), np.zeros((3, 5), int), [[0.0]]])
def test_a_mask_says_yes_or_no(name, mask):
    call, keys = MASKED[name]
    kind = np.asarray(mask).dtype
    sentence = f"mask must hold booleans, True where a query may look; got dtype {kind}"
    with pytest.raises(TypeError, match=exactly(sentence)):
        call(**{each: GIVEN[each] for each in keys}, mask=mask)


@pytest.mark.parametrize("name", MASKED)
@pytest.mark.parametrize("shape", [(5, 3), (2,), (3, 3, 5), (2, 1, 2, 3, 5), (2, 2, 3, 3, 5), (0, 5)])
def test_a_mask_broadcasts_to_the_weights_and_does_not_widen_them(name, shape):
    call, keys = MASKED[name]
    wanted = (2, 3, 5) if name.startswith("attention") else (2, 2, 3, 5)
    with pytest.raises(ValueError, match=exactly(f"mask must broadcast to shape {wanted}; got {shape}")):
        call(**{each: GIVEN[each] for each in keys}, mask=np.ones(shape, bool))


@pytest.mark.parametrize("name", MASKED)
@pytest.mark.parametrize("shape", [(), (5,), (1,), (3, 1), (1, 5), (2, 1, 5), (2, 3, 5)])
def test_a_mask_of_fewer_axes_is_repeated(name, shape):
    call, keys = MASKED[name]
    given = {each: GIVEN[each] for each in keys}
    mask = np.random.default_rng(2).random(shape) < 0.6
    whole = np.broadcast_to(mask, (2, 3, 5))
    if not name.startswith("attention"):
        whole = whole[:, None]
        mask = mask[:, None] if mask.ndim == 3 else mask
    for found, wanted in zip(call(**given, mask=mask), call(**given, mask=whole), strict=True):
        same(found, wanted)


# ------------------------------------------------------------------- PyTorch

RECORDED = parity.load("transformer")


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith("attention/")])
def test_pytorch_attends_the_same(name):
    case = RECORDED[name]
    given = [case.get(key) for key in ("Q", "K", "V", "mask")]
    out, weights = attention(*given)
    parity.assert_close(out, case["out"])
    parity.assert_close(weights, case["weights"])
    for key, gradient in zip(("dQ", "dK", "dV"), attention_backward(case["dO"], *given), strict=True):
        parity.assert_close(gradient, case[key])


@pytest.mark.parametrize("name", ["multi-head/self", "multi-head/memory"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pytorch_has_the_same_heads(name, dtype):
    case = {key: value if value.dtype == bool else value.astype(dtype) for key, value in RECORDED[name].items()}
    P = {key[2:]: value for key, value in case.items() if key.startswith("P:")}
    mask = case["mask"] if name == "multi-head/self" else case["mask"][:, None]
    Y, weights = multi_head_attention(case["X"], case.get("M"), **P, h=2, mask=mask)
    parity.assert_close(Y, case["Y"])
    parity.assert_close(weights, case["weights"])
    P.pop("b_out")
    found = multi_head_attention_backward(case["dY"], case["X"], case.get("M"), **P, h=2, mask=mask)
    keys = ("dX", "dM", "G:W_in", "G:b_in", "G:W_out", "G:b_out")
    for key, gradient in zip(keys, found, strict=True):
        if key in case:
            parity.assert_close(gradient, case[key])
        else:
            assert gradient is None


def test_pytorch_was_asked_about_attention_and_heads():
    assert sum(name.startswith("attention/") for name in RECORDED) == 2 * 5
    assert {"multi-head/self", "multi-head/memory"} <= RECORDED.keys()
