"""Chapter 6, second half, by hand, by central differences, at extreme values, by its laws, and against PyTorch."""

import inspect
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.normalization import (
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
    norm_backward,
)
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, agrees, close, exactly, same, slopes


def fresh(d, dtype=np.float64):
    return {"mean": np.zeros(d, dtype), "var": np.ones(d, dtype)}


def train(X, gamma, beta, **options):
    """Return the output of a training pass whose running statistics nobody needs."""
    return batchnorm_forward(X, gamma, beta, fresh(np.shape(X)[1]), **options)


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(0.5, 2.0, shape)


# ---------------------------------------------------------- batchnorm_forward


def test_batchnorm_by_hand():
    # columns (1, 3, 5): mean 3, variance 8/3;  (2, 2, 8): mean 4, variance 8;  eps 1/3 and 1 make roots of 3 and 9
    X = [[1, 2], [3, 2], [5, 8]]
    running = {"mean": np.array([10.0, 20.0]), "var": np.array([1.0, 2.0])}
    out = batchnorm_forward(X, [3, 1], [100, 200], running, momentum=0.75, eps=1.0)
    root = np.sqrt(8 / 3 + 1)
    close(out, [[100 - 6 / root, 200 - 2 / 3], [100, 200 - 2 / 3], [100 + 6 / root, 200 + 4 / 3]])
    close(running["mean"], [0.75 * 10 + 0.25 * 3, 0.75 * 20 + 0.25 * 4])
    close(running["var"], [0.75 * 1 + 0.25 * 8 / 3, 0.75 * 2 + 0.25 * 8])


def test_batchnorm_after_training_by_hand():
    # (1 - 3) / sqrt(8 + 1) = -2/3;  times 6 plus 10 is 6
    running = {"mean": np.array([3.0]), "var": np.array([8.0])}
    mean, var = running.values()
    out = batchnorm_forward([[1.0], [3.0], [6.0]], [6.0], [10.0], running, training=False, eps=1.0)
    close(out, [[6.0], [10.0], [16.0]])
    assert running["mean"] is mean
    assert running["var"] is var
    same(mean, [3.0])
    same(var, [8.0])


@pytest.mark.parametrize("n", [2, 4, 8])
def test_every_column_of_a_batch_gets_the_mean_beta_and_the_deviation_gamma(n):
    gamma, beta = np.array([1.0, 2.0, 0.5, -3.0]), np.array([0.0, 1.0, -1.0, 5.0])
    out = train(numbers(n, 4), gamma, beta, eps=1e-14)
    close(out.mean(0), beta)
    close(out.std(0), np.abs(gamma), 1e-11)  # dividing by n


@pytest.mark.parametrize("training", [True, False])
def test_after_three_batches_the_running_statistics_are_those_of_the_definition(training):
    running, batches = fresh(4), numbers(3, 8, 4)
    for batch in batches:
        batchnorm_forward(batch, np.ones(4), np.zeros(4), running, momentum=0.9)
    weights = 0.1 * np.array([0.81, 0.9, 1.0])
    close(running["mean"], weights @ batches.mean(1))
    close(running["var"], 0.729 + weights @ batches.var(1))  # biased, and from 1
    out = batchnorm_forward(batches[0], np.ones(4), np.zeros(4), running, training)
    assert (np.abs(out.mean(0)).max() < 1e-12) == training


def test_training_puts_new_arrays_into_running_and_leaves_the_old_ones_alone():
    running = fresh(2)
    before = dict(running)
    for array in before.values():
        array.flags.writeable = False
    batchnorm_forward(numbers(4, 2), np.ones(2), np.zeros(2), running)
    assert list(running) == ["mean", "var"]
    for key, array in before.items():
        assert running[key] is not array
        assert running[key].shape == (2,)
    same(before["mean"], [0.0, 0.0])


@pytest.mark.parametrize(("momentum", "keeps"), [(1.0, True), (0.0, False)])
def test_the_ends_of_the_momentum_keep_everything_and_nothing(momentum, keeps):
    running, X = fresh(2), numbers(5, 2)
    batchnorm_forward(X, np.ones(2), np.zeros(2), running, momentum=momentum)
    close(running["mean"], np.zeros(2) if keeps else X.mean(0))
    close(running["var"], np.ones(2) if keeps else X.var(0))


def test_a_batch_of_one_gives_beta():
    running = fresh(3)
    same(batchnorm_forward([[5.0, -7.0, 1e9]], [1.0, 2.0, 3.0], [0.5, -1.0, 4.0], running), [[0.5, -1.0, 4.0]])
    close(running["var"], [0.9] * 3)


