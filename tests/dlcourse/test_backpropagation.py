"""Chapter 4 by hand, against central differences, dual numbers and PyTorch, at extreme values, and by its laws."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.activations import relu, sigmoid, softmax, tanh
from dlcourse.backpropagation import (
    Value,
    backward,
    dense_backward,
    init_std,
    init_weights,
    init_weights_uniform,
    numerical_gradient,
    rel_error,
    relu_backward,
    sigmoid_backward,
    softmax_backward,
    tanh_backward,
    topo_order,
    two_layer_forward,
    two_layer_loss_and_grads,
    unbroadcast,
)
from dlcourse.gradcheck import check_gradients
from dlcourse.losses import softmax_cross_entropy
from dlcourse.perceptron import dense
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, SMALL, arrays_in, as_arrays, exactly, matrices, near, same

# ------------------------------------------------------- what holds for every function

SQUARE = [[1.0, 2.0], [-3.0, 0.5]]
ROWS = [[0.25, 0.75], [0.5, 0.5]]
PARAMS = {"W1": SQUARE, "b1": [0.5, -1.0], "W2": [[2.0, -1.0], [0.5, 1.5]], "b2": [0.25, -0.5]}
CALLS = [
    (dense_backward, [SQUARE, ROWS, [[0.5, 1.0], [2.0, 3.0]]]),
    (relu_backward, [SQUARE, ROWS]),
    (sigmoid_backward, [SQUARE, ROWS]),
    (tanh_backward, [SQUARE, ROWS]),
    (softmax_backward, [SQUARE, ROWS]),
    (two_layer_forward, [PARAMS, SQUARE]),
    (two_layer_loss_and_grads, [PARAMS, SQUARE, np.array([1, 0]), 0.5]),
    (unbroadcast, [SQUARE, (2,)]),
    (unbroadcast, [SQUARE, (2, 2)]),
    (rel_error, [SQUARE, ROWS]),
    (numerical_gradient, [np.sum, SQUARE]),
]
FLOATING = CALLS[:9]


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=lambda value: getattr(value, "__name__", ""))
def test_inputs_are_left_as_they_were(call, arguments):
    arguments = [as_arrays(argument, np.float64) for argument in arguments]
    before = [array.copy() for array in arrays_in(arguments)]
    for array in arrays_in(arguments):
        array.flags.writeable = False  # writing into an argument fails loudly
    call(*arguments)
    for array, old in zip(arrays_in(arguments), before, strict=True):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize(("call", "arguments"), FLOATING, ids=lambda value: getattr(value, "__name__", ""))
def test_results_are_arrays_of_their_own(call, arguments):
    arguments = [as_arrays(argument, np.float64) for argument in arguments]
    for found in arrays_in((call(*arguments),)):
        assert not any(np.shares_memory(found, array) for array in arrays_in(arguments))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(("call", "arguments"), FLOATING, ids=lambda value: getattr(value, "__name__", ""))
def test_floating_dtypes_are_kept(call, arguments, dtype):
    found = call(*[as_arrays(argument, dtype) for argument in arguments])
    assert arrays_in((found,))
    assert {array.dtype for array in arrays_in((found,))} == {np.dtype(dtype)}


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
@pytest.mark.parametrize(
    ("call", "count"),
    [(relu_backward, 2), (sigmoid_backward, 2), (tanh_backward, 2), (softmax_backward, 2), (dense_backward, 3)],
)
def test_integers_and_booleans_become_float64(call, count, dtype):
    integers = [np.array([[1, 0], [1, 1]], dtype)] * count
    floats = [array.astype(float) for array in integers]
    for found, wanted in zip(arrays_in((call(*integers),)), arrays_in((call(*floats),)), strict=True):
        same(found, wanted)


RAGGED = [[1], [1, 2]]


@pytest.mark.parametrize("bad", [RAGGED, [["a"]]], ids=["ragged", "text"])
@pytest.mark.parametrize(
    ("call", "arguments", "place", "name"),
    [
        (numerical_gradient, [np.sum, None], 1, "x"),
        (numerical_gradient, [lambda x: None, [1.0]], None, "f(x)"),
        (rel_error, [None, [1]], 0, "a"),
        (rel_error, [[1], None], 1, "b"),
        (dense_backward, [None, [[1]], [[1]]], 0, "dout"),
        (dense_backward, [[[1]], None, [[1]]], 1, "X"),
        (dense_backward, [[[1]], [[1]], None], 2, "W"),
        (relu_backward, [None, [1]], 0, "dout"),
        (relu_backward, [[1], None], 1, "z"),
        (sigmoid_backward, [None, [1]], 0, "dout"),
        (sigmoid_backward, [[1], None], 1, "a"),
        (tanh_backward, [None, [1]], 0, "dout"),
        (tanh_backward, [[1], None], 1, "a"),
        (softmax_backward, [None, [1]], 0, "dout"),
        (softmax_backward, [[1], None], 1, "p"),
        (two_layer_forward, [PARAMS, None], 1, "X"),
        (two_layer_loss_and_grads, [PARAMS, None, [0]], 1, "X"),
        (unbroadcast, [None, (1,)], 0, "grad"),
        *((two_layer_forward, [(name, None), SQUARE], 0, name) for name in PARAMS),
    ],
)
def test_what_holds_no_rectangle_of_numbers_is_named(call, arguments, place, name, bad):
    arguments = list(arguments)
    if place is None:
        arguments[0] = lambda x: bad
    else:
        arguments[place] = PARAMS | {name: bad} if name in PARAMS else bad
    if bad is RAGGED:
        expected, sentence = ValueError, f"{name} must be a rectangular array; got rows of different lengths"
    else:
        expected, sentence = TypeError, f"{name} must hold real numbers; got dtype <U1"
    with pytest.raises(expected, match=exactly(sentence)):
        call(*arguments)


# -------------------------------------------------------- numerical_gradient


def test_numerical_gradient_by_hand():
    # x**4 at 1 with h = 0.1: (1.1**4 - 0.9**4) / 0.2 = (1.4641 - 0.6561) / 0.2 = 4.04; forward would be 4.641
    near(numerical_gradient(lambda x: x**4, 1.0, h=0.1), 4.04)


def test_numerical_gradient_varies_one_entry_at_a_time():
    # f = x00 x01 + 10 x10 + 100 x11**2 with x = (2, 3; 5, 7): (x01, x00; 10, 200 x11)
    found = numerical_gradient(lambda x: x[0, 0] * x[0, 1] + 10 * x[1, 0] + 100 * x[1, 1] ** 2, [[2, 3], [5, 7]])
    np.testing.assert_allclose(found, [[3, 2], [10, 1400]], rtol=1e-6)


def test_numerical_gradient_has_the_step_1e_5_unless_told_otherwise():
    steps = []
    numerical_gradient(lambda x: steps.append(float(x)) or 0.0, 0.0)
    assert sorted(steps) == [-1e-5, 1e-5]


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (2, 1, 2), (0,), (3, 0)])
def test_numerical_gradient_has_the_shape_of_x_and_calls_f_twice_an_entry(shape):
    seen = []
    weights = np.arange(1.0, math.prod(shape) + 1).reshape(shape)

    def f(x):
        seen.append(x.shape)
        return np.sum(weights * x)

    found = numerical_gradient(f, np.full(shape, 0.3))
    assert found.shape == shape
    np.testing.assert_allclose(found, weights, rtol=1e-9)
    assert seen == [shape] * 2 * math.prod(shape)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, bool, np.float16, np.float32, np.float64])
def test_numerical_gradient_measures_in_float64_and_answers_in_the_dtype_of_x(dtype):
    seen = set()

    def f(x):
        seen.add(x.dtype)
        return np.sum(x**3)

    found = numerical_gradient(f, np.array([0, 1, 1], dtype))
    assert seen == {np.dtype(np.float64)}
    assert found.dtype == (dtype if np.dtype(dtype).kind == "f" else np.float64)
    np.testing.assert_allclose(found, [0, 3, 3], rtol=1e-7, atol=1e-9)


def test_numerical_gradient_survives_a_function_that_spoils_its_argument():
    def f(x):
        total = float(np.sum(x**2))
        x[:] = -99.0
        return total

    x = np.array([1.0, -2.0, 3.0])
    near(numerical_gradient(f, x), [2, -4, 6], rtol=1e-8)
    same(x, [1, -2, 3])


def test_numerical_gradient_at_a_kink_is_the_mean_of_the_slopes():
    near(numerical_gradient(lambda x: np.sum(relu(x)), [0.0, 1.0, -1.0]), [0.5, 1, 0], rtol=1e-9)


def test_numerical_gradient_divides_by_the_step_that_was_really_taken():
    # At 1e5 floats are 1.5e-11 apart: of h = 1e-10, x + h takes 1.02e-10, a step that is wrong by two per cent
    same(numerical_gradient(lambda x: 4 * x, 1e5, h=1e-10), 4.0)


@pytest.mark.parametrize("x", [1e16, -1e16, np.inf])
def test_numerical_gradient_refuses_a_step_that_changes_nothing(x):
    with pytest.raises(ValueError, match=exactly(f"h must be large enough to change {x}; got 1e-05")):
        numerical_gradient(np.sum, [1.0, x])


@pytest.mark.parametrize("h", [0.0, -1e-5, np.inf, np.nan])
def test_numerical_gradient_refuses_a_step_that_is_not_above_0(h):
    with pytest.raises(ValueError, match=exactly(f"h must lie in (0, inf); got {h}")):
        numerical_gradient(np.sum, [1.0], h)


@pytest.mark.parametrize(("answer", "shape"), [([1.0], (1,)), ([[1.0, 2.0]], (1, 2)), ([], (0,))])
def test_numerical_gradient_needs_one_number_from_f(answer, shape):
    with pytest.raises(ValueError, match=exactly(f"f(x) must have shape (); got {shape}")):
        numerical_gradient(lambda x: np.array(answer), [1.0])


@pytest.mark.parametrize("answer", [2, 2.5, np.float32(1), np.array(3.0), True])
def test_numerical_gradient_takes_any_one_number_from_f(answer):
    same(numerical_gradient(lambda x: answer, [1.0, 2.0]), [0, 0])


def test_numerical_gradient_at_extreme_values():
    near(numerical_gradient(lambda x: np.sum(x**2), [1e6, -1e6], h=1.0), [2e6, -2e6])
    near(numerical_gradient(lambda x: x, 1e300, h=1e290), 1.0)
    same(numerical_gradient(lambda x: np.inf, [1.0]), [np.nan])
    same(numerical_gradient(lambda x: 1e308 * float(x[0] > 1), [1.0]), [np.inf])


@LAWS
@given(A=matrices(3, 3), x=st.lists(SMALL, min_size=3, max_size=3))
def test_numerical_gradient_of_a_quadratic_is_exact_for_any_step(A, x):
    # central differences have no error of second order, whatever the step
    A = np.array(A, float)
    same(numerical_gradient(lambda x: x @ A @ x, x, h=0.5), (A + A.T) @ x)


@LAWS
@given(x=st.integers(-50, 50), exponent=st.integers(-4, 2))
def test_numerical_gradient_of_a_cube_is_off_by_the_square_of_the_step(x, exponent):
    h = 2.0**exponent
    near(numerical_gradient(lambda x: x**3, float(x), h), 3.0 * x**2 + h**2)


# ----------------------------------------------------------------- rel_error


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ([1.0, 2.0], [1.0, 3.0], 0.2),  # |2 - 3| / (2 + 3)
        ([1.0, 10.0], [3.0, 20.0], 0.5),  # |1 - 3| / 4 = 1/2, and 10/30 = 1/3: the worst counts, not the last
        ([[1.0], [-1.0]], [[1.0], [1.0]], 1.0),  # opposite signs
        ([0.0], [5.0], 1.0),
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([1e-10], [0.0], 0.01),  # 1e-10 / 1e-8: the floor
        ([4e-9], [-4e-9], 0.8),  # 8e-9 / 1e-8
        ([6e-9], [-6e-9], 1.0),  # above the floor
        (3, 1, 0.5),
        ([], [], 0.0),
    ],
)
def test_rel_error_by_hand(a, b, wanted):
    found = rel_error(a, b)
    assert type(found) is float
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_rel_error_with_a_number_that_is_not_finite_is_infinite(bad):
    assert rel_error([1.0, bad], [1.0, 1.0]) == np.inf
    assert rel_error([1.0, 1.0], [bad, 1.0]) == np.inf
    assert rel_error([bad], [bad]) == np.inf


def test_rel_error_at_extreme_values():
    assert rel_error([1.7e308, 1.0], [1.7e308, 1.0]) == 0
    assert rel_error([1.7e308], [-1.7e308]) == 1
    assert rel_error([5e-324], [-5e-324]) < 1e-300


def test_rel_error_measures_narrow_floats_in_float64():
    # in float16 the floor 1e-8 would be 0, and 0 / 0 no number
    assert rel_error(np.zeros(2, np.float16), np.zeros(2, np.float16)) == 0
    assert rel_error(np.array([40000], np.float16), np.array([40000], np.float16)) == 0


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        ([[1.0], [2.0]], [1.0, 2.0], "b must have shape (2, 1); got (2,)"),
        ([1.0, 2.0], 1.0, "b must have shape (2,); got ()"),
    ],
)
def test_rel_error_refuses_to_broadcast(a, b, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        rel_error(a, b)


FLOATS = st.floats(-1e6, 1e6)


@LAWS
@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=5), st.integers(1, 40))
def test_rel_error_is_symmetric_between_0_and_1_and_the_same_for_other_units(pairs, exponent):
    a, b = np.array(pairs).T
    error = rel_error(a, b)
    assert 0 <= error <= 1
    assert rel_error(b, a) == error
    big = [(x, y) for x, y in pairs if abs(x) + abs(y) > 1e-8]
    if big:
        a, b = np.array(big).T
        assert rel_error(a * 2.0**exponent, b * 2.0**exponent) == rel_error(a, b)


# ------------------------------------------------------------ dense_backward


def test_dense_backward_by_hand():
    # dX = dout @ W.T: row 1 (1*1 + 2*4, 1*2 + 2*5, 1*3 + 2*6) = (9, 12, 15), row 2 (3 - 4, 6 - 5, 9 - 6) = (-1, 1, 3)
    # dW = X.T @ dout: X = (1, 0, 2; 0, 1, 3) -> (1, 2), (3, -1), (2 + 9, 4 - 3) = (11, 1);  db = (1 + 3, 2 - 1)
    dX, dW, db = dense_backward([[1, 2], [3, -1]], [[1, 0, 2], [0, 1, 3]], [[1, 4], [2, 5], [3, 6]])
    same(dX, [[9, 12, 15], [-1, 1, 3]])
    same(dW, [[1, 2], [3, -1], [11, 1]])
    same(db, [4, 1])


@pytest.mark.parametrize("leading", [(), (0,), (1,), (3,), (2, 4), (2, 0), (2, 1, 3)])
def test_dense_backward_adds_up_over_all_leading_axes(leading):
    rng = np.random.default_rng(1)
    X, W = rng.integers(-9, 9, (*leading, 3)), rng.integers(-9, 9, (3, 3))
    dout = rng.integers(-9, 9, (*leading, 3))
    dX, dW, db = np.zeros((*leading, 3)), np.zeros((3, 3)), np.zeros(3)
    for place in np.ndindex(*leading):
        for i in range(3):
            for k in range(3):
                dX[(*place, i)] += dout[(*place, k)] * W[i, k]
                dW[i, k] += X[(*place, i)] * dout[(*place, k)]
        db += dout[place]
    for found, wanted in zip(dense_backward(dout, X, W), (dX, dW, db), strict=True):
        same(found, wanted)


def test_dense_backward_without_inputs_or_outputs():
    dX, dW, db = dense_backward(np.ones((2, 4)), np.ones((2, 0)), np.ones((0, 4)))
    assert (dX.shape, dW.shape) == ((2, 0), (0, 4))
    same(db, [2, 2, 2, 2])
    dX, dW, db = dense_backward(np.ones((2, 0)), np.ones((2, 3)), np.ones((3, 0)))
    same(dX, np.zeros((2, 3)))
    assert (dW.shape, db.shape) == ((3, 0), (0,))


@pytest.mark.parametrize("leading", [(5,), (2, 3)])
def test_dense_backward_is_the_derivative_of_dense(leading):
    rng = np.random.default_rng(2)
    arrays = {"X": rng.normal(size=(*leading, 4)), "W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
    dout = rng.normal(size=(*leading, 3))
    dX, dW, db = dense_backward(dout, arrays["X"], arrays["W"])
    check_gradients(lambda X, W, b: np.sum(dout * dense(X, W, b)), arrays, {"X": dX, "W": dW, "b": db})


def test_dense_backward_at_extreme_values():
    # 1e308 * 0.5 + 1e308 * 0.5 = 1e308; 1e308 - 1e308 = 0
    dX, dW, db = dense_backward([[1e308, 1e308], [0, -1e308]], [[0.5], [0.5]], [[0.5, 0.5]])
    same(dX, [[1e308], [-5e307]])
    same(dW, [[5e307, 0]])
    same(db, [1e308, 0])


@pytest.mark.parametrize(
    ("dout", "X", "W", "sentence"),
    [
        ([[1]], [[1]], [1], "W must have shape (d, p); got (1,)"),
        ([[1]], [[1, 2]], [[1]], "X must have shape (..., d=1); got (1, 2)"),
        ([1], 1, [[1]], "X must have shape (..., d=1); got ()"),
        ([[1]], [[1]], [[1, 2]], "dout must have shape (1, p=2); got (1, 1)"),
        ([[1], [2]], [[1]], [[1]], "dout must have shape (1, p=1); got (2, 1)"),
        ([1], [[1]], [[1]], "dout must have shape (1, p=1); got (1,)"),
        (np.ones((3, 2, 1)), np.ones((2, 3, 1)), [[1]], "dout must have shape (2, 3, p=1); got (3, 2, 1)"),
        (np.ones((6, 1)), np.ones((2, 3, 1)), [[1]], "dout must have shape (2, 3, p=1); got (6, 1)"),
        ([[1]], [1], [[1]], "dout must have shape (p=1,); got (1, 1)"),
    ],
)
def test_dense_backward_says_which_shape_is_wrong(dout, X, W, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        dense_backward(dout, X, W)


@LAWS
@given(X=matrices(4, 2), W=matrices(2, 3), one=matrices(4, 3), two=matrices(4, 3))
def test_dense_backward_is_linear_in_what_comes_back(X, W, one, two):
    together = dense_backward(np.array(one) + np.array(two), X, W)
    for whole, first, second in zip(together, dense_backward(one, X, W), dense_backward(two, X, W), strict=True):
        same(whole, first + second)


# --------------------------------------------------- backward of activations

BACK = {relu: relu_backward, sigmoid: sigmoid_backward, tanh: tanh_backward}


def test_relu_backward_by_hand():
    same(relu_backward([2.0, -3.0, 4.0, -5.0], [1.0, 0.5, -1.0, -0.5]), [2, -3, 0, 0])


def test_relu_backward_has_no_slope_at_0():
    same(relu_backward([2.0, 3.0, 5.0, 7.0], [0.0, -0.0, 5e-324, -5e-324]), [0, 0, 5, 0])


def test_sigmoid_backward_by_hand():
    # 2 * 0.5 * 0.5 = 0.5;  -4 * 0.25 * 0.75 = -0.75;  8 * 0.75 * 0.25 = 1.5
    same(sigmoid_backward([2.0, -4.0, 8.0], [0.5, 0.25, 0.75]), [0.5, -0.75, 1.5])


def test_tanh_backward_by_hand():
    # 2 * (1 - 0.25) = 1.5;  -4 * (1 - 0.5625) = -1.75;  8 * (1 - 0) = 8
    same(tanh_backward([2.0, -4.0, 8.0], [-0.5, 0.75, 0.0]), [1.5, -1.75, 8])


@pytest.mark.parametrize("call", BACK.values())
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3), (2, 0, 3)])
def test_backward_of_an_activation_keeps_the_shape(call, shape):
    found = call(np.full(shape, 2.0), np.full(shape, 0.5))
    same(found, np.full(shape, {relu_backward: 2.0, sigmoid_backward: 0.5, tanh_backward: 1.5}[call]))


@pytest.mark.parametrize("forward", BACK)
@pytest.mark.parametrize("shape", [(7,), (3, 4), (2, 3, 2)])
def test_backward_of_an_activation_is_the_derivative_of_forward(forward, shape):
    rng = np.random.default_rng(3)
    z, dout = rng.normal(size=shape), rng.normal(size=shape)
    kept = z if forward is relu else forward(z)
    check_gradients(lambda z: np.sum(dout * forward(z)), {"z": z}, {"z": BACK[forward](dout, kept)})


def test_backward_of_a_saturated_activation_is_exactly_0():
    dout = [3.0, -3.0, 1e308]
    z = np.array([1000.0, -1000.0, 1e308])
    same(sigmoid_backward(dout, sigmoid(z)), [0, 0, 0])
    same(tanh_backward(dout, tanh(z)), [0, 0, 0])
    same(relu_backward(dout, z), [3, 0, 1e308])


def test_sigmoid_backward_keeps_the_digits_of_a_small_output():
    same(sigmoid_backward([1e200], [1e-200]), [1.0])
    same(sigmoid_backward([1.0], [5e-324]), [5e-324])


def test_tanh_backward_keeps_the_digits_near_saturation():
    # a = 1 - 2**-20 in float32: 1 - a**2 = 2**-19 - 2**-40, and a**2 would be rounded to 24 digits
    a = np.array([1 - 2.0**-20], np.float32)
    np.testing.assert_allclose(tanh_backward(np.ones(1, np.float32), a), 2.0**-19 - 2.0**-40, rtol=1e-7)
    np.testing.assert_allclose(tanh_backward(np.ones(1, np.float32), -a), 2.0**-19 - 2.0**-40, rtol=1e-7)


@pytest.mark.parametrize("call", [*BACK.values(), softmax_backward])
@pytest.mark.parametrize(
    ("dout", "cached", "sentence"),
    [
        ([1.0], [[1.0]], "dout must have shape (1, 1); got (1,)"),
        ([[1.0, 2.0]], [[1.0], [2.0]], "dout must have shape (2, 1); got (1, 2)"),
        (1.0, [1.0, 2.0], "dout must have shape (2,); got ()"),
    ],
)
def test_backward_refuses_to_broadcast(call, dout, cached, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        call(dout, cached)


@LAWS
@given(z=st.lists(SMALL, min_size=4, max_size=4), dout=st.lists(SMALL, min_size=4, max_size=4))
def test_relu_backward_agrees_with_a_loop(z, dout):
    same(relu_backward(dout, z), [d if z_i > 0 else 0 for d, z_i in zip(dout, z, strict=True)])


EIGHTHS = st.integers(0, 8).map(lambda n: n / 8)


@LAWS
@given(a=st.lists(EIGHTHS, min_size=4, max_size=4), dout=st.lists(SMALL, min_size=4, max_size=4))
def test_sigmoid_and_tanh_backward_are_symmetric(a, dout):
    a, dout = np.array(a), np.array(dout)
    same(sigmoid_backward(dout, 1 - a), sigmoid_backward(dout, a))
    same(tanh_backward(dout, -a), tanh_backward(dout, a))
    # tanh(z) = 2 sigmoid(2 z) - 1, so its slope is 4 times the sigmoid's
    same(tanh_backward(dout, 2 * a - 1), 4 * sigmoid_backward(dout, a))


# ---------------------------------------------------------- softmax_backward


def test_softmax_backward_by_hand():
    # p = (0.5, 0.25, 0.25), dout = (1, 2, 6): sum(dout p) = 0.5 + 0.5 + 1.5 = 2.5
    # p (dout - 2.5) = (-0.75, -0.125, 0.875)
    # second row: p = (0.25, 0.5, 0.25), dout = (4, 0, -4): sum 0, p dout = (1, 0, -1)
    found = softmax_backward([[1, 2, 6], [4, 0, -4]], [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]])
    same(found, [[-0.75, -0.125, 0.875], [1, 0, -1]])


@pytest.mark.parametrize("shape", [(4,), (3, 3), (1, 5), (2, 3, 4), (2, 1)])
def test_softmax_backward_is_the_derivative_of_softmax(shape):
    rng = np.random.default_rng(4)
    z, dout = rng.normal(0, 2, shape), rng.normal(size=shape)
    check_gradients(lambda z: np.sum(dout * softmax(z)), {"z": z}, {"z": softmax_backward(dout, softmax(z))})


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
def test_softmax_backward_of_nothing_is_nothing(shape):
    same(softmax_backward(np.ones(shape), np.ones(shape)), np.empty(shape))


def test_softmax_backward_of_one_class_is_0():
    same(softmax_backward([[3.0], [-1000.0]], [[1.0], [1.0]]), [[0], [0]])


def test_softmax_backward_at_extreme_values():
    same(softmax_backward([[1e308, -1e307, 5.0]], softmax([[1000.0, -1000.0, -1000.0]])), [[0, 0, 0]])
    same(softmax_backward([1000.0, -1000.0], [0.5, 0.5]), [500, -500])


def test_softmax_backward_needs_an_axis():
    with pytest.raises(ValueError, match=exactly("p must have shape (..., c); got ()")):
        softmax_backward(1.0, 1.0)


def test_softmax_backward_of_a_cross_entropy_is_probability_minus_truth():
    p = softmax([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0]])
    truth = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    np.testing.assert_allclose(softmax_backward(-truth / p, p), p - truth, rtol=1e-13)


@LAWS
@given(
    weights=matrices(2, 3, st.integers(1, 9)),
    dout=matrices(2, 3),
    shift=st.lists(SMALL, min_size=2, max_size=2),
)
def test_softmax_backward_agrees_with_the_whole_jacobian_in_exact_arithmetic(weights, dout, shift):
    wanted = []
    for row, upstream in zip(weights, dout, strict=True):
        p = [Fraction(w, sum(row)) for w in row]
        # dp_i / dz_j = p_i (1 if i == j else 0) - p_i p_j
        jacobian = [[p[i] * ((i == j) - p[j]) for j in range(3)] for i in range(3)]
        wanted.append([float(sum(upstream[i] * jacobian[i][j] for i in range(3))) for j in range(3)])
    p = np.array(weights) / np.sum(weights, axis=1, keepdims=True)
    found = softmax_backward(dout, p)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-14)
    np.testing.assert_allclose(found.sum(axis=-1), [0, 0], rtol=0, atol=1e-14)
    # the same number added to a whole row of dout: outputs that sum to 1 cannot use it
    shifted = softmax_backward(np.array(dout) + np.array(shift)[:, None], p)
    np.testing.assert_allclose(shifted, found, rtol=0, atol=1e-14)


# ------------------------------------------------------ the two-layer network

BY_HAND = {"W1": [[1, -1], [2, 0]], "b1": [0.5, 0], "W2": [[2, 4], [5, 7]], "b2": [12, 1]}


def random_network(sizes, seed):
    n, d, h, c = sizes
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(d, h)),
        "b1": rng.normal(size=h),
        "W2": rng.normal(size=(h, c)),
        "b2": rng.normal(size=c),
    }
    return params, rng.normal(size=(n, d)), rng.integers(0, c, n)


def test_two_layer_forward_by_hand():
    # x = (1, 2): sums (1 + 4 + 0.5, -1 + 0 + 0) = (5.5, -1), activations (5.5, 0), logits (11 + 12, 22 + 1) = (23, 23)
    # x = (0, -1): sums (-2 + 0.5, 0) = (-1.5, 0), activations (0, 0), logits = b2
    Z1, A1, logits = two_layer_forward(BY_HAND, [[1, 2], [0, -1]])
    same(Z1, [[5.5, -1], [-1.5, 0]])
    same(A1, [[5.5, 0], [0, 0]])
    same(logits, [[23, 23], [12, 1]])


def test_two_layer_loss_and_grads_by_hand():
    # logits (23, 23): p = (0.5, 0.5), loss log 2, dlogits = (0.5, -0.5) for class 1
    # db2 = dlogits; dW2 = (5.5, 0)^T dlogits; dA1 = W2 dlogits = (1 - 2, 2.5 - 3.5) = (-1, -1)
    # dZ1 = (-1, 0), since Z1 = (5.5, -1); db1 = dZ1; dW1 = (1, 2)^T dZ1
    loss, grads = two_layer_loss_and_grads(BY_HAND, [[1, 2]], [1])
    assert type(loss) is float
    assert loss == pytest.approx(math.log(2), rel=1e-15)
    assert list(grads) == ["W1", "b1", "W2", "b2"]
    same(grads["b2"], [0.5, -0.5])
    same(grads["W2"], [[2.75, -2.75], [0, 0]])
    same(grads["b1"], [-1, 0])
    same(grads["W1"], [[-1, 0], [-2, 0]])


def test_two_layer_penalty_by_hand():
    # sum(W1**2) = 1 + 1 + 4 = 6, sum(W2**2) = 4 + 16 + 25 + 49 = 94: 0.5 * 0.25 * 100 = 12.5; gradients grow by W / 4
    plain, grads = two_layer_loss_and_grads(BY_HAND, [[1, 2]], [1])
    loss, penalised = two_layer_loss_and_grads(BY_HAND, [[1, 2]], [1], 0.25)
    assert loss - plain == pytest.approx(12.5, rel=1e-14)
    same(penalised["W1"] - grads["W1"], [[0.25, -0.25], [0.5, 0]])
    same(penalised["W2"] - grads["W2"], [[0.5, 1], [1.25, 1.75]])
    same(penalised["b1"], grads["b1"])
    same(penalised["b2"], grads["b2"])


@pytest.mark.parametrize("reg", [0.0, 0.3])
@pytest.mark.parametrize("sizes", [(5, 3, 4, 2), (4, 4, 4, 4), (1, 3, 5, 3), (6, 1, 2, 3)])
def test_two_layer_grads_are_the_derivative_of_the_loss(sizes, reg):
    params, X, y = random_network(sizes, 6)
    _, grads = two_layer_loss_and_grads(params, X, y, reg)
    check_gradients(lambda **params: two_layer_loss_and_grads(params, X, y, reg)[0], params, grads)


def test_two_layer_loss_is_that_of_its_logits():
    params, X, y = random_network((5, 3, 4, 3), 7)
    logits = two_layer_forward(params, X)[2]
    loss, grads = two_layer_loss_and_grads(params, X, y)
    assert loss == softmax_cross_entropy(logits, y)[0]
    near(grads["b2"], softmax_cross_entropy(logits, y)[1].sum(axis=0))


def test_two_layer_loss_is_a_mean_over_samples():
    params, X, y = random_network((3, 2, 4, 3), 8)
    once = two_layer_loss_and_grads(params, X, y, 0.1)
    twice = two_layer_loss_and_grads(params, np.concatenate([X, X]), np.concatenate([y, y]), 0.1)
    assert twice[0] == pytest.approx(once[0], rel=1e-14)
    for name in params:
        np.testing.assert_allclose(twice[1][name], once[1][name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("scale", [1e3, 1e100])
def test_two_layer_network_at_extreme_values(scale):
    # hidden sums (s, -s) and logits (s, 0): class 0 is certain. Right: loss 0 and no gradient; wrong: loss s
    params = {"W1": [[1, -1]], "b1": [0, 0], "W2": [[1, 0], [0, 1]], "b2": [0, 0]}
    loss, grads = two_layer_loss_and_grads(params, [[scale]], [0])
    assert loss == 0
    assert all((grad == 0).all() for grad in grads.values())
    loss, grads = two_layer_loss_and_grads(params, [[scale]], [1])
    assert loss == scale
    same(grads["b2"], [1, -1])
    same(grads["W2"], [[scale, -scale], [0, 0]])
    same(grads["W1"], [[scale, 0]])


def test_two_layer_units_that_are_silent_learn_nothing():
    params = BY_HAND | {"b1": [0.5, 1]}  # the second sum is exactly 0
    _, grads = two_layer_loss_and_grads(params, [[1, 2]], [1])
    same(grads["b1"], [-1, 0])


def test_two_layer_float32_is_not_widened_by_a_float64_penalty():
    params = {name: np.array(value, np.float32) for name, value in BY_HAND.items()}
    loss, grads = two_layer_loss_and_grads(params, np.array([[1, 2]], np.float32), [1], np.float64(0.25))
    assert type(loss) is float
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}


def test_two_layer_penalty_of_large_narrow_weights_does_not_overflow():
    # float16 ends at 65504, and 300**2 + 100**2 + 100**2 = 110,000
    params = {"W1": [[300]], "b1": [0], "W2": [[100, 100]], "b2": [0, 0]}
    params = {name: np.array(value, np.float16) for name, value in params.items()}
    X = np.array([[0.0]], np.float16)
    assert two_layer_loss_and_grads(params, X, [0])[0] == pytest.approx(math.log(2), rel=1e-3)
    assert two_layer_loss_and_grads(params, X, [0], 0.5)[0] == pytest.approx(0.25 * 110_000, rel=1e-3)


def test_two_layer_equal_units_stay_equal():
    params = {"W1": np.full((3, 4), 0.3), "b1": np.full(4, 0.1), "W2": np.full((4, 2), -0.2), "b2": np.zeros(2)}
    _, X, y = random_network((5, 3, 4, 2), 9)
    _, grads = two_layer_loss_and_grads(params, X, y)
    for unit in range(1, 4):
        np.testing.assert_array_equal(grads["W1"][:, unit], grads["W1"][:, 0])
        np.testing.assert_array_equal(grads["W2"][unit], grads["W2"][0])


def change(**changes):
    return PARAMS | changes


@pytest.mark.parametrize(
    ("params", "X", "sentence"),
    [
        (change(W1=[1, 2]), SQUARE, "W1 must have shape (d, h); got (2,)"),
        (change(b1=[1, 2, 3]), SQUARE, "b1 must have shape (h=2,); got (3,)"),
        (change(b1=[[1, 2]]), SQUARE, "b1 must have shape (h=2,); got (1, 2)"),
        (change(W2=[[1, 2]]), SQUARE, "W2 must have shape (h=2, c); got (1, 2)"),
        (change(W2=[1, 2]), SQUARE, "W2 must have shape (h=2, c); got (2,)"),
        (change(b2=[1]), SQUARE, "b2 must have shape (c=2,); got (1,)"),
        (PARAMS, [[1, 2, 3]], "X must have shape (n, d=2); got (1, 3)"),
        (PARAMS, [1, 2], "X must have shape (n, d=2); got (2,)"),
        (PARAMS, [[[1, 2]]], "X must have shape (n, d=2); got (1, 1, 2)"),
        ({}, SQUARE, "params must hold W1, b1, W2, b2; got nothing"),
        ({"b1": [1], "W1": [[1]]}, SQUARE, "params must hold W1, b1, W2, b2; got W1, b1"),
        (change(W3=[1]), SQUARE, "params must hold W1, b1, W2, b2; got W1, W2, W3, b1, b2"),
    ],
)
def test_two_layer_network_says_what_is_wrong(params, X, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        two_layer_forward(params, X)
    with pytest.raises(ValueError, match=exactly(sentence)):
        two_layer_loss_and_grads(params, X, [0, 1])


@pytest.mark.parametrize("reg", [-0.1, np.nan, np.inf])
def test_two_layer_loss_refuses_a_penalty_that_is_none(reg):
    with pytest.raises(ValueError, match=exactly(f"reg must lie in [0, inf); got {reg}")):
        two_layer_loss_and_grads(PARAMS, SQUARE, [0, 1], reg)


def test_two_layer_forward_runs_on_an_empty_batch():
    Z1, A1, logits = two_layer_forward(PARAMS, np.empty((0, 2)))
    assert (Z1.shape, A1.shape, logits.shape) == ((0, 2), (0, 2), (0, 2))


# --------------------------------------------------------------- unbroadcast

RESULT = [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("grad", "shape", "wanted"),
    [
        (RESULT, (3,), [5, 7, 9]),
        (RESULT, (1, 3), [[5, 7, 9]]),
        (RESULT, (2, 1), [[6], [15]]),
        (RESULT, (1, 1), [[21]]),
        (RESULT, (1,), [21]),
        (RESULT, (), 21),
        (RESULT, (2, 3), RESULT),
        ([RESULT, RESULT], (2, 1), [[12], [30]]),
        ([RESULT, RESULT], (2, 1, 3), [[[5, 7, 9]], [[5, 7, 9]]]),
        ([RESULT, RESULT], (2, 3), [[2, 4, 6], [8, 10, 12]]),
        (7, (), 7),
        ([7], (), 7),
        ([[7]], (1, 1), [[7]]),
        (np.empty((0, 2)), (2,), [0, 0]),
        (np.empty((0, 2)), (1, 2), [[0, 0]]),
        (np.empty((0, 2)), (0, 2), np.empty((0, 2))),
        (np.empty((0, 2)), (0, 1), np.empty((0, 1))),
    ],
)
def test_unbroadcast_by_hand(grad, shape, wanted):
    same(unbroadcast(grad, shape), wanted)
    same(unbroadcast(grad, list(shape)), wanted)


@pytest.mark.parametrize(
    ("shape", "other"),
    [((3,), (2, 3)), ((2, 1), (3,)), ((), (2, 2)), ((1, 3), (4, 1)), ((2, 1, 3), (5, 1)), ((1, 1), (2, 3, 4))],
)
def test_unbroadcast_is_the_derivative_of_broadcasting(shape, other):
    rng = np.random.default_rng(10)
    x, y = rng.normal(size=shape), rng.normal(size=other)
    dout = rng.normal(size=np.broadcast_shapes(shape, other))
    grads = {"x": unbroadcast(dout * y, shape), "y": unbroadcast(dout * x, other)}
    check_gradients(lambda x, y: np.sum(dout * (x * y)), {"x": x, "y": y}, grads)


@pytest.mark.parametrize(
    ("given_shape", "shape", "sentence"),
    [
        ((5, 4), (3,), "grad must have shape (any, 3); got (5, 4)"),
        ((5, 3), (5,), "grad must have shape (any, 5); got (5, 3)"),
        ((3,), (2, 3), "grad must have shape (2, 3); got (3,)"),
        ((), (1,), "grad must have shape (any,); got ()"),
        ((1, 3), (2, 3), "grad must have shape (2, 3); got (1, 3)"),
        ((5, 3), (5, 0), "grad must have shape (5, 0); got (5, 3)"),
    ],
)
def test_unbroadcast_refuses_a_shape_that_does_not_broadcast(given_shape, shape, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        unbroadcast(np.ones(given_shape), shape)


@st.composite
def broadcasts(draw):
    """Return a result of integers and the shape of an operand that broadcasts to it."""
    large = draw(st.lists(st.integers(1, 3), max_size=4))
    small = [n if draw(st.booleans()) else 1 for n in large[draw(st.integers(0, len(large))) :]]
    count = math.prod(large)
    entries = draw(st.lists(SMALL, min_size=count, max_size=count))
    return np.array(entries, float).reshape(large), tuple(small)


@LAWS
@given(broadcasts(), st.integers(0, 2**32))
def test_unbroadcast_is_the_adjoint_of_broadcasting(case, seed):
    # <broadcast(x), g> = <x, unbroadcast(g)>: no gradient is lost and none is counted twice
    g, shape = case
    x = np.random.default_rng(seed).integers(-8, 9, shape).astype(float)
    found = unbroadcast(g, shape)
    assert found.shape == shape
    assert np.sum(np.broadcast_to(x, g.shape) * g) == np.sum(x * found)


# --------------------------------------------------------------------- Value


def derivatives(f, *numbers):
    """Return the value of f and its derivatives, as the engine finds them."""
    inputs = [Value(number) for number in numbers]
    root = f(*inputs)
    backward(root)
    return root.data, tuple(node.grad for node in inputs)


@pytest.mark.parametrize(
    ("f", "numbers", "data", "grads"),
    [
        (lambda a, b: a + b, (3, 5), 8, (1, 1)),
        (lambda a, b: a - b, (3, 5), -2, (1, -1)),
        (lambda a, b: a * b, (3, 5), 15, (5, 3)),
        (lambda a, b: a / b, (3, 4), 0.75, (0.25, -3 / 16)),
        (lambda a: -a, (3,), -3, (-1,)),
        (lambda a: a + 2, (3,), 5, (1,)),
        (lambda a: 2 + a, (3,), 5, (1,)),
        (lambda a: a - 2, (3,), 1, (1,)),
        (lambda a: 2 - a, (3,), -1, (-1,)),
        (lambda a: a * 2, (3,), 6, (2,)),
        (lambda a: 2 * a, (3,), 6, (2,)),
        (lambda a: a / 2, (3,), 1.5, (0.5,)),
        (lambda a: 2 / a, (4,), 0.5, (-2 / 16,)),
        (lambda a: a**3, (-2,), -8, (12,)),
        (lambda a: a**-1, (4,), 0.25, (-1 / 16,)),
        (lambda a: a**0.5, (4,), 2, (0.25,)),
        (lambda a: a**1, (0,), 0, (1,)),
        (lambda a: a**0, (0,), 1, (0,)),
        (lambda a: a**0, (-3,), 1, (0,)),
        (lambda a: a**2, (0,), 0, (0,)),
        (lambda a: a.exp(), (0,), 1, (1,)),
        (lambda a: a.log(), (1,), 0, (1,)),
        (lambda a: a.log(), (0.5,), math.log(0.5), (2,)),
        (lambda a: a.tanh(), (0,), 0, (1,)),
        (lambda a: a.relu(), (3,), 3, (1,)),
        (lambda a: a.relu(), (-3,), 0, (0,)),
        (lambda a: a.relu(), (0,), 0, (0,)),
        (lambda a: a * a * a, (2,), 8, (12,)),
        (lambda a: a + a, (2,), 4, (2,)),
        (lambda a: a - a, (2,), 0, (0,)),
        (lambda a: a / a, (2,), 1, (0,)),
    ],
)
def test_every_operation_by_hand(f, numbers, data, grads):
    found = derivatives(f, *numbers)
    assert found == (data, grads)
    assert {type(number) for number in (found[0], *found[1])} == {float}


def test_slopes_of_curved_functions_by_hand():
    # (e**x)' = e**x, and tanh' = 1 - tanh**2 with tanh(1) = (e - 1/e) / (e + 1/e)
    data, (grad,) = derivatives(lambda a: a.exp(), 2.0)
    assert (data, grad) == pytest.approx((math.e**2, math.e**2))
    t = (math.e - 1 / math.e) / (math.e + 1 / math.e)
    data, (grad,) = derivatives(lambda a: a.tanh(), 1.0)
    assert (data, grad) == pytest.approx((t, 1 - t**2))


def test_a_value_that_is_used_twice_collects_both_shares():
    # y = a b + a: dy/da = b + 1 = 4, dy/db = a = 2
    assert derivatives(lambda a, b: a * b + a, 2, 3) == (8, (4, 2))


def test_a_node_passes_on_only_what_it_has_collected_completely():
    # b = 2 a, c = a + b, d = b c: b hears from d (c = 9) and from c (b = 6): db = 15, da = 2 * 15 + 6 = 36
    a = Value(3)
    b = 2 * a
    c = a + b
    d = b * c
    backward(d)
    assert [node.grad for node in (d, c, b, a)] == [1, 6, 15, 36]
    e = c * a  # another root on the same nodes, in which b feeds c only
    backward(e)
    assert [node.grad for node in (e, c, b, a)] == [1, 3, 3, 18]  # da = c + 3 + 2 * 3 = 9 + 3 + 6


def test_the_sigmoid_neuron_of_the_chapter():
    # w = (2, -3, -3), x = (-1, -2): z = -2 + 6 - 3 = 1; s = sigmoid(1) = 0.7311, slope s (1 - s) = 0.1966
    def neuron(w0, w1, w2, x0, x1):
        return 1 / (1 + (-(w0 * x0 + w1 * x1 + w2)).exp())

    s = 1 / (1 + math.exp(-1))
    data, grads = derivatives(neuron, 2, -3, -3, -1, -2)
    assert data == pytest.approx(s)
    assert grads == pytest.approx([slope * s * (1 - s) for slope in (-1, -2, 1, 2, -3)])
    assert [round(grad, 4) for grad in grads] == [-0.1966, -0.3932, 0.1966, 0.3932, -0.5898]


def test_backward_twice_gives_the_same_as_once():
    a = Value(2)
    y = a * a + a
    for _ in range(2):
        backward(y)
        assert (y.grad, a.grad) == (1, 5)


def test_backward_leaves_the_numbers_as_they_were():
    a, b = Value(2), Value(3)
    y = a * b
    assert backward(y) is None
    assert (a.data, b.data, y.data, y.parents, y.local) == (2, 3, 6, (a, b), (3, 2))


def test_backward_from_an_input_is_1():
    a = Value(7)
    backward(a)
    assert a.grad == 1


def test_backward_leaves_nodes_alone_that_the_root_does_not_need():
    a, b = Value(2), Value(3)
    unused = a * b
    backward(unused)
    backward(a * 5)
    assert (a.grad, b.grad, unused.grad) == (5, 2, 1)


def test_backward_of_a_graph_that_was_put_together_by_hand():
    # The engine reads nothing but parents and local.
    a, b = Value(10), Value(20)
    root = Value(0, (a, b, a), (2, 3, 5))
    backward(root)
    assert (a.grad, b.grad) == (7, 3)


def test_backward_refuses_a_node_whose_slopes_were_lost():
    root = Value(2) * Value(3)
    root.local = (3.0,)
    with pytest.raises(ValueError, match="shorter"):
        backward(root)


def test_a_value_starts_without_parents_and_with_gradient_0():
    a = Value(np.float32(0.5))
    assert (a.data, a.grad, a.parents, a.local) == (0.5, 0.0, (), ())
    assert {type(a.data), type(a.grad)} == {float}
    assert repr(a) == "Value(data=0.5, grad=0.0)"
    backward(a)
    assert repr(a) == "Value(data=0.5, grad=1.0)"


def test_a_value_keeps_parents_and_slopes_as_tuples_of_its_own():
    a = Value(1)
    parents, local = [a], [np.float32(2)]
    root = Value(3, parents, local)
    parents.append(a)
    local.append(1)
    assert (root.parents, root.local) == ((a,), (2.0,))
    assert type(root.local[0]) is float


def test_constants_are_nodes_and_exponents_are_not():
    a = Value(3)
    assert [node.data for node in (a + 2).parents] == [3, 2]
    assert [node.data for node in (2 - a).parents] == [2, 3]
    assert (a**2).parents == (a,)
    assert (-a).parents == (a,)


def test_values_equal_only_themselves():
    a, b = Value(2), Value(2)
    assert a != b
    assert len({a, b}) == 2


@pytest.mark.parametrize("number", [np.float64(2), np.float32(2), np.int64(2)])
def test_numbers_of_numpy_are_plain_numbers(number):
    assert derivatives(lambda a: a * number + a / number, 3) == (7.5, (2.5,))
    assert derivatives(lambda a: number * a - number, 3) == (4, (2,))


@pytest.mark.parametrize("x", [1000.0, -1000.0, 1e308, -1e308])
def test_values_at_extreme_values(x):
    assert derivatives(lambda a: a.tanh(), x) == (math.copysign(1, x), (0,))
    assert derivatives(lambda a: a.relu(), x) == (max(x, 0), (float(x > 0),))
    assert derivatives(lambda a: (-abs(x) + 0 * a).exp(), 1.0) == (0, (0,))


def test_tanh_keeps_the_digits_of_a_small_slope():
    # 1 - tanh(x)**2 is 4 exp(-2 x) far out; from tanh(20) = 1.0 it would be 0
    assert derivatives(lambda a: a.tanh(), 20.0)[1][0] == pytest.approx(4 * math.exp(-40), rel=1e-12)


@pytest.mark.parametrize(
    ("f", "number", "operation", "operands"),
    [
        (lambda a: a / 0, 1, "/", "1.0, 0.0"),
        (lambda a: 1 / a, 0, "/", "1.0, 0.0"),
        (lambda a: a / 1e-320, 1e-320, "/", "1e-320, 1e-320"),
        (lambda a: a.log(), 0, "log", "0.0"),
        (lambda a: a.log(), -1, "log", "-1.0"),
        (lambda a: a.exp(), 1000, "exp", "1000.0"),
        (lambda a: a**-1, 0, "**", "0.0, -1.0"),
        (lambda a: a**0.5, -4, "**", "-4.0, 0.5"),
        (lambda a: a**0.5, 0, "**", "0.0, 0.5"),
        (lambda a: a**2, 1e200, "**", "1e+200, 2.0"),
        (lambda a: a * a, 1e200, "*", "1e+200, 1e+200"),
        (lambda a: a + a, 1e308, "+", "1e+308, 1e+308"),
        (lambda a: a - -1e308, 1e308, "-", "1e+308, -1e+308"),
    ],
)
def test_operations_without_a_finite_result_and_slope_are_refused(f, number, operation, operands):
    sentence = f"{operation} must get operands with a finite result and finite slopes; got {operands}"
    with pytest.raises(ValueError, match=exactly(sentence)):
        f(Value(number))


@pytest.mark.parametrize(
    ("call", "expected", "sentence"),
    [
        (lambda: Value("2"), TypeError, "data must be a real number; got '2'"),
        (lambda: Value(None), TypeError, "data must be a real number; got None"),
        (lambda: Value([2.0]), TypeError, "data must be a real number; got [2.0]"),
        (lambda: Value(np.nan), ValueError, "data must lie in (-inf, inf); got nan"),
        (lambda: Value(np.inf), ValueError, "data must lie in (-inf, inf); got inf"),
        (lambda: Value(1, (Value(2),)), ValueError, "local must have shape (parents=1,); got (0,)"),
        (lambda: Value(1, (), (2,)), ValueError, "local must have shape (parents=0,); got (1,)"),
        (lambda: Value(1, (Value(2),), [[3]]), ValueError, "local must have shape (parents=1,); got (1, 1)"),
        (lambda: Value(1, (Value(2),), ["a"]), TypeError, "local must hold real numbers; got dtype <U1"),
        (lambda: Value(1) + "a", TypeError, "data must be a real number; got 'a'"),
        (lambda: "a" / Value(1), TypeError, "data must be a real number; got 'a'"),
        (
            lambda: Value(2) ** Value(3),
            TypeError,
            "exponent must be a number; got Value(data=3.0, grad=0.0): write (b * a.log()).exp() for a**b",
        ),
    ],
)
def test_a_value_says_what_it_cannot_hold(call, expected, sentence):
    with pytest.raises(expected, match=exactly(sentence)):
        call()


def test_the_remedy_for_a_variable_exponent_works():
    # a**b at (2, 3): 8, b a**(b - 1) = 12, a**b log a = 8 log 2
    data, grads = derivatives(lambda a, b: (b * a.log()).exp(), 2, 3)
    assert (data, *grads) == pytest.approx((8, 12, 8 * math.log(2)))


# ------------------------------------------------------------------ topo_order


def check_order(order, root):
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order), "a node is listed twice"
    assert order[-1] is root
    for node in order:
        assert all(place[parent] < place[node] for parent in node.parents)


def test_topo_order_by_hand():
    a, b = Value(2), Value(3)
    product = a * b
    root = product + a
    assert topo_order(root) == [a, b, product, root]
    assert topo_order(a) == [a]
    assert topo_order(product) == [a, b, product]
    assert topo_order(b * a)[:2] == [b, a]


def test_topo_order_lists_a_parent_once_that_comes_twice():
    a = Value(2)
    square = a * a
    assert topo_order(square) == [a, square]


def test_topo_order_of_a_chain_deeper_than_pythons_recursion():
    node = start = Value(1)
    for _ in range(5000):
        node = -node
    assert len(topo_order(node)) == 5001
    backward(node)
    assert start.grad == 1


def test_sixty_doublings_take_sixty_steps():
    node = start = Value(1)
    for _ in range(60):
        node = node + node
    assert len(topo_order(node)) == 61
    backward(node)
    assert start.grad == 2**60


@LAWS
@given(st.lists(st.lists(st.integers(0, 100), max_size=3), min_size=1, max_size=12))
def test_topo_order_lists_what_can_be_reached_and_parents_first(links):
    nodes = []
    for choices in links:
        parents = [nodes[choice % len(nodes)] for choice in choices] if nodes else []
        nodes.append(Value(0, parents, [1] * len(parents)))
    order = topo_order(nodes[-1])
    check_order(order, nodes[-1])
    reached, waiting = set(), [nodes[-1]]
    while waiting:
        node = waiting.pop(0)
        reached.add(node)
        waiting += node.parents
    assert set(order) == reached


class Dual:
    """A number and its derivative in one direction, carried forward in exact arithmetic."""

    def __init__(self, data, slope=0):
        self.data, self.slope = Fraction(data), Fraction(slope)

    def __add__(self, other):
        return Dual(self.data + other.data, self.slope + other.slope)

    def __sub__(self, other):
        return Dual(self.data - other.data, self.slope - other.slope)

    def __mul__(self, other):
        return Dual(self.data * other.data, self.slope * other.data + self.data * other.slope)

    def __truediv__(self, other):
        return Dual(self.data / other.data, (self.slope * other.data - self.data * other.slope) / other.data**2)

    def __pow__(self, n):
        return Dual(self.data**n, n * self.data ** (n - 1) * self.slope)

    def __neg__(self):
        return Dual(-self.data, -self.slope)

    def relu(self):
        return Dual(max(self.data, 0), self.slope if self.data > 0 else 0)


RATIONAL_STEPS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + one_like(b)),
    lambda a, b: -(a * a),
    lambda a, b: a**3 - b,
    lambda a, b: a.relu() + b.relu(),
    lambda a, b: (b**2 + one_like(b)) ** -1,
]


def one_like(node):
    return type(node)(1)


@LAWS
@given(
    numbers=st.lists(st.integers(-3, 3), min_size=2, max_size=2),
    program=st.lists(
        st.tuples(st.integers(0, len(RATIONAL_STEPS) - 1), st.integers(0, 3), st.integers(0, 3)),
        min_size=1,
        max_size=6,
    ),
)
def test_backward_agrees_with_forward_derivatives_in_exact_arithmetic(numbers, program):
    def run(nodes):
        for step, i, j in program:
            nodes.append(RATIONAL_STEPS[step](nodes[-1 - i % len(nodes)], nodes[-1 - j % len(nodes)]))
        return nodes[-1]

    inputs = [Value(number) for number in numbers]
    root = run(list(inputs))
    backward(root)
    for i, node in enumerate(inputs):
        dual = run([Dual(number, i == k) for k, number in enumerate(numbers)])
        assert root.data == pytest.approx(float(dual.data), rel=1e-9, abs=1e-9)
        grad = node.grad if node in topo_order(root) else 0.0
        scale = max(1.0, *(abs(other.grad) for other in topo_order(root)))
        assert grad == pytest.approx(float(dual.slope), rel=1e-9, abs=1e-9 * scale)


def test_backward_of_a_neuron_agrees_with_the_matrix_formulas():
    params, X, y = random_network((2, 3, 4, 2), 11)
    nodes = {name: [Value(number) for number in array.ravel()] for name, array in params.items()}
    loss = Value(0)
    for x, target in zip(X, y, strict=True):
        hidden = [sum((nodes["W1"][i * 4 + k] * x[i] for i in range(3)), nodes["b1"][k]).relu() for k in range(4)]
        logits = [sum((hidden[i] * nodes["W2"][i * 2 + k] for i in range(4)), nodes["b2"][k]) for k in range(2)]
        loss = loss + ((logits[0].exp() + logits[1].exp()).log() - logits[target]) / len(X)
    backward(loss)
    wanted, grads = two_layer_loss_and_grads(params, X, y)
    assert loss.data == pytest.approx(wanted, rel=1e-13)
    for name, found in nodes.items():
        np.testing.assert_allclose([node.grad for node in found], grads[name].ravel(), rtol=1e-10, atol=1e-14)


# ------------------------------------------------------------- first weights


@pytest.mark.parametrize(
    ("fan_in", "fan_out", "scheme", "wanted"),
    [
        (8, 10, "he", 0.5),  # sqrt(2 / 8)
        (2, 1000, "he", 1.0),
        (20, 12, "xavier", 0.25),  # sqrt(2 / 32)
        (12, 20, "xavier", 0.25),
        (1, 1, "xavier", 1.0),
        (784, 128, "he", 0.05050762722761054),  # 1 / sqrt(392)
        (784, 128, "xavier", 0.046829290579084706),  # 1 / sqrt(456)
    ],
)
def test_init_std_by_hand(fan_in, fan_out, scheme, wanted):
    found = init_std(fan_in, fan_out, scheme)
    assert type(found) is float
    assert found == pytest.approx(wanted, rel=1e-15)


def test_init_std_does_not_wrap_around_in_narrow_integers():
    assert init_std(np.uint8(200), np.uint8(120), "xavier") == pytest.approx(math.sqrt(2 / 320))


DRAWS = [init_weights, init_weights_uniform]
SHAPES = [(400, 300), (100, 900), (1500, 60)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scheme", ["xavier", "he"])
@pytest.mark.parametrize("draw", DRAWS)
def test_first_weights_have_mean_0_and_the_spread_of_the_scheme(draw, scheme, shape):
    W = draw(np.random.default_rng(12), *shape, scheme)
    assert W.shape == shape
    assert W.dtype == np.float64
    std = math.sqrt(2 / sum(shape)) if scheme == "xavier" else math.sqrt(2 / shape[0])
    # six standard errors of W.size draws: of the mean std / sqrt(size), of the spread less than std / sqrt(2 size)
    assert abs(W.mean()) < 6 * std / math.sqrt(W.size)
    assert abs(W.std() / std - 1) < 6 / math.sqrt(2 * W.size)
    # E[w**4] / std**4 is 3 for a normal and 9/5 for a uniform distribution
    assert np.mean(W**4) / std**4 == pytest.approx(3 if draw is init_weights else 1.8, abs=0.1)


@pytest.mark.parametrize(("scheme", "limit"), [("xavier", math.sqrt(6 / 700)), ("he", math.sqrt(6 / 400))])
def test_uniform_weights_fill_their_range_and_stay_inside(scheme, limit):
    W = init_weights_uniform(np.random.default_rng(13), 400, 300, scheme)
    assert 0.999 * limit < W.max() <= limit
    assert -limit <= W.min() < -0.999 * limit


@pytest.mark.parametrize("draw", DRAWS)
def test_first_weights_come_from_the_generator_that_was_given(draw):
    rng = np.random.default_rng(14)
    first, second = draw(rng, 5, 3, "he"), draw(rng, 5, 3, "he")
    same(draw(np.random.default_rng(14), 5, 3, "he"), first)
    assert (first != second).all()
    assert (draw(np.random.default_rng(15), 5, 3, "he") != first).all()


@pytest.mark.parametrize("draw", DRAWS)
def test_he_keeps_signals_alive_through_ten_relu_layers(draw):
    rng = np.random.default_rng(16)
    A = start = rng.normal(size=(64, 256))
    for _ in range(10):
        A = relu(dense(A, draw(rng, 256, 256, "he"), np.zeros(256)))
    assert 0.35 < np.linalg.norm(A) / np.linalg.norm(start) < 2.8


@pytest.mark.parametrize("draw", DRAWS)
def test_xavier_keeps_signals_alive_through_ten_linear_layers_both_ways(draw):
    rng = np.random.default_rng(17)
    A = start = rng.normal(size=(64, 256))
    back = start
    for _ in range(10):
        W = draw(rng, 256, 256, "xavier")
        A, back = A @ W, back @ W.T
    assert 0.35 < np.linalg.norm(A) / np.linalg.norm(start) < 2.8
    assert 0.35 < np.linalg.norm(back) / np.linalg.norm(start) < 2.8


def std_of(rng, fan_in, fan_out, scheme):
    return init_std(fan_in, fan_out, scheme)


@pytest.mark.parametrize("draw", [std_of, *DRAWS])
@pytest.mark.parametrize(
    ("fan_in", "fan_out", "scheme", "expected", "sentence"),
    [
        (3, 2, "lecun", KeyError, "\"scheme must be one of xavier, he; got 'lecun'\""),
        (3, 2, "He", KeyError, "\"scheme must be one of xavier, he; got 'He'\""),
        (0, 2, "he", ValueError, "fan_in must be at least 1; got 0"),
        (3, 0, "he", ValueError, "fan_out must be at least 1; got 0"),
        (3, -1, "xavier", ValueError, "fan_out must be at least 1; got -1"),
        (2.5, 2, "he", TypeError, "fan_in must be a whole number; got 2.5"),
        (3, "2", "he", TypeError, "fan_out must be a whole number; got '2'"),
    ],
)
def test_first_weights_say_what_is_wrong(draw, fan_in, fan_out, scheme, expected, sentence):
    with pytest.raises(expected, match=exactly(sentence)):
        draw(np.random.default_rng(0), fan_in, fan_out, scheme)


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("rng", [0, None, np.random])
def test_first_weights_need_a_generator(draw, rng):
    with pytest.raises(TypeError, match=r"^rng must be a generator such as np\.random\.default_rng\(0\); got "):
        draw(rng, 3, 2, "he")


# ------------------------------------------------------------------- PyTorch

RECORDED = parity.load("backpropagation")
FORWARD = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh, "softmax": softmax}
BACKWARD = {
    "relu": relu_backward,
    "sigmoid": sigmoid_backward,
    "tanh": tanh_backward,
    "softmax": softmax_backward,
}
# The steps of record_backpropagation.py, in its order, with the operators of Value.
STEPS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: 2 / (3 - a.tanh()) + b * 0.5,
    lambda a, b: (-a).tanh() - 1,
    lambda a, b: a.relu() * b,
    lambda a, b: a.tanh().exp(),
    lambda a, b: (a * a + 0.5).log(),
    lambda a, b: 1 - a.tanh() ** 3 + b,
    lambda a, b: (b * b + 1) ** -0.5,
]


def recorded(kind):
    return [name for name in RECORDED if name.split("/")[0] == kind]


@pytest.mark.parametrize("name", recorded("dense"))
def test_pytorch_goes_back_through_a_dense_layer_the_same_way(name):
    case = RECORDED[name]
    for found, key in zip(dense_backward(case["dout"], case["X"], case["W"]), ("dX", "dW", "db"), strict=True):
        assert found.dtype == case[key].dtype
        parity.assert_close(found, case[key])


@pytest.mark.parametrize("name", [name for kind in BACKWARD for name in recorded(kind)])
def test_pytorch_goes_back_through_an_activation_the_same_way(name):
    case, kind = RECORDED[name], name.split("/")[0]
    parity.assert_close(FORWARD[kind](case["z"]), case["a"])
    found = BACKWARD[kind](case["dout"], case["z"] if kind == "relu" else case["a"])
    assert found.dtype == case["dz"].dtype
    parity.assert_close(found, case["dz"])


@pytest.mark.parametrize("name", recorded("network"))
def test_pytorch_finds_the_same_loss_and_gradients_of_the_network(name):
    case = RECORDED[name]
    params = {key: case[key] for key in ("W1", "b1", "W2", "b2")}
    parity.assert_close(two_layer_forward(params, case["X"])[2], case["logits"])
    loss, grads = two_layer_loss_and_grads(params, case["X"], case["y"], float(case["reg"]))
    parity.assert_close(loss, case["loss"])
    for key, grad in grads.items():
        assert grad.dtype == case[f"d{key}"].dtype
        parity.assert_close(grad, case[f"d{key}"])


@pytest.mark.parametrize("name", recorded("broadcast"))
def test_pytorch_undoes_broadcasting_the_same_way(name):
    case = RECORDED[name]
    parity.assert_close(unbroadcast(case["grad"], case["found"].shape), case["found"])


@pytest.mark.parametrize("name", recorded("graph"))
def test_pytorch_finds_the_same_derivatives_of_a_random_graph(name):
    case = RECORDED[name]
    inputs = [Value(x) for x in case["inputs"]]
    nodes = list(inputs)
    for step, i, j in case["program"]:
        nodes.append(STEPS[step](nodes[i], nodes[j]))
    backward(nodes[-1])
    parity.assert_close(nodes[-1].data, case["data"])
    parity.assert_close([node.grad for node in inputs], case["grads"])


@pytest.mark.parametrize("name", recorded("init"))
def test_pytorch_draws_first_weights_of_the_same_spread(name):
    case, (scheme, _, kind) = RECORDED[name], name.split("/")[1].partition("_")
    std = init_std(int(case["fan_in"]), int(case["fan_out"]), scheme)
    assert float(case["std"]) == pytest.approx(std, rel=0.01)  # 160,000 draws: 6 standard errors
    if kind == "uniform":
        assert float(case["largest"]) == pytest.approx(math.sqrt(3) * std, rel=1e-3)


def test_pytorch_was_asked_about_every_part():
    kinds = {name.split("/")[0] for name in RECORDED}
    assert kinds == {"dense", *BACKWARD, "network", "broadcast", "graph", "init"}
    assert {step for name in recorded("graph") for step in RECORDED[name]["program"][:, 0]} == set(range(len(STEPS)))


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("backpropagation")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            assert case.keys() == RECORDED[name].keys()
            for key, value in case.items():
                parity.assert_close(RECORDED[name][key], value)
