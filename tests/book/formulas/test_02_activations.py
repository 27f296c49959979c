"""The formulas of chapter 2."""

import math

import numpy as np
import pytest

from dlcourse.activations import (
    chain_gradients,
    dead_fraction,
    gelu,
    gelu_grad,
    gelu_tanh,
    gelu_tanh_grad,
    leaky_relu,
    leaky_relu_grad,
    log_softmax,
    logsumexp,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softmax,
    softmax_jacobian,
    tanh,
    tanh_grad,
)
from dlcourse.backpropagation import dense_backward
from tests.book.formulas.evaluation import MEASURED, agree, formula, slope, softmax_of


def printed_sigmoid(z):
    return 1 / (1 + math.exp(-z))


def printed_tanh(z):
    return (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))


# a function and its slope, as this chapter prints them
ACTIVATIONS = {
    "sigmoid": (printed_sigmoid, lambda z: printed_sigmoid(z) * (1 - printed_sigmoid(z))),
    "tanh": (printed_tanh, lambda z: 1 - printed_tanh(z) ** 2),
    "relu": (lambda z: max(z, 0), lambda z: 1 if z > 0 else 0),
}


@pytest.fixture
def z(rng):
    return np.array([0.0, *rng.normal(0, 2, 20)])


@formula("eq-activation")
def test_an_activation_is_taken_of_each_number_on_its_own(rng):
    r"""a = \varphi(z)."""
    Z = rng.normal(size=(3, 4))
    for name, oracle in (("sigmoid", sigmoid), ("tanh", tanh), ("relu", relu)):
        phi, _ = ACTIVATIONS[name]
        agree([[phi(z) for z in row] for row in Z], oracle(Z))


@formula("eq-slope")
def test_a_slope_is_measured_by_going_a_little_to_both_sides(z):
    r"""\varphi'(z) \approx \frac{\varphi(z + h) - \varphi(z - h)}{2h} ."""
    h = 1e-5
    for name, oracle in (("sigmoid", sigmoid_grad), ("tanh", tanh_grad)):
        phi, _ = ACTIVATIONS[name]
        # the formula itself is an approximation, with an error of order h squared
        agree([(phi(z_i + h) - phi(z_i - h)) / (2 * h) for z_i in z], oracle(z), **MEASURED)


@formula("eq-sigmoid")
def test_the_sigmoid_is_one_over_one_plus_an_exponential(z):
    r"""\sigma(z) = \frac{1}{1 + e^{-z}} ."""
    z = np.array([*z, -700.0, -40.0, 40.0, 700.0])
    agree([1 / (1 + math.exp(-z_i)) for z_i in z], sigmoid(z), atol=0)


@formula("eq-sigmoid-stable")
def test_the_sigmoid_needs_no_exponent_above_0(z):
    r"""\sigma(z) = \frac{e^{\min(z, 0)}}{1 + e^{-|z|}} ."""
    z = np.array([*z, -1000.0, -700.0, 700.0, 1000.0])
    agree([math.exp(min(z_i, 0)) / (1 + math.exp(-abs(z_i))) for z_i in z], sigmoid(z), atol=0)


@formula("eq-sigmoid-grad")
def test_the_slope_of_the_sigmoid_is_written_with_its_value(z):
    r"""\sigma'(z) = \sigma(z)\,\bigl(1 - \sigma(z)\bigr) ."""
    printed = [printed_sigmoid(z_i) * (1 - printed_sigmoid(z_i)) for z_i in z]
    agree(printed, sigmoid_grad(z))
    agree(printed, [slope(printed_sigmoid, z_i) for z_i in z], **MEASURED)


@formula("eq-tanh")
def test_tanh_is_a_quotient_of_exponentials_and_a_stretched_sigmoid(z):
    r"""\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = 2\,\sigma(2z) - 1 ."""
    z = np.array([*z, -300.0, 300.0])
    agree([(math.exp(z_i) - math.exp(-z_i)) / (math.exp(z_i) + math.exp(-z_i)) for z_i in z], tanh(z))
    agree([2 * printed_sigmoid(2 * z_i) - 1 for z_i in z], tanh(z))


@formula("eq-tanh-grad")
def test_the_slope_of_tanh_is_written_with_its_value(z):
    r"""\tanh'(z) = 1 - \tanh(z)^2 ."""
    printed = [1 - printed_tanh(z_i) ** 2 for z_i in z]
    agree(printed, tanh_grad(z))
    agree(printed, [slope(printed_tanh, z_i) for z_i in z], **MEASURED)


