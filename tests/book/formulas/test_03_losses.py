"""The formulas of chapter 3."""

import math

import numpy as np
import pytest

from dlcourse.activations import softmax
from dlcourse.losses import (
    accuracy,
    bce_with_logits,
    bce_with_logits_grad,
    binary_cross_entropy,
    cross_entropy,
    cross_entropy_with_logits,
    cross_entropy_with_logits_grad,
    fit_softmax_regression,
    mae,
    mae_grad,
    mse,
    mse_grad,
    one_hot,
    predict_classes,
    r2_score,
    softmax_cross_entropy,
)
from dlcourse.perceptron import dense
from tests.book.formulas.evaluation import MEASURED, agree, formula, sign_of, slope, softmax_rows


@pytest.fixture(params=[1, 7])
def pair(request, rng):
    """Predictions and targets, of which the first is an exact hit."""
    y_hat, y = rng.normal(size=(2, request.param))
    y[0] = y_hat[0]
    return y_hat, y


@formula("eq-mse")
def test_mse_is_the_mean_squared_difference(pair):
    r"""\operatorname{MSE} = \frac1n \sum_{i=1}^{n} (\hat y_i - y_i)^2 ,"""
    y_hat, y = pair
    n = len(y)
    agree(1 / n * sum((y_hat[i] - y[i]) ** 2 for i in range(n)), mse(y_hat, y))


@formula("eq-mae")
def test_mae_is_the_mean_distance(pair):
    r"""\operatorname{MAE} = \frac1n \sum_{i=1}^{n} \lvert \hat y_i - y_i \rvert ."""
    y_hat, y = pair
    n = len(y)
    agree(1 / n * sum(abs(y_hat[i] - y[i]) for i in range(n)), mae(y_hat, y))


@formula("sec-regression-losses/1")
def test_a_large_error_pulls_harder_on_mse_but_not_on_mae(pair):
    r"""\frac{\partial \operatorname{MSE}}{\partial \hat y_i} = \frac{2 (\hat y_i - y_i)}{n},
    \qquad \frac{\partial \operatorname{MAE}}{\partial \hat y_i} = \frac{\operatorname{sign}(\hat y_i - y_i)}{n} ."""
    y_hat, y = pair
    n = len(y)
    by_mse = [2 * (y_hat[i] - y[i]) / n for i in range(n)]
    by_mae = [sign_of(y_hat[i] - y[i]) / n for i in range(n)]
    agree(by_mse, mse_grad(y_hat, y))
    agree(by_mae, mae_grad(y_hat, y))
    agree(by_mse, slope(lambda y_hat: 1 / n * sum((y_hat - y) ** 2), y_hat), **MEASURED)


@formula("eq-r2")
def test_r2_compares_with_always_predicting_the_mean(rng):
    r"""R^2 = 1 - \frac{\sum_{i} (y_i - \hat y_i)^2}{\sum_{i} (y_i - \bar y)^2} ."""
    y_hat, y = rng.normal(size=(2, 9))
    for predicted in (y_hat, y, np.full(9, y.mean())):
        y_bar = sum(y) / 9
        printed = 1 - sum((y[i] - predicted[i]) ** 2 for i in range(9)) / sum((y[i] - y_bar) ** 2 for i in range(9))
        agree(printed, r2_score(predicted, y))


@formula("eq-bce")
def test_bce_is_minus_the_logarithm_of_what_was_given_to_what_happened(rng):
    r"""\begin{aligned}
    \operatorname{BCE} = -\frac1n \sum_{i=1}^{n} \bigl( & y_i \log p_i \\
    & + (1 - y_i) \log (1 - p_i) \bigr) .
    \end{aligned}"""
    for n in (1, 8):
        p, soft, hard = rng.uniform(size=n), rng.uniform(size=n), rng.integers(0, 2, n)
        for y in (soft, hard):
            terms = [y[i] * math.log(p[i]) + (1 - y[i]) * math.log(1 - p[i]) for i in range(n)]
            agree(-1 / n * sum(terms), binary_cross_entropy(p, y))


