"""The formulas of chapter 1."""

import itertools
import math

import numpy as np

from dlcourse.activations import tanh
from dlcourse.perceptron import (
    collapse_linear,
    count_params,
    dense,
    gate,
    is_linearly_separable,
    masked_dense,
    mlp_step,
    perceptron_epoch,
    perceptron_predict,
    step,
    xor_layers,
)
from tests.book.formulas.evaluation import agree, formula

BITS = list(itertools.product((0, 1), repeat=2))


def printed_step(z):
    return 1 if z > 0 else 0


def each_step(Z):
    return np.array([[printed_step(z) for z in row] for row in Z], float)


@formula("eq-weighted-sum")
def test_a_weighted_sum_is_products_added_up_and_a_bias(rng):
    r"""\begin{aligned}
    z &= x_1 w_1 + x_2 w_2 + \dots + x_d w_d + b \\
    &= x \cdot w + b .
    \end{aligned}"""
    x, w, b = rng.normal(size=5), rng.normal(size=5), rng.normal()
    z = sum(x[j] * w[j] for j in range(5)) + b
    agree(z, x @ w + b)
    agree([z], dense(x, w[:, None], [b]))


@formula("eq-step")
def test_the_step_is_1_above_0_and_0_at_0(rng):
    r"""\operatorname{step}(z) = \begin{cases} 1 & \text{if } z > 0, \\ 0 & \text{if } z \le 0. \end{cases}"""
    Z = np.array([[-2.0, 0.0, 3.0], [-0.0, *rng.normal(size=2)]])
    agree(each_step(Z), step(Z))


@formula("eq-perceptron")
def test_a_perceptron_is_the_step_of_a_weighted_sum(rng):
    r"""\begin{aligned}
    \hat y &= \operatorname{step}(x \cdot w + b) \\
    &= \begin{cases} 1 & \text{if } x \cdot w + b > 0, \\ 0 & \text{otherwise.} \end{cases}
    \end{aligned}"""
    X, w, b = rng.integers(-2, 3, (40, 3)), np.array([1, -2, 1]), 1
    z = [sum(x[j] * w[j] for j in range(3)) + b for x in X]
    assert 0 in z
    agree([1 if z_i > 0 else 0 for z_i in z], perceptron_predict(X, w, b))
    agree([printed_step(z_i) for z_i in z], perceptron_predict(X, w, b))


@formula("eq-perceptron-rule")
def test_a_mistake_moves_the_weights_and_the_bias(rng):
    r"""\begin{aligned}
    w &\leftarrow w + \eta\,(y - \hat y)\,x, \\
    b &\leftarrow b + \eta\,(y - \hat y).
    \end{aligned}"""
    X, y, eta = rng.normal(size=(20, 3)), rng.integers(0, 2, 20), 0.37
    w, b = start = rng.normal(size=3), rng.normal()
    for x_i, y_i in zip(X, y, strict=True):
        y_hat = printed_step(sum(x_i * w) + b)
        w, b = w + eta * (y_i - y_hat) * x_i, b + eta * (y_i - y_hat)
    w_oracle, b_oracle, mistakes = perceptron_epoch(X, y, *start, eta)
    assert mistakes > 0
    agree([*w, b], [*w_oracle, b_oracle])


@formula("eq-rule-effect")
def test_a_correction_moves_the_sum_of_its_own_sample_by_this_much(rng):
    r"""\eta\,(y - \hat y)\,(x \cdot x + 1)."""
    eta = 0.37
    for y, _ in itertools.product((0, 1), range(10)):
        x, w, b = rng.normal(size=3), rng.normal(size=3), rng.normal()
        y_hat = printed_step(x @ w + b)
        w_new, b_new, _ = perceptron_epoch(x[None], np.array([y]), w, b, eta)
        printed = eta * (y - y_hat) * (sum(x_j * x_j for x_j in x) + 1)
        agree(printed, (x @ w_new + b_new) - (x @ w + b), atol=1e-12)  # a difference of sums loses digits


