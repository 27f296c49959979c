"""What compares must be able to fail: each helper passes what it should and fails what it should."""

import re
import types

import numpy as np
import pytest
from hypothesis import given

from tests.dlcourse import helpers
from tests.dlcourse.helpers import (
    SMALL,
    agrees,
    arrays_in,
    as_arrays,
    close,
    exactly,
    matrices,
    named,
    near,
    nearly_same,
    same,
    slope_of,
    slopes,
)

COMPARISONS = [same, nearly_same, near, close, agrees]


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("numbers", [[1.0, -2.0], [[0.0], [3.0]], [], 4.0])
def test_equal_arrays_pass(compare, numbers):
    compare(np.array(numbers), numbers)


@pytest.mark.parametrize("compare", COMPARISONS)
def test_another_shape_fails_although_it_would_broadcast(compare):
    with pytest.raises(AssertionError, match=exactly("expected shape (1, 2); got (2,)")):
        compare(np.ones(2), np.ones((1, 2)))
    with pytest.raises(AssertionError, match=exactly("expected shape (2,); got ()")):
        compare(np.array(1.0), [1.0, 1.0])


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -5.0, 5.01])
def test_another_number_fails(compare, wrong):
    with pytest.raises(AssertionError, match=r"Mismatched elements: 1 / 2|(nan|inf) location|x and y"):
        compare(np.array([5.0, wrong]), [5.0, 5.0])


def test_same_is_the_same_to_the_last_bit_and_nan_is_nan():
    same(np.array([np.nan, np.inf]), [np.nan, np.inf])
    with pytest.raises(AssertionError, match="Mismatched elements: 1 / 1"):
        same(np.array([np.nextafter(1, 2)]), [1.0])


def test_same_wants_an_array_of_float64_unless_told_otherwise():
    with pytest.raises(AssertionError, match=exactly("expected dtype float64; got float32")):
        same(np.ones(1, np.float32), [1])
    with pytest.raises(AssertionError, match=exactly("expected dtype int64; got float64")):
        same(np.ones(1), [1], np.int64)
    with pytest.raises(AssertionError, match=exactly("expected an ndarray; got list")):
        same([1.0], [1])
    with pytest.raises(AssertionError, match=exactly("expected an ndarray; got float64")):
        same(np.float64(1), 1)
    same(np.ones(1, np.float32), [1], np.float32)


def test_nearly_same_wants_float64_too_and_takes_a_float_but_no_numpy_scalar():
    with pytest.raises(AssertionError, match=exactly("expected dtype float64; got float32")):
        nearly_same(np.ones(1, np.float32), [1])
    with pytest.raises(AssertionError, match=exactly("expected an ndarray or a float; got float64")):
        nearly_same(np.float64(1), 1)
    with pytest.raises(AssertionError, match=exactly("expected an ndarray or a float; got list")):
        nearly_same([1.0], [1])
    nearly_same(1.0, 1)


@pytest.mark.parametrize(
    ("compare", "passes", "fails"),
    [
        (nearly_same, [1000 + 9e-12, 1e-9 + 9e-24], [1000 + 9e-12, 1e-9 + 2e-23]),
        (near, [1000 + 9e-10, 1e-9 + 9e-22], [1000 + 9e-10, 1e-9 + 2e-21]),
        (close, [1000 + 9e-13, 1e-9 + 9e-13], [1000 + 9e-13, 1e-9 + 2e-12]),
        (agrees, [1000 + 9e-5, 1e-9 - 9e-5], [1000 + 9e-5, 1e-9 - 2e-4]),
    ],
    ids=named,
)
def test_each_comparison_has_its_own_measure(compare, passes, fails):
    compare(np.array(passes), [1000, 1e-9])
    with pytest.raises(AssertionError, match="Mismatched elements: 1 / 2"):
        compare(np.array(fails), [1000, 1e-9])


def test_close_does_not_mind_the_size_of_the_numbers():
    with pytest.raises(AssertionError, match="Mismatched elements: 1 / 1"):
        close(np.array([1e6 + 2e-9]), [1e6], 1e-9)


@pytest.mark.parametrize("compare", COMPARISONS[1:])
def test_the_tolerance_may_be_changed(compare):
    compare(np.array([1.05]), [1.0], 0.1)
    with pytest.raises(AssertionError, match="Mismatched elements: 1 / 1"):
        compare(np.array([1.05]), [1.0], 0.01)


