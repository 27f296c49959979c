"""The formulas of chapter 7."""

import math

import numpy as np
import pytest

from dlcourse.attention import (
    FeedForward,
    Residual,
    attention,
    attention_backward,
    merge_heads,
    multi_head_attention,
    positional_encoding,
    split_heads,
)
from dlcourse.layers import Parameters
from dlcourse.optimizers import linear_warmup
from dlcourse.transformer import (
    Embedding,
    build_vocab,
    causal_mask,
    decoder_io,
    decoder_mask,
    encode_batch,
    greedy_decode,
    masked_cross_entropy,
    padding_mask,
    train_translator,
)
from tests.book.formulas.evaluation import MEASURED, agree, formula, relu_of, slope, softmax_of, softmax_rows

IDS = np.array([[5, 6, 0, 0], [7, 8, 9, 4], [0, 0, 0, 0]])  # the last sentence is nothing but padding


@pytest.fixture
def qkv(rng):
    """Queries, keys and values, with lengths that all differ."""
    return rng.normal(size=(4, 6)), rng.normal(size=(5, 6)), rng.normal(size=(5, 3))


def printed_attention(Q, K, V):
    S = Q @ K.T / math.sqrt(Q.shape[1])
    A = softmax_rows(S)
    return A @ V, A


def built(layer, shape, rng):
    """Build a layer for samples of a shape, and give all its parameters random values."""
    layer.build(shape)
    params = Parameters({"layer": layer}, np.random.default_rng(0), np.float64)
    for name in params:
        params[name] = rng.normal(size=params[name].shape)
    return layer, {name.removeprefix("layer."): params[name] for name in params}


@formula("eq-vocab")
def test_a_vocabulary_counts_words_after_the_four_special_tokens():
    r"""\begin{gathered}
    v(\text{<pad>}) = 0, \quad v(\text{<bos>}) = 1, \\
    v(\text{<eos>}) = 2, \quad v(\text{<unk>}) = 3, \\
    \text{words: } 4, 5, 6, \dots
    \end{gathered}"""
    v = build_vocab(["the dog sees the cat", "cat sees dog", "and there"])
    assert (v["<pad>"], v["<bos>"], v["<eos>"], v["<unk>"]) == (0, 1, 2, 3)
    words = {"the", "dog", "sees", "cat", "and", "there"}
    assert v.keys() == words | {"<pad>", "<bos>", "<eos>", "<unk>"}
    assert sorted(v[word] for word in words) == [4, 5, 6, 7, 8, 9]


@formula("eq-encode-batch")
def test_short_sentences_are_filled_up_on_the_right():
    r"""\text{ids}_{it} = \begin{cases} v(w_{it}) & t < n_i, \\ 0 & \text{otherwise,} \end{cases}"""
    v = build_vocab(["a b c"])
    w = [["a", "b"], ["q", "c", "b", "a"], []]
    T = max(len(w_i) for w_i in w)
    printed = [[v.get(w_i[t], 3) if t < len(w_i) else 0 for t in range(T)] for w_i in w]
    agree(printed, encode_batch([" ".join(w_i) for w_i in w], v))


