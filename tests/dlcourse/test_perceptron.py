"""Chapter 1 by hand, at extreme values, by its laws, and against oracles that share no code with it."""

from fractions import Fraction
from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.perceptron import (
    Perceptron,
    collapse_linear,
    count_params,
    dense,
    gate,
    is_linearly_separable,
    masked_dense,
    mlp_step,
    perceptron_epoch,
    perceptron_fit,
    perceptron_predict,
    step,
    truth_inputs,
    xor_layers,
)
from tests.dlcourse.helpers import LAWS, SMALL, arrays_in, as_arrays, exactly, matrices, same

INPUTS = [[0, 0], [0, 1], [1, 0], [1, 1]]


# ------------------------------------------------------- what holds for every function

SQUARE = [[1.0, 2.0], [3.0, 4.0]]
CALLS = [
    (step, [SQUARE]),
    (perceptron_predict, [SQUARE, [1.0, -2.0], 0.5]),
    (perceptron_epoch, [SQUARE, [1.0, 0.0], [1.0, -2.0], 0.5]),
    (perceptron_fit, [SQUARE, [1.0, 0.0]]),
    (dense, [SQUARE, [[0.5, 1.0], [2.0, 3.0]], [1.0, 2.0]]),
    (masked_dense, [SQUARE, [[0.5, np.nan], [2.0, 3.0]], [1.0, 2.0], [[1.0, 0.0], [1.0, 1.0]]]),
    (mlp_step, [SQUARE, [([[0.5, 1.0], [2.0, -3.0]], [1.0, 2.0]), ([[1.0], [-1.0]], [-0.5])]]),
    (collapse_linear, [[([[0.5, 1.0], [2.0, -3.0]], [1.0, 2.0]), ([[1.0], [-1.0]], [-0.5])]]),
    (is_linearly_separable, [[0.0, 1.0, 1.0, 0.0]]),
]
FLOATING = [
    (call, arguments)
    for call, arguments in CALLS
    if call in (step, perceptron_epoch, perceptron_fit, dense, masked_dense, mlp_step, collapse_linear)
]


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=lambda value: getattr(value, "__name__", ""))
def test_inputs_are_left_as_they_were(call, arguments):
    arguments = [as_arrays(argument, np.float64) for argument in arguments]
    before = [array.copy() for array in arrays_in(arguments)]
    for array in arrays_in(arguments):
        array.flags.writeable = False  # writing into an argument fails loudly
    call(*arguments)
    for array, old in zip(arrays_in(arguments), before, strict=True):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(("call", "arguments"), FLOATING, ids=lambda value: getattr(value, "__name__", ""))
def test_floating_dtypes_are_kept(call, arguments, dtype):
    found = call(*[as_arrays(argument, dtype) for argument in arguments])
    assert arrays_in((found,))
    assert {array.dtype for array in arrays_in((found,))} == {np.dtype(dtype)}


RAGGED = [[1], [1, 2]]


@pytest.mark.parametrize(
    ("call", "arguments", "name"),
    [
        (step, [RAGGED], "Z"),
        (perceptron_predict, [RAGGED, [1], 0], "X"),
        (perceptron_predict, [[1], RAGGED, 0], "w"),
        (perceptron_fit, [RAGGED, [0, 1]], "X"),
        (perceptron_fit, [[[1], [2]], RAGGED], "y"),
        (dense, [RAGGED, [[1]], [0]], "X"),
        (dense, [[[1]], RAGGED, [0]], "W"),
        (dense, [[[1]], [[1]], RAGGED], "b"),
        (masked_dense, [RAGGED, [[1]], [0], [[1]]], "X"),
        (masked_dense, [[[1]], RAGGED, [0], [[1]]], "W"),
        (masked_dense, [[[1]], [[1]], [0], RAGGED], "mask"),
        (mlp_step, [RAGGED, [([[1]], [0])]], "X"),
        (mlp_step, [[[1]], [(RAGGED, [0])]], "W of layers[0]"),
        (collapse_linear, [[(RAGGED, [0])]], "W of layers[0]"),
        (collapse_linear, [[([[1]], RAGGED)]], "b of layers[0]"),
        (is_linearly_separable, [RAGGED], "table"),
    ],
)
def test_rows_of_different_lengths_are_named(call, arguments, name):
    sentence = f"{name} must be a rectangular array; got rows of different lengths"
    with pytest.raises(ValueError, match=exactly(sentence)):
        call(*arguments)


# ---------------------------------------------------------------------- step


def test_step_by_hand():
    same(step([-2.0, 0.0, 3.0]), [0, 0, 1])  # 0 does not exceed the threshold


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3), (2, 0, 3)])
def test_step_keeps_the_shape(shape):
    same(step(np.ones(shape)), np.ones(shape))


def test_step_at_extreme_values():
    Z = [1e308, -1e308, np.inf, -np.inf, 5e-324, -5e-324, 0.0, -0.0]
    same(step(Z), [1, 0, 1, 0, 1, 0, 0, 0])


def test_step_answers_0_where_the_sum_is_no_number():
    same(step([np.nan]), [0])


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
def test_step_of_integers_and_booleans_is_float64(dtype):
    same(step(np.array([0, 1], dtype)), [0, 1])


def test_step_returns_a_new_array():
    Z = np.array([0.0, 1.0])
    assert not np.shares_memory(step(Z), Z)


def test_step_refuses_text():
    with pytest.raises(TypeError, match=exactly("Z must hold real numbers; got dtype <U4")):
        step(["high"])


@LAWS
@given(st.lists(st.floats(allow_nan=False), max_size=5))
def test_step_of_a_number_and_of_its_negative_sum_to_1_except_at_0(Z):
    same(step(Z) + step([-z for z in Z]), [float(z != 0) for z in Z])


# -------------------------------------------------------- perceptron_predict


def test_predict_by_hand():
    # 1*5 - 2*3 + 0.5 = -0.5 -> 0;  3*5 - 4*3 + 0.5 = 3.5 -> 1.  Summing over samples would give 5 - 9 and 10 - 12: 0, 0
    same(perceptron_predict([[1, 2], [3, 4]], [5, -3], 0.5), [0, 1], np.int64)


def test_predict_adds_the_bias():
    same(perceptron_predict([[1.0], [3.0]], [1.0], -2.0), [0, 1], np.int64)
    same(perceptron_predict([[1.0], [3.0]], [1.0], 2.0), [1, 1], np.int64)


def test_predict_needs_more_than_the_threshold():
    same(perceptron_predict([[2.0], [2.0000001]], [1.0], -2.0), [0, 1], np.int64)


