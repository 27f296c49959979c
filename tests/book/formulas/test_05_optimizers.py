"""The formulas of chapter 5."""

import math

import numpy as np
import pytest

from dlcourse.backpropagation import dense_backward
from dlcourse.datasets import quadratic, quadratic_grad
from dlcourse.losses import mse_grad
from dlcourse.optimizers import (
    adagrad_step,
    adam_step,
    adamw_step,
    clip_grad_norm,
    cosine_decay,
    gradient_descent,
    linear_warmup,
    max_stable_lr,
    minibatches,
    momentum_step,
    nesterov_step,
    num_steps,
    rmsprop_step,
    sgd_step,
    step_decay,
)
from dlcourse.regularization import l2_penalty
from tests.book.formulas.evaluation import MEASURED, agree, formula, slope

ETA, BETA, RHO, EPS = 0.07, 0.8, 0.6, 0.3  # none of them a default; a large epsilon shows where it stands
BETA_1, BETA_2, LAM = 0.7, 0.9, 0.4


@pytest.fixture
def start(rng):
    """Weights, and the gradients of nine steps, one of which is 0."""
    gradients = rng.normal(size=(9, 4))
    gradients[4] = 0
    return rng.normal(size=4), gradients


@pytest.fixture
def bowl(rng):
    """A symmetric H with its eigenvalues and, as columns, its eigenvectors."""
    U, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    eigenvalues = np.array([0.5, 1.0, 3.0, 8.0])
    return U @ np.diag(eigenvalues) @ U.T, eigenvalues, U


def oracle_path(rule, start, **options):
    """Return the weights after each step of a rule of dlcourse."""
    w, gradients = start
    state, path = {}, []
    for g in gradients:
        w, state = rule(w, g, state, **options)
        path.append(w)
    return path


@formula("eq-gradient")
def test_a_gradient_holds_the_slope_by_each_weight(bowl, rng):
    r"""g = \nabla \mathcal L(w) = \Bigl( \frac{\partial \mathcal L}{\partial w_1}, \dots, \frac{\partial \mathcal
    L}{\partial w_d} \Bigr) ."""
    H, _, _ = bowl

    def loss(w):
        return 1 / 2 * sum(w[i] * H[i, j] * w[j] for i in range(4) for j in range(4))

    w = rng.normal(size=4)
    printed = [slope(lambda w_j, j=j: loss([*w[:j], w_j, *w[j + 1 :]]), w[j]) for j in range(4)]
    agree(printed, quadratic_grad(w, H), **MEASURED)


@formula("eq-gradient-descent")
def test_gradient_descent_steps_against_the_gradient_at_each_new_point(rng):
    r"""w_{t+1} = w_t - \eta \, g_t , \qquad g_t = \nabla \mathcal L(w_t) ."""

    def gradient(w):
        return np.array([4 * w[0] ** 3, 2 * w[1] + w[0], 2 * w[2]])  # of w1^4 + ..., not linear

    w = [rng.uniform(-1, 1, 3)]
    for t in range(6):
        g_t = gradient(w[t])
        w.append(w[t] - ETA * g_t)
    agree(w, gradient_descent(gradient, w[0], ETA, 6))


@formula("eq-bowl")
def test_a_bowl_is_half_of_w_times_h_times_w(bowl, rng):
    r"""\mathcal L(w) = \tfrac12 \, w \cdot H w , \qquad \nabla \mathcal L(w) = H w ."""
    H, _, _ = bowl
    w = rng.normal(size=4)
    Hw = [sum(H[i, j] * w[j] for j in range(4)) for i in range(4)]
    agree(1 / 2 * sum(w[i] * Hw[i] for i in range(4)), quadratic(w, H))
    agree(Hw, quadratic_grad(w, H))
    agree(Hw, slope(lambda w: 1 / 2 * w @ H @ w, w), **MEASURED)


@formula("eq-contraction")
def test_a_step_along_an_eigenvector_multiplies_it_by_a_number(bowl):
    r"""w_1 = u - \eta H u = (1 - \eta \lambda) \, u ."""
    H, eigenvalues, U = bowl
    for lam, u in zip(eigenvalues, U.T, strict=True):
        agree(u - ETA * H @ u, (1 - ETA * lam) * u)
        agree((1 - ETA * lam) * u, gradient_descent(lambda w: quadratic_grad(w, H), u, ETA, 1)[1])


@formula("eq-max-lr")
def test_the_largest_learning_rate_is_two_over_the_largest_eigenvalue(bowl):
    r"""\eta_{\max} = \frac{2}{\lambda_{\max}} ."""
    H, eigenvalues, U = bowl
    eta_max = 2 / max(eigenvalues)
    agree(eta_max, max_stable_lr(H))
    for share, shrinks in ((0.99, True), (1.01, False)):
        path = gradient_descent(lambda w: quadratic_grad(w, H), U.sum(axis=1), share * eta_max, 1000)
        assert (np.abs(path[-1]).max() < np.abs(path[0]).max()) == shrinks


