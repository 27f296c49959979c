"""Toy data and surfaces by hand, by their laws and against SciPy; files are read whole or not at all."""

import contextlib
import functools
import gzip
import hashlib
import http.server
import inspect
import re
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import datasets
from dlcourse.datasets import (
    SURFACES,
    Surface,
    animals,
    blobs,
    bumpy,
    bumpy_grad,
    digits_split,
    fetch_fashion_mnist,
    fetch_mnist,
    load_digits,
    load_idx,
    moons,
    noisy_labels,
    noisy_sine,
    quadratic,
    quadratic_grad,
    rosenbrock,
    rosenbrock_grad,
    rotated,
    sparse_linear,
    spirals,
    stratified_split,
    stripes,
    xor,
)
from tests.dlcourse.helpers import close, exactly, same, slopes

ROOT = Path(__file__).parents[2]


def seeded(seed=0):
    return np.random.default_rng(seed)


# ------------------------------------------------------------------------ toy classes

# what draws (X, y), the number of features, and the number of classes
CLASSES = {
    "xor": (xor, 2, 2),
    "blobs": (blobs, 2, 3),
    "blobs in 3 dimensions": (lambda rng, n, **noise: blobs(rng, n, np.eye(4, 3), **noise), 3, 4),
    "animals": (animals, 4, 3),
    "moons": (moons, 2, 2),
    "spirals": (spirals, 2, 3),
    "five spirals": (lambda rng, n, **noise: spirals(rng, n, num_classes=5, turns=2, **noise), 2, 5),
    "stripes": (stripes, 5, 2),
}
NOISY = [name for name in CLASSES if name != "stripes"]
each_class = pytest.mark.parametrize(("draw", "d", "k"), CLASSES.values(), ids=CLASSES)
each_noisy = pytest.mark.parametrize("draw", [CLASSES[name][0] for name in NOISY], ids=NOISY)


@each_class
@pytest.mark.parametrize("n", [0, 1, 7, 60])
def test_points_are_float64_and_classes_take_turns(draw, d, k, n):
    X, y = draw(seeded(), n)
    assert X.shape == (n, d)
    assert X.dtype == np.float64
    same(y, [i % k for i in range(n)], np.int64)


@each_class
def test_the_same_seed_draws_the_same_points_and_another_seed_others(draw, d, k):
    X, _ = draw(seeded(1), 20)
    same(draw(seeded(1), 20)[0], X)
    assert not np.any(draw(seeded(2), 20)[0] == X)


@each_class
def test_one_generator_draws_new_points_every_time(draw, d, k):
    rng = seeded()
    assert not np.any(draw(rng, 20)[0] == draw(rng, 20)[0])


@each_noisy
def test_noise_is_normal_and_the_same_for_every_coordinate(draw):
    X, _ = draw(seeded(3), 20_000, noise=0.5)
    places, _ = draw(seeded(3), 20_000, noise=0)
    noise = X - places
    close(noise.mean(0), np.zeros(X.shape[1]), 0.02)
    close(np.cov(noise.T), 0.25 * np.eye(X.shape[1]), 0.02)
    close((noise**4).mean(0) / 0.25**2, np.full(X.shape[1], 3.0), 0.25)  # the kurtosis of a normal distribution is 3


@each_noisy
@pytest.mark.parametrize("noise", [-0.1, np.nan, np.inf])
def test_noise_must_be_a_standard_deviation(draw, noise):
    with pytest.raises(ValueError, match=exactly(f"noise must lie in [0, inf); got {noise}")):
        draw(seeded(), 4, noise=noise)


@pytest.mark.parametrize(
    ("function", "defaults"),
    [
        (xor, {"n": 200, "noise": 0.1}),
        (blobs, {"n": 300, "centers": ((-2.0, 0.0), (2.0, 0.0), (0.0, 3.0)), "noise": 1.0}),
        (animals, {"n": 300, "noise": 0.85}),
        (moons, {"n": 200, "noise": 0.1}),
        (spirals, {"n": 300, "num_classes": 3, "turns": 0.75, "noise": 0.02}),
        (stripes, {"n": 2000, "num_noise": 4}),
        (noisy_sine, {"n": 12, "noise": 0.25}),
        (sparse_linear, {"n": 60, "d": 20, "nonzero": 5, "noise": 0.5}),
    ],
)
def test_the_defaults_are_those_of_the_figures(function, defaults):
    parameters = inspect.signature(function).parameters
    assert {name: p.default for name, p in parameters.items() if p.default is not p.empty} == defaults


def test_xor_around_its_corners():
    X, y = xor(seeded(), 6, noise=0)
    same(X, [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0], [0, 1]])
    same(y, (X[:, 0] != X[:, 1]), np.int64)


def test_blobs_around_their_centers():
    X, y = blobs(seeded(), 300)
    for label, center in enumerate([(-2, 0), (2, 0), (0, 3)]):
        close(X[y == label].mean(0), center, 0.35)
    same(blobs(seeded(), 4, [[1, 2], [3, 4], [5, 6]], noise=0)[0], [[1, 2], [3, 4], [5, 6], [1, 2]])


def test_blobs_need_a_matrix_of_centers():
    with pytest.raises(ValueError, match=exactly("centers must have shape (k, d); got (2,)")):
        blobs(seeded(), 3, [0, 1])
    with pytest.raises(ValueError, match=exactly("centers must have at least one row; got shape (0, 2)")):
        blobs(seeded(), 3, np.empty((0, 2)))
    with pytest.raises(TypeError, match=exactly("centers must hold real numbers; got dtype <U1")):
        blobs(seeded(), 3, [["a", "b"]])
    same(blobs(seeded(), 2, [[3.5]], noise=0)[0], [[3.5], [3.5]])


def test_animals_are_where_the_docstring_says_and_their_mean_is_0():
    X, _ = animals(seeded(), 6, noise=0)
    same(X, [[2.4, 2.4, 1.2, -1.6], [-0.8, -0.6, 1.2, -1.6], [-1.6, -1.8, -2.4, 3.2]] * 2)
    close(X.sum(0), np.zeros(4))