def test_a_feature_that_never_changes_gives_beta():
    same(train(np.full((4, 1), 8.0), [3.0], [0.25]), np.full((4, 1), 0.25))


@pytest.mark.parametrize("training", [True, False])
def test_a_running_variance_of_0_is_fine(training):
    running = {"mean": np.zeros(1), "var": np.zeros(1)}
    out = batchnorm_forward([[1.0], [-1.0]], [1.0], [0.0], running, training, eps=0.25)
    close(out, np.array([[1.0], [-1.0]]) / np.sqrt(training + 0.25))


def test_an_empty_batch_passes_only_after_training():
    out = batchnorm_forward(np.empty((0, 2)), np.ones(2), np.zeros(2), fresh(2), training=False)
    same(out, np.empty((0, 2)))
    with pytest.raises(ValueError, match=exactly("X must have at least one sample in training; got shape (0, 2)")):
        train(np.empty((0, 2)), np.ones(2), np.zeros(2))


def test_a_batch_without_features_stays_without():
    assert train(np.empty((3, 0)), [], []).shape == (3, 0)


def test_batchnorm_far_from_0_keeps_its_digits():
    X = numbers(16, 3).round(3)
    close(train(X + 2.0**30, np.ones(3), np.zeros(3)), train(X, np.ones(3), np.zeros(3)), 1e-6)
    assert np.isfinite(train([[1e150], [-1e150]], [1.0], [0.0])).all()
    close(train([[1000.0], [-1000.0]], [1.0], [0.0]), [[1.0], [-1.0]], 1e-10)
    close(train([[1e-300], [-1e-300]], [1.0], [0.0]), [[0.0], [0.0]])


def test_the_samples_of_a_batch_depend_on_each_other_only_in_training():
    X = numbers(4, 3)
    other = X.copy()
    other[1:] += 5 * numbers(3, 3, seed=1)
    assert np.abs(train(X, np.ones(3), np.zeros(3))[0] - train(other, np.ones(3), np.zeros(3))[0]).max() > 0.1
    first, second = (batchnorm_forward(x, np.ones(3), np.zeros(3), fresh(3), training=False)[0] for x in (X, other))
    same(first, second)


# ---------------------------------------------------------- layernorm_forward


def test_layernorm_by_hand():
    # (2, 2, 8): mean 4, variance 8, and eps 1: (-2, -2, 4) / 3
    out = layernorm_forward([[2, 2, 8], [5, 5, 5]], [3, 6, 9], [0, 10, 100], eps=1.0)
    close(out, [[-2.0, 6.0, 112.0], [0.0, 10.0, 100.0]])


@pytest.mark.parametrize("shape", [(4,), (1, 4), (4, 4), (2, 3, 4), (2, 1, 3, 4), (0, 4), (2, 0, 4)])
def test_every_row_gets_mean_0_and_variance_1_in_any_shape(shape):
    out = layernorm_forward(numbers(*shape), np.ones(4), np.zeros(4), eps=1e-14)
    assert out.shape == shape
    close(out.mean(-1), np.zeros(shape[:-1]))
    close(out.var(-1), np.ones(shape[:-1]), 1e-11)


def test_scale_and_shift_belong_to_features_and_not_to_rows():
    X, gamma, beta = numbers(4, 4), np.array([1.0, 2.0, -3.0, 0.0]), np.array([0.0, 5.0, 1.0, -1.0])
    plain = layernorm_forward(X, np.ones(4), np.zeros(4))
    for k in range(4):
        close(layernorm_forward(X, gamma, beta)[:, k], gamma[k] * plain[:, k] + beta[k])


def test_one_feature_gives_beta():
    same(layernorm_forward([[7.0], [-3.0]], [2.0], [0.5]), [[0.5], [0.5]])


def test_rows_do_not_depend_on_each_other():
    X = numbers(2, 3, 4)
    whole = layernorm_forward(X, np.ones(4), np.zeros(4))
    for i, j in np.ndindex(2, 3):
        close(layernorm_forward(X[i, j], np.ones(4), np.zeros(4)), whole[i, j], 1e-15)


