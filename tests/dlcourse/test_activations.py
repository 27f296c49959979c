"""Chapter 2 by hand, by central differences, at extreme values, by its laws, and against PyTorch."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import activations
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
    log_softmax_jacobian,
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
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, agrees, as_arrays, exactly, named, nearly_same, same, slope_of

NUMBERS = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6)
ELEMENTWISE = [
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
    relu,
    relu_grad,
    leaky_relu,
    leaky_relu_grad,
    gelu,
    gelu_grad,
    gelu_tanh,
    gelu_tanh_grad,
]
ALONG_AN_AXIS = [softmax, log_softmax, logsumexp]
JACOBIANS = [softmax_jacobian, log_softmax_jacobian]
PAIRS = [
    (sigmoid, sigmoid_grad),
    (tanh, tanh_grad),
    (relu, relu_grad),
    (leaky_relu, leaky_relu_grad),
    (gelu, gelu_grad),
    (gelu_tanh, gelu_tanh_grad),
]
FAR = [-np.finfo(float).max, -1e308, -1e155, -1e103, -5000.0, -1000.0, -745.0, -50.0]


# ------------------------------------------------------- what holds for every function

SQUARE = [[1.0, -2.0], [-3.0, 4.0]]
CALLS = [(call, [SQUARE]) for call in [*ELEMENTWISE, *ALONG_AN_AXIS, *JACOBIANS]]
CALLS += [(chain_gradients, [0.5, [1.0, -2.0], act]) for act in ("sigmoid", "tanh", "relu", "linear")]
CALLS += [(dead_fraction, [SQUARE, [[0.5, 1.0], [2.0, 3.0]], [1.0, 2.0]])]


def test_every_function_of_the_module_is_called_here():
    assert {call.__name__ for call, _ in CALLS} == set(activations.__all__)


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=named)
def test_inputs_are_left_as_they_were(call, arguments):
    arguments = as_arrays(tuple(arguments), np.float64)
    arrays = [argument for argument in arguments if isinstance(argument, np.ndarray)]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False  # writing into an argument fails loudly
    found = call(*arguments)
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)
        assert not np.shares_memory(found, array)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(("call", "arguments"), [c for c in CALLS if c[0] is not dead_fraction], ids=named)
def test_floating_dtypes_are_kept(call, arguments, dtype):
    found = call(*as_arrays(tuple(arguments), dtype))
    assert found.dtype == dtype
    np.testing.assert_allclose(found, call(*arguments), rtol=0, atol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=named)
def test_integers_are_computed_in_float64(call, arguments, dtype):
    integers = [np.abs(a).astype(dtype) if isinstance(a, np.ndarray) else a for a in as_arrays(tuple(arguments), float)]
    floats = [a.astype(float) if isinstance(a, np.ndarray) else a for a in integers]
    found = call(*integers)
    np.testing.assert_array_equal(found, call(*floats))
    assert np.asarray(found).dtype == np.float64


@pytest.mark.parametrize("shape", [(), (1,), (7,), (0,), (3, 4), (1, 4), (0, 4), (4, 0), (2, 3, 4)])
@pytest.mark.parametrize("call", ELEMENTWISE, ids=named)
def test_elementwise_functions_keep_the_shape_and_treat_each_number_by_itself(call, shape):
    x = np.linspace(-3, 3, math.prod(shape)).reshape(shape)
    found = call(x)
    assert isinstance(found, np.ndarray)
    assert found.shape == shape
    for index in np.ndindex(shape):
        nearly_same(call(x[index]), found[index], rtol=1e-15)


@pytest.mark.parametrize("call", ELEMENTWISE, ids=named)
def test_a_number_that_is_no_number_stays_visible_or_counts_as_not_positive(call):
    wanted = {"relu_grad": 0.0, "leaky_relu_grad": 0.01}.get(call.__name__, np.nan)
    same(call([np.nan]), [wanted])


@pytest.mark.parametrize("call", [*ELEMENTWISE, *ALONG_AN_AXIS, *JACOBIANS], ids=named)
def test_text_and_ragged_rows_are_named(call):
    with pytest.raises(TypeError, match=exactly("x must hold real numbers; got dtype <U4")):
        call(["high"])
    with pytest.raises(ValueError, match=exactly("x must be a rectangular array; got rows of different lengths")):
        call([[1], [1, 2]])


@pytest.mark.parametrize(("call", "slope"), PAIRS, ids=named)
def test_every_slope_is_the_derivative(call, slope):
    x = np.array([[-6.0, -2.5, -1.1, -0.3], [0.2, 0.9, 1.7, 5.5]])  # off the kink at 0
    agrees(slope(x), slope_of(call, x))


# ------------------------------------------------------------------- sigmoid


def test_sigmoid_by_hand():
    # exp(log 3) = 3: 1 / (1 + 1/3) = 3/4 and 1 / (1 + 3) = 1/4
    nearly_same(sigmoid([-math.log(3), 0.0, math.log(3)]), [0.25, 0.5, 0.75])


def test_sigmoid_at_extreme_values():
    same(sigmoid([*FAR[:6], -np.inf]), [0.0] * 7)
    same(sigmoid([-x for x in [*FAR, -np.inf]]), [1.0] * 9)


def test_sigmoid_keeps_its_digits_far_to_the_left():
    # for x below -37, 1 + exp(x) is 1 in floats, so that sigmoid(x) is exp(x)
    nearly_same(sigmoid([-40.0, -100.0, -700.0]), [math.exp(-40), math.exp(-100), math.exp(-700)])
    assert 0 < sigmoid(-745.0) < 1e-323


@LAWS
@given(NUMBERS)
def test_sigmoid_of_a_number_and_of_its_negative_sum_to_1(x):
    x = np.array(x)
    nearly_same(sigmoid(x) + sigmoid(-x), np.ones(len(x)))


@LAWS
@given(NUMBERS)
def test_sigmoid_never_falls_and_stays_from_0_to_1(x):
    s = sigmoid(sorted(x))
    assert np.all(np.diff(s) >= 0)
    assert np.all((s >= 0) & (s <= 1))


def test_sigmoid_grad_by_hand():
    # 3/4 * 1/4 = 3/16
    nearly_same(sigmoid_grad([-math.log(3), 0.0, math.log(3)]), [3 / 16, 1 / 4, 3 / 16])


def test_sigmoid_grad_at_extreme_values():
    same(sigmoid_grad([*FAR[:6], -np.inf, np.inf]), [0.0] * 8)
    same(sigmoid_grad([-x for x in FAR[:6]]), [0.0] * 6)


def test_sigmoid_grad_keeps_its_digits_on_both_sides():
    # for |x| above 37 the slope is exp(-|x|); s * (1 - s) is 0 on the right
    nearly_same(sigmoid_grad([-50.0, 50.0, 700.0]), [math.exp(-50), math.exp(-50), math.exp(-700)])


def test_sigmoid_grad_has_its_ceiling_at_0():
    x = np.linspace(-5, 5, 1001)
    assert sigmoid_grad(x).max() == sigmoid_grad(0) == 0.25


@LAWS
@given(NUMBERS)
def test_sigmoid_grad_follows_from_the_sigmoid(x):
    x = np.array(x)
    np.testing.assert_allclose(sigmoid_grad(x), sigmoid(x) * (1 - sigmoid(x)), rtol=0, atol=3e-16)


# ---------------------------------------------------------------------- tanh


def test_tanh_by_hand():
    # tanh(log 2) = (2 - 1/2) / (2 + 1/2) = 3/5
    nearly_same(tanh([-math.log(2), 0.0, math.log(2)]), [-0.6, 0.0, 0.6])


def test_tanh_at_extreme_values():
    same(tanh(FAR), [-1.0] * 8)
    same(tanh([1000.0, 1e308, np.inf]), [1.0] * 3)


@LAWS
@given(NUMBERS)
def test_tanh_is_a_stretched_sigmoid(x):
    x = np.array(x)
    np.testing.assert_allclose(tanh(x), 2 * sigmoid(2 * x) - 1, rtol=0, atol=4e-16)


def test_tanh_grad_by_hand():
    # 1 - (3/5)**2 = 16/25
    nearly_same(tanh_grad([-math.log(2), 0.0, math.log(2)]), [0.64, 1.0, 0.64])


def test_tanh_grad_at_extreme_values():
    same(tanh_grad([*FAR[:7], -np.inf, np.inf]), [0.0] * 9)
    same(tanh_grad([-x for x in FAR[:7]]), [0.0] * 7)


def test_tanh_grad_keeps_its_digits_on_both_sides():
    # for |x| above 19, 1 / cosh(x)**2 is 4 exp(-2 |x|)
    nearly_same(tanh_grad([-30.0, 30.0, 350.0]), [4 * math.exp(-60), 4 * math.exp(-60), 4 * math.exp(-700)])


def test_tanh_grad_has_its_ceiling_at_0():
    assert tanh_grad(np.linspace(-5, 5, 1001)).max() == tanh_grad(0) == 1


# ---------------------------------------------------------------- rectifiers


def test_relu_by_hand():
    same(relu([-2, 0, 3]), [0, 0, 3])
    same(relu_grad([-2, 0, 3]), [0, 0, 1])


def test_relu_at_extreme_values():
    same(relu([*FAR, -np.inf, 5e-324, 1e308, np.inf]), [0] * 9 + [5e-324, 1e308, np.inf])
    same(relu_grad([*FAR, -np.inf, -5e-324, 5e-324, 1e308, np.inf]), [0] * 10 + [1] * 3)


@LAWS
@given(NUMBERS)
def test_relu_of_a_number_minus_relu_of_its_negative_is_the_number(x):
    x = np.array(x)
    same(relu(x) - relu(-x), x)


def test_leaky_relu_by_hand():
    same(leaky_relu([-2, 0, 3], 0.25), [-0.5, 0, 3])
    same(leaky_relu_grad([-2, 0, 3], 0.25), [0.25, 0.25, 1])


def test_leaky_relu_has_the_slope_of_the_paper_unless_told_otherwise():
    same(leaky_relu([-1000.0]), [-10])  # a small slope, not a small value
    same(leaky_relu_grad([-1000.0]), [0.01])


def test_leaky_relu_at_extreme_values():
    same(leaky_relu([-1e308, -np.inf, 1e308, np.inf], 0.25), [-2.5e307, -np.inf, 1e308, np.inf])
    same(leaky_relu_grad([-1e308, -5e-324, 5e-324, 1e308], 0.3), [0.3, 0.3, 1, 1])


@pytest.mark.parametrize("alpha", [0, 0.0, 0.3, 1, np.float64(0.7), np.float32(0.5)])
def test_leaky_relu_agrees_with_exact_arithmetic(alpha):
    x = np.array([-3.0, -1.5, 0.0, 0.25, 4.0])
    wanted = [float(Fraction(v)) if v > 0 else float(Fraction(v) * Fraction(float(alpha))) for v in x]
    same(leaky_relu(x, alpha), wanted)
    same(leaky_relu_grad(x, alpha), [float(alpha)] * 3 + [1.0] * 2)


def test_leaky_relu_with_slope_0_is_relu_and_with_slope_1_changes_nothing():
    x = np.linspace(-3, 3, 13)
    same(leaky_relu(x, 0), relu(x))
    same(leaky_relu_grad(x, 0), relu_grad(x))
    same(leaky_relu(x, 1), x)
    same(leaky_relu_grad(x, 1), np.ones(13))


def test_leaky_relu_is_not_widened_by_its_slope():
    x = np.array([-1.0, 1.0], np.float32)
    same(leaky_relu(x, np.float64(0.3)), [-0.3, 1.0], np.float32)
    same(leaky_relu_grad(x, np.float64(0.3)), [0.3, 1.0], np.float32)


@pytest.mark.parametrize("call", [leaky_relu, leaky_relu_grad], ids=named)
@pytest.mark.parametrize("alpha", [-0.01, 1.01, np.nan, np.inf])
def test_leaky_relu_refuses_a_slope_outside_0_to_1(call, alpha):
    with pytest.raises(ValueError, match=exactly(f"alpha must lie in [0, 1]; got {alpha}")):
        call([1.0], alpha)
    with pytest.raises(TypeError, match=exactly("alpha must be a real number; got [0.1]")):
        call([1.0], [0.1])


# ---------------------------------------------------------------------- GELU


def test_gelu_by_hand():
    # tables of the normal distribution: Phi(1) = 0.8413447461, Phi(-1) = 0.1586552539, Phi(2) = 0.9772498681
    np.testing.assert_allclose(gelu([-1, 0, 1, 2]), [-0.1586552539, 0, 0.8413447461, 1.9544997361], rtol=0, atol=1e-10)


def test_gelu_grad_by_hand():
    # Phi(1) + phi(1) = 0.8413447461 + 0.2419707245; at -1: 0.1586552539 - 0.2419707245
    np.testing.assert_allclose(gelu_grad([-1, 0, 1]), [-0.0833154706, 0.5, 1.0833154706], rtol=0, atol=1e-10)


def series_phi(x, terms=400):
    """Phi(x) from the Taylor series at 0 in exact fractions, which no rounding can spoil."""
    x, total, term = Fraction(x), Fraction(0), Fraction(x)
    for n in range(terms):
        total += term / (2 * n + 1)
        term *= -x * x / (2 * (n + 1))
    return 0.5 + float(total) / math.sqrt(2 * math.pi)


@pytest.mark.parametrize("x", [-1.5, -0.75, -0.25, 0.125, 0.5, 1.25, 2.0])
def test_gelu_agrees_with_the_series_of_the_normal_distribution(x):
    phi = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    nearly_same(gelu(x), x * series_phi(x, 60), rtol=1e-14)
    np.testing.assert_allclose(gelu_grad(x), series_phi(x, 60) + x * phi, rtol=0, atol=1e-15)


def test_gelu_keeps_its_digits_far_to_the_left():
    # Phi(-t) lies between phi(t) (1/t - 1/t**3) and phi(t) (1/t - 1/t**3 + 3/t**5)
    for t in (9.0, 20.0, 37.0):
        phi = math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
        assert -phi * (1 - 1 / t**2 + 3 / t**4) < gelu(-t) < -phi * (1 - 1 / t**2)
        assert -t * phi * (1 - 1 / t**2 + 1 / t**4) < gelu_grad(-t) < -t * phi * (1 - 1 / t**2)
    # of the tanh form: x * exp(2 u), for 1 + tanh(u) is 2 exp(2 u) there
    u = math.sqrt(2 / math.pi) * (-9 - 0.044715 * 729)
    nearly_same(gelu_tanh(-9.0), -9 * math.exp(2 * u), rtol=1e-13)


@pytest.mark.parametrize("call", [gelu, gelu_tanh], ids=named)
def test_gelu_at_extreme_values(call):
    same(call([-x for x in FAR]), [-x for x in FAR])
    same(call(FAR[:7]), [0.0] * 7)
    assert np.max(np.abs(call([-50.0]))) < 1e-300


@pytest.mark.parametrize("call", [gelu_grad, gelu_tanh_grad], ids=named)
def test_slopes_of_gelu_at_extreme_values(call):
    same(call([-x for x in FAR]), [1.0] * 8)
    np.testing.assert_allclose(call(FAR), np.zeros(8), rtol=0, atol=1e-300)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("call", [gelu, gelu_grad, gelu_tanh, gelu_tanh_grad], ids=named)
def test_gelu_at_the_edge_of_narrow_dtypes(call, dtype):
    edge = np.finfo(dtype).max
    right = 1 if call.__name__.endswith("grad") else edge
    same(call(np.array([-edge, -1000, edge], dtype)), [0, 0, right], dtype)


def test_gelu_of_float32_has_all_the_digits_of_float32():
    x = np.linspace(-12, 12, 97, dtype=np.float32)
    np.testing.assert_allclose(gelu(x), gelu(x.astype(np.float64)), rtol=2e-7, atol=0)


@pytest.mark.parametrize("call", [gelu, gelu_tanh], ids=named)
@LAWS
@given(x=NUMBERS)
def test_gelu_of_a_number_minus_gelu_of_its_negative_is_the_number(call, x):
    x = np.array(x)
    np.testing.assert_allclose(call(x) - call(-x), x, rtol=4e-16, atol=1e-300)  # the least floats have few digits


def test_gelu_has_the_least_value_and_the_slopes_that_the_docstrings_name():
    x = np.linspace(-8, 8, 16001)
    assert gelu(x).min() == pytest.approx(-0.16997, abs=1e-5)
    assert x[gelu(x).argmin()] == pytest.approx(-0.752, abs=5e-4)
    assert [gelu_grad(x).min(), gelu_grad(x).max()] == pytest.approx([-0.12890, 1.12890], abs=1e-5)
    assert [gelu_tanh_grad(x).min(), gelu_tanh_grad(x).max()] == pytest.approx([-0.12899, 1.12899], abs=1e-5)


def test_the_forms_of_gelu_differ_by_what_the_docstrings_say():
    x = np.linspace(-8, 8, 16001)
    assert 4.7e-4 < np.abs(gelu(x) - gelu_tanh(x)).max() < 4.8e-4
    assert 0.020 < np.abs(gelu(x) - x * sigmoid(1.702 * x)).max() < 0.021


def test_gelu_tanh_by_hand():
    # u = sqrt(2 / pi) (1 + 0.044715) = 0.8335618..., (1 + tanh u) / 2 = 0.8411919...
    u = 0.7978845608028654 * 1.044715
    nearly_same(gelu_tanh([-1, 0, 1]), [-(1 - math.tanh(u)) / 2, 0, (1 + math.tanh(u)) / 2])


# -------------------------------------------------------------------- softmax


def test_softmax_by_hand():
    # exp(log n) = n: 1 / 6, 2 / 6, 3 / 6
    x = [math.log(1), math.log(2), math.log(3)]
    nearly_same(softmax(x), [1 / 6, 2 / 6, 3 / 6])
    nearly_same(logsumexp(x), math.log(6))
    nearly_same(log_softmax(x), [math.log(1 / 6), math.log(2 / 6), math.log(3 / 6)])


def test_softmax_works_along_the_last_axis_unless_told_otherwise():
    x = np.log([[1.0, 3.0], [2.0, 2.0]])
    nearly_same(softmax(x), [[1 / 4, 3 / 4], [1 / 2, 1 / 2]])
    nearly_same(softmax(x, axis=0), [[1 / 3, 3 / 5], [2 / 3, 2 / 5]])
    nearly_same(logsumexp(x), np.log([4, 4]))
    nearly_same(logsumexp(x, axis=0), np.log([3, 5]))
    nearly_same(log_softmax(x), np.log([[1 / 4, 3 / 4], [1 / 2, 1 / 2]]))
    nearly_same(log_softmax(x, axis=0), np.log([[1 / 3, 3 / 5], [2 / 3, 2 / 5]]))


def test_softmax_at_extreme_values():
    x = [[1000.0, -1000.0], [-5000.0, -5000.0], [0.0, -5000.0], [1e307, -1e307], [-1e4, 1e4]]
    same(softmax(x), [[1, 0], [0.5, 0.5], [1, 0], [1, 0], [0, 1]])


def test_logs_at_extreme_values():
    x = [[1000.0, -1000.0], [-5000.0, -7000.0], [0.0, -5000.0], [1e307, -1e307]]
    same(logsumexp(x), [1000, -5000, 0, 1e307])
    same(log_softmax(x), [[0, -2000], [0, -2000], [0, -5000], [0, -2e307]])


def test_log_softmax_keeps_digits_that_large_logits_would_cost():
    # 1e8 + log(2) has only 8 digits left behind the point; the difference -log(2) has them all
    nearly_same(log_softmax([1e8, 1e8]), [-math.log(2)] * 2)


def test_a_masked_class_has_probability_0():
    x = [[0.0, -np.inf, 0.0], [-np.inf, -1000.0, -np.inf]]
    same(softmax(x), [[0.5, 0, 0.5], [0, 1, 0]])
    same(logsumexp(x), [math.log(2), -1000])
    same(log_softmax(x), [[-math.log(2), -np.inf, -math.log(2)], [-np.inf, 0, -np.inf]])


@pytest.mark.parametrize("call", ALONG_AN_AXIS, ids=named)
def test_a_slice_without_a_finite_number_gives_nan(call):
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.all(np.isnan(call([-np.inf, -np.inf])))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_every_axis_gives_the_same_as_that_axis_put_last(axis):
    x = np.random.default_rng(0).normal(0, 5, (3, 4, 5))
    last = np.moveaxis(x, axis, -1)
    nearly_same(softmax(x, axis), np.moveaxis(softmax(last), -1, axis))
    nearly_same(log_softmax(x, axis), np.moveaxis(log_softmax(last), -1, axis))
    nearly_same(logsumexp(x, axis), logsumexp(last))


@pytest.mark.parametrize("shape", [(1,), (4,), (1, 4), (0, 4), (3, 1), (2, 3, 4), (0, 2, 3)])
def test_softmax_keeps_the_shape_and_logsumexp_removes_the_axis(shape):
    x = np.zeros(shape)
    k = shape[-1]
    nearly_same(softmax(x), np.full(shape, 1 / k))
    nearly_same(log_softmax(x), np.full(shape, -math.log(k)))
    nearly_same(logsumexp(x), np.full(shape[:-1], math.log(k)))
    assert softmax_jacobian(x).shape == log_softmax_jacobian(x).shape == (*shape, k)


@pytest.mark.parametrize("call", ALONG_AN_AXIS, ids=named)
@pytest.mark.parametrize(
    ("x", "axis", "sentence"),
    [
        (3.0, -1, "x must have shape (..., k); got ()"),
        ([], -1, "x must hold an entry along axis -1; got shape (0,)"),
        (np.ones((3, 0)), 1, "x must hold an entry along axis 1; got shape (3, 0)"),
        (np.ones((0, 4)), 0, "x must hold an entry along axis 0; got shape (0, 4)"),
        ([1.0, 2.0], 1, "axis 1 is out of bounds for array of dimension 1"),
    ],
)
def test_an_axis_without_entries_is_refused(call, x, axis, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        call(x, axis)


@pytest.mark.parametrize("call", JACOBIANS, ids=named)
def test_a_jacobian_needs_an_axis_with_entries(call):
    with pytest.raises(ValueError, match=exactly("x must have shape (..., k); got ()")):
        call(3.0)
    with pytest.raises(ValueError, match=exactly("x must hold an entry along axis -1; got shape (2, 0)")):
        call(np.ones((2, 0)))


@LAWS
@given(x=NUMBERS, shift=st.floats(-1000, 1000))
def test_a_shift_of_all_scores_changes_no_probability(x, shift):
    x = np.array(x)
    np.testing.assert_allclose(softmax(x + shift), softmax(x), rtol=0, atol=1e-11)
    np.testing.assert_allclose(log_softmax(x + shift), log_softmax(x), rtol=0, atol=1e-11)
    np.testing.assert_allclose(logsumexp(x + shift), logsumexp(x) + shift, rtol=0, atol=1e-11)


def test_rows_are_shifted_each_by_its_own_maximum():
    x = np.array([[0.0, 1.0], [2.0, 5.0], [-1.0, 0.5]])
    shifts = np.array([[-5000.0], [0.0], [900.0]])
    np.testing.assert_allclose(softmax(x + shifts), softmax(x), rtol=1e-12)


@LAWS
@given(NUMBERS)
def test_probabilities_sum_to_1_and_their_logarithms_agree(x):
    p = softmax(x)
    assert p.sum() == pytest.approx(1, abs=1e-15 * len(x))
    np.testing.assert_allclose(np.exp(log_softmax(x)), p, rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(log_softmax(x), np.array(x) - logsumexp(x), rtol=0, atol=1e-11)


@LAWS
@given(NUMBERS)
def test_logsumexp_is_a_smooth_maximum(x):
    assert max(x) <= logsumexp(x) <= max(x) + math.log(len(x)) + 1e-11


@LAWS
@given(st.lists(st.floats(-700, 1e4), min_size=1))
def test_softmax_with_a_second_score_of_0_is_the_sigmoid(x):
    pairs = np.stack([np.array(x), np.zeros(len(x))], axis=-1)
    nearly_same(softmax(pairs)[:, 0], sigmoid(x), rtol=1e-15)


def test_softmax_jacobian_by_hand():
    # p = (1/4, 3/4): p1 (1 - p1) = 3/16, -p1 p2 = -3/16
    nearly_same(softmax_jacobian([0.0, math.log(3)]), [[3 / 16, -3 / 16], [-3 / 16, 3 / 16]])
    # rows e_i - p
    nearly_same(log_softmax_jacobian([0.0, math.log(3)]), [[3 / 4, -3 / 4], [-1 / 4, 1 / 4]])


def directional(f, x, direction):
    return slope_of(lambda t: f(x + t * direction), np.float64(0))


@pytest.mark.parametrize("shape", [(4,), (2, 3), (3, 3), (2, 2, 5)])
def test_jacobians_and_the_gradient_of_logsumexp_are_the_derivatives(shape):
    rng = np.random.default_rng(3)
    x, direction = rng.normal(0, 2, shape), rng.normal(0, 1, shape)
    agrees(np.einsum("...ij,...j->...i", softmax_jacobian(x), direction), directional(softmax, x, direction))
    agrees(np.einsum("...ij,...j->...i", log_softmax_jacobian(x), direction), directional(log_softmax, x, direction))
    agrees((softmax(x) * direction).sum(-1), directional(logsumexp, x, direction))


@LAWS
@given(NUMBERS)
def test_jacobians_know_that_only_differences_count(x):
    np.testing.assert_allclose(softmax_jacobian(x).sum(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(softmax_jacobian(x).sum(axis=1), 0, atol=1e-15)
    np.testing.assert_allclose(log_softmax_jacobian(x).sum(axis=1), 0, atol=1e-14)


def test_jacobians_at_extreme_values():
    same(softmax_jacobian([1000.0, -1000.0]), np.zeros((2, 2)))
    same(log_softmax_jacobian([1000.0, -1000.0]), [[0, 0], [-1, 1]])


# -------------------------------------------------- slopes in a deep network


def test_chain_gradients_by_hand():
    # z1 = 2 * 3 = 6, a1 = 6; z2 = -1 * 6 = -6, a2 = -6; z3 = 0.5 * -6: slopes are the weights
    # g3 = 1, g2 = 0.5, g1 = -1 * 0.5, g0 = 2 * -0.5
    same(chain_gradients(3.0, [2.0, -1.0, 0.5], "linear"), [-1, -0.5, 0.5, 1])
    # relu: z = 6, then 0.5 * 6 = 3, both alive
    same(chain_gradients(3.0, [2.0, 0.5], "relu"), [1, 0.5, 1])
    # sigmoid: z1 = log 3 * 1, a1 = 3/4; z2 = 0 * 3/4 = 0: g1 = 0 * 1/4
    nearly_same(chain_gradients(math.log(3), [1.0], "sigmoid"), [3 / 16, 1])
    same(chain_gradients(math.log(3), [1.0, 0.0], "sigmoid"), [0, 0, 1])
    # tanh: z1 = log 2, a1 = 3/5, slope 16/25; z2 = 0
    nearly_same(chain_gradients(math.log(2), [1.0], "tanh"), [0.64, 1])


def run_chain(act, a, w):
    for weight in w:
        z = weight * a
        a = {
            "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
            "tanh": math.tanh,
            "relu": lambda z: max(z, 0.0),
            "linear": lambda z: z,
        }[act](z)
    return a


@pytest.mark.parametrize("act", ["sigmoid", "tanh", "relu", "linear"])
@pytest.mark.parametrize("depth", [1, 3, 6])
def test_chain_gradients_are_the_derivatives(act, depth):
    w = [1.3, 0.7, 1.9, 0.4, 1.1, 2.3][:depth]
    found = chain_gradients(0.6, w, act)
    a, wanted = 0.6, []
    for i in range(depth):
        wanted.append(slope_of(lambda t, i=i: run_chain(act, t, w[i:]), a))
        a = run_chain(act, a, w[i : i + 1])
    agrees(found, [*wanted, 1.0])


def test_a_chain_without_neurons_depends_on_its_input_alone():
    same(chain_gradients(0.5, [], "sigmoid"), [1])


def test_a_dead_relu_silences_everything_before_it():
    # the second neuron has z = -1 * 2: g0 = g1 = 0, but the third passes on its weight
    same(chain_gradients(2.0, [1.0, -1.0, 3.0], "relu"), [0, 0, 0, 1])
    same(chain_gradients(0.0, [5.0], "relu"), [0, 1])  # slope 0 at exactly 0


def test_slopes_vanish_and_explode_with_depth():
    assert 0 < chain_gradients(0.0, np.ones(20), "sigmoid")[0] <= 0.25**20
    assert chain_gradients(0.0, np.ones(20), "tanh")[0] == 1
    assert chain_gradients(1.0, np.full(30, 1.5), "linear")[0] == pytest.approx(191_751.06, abs=0.01)


def test_chain_gradients_at_extreme_values():
    for act in ("sigmoid", "tanh"):
        same(chain_gradients(1000.0, [1.0, 0.0], act), [0, 0, 1])
        same(chain_gradients(-1e308, [1.0], act), [0, 1])
    same(chain_gradients(-1e308, [1.0], "relu"), [0, 1])
    same(chain_gradients(1e308, [1.0], "linear"), [1, 1])


def test_chain_gradients_of_float32_weights_stay_float32_for_any_input():
    for x0 in (0.5, 1, np.float64(0.5), np.array(0.5)):
        assert chain_gradients(x0, np.array([1.0, 2.0], np.float32), "tanh").dtype == np.float32


@pytest.mark.parametrize(
    ("x0", "w", "act", "sentence"),
    [
        (1.0, [1.0], "swish", "act must be one of sigmoid, tanh, relu, linear; got 'swish'"),
        (1.0, [1.0], None, "act must be one of sigmoid, tanh, relu, linear; got None"),
        (1.0, 2.0, "relu", "w must have shape (L,); got ()"),
        (1.0, [[2.0]], "relu", "w must have shape (L,); got (1, 1)"),
        ([1.0], [2.0], "relu", "x0 must have shape (); got (1,)"),
        (1.0, [[1], [1, 2]], "relu", "w must be a rectangular array; got rows of different lengths"),
        ([[1], [1, 2]], [1.0], "relu", "x0 must be a rectangular array; got rows of different lengths"),
    ],
)
def test_chain_gradients_say_what_is_wrong(x0, w, act, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        chain_gradients(x0, w, act)


def test_dead_fraction_by_hand():
    # z of the two samples: unit 1: 1, -1; unit 2: -1, -3; unit 3: 0, -2; unit 4: 2, 2 (only through its bias)
    X, W, b = [[1.0], [-1.0]], [[1.0, 1.0, 1.0, 0.0]], [0.0, -2.0, -1.0, 2.0]
    assert dead_fraction(X, W, b) == 0.5


def test_dead_fraction_counts_units_not_samples_or_zeros():
    # each unit is alive for one sample of three: 6 of 9 activations are 0, but no unit is dead
    assert dead_fraction(np.eye(3) - 0.5, np.eye(3), np.zeros(3)) == 0
    # the first unit is dead, three are alive; 4 samples, 2 features
    X = [[1.0, 2.0], [2.0, 1.0], [3.0, 1.0], [1.0, 1.0]]
    assert dead_fraction(X, [[-1.0, 1.0, 0.0, 1.0], [-1.0, 0.0, 1.0, 1.0]], [0.5, 0.0, 0.0, 0.0]) == 0.25


def test_dead_fraction_is_a_plain_float_from_0_to_1():
    for bias, wanted in ((-100, 1.0), (100, 0.0), (0, 1.0)):
        found = dead_fraction([[0, 0]], [[1, 2, 3], [4, 5, 6]], [bias] * 3)
        assert type(found) is float
        assert found == wanted


def test_dead_fraction_at_extreme_values():
    assert dead_fraction([[1e308], [-1e308]], [[0.5, 0.0, -0.0]], [0.0, 0.0, -1e308]) == pytest.approx(2 / 3)


@LAWS
@given(
    X=st.lists(st.lists(st.integers(-5, 5), min_size=2, max_size=2), min_size=1, max_size=4),
    W=st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=2, max_size=2),
    b=st.lists(st.integers(-9, 5), min_size=3, max_size=3),
)
def test_dead_fraction_agrees_with_a_loop(X, W, b):
    dead = sum(all(x[0] * W[0][k] + x[1] * W[1][k] + b[k] <= 0 for x in X) for k in range(3))
    assert dead_fraction(X, W, b) == dead / 3


@pytest.mark.parametrize(
    ("X", "W", "b", "sentence"),
    [
        ([1.0], [[1.0]], [0.0], "X must have shape (n, d); got (1,)"),
        (np.ones((2, 2, 1)), [[1.0]], [0.0], "X must have shape (n, d); got (2, 2, 1)"),
        ([[1.0]], [[1.0], [2.0]], [0.0], "X must have shape (..., d=2); got (1, 1)"),
        ([[1.0]], [1.0], [0.0], "W must have shape (d, p); got (1,)"),
        ([[1.0]], [[1.0]], [0.0, 1.0], "b must have shape (p=1,); got (2,)"),
        (np.ones((0, 1)), [[1.0]], [0.0], "X @ W + b must hold a sample and a unit; got shape (0, 1)"),
        (np.ones((2, 1)), np.ones((1, 0)), [], "X @ W + b must hold a sample and a unit; got shape (2, 0)"),
        ([[1], [1, 2]], [[1.0]], [0.0], "X must be a rectangular array; got rows of different lengths"),
    ],
)
def test_dead_fraction_says_what_is_wrong(X, W, b, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        dead_fraction(X, W, b)


# ------------------------------------------------------------------- PyTorch

RECORDED = parity.load("activations")
SLOPES = dict(PAIRS)


@pytest.mark.parametrize("name", RECORDED)
def test_pytorch_computes_the_same(name):
    case, function = RECORDED[name], name.split("/")[0]
    if function == "chain":
        parity.assert_close(chain_gradients(case["x0"], case["w"], name.split("/")[1]), case["g"])
        return
    call = getattr(activations, function)
    if "axis" not in case:
        options = {"alpha": 0.3} if function == "leaky_relu" else {}
        parity.assert_close(call(case["x"], **options), case["y"])
        parity.assert_close(SLOPES[call](case["x"], **options), case["slope"])
        return
    axis = int(case["axis"])
    finite = np.isfinite(case["y"])
    found = call(case["x"], axis)
    parity.assert_close(found[finite], case["y"][finite])
    if call is logsumexp:
        grad = np.expand_dims(case["upstream"], axis) * softmax(case["x"], axis)
    else:
        jacobian = {softmax: softmax_jacobian, log_softmax: log_softmax_jacobian}[call]
        x, upstream = np.moveaxis(case["x"], axis, -1), np.moveaxis(case["upstream"], axis, -1)
        grad = np.moveaxis(np.einsum("...i,...ij->...j", upstream, jacobian(x)), -1, axis)
    parity.assert_close(grad, case["grad"])


def test_pytorch_was_asked_about_every_function():
    assert {name.split("/")[0] for name in RECORDED} == {
        *(call.__name__ for call in SLOPES),
        *(call.__name__ for call in ALONG_AN_AXIS),
        "chain",
    }


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("activations")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            for key, value in case.items():
                np.testing.assert_allclose(RECORDED[name][key], value, rtol=1e-6, atol=1e-7)