def test_a_softmax_regression_tells_the_animals_apart_as_fast_as_the_figure_says():
    losses, accuracies = [], []
    for seed in range(5):
        rng = seeded(seed)
        (X, y), (X_new, y_new) = animals(rng), animals(rng)
        W, b, loss = np.zeros((4, 3)), np.zeros(3), []
        for _ in range(201):
            scores = np.exp(X @ W + b)
            P = scores / scores.sum(1, keepdims=True)
            loss.append(-np.log(P[np.arange(300), y]).mean())
            error = (P - np.eye(3)[y]) / 300
            W, b = W - 0.5 * X.T @ error, b - 0.5 * error.sum(0)
        losses.append([loss[0], loss[5], loss[200]])
        accuracies.append(np.mean((X_new @ W + b).argmax(1) == y_new))
    close(np.mean(losses, 0), [np.log(3), 0.11, 0.02], 0.01)
    close(np.mean(accuracies), 0.99, 0.01)


def nearest(X, y, X_new):
    """Return the label of the nearest neighbour, by the definition."""
    return y[[np.argmin(((X - x) ** 2).sum(1)) for x in X_new]]


@pytest.mark.parametrize(("draw", "lowest"), [(xor, 0.99), (animals, 0.97), (moons, 0.98), (spirals, 0.96)])
def test_the_default_noise_leaves_the_classes_apart(draw, lowest):
    X, y = draw(seeded(0))
    X_new, y_new = draw(seeded(1))
    assert np.mean(nearest(X, y, X_new) == y_new) >= lowest


def test_moons_lie_on_two_half_circles():
    X, y = moons(seeded(), 2000, noise=0)
    upper, lower = X[y == 0], X[y == 1]
    close(np.hypot(*upper.T), np.ones(1000))
    close(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), np.ones(1000))
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    # the whole half circle, at the same speed everywhere
    for angle in (np.arctan2(upper[:, 1], upper[:, 0]), np.arctan2(0.5 - lower[:, 1], 1 - lower[:, 0])):
        close(np.quantile(angle, [0, 0.25, 0.5, 0.75, 1]), np.pi * np.array([0, 0.25, 0.5, 0.75, 1]), 0.15)


