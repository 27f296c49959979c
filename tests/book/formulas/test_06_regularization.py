"""The formulas of chapter 6."""

import math

import numpy as np
import pytest

from dlcourse.backpropagation import two_layer_loss_and_grads
from dlcourse.normalization import (
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
    norm_backward,
)
from dlcourse.optimizers import sgd_step
from dlcourse.regularization import (
    dropout_backward,
    dropout_forward,
    early_stopping,
    l1_penalty,
    l2_penalty,
    soft_threshold,
)
from tests.book.formulas.evaluation import MEASURED, agree, formula, sign_of, slope

ETA, LAM, EPS, ALPHA = 0.13, 0.37, 1e-5, 0.8


@pytest.fixture
def params(rng):
    """Two weight matrices with a zero among their entries, and biases."""
    params = {name: rng.normal(size=shape) for name, shape in (("W1", (3, 4)), ("b1", 4), ("W2", (4, 2)), ("b2", 2))}
    params["W1"][0, 0] = 0
    return params


def weights_of(params):
    return [*params["W1"].flat, *params["W2"].flat]


@formula("eq-total-loss")
def test_the_penalty_and_its_gradient_are_added_to_those_of_the_data(params, rng):
    r"""L_{\text{total}} = L_{\text{data}} + R ."""
    X, y = rng.normal(size=(6, 3)), rng.integers(0, 2, 6)
    L_data, g_data = two_layer_loss_and_grads(params, X, y)  # that of chapter 4, without a penalty
    R = LAM / 2 * sum(w**2 for w in weights_of(params))
    L_total, g_total = two_layer_loss_and_grads(params, X, y, reg=LAM)
    agree(L_data + R, L_total)
    for name, w in params.items():
        agree(g_data[name] + (LAM * w if name.startswith("W") else 0), g_total[name])


@formula("eq-l2-penalty")
def test_the_l2_penalty_sums_squares_of_weights_and_spares_biases(params):
    r"""R_2 = \frac{\lambda}{2} \sum_j w_j^2 ,
    \qquad
    \frac{\partial R_2}{\partial w_j} = \lambda\, w_j ."""
    R_2, gradient = l2_penalty(params, LAM)
    agree(LAM / 2 * sum(w_j**2 for w_j in weights_of(params)), R_2)
    agree([LAM * w_j for w_j in weights_of(params)], weights_of(gradient))
    agree([0] * 6, [*gradient["b1"], *gradient["b2"]])
    agree(gradient["W1"], slope(lambda W: l2_penalty({"W": W}, LAM)[0], params["W1"]), **MEASURED)


@formula("eq-weight-decay")
def test_a_step_by_the_l2_penalty_alone_shrinks_by_a_share(params):
    r"""w_j \leftarrow w_j - \eta\,\lambda\, w_j = (1 - \eta\lambda)\, w_j ."""
    w = params["W1"]
    agree([w_j - ETA * LAM * w_j for w_j in w.flat], [(1 - ETA * LAM) * w_j for w_j in w.flat])
    agree((1 - ETA * LAM) * w, sgd_step(w, l2_penalty(params, LAM)[1]["W1"], {}, ETA)[0])


@formula("eq-l1-penalty")
def test_the_l1_penalty_sums_sizes_of_weights_and_spares_biases(params):
    r"""R_1 = \lambda \sum_j |w_j| ,
    \qquad
    \frac{\partial R_1}{\partial w_j} = \lambda\, \operatorname{sign}(w_j) ."""
    R_1, gradient = l1_penalty(params, LAM)
    agree(LAM * sum(abs(w_j) for w_j in weights_of(params)), R_1)
    agree([LAM * sign_of(w_j) for w_j in weights_of(params)], weights_of(gradient))
    agree([0] * 6, [*gradient["b1"], *gradient["b2"]])


@formula("eq-soft-threshold")
def test_soft_thresholding_finds_the_cheapest_number_close_by(rng):
    r"""\begin{aligned}
    \operatorname{soft}(w, t) &= \operatorname*{arg\,min}_u \; \tfrac12 (u - w)^2 + t\,|u| \\
    &= \operatorname{sign}(w)\, \max(|w| - t,\, 0) .
    \end{aligned}"""
    grid = np.arange(-300, 301) / 100  # holds every w, every t and so every minimum
    for t in (0.0, 0.7):
        for w in (*rng.choice(grid, 15), 0.0, 0.7, -0.7, 0.69):
            cheapest = min(grid, key=lambda u, w=w, t=t: 1 / 2 * (u - w) ** 2 + t * abs(u))
            agree(cheapest, sign_of(w) * max(abs(w) - t, 0))
            agree(sign_of(w) * max(abs(w) - t, 0), soft_threshold(w, t))