def test_the_largest_entry_may_be_negative_and_a_gradient_of_0_must_be_0():
    agrees(np.array([-1000.0, 9e-5]), [-1000, 0])
    with pytest.raises(AssertionError, match="Mismatched elements: 1 / 1"):
        agrees(np.array([1e-300]), [0.0])


@pytest.mark.parametrize("wanted", [np.nan, np.inf])
def test_nothing_agrees_with_what_is_not_finite(wanted):
    with pytest.raises(AssertionError, match="expected finite numbers to compare with; got"):
        agrees(np.array([1.0, wanted]), [1.0, wanted])


def test_slopes_of_polynomials_up_to_degree_4_are_exact():
    x = np.array([[1.0, -2.0], [0.5, 0.0]])
    weights = np.array([[1.0, 2.0], [3.0, 4.0]])
    close(slopes(lambda x: (weights * x**4).sum(), x), 4 * weights * x**3, 1e-10)
    close(slope_of(lambda t: t**4 - t, x), 4 * x**3 - 1, 1e-10)
    near(slope_of(lambda t: t**3, 2.0, h=0.5), 12.0)
    near(slopes(lambda x: x[0] ** 3, np.array([2.0]), h=0.5), [12.0])


def test_slopes_are_measured_at_four_points_a_thousandth_apart():
    seen = []
    slope_of(lambda t: seen.append(t) or 0.0, 0.0)
    close(sorted(seen), [-2e-3, -1e-3, 1e-3, 2e-3], 1e-18)
    # of degree 5 the error is h**4 * f'''''/30 = 4 h**4
    close(slope_of(lambda t: t**5, 0.0, h=0.5), -0.25)
    close(slopes(lambda x: x[0] ** 5, np.zeros(1), h=0.5), [-0.25])


def test_slopes_leave_the_array_alone():
    x = np.array([1.0, 2.0])
    x.flags.writeable = False
    near(slopes(lambda x: x[0] * x[1], x), [2.0, 1.0], 1e-10)
    assert slopes(lambda x: 0.0, np.empty((0, 3))).shape == (0, 3)


def test_the_slopes_are_not_measured_by_the_oracle():
    modules = {value.__name__ for value in vars(helpers).values() if isinstance(value, types.ModuleType)}
    origins = {getattr(value, "__module__", "") or "" for value in vars(helpers).values()}
    assert not [name for name in modules | origins if name.startswith("dlcourse")]


def test_a_message_matches_itself_and_nothing_longer():
    sentence = "W must have shape (d=3, k); got (2, 4) [*]"
    assert re.search(exactly(sentence), sentence)
    assert not re.search(exactly(sentence), f"{sentence}!")
    assert not re.search(exactly(sentence), f"In short: {sentence}")
    assert exactly(2) == "^2$"


def test_only_what_has_a_name_is_named():
    assert named(near) == "near"
    assert named([1, 2]) is None


def test_lists_become_arrays_wherever_they_are():
    layers = [([[1, 2]], [3]), ([4], [5])]
    found = as_arrays({"W": [[1, 2]], "layers": layers, "pair": ([6], "max"), "shape": (2, 3)}, np.float32)
    same(found["W"], [[1, 2]], np.float32)
    assert type(found["layers"]) is list
    assert [type(layer) for layer in found["layers"]] == [tuple, tuple]
    same(found["layers"][1][0], [4], np.float32)
    same(found["pair"][0], [6], np.float32)
    assert found["pair"][1] == "max"
    assert found["shape"] == (2, 3)
    same(as_arrays([], np.float64), [])
    assert as_arrays(0.5, np.float32) == 0.5


def test_arrays_are_found_wherever_they_are():
    a, b, c = (np.full(1, i) for i in range(3))
    found = arrays_in(({"x": a, "y": [b, 2.0, "words"]}, (), c, None))
    assert [array is wanted for array, wanted in zip(found, (a, b, c), strict=True)] == [True] * 3
    assert arrays_in(a)[0] is a
    assert arrays_in(1.0) == []


@given(matrices(2, 3), matrices(3, 1, SMALL.map(float)))
def test_matrices_have_their_shape_and_their_entries(whole, floats):
    assert np.shape(whole) == (2, 3)
    assert np.shape(floats) == (3, 1)
    assert np.abs(whole).max() <= 8
    assert type(whole[0][0]) is int
    assert type(floats[0][0]) is float