@pytest.mark.parametrize(("num_classes", "turns"), [(1, 0.5), (2, 0.75), (5, 1.5), (3, 0)])
def test_spirals_lie_on_their_arms(num_classes, turns):
    X, y = spirals(seeded(), 1000, num_classes, turns, noise=0)
    r = np.hypot(*X.T)
    assert r.max() < 1
    close(np.quantile(r, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], 0.06)
    # turned back by its radius and its arm, every point lies on the right half of the first axis
    back = (X[:, 0] + 1j * X[:, 1]) * np.exp(-2j * np.pi * (turns * r + y / num_classes))
    close(back.imag, np.zeros(1000))
    assert back.real.min() >= 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"num_classes": 0}, "num_classes must be at least 1; got 0"),
        ({"turns": -0.5}, "turns must lie in [0, inf); got -0.5"),
        ({"turns": np.inf}, "turns must lie in [0, inf); got inf"),
    ],
)
def test_spirals_need_an_arm_and_turns(options, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        spirals(seeded(), 4, **options)


def test_one_column_of_the_stripes_decides_and_the_others_do_not():
    X, y = stripes(seeded(), 8000, num_noise=3)
    decisive, others = X[:, 0], X[:, 1:]
    same(np.floor(2 * decisive) % 2, y)
    assert decisive.min() >= -2
    assert decisive.max() < 2
    same(np.unique(np.floor(2 * decisive)), np.arange(-4, 4))
    close(np.histogram(decisive, 16, (-2, 2))[0], np.full(16, 500), 80)
    close(others.mean(0), np.zeros(3), 0.05)
    close(np.cov(others.T), np.eye(3), 0.06)
    close(others[y == 1].mean(0), np.zeros(3), 0.06)
    assert stripes(seeded(), 5, num_noise=0)[0].shape == (5, 1)


def test_stripes_count_their_columns():
    with pytest.raises(ValueError, match=exactly("num_noise must be at least 0; got -1")):
        stripes(seeded(), 4, num_noise=-1)


DRAWN = {
    **{name: (lambda rng, n=4, draw=draw: draw(rng, n)) for name, (draw, *_) in CLASSES.items()},
    "noisy_sine": lambda rng, n=4: noisy_sine(rng, n),
    "sparse_linear": lambda rng, n=4: sparse_linear(rng, n),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_a_seed_is_no_generator_and_a_part_of_a_sample_no_sample(draw):
    with pytest.raises(TypeError, match=exactly("rng must be a generator such as np.random.default_rng(0); got 0")):
        draw(0)
    with pytest.raises(ValueError, match=exactly("n must be at least 0; got -1")):
        draw(seeded(), -1)
    with pytest.raises(TypeError, match=exactly("n must be a whole number; got 2.5")):
        draw(seeded(), 2.5)


# --------------------------------------------------------------------- noisy labels


@given(st.integers(0, 200), st.floats(0, 1), st.integers(2, 6))
def test_exactly_the_fraction_is_wrong(n, fraction, num_classes):
    y = np.arange(n) % num_classes
    noisy = noisy_labels(y, fraction, num_classes, seeded())
    assert noisy.dtype == np.int64
    assert np.sum(noisy != y) == round(fraction * n)
    assert set(noisy.tolist()) <= set(range(num_classes))


def test_wrong_labels_are_anywhere_and_any():
    y = np.full(3000, 2)
    noisy = noisy_labels(y, 0.5, 4, seeded())
    close(np.bincount(noisy) / 3000, [1 / 6, 1 / 6, 1 / 2, 1 / 6], 0.02)
    assert 700 < np.sum(noisy[:1500] != 2) < 800
    assert np.any(noisy_labels(y, 0.5, 4, seeded(1)) != noisy)
    same(noisy_labels(y, 0.5, 4, seeded()), noisy, np.int64)


def test_the_right_labels_stay_as_they_were():
    y = np.zeros(10, np.int64)
    y.flags.writeable = False
    same(noisy_labels(y, 1, 2, seeded()), np.ones(10), np.int64)
    same(noisy_labels(y, 0, 2, seeded()), y, np.int64)
    same(noisy_labels([], 0.5, 2, seeded()), [], np.int64)
    same(y, np.zeros(10), np.int64)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: noisy_labels([0], 0.5, 1, seeded()), ValueError, "num_classes must be at least 2; got 1"),
        (lambda: noisy_labels([2], 0.5, 2, seeded()), ValueError, "y must hold labels from 0 to 1; got 2"),
        (lambda: noisy_labels([0.0], 0.5, 2, seeded()), TypeError, "y must hold integer labels; got dtype float64"),
        (lambda: noisy_labels([[0]], 0.5, 2, seeded()), ValueError, "y must have shape (n,); got (1, 1)"),
        (lambda: noisy_labels([0], 1.5, 2, seeded()), ValueError, "fraction must lie in [0, 1]; got 1.5"),
        (lambda: noisy_labels([0], -0.5, 2, seeded()), ValueError, "fraction must lie in [0, 1]; got -0.5"),
        (
            lambda: noisy_labels([0], 0.5, 2, 7),
            TypeError,
            "rng must be a generator such as np.random.default_rng(0); got 7",
        ),
    ],
)
def test_noisy_labels_say_what_is_wrong(call, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        call()


# --------------------------------------------------------------------- toy regression


def test_the_sine_without_noise():
    x, y = noisy_sine(seeded(), 5, noise=0)
    same(x, [0, 0.25, 0.5, 0.75, 1])
    close(y, [0, 1, 0, -1, 0])
    assert noisy_sine(seeded(), 0)[0].shape == (0,)


def test_a_polynomial_of_degree_11_learns_the_noise_of_twelve_points_by_heart():
    # The root mean squared errors of the figure, seed 2, for points and curve; the least squares are NumPy's.
    x, y = noisy_sine(seeded(2))
    dense = np.linspace(0, 1, 1001)
    errors = []
    for degree in (1, 3, 5, 7, 9, 11):
        fit = np.polynomial.Polynomial.fit(x, y, degree)
        misses = fit(x) - y, fit(dense) - np.sin(2 * np.pi * dense)
        errors.append([np.sqrt(np.mean(miss**2)) for miss in misses])
    close(np.transpose(errors)[0], [0.522, 0.277, 0.228, 0.206, 0.127, 0.0], 1e-3)
    close(np.transpose(errors)[1], [0.478, 0.119, 0.130, 0.169, 0.414, 0.849], 1e-3)


def test_the_noise_of_the_sine_is_normal():
    x, y = noisy_sine(seeded(), 20_000)
    noise = y - np.sin(2 * np.pi * x)
    close([noise.mean(), noise.std(), np.mean(noise**4) / 0.25**4], [0, 0.25, 3], 0.1)


def test_few_weights_of_the_sparse_regression_are_not_0():
    X, y, w = sparse_linear(seeded(), 40, 2000, 1000, noise=0)
    assert X.shape == (40, 2000)
    close(y, X @ w, 1e-10)
    used = w[w != 0]
    assert used.size == 1000
    assert np.abs(used).min() >= 1
    assert np.abs(used).max() < 2
    close([np.abs(used).mean(), np.abs(used).std(), np.mean(used > 0)], [1.5, 1 / np.sqrt(12), 0.5], 0.05)
    assert 450 < np.count_nonzero(w[:1000]) < 550
    close([X.mean(), X.std(), np.mean(X**4)], [0, 1, 3], 0.1)


def test_the_noise_of_the_sparse_regression_is_normal():
    X, y, w = sparse_linear(seeded(), 20_000)
    assert X.shape == (20_000, 20)
    assert np.count_nonzero(w) == 5
    noise = y - X @ w
    close([noise.mean(), noise.std(), np.mean(noise**4) / 0.5**4], [0, 0.5, 3], 0.1)


def test_the_sparse_regression_may_have_all_weights_or_none():
    assert np.all(sparse_linear(seeded(), 3, 4, 4)[2] != 0)
    _, y, w = sparse_linear(seeded(), 3, 4, 0, noise=0)
    same(w, np.zeros(4))
    same(y, np.zeros(3))
    assert sparse_linear(seeded(), 0, 0, 0)[0].shape == (0, 0)
    same(sparse_linear(seeded(), 3)[0], sparse_linear(seeded(), 3)[0])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"d": 4}, "nonzero must be at most d=4; got 5"),
        ({"d": -1}, "d must be at least 0; got -1"),
        ({"nonzero": -1}, "nonzero must be at least 0; got -1"),
        ({"noise": -1.0}, "noise must lie in [0, inf); got -1.0"),
    ],
)
def test_the_sparse_regression_says_what_is_wrong(options, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        sparse_linear(seeded(), 3, **options)


def test_the_sine_refuses_negative_noise():
    with pytest.raises(ValueError, match=exactly("noise must lie in [0, inf); got -0.5")):
        noisy_sine(seeded(), noise=-0.5)


# ----------------------------------------------------------------------- toy surfaces


POINTS = np.array([[0.3, -1.2], [-0.7, 0.4], [1.5, 2.0], [0.0, 0.0], [-1.2, 1.0]])
LOPSIDED = [[1.0, 3.0], [-0.5, 2.0]]


@pytest.mark.parametrize("name", SURFACES)
def test_the_gradient_of_a_surface_is_its_slope(name):
    surface = SURFACES[name]
    gradients = surface.grad(POINTS)
    assert gradients.shape == (5, 2)
    for point, gradient in zip(POINTS, gradients, strict=True):
        close(gradient, slopes(surface.value, point), 1e-7 * max(1.0, np.abs(gradients).max()))


def test_the_gradient_of_a_quadratic_form_is_its_slope_for_any_matrix():
    for point in POINTS:
        close(quadratic_grad(point, LOPSIDED), slopes(lambda w: quadratic(w, LOPSIDED), point), 1e-9)
    H = seeded().normal(size=(4, 4))
    w = seeded(1).normal(size=4)
    close(quadratic_grad(w, H), slopes(lambda w: quadratic(w, H), w), 1e-9)
    close(quadratic(w, H), w @ H @ w / 2)


def test_quadratic_forms_by_hand():
    # w = (2, 3): 1/2 (1*4 + 3*6 - 1/2*6 + 2*9) = 18.5;  1/2 ((1*2 + 3*3) + (1*2 - 1/2*3), (-1/2*2 + 2*3) + (3*2 + 2*3))
    assert quadratic([2, 3], LOPSIDED) == 18.5
    same(quadratic_grad([2, 3], LOPSIDED), [5.75, 8.5])


def test_rosenbrock_by_hand():
    # (2, 3): (1 - 2)^2 + 100 (3 - 4)^2 = 101;  (-2 (-1) - 800 (-1), 200 (-1))
    assert rosenbrock([2, 3]) == 101
    same(rosenbrock_grad([2, 3]), [802, -200])
    same(rosenbrock_grad([1.0, 1.0]), [0, 0])


def test_scipy_knows_the_same_valley():
    for point in np.concatenate([POINTS, 1000 * POINTS]):
        np.testing.assert_allclose(rosenbrock(point), scipy.optimize.rosen(point), rtol=1e-13)
        np.testing.assert_allclose(rosenbrock_grad(point), scipy.optimize.rosen_der(point), rtol=1e-13)


def test_the_bumpy_curve_by_hand_and_by_its_slope():
    same(bumpy([-1, 0, 2, 3]), [-3, 0, 6, 57])
    same(bumpy_grad([-1, 0, 2, 3]), [3, 1, 21, 91])
    same(bumpy(2.0), 6)
    same(bumpy_grad(2.0), 21)
    x = np.linspace(-2.5, 2.5, 21).reshape(3, 7)
    close(bumpy_grad(x), (bumpy(x + 1e-5) - bumpy(x - 1e-5)) / 2e-5, 1e-7)


def test_the_bumpy_curve_has_the_two_valleys_of_the_figure():
    turning = np.sort(np.roots([4, 0, -6, 1]).real)  # a valley, a hill, a valley
    close(bumpy_grad(turning), np.zeros(3), 1e-12)
    close(turning[[0, 2]], [-1.30, 1.13], 0.005)
    close(bumpy(turning[[0, 2]]), [-3.51, -1.07], 0.005)


def test_the_surfaces_are_those_of_the_figures():
    x, y = POINTS.T
    found = {name: surface.value(POINTS) for name, surface in SURFACES.items()}
    assert list(found) == ["bowl", "ravine", "rotated ravine", "saddle", "rosenbrock"]
    close(found["bowl"], x**2 / 2 + 5 * y**2)
    close(found["ravine"], x**2 / 20 + y**2)
    close(found["saddle"], x**2 - y**2)
    close(found["rosenbrock"], rosenbrock(POINTS))
    starts = {name: surface.start for name, surface in SURFACES.items() if name != "rotated ravine"}
    assert starts == {"bowl": (1, 1), "ravine": (-7, 2), "saddle": (1, 0.001), "rosenbrock": (-1.2, 1)}


def test_the_rotated_ravine_is_the_ravine_turned_by_45_degrees_with_its_start():
    ravine, turned = SURFACES["ravine"], SURFACES["rotated ravine"]
    turn = np.array([[1, 1], [-1, 1]]) / np.sqrt(2)  # rows times it go counterclockwise
    close(turned.value(POINTS @ turn), ravine.value(POINTS))
    close(turned.grad(POINTS @ turn), ravine.grad(POINTS) @ turn)
    close(np.array(turned.start), np.array(ravine.start) @ turn)
    close(turned.value(turned.start), ravine.value(ravine.start))


def walk(surface, lr, steps):
    """Return the points of plain gradient descent."""
    path = [np.array(surface.start)]
    for _ in range(steps):
        path.append(path[-1] - lr * surface.grad(path[-1]))
    return np.array(path)


@pytest.mark.parametrize(("lr", "steps"), [(0.02, 342), (0.1, 66), (0.18, 35), (0.199, 688)])
def test_gradient_descent_needs_the_steps_of_the_figure_to_the_bottom_of_the_bowl(lr, steps):
    distance = np.abs(walk(SURFACES["bowl"], lr, 700)).max(1)
    assert np.argmax(distance < 1e-3) == steps


@pytest.mark.parametrize("name", ["ravine", "rotated ravine"])
def test_gradient_descent_zigzags_through_the_ravine_of_the_figure(name):
    path = walk(SURFACES[name], 0.95, 30)
    close(SURFACES[name].value(path[-1]), 0.0133, 1e-4)
    across = path @ ([0, 1] if name == "ravine" else np.array([-1, 1]) / np.sqrt(2))
    assert np.sum(np.diff(np.sign(np.diff(across))) != 0) == 29  # it turns round after every step


def test_gradient_descent_leaves_the_saddle_of_the_figure_late():
    path = walk(SURFACES["saddle"], 0.01, 400)
    assert np.argmax(SURFACES["saddle"].value(path) < -1) == 349


def test_a_surface_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign to field 'start'"):
        SURFACES["bowl"].start = (0.0, 0.0)
    assert Surface(bumpy, bumpy_grad, (1.0, 1.0)) == Surface(bumpy, bumpy_grad, (1.0, 1.0))


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, -120, 360])
def test_turning_keeps_curvatures_and_turns_their_directions(degrees):
    H = rotated([[1, 0], [0, 9]], degrees)
    same(H, H.T)
    close(np.linalg.eigvalsh(H), [1, 9])
    angle = np.deg2rad(degrees)
    close(H @ [np.cos(angle), np.sin(angle)], [np.cos(angle), np.sin(angle)])
    close(rotated(rotated([[2, 1], [1, 5]], degrees), -degrees), [[2, 1], [1, 5]])