def test_predict_answers_one_sample_without_an_axis():
    same(perceptron_predict([1, 1], [0.5, 0.5], -0.7), 1, np.int64)
    same(perceptron_predict([1, 0], [0.5, 0.5], -0.7), 0, np.int64)


@pytest.mark.parametrize("n", [0, 1])
def test_predict_on_an_empty_batch_and_on_one_row(n):
    same(perceptron_predict(np.ones((n, 3)), [1.0, 1.0, 1.0], -2.5), np.ones(n), np.int64)


def test_predict_without_features_is_decided_by_the_bias():
    same(perceptron_predict(np.empty((2, 0)), [], 1.0), [1, 1], np.int64)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.float32])
def test_predict_does_not_wrap_around_in_narrow_dtypes(dtype):
    X = np.array([[1, 1], [0, 1]], dtype)
    w = np.array([1, 1], dtype)  # 1 + 1 - 1.5 = 0.5 > 0, 0 + 1 - 1.5 < 0
    same(perceptron_predict(X, w, -1.5), [1, 0], np.int64)


def test_predict_of_uint8_weights_below_zero_sums():
    same(perceptron_predict(np.array([[200, 200]], np.uint8), np.array([1, 1], np.uint8), -300), [1], np.int64)


def test_predict_at_extreme_values():
    X = [[1e308, 1e308], [1e308, -1e308], [-1e308, 1e308], [-1e308, -1e308]]
    same(perceptron_predict(X, [0.5, 0.25], 0.0), [1, 1, 0, 0], np.int64)
    same(perceptron_predict([[5e-324], [-5e-324]], [1.0], 0.0), [1, 0], np.int64)