@formula("eq-bce-logits")
def test_bce_needs_no_probability(rng):
    r"""\begin{aligned}
    \operatorname{BCE} = \frac1n \sum_{i=1}^{n} \Bigl( & \max(z_i, 0) - z_i\, y_i \\
    & + \log \bigl( 1 + e^{-\lvert z_i \rvert} \bigr) \Bigr) .
    \end{aligned}"""
    z, y = np.array([*rng.normal(0, 3, 8), 0.0]), np.array([*rng.integers(0, 2, 8), 1])

    def printed(z, y):
        terms = [max(z[i], 0) - z[i] * y[i] + math.log(1 + math.exp(-abs(z[i]))) for i in range(len(z))]
        return 1 / len(z) * sum(terms)

    p = [1 / (1 + math.exp(-z_i)) for z_i in z]
    by_probability = [y[i] * math.log(p[i]) + (1 - y[i]) * math.log(1 - p[i]) for i in range(9)]
    agree(-1 / 9 * sum(by_probability), printed(z, y))
    for scores in (z, 300 * z):
        agree(printed(scores, y), bce_with_logits(scores, y))


@formula("sec-why-ce/1")
def test_the_slope_of_the_sigmoid_cancels_in_the_cross_entropy_but_not_in_the_square(rng):
    r"""\frac{\partial \operatorname{BCE}}{\partial z} = p - y,
    \qquad \frac{\partial (p - y)^2}{\partial z} = 2 (p - y)\, p (1 - p) ."""
    for z, y in zip(rng.normal(0, 2, 8), [0, 1] * 4, strict=True):
        p = 1 / (1 + math.exp(-z))

        def bce(z, y=y):
            p = 1 / (1 + math.exp(-z))
            return -(y * math.log(p) + (1 - y) * math.log(1 - p))

        agree(p - y, slope(bce, z), **MEASURED)
        agree(p - y, bce_with_logits_grad(z, y))
        agree(2 * (p - y) * p * (1 - p), slope(lambda z, y=y: (1 / (1 + math.exp(-z)) - y) ** 2, z), **MEASURED)
        agree(2 * (p - y) * p * (1 - p), mse_grad([p], [y])[0] * p * (1 - p))


@formula("eq-one-hot")
def test_a_one_hot_row_has_a_1_at_its_label():
    r"""y_{ik} = \begin{cases} 1 & \text{if } k = y_i, \\ 0 & \text{otherwise.} \end{cases}"""
    y, c = [2, 0, 1, 2], 4
    agree([[1 if k == y_i else 0 for k in range(c)] for y_i in y], one_hot(y, c))


@formula("eq-cross-entropy")
def test_cross_entropy_of_one_hot_rows_is_that_of_labels(rng):
    r"""\begin{aligned}
    \operatorname{CE} &= -\frac1n \sum_{i=1}^{n} \sum_{k=0}^{c-1} y_{ik} \log p_{ik} \\
    &= -\frac1n \sum_{i=1}^{n} \log p_{i, y_i} .
    \end{aligned}"""
    for n, c in ((1, 2), (6, 4)):
        p, labels, soft = softmax_rows(rng.normal(size=(n, c))), rng.integers(0, c, n), rng.dirichlet(np.ones(c), n)

        def by_rows(y, p=p, n=n, c=c):
            return -1 / n * sum(y[i][k] * math.log(p[i, k]) for i in range(n) for k in range(c))

        rows = [[1 if k == label else 0 for k in range(c)] for label in labels]
        by_labels = -1 / n * sum(math.log(p[i, labels[i]]) for i in range(n))
        agree(by_rows(rows), by_labels)
        agree(by_rows(rows), cross_entropy(p, rows))
        agree(by_labels, cross_entropy(p, labels))
        agree(by_rows(soft), cross_entropy(p, soft))


@formula("eq-softmax-ce")
def test_the_loss_needs_logits_only(rng):
    r"""L = \frac1n \sum_{i=1}^{n} \Bigl( \log \sum_{k} e^{z_{ik}} - z_{i, y_i} \Bigr) ."""
    y = np.array([0, 2, 1])
    for z in (rng.normal(size=(3, 4)), 300 * rng.uniform(-2, 2, (3, 4)), np.zeros((3, 4))):
        n = len(z)
        L = 1 / n * sum(math.log(sum(math.exp(z_ik) for z_ik in z[i])) - z[i, y[i]] for i in range(n))
        agree(L, cross_entropy_with_logits(z, y))
        agree(L, softmax_cross_entropy(z, y)[0])