@formula("eq-dropout")
def test_dropout_multiplies_what_stays_and_drops_the_rest(rng):
    r"""\begin{aligned}
    S_{ij} &= \begin{cases} \dfrac{1}{1 - r} & \text{if } u_{ij} \ge r, \\[1ex] 0 & \text{otherwise,} \end{cases}
    \\
    \operatorname{dropout}(X) &= X \odot S .
    \end{aligned}"""
    X = rng.normal(size=(6, 5))
    for r in (0.0, 0.3, 1.0):
        u = np.random.default_rng(3).random(X.shape, np.float32)  # as the oracle draws them
        S = np.array([[1 / (1 - r) if u_ij >= r else 0 for u_ij in row] for row in u])
        output, scale = dropout_forward(X, r, np.random.default_rng(3))
        agree(S, scale)
        agree(X * S, output)


@formula("eq-dropout-backward")
def test_the_way_back_through_dropout_has_the_same_mask(rng):
    r"""\frac{\partial L}{\partial X} = G \odot S ."""
    X, G = rng.normal(size=(2, 6, 5))
    _, S = dropout_forward(X, 0.3, np.random.default_rng(5))
    assert (S == 0).any()
    printed = [[G[i, j] * S[i, j] for j in range(5)] for i in range(6)]
    agree(printed, dropout_backward(G, S))
    agree(printed, slope(lambda X: np.sum(G * dropout_forward(X, 0.3, np.random.default_rng(5))[0]), X), **MEASURED)


def printed_moments(values):
    """Return mean and variance of a group."""
    m = len(values)
    mu = sum(values) / m
    return mu, sum((x - mu) ** 2 for x in values) / m


@pytest.fixture
def batch(rng):
    """Samples of which one feature is constant, a scale and a shift."""
    X = rng.normal(1, 2, (6, 4))
    X[:, 2] = 3.0
    return X, rng.normal(size=4), rng.normal(size=4)


def fresh():
    return {"mean": np.array([0.5, 1.0, -1.0, 2.0]), "var": np.array([1.0, 2.0, 3.0, 0.5])}


@formula("eq-batch-moments")
def test_batch_normalization_takes_the_biased_moments_of_each_column(batch):
    r"""\begin{aligned}
    \mu_j &= \frac1n \sum_{i=1}^{n} x_{ij} , \\
    \sigma_j^2 &= \frac1n \sum_{i=1}^{n} (x_{ij} - \mu_j)^2 .
    \end{aligned}"""
    X, gamma, beta = batch
    n, d = X.shape
    mu = [1 / n * sum(X[i, j] for i in range(n)) for j in range(d)]
    sigma_2 = [1 / n * sum((X[i, j] - mu[j]) ** 2 for i in range(n)) for j in range(d)]
    running = fresh()
    batchnorm_forward(X, gamma, beta, running, momentum=0.0)  # keeps the moments of this batch alone
    agree(mu, running["mean"])
    agree(sigma_2, running["var"])


@formula("eq-batchnorm")
def test_batch_normalization_normalizes_scales_and_shifts_each_column(batch):
    r"""\hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \varepsilon}} ,
    \qquad
    o_{ij} = \gamma_j\, \hat x_{ij} + \beta_j ."""
    X, gamma, beta = batch
    for rows in (X, X[:1]):
        n, d = rows.shape
        mu, sigma_2 = zip(*(printed_moments(rows[:, j]) for j in range(d)), strict=True)
        x_hat = [[(rows[i, j] - mu[j]) / math.sqrt(sigma_2[j] + EPS) for j in range(d)] for i in range(n)]
        o = [[gamma[j] * x_hat[i][j] + beta[j] for j in range(d)] for i in range(n)]
        agree(o, batchnorm_forward(rows, gamma, beta, fresh()))


