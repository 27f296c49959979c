"""The formulas of chapter 8."""

import math

import numpy as np
import pytest

from dlcourse import capstone
from dlcourse.capstone import (
    confusion_matrix,
    evaluate,
    fit,
    flatten_scale,
    forward,
    init_params,
    loss_and_grads,
    summary,
    train_digits,
    train_test_split,
)
from dlcourse.datasets import digits_split
from dlcourse.optimizers import num_steps
from tests.book.formulas.evaluation import MEASURED, agree, formula, relu_of, slope, softmax_rows

RATE = 0.4


@pytest.fixture
def network(rng):
    """Parameters, samples and labels."""
    d, m, c, n = 6, 5, 4, 7
    params = {name: rng.normal(size=shape) for name, shape in (("W1", (d, m)), ("b1", m), ("W2", (m, c)), ("b2", c))}
    return params, rng.normal(size=(n, d)), rng.integers(0, c, n)


@pytest.fixture(params=[True, False], ids=["training", "test"])
def mode(request):
    """Whether to drop units, and what dropout then multiplies by."""
    u = np.random.default_rng(9).random((7, 5), np.float32)  # as the oracle draws them
    S = np.array([[1 / (1 - RATE) if u_ij >= RATE else 0 for u_ij in row] for row in u])
    return (True, S) if request.param else (False, np.ones((7, 5)))


def printed_forward(params, X, S):
    W_1, b_1, W_2, b_2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    Z = X @ W_1 + b_1
    H = relu_of(Z) * S
    logits = H @ W_2 + b_2  # the O of the page
    return Z, H, logits, softmax_rows(logits)


def printed_loss(P, y):
    n = len(y)
    return -1 / n * sum(math.log(P[i, y[i]]) for i in range(n))


@formula("eq-flatten-scale")
def test_pixels_are_laid_out_row_by_row_and_divided_by_the_largest_possible(rng):
    r"""X_{i,\; j w + k} = \frac{V_{ijk}}{V_{\max}} ."""
    V, V_max = rng.integers(0, 10, (3, 4, 5)), 16  # no pixel is as bright as it could be
    n, h, w = V.shape
    X = np.zeros((n, h * w))
    for i, j, k in np.ndindex(V.shape):
        X[i, j * w + k] = V[i, j, k] / V_max
    agree(X, flatten_scale(V, V_max))


@formula("eq-split")
def test_the_first_of_a_random_order_are_for_the_test(rng):
    r"""\begin{gathered}
    \underbrace{\pi_0, \dots, \pi_{q-1}}_{\text{test}} \;\big|\; \underbrace{\pi_q, \dots,
    \pi_{n-1}}_{\text{training}}, \\
    q = \operatorname{round}(f n) .
    \end{gathered}"""
    for n, f in ((13, 0.3), (10, 0.25), (4, 0.0), (4, 1.0)):
        X, y = rng.normal(size=(n, 2)), np.arange(n)
        pi = np.random.default_rng(4).permutation(n)
        q = round(f * n)
        X_train, y_train, X_test, y_test = train_test_split(X, y, f, np.random.default_rng(4))
        agree([pi[i] for i in range(q)], y_test)
        agree([pi[i] for i in range(q, n)], y_train)
        agree(X[pi[:q]], X_test)
        agree(X[pi[q:]], X_train)


@formula("eq-glorot")
def test_weights_are_drawn_evenly_up_to_a_limit_of_each_layer(rng):
    r"""W_{jk} \sim \operatorname{uniform}(-a, a), \qquad a = \sqrt{\frac{6}{d + p}} ."""
    d, m, c = 300, 200, 100
    params = init_params(rng, d, m, c)
    for weights, inputs, outputs in ((params["W1"], d, m), (params["W2"], m, c)):
        a = math.sqrt(6 / (inputs + outputs))
        assert 0.999 * a < abs(weights).max() <= a
        # a law of chance, seen on 20,000 draws and more: the share below each point, and so the whole distribution
        for share in (0.001, 0.25, 0.5, 0.75, 0.999):
            point = -a + share * 2 * a
            agree(share, np.mean(weights < point), rtol=0, atol=0.01)