@pytest.mark.parametrize(
    ("X", "w", "sentence"),
    [
        ([[1, 2]], [[1, 2]], "w must have shape (d,); got (1, 2)"),
        ([[1, 2]], 3, "w must have shape (d,); got ()"),
        ([[1, 2]], [1, 2, 3], "X must have shape (n, d=3); got (1, 2)"),
        ([1, 2], [1, 2, 3], "X must have shape (d=3,); got (2,)"),
        (1, [1, 2], "X must have shape (n, d=2); got ()"),
        ([[[1, 2]]], [1, 2], "X must have shape (n, d=2); got (1, 1, 2)"),
        ([[1], [1, 2]], [1, 2], "X must be a rectangular array; got rows of different lengths"),
    ],
)
def test_predict_says_which_shape_is_wrong(X, w, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        perceptron_predict(X, w, 0.0)


@pytest.mark.parametrize(("X", "w", "name"), [([["a"]], [1], "X"), ([[1]], ["a"], "w")])
def test_predict_says_which_argument_holds_text(X, w, name):
    with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
        perceptron_predict(X, w, 0.0)


@LAWS
@given(X=matrices(4, 3), w=st.lists(SMALL, min_size=3, max_size=3), b=SMALL)
def test_predict_agrees_with_exact_arithmetic_in_a_loop(X, w, b):
    wanted = []
    for x in X:
        z = Fraction(b)
        for x_i, w_i in zip(x, w, strict=True):
            z += Fraction(x_i) * Fraction(w_i)
        wanted.append(1 if z > 0 else 0)
    same(perceptron_predict(X, w, b), wanted, np.int64)


@LAWS
@given(X=matrices(4, 3), w=st.lists(SMALL, min_size=3, max_size=3), b=SMALL, scale=st.integers(1, 1000))
def test_predict_is_the_same_for_weights_and_bias_scaled_alike(X, w, b, scale):
    scaled = perceptron_predict(X, [scale * w_i for w_i in w], scale * b)
    same(scaled, perceptron_predict(X, w, b), np.int64)


@LAWS
@given(X=matrices(4, 3), w=st.lists(SMALL, min_size=3, max_size=3), b=SMALL, order=st.permutations(range(4)))
def test_predict_answers_each_sample_by_itself(X, w, b, order):
    answers = perceptron_predict(X, w, b)
    same(perceptron_predict([X[i] for i in order], w, b), answers[order], np.int64)
    same(np.array([perceptron_predict(x, w, b) for x in X]), answers, np.int64)


# ---------------------------------------------------------------------- gate


@pytest.mark.parametrize(
    ("name", "table"), [("AND", [0, 0, 0, 1]), ("OR", [0, 1, 1, 1]), ("NAND", [1, 1, 1, 0]), ("NOT", [1, 0])]
)
def test_gate_has_its_truth_table_and_no_input_on_the_line(name, table):
    w, b = gate(name)
    for x, target in zip(product((0, 1), repeat=len(w)), table, strict=True):
        z = sum(x_i * w_i for x_i, w_i in zip(x, w, strict=True)) + b
        assert abs(z) > 0.1
        assert (z > 0) == bool(target)


@pytest.mark.parametrize(
    ("name", "weights", "bias"),
    [("AND", [0.5, 0.5], -0.7), ("OR", [0.5, 0.5], -0.2), ("NAND", [-0.5, -0.5], 0.7), ("NOT", [-1], 0.5)],
)
def test_gate_returns_the_numbers_that_the_chapter_prints(name, weights, bias):
    w, b = gate(name)
    same(w, weights)
    assert type(b) is float
    assert b == bias


def test_gate_has_none_for_xor():
    assert gate("XOR") is None


def test_gate_returns_weights_that_may_be_changed():
    gate("AND")[0][:] = 9.0
    same(gate("AND")[0], [0.5, 0.5])


@pytest.mark.parametrize("name", ["xor", "NOR", "", None])
def test_gate_lists_the_names_that_it_knows(name):
    with pytest.raises(ValueError, match=exactly(f"name must be one of AND, OR, NAND, NOT, XOR; got {name!r}")):
        gate(name)


# ---------------------------------------------------------- perceptron_epoch


def test_epoch_by_hand():
    # lr = 0.5, start w = (1, -1), b = 0.5
    # (2, 1) -> 0:  z = 2 - 1 + 0.5 = 1.5, fires wrongly   -> w = (1 - 1, -1 - 0.5) = (0, -1.5), b = 0
    # (3, 1) -> 1:  z = 0 - 1.5 + 0 = -1.5, is silent wrongly -> w = (0 + 1.5, -1.5 + 0.5) = (1.5, -1), b = 0.5
    # (1, 2) -> 0:  z = 1.5 - 2 + 0.5 = 0, right
    X, y = np.array([[2.0, 1.0], [3.0, 1.0], [1.0, 2.0]]), np.array([0, 1, 0])
    w, b, mistakes = perceptron_epoch(X, y, np.array([1.0, -1.0]), 0.5, lr=0.5)
    same(w, [1.5, -1.0])
    assert (b, mistakes) == (0.5, 2)


def test_epoch_has_learning_rate_1_unless_told_otherwise():
    # (3,) -> 1: z = 0, silent wrongly -> w = 0 + 1*1*3, b = 0 + 1*1
    w, b, mistakes = perceptron_epoch(np.array([[3.0]]), np.array([1]), np.zeros(1), 0.0)
    same(w, [3.0])
    assert (b, mistakes) == (1.0, 1)


def test_epoch_corrects_at_once_not_at_the_end():
    # The second copy of a sample is answered with weights that the first has already corrected: one mistake, not two.
    X, y = np.array([[1.0], [1.0]]), np.array([1, 1])
    assert perceptron_epoch(X, y, np.zeros(1), 0.0)[2] == 1


def test_epoch_depends_on_the_order_of_the_samples():
    X, y = np.array([[1.0], [2.0]]), np.array([1, 0])
    # (1) first: mistake, w = 1, b = 1; then (2): z = 3, mistake.  (2) first: z = 0, right; then (1): mistake.
    assert perceptron_epoch(X, y, np.zeros(1), 0.0)[2] == 2
    assert perceptron_epoch(X[::-1], y[::-1], np.zeros(1), 0.0)[2] == 1


@pytest.mark.parametrize("n", [0, 1])
def test_epoch_without_a_mistake_changes_nothing(n):
    w, b, mistakes = perceptron_epoch(np.ones((n, 2)), np.ones(n), np.array([1.0, 2.0]), -0.5)
    same(w, [1.0, 2.0])
    assert (b, mistakes) == (-0.5, 0)


def test_epoch_at_extreme_values():
    # z = 0.5e308 > 0 though the label is 0 -> w = 0.5 - 0.25e308 is -0.25e308 in floats, b = -0.25
    w, b, mistakes = perceptron_epoch(np.array([[1e308]]), np.array([0]), np.array([0.5]), 0.0, lr=0.25)
    same(w, [-2.5e307])
    assert (b, mistakes) == (-0.25, 1)


@pytest.mark.parametrize("labels", [1, 3])
def test_epoch_refuses_another_number_of_labels_than_of_samples(labels):
    with pytest.raises(ValueError, match=r"argument 2|must have shape"):
        perceptron_epoch(np.ones((2, 1)), np.ones(labels), np.zeros(1), 0.0)


# ------------------------------------------------------------ perceptron_fit


def learn_in_exact_arithmetic(X, y, lr, max_epochs):
    """Rosenblatt's rule with fractions and loops, without NumPy."""
    w, b, history = [Fraction(0)] * len(X[0]), Fraction(0), []
    for _ in range(max_epochs):
        wrong = 0
        for x, label in zip(X, y, strict=True):
            fires = sum((w_i * x_i for w_i, x_i in zip(w, x, strict=True)), b) > 0
            if fires and not label:
                w, b, wrong = [w_i - lr * x_i for w_i, x_i in zip(w, x, strict=True)], b - lr, wrong + 1
            elif label and not fires:
                w, b, wrong = [w_i + lr * x_i for w_i, x_i in zip(w, x, strict=True)], b + lr, wrong + 1
        history.append(wrong)
        if wrong == 0:
            break
    return w, b, history


def test_fit_learns_or_as_by_hand():
    # epoch 1: (0,0) z=0 right; (0,1) z=0 wrong -> w=(0,1), b=1; (1,0) z=1 right; (1,1) z=2 right         1 mistake
    # epoch 2: (0,0) z=1 wrong -> b=0; (0,1) z=1 right; (1,0) z=0 wrong -> w=(1,1), b=1; (1,1) z=3 right  2 mistakes
    # epoch 3: (0,0) z=1 wrong -> b=0; (0,1) z=1, (1,0) z=1, (1,1) z=2 right                              1 mistake
    # epoch 4: 0, 1, 1, 2: all right                                                                     0 mistakes
    w, b, mistakes = perceptron_fit(INPUTS, [0, 1, 1, 1])
    same(w, [1.0, 1.0])
    assert (b, mistakes) == (0.0, [1, 2, 1, 0])


def test_fit_learns_and_as_by_hand():
    # epoch 1: only (1,1) wrong (z=0)                                -> w=(1,1), b=1    1 mistake
    # epoch 2: (0,0) z=1 wrong -> b=0; (0,1) z=1 wrong -> w=(1,0), b=-1; (1,0) z=0 right;
    #          (1,1) z=0 wrong                                       -> w=(2,1), b=0    3 mistakes
    # epoch 3: (0,0) z=0 right; (0,1) z=1 wrong -> w=(2,0), b=-1; (1,0) z=1 wrong -> w=(1,0), b=-2;
    #          (1,1) z=-1 wrong                                      -> w=(2,1), b=-1   3 mistakes
    # epoch 4: (0,1) z=0 right; (1,0) z=1 wrong -> w=(1,1), b=-2; (1,1) z=0 wrong -> w=(2,2), b=-1   2 mistakes
    # epoch 5: (0,0) z=-1 right; (0,1) z=1 wrong -> w=(2,1), b=-2; (1,0) z=0, (1,1) z=1 right        1 mistake
    # epoch 6: -2, -1, 0, 1: all right                                                               0 mistakes
    w, b, mistakes = perceptron_fit(INPUTS, [0, 0, 0, 1])
    same(w, [2.0, 1.0])
    assert (b, mistakes) == (-2.0, [1, 3, 3, 2, 1, 0])


@pytest.mark.parametrize(("max_epochs", "epochs"), [(1, 1), (5, 5), (6, 6), (7, 6), (1000, 6)])
def test_fit_stops_after_an_epoch_without_mistakes_or_when_told(max_epochs, epochs):
    mistakes = perceptron_fit(INPUTS, [0, 0, 0, 1], max_epochs=max_epochs)[2]
    assert mistakes == [1, 3, 3, 2, 1, 0][:epochs]


def test_fit_never_finishes_xor_and_gives_up_after_100_epochs():
    mistakes = perceptron_fit(INPUTS, [0, 1, 1, 0])[2]
    assert len(mistakes) == 100
    assert min(mistakes) >= 1


def test_fit_returns_plain_numbers_beside_the_weights():
    _, b, mistakes = perceptron_fit(INPUTS, [0, 0, 0, 1])
    assert type(b) is float
    assert type(mistakes) is list
    assert {type(count) for count in mistakes} == {int}


@pytest.mark.parametrize("d", [1, 3])
def test_fit_on_an_empty_batch_has_nothing_to_learn(d):
    w, b, mistakes = perceptron_fit(np.empty((0, d)), [])
    same(w, np.zeros(d))
    assert (b, mistakes) == (0.0, [0])


def test_fit_on_one_row():
    w, b, mistakes = perceptron_fit([[2, -3]], [1])  # one mistake at z = 0, then z = 4 + 9 + 1
    same(w, [2.0, -3.0])
    assert (b, mistakes) == (1.0, [1, 0])


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.float32, np.float64])
def test_fit_learns_the_same_from_every_dtype(dtype):
    w, b, mistakes = perceptron_fit(np.array(INPUTS, dtype), np.array([1, 1, 1, 0], dtype))
    # NAND is the rule's own work: the exact learner below has the same history
    exact_w, exact_b, history = learn_in_exact_arithmetic(INPUTS, [1, 1, 1, 0], 1, 100)
    np.testing.assert_array_equal(w, [float(w_i) for w_i in exact_w])
    assert (b, mistakes) == (exact_b, history)
    assert w.dtype == (np.float32 if dtype is np.float32 else np.float64)