@formula("eq-running")
def test_running_statistics_keep_a_share_of_the_past_and_serve_the_test(batch):
    r"""\begin{aligned}
    \mu^{\text{run}} &\leftarrow \alpha\, \mu^{\text{run}} + (1 - \alpha)\, \mu , \\
    \sigma^{2\,\text{run}} &\leftarrow \alpha\, \sigma^{2\,\text{run}} + (1 - \alpha)\, \sigma^2 .
    \end{aligned}"""
    X, gamma, beta = batch
    mu, sigma_2 = zip(*(printed_moments(column) for column in X.T), strict=True)
    running, past = fresh(), fresh()
    batchnorm_forward(X, gamma, beta, running, momentum=ALPHA)
    mu_run = [ALPHA * past["mean"][j] + (1 - ALPHA) * mu[j] for j in range(4)]
    sigma_2_run = [ALPHA * past["var"][j] + (1 - ALPHA) * sigma_2[j] for j in range(4)]
    agree(mu_run, running["mean"])
    agree(sigma_2_run, running["var"])
    tested = [[gamma[j] * (x[j] - mu_run[j]) / math.sqrt(sigma_2_run[j] + EPS) + beta[j] for j in range(4)] for x in X]
    agree(tested, batchnorm_forward(X, gamma, beta, running, training=False))


@formula("eq-layernorm")
def test_layer_normalization_takes_the_moments_of_each_row(batch):
    r"""\begin{aligned}
    \mu_i &= \frac1d \sum_{j=1}^{d} x_{ij} , \\
    \sigma_i^2 &= \frac1d \sum_{j=1}^{d} (x_{ij} - \mu_i)^2 , \\
    o_{ij} &= \gamma_j\, \frac{x_{ij} - \mu_i}{\sqrt{\sigma_i^2 + \varepsilon}} + \beta_j .
    \end{aligned}"""
    X, gamma, beta = batch
    X = np.vstack([X, np.full(4, 2.0)])  # and a row without variance
    n, d = X.shape
    mu = [1 / d * sum(X[i, j] for j in range(d)) for i in range(n)]
    sigma_2 = [1 / d * sum((X[i, j] - mu[i]) ** 2 for j in range(d)) for i in range(n)]
    o = [[gamma[j] * (X[i, j] - mu[i]) / math.sqrt(sigma_2[i] + EPS) + beta[j] for j in range(d)] for i in range(n)]
    agree(o, layernorm_forward(X, gamma, beta))


def printed_x_hat(X, axis):
    """Return the normalized numbers, by columns for axis 0 and by rows for axis 1."""
    groups = X.T if axis == 0 else X
    normalized = []
    for group in groups:
        mu, sigma_2 = printed_moments(group)
        normalized.append([(x - mu) / math.sqrt(sigma_2 + EPS) for x in group])
    return np.array(normalized).T if axis == 0 else np.array(normalized)


@formula("eq-norm-params")
def test_scale_and_shift_get_sums_over_the_samples_in_both_layers(batch, rng):
    r"""\frac{\partial L}{\partial \gamma_j} = \sum_{i=1}^{n} D_{ij}\, \hat x_{ij} ,
    \qquad
    \frac{\partial L}{\partial \beta_j} = \sum_{i=1}^{n} D_{ij} ."""
    X, gamma, _ = batch
    D = rng.normal(size=X.shape)
    for axis, oracle in ((0, batchnorm_backward), (1, layernorm_backward)):
        x_hat = printed_x_hat(X, axis)
        _, dgamma, dbeta = oracle(D, X, gamma)
        agree([sum(D[i, j] * x_hat[i, j] for i in range(6)) for j in range(4)], dgamma)
        agree([sum(D[i, j] for i in range(6)) for j in range(4)], dbeta)