@formula("eq-batch-gradient")
def test_the_gradient_of_a_batch_is_the_mean_of_those_of_its_samples(rng):
    r"""g = \frac1B \sum_{i \in \text{batch}} \nabla \mathcal L_i(w) ."""
    X, y, w = rng.normal(size=(10, 3)), rng.normal(size=10), rng.normal(size=3)
    for X_batch, y_batch in minibatches(X, y, 4, rng):
        B = len(X_batch)
        of_sample = [
            slope(lambda w, x_i=x_i, y_i=y_i: (x_i @ w - y_i) ** 2, w)
            for x_i, y_i in zip(X_batch, y_batch, strict=True)
        ]
        dZ = mse_grad(X_batch @ w, y_batch)[:, None]
        agree(1 / B * sum(of_sample), dense_backward(dZ, X_batch, w[:, None])[1][:, 0], **MEASURED)


@formula("eq-num-steps")
def test_the_last_smaller_batch_counts_as_an_update():
    r"""\text{updates} = E \cdot \lceil n / B \rceil ."""
    for n, B, E in ((1000, 100, 10), (950, 100, 1), (1, 7, 3), (0, 4, 5), (12, 1, 0)):
        agree(E * math.ceil(n / B), num_steps(n, B, E))


@formula("eq-minibatches")
def test_one_random_order_deals_out_samples_and_labels(rng):
    r"""\begin{aligned}
    \pi &= \text{a random order of } 0, \dots, n - 1 , \\
    X_k &= X[\pi_{kB}, \dots, \pi_{kB + B - 1}] , \\
    y_k &= y[\pi_{kB}, \dots, \pi_{kB + B - 1}] .
    \end{aligned}"""
    n = 12
    X, y = rng.normal(size=(n, 3)), np.arange(n)
    for B in (5, 4, 20):
        pi = np.random.default_rng(3).permutation(n)
        dealt = list(minibatches(X, y, B, np.random.default_rng(3)))
        assert len(dealt) == math.ceil(n / B)
        for k, (X_k, y_k) in enumerate(dealt):
            chosen = [pi[i] for i in range(k * B, min(k * B + B, n))]
            agree(X[chosen], X_k)
            agree(y[chosen], y_k)


@formula("eq-momentum")
def test_momentum_adds_each_gradient_to_a_share_of_the_velocity(start):
    r"""\begin{aligned}
    v_{t+1} &= \beta \, v_t + g_t , \\
    w_{t+1} &= w_t - \eta \, v_{t+1} .
    \end{aligned}"""
    w, v, path = start[0], 0, []
    for g_t in start[1]:
        v = BETA * v + g_t
        w = w - ETA * v
        path.append(w)
    agree(path, oracle_path(momentum_step, start, lr=ETA, beta=BETA))


@formula("eq-nesterov")
def test_nesterov_goes_on_by_the_velocity_that_comes_next(start):
    r"""w_{t+1} = w_t - \eta \, ( g_t + \beta \, v_{t+1} ) ."""
    w, v, path = start[0], 0, []
    for g_t in start[1]:
        v = BETA * v + g_t
        w = w - ETA * (g_t + BETA * v)
        path.append(w)
    agree(path, oracle_path(nesterov_step, start, lr=ETA, beta=BETA))


@formula("eq-adagrad")
def test_adagrad_divides_by_the_root_of_all_squares(start):
    r"""\begin{aligned}
    h_{t+1} &= h_t + g_t^2 , \\
    w_{t+1} &= w_t - \eta \, \frac{g_t}{\sqrt{h_{t+1}} + \varepsilon} .
    \end{aligned}"""
    w, h, path = start[0], np.zeros(4), []
    for g_t in start[1]:
        h = h + g_t**2
        w = np.array([w[j] - ETA * g_t[j] / (math.sqrt(h[j]) + EPS) for j in range(4)])
        path.append(w)
    agree(path, oracle_path(adagrad_step, start, lr=ETA, eps=EPS))


@formula("eq-rmsprop")
def test_rmsprop_divides_by_the_root_of_a_running_mean_of_squares(start):
    r"""\begin{aligned}
    h_{t+1} &= \rho \, h_t + (1 - \rho) \, g_t^2 , \\
    w_{t+1} &= w_t - \eta \, \frac{g_t}{\sqrt{h_{t+1}} + \varepsilon} .
    \end{aligned}"""
    w, h, path = start[0], np.zeros(4), []
    for g_t in start[1]:
        h = RHO * h + (1 - RHO) * g_t**2
        w = np.array([w[j] - ETA * g_t[j] / (math.sqrt(h[j]) + EPS) for j in range(4)])
        path.append(w)
    agree(path, oracle_path(rmsprop_step, start, lr=ETA, rho=RHO, eps=EPS))