def test_layernorm_at_extreme_values():
    close(layernorm_forward([1000.0, -1000.0], np.ones(2), np.zeros(2)), [1.0, -1.0], 1e-10)
    close(layernorm_forward([1e150, -1e150], np.ones(2), np.zeros(2)), [1.0, -1.0])
    close(layernorm_forward([1e-300, 3e-300], np.ones(2), np.zeros(2)), [0.0, 0.0])
    X = np.array([2.0**30 + 1, 2.0**30 + 3])
    close(layernorm_forward(X, np.ones(2), np.zeros(2), eps=1e-14), [-1.0, 1.0])


@LAWS
@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=6), st.integers(-1000, 1000), st.sampled_from([0.5, 2.0, 8.0])
)
def test_layernorm_does_not_see_shifts_and_scales_of_a_row(row, shift, scale):
    d = len(row)
    row = np.array([*row, max(row) + 1], float)
    out = layernorm_forward(row, np.ones(d + 1), np.zeros(d + 1), eps=1e-14)
    close(layernorm_forward(row + shift, np.ones(d + 1), np.zeros(d + 1), eps=1e-14), out, 1e-9)
    close(layernorm_forward(row * scale, np.ones(d + 1), np.zeros(d + 1), eps=1e-14), out, 1e-9)


@LAWS
@given(st.lists(st.lists(st.integers(-20, 20), min_size=3, max_size=3), min_size=1, max_size=5))
def test_both_norms_agree_with_exact_moments(rows):
    def normalized(values):
        mean = Fraction(sum(values), len(values))
        var = sum((x - mean) ** 2 for x in values) / len(values)
        return [float(x - mean) / float(var + Fraction(1, 4)) ** 0.5 for x in values]

    close(layernorm_forward(rows, np.ones(3), np.zeros(3), eps=0.25), [normalized(row) for row in rows])
    columns = [normalized(column) for column in zip(*rows, strict=True)]
    close(train(rows, np.ones(3), np.zeros(3), eps=0.25), np.array(columns).T)


@pytest.mark.parametrize("axes", [(0, 1), (1, 0)])
def test_one_norm_is_the_other_on_the_transposed_batch(axes):
    X = numbers(4, 4)
    close(train(X, np.ones(4), np.zeros(4)), layernorm_forward(X.T, np.ones(4), np.zeros(4)).T)
    dout = numbers(4, 4, seed=1)
    dX = norm_backward(dout, X, np.ones(4), axes[0])[0]
    close(dX, norm_backward(dout.T, X.T, np.ones(4), axes[1])[0].T)


# ------------------------------------------------------------------- backward


def test_norm_backward_by_hand():
    # column (1, 3, 5), eps 4/3: deviation 2, X_hat = (-1, 0, 1); G = 3 (1, 0, 5) = (3, 0, 15)
    # mean(G) = 6, mean(G X_hat) = 12/3 = 4; dX = (3 - 6 + 4, 0 - 6, 15 - 6 - 4) / 2
    column, dout = np.array([[1.0], [3.0], [5.0]]), np.array([[1.0], [0.0], [5.0]])
    dX, dgamma, dbeta = norm_backward(dout, column, [3.0], 0, eps=4 / 3)
    close(dX, [[0.5], [-3.0], [2.5]])
    close(dgamma, [4.0])
    close(dbeta, [6.0])
    dX, dgamma, dbeta = norm_backward(dout.T, column.T, [3.0, 3.0, 3.0], 1, eps=4 / 3)
    close(dX, [[0.5, -3.0, 2.5]])
    close(dgamma, [-1.0, 0.0, 5.0])
    close(dbeta, [1.0, 0.0, 5.0])


@pytest.mark.parametrize("shape", [(6, 3), (4, 4), (2, 5)])
@pytest.mark.parametrize("axis", [0, 1])
def test_norm_backward_is_the_derivative_of_forward(shape, axis):
    X, dout = numbers(*shape), numbers(*shape, seed=1)
    gamma, beta = numbers(shape[1], seed=2), numbers(shape[1], seed=3)
    forward = train if axis == 0 else layernorm_forward

    dX, dgamma, dbeta = norm_backward(dout, X, gamma, axis, eps=0.1)
    agrees(dX, slopes(lambda X: (dout * forward(X, gamma, beta, eps=0.1)).sum(), X))
    agrees(dgamma, slopes(lambda gamma: (dout * forward(X, gamma, beta, eps=0.1)).sum(), gamma))
    agrees(dbeta, slopes(lambda beta: (dout * forward(X, gamma, beta, eps=0.1)).sum(), beta))


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4)])
def test_layernorm_backward_is_the_derivative_of_forward_in_any_shape(shape):
    X, dout, gamma, beta = numbers(*shape), numbers(*shape, seed=1), numbers(4, seed=2), numbers(4, seed=3)
    dX, dgamma, dbeta = layernorm_backward(dout, X, gamma)
    agrees(dX, slopes(lambda X: (dout * layernorm_forward(X, gamma, beta)).sum(), X))
    agrees(dgamma, slopes(lambda gamma: (dout * layernorm_forward(X, gamma, beta)).sum(), gamma))
    agrees(dbeta, slopes(lambda beta: (dout * layernorm_forward(X, gamma, beta)).sum(), beta))