def printed_positions(T, d):
    PE = np.zeros((T, d))
    for t, m in np.ndindex(T, (d + 1) // 2):
        PE[t, 2 * m] = math.sin(t / 10000 ** (2 * m / d))
        if 2 * m + 1 < d:
            PE[t, 2 * m + 1] = math.cos(t / 10000 ** (2 * m / d))
    return PE


@formula("eq-embedding")
def test_a_word_enters_as_its_row_times_a_root_plus_its_position(rng):
    r"""x_t = \sqrt{d}\; E_i + \text{PE}_t ."""
    d = 6
    layer, params = built(Embedding(10, d), (4,), rng)
    E, PE = params["E"], printed_positions(4, d)
    printed = [[math.sqrt(d) * E[i] + PE[t] for t, i in enumerate(sentence)] for sentence in IDS]
    agree(printed, layer.forward(IDS))


@formula("eq-positional-encoding")
def test_positions_are_pairs_of_a_sine_and_a_cosine():
    r"""\begin{aligned}
    \text{PE}_{t,\,2m} &= \sin\bigl(t / 10000^{2m/d}\bigr), \\
    \text{PE}_{t,\,2m+1} &= \cos\bigl(t / 10000^{2m/d}\bigr).
    \end{aligned}"""
    for T, d in ((1, 2), (9, 6), (5, 7), (300, 16)):
        agree(printed_positions(T, d), positional_encoding(T, d))


@formula("eq-attention")
def test_attention_compares_takes_softmax_and_averages(qkv):
    r"""\begin{aligned}
    S &= Q K^{\top} / \sqrt{d}, \\
    A &= \operatorname{softmax}(S) \text{ along the keys,} \\
    \text{out} &= A V .
    \end{aligned}"""
    Q, K, V = qkv
    for keys in (5, 1):
        T_q, d = Q.shape
        S = [[sum(Q[t, c] * K[u, c] for c in range(d)) / math.sqrt(d) for u in range(keys)] for t in range(T_q)]
        A = softmax_rows(S)
        out, weights = attention(Q, K[:keys], V[:keys])
        agree(A, weights)
        agree(A @ V[:keys], out)


@formula("sec-one-head/1")
def test_the_head_by_hand_is_as_printed():
    r"""\begin{gathered}
    S = \log 2 \cdot \begin{pmatrix} 1 & 0 & 1 \\ 0 & 1 & 1 \\ 1 & 1 & 2 \end{pmatrix}, \\
    \begin{pmatrix} 2 & 1 & 2 \\ 1 & 2 & 2 \\ 2 & 2 & 4 \end{pmatrix} \to
    A = \begin{pmatrix} \frac25 & \frac15 & \frac25 \\[2pt] \frac15 & \frac25 & \frac25 \\[2pt] \frac14 & \frac14
    & \frac12 \end{pmatrix} .
    \end{gathered}"""
    S = math.log(2) * np.array([[1, 0, 1], [0, 1, 1], [1, 1, 2]])
    exponentials = np.array([[2, 1, 2], [1, 2, 2], [2, 2, 4]])
    A = [[2 / 5, 1 / 5, 2 / 5], [1 / 5, 2 / 5, 2 / 5], [1 / 4, 1 / 4, 1 / 2]]
    X, W_Q, W_V = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0]]), 2 * math.log(2) * np.eye(4), [10, 20, 0, 0]
    agree(S, X @ W_Q @ X.T / math.sqrt(4))
    agree(exponentials, [[math.exp(s) for s in row] for row in S])
    agree(A, [[e / sum(row) for e in row] for row in exponentials])
    agree(A, attention(X @ W_Q, X, (X @ W_V)[:, None])[1])


@formula("eq-attention-backward")
def test_the_way_back_through_attention_undoes_its_three_steps(qkv, rng):
    r"""\begin{aligned}
    dV &= A^{\top} dO, \qquad dA = dO\, V^{\top}, \\
    dS_{tu} &= A_{tu} \Bigl( dA_{tu} - \sum_{j} A_{tj}\, dA_{tj} \Bigr), \\
    dQ &= dS\, K / \sqrt d, \\
    dK &= dS^{\top} Q / \sqrt d .
    \end{aligned}"""
    Q, K, V = qkv
    (T_q, d), T_k = Q.shape, len(K)
    _, A = printed_attention(Q, K, V)
    dO = rng.normal(size=(T_q, 3))
    dV, dA = A.T @ dO, dO @ V.T
    dS = np.array(
        [[A[t, u] * (dA[t, u] - sum(A[t, j] * dA[t, j] for j in range(T_k))) for u in range(T_k)] for t in range(T_q)]
    )
    dQ, dK = dS @ K / math.sqrt(d), dS.T @ Q / math.sqrt(d)
    for printed, oracle in zip((dQ, dK, dV), attention_backward(dO, Q, K, V), strict=True):
        agree(printed, oracle)
    agree(dQ, slope(lambda Q: np.sum(dO * printed_attention(Q, K, V)[0]), Q), **MEASURED)
    agree(dK, slope(lambda K: np.sum(dO * printed_attention(Q, K, V)[0]), K), **MEASURED)
    agree(dV, slope(lambda V: np.sum(dO * printed_attention(Q, K, V)[0]), V), **MEASURED)


@formula("eq-causal-mask")
def test_a_query_may_look_at_keys_up_to_its_own_position():
    r"""\text{causal}_{tu} = (u \le t) ."""
    for T in (1, 5):
        agree([[u <= t for u in range(T)] for t in range(T)], causal_mask(T))


@formula("eq-padding-mask")
def test_padding_is_hidden_as_a_key():
    r"""\text{padding}_{b\,0\,0\,u} = (\text{ids}_{bu} \ne \text{pad}) ."""
    agree([[[[IDS[b, u] != 0 for u in range(4)]]] for b in range(3)], padding_mask(IDS))


@formula("eq-decoder-mask")
def test_the_decoder_hides_the_future_and_padding():
    r"""\text{decoder}_{b\,0\,t\,u} = (u \le t) \text{ and } (\text{ids}_{bu} \ne \text{pad}) ."""
    printed = [[[[u <= t and IDS[b, u] != 0 for u in range(4)] for t in range(4)]] for b in range(3)]
    agree(printed, decoder_mask(IDS))