def test_fit_at_extreme_values():
    # z = 0 for both at first: (-1e154) -> 1 is wrong -> w = -1e154, b = 1; (1e154): z = -1e308 + 1 <= 0, right.
    w, b, mistakes = perceptron_fit([[-1e154], [1e154]], [1, 0])
    same(w, [-1e154])
    assert (b, mistakes) == (1.0, [1, 0])


@pytest.mark.parametrize(
    ("X", "y", "options", "sentence"),
    [
        ([1, 2], [0, 1], {}, "X must have shape (n, d); got (2,)"),
        ([[[1]]], [0], {}, "X must have shape (n, d); got (1, 1, 1)"),
        ([[1], [2]], [0], {}, "y must have shape (n=2,); got (1,)"),
        ([[1], [2]], [[0], [1]], {}, "y must have shape (n=2,); got (2, 1)"),
        ([[1], [2]], [-1, 1], {}, "y must hold only 0 and 1; got -1"),
        ([[1], [2]], [0, np.nan], {}, "y must hold only 0 and 1; got nan"),
        ([[1], [2]], [0, 1], {"lr": 0}, "lr must be above 0 and finite; got 0"),
        ([[1], [2]], [0, 1], {"lr": -0.5}, "lr must be above 0 and finite; got -0.5"),
        ([[1], [2]], [0, 1], {"lr": np.nan}, "lr must be above 0 and finite; got nan"),
        ([[1], [2]], [0, 1], {"lr": np.inf}, "lr must be above 0 and finite; got inf"),
        ([[1], [2]], [0, 1], {"max_epochs": 0}, "max_epochs must be at least 1; got 0"),
        ([[1], [2]], [0, 1], {"max_epochs": -3}, "max_epochs must be at least 1; got -3"),
    ],
)
def test_fit_says_what_is_wrong(X, y, options, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        perceptron_fit(X, y, **options)


@pytest.mark.parametrize(("X", "y", "name"), [([["a"]], [1], "X"), ([[1]], ["a"], "y")])
def test_fit_says_which_argument_holds_text(X, y, name):
    with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
        perceptron_fit(X, y)


@LAWS
@given(
    X=matrices(5, 2),
    y=st.lists(st.integers(0, 1), min_size=5, max_size=5),
    exponent=st.integers(-6, 6),
    max_epochs=st.integers(1, 12),
)
def test_fit_agrees_with_exact_arithmetic_in_a_loop(X, y, exponent, max_epochs):
    lr = 2.0**exponent  # a power of two scales floats without rounding
    w, b, mistakes = perceptron_fit(X, y, lr, max_epochs)
    exact_w, exact_b, history = learn_in_exact_arithmetic(X, y, Fraction(lr), max_epochs)
    same(w, [float(w_i) for w_i in exact_w])
    assert (b, mistakes) == (exact_b, history)


@LAWS
@given(X=matrices(5, 2), y=st.lists(st.integers(0, 1), min_size=5, max_size=5), exponent=st.integers(-6, 6))
def test_fit_with_another_learning_rate_scales_the_weights_and_makes_the_same_mistakes(X, y, exponent):
    lr = 2.0**exponent
    w, b, mistakes = perceptron_fit(X, y, max_epochs=20)
    scaled_w, scaled_b, same_mistakes = perceptron_fit(X, y, lr, max_epochs=20)
    same(scaled_w, lr * w)
    assert (scaled_b, same_mistakes) == (lr * b, mistakes)


@LAWS
@given(X=matrices(6, 2), v=st.lists(SMALL, min_size=3, max_size=3).filter(any))
def test_fit_separates_what_can_be_separated_within_novikoffs_bound(X, v):
    # v is any line; samples on it are dropped, so that it separates the rest with a margin above 0.
    sides = {tuple(x): v[0] * x[0] + v[1] * x[1] + v[2] for x in X}
    samples = [x for x, side in sides.items() if side != 0]
    labels = [int(sides[x] > 0) for x in samples]
    if not samples:
        return
    margin_squared = Fraction(min(sides[x] ** 2 for x in samples), sum(v_i**2 for v_i in v))
    bound = max(x[0] ** 2 + x[1] ** 2 + 1 for x in samples) / margin_squared
    w, b, mistakes = perceptron_fit(samples, labels, max_epochs=int(bound) + 1)
    assert mistakes[-1] == 0
    assert sum(mistakes) <= bound
    same(perceptron_predict(samples, w, b), labels, np.int64)


# --------------------------------------------------------------------- dense


def test_dense_by_hand():
    # row 1: 1*1 + 2*3 + 10 = 17, 1*2 + 2*4 + 20 = 30;  row 2: 3*1 + 4*3 + 10 = 25, 3*2 + 4*4 + 20 = 42
    same(dense([[1, 2], [3, 4]], [[1, 2], [3, 4]], [10, 20]), [[17, 30], [25, 42]])


def test_dense_moves_samples_from_d_to_p_numbers():
    # (1, 0, -1) @ W = first row minus last row = (1 - 9, 2 - 10, 3 - 11, 4 - 12) = -8 each; then the biases
    W = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    same(dense([[1, 0, -1], [0, 2, 0]], W, [0, 1, 2, 3]), [[-8, -7, -6, -5], [10, 13, 16, 19]])


@pytest.mark.parametrize("leading", [(), (0,), (1,), (5,), (2, 5), (2, 0), (2, 1, 3)])
def test_dense_acts_on_the_last_axis(leading):
    rng = np.random.default_rng(1)
    X, W, b = rng.integers(-9, 9, (*leading, 3)), rng.integers(-9, 9, (3, 3)), rng.integers(-9, 9, 3)
    wanted = np.empty((*leading, 3))
    for place in np.ndindex(*leading):
        for k in range(3):
            wanted[(*place, k)] = sum(int(X[(*place, i)]) * int(W[i, k]) for i in range(3)) + int(b[k])
    same(dense(X, W, b), wanted)


def test_dense_without_inputs_gives_the_biases():
    same(dense(np.empty((2, 0)), np.empty((0, 3)), [1, 2, 3]), [[1, 2, 3], [1, 2, 3]])


def test_dense_at_extreme_values():
    # 1e308 - 1e308 + 1 = 1, and 0.5e308 + 0.5e308 - 1 is 1e308 in floats
    same(dense([[1e308, -1e308]], [[1.0, 0.5], [1.0, -0.5]], [1.0, -1.0]), [[1.0, 1e308]])


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8])
def test_dense_does_not_wrap_around_in_narrow_dtypes(dtype):
    same(dense(np.ones((1, 300), dtype), np.ones((300, 1), dtype), np.ones(1, dtype)), [[301]])


