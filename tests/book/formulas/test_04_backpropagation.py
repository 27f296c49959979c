"""The formulas of chapter 4."""

import itertools
import math

import numpy as np
import pytest

from dlcourse.activations import relu, softmax_jacobian
from dlcourse.backpropagation import (
    Value,
    backward,
    dense_backward,
    init_std,
    init_weights,
    numerical_gradient,
    rel_error,
    relu_backward,
    sigmoid_backward,
    softmax_backward,
    tanh_backward,
    topo_order,
    two_layer_loss_and_grads,
    unbroadcast,
)
from dlcourse.losses import mse, softmax_cross_entropy
from dlcourse.perceptron import dense
from tests.book.formulas.evaluation import MEASURED, agree, formula, relu_of, slope, softmax_of, softmax_rows


@pytest.fixture
def network(rng):
    """Parameters, samples, labels and strength of the penalty."""
    n, d, p, c = 6, 4, 5, 3
    params = {
        "W1": rng.normal(size=(d, p)),
        "b1": rng.normal(size=p),
        "W2": rng.normal(size=(p, c)),
        "b2": rng.normal(size=c),
    }
    return params, rng.normal(size=(n, d)), rng.integers(0, c, n), 0.3


@pytest.fixture
def graph():
    """The two inputs and the root of a computation in which values are used several times."""
    a, b = Value(0.7), Value(-1.3)
    return a, b, ((a * b + a).tanh() * b + (a * a).exp()) / (b * b + 2)


@formula("eq-forward-chain")
def test_the_forward_pass_is_dense_then_relu_then_a_loss(rng):
    r"""\begin{aligned}
    Z &= X W + b, \\
    A &= \operatorname{relu}(Z), \\
    L &= \operatorname{loss}(A).
    \end{aligned}"""
    X, W, b, target = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(5, 2))
    Z = X @ W + b
    A = [[max(Z[i, k], 0) for k in range(2)] for i in range(5)]
    L = sum((A[i][k] - target[i, k]) ** 2 for i in range(5) for k in range(2)) / 10
    A_oracle = relu(dense(X, W, b))
    agree(A, A_oracle)
    agree(L, mse(A_oracle, target))


@formula("eq-chain-rule")
def test_contributions_along_all_paths_add_up():
    r"""\frac{\partial L}{\partial x} = \sum_{i=1}^{m}
    \frac{\partial L}{\partial u_i}\,\frac{\partial u_i}{\partial x} ."""
    at = 1.7
    x = Value(at)
    u = [x**2, 3 * x, x.exp()]
    L = u[0] * u[1] + u[2] * u[0]
    backward(L)
    L_by_u = [3 * at + math.exp(at), at**2, at**2]
    u_by_x = [2 * at, 3, math.exp(at)]
    agree(sum(L_by_u[i] * u_by_x[i] for i in range(3)), x.grad)
    agree(x.grad, slope(lambda x: x**2 * 3 * x + math.exp(x) * x**2, at), **MEASURED)


@formula("eq-numerical-gradient")
def test_a_gradient_is_measured_one_entry_at_a_time(rng):
    r"""\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}"""
    x = rng.normal(size=(2, 3))

    def f(x):
        return float(np.sum(np.sin(x) * x[::-1] ** 3))

    for h in (1e-2, 1.0):
        printed = np.zeros((2, 3))
        for i in np.ndindex(2, 3):
            e_i = np.zeros((2, 3))
            e_i[i] = 1
            printed[i] = (f(x + h * e_i) - f(x - h * e_i)) / (2 * h)
        agree(printed, numerical_gradient(f, x, h=h))


@formula("eq-rel-error")
def test_the_relative_error_divides_a_distance_by_a_size(rng):
    r"""\operatorname{rel}(a, b) = \max_i \frac{|a_i - b_i|}{\max\bigl(10^{-8},\, |a_i| + |b_i|\bigr)} ."""
    one, other = rng.normal(size=(2, 6))
    for a, b in ((one, other), (one, one + 1e-7), (np.zeros(3), np.zeros(3)), ([0.0, 1e-9], [0.0, 3e-9])):
        agree(max(abs(a[i] - b[i]) / max(1e-8, abs(a[i]) + abs(b[i])) for i in range(len(a))), rel_error(a, b))