@formula("eq-layer-counts")
def test_each_of_the_two_layers_has_weights_and_biases(rng):
    r"""P_1 = (d + 1)\, m, \qquad P_2 = (m + 1)\, c ."""
    for d, m, c in ((784, 128, 10), (1, 1, 1), (3, 5, 2)):
        P_1, P_2 = (d + 1) * m, (m + 1) * c
        assert summary(init_params(rng, d, m, c)) == {"dense": P_1, "dense_1": P_2, "total": P_1 + P_2}


@formula("eq-capstone-forward")
def test_the_forward_pass_drops_after_the_relu(network, mode):
    r"""\begin{aligned}
    Z &= X W_1 + b_1, \\
    H &= \operatorname{relu}(Z) \odot S, \\
    O &= H W_2 + b_2, \\
    P &= \operatorname{softmax}(O) \quad \text{row by row.}
    \end{aligned}"""
    (params, X, _), (training, S) = network, mode
    Z, H, logits, P = printed_forward(params, X, S)
    probabilities, kept = forward(params, X, RATE, training, np.random.default_rng(9))
    for printed, oracle in ((Z, kept["z"]), (H, kept["h"]), (logits, kept["logits"]), (P, probabilities)):
        agree(printed, oracle)


@formula("eq-capstone-loss")
def test_the_loss_is_the_cross_entropy_of_the_labels(network, mode):
    r"""L = -\frac1n \sum_{i=1}^{n} \log P_{i, y_i} ."""
    (params, X, y), (training, S) = network, mode
    *_, P = printed_forward(params, X, S)
    n = len(y)
    L = -1 / n * sum(math.log(P[i, y[i]]) for i in range(n))
    agree(L, loss_and_grads(params, X, y, RATE, training, np.random.default_rng(9))[0])


@formula("eq-capstone-backward")
def test_the_way_back_has_the_same_mask(network, mode):
    r"""\begin{aligned}
    \mathrm{d}O &= \tfrac1n (P - Y), \\
    \mathrm{d}W_2 &= H^{\top}\,\mathrm{d}O, \qquad \mathrm{d}b_2 = \textstyle\sum_i \mathrm{d}O_i, \\
    \mathrm{d}Z &= (\mathrm{d}O\, W_2^{\top}) \odot S \odot [Z > 0], \\
    \mathrm{d}W_1 &= X^{\top}\,\mathrm{d}Z, \qquad \mathrm{d}b_1 = \textstyle\sum_i \mathrm{d}Z_i .
    \end{aligned}"""
    (params, X, y), (training, S) = network, mode
    Z, H, _, P = printed_forward(params, X, S)
    n, c = P.shape
    Y = np.array([[1 if k == y_i else 0 for k in range(c)] for y_i in y])
    dO = 1 / n * (P - Y)
    dZ = (dO @ params["W2"].T) * S * (Z > 0)
    printed = {
        "W2": H.T @ dO,
        "b2": sum(dO[i] for i in range(n)),
        "W1": X.T @ dZ,
        "b1": sum(dZ[i] for i in range(n)),
    }
    _, grads = loss_and_grads(params, X, y, RATE, training, np.random.default_rng(9))
    for name, gradient in printed.items():
        agree(gradient, grads[name])

        def loss(w, name=name):
            return printed_loss(printed_forward(params | {name: w}, X, S)[-1], y)

        agree(gradient, slope(loss, params[name], h=1e-4), **MEASURED)


@formula("eq-fit")
def test_training_makes_one_update_a_batch_and_notes_the_mean_over_the_samples(rng):
    r"""\begin{aligned}
    (L_t, g_t) &= \text{loss and gradients} \\
    & \quad \text{of batch } t \text{ at } \theta_{t-1}, \\
    \theta_t &= \text{Adam's update} \\
    & \quad \text{of } \theta_{t-1} \text{ with } g_t, \\
    \bar L_e &= \frac1n \sum_{t \,\in\, \text{epoch } e} B_t\, L_t .
    \end{aligned}"""
    n, B, eta, epochs = 7, 3, 0.01, 3
    X, y = rng.normal(size=(n, 4)), rng.integers(0, 3, n)
    start = {"w": rng.normal(size=4), "b": rng.normal(size=1)}

    def loss_and_grads(theta, X, y, **options):  # any loss will do: here the squared error of a line
        error = X @ theta["w"] + theta["b"] - y
        return sum(error**2) / len(y), {"w": 2 * X.T @ error / len(y), "b": np.array([2 * sum(error) / len(y)])}

    theta, t, history, deal = dict(start), 0, [], np.random.default_rng(21)
    m, v = ({name: 0 * w for name, w in start.items()} for _ in range(2))
    for _ in range(epochs):
        pi, total = deal.permutation(n), 0
        for k in range(math.ceil(n / B)):
            t += 1
            batch = pi[k * B : k * B + B]
            B_t = len(batch)
            L_t, g_t = loss_and_grads(theta, X[batch], y[batch])
            total += B_t * L_t
            for name, g in g_t.items():
                m[name] = 0.9 * m[name] + 0.1 * g
                v[name] = 0.999 * v[name] + 0.001 * g**2
                m_hat, v_hat = m[name] / (1 - 0.9**t), v[name] / (1 - 0.999**t)
                theta[name] = theta[name] - eta * m_hat / (np.sqrt(v_hat) + 1e-7)
        history.append(1 / n * total)
    trained, noted = fit(start, X, y, loss_and_grads, epochs, B, eta, np.random.default_rng(21))
    for name, w in theta.items():
        agree(w, trained[name])
    agree(history, noted)