@pytest.mark.parametrize(("call", "axis"), [(batchnorm_backward, 0), (layernorm_backward, 1)])
@pytest.mark.parametrize("options", [{}, {"eps": 0.5}])
def test_the_two_backward_functions_are_norm_backward_along_their_axis(call, axis, options):
    dout, X, gamma = numbers(4, 4), numbers(4, 4, seed=1), numbers(4, seed=2)
    for found, wanted in zip(
        call(dout, X, gamma, **options), norm_backward(dout, X, gamma, axis, **options), strict=True
    ):
        same(found, wanted)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_gradient_sums_to_0_along_the_axis_and_sees_no_shift(axis):
    dout, X, gamma = numbers(5, 4), numbers(5, 4, seed=1), numbers(4, seed=2)
    dX, _, _ = norm_backward(dout, X, gamma, axis)
    close(dX.sum(axis), np.zeros(4 if axis == 0 else 5))
    assert np.abs(dX).max() > 0.1
    dX_2, _, _ = norm_backward(dout * 2 + (0 if axis == 1 else 7), X, gamma, axis)
    close(dX_2, 2 * dX)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_gradient_along_the_output_itself_is_absorbed(axis):
    X = numbers(5, 4)
    forward = train if axis == 0 else layernorm_forward
    dX, _, _ = norm_backward(forward(X, np.ones(4), np.zeros(4), eps=1e-14), X, np.ones(4), axis, eps=1e-14)
    close(dX, np.zeros((5, 4)), 1e-10)


def test_backward_of_one_row_and_of_no_rows():
    dX, dgamma, dbeta = batchnorm_backward([[1.0, 2.0]], [[3.0, 4.0]], [5.0, 6.0])
    same(dX, [[0.0, 0.0]])
    same(dgamma, [0.0, 0.0])
    same(dbeta, [1.0, 2.0])
    for shape in ((0, 3), (2, 0, 3)):
        dX, dgamma, dbeta = layernorm_backward(np.empty(shape), np.empty(shape), np.ones(3))
        same(dX, np.empty(shape))
        same(dgamma, np.zeros(3))
        same(dbeta, np.zeros(3))


def test_backward_at_extreme_values():
    for X in ([[1000.0, -1000.0, 0.0]], [[1e150, -1e150, 0.0]], [[1e-300, 0.0, 0.0]], [[7.0, 7.0, 7.0]]):
        for gradient in (*norm_backward([[1e3, -1e3, 5.0]], X, np.ones(3), 1), *norm_backward(X, X, np.ones(3), 0)):
            assert np.isfinite(gradient).all()


# ----------------------------------------------------- what holds for every function

GIVEN = {
    "X": [[1.0, 2.0, 4.0], [3.0, 0.0, 1.0]],
    "dout": [[1.0, 2.0, 3.0], [0.0, -1.0, 2.0]],
    "gamma": [1.0, 2.0, 3.0],
    "beta": [1.0, 0.0, -1.0],
}
CALLS = {
    "train": lambda X, gamma, beta, **given: batchnorm_forward(X, gamma, beta, fresh(3)),
    "evaluate": lambda X, gamma, beta, **given: batchnorm_forward(X, gamma, beta, fresh(3), training=False),
    "layernorm": lambda X, gamma, beta, **given: layernorm_forward(X, gamma, beta),
    "axis 0": lambda dout, X, gamma, **given: norm_backward(dout, X, gamma, 0),
    "axis 1": lambda dout, X, gamma, **given: norm_backward(dout, X, gamma, 1),
    "batchnorm back": lambda dout, X, gamma, **given: batchnorm_backward(dout, X, gamma),
    "layernorm back": lambda dout, X, gamma, **given: layernorm_backward(dout, X, gamma),
}