@formula("eq-dense-backward")
def test_the_way_back_through_a_dense_layer_is_two_products_and_a_sum(rng):
    r"""\begin{aligned}
    \mathrm{d}X &= \mathrm{d}Z\, W^{\top}, \\
    \mathrm{d}W &= X^{\top}\, \mathrm{d}Z, \\
    \mathrm{d}b_k &= \sum_{i=1}^{n} \mathrm{d}z_{ik} .
    \end{aligned}"""
    for n in (1, 5):
        X, W, b, dZ = rng.normal(size=(n, 4)), rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(n, 3))
        dX, dW = dZ @ W.T, X.T @ dZ
        db = [sum(dZ[i, k] for i in range(n)) for k in range(3)]
        for printed, oracle in zip((dX, dW, db), dense_backward(dZ, X, W), strict=True):
            agree(printed, oracle)
        agree(dX, slope(lambda X, W=W, b=b, dZ=dZ: np.sum(dZ * (X @ W + b)), X), **MEASURED)
        agree(dW, slope(lambda W, X=X, b=b, dZ=dZ: np.sum(dZ * (X @ W + b)), W), **MEASURED)
        agree(db, slope(lambda b, X=X, W=W, dZ=dZ: np.sum(dZ * (X @ W + b)), b), **MEASURED)


@formula("eq-relu-backward")
def test_relu_passes_a_gradient_where_its_input_was_positive(rng):
    r"""\mathrm{d}z = \begin{cases} \mathrm{d}a & \text{if } z > 0, \\ 0 & \text{if } z \le 0. \end{cases}"""
    z, da = np.array([0.0, *rng.normal(size=9)]), rng.normal(size=10)
    agree([da[i] if z[i] > 0 else 0 for i in range(10)], relu_backward(da, z))


@formula("eq-sigmoid-backward")
def test_the_way_back_through_a_sigmoid_reads_its_output(rng):
    r"""\mathrm{d}z = \mathrm{d}a \; a\,(1 - a) ."""
    z, da = rng.normal(size=(2, 8))
    a = [1 / (1 + math.exp(-z_i)) for z_i in z]
    printed = [da[i] * a[i] * (1 - a[i]) for i in range(8)]
    agree(printed, sigmoid_backward(da, a))
    agree(printed, slope(lambda z: sum(da / (1 + np.exp(-z))), z), **MEASURED)


@formula("eq-tanh-backward")
def test_the_way_back_through_tanh_reads_its_output(rng):
    r"""\mathrm{d}z = \mathrm{d}a \,(1 - a^2) ."""
    z, da = rng.normal(size=(2, 8))
    a = [math.tanh(z_i) for z_i in z]
    printed = [da[i] * (1 - a[i] ** 2) for i in range(8)]
    agree(printed, tanh_backward(da, a))
    agree(printed, slope(lambda z: sum(da * np.tanh(z)), z), **MEASURED)


@formula("sec-softmax-backward/1")
def test_the_slopes_of_softmax_form_a_square_table(rng):
    r"""\frac{\partial p_k}{\partial z_j} = \begin{cases} p_j\,(1 - p_j) & \text{if } j = k, \\ -p_j\,p_k & \text{if }
    j \ne k. \end{cases}"""
    z = rng.normal(size=5)
    p = softmax_of(z)
    printed = [[p[j] * (1 - p[j]) if j == k else -p[j] * p[k] for j in range(5)] for k in range(5)]
    agree(printed, softmax_jacobian(z))
    agree(printed, slope(softmax_of, z), **MEASURED)


@formula("eq-softmax-backward")
def test_the_way_back_through_softmax_takes_a_weighted_mean_away(rng):
    r"""\mathrm{d}z_j = p_j \Bigl( \mathrm{d}p_j - \sum_{k=1}^{c} \mathrm{d}p_k\, p_k \Bigr) ."""
    for c in (1, 5):
        z, dp = rng.normal(size=(2, c))
        p = softmax_of(z)
        printed = [p[j] * (dp[j] - sum(dp[k] * p[k] for k in range(c))) for j in range(c)]
        agree(printed, softmax_backward(dp, p))
        agree(printed, slope(lambda z, dp=dp: dp @ softmax_of(z), z), **MEASURED)


def printed_two_layer_loss(params, X, y, lam):
    W_1, b_1, W_2, b_2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    n = len(X)
    Z_1 = X @ W_1 + b_1
    A_1 = relu_of(Z_1)
    p = softmax_rows(A_1 @ W_2 + b_2)
    L = -1 / n * sum(math.log(p[i, y[i]]) for i in range(n))
    return L + lam / 2 * (sum(w**2 for w in W_1.flat) + sum(w**2 for w in W_2.flat))