@formula("eq-masked-scores")
def test_a_masked_score_is_minus_infinity_before_the_softmax(qkv, rng):
    r"""S_{tu} \leftarrow \begin{cases} S_{tu} & \text{if } \text{mask}_{tu}, \\ -\infty & \text{otherwise.}
    \end{cases}"""
    Q, K, V = qkv
    mask = rng.random((4, 5)) < 0.5
    mask[:, 0] = True  # a row without any key is no softmax
    S = Q @ K.T / math.sqrt(6)
    S = [[S[t, u] if mask[t, u] else -math.inf for u in range(5)] for t in range(4)]
    out, weights = attention(Q, K, V, mask)
    agree(softmax_rows(S), weights)
    agree(softmax_rows(S) @ V, out)


def printed_split(x, h):
    B, T, D = x.shape
    k = D // h
    return np.array([[[[x[b, t, j * k + i] for i in range(k)] for t in range(T)] for j in range(h)] for b in range(B)])


def printed_merge(x):
    B, h, T, k = x.shape
    merged = np.zeros((B, T, h * k))
    for b, j, t, i in np.ndindex(x.shape):
        merged[b, t, j * k + i] = x[b, j, t, i]
    return merged


@formula("eq-split-heads")
def test_each_head_gets_neighbouring_features_of_every_word(rng):
    r"""\begin{gathered}
    \operatorname{split}(x)_{b\,j\,t\,i} = x_{b,\,t,\,jk + i}, \\
    (B, T, D) \to (B, h, T, k) .
    \end{gathered}"""
    x = rng.normal(size=(2, 3, 12))
    for h in (1, 4, 12):
        agree(printed_split(x, h), split_heads(x, h))


@formula("eq-merge-heads")
def test_merging_puts_the_heads_side_by_side_again(rng):
    r"""\begin{gathered}
    \operatorname{merge}(x)_{b,\,t,\,jk + i} = x_{b\,j\,t\,i}, \\
    (B, h, T, k) \to (B, T, hk) .
    \end{gathered}"""
    for shape in ((2, 4, 3, 5), (1, 1, 1, 2)):
        x = rng.normal(size=shape)
        agree(printed_merge(x), merge_heads(x))


@formula("eq-multi-head")
def test_every_head_attends_on_its_own_before_they_are_mixed(rng):
    r"""\begin{gathered}
    \begin{aligned}
    Q &= X W_Q + b_Q, \\
    K &= M W_K + b_K, \\
    V &= M W_V + b_V,
    \end{aligned} \\
    Y = \operatorname{merge}\bigl( \operatorname{attention}( \\
    \operatorname{split} Q, \operatorname{split} K, \operatorname{split} V) \bigr)\, W_O + b_O .
    \end{gathered}"""
    D, h, B = 8, 2, 2
    X, M = rng.normal(size=(B, 3, D)), rng.normal(size=(B, 5, D))
    W_Q, W_K, W_V, W_O = rng.normal(size=(4, D, D))
    b_Q, b_K, b_V, b_O = rng.normal(size=(4, D))
    Q, K, V = (printed_split(x, h) for x in (X @ W_Q + b_Q, M @ W_K + b_K, M @ W_V + b_V))
    heads = [[printed_attention(Q[b, j], K[b, j], V[b, j])[0] for j in range(h)] for b in range(B)]
    Y = printed_merge(np.array(heads)) @ W_O + b_O
    W_in, b_in = np.hstack([W_Q, W_K, W_V]), np.concatenate([b_Q, b_K, b_V])  # the code keeps them side by side
    agree(Y, multi_head_attention(X, M, W_in, b_in, W_O, b_O, h)[0])


@formula("eq-feed-forward")
def test_the_feed_forward_network_has_a_relu_in_the_middle(rng):
    r"""\operatorname{ff}(X) = \operatorname{relu}(X W_1 + b_1)\, W_2 + b_2 ."""
    X = rng.normal(size=(2, 3, 8))
    layer, params = built(FeedForward(16), (3, 8), rng)
    W_1, b_1, W_2, b_2 = (params[name] for name in ("hidden.W", "hidden.b", "output.W", "output.b"))
    agree(relu_of(X @ W_1 + b_1) @ W_2 + b_2, layer.forward(X))


@formula("eq-residual")
def test_a_layer_adds_to_its_input_what_it_makes_of_the_normalized_one(rng):
    r"""X \leftarrow X + \operatorname{layer}(\operatorname{norm}(X)) ."""
    X = rng.normal(size=(2, 3, 8))
    layer, params = built(Residual(FeedForward(16)), (3, 8), rng)
    gamma, beta = params["norm.gamma"], params["norm.beta"]
    norm = np.zeros(X.shape)
    for b, t in np.ndindex(2, 3):
        mu = sum(X[b, t]) / 8
        sigma_2 = sum((x - mu) ** 2 for x in X[b, t]) / 8
        norm[b, t] = [gamma[j] * (X[b, t, j] - mu) / math.sqrt(sigma_2 + 1e-5) + beta[j] for j in range(8)]
    W_1, b_1, W_2, b_2 = (params[f"layer.{name}"] for name in ("hidden.W", "hidden.b", "output.W", "output.b"))
    agree(X + relu_of(norm @ W_1 + b_1) @ W_2 + b_2, layer.forward(X))