@pytest.mark.parametrize(
    ("H", "degrees", "sentence"),
    [
        ([1, 2], 45, "H must have shape (2, 2); got (2,)"),
        (np.eye(3), 45, "H must have shape (2, 2); got (3, 3)"),
        ([[1, 2], [3, 4]], 45, "H must be symmetric; got 2.0 above the diagonal and 3.0 below"),
        (np.eye(2), np.nan, "degrees must lie in (-inf, inf); got nan"),
    ],
)
def test_turning_says_what_is_wrong(H, degrees, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        rotated(H, degrees)


PAIRS = {
    "quadratic": (lambda w: quadratic(w, np.diag([1.0, 4.0])), lambda w: quadratic_grad(w, np.diag([1.0, 4.0]))),
    "rosenbrock": (rosenbrock, rosenbrock_grad),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("shape", [(2,), (1, 2), (3, 2), (2, 3, 2), (0, 2)])
def test_surfaces_take_points_in_any_number_of_axes(pair, shape):
    value, grad = pair
    w = seeded().normal(size=shape)
    before = w.copy()
    w.flags.writeable = False
    assert type(value(w)) is np.ndarray
    assert value(w).shape == shape[:-1]
    assert grad(w).shape == shape
    for place in np.ndindex(shape[:-1]):
        close(value(w)[place], value(w[place]), 1e-12)
        close(grad(w)[place], grad(w[place]), 1e-12)
    same(w, before)


@pytest.mark.parametrize(
    "function", [*PAIRS["quadratic"], *PAIRS["rosenbrock"], bumpy, bumpy_grad, lambda H: rotated(H, 90)]
)
@pytest.mark.parametrize(("given", "kept"), [(np.float32, np.float32), (np.float64, np.float64), (int, np.float64)])
def test_surfaces_keep_floats_and_turn_integers_into_float64(function, given, kept):
    assert function(np.array([[1, 0], [0, 2]], given)).dtype == kept


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: quadratic(1.0, np.eye(2)), "w must have shape (..., d); got ()"),
        (lambda: quadratic_grad([1.0, 2.0], np.eye(3)), "H must have shape (d=2, d=2); got (3, 3)"),
        (lambda: quadratic([1.0, 2.0], [1.0, 2.0]), "H must have shape (d=2, d=2); got (2,)"),
        (lambda: rosenbrock([1.0, 2.0, 3.0]), "w must have shape (..., 2); got (3,)"),
        (lambda: rosenbrock_grad(1.0), "w must have shape (..., 2); got ()"),
    ],
)
def test_surfaces_say_what_is_wrong(call, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        call()


def test_words_are_no_points():
    for function in (*PAIRS["quadratic"], *PAIRS["rosenbrock"], bumpy, bumpy_grad):
        with pytest.raises(TypeError, match=exactly("w must hold real numbers; got dtype <U1")):
            function(["a", "b"])
    for call in (quadratic, quadratic_grad):
        with pytest.raises(TypeError, match=exactly("H must hold real numbers; got dtype <U1")):
            call([1.0], [["a"]])


# ------------------------------------------------------------------ handwritten digits


def test_the_digits_are_scikit_learns_unscaled():
    images, labels = load_digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.float64
    same(np.unique(images), np.arange(17))
    assert labels.dtype == np.int64
    same(np.bincount(labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], np.int64)
    same(images[0, 0], [0, 0, 5, 13, 9, 1, 0, 0])  # the first zero, from the top
    same(labels[:12], [*range(10), 0, 1], np.int64)


def test_digits_may_be_changed_without_changing_the_next_ones():
    images, labels = load_digits()
    images[:], labels[:] = -1, -1
    again = load_digits()
    assert again[0].min() == 0
    assert again[1].min() == 0


def test_the_course_has_one_split():
    X_train, y_train, X_test, y_test = digits_split()
    assert X_train.shape == (1438, 8, 8)
    assert X_test.shape == (359, 8, 8)
    same(np.bincount(y_test), [36, 36, 35, 37, 36, 36, 36, 36, 35, 36], np.int64)
    same(np.bincount(y_train), [142, 146, 142, 146, 145, 146, 145, 143, 139, 144], np.int64)
    for found, again in zip(digits_split(), (X_train, y_train, X_test, y_test), strict=True):
        same(found, again, found.dtype)


def test_images_and_labels_of_the_split_belong_together():
    images, labels = load_digits()
    X_train, y_train, X_test, y_test = digits_split()
    label_of = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    assert len(label_of) == 1797  # no image occurs twice
    split = {image.tobytes(): label for X, y in ((X_train, y_train), (X_test, y_test)) for image, label in zip(X, y)}  # noqa: B905
    assert split == label_of


def test_on_this_split_the_nearest_neighbour_is_wrong_three_times():
    # The figure's accuracy is 0.9916: 356 of 359. Another split gives another number.
    X_train, y_train, X_test, y_test = digits_split()
    guesses = nearest(X_train.reshape(-1, 64), y_train, X_test.reshape(-1, 64))
    assert np.sum(guesses != y_test) == 3


@given(st.lists(st.integers(-3, 3), max_size=40), st.floats(0, 1))
def test_a_split_holds_every_row_once_and_its_share_of_every_class(y, fraction):
    train, test = stratified_split(y, fraction, seeded())
    assert sorted([*train, *test]) == list(range(len(y)))
    assert train.tolist() == sorted(train)
    assert test.tolist() == sorted(test)
    for label in set(y):
        assert sum(y[row] == label for row in test) == round(fraction * y.count(label))


def test_a_split_is_drawn_at_random():
    y = [0] * 500 + [1] * 500
    _, test = stratified_split(y, 0.2, seeded())
    close(np.histogram(test, 10, (0, 1000))[0], np.full(10, 20), 10)
    same(stratified_split(y, 0.2, seeded())[1], test, np.intp)
    assert not np.array_equal(stratified_split(y, 0.2, seeded(1))[1], test)
    rng = seeded()
    assert not np.array_equal(stratified_split(y, 0.2, rng)[1], stratified_split(y, 0.2, rng)[1])


@pytest.mark.parametrize("y", [[0, 1, 1, 0], np.array([5, 7, 7, 5], np.uint8), [False, True, True, False]])
def test_a_split_takes_any_integers(y):
    train, test = stratified_split(y, 0.5, seeded())
    assert len(train) == len(test) == 2
    assert np.asarray(y)[test].sum() == np.asarray(y)[train].sum()


@pytest.mark.parametrize(("fraction", "in_test"), [(0, 0), (1, 5)])
def test_a_split_may_leave_one_side_empty(fraction, in_test):
    train, test = stratified_split([3, 1, 3, 1, 1], fraction, seeded())
    assert (len(train), len(test)) == (5 - in_test, in_test)
    assert [len(part) for part in stratified_split([], fraction, seeded())] == [0, 0]


@pytest.mark.parametrize(
    ("y", "fraction", "rng", "error", "sentence"),
    [
        ([[0, 1]], 0.5, seeded(), ValueError, "y must have shape (n,); got (1, 2)"),
        ([0.0, 1.0], 0.5, seeded(), TypeError, "y must hold integer labels; got dtype float64"),
        (["a", "b"], 0.5, seeded(), TypeError, "y must hold integer labels; got dtype <U1"),
        ([0, 1], 1.5, seeded(), ValueError, "test_fraction must lie in [0, 1]; got 1.5"),
        ([0, 1], -0.5, seeded(), ValueError, "test_fraction must lie in [0, 1]; got -0.5"),
        ([0, 1], 0.5, 1, TypeError, "rng must be a generator such as np.random.default_rng(0); got 1"),
    ],
)
def test_a_split_says_what_is_wrong(y, fraction, rng, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        stratified_split(y, fraction, rng)


# ------------------------------------------------------------------- what is not there


def hide(monkeypatch, package):
    """Play a machine on which a package is not installed."""

    class Nowhere:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.partition(".")[0] == package:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Nowhere, *sys.meta_path])