@formula("eq-chain")
def test_the_end_of_a_chain_moves_with_its_start_as_the_oracle_says(rng):
    r"""\begin{aligned}
    z_\ell &= w_\ell\, a_{\ell - 1}, \\
    a_\ell &= \varphi(z_\ell), \qquad \ell = 1, 2, \dots, L .
    \end{aligned}"""
    w, a_0 = rng.uniform(0.5, 2, 5), 0.8
    for name, (phi, _) in ACTIVATIONS.items():

        def end(a, phi=phi):
            for w_l in w:
                z_l = w_l * a
                a = phi(z_l)
            return a

        agree(slope(end, a_0), chain_gradients(a_0, w, name)[0], **MEASURED)


@formula("eq-chain-gradients")
def test_the_gradients_of_a_chain_go_from_its_end_to_its_start(rng):
    r"""\begin{aligned}
    g_L &= 1, \\
    g_{\ell - 1} &= w_\ell\, \varphi'(z_\ell)\, g_\ell .
    \end{aligned}"""
    for (name, (phi, phi_slope)), w in zip(ACTIVATIONS.items(), rng.normal(size=(3, 6)), strict=True):
        L, a, z = 6, [0.8], [None]
        for layer in range(1, L + 1):
            z.append(w[layer - 1] * a[layer - 1])  # w starts with the weight of layer 1
            a.append(phi(z[layer]))
        g = {L: 1.0}
        for layer in range(L, 0, -1):
            g[layer - 1] = w[layer - 1] * phi_slope(z[layer]) * g[layer]
        agree([g[layer] for layer in range(L + 1)], chain_gradients(0.8, w, name))


@formula("eq-same-sign")
def test_the_slopes_by_the_incoming_weights_are_delta_times_the_activations(rng):
    r"""\frac{\partial\,\text{loss}}{\partial w_j} = \delta\, a_j ."""
    a, w, b, target = rng.uniform(size=4), rng.normal(size=4), 0.3, 0.7
    delta = sum(a[j] * w[j] for j in range(4)) + b - target  # of half the squared error, as in the box below it
    printed = [delta * a[j] for j in range(4)]
    agree(printed, slope(lambda w: 0.5 * (a @ w + b - target) ** 2, w), **MEASURED)
    agree(printed, dense_backward([[delta]], [a], w[:, None])[1][:, 0])


@formula("eq-relu")
def test_relu_is_the_larger_of_a_number_and_0(z):
    r"""\operatorname{relu}(z) = \max(z, 0) ."""
    agree([max(z_i, 0) for z_i in z], relu(z))


@formula("eq-relu-grad")
def test_the_slope_of_relu_is_1_above_0_and_0_at_0(z):
    r"""\operatorname{relu}'(z) = \begin{cases} 1 & \text{if } z > 0, \\ 0 & \text{if } z \le 0. \end{cases}"""
    agree([1 if z_i > 0 else 0 for z_i in z], relu_grad(z))


@formula("eq-dead-fraction")
def test_a_unit_is_dead_if_its_largest_sum_is_at_most_0(rng):
    r"""\begin{aligned}
    \text{unit } k \text{ is dead} &\iff \max_i z_{ik} \le 0, \\
    \text{dead fraction} &= \frac{\text{dead units}}{p} .
    \end{aligned}"""
    n, p = 8, 30
    X, W, b = rng.normal(size=(n, 3)), rng.normal(size=(3, p)), rng.normal(size=p) - 2
    W[:, 0] = b[0] = 0  # all its sums are 0: dead
    z = [[sum(X[i, j] * W[j, k] for j in range(3)) + b[k] for k in range(p)] for i in range(n)]
    dead = sum(max(z[i][k] for i in range(n)) <= 0 for k in range(p))
    assert 1 < dead < p
    agree(dead / p, dead_fraction(X, W, b))


@formula("eq-leaky-relu")
def test_leaky_relu_lets_a_share_through_below_0(z):
    r"""\operatorname{leaky}(z) = \begin{cases} z & \text{if } z > 0, \\ \alpha z & \text{if } z \le 0. \end{cases}"""
    for alpha in (0.01, 0.3):
        agree([z_i if z_i > 0 else alpha * z_i for z_i in z], leaky_relu(z, alpha))


@formula("eq-leaky-relu-grad")
def test_the_slope_of_leaky_relu_is_its_share_at_0_as_well(z):
    r"""\operatorname{leaky}'(z) = \begin{cases} 1 & \text{if } z > 0, \\ \alpha & \text{if } z \le 0. \end{cases}"""
    for alpha in (0.01, 0.3):
        agree([1 if z_i > 0 else alpha for z_i in z], leaky_relu_grad(z, alpha))


@formula("eq-gelu")
def test_gelu_multiplies_a_number_by_the_chance_of_a_smaller_one(z):
    r"""\begin{aligned}
    \operatorname{gelu}(z) &= z\,\Phi(z), \\
    \Phi(z) &= \tfrac12 \Bigl(1 + \operatorname{erf}\frac{z}{\sqrt 2}\Bigr) .
    \end{aligned}"""
    z = np.array([*z, 30.0])

    def printed(z):
        Phi = 0.5 * (1 + math.erf(z / math.sqrt(2)))
        return z * Phi

    agree([printed(z_i) for z_i in z], gelu(z))
    agree([slope(printed, z_i) for z_i in z], gelu_grad(z), **MEASURED)