@formula("eq-softmax-ce-grad")
def test_the_gradient_by_the_logits_is_prediction_minus_target(rng):
    r"""\frac{\partial L}{\partial z_{ik}} = \frac{p_{ik} - y_{ik}}{n} ."""
    n, c = 5, 4
    z, labels = rng.normal(size=(n, c)), rng.integers(0, c, n)
    p, y = softmax_rows(z), [[1 if k == label else 0 for k in range(c)] for label in labels]
    printed = [[(p[i, k] - y[i][k]) / n for k in range(c)] for i in range(n)]
    agree(printed, cross_entropy_with_logits_grad(z, labels))
    agree(printed, softmax_cross_entropy(z, labels)[1])

    def loss(z):
        return 1 / n * sum(math.log(sum(math.exp(z_ik) for z_ik in z[i])) - z[i, labels[i]] for i in range(n))

    agree(printed, slope(loss, z), **MEASURED)


@formula("eq-softmax-regression")
def test_softmax_regression_is_a_dense_layer_and_a_softmax(rng):
    r"""O = XW + b, \qquad p_{ik} = \frac{e^{o_{ik}}}{\sum_{j} e^{o_{ij}}} ,"""
    n, d, c = 6, 4, 3
    X, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, c)), rng.normal(size=c)
    o = X @ W + b
    p = [[math.exp(o[i, k]) / sum(math.exp(o[i, j]) for j in range(c)) for k in range(c)] for i in range(n)]
    agree(p, softmax(dense(X, W, b)))


@formula("eq-softmax-regression-step")
def test_softmax_regression_learns_by_steps_against_the_gradient(rng):
    r"""\begin{aligned}
    W &\leftarrow W - \eta\, X^\top G, \\
    b_k &\leftarrow b_k - \eta \sum_{i=1}^{n} G_{ik} .
    \end{aligned}"""
    n, d, c, eta = 6, 4, 3, 0.7
    X, y = rng.normal(size=(n, d)), rng.integers(0, c, n)
    W, b = np.zeros((d, c)), np.zeros(c)
    for _ in range(5):
        p = softmax_rows(X @ W + b)
        G = np.array([[(p[i, k] - (k == y[i])) / n for k in range(c)] for i in range(n)])
        W = W - eta * X.T @ G
        b = np.array([b[k] - eta * sum(G[i, k] for i in range(n)) for k in range(c)])
    W_oracle, b_oracle, _ = fit_softmax_regression(X, y, c, eta, 5)
    agree(W, W_oracle)
    agree(b, b_oracle)


@formula("sec-softmax-regression/1")
def test_the_step_by_hand_is_as_printed():
    r"""X^\top G = 3 \cdot (-\tfrac14, \tfrac14) + 1 \cdot (\tfrac14, -\tfrac14) = (-\tfrac12, \tfrac12)."""
    printed = 3 * np.array([-1 / 4, 1 / 4]) + 1 * np.array([1 / 4, -1 / 4])
    agree(printed, [-1 / 2, 1 / 2])
    W, _, _ = fit_softmax_regression([[3], [1]], [0, 1], num_classes=2, lr=1.0, steps=1)
    agree([printed], -W)  # from zero, by one step of length 1 against the gradient


@formula("eq-argmax")
def test_the_predicted_class_has_the_largest_score(rng):
    r"""\hat y_i = \operatorname*{arg\,max}_{k}\; z_{ik} ."""
    z = rng.normal(size=(20, 4))
    y_hat = [next(k for k in range(4) if all(z_i[k] >= z_i[j] for j in range(4))) for z_i in z]
    agree(y_hat, predict_classes(z))
    agree(y_hat, predict_classes(softmax_rows(z)))


@formula("eq-accuracy")
def test_accuracy_is_the_share_of_right_decisions(rng):
    r"""\operatorname{accuracy} = \frac1n \sum_{i=1}^{n} [\hat y_i = y_i] ."""
    for n in (1, 30):
        z, y = rng.normal(size=(n, 3)), rng.integers(0, 3, n)
        y_hat = [max(range(3), key=lambda k, z_i=z_i: z_i[k]) for z_i in z]
        agree(1 / n * sum(1 if y_hat[i] == y[i] else 0 for i in range(n)), accuracy(z, y))