@pytest.mark.parametrize(
    ("X", "W", "b", "sentence"),
    [
        ([[1, 2]], [1, 2], [0], "W must have shape (d, p); got (2,)"),
        ([[1, 2]], [[[1], [2]]], [0], "W must have shape (d, p); got (1, 2, 1)"),
        ([[1, 2, 3]], [[1], [2]], [0], "X must have shape (..., d=2); got (1, 3)"),
        (1, [[1], [2]], [0], "X must have shape (..., d=2); got ()"),
        ([[1, 2]], [[1], [2]], [0, 0], "b must have shape (p=1,); got (2,)"),
        ([[1, 2]], [[1], [2]], 0, "b must have shape (p=1,); got ()"),
        ([[1, 2]], [[1], [2]], [[0]], "b must have shape (p=1,); got (1, 1)"),
    ],
)
def test_dense_says_which_shape_is_wrong(X, W, b, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        dense(X, W, b)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_dense_says_which_argument_holds_text(place):
    arguments = [[[1]], [[1]], [1]]
    arguments[place] = ["a"]
    with pytest.raises(TypeError, match=exactly(f"{'XWb'[place]} must hold real numbers; got dtype <U1")):
        dense(*arguments)


@LAWS
@given(X=matrices(3, 2), V=matrices(3, 2), W=matrices(2, 4), b=st.lists(SMALL, min_size=4, max_size=4))
def test_dense_is_linear_but_for_the_bias(X, V, W, b):
    together = dense(np.array(X) + np.array(V), W, b)
    same(together, dense(X, W, b) + dense(V, W, np.zeros(4)))


# -------------------------------------------------------------- count_params


@pytest.mark.parametrize(
    ("sizes", "count"),
    [
        ([784, 128, 10], 101_770),  # 784*128 + 128 = 100,480 and 128*10 + 10 = 1,290
        ([4, 3], 15),  # 4*3 + 3
        ([3, 4], 16),  # 3*4 + 4
        ([1, 1], 2),
        ([2, 2, 1], 9),  # the XOR network: 6 and 3
        ([5], 0),  # the input layer learns nothing
        ((64, 32, 16, 10), 2778),  # 64*32 + 32 = 2,080, 32*16 + 16 = 528, 16*10 + 10 = 170
    ],
)
def test_count_params_by_hand(sizes, count):
    found = count_params(sizes)
    assert type(found) is int
    assert found == count


@pytest.mark.parametrize("sizes", [[], [0], [3, 0, 2], [2, -1], (3, 0)])
def test_count_params_needs_at_least_one_unit_a_layer(sizes):
    sentence = f"sizes must hold numbers of at least 1; got {list(sizes)}"
    with pytest.raises(ValueError, match=exactly(sentence)):
        count_params(sizes)


@LAWS
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_count_params_counts_the_numbers_in_the_arrays(sizes):
    layers = [(np.empty((sizes[i], sizes[i + 1])), np.empty(sizes[i + 1])) for i in range(len(sizes) - 1)]
    assert count_params(sizes) == sum(W.size + b.size for W, b in layers)


@LAWS
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_count_params_adds_up_over_a_cut_through_a_layer(front, back):
    assert count_params([*front, *back]) == count_params([*front, back[0]]) + count_params(back)


# -------------------------------------------------------------- masked_dense


def test_masked_dense_by_hand():
    # unit 0 hears inputs 0 and 1: 1*1 + 2*1 + 10 = 13; unit 1 hears inputs 1 and 2: 2*1 + 3*1 + 20 = 25
    # 4 wires are left, and 2 biases
    out, count = masked_dense([[1, 2, 3]], [[1, 9], [1, 1], [9, 1]], [10, 20], [[1, 0], [1, 1], [0, 1]])
    same(out, [[13, 25]])
    assert type(count) is int
    assert count == 6


def test_masked_dense_reads_the_mask_as_input_by_unit():
    # only the wire from input 0 to unit 1 lives: a transposed mask would feed unit 0
    same(masked_dense([[1, 2]], [[3, 5], [7, 11]], [0, 0], [[0, 1], [0, 0]])[0], [[0, 5]])


@pytest.mark.parametrize("junk", [np.nan, np.inf, -np.inf, 1e308])
def test_masked_dense_lets_nothing_out_of_a_cut_weight(junk):
    same(masked_dense([[2.0, 1e10]], [[1.0, junk], [junk, 2.0]], [0.0, 0.0], np.eye(2))[0], [[2.0, 2e10]])


@pytest.mark.parametrize("dtype", [bool, np.int8, np.float32])
def test_masked_dense_accepts_masks_of_every_dtype(dtype):
    out, count = masked_dense([[1.0, 2.0]], SQUARE, [0.0, 0.0], np.array([[1, 0], [0, 1]], dtype))
    same(out, [[1.0, 8.0]])
    assert count == 4


def test_masked_dense_with_every_wire_cut_leaves_the_biases():
    out, count = masked_dense(np.full((3, 2), 7.0), SQUARE, [1.0, -1.0], np.zeros((2, 2)))
    same(out, [[1, -1]] * 3)
    assert count == 2


@pytest.mark.parametrize("leading", [(), (0,), (1,), (2, 5)])
def test_masked_dense_acts_on_the_last_axis(leading):
    same(masked_dense(np.ones((*leading, 2)), SQUARE, [0, 0], [[1, 1], [0, 1]])[0], np.full((*leading, 2), [1.0, 6.0]))


@pytest.mark.parametrize(
    ("X", "W", "b", "mask", "sentence"),
    [
        ([[1, 2]], [1, 2], [0], [1, 1], "W must have shape (d, p); got (2,)"),
        ([[1, 2]], SQUARE, [0, 0], [1, 1], "mask must have shape (d=2, p=2); got (2,)"),
        ([[1, 2]], [[1], [2]], [0], [[1, 1]], "mask must have shape (d=2, p=1); got (1, 2)"),
        ([[1, 2]], [[1], [2]], [0], [[1], [1], [1]], "mask must have shape (d=2, p=1); got (3, 1)"),
        ([[1, 2]], [[1], [2]], [0], [[1, 1], [1, 1]], "mask must have shape (d=2, p=1); got (2, 2)"),
        ([[1, 2]], [[1], [2]], [0], [[1], [0.5]], "mask must hold only 0 and 1; got 0.5"),
        ([[1, 2, 3]], [[1], [2]], [0], [[1], [1]], "X must have shape (..., d=2); got (1, 3)"),
        ([[1, 2]], [[1], [2]], [0, 0], [[1], [1]], "b must have shape (p=1,); got (2,)"),
    ],
)
def test_masked_dense_says_what_is_wrong(X, W, b, mask, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        masked_dense(X, W, b, mask)


@pytest.mark.parametrize(("W", "mask", "name"), [([["a"]], [[1]], "W"), ([[1]], [["a"]], "mask")])
def test_masked_dense_says_which_argument_holds_text(W, mask, name):
    with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
        masked_dense([[1]], W, [0], mask)


@LAWS
@given(
    X=matrices(2, 3), W=matrices(3, 3), b=st.lists(SMALL, min_size=3, max_size=3), mask=matrices(3, 3, st.booleans())
)
def test_masked_dense_agrees_with_a_loop_over_the_live_wires(X, W, b, mask):
    wanted = [[b[k] + sum(x[i] * W[i][k] for i in range(3) if mask[i][k]) for k in range(3)] for x in X]
    out, count = masked_dense(X, W, b, mask)
    same(out, wanted)
    assert count == sum(sum(row) for row in mask) + 3


@LAWS
@given(X=matrices(2, 3), W=matrices(3, 4), b=st.lists(SMALL, min_size=4, max_size=4))
def test_masked_dense_with_no_wire_cut_is_dense(X, W, b):
    out, count = masked_dense(X, W, b, np.ones((3, 4)))
    same(out, dense(X, W, b))
    assert count == count_params([3, 4])


# ---------------------------------------------------- mlp_step and xor_layers


def test_mlp_step_by_hand():
    # (1, 2): hidden 1*1 + 2*(-1) + 0.5 = -0.5 -> 0 and 1*2 + 2*0 - 1 = 1 -> 1; output -3 + 4 -> 1 and 1 + 0 -> 1
    # (3, 1): hidden 3 - 1 + 0.5 = 2.5 -> 1 and 6 + 0 - 1 = 5 -> 1; output 5 - 3 + 4 = 6 -> 1 and -9 + 1 + 0 = -8 -> 0
    layers = [([[1, 2], [-1, 0]], [0.5, -1]), ([[5, -9], [-3, 1]], [4, 0])]
    same(mlp_step([[1, 2], [3, 1]], layers), [[1, 1], [1, 0]])


def test_mlp_step_counts_a_sum_of_zero_as_silent_in_every_layer():
    same(mlp_step([[2.0]], [([[1.0]], [-2.0]), ([[1.0]], [0.0])]), [[0.0]])
    same(mlp_step([[2.0]], [([[1.0]], [-2.0]), ([[1.0]], [0.5])]), [[1.0]])


def test_xor_layers_compute_xor():
    same(mlp_step(INPUTS, xor_layers()), [[0], [1], [1], [0]])


def test_xor_layers_hide_an_or_and_a_nand():
    hidden, output = xor_layers()
    same(mlp_step(INPUTS, [hidden]), [[0, 1], [1, 1], [1, 1], [1, 0]])  # columns: OR, NAND
    same(mlp_step(INPUTS, [output]), [[0], [0], [0], [1]])  # AND


def test_xor_layers_are_the_gates_of_the_chapter():
    (W1, b1), (W2, b2) = xor_layers()
    for k, name in enumerate(["OR", "NAND"]):
        same(W1[:, k], gate(name)[0])
        assert b1[k] == gate(name)[1]
    same(W2, gate("AND")[0][:, None])
    same(b2, [gate("AND")[1]])


def test_xor_layers_may_be_changed():
    for W, b in xor_layers():
        W[:], b[:] = 9.0, 9.0
    same(mlp_step(INPUTS, xor_layers()), [[0], [1], [1], [0]])


@pytest.mark.parametrize("n", [0, 1, 3])
def test_mlp_step_keeps_the_number_of_samples(n):
    same(mlp_step(np.ones((n, 2)), xor_layers()), np.zeros((n, 1)))


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8])
def test_mlp_step_of_integers_and_booleans_is_float64(dtype):
    same(mlp_step(np.array(INPUTS, dtype), xor_layers()), [[0], [1], [1], [0]])