def printed_adam_terms(gradients):
    """Yield the fraction in Adam's last line, step by step."""
    m = v = np.zeros(4)
    for t, g_t in enumerate(gradients, start=1):
        m = BETA_1 * m + (1 - BETA_1) * g_t
        v = BETA_2 * v + (1 - BETA_2) * g_t**2
        m_hat, v_hat = m / (1 - BETA_1**t), v / (1 - BETA_2**t)
        yield np.array([m_hat[j] / (math.sqrt(v_hat[j]) + EPS) for j in range(4)])


@formula("eq-adam")
def test_adam_divides_a_corrected_mean_by_the_root_of_another(start):
    r"""\begin{aligned}
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1) \, g_t , \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2) \, g_t^2 , \\
    \hat m_t &= \frac{m_t}{1 - \beta_1^t} , \qquad \hat v_t = \frac{v_t}{1 - \beta_2^t} , \\
    w_t &= w_{t-1} - \eta \, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} .
    \end{aligned}"""
    w, path = start[0], []
    for fraction in printed_adam_terms(start[1]):
        w = w - ETA * fraction
        path.append(w)
    agree(path, oracle_path(adam_step, start, lr=ETA, beta1=BETA_1, beta2=BETA_2, eps=EPS))


@formula("eq-l2-step")
def test_a_penalty_shrinks_the_weights_by_a_share_in_plain_descent(start):
    r"""\begin{aligned}
    w &\leftarrow w - \eta\,(g + \lambda w) \\
    &= (1 - \eta\lambda)\, w - \eta\, g ,
    \end{aligned}"""
    w, g = start[0], start[1][0]
    agree(w - ETA * (g + LAM * w), (1 - ETA * LAM) * w - ETA * g)
    agree((1 - ETA * LAM) * w - ETA * g, sgd_step(w, g + l2_penalty({"W": w}, LAM)[1]["W"], {}, ETA)[0])


@formula("eq-adamw")
def test_adamw_shrinks_the_weights_beside_the_step_of_adam(start):
    r"""w_t = (1 - \eta\lambda)\, w_{t-1} - \eta \, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} ,"""
    w, path = start[0], []
    for fraction in printed_adam_terms(start[1]):
        w = (1 - ETA * LAM) * w - ETA * fraction
        path.append(w)
    agree(path, oracle_path(adamw_step, start, lr=ETA, weight_decay=LAM, beta1=BETA_1, beta2=BETA_2, eps=EPS))


@pytest.fixture(params=[1.0, 0.0])
def gradients(request, rng):
    """Gradients of two arrays, or zeros."""
    return {"W": request.param * rng.normal(size=(3, 2)), "b": request.param * rng.normal(size=2)}


def printed_norm(gradients):
    return math.sqrt(sum(sum(g**2 for g in array.flat) for array in gradients.values()))


@formula("eq-global-norm")
def test_the_norm_is_taken_over_all_arrays_together(gradients):
    r"""\lVert g \rVert = \sqrt{\sum_{\text{arrays}} \; \sum_{\text{entries}} g^2} ,"""
    agree(printed_norm(gradients), clip_grad_norm(gradients, 1.0)[1])


@formula("eq-clip")
def test_a_gradient_that_is_too_long_is_shortened_and_no_other(gradients):
    r"""g \leftarrow \begin{cases} g \cdot c / \lVert g \rVert & \text{if } \lVert g \rVert > c , \\ g &
    \text{otherwise.} \end{cases}"""
    norm = printed_norm(gradients)
    for c in (0.5, norm or 1.0, 2 * norm + 1):
        clipped, _ = clip_grad_norm(gradients, c)
        for name, g in gradients.items():
            agree(g * c / norm if norm > c else g, clipped[name])


@formula("eq-schedules")
def test_three_schedules_are_stairs_half_a_wave_and_a_warm_up():
    r"""\begin{aligned}
    \eta_t &= \eta \, q^{\lfloor t / S \rfloor} , \\
    \eta_t &= \tfrac12\, \eta \, \bigl( 1 + \cos( \pi t / T ) \bigr) , \\
    \eta_t &= \eta \, \min\bigl( 1, (t + 1) / U \bigr) .
    \end{aligned}"""
    eta, q, S, T, U = 0.3, 0.5, 4, 11, 5
    for t in range(T + 1):
        agree(eta * q ** math.floor(t / S), step_decay(t, eta, S, q))
        agree(1 / 2 * eta * (1 + math.cos(math.pi * t / T)), cosine_decay(t, eta, T))
        agree(eta * min(1, (t + 1) / U), linear_warmup(t, eta, U))