@formula("eq-gelu-tanh")
def test_the_tanh_form_is_close_to_gelu(z):
    r"""\begin{aligned}
    \operatorname{gelu}(z) &\approx \tfrac{z}{2}\, \bigl(1 + \tanh(u)\bigr), \\
    u &= \sqrt{2 / \pi} \\
    &\quad \cdot \bigl(z + 0.044715\, z^3\bigr) .
    \end{aligned}"""

    def printed(z):
        u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
        return z / 2 * (1 + math.tanh(u))

    agree([printed(z_i) for z_i in z], gelu_tanh(z))
    agree([slope(printed, z_i) for z_i in z], gelu_tanh_grad(z), **MEASURED)
    agree([printed(z_i) for z_i in z], gelu(z), rtol=0, atol=1e-3)  # what the sign of approximation promises


@formula("eq-softmax")
def test_softmax_is_the_share_of_each_exponential(rng):
    r"""p_k = \frac{e^{z_k}}{e^{z_1} + e^{z_2} + \dots + e^{z_C}} ."""
    for z in (rng.normal(size=6), np.array([700.0, -700.0, 699.0]), np.zeros(3), np.array([5.0])):
        C = len(z)
        agree([math.exp(z[k]) / sum(math.exp(z[j]) for j in range(C)) for k in range(C)], softmax(z), atol=0)


@formula("eq-softmax-shift")
def test_softmax_does_not_change_when_all_scores_move_together(rng):
    r"""\begin{aligned}
    &\operatorname{softmax}(z_1 + c, \dots, z_C + c) \\
    &\quad = \operatorname{softmax}(z_1, \dots, z_C) .
    \end{aligned}"""
    z = rng.normal(size=6)
    for c in (3.3, -300, 300):
        agree(softmax_of(z + c), softmax_of(z))
    for c in (3.3, -1000, 1000):
        agree(softmax_of(z), softmax(z + c))


@formula("eq-softmax-sigmoid")
def test_softmax_of_a_score_and_0_is_the_sigmoid(z):
    r"""\begin{aligned}
    \operatorname{softmax}(z, 0)_1 &= \frac{e^z}{e^z + 1} \\
    &= \frac{1}{1 + e^{-z}} = \sigma(z) .
    \end{aligned}"""
    z = np.array([*z, -700.0, 700.0])
    agree([math.exp(z_i) / (math.exp(z_i) + 1) for z_i in z], [1 / (1 + math.exp(-z_i)) for z_i in z])
    agree([1 / (1 + math.exp(-z_i)) for z_i in z], sigmoid(z))
    agree([math.exp(z_i) / (math.exp(z_i) + 1) for z_i in z], [softmax([z_i, 0])[0] for z_i in z])


@formula("eq-softmax-jacobian")
def test_a_score_raises_its_own_probability_and_lowers_all_others(rng):
    r"""\frac{\partial p_k}{\partial z_j} = \begin{cases} p_k (1 - p_k) & \text{if } j = k, \\ -p_k\, p_j & \text{if }
    j \ne k. \end{cases}"""
    z = rng.normal(size=5)
    p = softmax_of(z)
    printed = [[p[k] * (1 - p[k]) if j == k else -p[k] * p[j] for j in range(5)] for k in range(5)]
    agree(printed, softmax_jacobian(z))
    agree(printed, slope(softmax_of, z), **MEASURED)


@formula("eq-logsumexp")
def test_the_logarithm_of_summed_exponentials_may_be_taken_from_the_largest(rng):
    r"""\begin{aligned}
    \operatorname{lse}(z) &= \log\bigl(e^{z_1} + \dots + e^{z_C}\bigr) \\
    &= m + \log\bigl(e^{z_1 - m} + \dots + e^{z_C - m}\bigr)
    \end{aligned}"""
    for z in (rng.normal(size=6), np.array([700.0, 699.0]), np.array([3.0])):
        m = max(z)
        agree(math.log(sum(math.exp(z_k) for z_k in z)), m + math.log(sum(math.exp(z_k - m) for z_k in z)))
        agree(math.log(sum(math.exp(z_k) for z_k in z)), logsumexp(z))


@formula("eq-log-softmax")
def test_the_logarithm_of_softmax_is_a_difference(rng):
    r"""\log p_k = z_k - \operatorname{lse}(z) ."""
    for z in (rng.normal(size=6), np.array([700.0, -700.0]), np.array([3.0])):
        lse = math.log(sum(math.exp(z_k) for z_k in z))
        agree([z_k - lse for z_k in z], log_softmax(z))