@formula("eq-decoder-io")
def test_what_the_decoder_reads_and_is_to_say_are_one_step_apart():
    r"""\begin{array}{r|cccc}
    \text{tin} & \text{<bos>} & y_1 & \dots & y_n \\
    \text{tout} & y_1 & y_2 & \dots & \text{<eos>}
    \end{array}"""
    sentences = [[7, 8, 5], [9], []]
    longest = max(len(y) for y in sentences) + 1
    pad, bos, eos = 0, 1, 2
    printed_in = [[bos, *y] + [pad] * (longest - len(y) - 1) for y in sentences]
    printed_out = [[*y, eos] + [pad] * (longest - len(y) - 1) for y in sentences]
    tin, tout = decoder_io(sentences)
    agree(printed_in, tin)
    agree(printed_out, tout)


@formula("eq-masked-cross-entropy")
def test_the_loss_is_a_mean_over_the_words_that_are_no_padding(rng):
    r"""\begin{aligned}
    L &= -\frac1N \sum_{y_{bt} \ne \text{pad}} \log p_{bt}[y_{bt}], \\
    \frac{\partial L}{\partial \text{logits}_{bt}} &= (p_{bt} - e_{y_{bt}}) / N, \\
    & \quad \text{and } 0 \text{ at padding.}
    \end{aligned}"""
    logits, y = rng.normal(size=(2, 4, 6)), rng.integers(1, 6, (2, 4))
    y[0, 2:] = 0
    words = [(b, t) for b, t in np.ndindex(2, 4) if y[b, t] != 0]
    N = len(words)

    def printed_loss(logits):
        return -1 / N * sum(math.log(softmax_of(logits[b, t])[y[b, t]]) for b, t in words)

    gradient = np.zeros((2, 4, 6))
    for b, t in words:
        e = np.eye(6)[y[b, t]]
        gradient[b, t] = (softmax_of(logits[b, t]) - e) / N
    loss, grad = masked_cross_entropy(logits, y)
    agree(printed_loss(logits), loss)
    agree(gradient, grad)
    agree(gradient, slope(printed_loss, logits), **MEASURED)


class Slope:
    """A model of one number whose gradient never changes; Adam moves it by the learning rate in every step."""

    def __init__(self):
        self.P, self.path = {"w": np.zeros(1)}, []

    def loss_grads(self, src, tin, tout):
        self.path.append(float(self.P["w"][0]))
        return 0.0, {"w": np.array([-1e9])}  # so large that Adam's epsilon is nothing beside it


@formula("eq-warmup")
def test_the_rate_rises_evenly_and_then_stays():
    r"""\eta_s = \eta \cdot \min(1, s / w) ."""
    eta, w, steps = 0.005, 20, 50
    printed = [eta * min(1, s / w) for s in range(1, steps + 1)]
    agree(printed, [linear_warmup(s - 1, eta, w) for s in range(1, steps + 1)])  # it counts from 0
    model = Slope()
    train_translator(model, [[4]], [[1]], [[2]], steps + 1, eta, w)
    agree(printed, np.diff(model.path))


@formula("eq-greedy")
def test_greedy_decoding_appends_the_largest_logit_until_the_end(rng):
    r"""\begin{aligned}
    y_0 &= \text{<bos>}, \\
    y_{t+1} &= \operatorname*{arg\,max}_i\; \text{logits}(y_0, \dots, y_t)_i ,
    \end{aligned}"""
    bos, eos, max_len = 1, 2, 12
    tables = rng.normal(size=(2, 30, 7))  # for each of two sentences
    tables[:, :, eos] += [[1], [-9]]  # the first ends soon, the second never by itself

    def logits(sentence, prefix):
        return tables[sentence, sum((t + 1) * int(y_t) for t, y_t in enumerate(prefix)) % 30]  # of the whole prefix

    spoken = []
    for sentence in (0, 1):
        y = [bos]
        while y[-1] != eos and len(y) <= max_len:
            scores = logits(sentence, y)
            y.append(max(range(7), key=lambda i, scores=scores: scores[i]))
        spoken.append([word for word in y[1:] if word != eos])
    assert 0 < len(spoken[0]) < len(spoken[1]) == max_len
    decoded = greedy_decode(
        lambda prefixes: [logits(b, prefix) for b, prefix in enumerate(prefixes)], 2, max_len=max_len
    )
    assert decoded == spoken