@formula("sec-learning-rule/1")
def test_a_mistake_makes_the_weights_longer_by_at_most_the_longest_sample(rng):
    r"""\begin{align*}
    \lVert \tilde w + s_i \tilde x_i \rVert^2 &= \lVert \tilde w \rVert^2 + 2 s_i (\tilde x_i \cdot \tilde w) +
    \lVert \tilde x_i \rVert^2 \\
    &\le \lVert \tilde w \rVert^2 + R^2 .
    \end{align*}"""
    X, y = rng.normal(size=(50, 2)), rng.integers(0, 2, 50)
    samples, signs = np.column_stack([X, np.ones(50)]), 2 * y - 1
    R = max(math.sqrt(sum(x**2)) for x in samples)
    w_long, mistakes = np.zeros(3), 0
    for x_i, y_i, x_long, s_i in zip(X, y, samples, signs, strict=True):
        w, b, mistake = perceptron_epoch(x_i[None], np.array([y_i]), w_long[:2], w_long[2], 1)
        if mistake:
            longer = sum(w_long**2) + 2 * s_i * sum(x_long * w_long) + sum(x_long**2)
            agree(longer, sum((w_long + s_i * x_long) ** 2))
            agree(longer, sum(w**2) + b**2)
            assert longer <= sum(w_long**2) + R**2
            mistakes += 1
        w_long = np.array([*w, b])
    assert mistakes > 10


@formula("eq-gate")
def test_the_weights_of_each_gate_satisfy_its_four_inequalities():
    r"""\begin{gathered}
    {\small\begin{array}{c|c|ccc}
    x_1\, x_2 & z & \text{\footnotesize AND} & \text{\footnotesize OR} & \text{\footnotesize NAND} \\ \hline
    0\;\; 0 & b & 0 & 0 & 1 \\
    0\;\; 1 & w_2 + b & 0 & 1 & 1 \\
    1\;\; 0 & w_1 + b & 0 & 1 & 1 \\
    1\;\; 1 & w_1 + w_2 + b & 1 & 1 & 0
    \end{array}} \\[1ex]
    z > 0 \text{ where the gate says } 1, \\
    z \le 0 \text{ where it says } 0.
    \end{gathered}"""
    table = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0)}
    for name, says in table.items():
        (w_1, w_2), b = gate(name)
        z = [b, w_2 + b, w_1 + b, w_1 + w_2 + b]
        assert all(z_i > 0 if one else z_i <= 0 for z_i, one in zip(z, says, strict=True)), name
        agree(says, perceptron_predict(BITS, [w_1, w_2], b))


@formula("eq-separable")
def test_a_table_is_separable_if_some_weights_and_bias_satisfy_all_inequalities():
    r"""\begin{gathered}
    \text{there are } w \text{ and } b \text{ with} \\
    \begin{aligned}
    x_i \cdot w + b &> 0 && \text{whenever } y_i = 1, \\
    x_i \cdot w + b &\le 0 && \text{whenever } y_i = 0 .
    \end{aligned}
    \end{gathered}"""
    rows = list(itertools.product((0, 1), repeat=3))
    found = set()
    for *w, b in itertools.product(range(-2, 3), range(-2, 3), range(-2, 3), np.arange(-6.5, 7)):
        found.add(tuple(int(sum(x_j * w_j for x_j, w_j in zip(x, w, strict=True)) + b > 0) for x in rows))
    tables = list(itertools.product((0, 1), repeat=8))
    agree([table in found for table in tables], [is_linearly_separable(table) for table in tables])


@formula("eq-xor")
def test_xor_is_and_of_or_and_nand():
    r"""\begin{aligned}
    &\operatorname{XOR}(x_1, x_2) = \\
    &\operatorname{AND}\bigl(\operatorname{OR}(x_1, x_2),\ \operatorname{NAND}(x_1, x_2)\bigr).
    \end{aligned}"""
    OR, NAND, AND = (lambda p, q: p | q), (lambda p, q: 1 - (p & q)), (lambda p, q: p & q)
    printed = [AND(OR(x_1, x_2), NAND(x_1, x_2)) for x_1, x_2 in BITS]
    agree([x_1 != x_2 for x_1, x_2 in BITS], printed)
    agree(printed, mlp_step(BITS, xor_layers())[:, 0])


@formula("eq-mlp-step")
def test_a_network_of_steps_applies_one_layer_after_another(rng):
    r"""\begin{aligned}
    a^{(0)} &= x, \\
    a^{(\ell)} &= \operatorname{step}\bigl(a^{(\ell-1)}\, W^{(\ell)} + b^{(\ell)}\bigr).
    \end{aligned}"""
    sizes = [3, 5, 4, 2]
    layers = [(rng.normal(size=(d, p)), rng.normal(size=p)) for d, p in itertools.pairwise(sizes)]
    x = rng.normal(size=(9, 3))
    a = x
    for W, b in layers:
        a = each_step(a @ W + b)
    agree(a, mlp_step(x, layers))
    agree(a[:1], mlp_step(x[:1], layers))