@pytest.mark.parametrize("call", [load_digits, digits_split])
def test_digits_without_scikit_learn_say_what_to_install(monkeypatch, call):
    hide(monkeypatch, "sklearn")
    with pytest.raises(
        ImportError,
        match=exactly('scikit-learn must be installed for this; it is not: pip install "dlcourse[data]"'),
    ) as caught:
        call()
    assert caught.value.__suppress_context__  # one sentence, without another traceback above it
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("missing", ["pooch", "requests"])
@pytest.mark.parametrize("fetch", [fetch_mnist, fetch_fashion_mnist])
def test_downloads_without_pooch_say_what_to_install(monkeypatch, tmp_path, fetch, missing):
    hide(monkeypatch, missing)
    with pytest.raises(
        ImportError, match=exactly('pooch must be installed for this; it is not: pip install "dlcourse[data]"')
    ):
        fetch(tmp_path)


def test_a_package_that_is_there_but_broken_is_not_called_missing(monkeypatch, tmp_path):
    (tmp_path / "half_installed.py").write_text("import no_such_module_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match=exactly("No module named 'no_such_module_at_all'")):
        datasets._import("half_installed", "half-installed")


def test_importing_the_module_needs_numpy_only():
    heavy = ["numpy.random", "sklearn", "scipy", "pooch", "requests", "matplotlib"]
    program = f"import dlcourse.datasets, sys\nprint([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


# ------------------------------------------------------------------------- IDX files

PIXELS = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3) + 196  # five images of 4 x 3, up to 255
LABELS = np.array([9, 0, 5, 1, 3], np.uint8)


