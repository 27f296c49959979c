"""Chapter 3 by hand, by central differences, at extreme values, by its laws, and against PyTorch."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dlcourse import losses
from dlcourse.activations import log_softmax, sigmoid, softmax
from dlcourse.losses import (
    accuracy,
    bce_with_logits,
    bce_with_logits_grad,
    binary_cross_entropy,
    binary_cross_entropy_grad,
    cross_entropy,
    cross_entropy_grad,
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
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, agrees, arrays_in, as_arrays, exactly, named, nearly_same, same, slopes

REGRESSION = [mse, mse_grad, mae, mae_grad, r2_score]
BINARY = [binary_cross_entropy, binary_cross_entropy_grad]
BINARY_LOGITS = [bce_with_logits, bce_with_logits_grad]
CATEGORICAL = [cross_entropy, cross_entropy_grad]
CATEGORICAL_LOGITS = [cross_entropy_with_logits, cross_entropy_with_logits_grad]
PAIRS = [
    (mse, mse_grad),
    (mae, mae_grad),
    (binary_cross_entropy, binary_cross_entropy_grad),
    (bce_with_logits, bce_with_logits_grad),
    (cross_entropy, cross_entropy_grad),
    (cross_entropy_with_logits, cross_entropy_with_logits_grad),
]
LOG2 = math.log(2)


# ------------------------------------------------------- what holds for every function

PROBS = [[0.75, 0.25], [0.5, 0.5]]
SQUARE = [[1.0, -2.0], [-3.0, 4.0]]
CALLS = [
    *((call, [SQUARE, [[0.5, 2.0], [1.0, -1.0]]]) for call in REGRESSION),
    *((call, [PROBS, [[0.5, 1.0], [0.0, 0.25]]]) for call in BINARY),
    *((call, [SQUARE, [[0.5, 1.0], [0.0, 0.25]]]) for call in BINARY_LOGITS),
    *((call, [PROBS, np.array([1, 0])]) for call in CATEGORICAL),
    *((call, [SQUARE, np.array([1, 0])]) for call in CATEGORICAL_LOGITS),
    *((call, [PROBS, [[0.25, 0.75], [1.0, 0.0]]]) for call in CATEGORICAL),
    *((call, [SQUARE, [[0.25, 0.75], [1.0, 0.0]]]) for call in CATEGORICAL_LOGITS),
    (softmax_cross_entropy, [SQUARE, np.array([1, 0])]),
    (one_hot, [np.array([2, 0]), 3]),
    (predict_classes, [SQUARE]),
    (predict_classes, [SQUARE, 0.5]),
    (accuracy, [SQUARE, np.array([0, 0])]),
    (fit_softmax_regression, [SQUARE, np.array([1, 0]), 2]),
]
FLOATING = [
    c for c in CALLS if c[0].__name__.endswith("grad") or c[0] in (softmax_cross_entropy, fit_softmax_regression)
]
PLAIN = [c for c in CALLS if c[0] in {loss for loss, _ in PAIRS} | {r2_score, accuracy}]


def test_every_function_of_the_module_is_called_here():
    assert {call.__name__ for call, _ in CALLS} == set(losses.__all__)


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=named)
def test_inputs_are_left_as_they_were(call, arguments):
    arguments = as_arrays(tuple(arguments), np.float64)
    arrays = [argument.copy() for argument in arguments if isinstance(argument, np.ndarray)]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False  # writing into an argument fails loudly
    found = call(*arrays, *arguments[len(arrays) :])
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)
        assert not any(np.shares_memory(part, array) for part in arrays_in(found))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(("call", "arguments"), FLOATING, ids=named)
def test_gradients_have_the_floating_dtype_of_the_predictions(call, arguments, dtype):
    pred, *rest = as_arrays(tuple(arguments), np.float64)
    found, wanted = arrays_in(call(pred.astype(dtype), *rest)), arrays_in(call(pred, *rest))
    assert {part.dtype for part in found} == {np.dtype(dtype)}
    for got, want in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=32 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(("call", "arguments"), PLAIN, ids=named)
def test_losses_and_metrics_are_plain_floats(call, arguments, dtype):
    found = call(*as_arrays(tuple(arguments), dtype))
    assert type(found) is float
    assert found == pytest.approx(call(*arguments), rel=8 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
@pytest.mark.parametrize("call", [*REGRESSION, *BINARY, *BINARY_LOGITS, *CATEGORICAL, *CATEGORICAL_LOGITS], ids=named)
def test_integers_are_computed_in_float64(call, dtype):
    pred, target = np.array([[1, 0], [0, 1]], dtype), np.array([[0, 1], [0, 1]], dtype)
    for whole, floats in ((target, target.astype(float)), ([[0.25, 0.75], [0.5, 0.5]],) * 2):
        found = call(pred, whole)
        np.testing.assert_array_equal(found, call(pred.astype(float), floats))
        assert np.asarray(found).dtype == np.float64


@pytest.mark.parametrize(("loss", "grad"), PAIRS, ids=named)
def test_every_gradient_is_the_derivative_of_its_loss(loss, grad):
    rng = np.random.default_rng(1)
    pred, target = rng.uniform(0.1, 0.9, (3, 4)), rng.dirichlet(np.ones(4), 3)
    agrees(grad(pred, target), slopes(lambda p: loss(p, target), pred))


@pytest.mark.parametrize("shape", [(3, 4), (3, 3), (1, 4), (4, 1), (1, 1)])
@pytest.mark.parametrize(("loss", "grad"), PAIRS[4:], ids=named)
def test_categorical_gradients_are_derivatives_for_classes_and_for_rows(loss, grad, shape):
    rng = np.random.default_rng(2)
    pred = rng.uniform(0.1, 0.9, shape)
    classes = rng.integers(0, shape[1], shape[0])
    for y in (classes, rng.dirichlet(np.ones(shape[1]), shape[0])):
        found, wanted = grad(pred, y), slopes(lambda p, y=y: loss(p, y), pred)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-8)
    np.testing.assert_array_equal(grad(pred, classes), grad(pred, np.eye(shape[1])[classes]))
    assert loss(pred, classes) == loss(pred, np.eye(shape[1])[classes])


@pytest.mark.parametrize(
    ("call", "name", "other"),
    [
        *((call, "pred", "target") for call in REGRESSION),
        *((call, "p", "y") for call in BINARY),
        *((call, "z", "y") for call in BINARY_LOGITS),
    ],
    ids=named,
)
def test_elementwise_losses_want_two_arrays_of_one_shape_that_is_not_empty(call, name, other):
    column, row = np.ones((4, 1)), np.ones(4)
    with pytest.raises(ValueError, match=exactly(f"{other} must have shape (4, 1); got (4,)")):
        call(column, row)
    with pytest.raises(ValueError, match=exactly(f"{other} must have shape (4,); got (4, 1)")):
        call(row, column)
    with pytest.raises(ValueError, match=exactly(f"{other} must have shape (4,); got ()")):
        call(row, 1.0)
    with pytest.raises(ValueError, match=exactly(f"{name} must not be empty; got shape (0, 3)")):
        call(np.ones((0, 3)), np.ones((0, 3)))
    with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
        call(["a"], [1.0])
    with pytest.raises(TypeError, match=exactly(f"{other} must hold real numbers; got dtype <U1")):
        call([1.0], ["a"])
    with pytest.raises(ValueError, match=exactly(f"{name} must be a rectangular array; got rows of different lengths")):
        call([[1], [1, 2]], [1.0])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        *((call, "probs") for call in CATEGORICAL),
        *((call, "logits") for call in [*CATEGORICAL_LOGITS, softmax_cross_entropy]),
    ],
    ids=named,
)
def test_categorical_losses_say_which_shape_or_label_is_wrong(call, name):
    scores = np.full((2, 3), 1 / 3)
    for wrong in (np.ones(3), np.ones((1, 2, 3)), np.array(1.0)):
        with pytest.raises(ValueError, match=exactly(f"{name} must have shape (n, k); got {wrong.shape}")):
            call(wrong, [0])
    for shape in [(0, 3), (2, 0)]:
        with pytest.raises(ValueError, match=exactly(f"{name} must not be empty; got shape {shape}")):
            call(np.ones(shape), [0, 0])
    with pytest.raises(ValueError, match=exactly("y must have shape (n=2,); got (3,)")):
        call(scores, [0, 1, 2])
    with pytest.raises(ValueError, match=exactly("y must hold labels from 0 to 2; got 3")):
        call(scores, [0, 3])
    with pytest.raises(ValueError, match=exactly("y must hold labels from 0 to 2; got -1")):
        call(scores, [-1, 0])
    with pytest.raises(TypeError, match=exactly("y must hold integer labels; got dtype float64")):
        call(scores, [0.0, 1.0])
    with pytest.raises(ValueError, match=exactly("y must be a rectangular array; got rows of different lengths")):
        call(scores, [[0], [1, 2]])
    with pytest.raises(ValueError, match=exactly(f"{name} must be a rectangular array; got rows of different lengths")):
        call([[0], [1, 2]], [0, 1])
    with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
        call([["a"]], [0])


@pytest.mark.parametrize("call", [*CATEGORICAL, *CATEGORICAL_LOGITS], ids=named)
def test_rows_of_targets_are_distributions(call):
    scores = np.full((2, 3), 1 / 3)
    with pytest.raises(ValueError, match=exactly("y must have shape (n=2, k=3); got (3, 2)")):
        call(scores, np.ones((3, 2)))
    with pytest.raises(ValueError, match=exactly("y must have shape (n=2, k=3); got ()")):
        call(scores, 1)
    with pytest.raises(ValueError, match=exactly("y must lie in [0, 1]; got 2")):
        call(scores, [[0, 2, -1], [1, 0, 0]])
    with pytest.raises(ValueError, match=exactly("y must lie in [0, 1]; got nan")):
        call(scores, [[0, np.nan, 1], [1, 0, 0]])
    with pytest.raises(ValueError, match=exactly("each row of y must sum to 1; got 0.9")):
        call(scores, [[1, 0, 0], [0.5, 0.4, 0]])
    with pytest.raises(ValueError, match=exactly("each row of y must sum to 1; got 2")):
        call(scores, [[0.5, 0.4, 0], [1, 0, 1]])  # the worst row is shown
    call(scores, [[0.333, 0.333, 0.334], [0.1, 0.2, 0.7]])
    call(scores, np.full((2, 3), np.float16(1 / 3)))


@pytest.mark.parametrize("call", [*BINARY, *CATEGORICAL], ids=named)
def test_losses_of_probabilities_refuse_what_is_none(call):
    y = [[1.0, 0.0]]
    name = "p" if call in BINARY else "probs"
    for wrong in (-0.1, 1.1, np.nan, np.inf):
        with pytest.raises(ValueError, match=exactly(f"{name} must lie in [0, 1]; got {wrong:g}")):
            call([[0.5, wrong]], y)
    for eps in (0, 0.5, -1, np.nan):
        with pytest.raises(ValueError, match=exactly(f"eps must lie in (0, 0.5); got {eps}")):
            call([[0.5, 0.5]], y, eps)
    with pytest.raises(TypeError, match=exactly("eps must be a real number; got None")):
        call([[0.5, 0.5]], y, None)


@pytest.mark.parametrize("call", [*BINARY, *BINARY_LOGITS], ids=named)
@pytest.mark.parametrize("wrong", [-0.1, 1.1, 2, np.nan])
def test_binary_targets_are_from_0_to_1(call, wrong):
    with pytest.raises(ValueError, match=exactly(f"y must lie in [0, 1]; got {wrong:g}")):
        call([0.5, 0.5], [1, wrong])


# ---------------------------------------------------------------- regression


def test_mse_and_mae_by_hand():
    # errors -1, -2, 3, 0: squares 1 + 4 + 9 + 0 = 14, sizes 1 + 2 + 3 + 0 = 6, over 4 entries
    pred, target = [[1.0, 2.0], [3.0, 4.0]], [[2.0, 4.0], [0.0, 4.0]]
    assert mse(pred, target) == 3.5
    assert mae(pred, target) == 1.5
    same(mse_grad(pred, target), [[-0.5, -1.0], [1.5, 0.0]])
    same(mae_grad(pred, target), [[-0.25, -0.25], [0.25, 0.0]])


def test_r2_by_hand():
    # targets 0, 2, 4, 6 have the mean 3 and squared deviations 9 + 1 + 1 + 9 = 20; errors 1, 1, 0, 2 square to 6
    assert r2_score([1, 3, 4, 8], [0, 2, 4, 6]) == pytest.approx(1 - 6 / 20)
    assert r2_score([[1, 3], [4, 8]], [[0, 2], [4, 6]]) == pytest.approx(1 - 6 / 20)  # all entries alike
    assert r2_score([0, 2, 4, 6], [0, 2, 4, 6]) == 1
    assert r2_score([3, 3, 3, 3], [0, 2, 4, 6]) == 0
    assert r2_score([6, 4, 2, 0], [0, 2, 4, 6]) == -3  # errors 6, 2, 2, 6: 1 - 80 / 20


def test_regression_of_one_number():
    assert mse(3, 1) == 4
    assert mae(3, 1) == 2
    same(mse_grad(3, 1), 4)
    same(mae_grad(3, 1), 1)


def test_pixels_do_not_wrap_around():
    pred, target = np.array([250, 5], np.uint8), np.array([255, 0], np.uint8)
    assert mse(pred, target) == 25
    assert mae(pred, target) == 5
    same(mse_grad(pred, target), [-5, 5])
    assert r2_score(pred, target) == pytest.approx(1 - 50 / (2 * 127.5**2))


def test_regression_at_extreme_values():
    assert mse([1e150, -1e150], [0, 0]) == pytest.approx(1e300)
    assert mae([1e307, -1e307], [0, 0]) == 1e307
    same(mae_grad([1e308, -1e308], [0, 0]), [0.5, -0.5])
    same(mse_grad([1000.0, -1000.0], [0, 0]), [1000, -1000])
    assert r2_score([1000, -1000], [-1000, 1000]) == -3


@pytest.mark.parametrize("target", [[3, 3], [0.1, 0.1, 0.1], [7]])
def test_r2_needs_targets_that_differ(target):
    sentence = f"target must hold different numbers; got only {target[0]:g}"
    with pytest.raises(ValueError, match=exactly(sentence)):
        r2_score(np.zeros(len(target)), target)


WHOLE = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=6)


@LAWS
@given(WHOLE)
def test_regression_agrees_with_exact_arithmetic(pairs):
    pred, target = zip(*pairs, strict=True)
    n, errors = len(pairs), [Fraction(a - b) for a, b in pairs]
    nearly_same(mse(pred, target), float(sum(e * e for e in errors) / n))
    nearly_same(mae(pred, target), float(sum(abs(e) for e in errors) / n))
    nearly_same(mse_grad(pred, target), [float(2 * e / n) for e in errors])
    mean = Fraction(sum(target), n)
    variation = sum((t - mean) ** 2 for t in target)
    assume(variation)
    assert r2_score(pred, target) == pytest.approx(
        float(1 - sum(e * e for e in errors) / variation), rel=1e-12, abs=1e-12
    )


@LAWS
@given(WHOLE)
def test_mse_is_least_at_the_mean_and_mae_at_the_median(pairs):
    target = np.array([b for _, b in pairs], float)
    for value in (pairs[0][0], 0.5):
        assert mse(np.full(len(target), target.mean()), target) <= mse(np.full(len(target), value), target) + 1e-9
        assert mae(np.full(len(target), np.median(target)), target) <= mae(np.full(len(target), value), target) + 1e-9


# -------------------------------------------------------------------- labels


def test_one_hot_by_hand():
    same(one_hot([2, 0, 2], 4), [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]])
    same(one_hot([[1, 0]], 2), [[[0, 1], [1, 0]]])
    same(one_hot(1, 2), [0, 1])
    same(one_hot([0, 0], 1), [[1], [1]])


@pytest.mark.parametrize("labels", [[], np.empty((0,), int), np.empty((0, 2), np.uint8)])
def test_one_hot_of_no_labels(labels):
    same(one_hot(labels, 3), np.empty((*np.shape(labels), 3)))


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.uint64])
def test_one_hot_takes_every_integer_dtype(dtype):
    same(one_hot(np.array([1, 0], dtype), 3), [[0, 1, 0], [1, 0, 0]])


def test_one_hot_takes_more_classes_than_a_narrow_dtype_can_count():
    same(one_hot(np.array([100], np.int8), 300), [np.arange(300) == 100])


@LAWS
@given(st.lists(st.integers(0, 6), max_size=8))
def test_one_hot_is_undone_by_deciding(labels):
    rows = one_hot(labels, 7)
    same(predict_classes(rows), labels, np.int64)
    same(rows.sum(axis=-1), np.ones(len(labels)))


@pytest.mark.parametrize(("label", "shown"), [(-1, "-1"), (3, "3")])
def test_one_hot_refuses_labels_that_are_no_class(label, shown):
    with pytest.raises(ValueError, match=exactly(f"labels must hold labels from 0 to 2; got {shown}")):
        one_hot([0, label], 3)


def test_one_hot_refuses_what_is_not_whole():
    with pytest.raises(TypeError, match=exactly("labels must hold integer labels; got dtype float64")):
        one_hot([0.0, 1.0], 3)
    with pytest.raises(TypeError, match=exactly("num_classes must be a whole number; got 3.0")):
        one_hot([0, 1], 3.0)
    with pytest.raises(ValueError, match=exactly("num_classes must be at least 1; got 0")):
        one_hot([], 0)


# ------------------------------------------------------- binary cross-entropy


def test_binary_cross_entropy_by_hand():
    # -log(1/2), -log(1/4) for y = 1; -log(1 - 3/4) = log 4 for y = 0: (1 + 2 + 2) log 2 / 3
    assert binary_cross_entropy([1 / 2, 1 / 4, 3 / 4], [1, 1, 0]) == pytest.approx(5 / 3 * LOG2)
    # -1/p for y = 1, 1/(1 - p) for y = 0, over 3
    nearly_same(binary_cross_entropy_grad([1 / 2, 1 / 4, 3 / 4], [1, 1, 0]), [-2 / 3, -4 / 3, 4 / 3])
    # soft target 1/4 at p = 1/2: (p - y) / (p (1 - p)) = 1
    assert binary_cross_entropy([[0.5]], [[0.25]]) == pytest.approx(LOG2)
    nearly_same(binary_cross_entropy_grad([[0.5]], [[0.25]]), [[1.0]])


def test_bce_with_logits_by_hand():
    # sigmoid(log 3) = 3/4: -log(3/4) for y = 1, -log(1/4) for y = 0; at z = 0 always log 2
    z = [math.log(3), math.log(3), 0.0, 0.0]
    assert bce_with_logits(z, [1, 0, 1, 0.3]) == pytest.approx((math.log(4 / 3) + math.log(4) + 2 * LOG2) / 4)
    nearly_same(bce_with_logits_grad(z, [1, 0, 1, 0.25]), [-1 / 16, 3 / 16, -1 / 8, 1 / 16])


def test_binary_cross_entropy_is_large_but_finite_where_it_is_clipped():
    low = -math.log(1e-12)
    assert binary_cross_entropy([0.0], [1]) == pytest.approx(low, rel=1e-12)
    assert binary_cross_entropy([1.0], [0]) == pytest.approx(-math.log(1 - (1 - 1e-12)), rel=1e-12)
    assert 0 < binary_cross_entropy([0.0, 1.0], [0, 1]) < 1.1e-12
    assert binary_cross_entropy([0.0], [1], eps=1e-3) == pytest.approx(3 * math.log(10))
    assert binary_cross_entropy([1.0], [0], eps=1e-3) == pytest.approx(3 * math.log(10))
    assert binary_cross_entropy([0.25], [1], eps=0.4) == pytest.approx(-math.log(0.4))
    same(binary_cross_entropy_grad([0.0, 1.0, 1e-13], [1, 0, 1]), [0, 0, 0])
    nearly_same(binary_cross_entropy_grad([1e-12], [1]), [-1e12], rtol=1e-11)  # the limit itself is not clipped
    nearly_same(binary_cross_entropy_grad([0.125, 0.0625, 0.875, 0.9375], [1, 1, 0, 0], eps=0.125), [-2, 0, 2, 0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_clipping_works_in_dtypes_where_1_minus_eps_is_1(dtype):
    p, y = np.array([0, 1], dtype), np.array([1, 0], dtype)
    assert binary_cross_entropy(p, y) == binary_cross_entropy([0, 1], [1, 0])
    same(binary_cross_entropy_grad(p, y), [0, 0], dtype)
    assert cross_entropy(p[None], [0]) == cross_entropy([[0, 1]], [0])
    same(cross_entropy_grad(p[None], [0]), [[0, 0]], dtype)


def test_bce_with_logits_at_extreme_values():
    assert bce_with_logits([1000, -1000], [1, 0]) == 0
    assert bce_with_logits([1000], [0]) == bce_with_logits([-1000], [1]) == 1000
    assert bce_with_logits([1e308], [0]) == bce_with_logits([-1e308], [1]) == 1e308
    assert bce_with_logits([1e308, -1e308], [1, 0]) == 0
    assert bce_with_logits([1000], [0.25]) == 750
    same(bce_with_logits_grad([1000, -1000, 1e308, -1e308], [0, 1, 1, 0]), [0.25, -0.25, 0, 0])


def test_bce_with_logits_keeps_the_digits_of_a_tiny_loss():
    # log(1 + e) is e - e**2 / 2 up to e**3 / 3
    e = math.exp(-30)
    assert bce_with_logits([-30], [0]) == pytest.approx(e - e * e / 2, rel=1e-14)
    assert bce_with_logits([30], [1]) == pytest.approx(e - e * e / 2, rel=1e-14)


LOGITS = st.lists(st.floats(-12, 12), min_size=1, max_size=6)


@LAWS
@given(z=LOGITS, seed=st.integers(0, 99))
def test_both_forms_of_binary_cross_entropy_agree_and_their_gradients_obey_the_chain_rule(z, seed):
    z, y = np.array(z), np.random.default_rng(seed).uniform(0, 1, len(z))
    p = sigmoid(z)
    assert binary_cross_entropy(p, y) == pytest.approx(bce_with_logits(z, y), rel=1e-9)
    chain = binary_cross_entropy_grad(p, y) * p * (1 - p)
    np.testing.assert_allclose(chain, bce_with_logits_grad(z, y), rtol=0, atol=1e-9)


@LAWS
@given(LOGITS)
def test_binary_cross_entropy_does_not_care_which_class_is_called_1(z):
    z, y = np.array(z), (np.arange(len(z)) % 3) / 2
    assert bce_with_logits(z, y) == pytest.approx(bce_with_logits(-z, 1 - y), rel=1e-12)
    assert binary_cross_entropy(sigmoid(z), y) == pytest.approx(binary_cross_entropy(sigmoid(-z), 1 - y), rel=1e-9)


@LAWS
@given(LOGITS)
def test_binary_cross_entropy_is_categorical_cross_entropy_of_two_classes(z):
    z, y = np.array(z), np.arange(len(z)) % 2
    pairs = np.stack([np.zeros(len(z)), z], axis=1)
    assert bce_with_logits(z, y) == pytest.approx(cross_entropy_with_logits(pairs, y), rel=1e-9, abs=1e-15)


# -------------------------------------------------- categorical cross-entropy


def test_cross_entropy_by_hand():
    # p of the true classes 1/2 and 1/8: (1 + 3) log 2 / 2, over 2 samples and not over 6 entries
    probs = [[1 / 2, 1 / 4, 1 / 4], [3 / 8, 1 / 2, 1 / 8]]
    assert cross_entropy(probs, [0, 2]) == pytest.approx(2 * LOG2)
    nearly_same(cross_entropy_grad(probs, [0, 2]), [[-1, 0, 0], [0, 0, -4]])
    # soft: 1/2 log 2 + 1/2 log 4 = 3/2 log 2, and log 8 / 4 + log 2 * 3 / 4 = 3/2 log 2
    rows = [[0.5, 0.5, 0.0], [0.0, 0.75, 0.25]]
    assert cross_entropy(probs, rows) == pytest.approx(1.5 * LOG2)
    nearly_same(cross_entropy_grad(probs, rows), [[-0.5, -1, 0], [0, -0.75, -1]])


def test_cross_entropy_tells_targets_apart_by_their_axes_not_their_lengths():
    probs = [[1 / 2, 1 / 2], [1 / 4, 3 / 4]]
    assert cross_entropy(probs, [1, 0]) == pytest.approx(1.5 * LOG2)  # log 2 and log 4
    assert cross_entropy(probs, [[0, 1], [1, 0]]) == pytest.approx(1.5 * LOG2)


@pytest.mark.parametrize("k", [1, 2, 10])
@pytest.mark.parametrize("n", [1, 4])
def test_the_uniform_guess_costs_log_k(n, k):
    y = np.arange(n) % k
    for loss, pred in ((cross_entropy, np.full((n, k), 1 / k)), (cross_entropy_with_logits, np.full((n, k), 3.0))):
        assert loss(pred, y) == pytest.approx(math.log(k), abs=1e-15)
        assert loss(pred, np.full((n, k), 1 / k)) == pytest.approx(math.log(k), abs=1e-15)


def test_cross_entropy_at_extreme_probabilities():
    assert cross_entropy([[0, 1]], [0]) == pytest.approx(-math.log(1e-12), rel=1e-14)
    assert cross_entropy([[0, 1]], [0], eps=1e-3) == pytest.approx(3 * math.log(10))
    assert cross_entropy([[0.25, 0.75]], [0], eps=0.3) == pytest.approx(-math.log(0.3))
    assert cross_entropy([[1.0, 0.0]], [0]) == 0
    nearly_same(cross_entropy_grad([[0.0, 1e-12, 1.0], [0.125, 0.25, 0.625]], [1, 0]), [[0, -5e11, 0], [-4, 0, 0]])
    nearly_same(cross_entropy_grad([[0.125, 0.25, 0.625]], [[0.5, 0.5, 0]], eps=0.25), [[0, -2, 0]])


def test_a_perfect_prediction_costs_0_and_not_minus_0():
    for loss in (
        cross_entropy([[1.0]], [0]),
        cross_entropy_with_logits([[5.0]], [0]),
        softmax_cross_entropy([[5.0]], [0])[0],
    ):
        assert math.copysign(1, loss) == 1
        assert loss == 0


def test_cross_entropy_with_logits_by_hand():
    # softmax of (log 1, log 2, log 5) is (1/8, 2/8, 5/8)
    logits = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])
    assert cross_entropy_with_logits(logits, [0, 2]) == pytest.approx(2 * LOG2)  # log 8 and log 2
    nearly_same(cross_entropy_with_logits_grad(logits, [0, 2]), [[-7 / 16, 1 / 8, 5 / 16], [1 / 8, 1 / 8, -1 / 4]])
    rows = [[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]]
    # (log 8 + log 4) / 2 = 2.5 log 2;  log 4 / 4 + 3/4 log 2 = 1.25 log 2
    assert cross_entropy_with_logits(logits, rows) == pytest.approx(1.875 * LOG2)
    nearly_same(cross_entropy_with_logits_grad(logits, rows), [[-3 / 16, -1 / 8, 5 / 16], [1 / 8, 0, -1 / 8]])


def test_cross_entropy_with_logits_at_extreme_values():
    logits = [[0, -2000], [1000, -1000]]
    assert cross_entropy_with_logits(logits, [1, 0]) == 1000
    assert cross_entropy_with_logits(logits, [[0.5, 0.5], [1, 0]]) == 500
    assert cross_entropy_with_logits([[3000, -3000]], [1]) == 6000
    assert cross_entropy_with_logits([[1e307, 0]], [1]) == 1e307
    same(cross_entropy_with_logits_grad(logits, [1, 0]), [[0.5, -0.5], [0, 0]])


def test_a_class_that_cannot_be_costs_nothing_unless_it_is_the_true_one():
    logits = [[0.0, 0.0, -np.inf]]
    assert cross_entropy_with_logits(logits, [0]) == pytest.approx(LOG2)
    assert cross_entropy_with_logits(logits, [[0.5, 0.5, 0.0]]) == pytest.approx(LOG2)
    assert cross_entropy_with_logits(logits, [2]) == np.inf
    same(cross_entropy_with_logits_grad(logits, [0]), [[-0.5, 0.5, 0]])
    loss, grad = softmax_cross_entropy(logits, [0])
    assert loss == pytest.approx(LOG2)
    nearly_same(grad, [[-0.5, 0.5, 0]])


def random_scores(seed, n, k):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 5, (n, k)), rng.integers(0, k, n), rng.dirichlet(np.ones(k), n)


@LAWS
@given(seed=st.integers(0, 999), n=st.integers(1, 4), k=st.integers(1, 4))
def test_both_forms_of_cross_entropy_agree_and_their_gradients_obey_the_chain_rule(seed, n, k):
    logits, classes, rows = random_scores(seed, n, k)
    p = softmax(logits)
    for y in (classes, rows):
        assert cross_entropy(p, y) == pytest.approx(cross_entropy_with_logits(logits, y), rel=1e-9, abs=1e-12)
        g = cross_entropy_grad(p, y)
        chain = p * (g - (g * p).sum(axis=1, keepdims=True))
        np.testing.assert_allclose(chain, cross_entropy_with_logits_grad(logits, y), rtol=0, atol=1e-12)


@LAWS
@given(seed=st.integers(0, 999), n=st.integers(1, 4), k=st.integers(1, 4))
def test_the_fused_loss_gives_the_same_two_numbers(seed, n, k):
    logits, classes, _ = random_scores(seed, n, k)
    loss, grad = softmax_cross_entropy(logits, classes)
    assert loss == pytest.approx(cross_entropy_with_logits(logits, classes), rel=1e-13, abs=1e-15)
    np.testing.assert_allclose(grad, cross_entropy_with_logits_grad(logits, classes), rtol=0, atol=1e-15)


@LAWS
@given(seed=st.integers(0, 999), shift=st.floats(-1000, 1000))
def test_losses_of_logits_do_not_change_with_a_shift_and_their_gradients_sum_to_0(seed, shift):
    logits, classes, rows = random_scores(seed, 3, 4)
    for y in (classes, rows):
        assert cross_entropy_with_logits(logits + shift, y) == pytest.approx(cross_entropy_with_logits(logits, y))
        np.testing.assert_allclose(cross_entropy_with_logits_grad(logits, y).sum(axis=1), 0, atol=1e-15)
    np.testing.assert_allclose(softmax_cross_entropy(logits + shift, classes)[1].sum(axis=1), 0, atol=1e-15)


@LAWS
@given(seed=st.integers(0, 999))
def test_the_mean_is_over_samples(seed):
    logits, classes, rows = random_scores(seed, 3, 4)
    for y in (classes, rows):
        for loss, pred in ((cross_entropy_with_logits, logits), (cross_entropy, softmax(logits))):
            each = [loss(pred[i : i + 1], y[i : i + 1]) for i in range(3)]
            assert loss(pred, y) == pytest.approx(np.mean(each))


def test_softmax_cross_entropy_by_hand():
    # softmax of (log 1, log 2, log 5) is (1/8, 2/8, 5/8)
    loss, grad = softmax_cross_entropy(np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]]), [0, 2])
    assert type(loss) is float
    assert loss == pytest.approx(2 * LOG2)
    nearly_same(grad, [[-7 / 16, 1 / 8, 5 / 16], [1 / 8, 1 / 8, -1 / 4]])
    loss, grad = softmax_cross_entropy(np.zeros((1, 4)), [3])
    assert loss == pytest.approx(math.log(4))
    nearly_same(grad, [[0.25, 0.25, 0.25, -0.75]])


def test_softmax_cross_entropy_at_extreme_values():
    loss, grad = softmax_cross_entropy([[0, -2000], [1000, -1000], [3000, 3000]], [1, 0, 0])
    assert loss == pytest.approx((2000 + LOG2) / 3, rel=1e-15)
    nearly_same(grad, [[1 / 3, -1 / 3], [0, 0], [-1 / 6, 1 / 6]])


@pytest.mark.parametrize(("n", "k"), [(1, 3), (4, 2), (3, 3)])
def test_the_fused_gradient_is_the_derivative(n, k):
    logits, classes, _ = random_scores(5, n, k)
    wanted = slopes(lambda z: -log_softmax(z)[np.arange(n), classes].mean(), logits)
    agrees(softmax_cross_entropy(logits, classes)[1], wanted)


def test_softmax_cross_entropy_refuses_one_hot_rows():
    with pytest.raises(ValueError, match=exactly("y must have shape (n=2,); got (2, 2)")):
        softmax_cross_entropy(np.zeros((2, 2)), [[0, 1], [1, 0]])
    with pytest.raises(TypeError, match=exactly("y must hold integer labels; got dtype float64")):
        softmax_cross_entropy(np.zeros((2, 2)), [[0.0, 1.0], [1.0, 0.0]])


# ----------------------------------------------------------------- decisions


def test_predict_classes_by_hand():
    same(predict_classes([[1, 3, 2], [5, 0, 0], [-3, -2, -1]]), [1, 0, 2], np.int64)
    same(predict_classes([0.2, 0.9]), 1, np.int64)
    same(predict_classes([[2, 2]]), [0], np.int64)  # the first of equals
    same(predict_classes([0.2, 0.5, 0.9], threshold=0.5), [0, 1, 1], np.int64)
    same(predict_classes([[-1], [0], [1]], threshold=0), [[0], [1], [1]], np.int64)
    same(predict_classes(0.7, threshold=0.5), 1, np.int64)


def test_predict_classes_decides_along_the_last_axis():
    scores = np.arange(24).reshape(2, 3, 4) % 5
    wanted = [[max(range(4), key=lambda k, row=row: row[k]) for row in block] for block in scores.tolist()]
    same(predict_classes(scores), wanted, np.int64)
    same(predict_classes(np.ones((0, 3))), [], np.int64)
    same(predict_classes(np.ones((1, 3))), [0], np.int64)


def test_predict_classes_at_extreme_values():
    same(predict_classes([[-1e308, -np.inf, -1e307], [1e308, np.inf, 0]]), [2, 1], np.int64)
    same(predict_classes([-np.inf, -1e308, 1e308, np.inf], threshold=1000), [0, 0, 1, 1], np.int64)


def test_a_float32_score_reaches_the_threshold_that_was_typed():
    same(predict_classes(np.array([0.1], np.float32), threshold=0.1), [1], np.int64)
    same(predict_classes(np.array([0.1], np.float32), threshold=np.float64(0.1)), [1], np.int64)


@LAWS
@given(seed=st.integers(0, 999))
def test_logits_and_probabilities_lead_to_the_same_decisions(seed):
    logits, _, _ = random_scores(seed, 5, 4)
    same(predict_classes(logits), predict_classes(softmax(logits)), np.int64)
    same(predict_classes(logits, 0), predict_classes(sigmoid(logits), 0.5), np.int64)


def test_predict_classes_says_what_is_wrong():
    with pytest.raises(ValueError, match=exactly("scores must have shape (..., k); got ()")):
        predict_classes(0.7)
    with pytest.raises(ValueError, match=exactly("scores must hold a class; got shape (3, 0)")):
        predict_classes(np.ones((3, 0)))
    with pytest.raises(ValueError, match=exactly("scores must be a rectangular array; got rows of different lengths")):
        predict_classes([[1], [1, 2]])
    for threshold in (np.nan, np.inf):
        with pytest.raises(ValueError, match=exactly(f"threshold must lie in (-inf, inf); got {threshold}")):
            predict_classes([0.7], threshold)
    with pytest.raises(TypeError, match=exactly("threshold must be a real number; got '0.5'")):
        predict_classes([0.7], "0.5")


def test_accuracy_by_hand():
    assert accuracy([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]], [0, 1, 0]) == 2 / 3
    assert accuracy([0.2, 0.5, 0.9, 0.1], [0, 0, 1, 0], threshold=0.5) == 0.75
    assert accuracy([0.2, 0.5, 0.9, 0.1], [0, 1, 1, 0], threshold=0.05) == 0.5
    assert accuracy([[1, 2]], [1]) == 1
    assert accuracy([[[1, 2], [2, 1]]], [[1, 1]]) == 0.5
    assert accuracy([1, 2], 0) == 0


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_accuracy_takes_labels_of_every_dtype(dtype):
    assert accuracy([[1, 2], [2, 1]], np.array([1, 1], dtype)) == 0.5


@pytest.mark.parametrize(
    ("scores", "y", "threshold", "sentence"),
    [
        ([[1, 2], [2, 1]], [1], None, "y must have shape (2,); got (1,)"),
        ([[1, 2], [2, 1]], [[1], [0]], None, "y must have shape (2,); got (2, 1)"),
        ([[0.1], [0.9]], [0, 1], 0.5, "y must have shape (2, 1); got (2,)"),
        (np.ones((0, 3)), [], None, "y must not be empty; got shape (0,)"),
        ([], [], 0.5, "y must not be empty; got shape (0,)"),
        ([[1, 2]], [[1], [1, 2]], None, "y must be a rectangular array; got rows of different lengths"),
    ],
)
def test_accuracy_says_what_is_wrong(scores, y, threshold, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        accuracy(scores, y, threshold)


# -------------------------------------------------------- softmax regression


def test_softmax_regression_by_hand():
    # From zero both classes have probability 1/2: G = [[-1/2, 1/2], [1/2, -1/2]] / 2.
    # X.T @ G = 1 * (-1/4, 1/4) + 3 * (1/4, -1/4) = (1/2, -1/2); the rows of G sum to (0, 0).
    W, b, history = fit_softmax_regression([[1.0], [3.0]], [0, 1], 2, lr=0.5, steps=1)
    nearly_same(W, [[-0.25, 0.25]])
    same(b, [0, 0])
    assert history == [pytest.approx(LOG2)]
    # Three samples, all of class 0 of two: G = (-1/6, 1/6) each, so b gains 0.5 * (1/2, -1/2).
    W, b, history = fit_softmax_regression([[0.0], [1.0], [2.0]], [0, 0, 0], 2, lr=0.5, steps=1)
    nearly_same(W, [[0.25, -0.25]])
    nearly_same(b, [0.25, -0.25])


def learn_with_loops(X, y, k, lr, steps):
    """Softmax regression with lists, loops and math.exp, sample by sample."""
    n, d = len(X), len(X[0])
    W, b, history = [[0.0] * k for _ in range(d)], [0.0] * k, []
    for _ in range(steps):
        dW, db, loss = [[0.0] * k for _ in range(d)], [0.0] * k, 0.0
        for x, label in zip(X, y, strict=True):
            e = [math.exp(b[j] + sum(x[i] * W[i][j] for i in range(d))) for j in range(k)]
            loss -= math.log(e[label] / sum(e)) / n
            for j in range(k):
                g = (e[j] / sum(e) - (j == label)) / n
                db[j] += g
                for i in range(d):
                    dW[i][j] += g * x[i]
        history.append(loss)
        W = [[W[i][j] - lr * dW[i][j] for j in range(k)] for i in range(d)]
        b = [b[j] - lr * db[j] for j in range(k)]
    return W, b, history


@pytest.mark.parametrize(("d", "k"), [(1, 2), (3, 3), (4, 5)])
def test_softmax_regression_agrees_with_loops(d, k):
    rng = np.random.default_rng(4)
    X, y = rng.normal(0, 2, (7, d)), rng.integers(0, k, 7)
    W, b, history = fit_softmax_regression(X, y, k, lr=0.3, steps=12)
    wanted_W, wanted_b, wanted_history = learn_with_loops(X.tolist(), y.tolist(), k, 0.3, 12)
    np.testing.assert_allclose(W, wanted_W, rtol=0, atol=1e-13)
    np.testing.assert_allclose(b, wanted_b, rtol=0, atol=1e-13)
    assert history == pytest.approx(wanted_history, rel=1e-13)


def clusters():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 20)
    return rng.normal(0, 0.5, (60, 4)) + np.eye(3, 4)[y] * 3, y


def test_softmax_regression_learns_three_classes_of_four_features():
    X, y = clusters()
    W, b, history = fit_softmax_regression(X, y, 3)
    assert W.shape == (4, 3)
    assert b.shape == (3,)
    assert len(history) == 200
    assert {type(loss) for loss in history} == {float}
    assert history[0] == pytest.approx(math.log(3))
    assert np.all(np.diff(history) < 0)
    assert accuracy(X @ W + b, y) == 1
    np.testing.assert_allclose(W.sum(axis=1), 0, atol=1e-13)
    assert b.sum() == pytest.approx(0, abs=1e-13)


def test_softmax_regression_has_the_defaults_of_the_exercise():
    X, y = clusters()
    for got, want in zip(fit_softmax_regression(X, y, 3), fit_softmax_regression(X, y, 3, 0.5, 200), strict=True):
        np.testing.assert_array_equal(got, want)


def test_a_class_that_never_occurs_gets_its_column_and_is_unlearned():
    X, y = clusters()
    W, b, history = fit_softmax_regression(X, y, 4, steps=50)
    assert W.shape == (4, 4)
    assert history[0] == pytest.approx(math.log(4))
    assert b[3] < 0
    assert not np.any(predict_classes(X @ W + b) == 3)


def test_softmax_regression_without_a_step_and_with_one_class_learns_nothing():
    W, b, history = fit_softmax_regression([[1.0, 2.0]], [1], 3, steps=0)
    same(W, np.zeros((2, 3)))
    same(b, np.zeros(3))
    assert history == []
    W, b, history = fit_softmax_regression([[1.0, 2.0]], [0], 1, steps=2)
    same(W, np.zeros((2, 1)))
    assert history == [0, 0]


def test_softmax_regression_at_extreme_values():
    # G = (-1/2, 1/2) at the first sample and mirrored at the second, over 2: W = 0.5 * (500, -500)
    W, _, history = fit_softmax_regression([[1000.0], [-1000.0]], [0, 1], 2, steps=3)
    nearly_same(W, [[250.0, -250.0]])
    assert history == [pytest.approx(LOG2), 0, 0]


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"X": [1.0, 2.0]}, ValueError, "X must have shape (n, d); got (2,)"),
        ({"X": np.ones((0, 2)), "y": []}, ValueError, "X must not be empty; got shape (0, 2)"),
        ({"X": [[1], [1, 2]]}, ValueError, "X must be a rectangular array; got rows of different lengths"),
        ({"y": [0, 1, 1]}, ValueError, "y must have shape (n=2,); got (3,)"),
        ({"y": [0, 2]}, ValueError, "y must hold labels from 0 to 1; got 2"),
        ({"y": [0.0, 1.0]}, TypeError, "y must hold integer labels; got dtype float64"),
        ({"num_classes": 0}, ValueError, "num_classes must be at least 1; got 0"),
        ({"num_classes": 2.0}, TypeError, "num_classes must be a whole number; got 2.0"),
        ({"lr": 0}, ValueError, "lr must lie in (0, inf); got 0"),
        ({"lr": np.inf}, ValueError, "lr must lie in (0, inf); got inf"),
        ({"steps": -1}, ValueError, "steps must be at least 0; got -1"),
        ({"steps": 1.5}, TypeError, "steps must be a whole number; got 1.5"),
    ],
)
def test_softmax_regression_says_what_is_wrong(changes, kind, sentence):
    arguments = {"X": [[1.0], [2.0]], "y": [0, 1], "num_classes": 2} | changes
    with pytest.raises(kind, match=exactly(sentence)):
        fit_softmax_regression(**arguments)


# ------------------------------------------------------------------- PyTorch

RECORDED = parity.load("losses")


@pytest.mark.parametrize("name", RECORDED)
def test_pytorch_computes_the_same(name):
    case, function = RECORDED[name], name.split("/")[0]
    if function == "fit_softmax_regression":
        steps = len(case["history"])
        W, b, history = fit_softmax_regression(case["X"], case["y"], len(case["b"]), float(case["lr"]), steps)
        parity.assert_close(W, case["W"])
        parity.assert_close(b, case["b"])
        parity.assert_close(np.array(history, case["history"].dtype), case["history"])
        return
    pred, target = case["pred"], case["target"]
    parity.assert_close(getattr(losses, function)(pred, target), case["loss"])
    parity.assert_close(getattr(losses, f"{function}_grad")(pred, target), case["grad"])
    if function == "cross_entropy_with_logits" and target.ndim == 1:
        loss, grad = softmax_cross_entropy(pred, target)
        parity.assert_close(loss, case["loss"])
        parity.assert_close(grad, case["grad"])


def test_pytorch_was_asked_about_every_loss():
    assert {name.split("/")[0] for name in RECORDED} == {
        *(loss.__name__ for loss, _ in PAIRS),
        "fit_softmax_regression",
    }


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("losses")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            for key, value in case.items():
                np.testing.assert_allclose(RECORDED[name][key], value, rtol=1e-6, atol=1e-7)