def arrays_of(found):
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_are_kept_and_inputs_left_as_they_were(name, dtype):
    arrays = {key: np.array(value, dtype) for key, value in GIVEN.items()}
    for array in arrays.values():
        array.flags.writeable = False
    for found in arrays_of(CALLS[name](**arrays)):
        assert found.dtype == dtype
        assert not any(np.shares_memory(found, array) for array in arrays.values())


@pytest.mark.parametrize("name", CALLS)
def test_integers_become_float64(name):
    whole = {key: np.array(value, np.int64) for key, value in GIVEN.items()}
    for found, wanted in zip(arrays_of(CALLS[name](**whole)), arrays_of(CALLS[name](**GIVEN)), strict=True):
        same(found, wanted)


@pytest.mark.parametrize("training", [True, False])
def test_running_statistics_take_the_dtype_of_the_batch(training):
    running = {"mean": [0, 0], "var": np.ones(2)}
    ones, X = np.ones(2, np.float32), numbers(4, 2).astype(np.float32)
    assert batchnorm_forward(X, ones, ones, running, training).dtype == np.float32
    if training:
        assert {array.dtype for array in running.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "defaults"),
    [
        (batchnorm_forward, {"training": True, "momentum": 0.9, "eps": 1e-5}),
        (layernorm_forward, {"eps": 1e-5}),
        (norm_backward, {"eps": 1e-5}),
        (batchnorm_backward, {"eps": 1e-5}),
        (layernorm_backward, {"eps": 1e-5}),
    ],
)
def test_defaults_are_those_of_the_chapter(call, defaults):
    parameters = inspect.signature(call).parameters.values()
    assert {p.name: p.default for p in parameters if p.default is not p.empty} == defaults


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_number_is_named(name):
    used = set(inspect.signature(CALLS[name]).parameters) - {"given"}
    for key in used:
        with pytest.raises(TypeError, match=exactly(f"{key} must hold real numbers; got dtype <U1")):
            CALLS[name](**GIVEN | {key: np.full(np.shape(GIVEN[key]), "a")})


@pytest.mark.parametrize("name", CALLS)
def test_scales_and_shifts_of_another_length_are_named(name):
    used = set(inspect.signature(CALLS[name]).parameters) & {"gamma", "beta"}
    for key in used:
        for value in ([1.0, 2.0], [[1.0, 2.0, 3.0]], 1.0):
            with pytest.raises(ValueError, match=exactly(f"{key} must have shape (d=3,); got {np.shape(value)}")):
                CALLS[name](**GIVEN | {key: value})


@pytest.mark.parametrize("name", [name for name in CALLS if "dout" in inspect.signature(CALLS[name]).parameters])
def test_an_upstream_gradient_of_another_shape_is_named(name):
    with pytest.raises(ValueError, match=exactly("dout must have shape (2, 3); got (1, 3)")):
        CALLS[name](**GIVEN | {"dout": [[1.0, 2.0, 3.0]]})


@pytest.mark.parametrize("name", [name for name in CALLS if not name.startswith("layernorm")])
def test_a_batch_without_two_axes_is_named(name):
    for X in (np.ones(3), np.ones((1, 2, 3)), 1.0):
        with pytest.raises(ValueError, match=exactly(f"X must have shape (n, d); got {np.shape(X)}")):
            CALLS[name](**GIVEN | {"X": X, "dout": X})


@pytest.mark.parametrize("name", ["layernorm", "layernorm back"])
def test_a_row_without_features_is_named(name):
    with pytest.raises(ValueError, match=exactly("X must have shape (..., d); got ()")):
        CALLS[name](**GIVEN | {"X": 1.0, "dout": 1.0})
    nothing = {"X": np.empty((2, 0)), "dout": np.empty((2, 0)), "gamma": [], "beta": []}
    with pytest.raises(ValueError, match=exactly("X must have at least one feature; got shape (2, 0)")):
        CALLS[name](**nothing)


@pytest.mark.parametrize("eps", [0.0, -1e-5, np.inf, np.nan])
def test_eps_must_be_above_0(eps):
    X, ones = np.ones((2, 2)), np.ones(2)
    for call in (
        lambda: batchnorm_forward(X, ones, ones, fresh(2), eps=eps),
        lambda: layernorm_forward(X, ones, ones, eps),
        lambda: norm_backward(X, X, ones, 0, eps),
        lambda: batchnorm_backward(X, X, ones, eps),
        lambda: layernorm_backward(X, X, ones, eps),
    ):
        with pytest.raises(ValueError, match=exactly(f"eps must lie in (0, inf); got {eps}")):
            call()