@formula("eq-capstone-evaluate")
def test_judging_computes_loss_and_accuracy_without_dropout(network):
    r"""\begin{aligned}
    L &= -\frac1n \sum_{i=1}^{n} \log P_{i, y_i}, \\
    \text{accuracy} &= \frac1n \sum_{i=1}^{n} \Bigl[ \operatorname*{arg\,max}_k P_{ik} = y_i \Bigr] .
    \end{aligned}"""
    params, X, y = network
    for n in (1, 7):
        *_, P = printed_forward(params, X[:n], np.ones((n, 5)))
        right = [max(range(4), key=lambda k, p=p: p[k]) == y_i for p, y_i in zip(P, y, strict=False)]
        L = -1 / n * sum(math.log(P[i, y[i]]) for i in range(n))
        agree([L, 1 / n * sum(right)], evaluate(params, X[:n], y[:n]))


@formula("eq-confusion")
def test_the_confusion_matrix_counts_what_was_taken_for_what(rng):
    r"""C_{tp} = \sum_{i=1}^{n} \, [\, y_i = t \text{ and } \hat y_i = p \,] ."""
    y, y_hat = rng.integers(0, 3, (2, 40))
    c = 4  # one class never occurs
    printed = [[sum(1 for i in range(40) if y[i] == t and y_hat[i] == p) for p in range(c)] for t in range(c)]
    agree(printed, confusion_matrix(y, y_hat, c))


@formula("eq-recipe")
def test_the_recipe_trains_with_the_printed_numbers(monkeypatch):
    r"""\begin{gathered}
    64 \to 128 \to 10, \quad r = 0.2, \\
    \eta = 0.003, \quad B = 32, \quad E = 30, \\
    E \cdot \lceil n / B \rceil = 30 \cdot \lceil 1438 / 32 \rceil = 1350 .
    \end{gathered}"""
    images, y_train, _, _ = digits_split()
    asked = {}

    def note(params, X, y, loss_and_grads, epochs, batch_size, lr, rng, rate=fit.__defaults__[0]):
        sizes = [len(params["W1"]), len(params["W2"]), len(params["b2"])]
        asked.update(sizes=sizes, r=rate, eta=lr, B=batch_size, E=epochs, n=len(X))
        return params, []

    monkeypatch.setattr(capstone, "fit", note)
    train_digits(flatten_scale(images, 16), y_train, 0)
    assert asked == {"sizes": [64, 128, 10], "r": 0.2, "eta": 0.003, "B": 32, "E": 30, "n": 1438}
    agree(30 * math.ceil(1438 / 32), 1350)
    agree(1350, num_steps(1438, 32, 30))


@formula("eq-standard-error")
def test_an_accuracy_varies_by_its_standard_error():
    r"""s = \sqrt{\frac{a\,(1 - a)}{n}} ."""
    for a, n in ((0.9, 30), (0.5, 1), (0.0, 10), (0.97, 360)):
        chances = [math.comb(n, right) * a**right * (1 - a) ** (n - right) for right in range(n + 1)]
        mean = sum(chance * right / n for right, chance in enumerate(chances))
        variance = sum(chance * (right / n - mean) ** 2 for right, chance in enumerate(chances))
        agree(math.sqrt(a * (1 - a) / n), math.sqrt(variance))  # of n coins, every outcome counted