@formula("eq-two-layer-loss")
def test_the_loss_of_two_layers_is_a_cross_entropy_and_a_penalty(network):
    r"""\begin{aligned}
    Z_1 &= X W_1 + b_1, \\
    A_1 &= \operatorname{relu}(Z_1), \\
    O &= A_1 W_2 + b_2, \\
    L &= -\frac1n \sum_{i=1}^{n} \log p_{i, y_i} \\
    &\quad + \frac{\lambda}{2} \bigl( \lVert W_1 \rVert^2 + \lVert W_2 \rVert^2 \bigr) .
    \end{aligned}"""
    params, X, y, lam = network
    agree(printed_two_layer_loss(params, X, y, lam), two_layer_loss_and_grads(params, X, y, lam)[0])
    agree(printed_two_layer_loss(params, X[:1], y[:1], 0), two_layer_loss_and_grads(params, X[:1], y[:1])[0])


@formula("eq-two-layer-grads")
def test_the_gradients_of_two_layers_go_back_through_each_of_them(network):
    r"""\begin{aligned}
    \mathrm{d}O &= \tfrac1n (P - Y), \\
    \mathrm{d}W_2 &= A_1^{\top}\,\mathrm{d}O + \lambda W_2, \\
    \mathrm{d}b_2 &= \textstyle\sum_i \mathrm{d}O_i, \\
    \mathrm{d}Z_1 &= (\mathrm{d}O\, W_2^{\top}) \odot [Z_1 > 0], \\
    \mathrm{d}W_1 &= X^{\top}\,\mathrm{d}Z_1 + \lambda W_1, \\
    \mathrm{d}b_1 &= \textstyle\sum_i \mathrm{d}Z_{1,i} .
    \end{aligned}"""
    params, X, y, lam = network
    W_1, b_1, W_2, b_2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    n, c = len(X), len(b_2)
    Z_1 = X @ W_1 + b_1
    A_1 = relu_of(Z_1)
    P, Y = softmax_rows(A_1 @ W_2 + b_2), np.array([[1 if k == y_i else 0 for k in range(c)] for y_i in y])
    dO = 1 / n * (P - Y)
    dZ_1 = (dO @ W_2.T) * (Z_1 > 0)
    printed = {
        "W2": A_1.T @ dO + lam * W_2,
        "b2": sum(dO[i] for i in range(n)),
        "W1": X.T @ dZ_1 + lam * W_1,
        "b1": sum(dZ_1[i] for i in range(n)),
    }
    _, grads = two_layer_loss_and_grads(params, X, y, lam)
    for name, gradient in printed.items():
        agree(gradient, grads[name])
        measured = slope(
            lambda w, name=name: printed_two_layer_loss(params | {name: w}, X, y, lam), params[name], h=1e-4
        )
        agree(gradient, measured, **MEASURED)


@formula("sec-any-depth/1")
def test_the_way_back_is_the_same_step_at_any_depth(rng):
    r"""\begin{aligned}
    \mathrm{d}Z_{\ell} &= (\mathrm{d}Z_{\ell + 1}\, W_{\ell + 1}^{\top}) \odot [Z_{\ell} > 0], \\
    \mathrm{d}W_{\ell} &= A_{\ell - 1}^{\top}\, \mathrm{d}Z_{\ell} .
    \end{aligned}"""
    L, sizes = 4, [3, 5, 4, 6, 2]
    W = [None, *(rng.normal(size=(d, p)) for d, p in itertools.pairwise(sizes))]  # counted from 1
    X, y = rng.normal(size=(7, 3)), rng.integers(0, 2, 7)
    A, Z = [X], [None]
    for layer in range(1, L + 1):
        Z.append(A[layer - 1] @ W[layer])
        A.append(relu_of(Z[layer]))
    dO = 1 / 7 * (softmax_rows(Z[L]) - np.array([[1 if k == y_i else 0 for k in range(2)] for y_i in y]))
    dZ, (_, oracle) = {L: dO}, softmax_cross_entropy(Z[L], y)
    agree(dO, oracle)
    for layer in range(L, 0, -1):
        dA, dW, _ = dense_backward(oracle, A[layer - 1], W[layer])
        agree(A[layer - 1].T @ dZ[layer], dW)
        if layer > 1:
            dZ[layer - 1] = (dZ[layer] @ W[layer].T) * (Z[layer - 1] > 0)
            oracle = relu_backward(dA, Z[layer - 1])
            agree(dZ[layer - 1], oracle)