@formula("eq-dense")
def test_a_dense_layer_takes_a_weighted_sum_for_each_sample_and_unit(rng):
    r"""\begin{gathered}
    \underset{(n,\, p)}{O} = \underset{(n,\, d)}{X}\ \underset{(d,\, p)}{W} + \underset{(p,)}{b}, \\[1ex]
    o_{ik} = \sum_{j=1}^{d} x_{ij}\, w_{jk} + b_k .
    \end{gathered}"""
    for n in (1, 6):
        X, W, b = rng.normal(size=(n, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
        o = [[sum(X[i, j] * W[j, k] for j in range(3)) + b[k] for k in range(2)] for i in range(n)]
        agree(o, X @ W + b)
        agree(o, dense(X, W, b))


@formula("sec-dense/1")
def test_the_dense_layer_by_hand_is_as_printed():
    r"""\begin{aligned}
    &\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}
    \begin{pmatrix} 1 & 0 & 3 \\ 0 & 1 & 4 \end{pmatrix}
    + \begin{pmatrix} 10 & 20 & 30 \end{pmatrix} \\[1ex]
    &= \begin{pmatrix} 1 + 10 & 2 + 20 & 11 + 30 \\ 3 + 10 & 4 + 20 & 25 + 30 \end{pmatrix} .
    \end{aligned}"""
    printed = [[1 + 10, 2 + 20, 11 + 30], [3 + 10, 4 + 20, 25 + 30]]
    agree(printed, dense([[1, 2], [3, 4]], [[1, 0, 3], [0, 1, 4]], [10, 20, 30]))


@formula("eq-two-layers")
def test_two_layers_have_a_step_between_and_none_at_the_end(rng):
    r"""\begin{aligned}
    H &= \operatorname{step}(X W_1 + b_1), \\
    O &= H W_2 + b_2 .
    \end{aligned}"""
    X = rng.normal(size=(7, 3))
    W_1, b_1, W_2, b_2 = rng.normal(size=(3, 5)), rng.normal(size=5), rng.normal(size=(5, 2)), rng.normal(size=2)
    H = each_step(X @ W_1 + b_1)
    agree(H @ W_2 + b_2, dense(step(dense(X, W_1, b_1)), W_2, b_2))


@formula("eq-count-params")
def test_each_layer_has_a_weight_for_each_pair_and_a_bias_for_each_unit():
    r"""P = \sum_{\ell=1}^{L} (d_{\ell-1} + 1)\, d_\ell ."""
    for d in ([5, 4, 7, 3], [1, 1], [784, 128, 10]):
        agree(sum((d[layer - 1] + 1) * d[layer] for layer in range(1, len(d))), count_params(d))


@formula("eq-masked-dense")
def test_a_mask_cuts_weights_out_of_the_sum_and_of_the_count(rng):
    r"""\begin{gathered}
    O = X\,(W \odot M) + b, \\
    P = \sum_{j=1}^{d} \sum_{k=1}^{p} m_{jk} + p .
    \end{gathered}"""
    n, d, p = 6, 4, 3
    X, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, p)), rng.normal(size=p)
    for M in (rng.integers(0, 2, (d, p)), np.zeros((d, p), int)):
        cut = np.array([[W[j, k] * M[j, k] for k in range(p)] for j in range(d)])
        output, P = masked_dense(X, W, b, M)
        agree(X @ cut + b, output)
        agree(sum(M[j, k] for j in range(d) for k in range(p)) + p, P)


@formula("eq-collapse")
def test_linear_layers_collapse_into_one(rng):
    r"""\begin{aligned}
    W &= W_1 W_2 \cdots W_L, \\
    b &= b_1 W_2 \cdots W_L + b_2 W_3 \cdots W_L \\
    &\quad + \dots + b_{L-1} W_L + b_L .
    \end{aligned}"""
    sizes = [5, 4, 3, 6, 2]
    layers = [(rng.normal(size=(d, p)), rng.normal(size=p)) for d, p in itertools.pairwise(sizes)]
    (W_1, b_1), (W_2, b_2), (W_3, b_3), (W_4, b_4) = layers
    W, b = collapse_linear(layers)
    agree(W_1 @ W_2 @ W_3 @ W_4, W)
    agree(b_1 @ W_2 @ W_3 @ W_4 + b_2 @ W_3 @ W_4 + b_3 @ W_4 + b_4, b)


@formula("eq-recurrent")
def test_a_recurrent_layer_reads_the_element_and_its_own_state(rng):
    r"""h_t = \varphi\bigl(x_t\, W_x + h_{t-1}\, W_h + b\bigr)."""
    W_x, W_h, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    h = h_oracle = np.zeros(4)
    for x_t in rng.normal(size=(6, 3)):
        h = np.array([math.tanh(z) for z in x_t @ W_x + h @ W_h + b])
        h_oracle = tanh(dense([*x_t, *h_oracle], np.vstack([W_x, W_h]), b))  # both inputs side by side
        agree(h, h_oracle)
