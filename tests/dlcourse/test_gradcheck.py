"""The checker tells right gradients from wrong ones, says where they are wrong, and is blind to rounding only."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.gradcheck import check_gradients, gradient_errors
from tests.dlcourse.helpers import LAWS, exactly


def cube_sum(x, y):
    """Return a number whose gradients are 3 x**2 and the weights 1, 2, 3, ... of y."""
    weights = np.arange(1.0, y.size + 1).reshape(y.shape)
    return np.sum(x**3) + np.sum(weights * y)


ARRAYS = {"x": np.array([[1.0, 2.0], [-0.5, 3.0]]), "y": np.array([1.0, 0.0, -1.0])}
GRADS = {"x": np.array([[3.0, 12.0], [0.75, 27.0]]), "y": np.array([1.0, 2.0, 3.0])}


def spoilt(name, place, amount):
    grads = {key: grad.copy() for key, grad in GRADS.items()}
    grads[name][place] += amount
    return grads


def test_right_gradients_have_almost_no_error():
    errors = gradient_errors(cube_sum, ARRAYS, GRADS)
    assert list(errors) == ["x", "y"]
    assert max(errors.values()) < 1e-9
    assert {type(error) for error in errors.values()} == {float}
    assert check_gradients(cube_sum, ARRAYS, GRADS) is None


def test_errors_are_shares_of_the_largest_entry():
    # x: the largest entry is 27 and an entry is off by 2.7; y: largest 3, off by -1.5
    assert gradient_errors(cube_sum, ARRAYS, spoilt("x", (1, 0), 2.7))["x"] == pytest.approx(0.1, rel=1e-6)
    assert gradient_errors(cube_sum, ARRAYS, spoilt("y", 0, -1.5))["y"] == pytest.approx(0.5, rel=1e-6)


def test_the_largest_entry_may_be_a_negative_one():
    errors = gradient_errors(lambda x: x[0] - 5 * x[1], {"x": [2.0, 3.0]}, {"x": [2.0, -5.0]})
    assert errors["x"] == pytest.approx(0.2, rel=1e-6)


@pytest.mark.parametrize("check", [gradient_errors, check_gradients])
def test_the_step_is_1e_5_unless_told_otherwise(check):
    steps = []
    check(lambda x: steps.append(float(x)) or 0.0, {"x": 0.0}, {"x": 0.0})
    assert sorted(steps) == [-1e-5, 1e-5]


def test_each_array_is_judged_by_itself():
    errors = gradient_errors(cube_sum, ARRAYS, spoilt("y", 0, 0.003))
    assert errors["x"] < 1e-9
    assert errors["y"] == pytest.approx(0.001, rel=1e-6)


@pytest.mark.parametrize("place", list(np.ndindex(2, 2)))
def test_every_entry_is_checked(place):
    with pytest.raises(AssertionError, match=re.escape(f"the gradient of x at {place} must be")):
        check_gradients(cube_sum, ARRAYS, spoilt("x", place, 1e-5))


def test_the_worst_entry_is_named():
    grads = spoilt("x", (0, 1), -6.0)
    grads["x"][1, 1] += 13.5
    sentence = "the gradient of x at (1, 1) must be 27; got 40.5, off by 0.5 of the largest entry (1e-07 is allowed)"
    with pytest.raises(AssertionError, match=exactly(sentence)):
        check_gradients(cube_sum, ARRAYS, grads)


def test_the_first_wrong_array_is_named_in_the_order_of_the_gradients():
    grads = spoilt("y", 2, 3.0)
    sentence = "the gradient of y at (2,) must be 3; got 6, off by 1 of the largest entry (0.01 is allowed)"
    with pytest.raises(AssertionError, match=exactly(sentence)):
        check_gradients(cube_sum, ARRAYS, grads, tol=0.01)


def test_the_tolerance_is_a_limit_that_may_be_reached_but_not_passed():
    check_gradients(cube_sum, ARRAYS, spoilt("x", (0, 0), 0.027), tol=0.001001)
    with pytest.raises(AssertionError, match=r"off by 0\.001 of"):
        check_gradients(cube_sum, ARRAYS, spoilt("x", (0, 0), 0.027), tol=0.000999)
    check_gradients(lambda x: 0.0 * x[0], {"x": [1.0]}, {"x": [0.001]}, tol=1.0)  # off by exactly 1 of 0.001


def test_an_error_of_one_part_in_a_million_is_seen():
    with pytest.raises(AssertionError, match="off by 1e-06"):
        check_gradients(cube_sum, ARRAYS, spoilt("x", (1, 1), 27e-6))


def test_the_step_is_the_one_that_was_asked_for():
    # central differences of x**3 are 3 x**2 + h**2
    errors = gradient_errors(lambda x: x**3, {"x": 1.0}, {"x": 3.0}, h=0.5)
    assert errors["x"] == pytest.approx(0.25 / 3.25)
    check_gradients(lambda x: x**3, {"x": 1.0}, {"x": 3.25}, h=0.5)


def test_a_gradient_of_zero_is_not_blamed_for_rounding():
    noisy = {"x": [0.3, 0.7]}
    check_gradients(lambda x: np.exp(x - x).sum() * 0.1 + (x - x + 1 / 3).sum(), noisy, {"x": [0.0, 0.0]})
    assert gradient_errors(lambda x: 0.0 * x.sum(), noisy, {"x": [1e-3, -4e-4]}) == {"x": 1.0}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_agrees_with_nothing(bad):
    assert gradient_errors(cube_sum, ARRAYS, spoilt("x", (0, 1), bad))["x"] == np.inf
    with pytest.raises(AssertionError, match=re.escape("at (0, 1) must be 12; got ")):
        check_gradients(cube_sum, ARRAYS, spoilt("x", (0, 1), bad))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_function_that_is_not_finite_has_no_gradient(bad):
    def breaks_at_the_second(x):
        return bad if x[1] > 2 else x[0]

    assert gradient_errors(breaks_at_the_second, {"x": [1.0, 2.0]}, {"x": [1.0, 0.0]}) == {"x": np.inf}
    with pytest.raises(AssertionError, match=re.escape("the gradient of x at (1,) must be")):
        check_gradients(breaks_at_the_second, {"x": [1.0, 2.0]}, {"x": [1.0, bad]})


def test_arrays_without_a_gradient_are_passed_on_as_they_are():
    labels = np.array([1, 0])

    def f(x, labels, scale):
        assert labels.dtype == np.int64
        assert scale == 4
        return scale * x[labels[0]]

    assert gradient_errors(f, {"x": [3.0, 5.0], "labels": labels, "scale": 4}, {"x": [0.0, 4.0]})["x"] < 1e-9


def test_lists_integers_and_numbers_will_do():
    check_gradients(lambda a, b: a**2 + b[0] * b[1], {"a": 3, "b": [2, 5]}, {"a": 6, "b": [5, 2]})


def test_arrays_are_measured_in_float64():
    x = np.array([0.1, 0.7], np.float32)
    wanted = 3 * x.astype(np.float64) ** 2
    assert gradient_errors(lambda x: np.sum(x**3), {"x": x}, {"x": wanted})["x"] < 1e-9


def test_an_empty_array_has_no_error():
    empty = {"x": np.empty((0, 3))}
    assert gradient_errors(lambda x: 1.0, empty, empty) == {"x": 0.0}
    check_gradients(lambda x: 1.0, empty, empty)


def test_nothing_to_check_is_nothing_wrong():
    assert gradient_errors(cube_sum, ARRAYS, {}) == {}


@pytest.mark.parametrize("check", [gradient_errors, check_gradients])
def test_inputs_are_left_as_they_were(check):
    arrays = {name: array.copy() for name, array in ARRAYS.items()}
    grads = {name: grad.copy() for name, grad in GRADS.items()}
    for array in [*arrays.values(), *grads.values()]:
        array.flags.writeable = False
    check(cube_sum, arrays, grads)
    assert list(arrays) == ["x", "y"]
    assert arrays["x"].tolist() == ARRAYS["x"].tolist()


@pytest.mark.parametrize("check", [gradient_errors, check_gradients])
@pytest.mark.parametrize(
    ("arrays", "grads", "sentence"),
    [
        ({"x": [1.0], "y": [1.0]}, {"z": [1.0]}, "grads must name some of x, y; got z"),
        ({}, {"z": [1.0]}, "grads must name some of nothing; got z"),
        ({"x": [1.0, 2.0]}, {"x": [[1.0, 2.0]]}, "the gradient of x must have shape (2,); got (1, 2)"),
        ({"x": [[1.0, 2.0]]}, {"x": [[1.0], [2.0]]}, "the gradient of x must have shape (1, 2); got (2, 1)"),
        ({"x": [1.0]}, {"x": [[1], [1, 2]]}, "the gradient of x must be a rectangular array; got rows of different"),
        ({"x": [[1], [1, 2]]}, {"x": [1.0]}, "x must be a rectangular array; got rows of different lengths"),
    ],
)
def test_what_does_not_fit_is_named(check, arrays, grads, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        check(lambda **arrays: 0.0, arrays, grads)


@pytest.mark.parametrize("check", [gradient_errors, check_gradients])
@pytest.mark.parametrize(("arrays", "grads"), [({"x": ["a"]}, {"x": [1.0]}), ({"x": [1.0]}, {"x": ["a"]})])
def test_text_is_refused(check, arrays, grads):
    with pytest.raises(TypeError, match=r"x must hold real numbers; got dtype <U1$"):
        check(lambda x: 0.0, arrays, grads)


@LAWS
@given(
    slopes=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    share=st.floats(1e-4, 100),
    place=st.integers(0, 4),
)
def test_the_error_of_a_linear_function_is_the_share_that_was_put_in(slopes, share, place):
    wrong = np.array(slopes, float)
    wrong[place % len(slopes)] += share * max(slopes)
    errors = gradient_errors(lambda x: np.dot(slopes, x), {"x": np.zeros(len(slopes))}, {"x": wrong})
    assert errors["x"] == pytest.approx(share, rel=1e-5)