@formula("eq-unbroadcast")
def test_an_entry_that_was_copied_gets_the_gradients_of_all_copies(rng):
    r"""\mathrm{d}s = \sum_{c \in C(s)} G_c ."""
    G = rng.normal(size=(2, 3, 4))
    for shape in [(), (4,), (1,), (3, 1), (2, 1, 4), (1, 1, 1), (2, 3, 4)]:
        entries = np.arange(math.prod(shape)).reshape(shape)
        source = np.broadcast_to(entries, G.shape)  # which entry each place was copied from
        ds = [sum(G[c] for c in np.ndindex(G.shape) if source[c] == s) for s in entries.flat]
        agree(np.reshape(ds, shape), unbroadcast(G, shape))


@formula("eq-topo-order")
def test_every_node_comes_after_its_parents(graph):
    r"""v_i \text{ is a parent of } v_j \quad\Longrightarrow\quad i < j ."""
    v = topo_order(graph[-1])
    place = {id(node): i for i, node in enumerate(v)}
    assert len(place) == len(v) > 8
    assert all(place[id(parent)] < place[id(node)] for node in v for parent in node.parents)


@formula("eq-accumulate")
def test_a_node_adds_its_share_to_the_gradient_of_each_parent(graph):
    r"""g_u \leftarrow g_u + \frac{\partial v}{\partial u}\, g_v ."""
    a, b, root = graph
    order = topo_order(root)
    g = {id(v): 0.0 for v in order} | {id(root): 1.0}
    for v in reversed(order):
        for u, v_by_u in zip(v.parents, v.local, strict=True):
            g[id(u)] += v_by_u * g[id(v)]
    backward(root)
    agree([g[id(v)] for v in order], [v.grad for v in order])

    def whole(x):
        return (math.tanh(x[0] * x[1] + x[0]) * x[1] + math.exp(x[0] ** 2)) / (x[1] ** 2 + 2)

    agree([a.grad, b.grad], slope(whole, [0.7, -1.3]), **MEASURED)


@formula("eq-init-variance")
def test_the_variance_of_a_sum_is_that_of_its_weights_times_the_mean_square_of_its_inputs(rng):
    r"""\operatorname{Var}(z) = d \operatorname{Var}(w)\, \operatorname{E}(x^2) ."""
    d, weights, inputs = 3, (-2.0, 1.0, 1.0), (0.0, 1.0, 4.0)  # weights of mean 0, inputs of another mean

    def mean_of(values):
        return sum(values) / len(values)

    z = [
        sum(w[j] * x[j] for j in range(d))
        for w in itertools.product(weights, repeat=d)
        for x in itertools.product(inputs, repeat=d)
    ]
    variance = mean_of([z_i**2 for z_i in z]) - mean_of(z) ** 2  # exact: every case is counted once
    agree(d * mean_of([w**2 for w in weights]) * mean_of([x**2 for x in inputs]), variance)
    X, W = rng.normal(1, 2, (400, 300)), init_weights(rng, 300, 400, "he")
    agree(300 * (2 / 300) * np.mean(X**2), (X @ W).var(), rtol=0.05)  # chance decides the second digit


@formula("eq-init-std")
def test_weights_start_with_the_deviation_of_xavier_or_he():
    r"""\text{Xavier:}\ \sqrt{\frac{2}{d + p}}, \qquad \text{He:}\ \sqrt{\frac{2}{d}} ."""
    for d, p in itertools.product((1, 8, 20), (3, 12)):
        agree(math.sqrt(2 / (d + p)), init_std(d, p, "xavier"))
        agree(math.sqrt(2 / d), init_std(d, p, "he"))


@formula("sec-exploding/1")
def test_a_gradient_goes_back_in_time_through_the_same_matrix(rng):
    r"""\mathrm{d}h_{t-1} = \mathrm{d}h_t\, W_h^{\top} ,"""
    W_h, dh = rng.normal(size=(4, 4)), rng.normal(size=(1, 4))
    h = rng.normal(size=(1, 4))
    for _ in range(3):
        agree(dh @ W_h.T, dense_backward(dh, h, W_h)[0])
        agree(dh @ W_h.T, slope(lambda h, dh=dh: np.sum(dh * (h @ W_h)), h), **MEASURED)
        dh = dh @ W_h.T