def idx(array, kind=8):
    """Write an array of bytes as the format's own text says: 0, 0, type, axes; lengths; bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape) + array.tobytes()


def fill(folder, images=None, labels=None, prefix="train", packed=True):
    """Put one half of a data set into a folder and return the paths of its two files."""
    paths = []
    for name, content in ((f"{prefix}-images-idx3-ubyte", images), (f"{prefix}-labels-idx1-ubyte", labels)):
        content = content if content is not None else idx(PIXELS if "images" in name else LABELS)
        path = folder / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)
        paths.append(path)
    return paths


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("kind", "prefix"), [("train", "train"), ("test", "t10k")])
def test_images_and_labels_come_back_as_they_were_written(tmp_path, kind, prefix, packed):
    fill(tmp_path, prefix=prefix, packed=packed)
    images, labels = load_idx(tmp_path, kind)
    same(images, PIXELS, np.uint8)
    same(labels, LABELS, np.int64)
    images[0, 0, 0] = 7  # both may be changed
    labels[0] = 7


def test_the_training_set_is_read_unless_told_otherwise(tmp_path):
    fill(tmp_path)
    fill(tmp_path, idx(PIXELS[:1]), idx(LABELS[:1]), prefix="t10k")
    assert len(load_idx(tmp_path)[0]) == 5
    assert len(load_idx(str(tmp_path), "train")[0]) == 5
    assert len(load_idx(tmp_path, kind="test")[0]) == 1


def test_lengths_have_four_bytes_each(tmp_path):
    images = np.zeros((70_000, 1, 1), np.uint8)
    images[-1] = 3
    fill(tmp_path, idx(images), idx(np.zeros(70_000, np.uint8)))
    assert load_idx(tmp_path)[0].shape == (70_000, 1, 1)


def test_a_folder_may_begin_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    fill(tmp_path)
    assert len(load_idx("~")[0]) == 5


def test_the_packed_file_is_read_where_both_are_there(tmp_path):
    fill(tmp_path)
    fill(tmp_path, idx(PIXELS[:1]), idx(LABELS[:1]), packed=False)
    assert len(load_idx(tmp_path)[0]) == 5


def test_a_file_that_a_browser_unpacked_but_still_calls_gz_is_read(tmp_path):
    for path in fill(tmp_path):
        path.write_bytes(gzip.decompress(path.read_bytes()))
    same(load_idx(tmp_path)[0], PIXELS, np.uint8)


@pytest.mark.parametrize("kind", ["valid", "Train", "t10k", None])
def test_there_are_two_halves(tmp_path, kind):
    with pytest.raises(ValueError, match=exactly(f"kind must be 'train' or 'test'; got {kind!r}")):
        load_idx(tmp_path, kind)


def test_a_missing_folder_is_named(tmp_path):
    nowhere, file = tmp_path / "nowhere", tmp_path / "file"
    file.touch()
    with pytest.raises(
        FileNotFoundError, match=exactly(f"folder must be a directory; got {nowhere}, which is not there")
    ):
        load_idx(nowhere)
    with pytest.raises(FileNotFoundError, match=exactly(f"folder must be a directory; got {file}, which is a file")):
        load_idx(file)


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_file_is_named_and_what_is_there_instead(tmp_path, missing):
    paths = fill(tmp_path)
    wanted, other = paths[missing], paths[1 - missing]
    wanted.rename(tmp_path / "a-copy.gz")
    sentence = f"{tmp_path} must hold {wanted.name} or {wanted.stem}; it holds a-copy.gz, {other.name}"
    with pytest.raises(FileNotFoundError, match=exactly(sentence)):
        load_idx(tmp_path)


def test_an_empty_folder_holds_nothing_and_a_full_one_is_not_listed_to_its_end(tmp_path):
    sentence = f"{tmp_path} must hold train-images-idx3-ubyte.gz or train-images-idx3-ubyte; it holds "
    with pytest.raises(FileNotFoundError, match=exactly(f"{sentence}nothing")):
        load_idx(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").mkdir()  # a folder is no file
    for letter in "jihgfedcba":
        (tmp_path / letter).touch()
    with pytest.raises(FileNotFoundError, match=exactly(f"{sentence}a, b, c, d, e, f, g, h")):
        load_idx(tmp_path)


HEADED = idx(PIXELS)
WRONG_IMAGES = {
    "empty": (b"", "must begin with the bytes 00 00 08 03; got an empty file"),
    "three bytes": (HEADED[:3], "must begin with the bytes 00 00 08 03; got 00 00 08"),
    "text": (b"<html>", "must begin with the bytes 00 00 08 03; got 3c 68 74 6d"),
    "labels": (idx(LABELS), "must begin with the bytes 00 00 08 03; got 00 00 08 01"),
    "floats": (idx(PIXELS, kind=13), "must begin with the bytes 00 00 08 03; got 00 00 0d 03"),
    "signed bytes": (idx(PIXELS, kind=9), "must begin with the bytes 00 00 08 03; got 00 00 09 03"),
    "half a header": (HEADED[:15], "must begin with a header of 16 bytes; got 15 bytes in all"),
    "a header only": (HEADED[:16], "must hold 60 bytes for its shape (5, 4, 3); got 0: its end is missing"),
    "one byte too few": (HEADED[:-1], "must hold 60 bytes for its shape (5, 4, 3); got 59: its end is missing"),
    "one too many": (HEADED + b"\0", "must hold 60 bytes for its shape (5, 4, 3); got 61: something follows its end"),
    "no image": (idx(PIXELS[:0]), "must have no length of 0 in its header; got shape (0, 4, 3)"),
    "no column": (idx(PIXELS[:, :, :0]), "must have no length of 0 in its header; got shape (5, 4, 0)"),
    "huge": (
        struct.pack(">4B3I", 0, 0, 8, 3, *[2**32 - 1] * 3),
        f"must hold {(2**32 - 1) ** 3} bytes for its shape (4294967295, 4294967295, 4294967295); "
        "got 0: its end is missing",
    ),
}
WRONG_LABELS = {
    "images": (HEADED, "must begin with the bytes 00 00 08 01; got 00 00 08 03"),
    "half a header": (idx(LABELS)[:7], "must begin with a header of 8 bytes; got 7 bytes in all"),
    "cut": (idx(LABELS)[:-2], "must hold 5 bytes for its shape (5,); got 3: its end is missing"),
    "too long": (idx(LABELS) + b"\1\2", "must hold 5 bytes for its shape (5,); got 7: something follows its end"),
    "none": (idx(LABELS[:0]), "must have no length of 0 in its header; got shape (0,)"),
    "an eleventh class": (idx(LABELS + np.uint8(1)), "must hold labels from 0 to 9; got 10"),
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("content", "sentence"), WRONG_IMAGES.values(), ids=WRONG_IMAGES)
def test_images_that_are_not_whole_are_refused(tmp_path, content, sentence, packed):
    path, _ = fill(tmp_path, images=content, packed=packed)
    with pytest.raises(ValueError, match=exactly(f"{path} {sentence}")):
        load_idx(tmp_path)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("content", "sentence"), WRONG_LABELS.values(), ids=WRONG_LABELS)
def test_labels_that_are_not_whole_are_refused(tmp_path, content, sentence, packed):
    _, path = fill(tmp_path, labels=content, packed=packed)
    with pytest.raises(ValueError, match=exactly(f"{path} {sentence}")):
        load_idx(tmp_path)


@pytest.mark.parametrize("count", [4, 1])
def test_every_image_needs_its_label(tmp_path, count):
    images, labels = fill(tmp_path, labels=idx(LABELS[:count]))
    sentence = f"{labels} must hold one label for each of the 5 images of {images.name}; got {count}"
    with pytest.raises(ValueError, match=exactly(sentence)):
        load_idx(tmp_path)


def spoilt(packed):
    """Return gzip files with a fault in every part: the header, the data, the checksum, the length, the end."""
    flipped = {place: packed[:place] + bytes([packed[place] ^ 255]) + packed[place + 1 :] for place in (2, 14, -8, -4)}
    return {
        "two bytes": packed[:2],
        "half": packed[: len(packed) // 2],
        "no last byte": packed[:-1],
        "method": flipped[2],
        "data": flipped[14],
        "checksum": flipped[-8],
        "length": flipped[-4],
        "more": packed + b"more",
    }


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("fault", spoilt(bytes(20)))
def test_a_damaged_gzip_file_is_refused(tmp_path, which, fault):
    path = fill(tmp_path)[which]
    path.write_bytes(spoilt(path.read_bytes())[fault])
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} must be a whole gzip file; it is damaged \\(.+\\)$"):
        load_idx(tmp_path)


@given(st.data())
def test_no_damaged_byte_goes_through_unseen(tmp_path_factory, data):
    # One byte of a packed file is changed. Flags, time and the like may be ignored; the numbers may not change.
    packed = gzip.compress(idx(LABELS), mtime=0)
    place = data.draw(st.integers(0, len(packed) - 1))
    folder = tmp_path_factory.mktemp("damaged")
    _, path = fill(folder)
    path.write_bytes(packed[:place] + bytes([data.draw(st.integers(0, 255))]) + packed[place + 1 :])
    with contextlib.suppress(ValueError):  # what it says is tested above
        images, labels = load_idx(folder)
        same(images, PIXELS, np.uint8)
        same(labels, LABELS, np.int64)


# -------------------------------------------------------------------------- downloads

FILES = [f"{half}-{what}-ubyte.gz" for half in ("train", "t10k") for what in ("images-idx3", "labels-idx1")]
FETCH = {"_MNIST": (fetch_mnist, "mnist"), "_FASHION_MNIST": (fetch_fashion_mnist, "fashion-mnist")}
each_fetch = pytest.mark.parametrize("name", FETCH)


class Server:
    """A file server on this machine, with a small data set in place of the real one."""

    def __init__(self, folder, monkeypatch):
        folder.mkdir()
        fill(folder)
        fill(folder, idx(PIXELS[:2]), idx(LABELS[:2]), prefix="t10k")
        self.folder, self.asked, self.monkeypatch = folder, [], monkeypatch
        self.checksums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
        asked = self.asked

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *words):
                asked.append(self.path)

        handler = functools.partial(Handler, directory=str(folder))
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        self.thread.start()
        for name in FETCH:
            self.stand_in(name, self.url)

    def stand_in(self, name, url):
        self.monkeypatch.setattr(datasets, f"{name}_URL", url)
        self.monkeypatch.setattr(datasets, f"{name}_SHA256", self.checksums)

    def close(self):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server(tmp_path / "served", monkeypatch)
    yield server
    server.close()


@each_fetch
def test_what_was_downloaded_can_be_read(server, tmp_path, name):
    folder = FETCH[name][0](tmp_path / "new" / "folder")
    assert folder == tmp_path / "new" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    same(load_idx(folder)[0], PIXELS, np.uint8)
    same(load_idx(folder, "test")[1], LABELS[:2], np.int64)


@each_fetch
def test_what_is_there_is_not_downloaded_again(server, tmp_path, name):
    fetch = FETCH[name][0]
    fetch(tmp_path / "data")
    assert sorted(server.asked) == sorted(f"/{file}" for file in FILES)
    (tmp_path / "data" / FILES[2]).unlink()
    fetch(str(tmp_path / "data"))
    assert server.asked[4:] == [f"/{FILES[2]}"]


@each_fetch
def test_without_a_folder_the_files_go_into_the_cache(server, tmp_path, monkeypatch, name):
    fetch, own = FETCH[name]
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    assert fetch() == tmp_path / "cache" / "dlcourse" / own
    assert len(load_idx(tmp_path / "cache" / "dlcourse" / own)[0]) == 5


def test_a_folder_to_download_into_may_begin_with_a_tilde_or_be_relative(server, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert fetch_mnist("~/here") == tmp_path / "here"
    monkeypatch.chdir(tmp_path)
    assert fetch_mnist("there") == tmp_path / "there"
    assert (tmp_path / "there" / FILES[3]).exists()


@each_fetch
def test_files_of_another_data_set_are_neither_read_nor_overwritten(server, tmp_path, name):
    path = tmp_path / "data" / FILES[3]
    path.parent.mkdir()
    path.write_bytes(b"mine")
    got = hashlib.sha256(b"mine").hexdigest()
    sentence = f"{path} must have the SHA-256 {server.checksums[FILES[3]]}; got {got}: name another folder"
    with pytest.raises(ValueError, match=exactly(sentence)):
        FETCH[name][0](path.parent)
    assert path.read_bytes() == b"mine"
    assert server.asked == []


@each_fetch
def test_a_file_that_arrives_changed_is_refused(server, tmp_path, name):
    (server.folder / FILES[1]).write_bytes(b"<html>Please log in</html>")
    got = hashlib.sha256(b"<html>Please log in</html>").hexdigest()
    with pytest.raises(ValueError, match=f"expected sha256:{server.checksums[FILES[1]]} but got {got}"):
        FETCH[name][0](tmp_path / "data")
    assert [path.name for path in (tmp_path / "data").iterdir()] == FILES[:1]


def no_download(url, folder, error):
    return exactly(
        f"{url} could not be downloaded ({error}); get {', '.join(FILES)} in another way and put them into {folder}"
    )


@each_fetch
def test_without_a_network_one_sentence_says_what_to_put_where(server, tmp_path, name):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # ours, and nobody listens
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        server.stand_in(name, url)
        folder = tmp_path / "data"
        with pytest.raises(ConnectionError, match=no_download(f"{url}{FILES[0]}", folder, "ConnectionError")):
            FETCH[name][0](folder)
        for file in FILES:  # do as it says
            (folder / file).write_bytes((server.folder / file).read_bytes())
        assert FETCH[name][0](folder) == folder


@each_fetch
def test_a_file_that_the_server_lacks_is_named(server, tmp_path, name):
    (server.folder / FILES[2]).unlink()
    with pytest.raises(
        ConnectionError, match=no_download(f"{server.url}{FILES[2]}", tmp_path / "data", "HTTPError")
    ) as caught:
        FETCH[name][0](tmp_path / "data")
    assert "404" in str(caught.value.__cause__)


@each_fetch
def test_a_file_is_no_folder_to_download_into(tmp_path, name):
    (tmp_path / "file").touch()
    sentence = f"folder must be a directory; got {tmp_path / 'file'}, which is a file"
    with pytest.raises(NotADirectoryError, match=exactly(sentence)):
        FETCH[name][0](tmp_path / "file")


PUBLISHED = {  # SHA-256 as many projects publish them, in the order of FILES
    "_MNIST": (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        [
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ],
    ),
    "_FASHION_MNIST": (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        [
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ],
    ),
}


@each_fetch
def test_the_files_and_their_checksums_are_the_published_ones(monkeypatch, tmp_path, name):
    asked = []
    monkeypatch.setattr("pooch.retrieve", lambda url, known_hash, fname, path: asked.append((url, known_hash, path)))
    FETCH[name][0](tmp_path)
    url, checksums = PUBLISHED[name]
    assert asked == [
        (url + file, f"sha256:{checksum}", tmp_path) for file, checksum in zip(FILES, checksums, strict=True)
    ]