@pytest.mark.parametrize("axis", [2, -1, None, "0"])
def test_there_are_only_two_axes(axis):
    with pytest.raises(ValueError, match=exactly(f"axis must be 0 or 1; got {axis}")):
        norm_backward(np.ones((2, 2)), np.ones((2, 2)), np.ones(2), axis)


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        ({"mean": [0.0]}, {}, "running['mean'] must have shape (d=2,); got (1,)"),
        ({"var": np.ones((1, 2))}, {}, "running['var'] must have shape (d=2,); got (1, 2)"),
        ({"var": [1.0, -0.5]}, {}, "running['var'] must not be negative; got -0.5"),
        ({"count": 1}, {}, "running must hold mean and var; got ['mean', 'var', 'count']"),
        ({}, {"momentum": 1.5}, "momentum must lie in [0, 1]; got 1.5"),
        ({}, {"momentum": -0.5}, "momentum must lie in [0, 1]; got -0.5"),
        ({}, {"eps": 0.0}, "eps must lie in (0, inf); got 0.0"),
    ],
)
@pytest.mark.parametrize("training", [True, False])
def test_batchnorm_says_what_is_wrong_before_it_changes_anything(change, options, sentence, training):
    running = fresh(2) | change
    before = dict(running)
    with pytest.raises(ValueError, match=exactly(sentence)):
        batchnorm_forward(numbers(4, 2), np.ones(2), np.zeros(2), running, training, **options)
    assert all(running[key] is value for key, value in before.items())


def test_missing_and_wordy_statistics_are_named():
    with pytest.raises(ValueError, match=exactly("running must hold mean and var; got ['mean']")):
        batchnorm_forward([[1.0]], [1.0], [0.0], {"mean": [0.0]})
    for key in ("mean", "var"):
        with pytest.raises(TypeError, match=exactly(f"running['{key}'] must hold real numbers; got dtype <U1")):
            batchnorm_forward([[1.0]], [1.0], [0.0], fresh(1) | {key: ["a"]})


def test_an_empty_batch_has_no_gradient_in_training():
    with pytest.raises(ValueError, match=exactly("X must have at least one sample in training; got shape (0, 3)")):
        batchnorm_backward(np.empty((0, 3)), np.empty((0, 3)), np.ones(3))


# ------------------------------------------------------------------- PyTorch

RECORDED = parity.load("normalization")


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith("batchnorm")])
def test_pytorch_normalizes_batches_the_same(name):
    case = RECORDED[name]
    d, n, eps = len(case["gamma"]), case["batches"].shape[1], float(case["eps"])
    running = fresh(d, case["gamma"].dtype)
    share = 1.0  # what is left of the variance 1 at the start
    for batch, out, mean, var in zip(case["batches"], case["outs"], case["means"], case["variances"], strict=True):
        parity.assert_close(batchnorm_forward(batch, case["gamma"], case["beta"], running, eps=eps), out)
        share *= 0.9
        # PyTorch's running variance divides by n - 1, except for what is left of the start
        parity.assert_close((running["var"] - share) * n / (n - 1) + share, var)
        parity.assert_close(running["mean"], mean)
    recorded = {"mean": case["means"][-1], "var": case["variances"][-1]}
    evaluated = batchnorm_forward(batch, case["gamma"], case["beta"], recorded, training=False, eps=eps)
    parity.assert_close(evaluated, case["evaluated"])
    for call in (batchnorm_backward, lambda *given: norm_backward(*given[:3], 0, given[3])):
        for key, gradient in zip(("dX", "dgamma", "dbeta"), call(case["dout"], batch, case["gamma"], eps), strict=True):
            parity.assert_close(gradient, case[key])


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith("layernorm")])
def test_pytorch_normalizes_layers_the_same(name):
    case = RECORDED[name]
    eps = float(case["eps"])
    parity.assert_close(layernorm_forward(case["X"], case["gamma"], case["beta"], eps), case["out"])
    found = layernorm_backward(case["dout"], case["X"], case["gamma"], eps)
    for key, gradient in zip(("dX", "dgamma", "dbeta"), found, strict=True):
        parity.assert_close(gradient, case[key])


def test_pytorch_was_asked_about_both_norms():
    assert sum(name.startswith("batchnorm") for name in RECORDED) == 2 * 3
    assert sum(name.startswith("layernorm") for name in RECORDED) == 2 * 5


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("normalization")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            assert case.keys() == RECORDED[name].keys()
            for key, value in case.items():
                parity.assert_close(RECORDED[name][key], value)