def test_mlp_step_at_extreme_values():
    X = [[1e308, -1e308], [-1e308, -1e308]]
    same(mlp_step(X, [([[0.5], [0.25]], [0.0]), ([[1e308]], [-1e307])]), [[1.0], [0.0]])


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        ([[1, 2, 3]], "W of layers[0] must have shape (d=3, p); got (2, 2)"),
        (1, "X must have shape (n, d); got ()"),
        ([1, 2], "X must have shape (n, d); got (2,)"),
    ],
)
def test_mlp_step_says_when_samples_do_not_fit_the_first_layer(X, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        mlp_step(X, xor_layers())


def test_mlp_step_says_when_a_layer_does_not_fit_the_one_before():
    with pytest.raises(ValueError, match=exactly("W of layers[1] must have shape (d=2, p); got (3, 1)")):
        mlp_step(INPUTS, [xor_layers()[0], (np.ones((3, 1)), np.ones(1))])


def test_mlp_step_refuses_text():
    with pytest.raises(TypeError, match=exactly("X must hold real numbers; got dtype <U1")):
        mlp_step([["a", "b"]], xor_layers())


@LAWS
@given(X=matrices(3, 2), W1=matrices(2, 2), W2=matrices(2, 2), W3=matrices(2, 2), b=matrices(3, 2))
def test_mlp_step_agrees_with_a_loop_over_neurons(X, W1, W2, W3, b):
    wanted = []
    for a in X:
        for W, b_l in zip((W1, W2, W3), b, strict=True):
            a = [float(sum(a[i] * W[i][k] for i in range(2)) + b_l[k] > 0) for k in range(2)]
        wanted.append(a)
    same(mlp_step(X, [(W, b_l) for W, b_l in zip((W1, W2, W3), b, strict=True)]), wanted)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_mlp_step_with_one_hidden_layer_computes_every_truth_table(n):
    # One hidden unit a row: 1 - (number of inputs that differ from the row) is above 0 only for the row itself.
    rows = np.array(list(product((0, 1), repeat=n)))
    tables = np.array(list(product((0, 1), repeat=2**n)))
    hidden = ((2 * rows - 1).T, 1 - rows.sum(1))
    same(mlp_step(rows, [hidden, (tables.T, np.full(len(tables), -0.5))]), tables.T)


# ----------------------------------------------------------- collapse_linear


def test_collapse_linear_by_hand():
    # x -> 2x + 1 -> 3(2x + 1) - 4 = 6x - 1 -> 0.5(6x - 1) + 0 = 3x - 0.5
    W, b = collapse_linear([([[2]], [1]), ([[3]], [-4]), ([[0.5]], [0])])
    same(W, [[3.0]])
    same(b, [-0.5])


def test_collapse_linear_multiplies_in_the_order_of_the_layers():
    # [[1, 2], [3, 4]] @ [[0, 1], [1, 0]] swaps columns: [[2, 1], [4, 3]]; the other order would swap rows.
    # (10, 20) through the swap: (20, 10), then + (1, 2)
    W, b = collapse_linear([(SQUARE, [10, 20]), ([[0, 1], [1, 0]], [1, 2])])
    same(W, [[2, 1], [4, 3]])
    same(b, [21, 12])


def test_collapse_linear_of_one_layer_is_that_layer():
    W, b = collapse_linear([([[1, 2, 3], [4, 5, 6]], [7, 8, 9])])
    same(W, [[1, 2, 3], [4, 5, 6]])
    same(b, [7, 8, 9])


def test_collapse_linear_at_extreme_values():
    W, b = collapse_linear([([[1e308]], [-1e308]), ([[0.5]], [1e307]), ([[-1.0]], [0.0])])
    same(W, [[-5e307]])
    same(b, [4e307])


def test_collapse_linear_needs_a_layer():
    with pytest.raises(ValueError, match=exactly("layers must hold at least one (W, b); got none")):
        collapse_linear([])


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (([[1], [2]], [0]), "W of layers[1] must have shape (d=3, p); got (2, 1)"),
        (([[1], [2], [3]], [0, 0]), "b of layers[1] must have shape (p=1,); got (2,)"),
        (([1, 2, 3], [0]), "W of layers[1] must have shape (d=3, p); got (3,)"),
    ],
)
def test_collapse_linear_says_which_layer_does_not_fit_the_one_before(second, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        collapse_linear([([[1, 2, 3]], [1, 2, 3]), second])


@pytest.mark.parametrize("call", [collapse_linear, lambda layers: mlp_step([[1, 2]], layers)])
def test_a_first_layer_that_does_not_fit_together_is_named(call):
    with pytest.raises(ValueError, match=exactly("b of layers[0] must have shape (p=3,); got (2,)")):
        call([(np.ones((2, 3)), np.ones(2))])


def test_mlp_step_needs_a_layer():
    with pytest.raises(ValueError, match=exactly("layers must hold at least one (W, b); got none")):
        mlp_step([[1, 2]], [])


def test_collapsing_one_layer_returns_arrays_of_its_own():
    layer = (np.eye(2), np.zeros(2))
    W, b = collapse_linear([layer])
    assert not np.shares_memory(W, layer[0])
    assert not np.shares_memory(b, layer[1])


@pytest.mark.parametrize(("table", "shape"), [([[0, 1], [1, 0]], "(2, 2)"), (1, "()")])
def test_a_truth_table_must_be_flat(table, shape):
    with pytest.raises(ValueError, match=exactly(f"table must have shape (2**n,); got {shape}")):
        is_linearly_separable(table)


def test_a_bias_must_be_one_number():
    with pytest.raises(ValueError, match=exactly("b must have shape (); got (3, 1)")):
        perceptron_predict([[1, 2]], [1, 1], np.ones((3, 1)))


def test_an_epoch_needs_one_label_a_sample():
    with pytest.raises(ValueError, match=exactly("y must have shape (n=2,); got (3,)")):
        perceptron_epoch(np.ones((2, 1)), np.ones(3), np.zeros(1), 0.0)


def test_a_numpy_learning_rate_does_not_widen_the_weights():
    w, _, _ = perceptron_fit(np.ones((1, 2), np.float32), [1], lr=np.float64(0.5))
    assert w.dtype == np.float32


def test_count_params_counts_whole_units_without_overflow():
    assert count_params(np.array([70_000, 70_000], np.int32)) == 70_001 * 70_000
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        count_params([2.0, 3.0])


@pytest.mark.parametrize(("W", "b", "name"), [([["a"]], [0], "W"), ([[1]], ["a"], "b")])
def test_collapse_linear_says_which_argument_holds_text(W, b, name):
    with pytest.raises(TypeError, match=exactly(f"{name} of layers[0] must hold real numbers; got dtype <U1")):
        collapse_linear([(W, b)])


@LAWS
@given(
    X=matrices(4, 2),
    W1=matrices(2, 3),
    W2=matrices(3, 3),
    W3=matrices(3, 1),
    b=st.tuples(*(st.lists(SMALL, min_size=p, max_size=p) for p in (3, 3, 1))),
)
def test_collapse_linear_gives_the_same_outputs_as_the_stack(X, W1, W2, W3, b):
    layers = list(zip((W1, W2, W3), b, strict=True))
    wanted = X
    for W, b_l in layers:
        wanted = [[sum(a * W[i][k] for i, a in enumerate(x)) + b_l[k] for k in range(len(b_l))] for x in wanted]
    W, b_all = collapse_linear(layers)
    same(np.array(X) @ W + b_all, wanted)
    in_two_steps = collapse_linear([collapse_linear(layers[:2]), layers[2]])
    same(in_two_steps[0], W)
    same(in_two_steps[1], b_all)


# -------------------------------------------------------------- truth_inputs


def test_truth_inputs_by_hand():
    same(truth_inputs(1), [[0], [1]])
    same(truth_inputs(2), INPUTS)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_truth_inputs_are_the_binary_numbers_in_counting_order(n):
    X = truth_inputs(n)
    same(X, [[int(digit) for digit in f"{i:0{n}b}"] for i in range(2**n)])


@pytest.mark.parametrize("n", [0, -1])
def test_truth_inputs_needs_an_input(n):
    with pytest.raises(ValueError, match=exactly(f"n must be at least 1; got {n}")):
        truth_inputs(n)


# ----------------------------------------------------- is_linearly_separable


def tables_of_small_integer_weights(n, largest):
    """Every truth table that some (w, b) of small integers computes, found by trying them all."""
    rows = list(product((0, 1), repeat=n))
    weights = product(range(-largest, largest + 1), repeat=n)
    sums = {tuple(sum(w_i for w_i, x_i in zip(w, x, strict=True) if x_i) for x in rows) for w in weights}
    biases = range(-n * largest, n * largest + 2)
    return {tuple(int(z + b > 0) for z in row_sums) for row_sums in sums for b in biases}


def has_a_contradiction(table):
    """Two rows that must fire and two that must not, with equal sums: no (w, b) can satisfy all four."""
    rows = list(product((0, 1), repeat=len(table).bit_length() - 1))

    def sums_of_pairs(answer):
        chosen = [row for row, out in zip(rows, table, strict=True) if out == answer]
        return {tuple(map(sum, zip(*pair, strict=True))) for pair in combinations_with_replacement(chosen, 2)}

    return bool(sums_of_pairs(0) & sums_of_pairs(1))


@pytest.mark.parametrize(("n", "largest", "separable"), [(1, 1, 4), (2, 1, 14), (3, 2, 104)])
def test_separability_agrees_with_weights_found_or_a_contradiction_found(n, largest, separable):
    # Each table has a certificate, either the weights that compute it or four rows that rule all weights out.
    computable = tables_of_small_integer_weights(n, largest)
    tables = list(product((0, 1), repeat=2**n))
    assert [table in computable for table in tables] == [not has_a_contradiction(table) for table in tables]
    assert [is_linearly_separable(table) for table in tables] == [table in computable for table in tables]
    assert len(computable) == separable


def test_separability_of_four_inputs_agrees_with_the_same_certificates():
    computable = sorted(tables_of_small_integer_weights(4, 3))
    assert len(computable) == 1882
    assert all(is_linearly_separable(table) for table in computable[::20])
    rng = np.random.default_rng(2)
    for table in rng.integers(0, 2, (100, 16)).tolist():
        assert is_linearly_separable(table) == (not has_a_contradiction(table))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_separability_of_families_known_by_argument(n):
    ones = [sum(row) for row in product((0, 1), repeat=n)]
    assert is_linearly_separable([0] * 2**n)
    assert is_linearly_separable([1] * 2**n)
    for k in range(n + 1):
        assert is_linearly_separable([int(count > k) for count in ones])  # w = 1, b = -k
    assert is_linearly_separable([count % 2 for count in ones]) == (n == 1)  # parity holds an XOR from 2 inputs on


@pytest.mark.parametrize("table", [[0, 1, 1, 1], (0, 1, 1, 1), np.array([0, 1, 1, 1]), [False, True, True, True]])
def test_separability_is_a_plain_bool_for_every_kind_of_table(table):
    assert is_linearly_separable(table) is True
    assert is_linearly_separable([0.0, 1.0, 1.0, 0.0]) is False


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([], "table must have 2, 4, 8, ... entries; got 0"),
        ([1], "table must have 2, 4, 8, ... entries; got 1"),
        ([0, 1, 1], "table must have 2, 4, 8, ... entries; got 3"),
        ([0] * 7, "table must have 2, 4, 8, ... entries; got 7"),
        ([0] * 9, "table must have 2, 4, 8, ... entries; got 9"),
        ([0, 1, 2, 0], "table must hold only 0 and 1; got 2"),
    ],
)
def test_separability_says_what_is_wrong_with_a_table(table, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        is_linearly_separable(table)


def test_separability_refuses_text():
    with pytest.raises(TypeError, match=exactly("table must hold real numbers; got dtype <U4")):
        is_linearly_separable("0110")


@LAWS
@given(table=st.lists(st.integers(0, 1), min_size=8, max_size=8), order=st.sampled_from(list(permutations(range(3)))))
def test_separability_survives_negation_and_renaming_of_inputs(table, order):
    answer = is_linearly_separable(table)
    assert is_linearly_separable([1 - out for out in table]) == answer
    renamed = np.array(table).reshape(2, 2, 2).transpose(order).ravel()
    assert is_linearly_separable(renamed) == answer


# ---------------------------------------------------------------- Perceptron


def test_perceptron_remembers_what_perceptron_fit_returns():
    model = Perceptron(lr=0.5, max_epochs=3)
    assert model.fit(INPUTS, [0, 0, 0, 1]) is model
    w, b, mistakes = perceptron_fit(INPUTS, [0, 0, 0, 1], 0.5, 3)
    same(model.w, w)
    assert (model.b, model.mistakes) == (b, mistakes)
    assert len(model.mistakes) == 3


def test_perceptron_has_the_defaults_of_perceptron_fit():
    model = Perceptron()
    assert (model.lr, model.max_epochs) == (1.0, 100)
    assert (model.w, model.b, model.mistakes) == (None, 0.0, [])
    assert len(model.fit(INPUTS, [0, 1, 1, 0]).mistakes) == 100


def test_perceptron_predicts_with_its_own_weights_and_bias():
    model = Perceptron().fit(INPUTS, [0, 0, 0, 1])
    same(model.predict(INPUTS), [0, 0, 0, 1], np.int64)
    same(model.predict([1, 1]), 1, np.int64)
    model.w, model.b = np.array([-1.0, -1.0]), 1.5
    same(model.predict(INPUTS), [1, 1, 1, 0], np.int64)


def test_perceptron_starts_afresh_at_every_fit():
    model = Perceptron().fit(INPUTS, [1, 1, 1, 0]).fit(INPUTS, [0, 1, 1, 1])
    same(model.w, [1.0, 1.0])
    assert (model.b, model.mistakes) == (0.0, [1, 2, 1, 0])


def test_perceptrons_do_not_share_their_history():
    assert Perceptron().mistakes is not Perceptron().mistakes


def test_perceptron_keeps_its_memory_when_a_fit_is_refused():
    model = Perceptron().fit(INPUTS, [0, 1, 1, 1])
    with pytest.raises(ValueError, match=exactly("y must have shape (n=4,); got (1,)")):
        model.fit(INPUTS, [1])
    assert model.mistakes == [1, 2, 1, 0]


def test_perceptron_refuses_a_learning_rate_of_zero_when_it_learns():
    with pytest.raises(ValueError, match=exactly("lr must be above 0 and finite; got 0")):
        Perceptron(lr=0).fit([[1]], [1])


def test_perceptron_says_to_fit_first():
    with pytest.raises(RuntimeError, match=exactly("call fit before predict: this perceptron has no weights yet")):
        Perceptron().predict([1, 2])