@formula("sec-norm-backward/1")
def test_mean_variance_and_root_have_these_slopes(rng):
    r"""\begin{aligned}
    \frac{\partial \mu}{\partial x_k} &= \frac1m , \qquad
    \frac{\partial \sigma^2}{\partial x_k} = \frac{2}{m} (x_k - \mu) , \\
    \frac{\partial s}{\partial x_k} &= \frac{1}{2 s} \cdot \frac{2}{m} (x_k - \mu) = \frac{\hat x_k}{m} .
    \end{aligned}"""
    x, m = rng.normal(size=7), 7
    mu, sigma_2 = printed_moments(x)
    s = math.sqrt(sigma_2 + EPS)
    agree([1 / m] * m, slope(lambda x: printed_moments(x)[0], x), **MEASURED)
    agree([2 / m * (x[k] - mu) for k in range(m)], slope(lambda x: printed_moments(x)[1], x), **MEASURED)
    by_chain = [1 / (2 * s) * 2 / m * (x[k] - mu) for k in range(m)]
    agree(by_chain, [(x[k] - mu) / s / m for k in range(m)])
    agree(by_chain, slope(lambda x: math.sqrt(printed_moments(x)[1] + EPS), x), **MEASURED)


@formula("sec-norm-backward/2")
def test_each_normalized_number_depends_on_every_number_of_its_group(rng):
    r"""\frac{\partial \hat x_l}{\partial x_k} = \frac1s \left( [k = l] - \frac1m - \hat x_l\, \frac{\hat x_k}{m}
    \right),"""
    x, m = rng.normal(size=7), 7
    x_hat = printed_x_hat(x[None], 1)[0]
    s = math.sqrt(printed_moments(x)[1] + EPS)
    printed = [[1 / s * ((k == n) - 1 / m - x_hat[n] * x_hat[k] / m) for k in range(m)] for n in range(m)]
    agree(printed, slope(lambda x: printed_x_hat(x[None], 1)[0], x), **MEASURED)
    oracle = [norm_backward([e], [x], np.ones(m), axis=1)[0][0] for e in np.eye(m)]
    agree(printed, oracle)


@formula("eq-norm-backward")
def test_the_gradient_of_a_normalization_has_three_terms(batch, rng):
    r"""\frac{\partial L}{\partial x_k} = \frac{1}{\sqrt{\sigma^2 + \varepsilon}} \Bigl( G_k - \overline{G} - \hat
    x_k\, \overline{G \odot \hat x} \Bigr) ."""
    X, gamma, _ = batch
    D = rng.normal(size=X.shape)
    G = np.array([[D[i, j] * gamma[j] for j in range(4)] for i in range(6)])
    for axis in (0, 1):
        x_hat = printed_x_hat(X, axis)
        printed = np.zeros(X.shape)
        for i, k in np.ndindex(X.shape):
            group = (slice(None), k) if axis == 0 else (i, slice(None))
            m = len(X[group])
            _, sigma_2 = printed_moments(X[group])
            mean_G = sum(G[group]) / m
            mean_G_x = sum(g * x for g, x in zip(G[group], x_hat[group], strict=True)) / m
            printed[i, k] = 1 / math.sqrt(sigma_2 + EPS) * (G[i, k] - mean_G - x_hat[i, k] * mean_G_x)
        agree(printed, norm_backward(D, X, gamma, axis)[0])


@formula("sec-norm-backward/3")
def test_the_normalization_by_hand_is_as_printed():
    r"""\begin{aligned}
    & (4 - 1 - 1,\; 0 - 1 - 1,\; 0 - 1 + 1,\; 0 - 1 + 1) \\
    & = (2, -2, 0, 0) .
    \end{aligned}"""
    printed = [4 - 1 - 1, 0 - 1 - 1, 0 - 1 + 1, 0 - 1 + 1]
    agree(printed, [2, -2, 0, 0])
    dX, _, _ = norm_backward([[4, 0, 0, 0]], [[1, 1, 3, 3]], np.ones(4), axis=1, eps=1e-300)  # by hand there is none
    agree([printed], dX)


@formula("eq-early-stopping")
def test_an_improvement_is_below_the_best_by_more_than_delta(rng):
    r"""v_e < v^{\ast} - \delta ."""
    for _ in range(200):
        v = [float(loss) for loss in rng.integers(0, 11, 12) / 8]  # with ties, and differences of exactly delta
        delta, patience = float(rng.choice([0, 1 / 8])), int(rng.integers(1, 5))
        best, best_epoch, waited, stop = math.inf, 0, 0, len(v) - 1
        for e, v_e in enumerate(v):
            if v_e < best - delta:
                best, best_epoch, waited = v_e, e, 0
            else:
                waited += 1
            if waited == patience:
                stop = e
                break
        assert early_stopping(v, patience, delta) == (best_epoch, stop)
