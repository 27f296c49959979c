"""What callers pass becomes arrays, or one sentence that says what was expected and what came."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse._shapes import as_binary, as_count, as_float, as_labels, as_number, check_rng, check_shape, look_up
from tests.dlcourse.helpers import exactly

LAWS = settings(max_examples=100, deadline=None, derandomize=True)


# ------------------------------------------------------------------ as_float


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_as_float_keeps_floating_dtypes_and_copies_nothing(dtype):
    given_array = np.array([[1, 2], [3, 4]], dtype)
    assert as_float("X", given_array) is given_array


@pytest.mark.parametrize("dtype", [bool, np.int8, np.int64, np.uint8, np.uint64])
def test_as_float_turns_integers_and_booleans_into_float64(dtype):
    given_array = np.array([0, 1], dtype)
    found = as_float("X", given_array)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [0.0, 1.0])
    assert given_array.dtype == dtype


@pytest.mark.parametrize("value", [3, 3.0, True, np.float64(3)])
def test_as_float_makes_an_array_without_axes_from_a_number(value):
    found = as_float("b", value)
    assert found.shape == ()
    assert found.dtype == np.float64
    assert found == value


@pytest.mark.parametrize("value", [[], (), [[], []], np.empty((0, 3), np.int32)])
def test_as_float_makes_float64_from_anything_empty(value):
    found = as_float("X", value)
    assert found.dtype == np.float64
    assert found.shape == np.shape(value)


def test_as_float_keeps_the_dtype_of_an_empty_float_array():
    assert as_float("X", np.empty((0, 2), np.float32)).dtype == np.float32


def test_as_float_keeps_infinities_and_nan():
    np.testing.assert_array_equal(as_float("X", [np.inf, -np.inf, np.nan, 1e308]), [np.inf, -np.inf, np.nan, 1e308])


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ([1j], "complex128"),
        (["a"], "<U1"),
        ([None], "object"),
        ([Fraction(1, 2)], "object"),
        (np.array(["2026-11-21"], "datetime64[D]"), "datetime64[D]"),
    ],
)
def test_as_float_refuses_what_is_no_real_number(value, dtype):
    with pytest.raises(TypeError, match=exactly(f"W must hold real numbers; got dtype {dtype}")):
        as_float("W", value)


def test_as_float_refuses_ragged_rows_without_showing_numpys_own_error():
    sentence = "X must be a rectangular array; got rows of different lengths"
    with pytest.raises(ValueError, match=exactly(sentence)) as caught:
        as_float("X", [[1], [1, 2]])
    assert caught.value.__suppress_context__


# --------------------------------------------------------------- check_shape


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((3,), ["d"]),
        ((3,), [("d", 3)]),
        ((2, 3), ["n", "d"]),
        ((2, 3), ["n", ("d", 3)]),
        ((2, 3), [("n", 2), ("d", 3)]),
        ((0, 3), ["n", ("d", 3)]),
        ((), ()),
        ((2, 3), (2, 3)),
        ((0, 3), ["n", 3]),
        ((7, 2, 3), ["...", 2, ("d", 3)]),
        ((3,), ["...", ("d", 3)]),
        ((2, 3), ["...", ("d", 3)]),
        ((5, 4, 2, 3), ["...", ("d", 3)]),
        ((5, 2, 3), ["...", ("t", 2), ("d", 3)]),
        ((), ["..."]),
        ((7, 8), ["..."]),
        ((), []),
    ],
)
def test_check_shape_is_silent_when_the_axes_fit(shape, axes):
    assert check_shape("X", np.zeros(shape), axes) is None


@pytest.mark.parametrize(
    ("shape", "axes", "sentence"),
    [
        ((2, 4), [("d", 3), "k"], "A must have shape (d=3, k); got (2, 4)"),
        ((4, 2), ["k", ("d", 3)], "A must have shape (k, d=3); got (4, 2)"),
        ((3, 2), [("d", 3), ("p", 4)], "A must have shape (d=3, p=4); got (3, 2)"),
        ((2, 3), (2, 4), "A must have shape (2, 4); got (2, 3)"),
        ((2, 3), (3, 2), "A must have shape (3, 2); got (2, 3)"),
        ((2, 1), (2,), "A must have shape (2,); got (2, 1)"),
        ((2,), (2, 1), "A must have shape (2, 1); got (2,)"),
        ((1,), (), "A must have shape (); got (1,)"),
        ((2, 3), ["n", 4, ("d", 3)], "A must have shape (n, 4, d=3); got (2, 3)"),
        ((), ["d"], "A must have shape (d,); got ()"),
        ((2, 3), ["d"], "A must have shape (d,); got (2, 3)"),
        ((4,), [("d", 3)], "A must have shape (d=3,); got (4,)"),
        ((3,), ["n", ("d", 3)], "A must have shape (n, d=3); got (3,)"),
        ((1, 2, 3), ["n", ("d", 3)], "A must have shape (n, d=3); got (1, 2, 3)"),
        ((), ["...", ("d", 3)], "A must have shape (..., d=3); got ()"),
        ((3, 2), ["...", ("d", 3)], "A must have shape (..., d=3); got (3, 2)"),
        ((3,), ["...", ("t", 2), ("d", 3)], "A must have shape (..., t=2, d=3); got (3,)"),
        ((5, 3, 2), ["...", ("t", 2), ("d", 3)], "A must have shape (..., t=2, d=3); got (5, 3, 2)"),
        ((1,), [], "A must have shape (); got (1,)"),
    ],
)
def test_check_shape_names_what_it_expected_and_what_came(shape, axes, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        check_shape("A", np.zeros(shape), axes)


@LAWS
@given(shape=st.lists(st.integers(0, 3), max_size=4), wanted=st.lists(st.integers(0, 3), max_size=3))
def test_check_shape_accepts_exactly_the_shapes_that_end_as_wanted(shape, wanted):
    axes = [("a", n) for n in wanted]
    for first, fits in (([], shape == wanted), (["..."], shape[max(0, len(shape) - len(wanted)) :] == wanted)):
        try:
            check_shape("X", np.zeros(shape), [*first, *axes])
        except ValueError:
            accepted = False
        else:
            accepted = True
        assert accepted == fits


# ----------------------------------------------------------------- as_binary


@pytest.mark.parametrize(
    "value", [[0, 1, 1], [0.0, 1.0, 1.0], [False, True, True], np.array([0, 1, 1], np.float32), [-0.0, 1, 1]]
)
def test_as_binary_returns_int64(value):
    found = as_binary("y", value)
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, [0, 1, 1])


def test_as_binary_keeps_the_shape_and_accepts_nothing_at_all():
    assert as_binary("mask", [[0, 1], [1, 0]]).shape == (2, 2)
    assert as_binary("y", 1).shape == ()
    assert as_binary("y", []).shape == (0,)
    assert as_binary("y", []).dtype == np.int64


def test_as_binary_returns_a_copy():
    labels = np.array([0, 1])
    as_binary("y", labels)[0] = 1
    np.testing.assert_array_equal(labels, [0, 1])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([0, 1, 2, 3], "2"),  # the first offender, not the last
        ([0, -1], "-1"),
        ([1, 0.5], "0.5"),
        ([[0, 1], [1, 7]], "7"),
        ([np.nan], "nan"),
        ([np.inf], "inf"),
        (3, "3"),
        ([1e308], "1e+308"),
    ],
)
def test_as_binary_shows_the_first_entry_that_is_neither(value, shown):
    with pytest.raises(ValueError, match=exactly(f"y must hold only 0 and 1; got {shown}")):
        as_binary("y", value)


def test_as_binary_refuses_text_as_as_float_does():
    with pytest.raises(TypeError, match=exactly("mask must hold real numbers; got dtype <U1")):
        as_binary("mask", ["1"])


# ----------------------------------------------------------------- as_labels


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64])
def test_as_labels_returns_int64(dtype):
    found = as_labels("y", np.array([[1, 0, 1]], dtype), 2)
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, [[1, 0, 1]])


def test_as_labels_accepts_the_first_and_the_last_class_and_no_labels_at_all():
    np.testing.assert_array_equal(as_labels("y", [0, 2], 3), [0, 2])
    assert as_labels("y", 0, 1).shape == ()
    for nothing in ([], np.empty((0, 4), np.uint8)):
        assert as_labels("y", nothing, 1).shape == np.shape(nothing)
        assert as_labels("y", nothing, 1).dtype == np.int64


def test_as_labels_returns_a_copy():
    labels = np.array([0, 1])
    as_labels("y", labels, 2)[0] = 1
    np.testing.assert_array_equal(labels, [0, 1])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([0, 3, 4], "3"),  # the first offender, not the last
        ([[0, -1]], "-1"),
        (np.array([255], np.uint8), "255"),
        (np.array([2**64 - 1], np.uint64), "18446744073709551615"),
        ([1_234_567], "1234567"),
    ],
)
def test_as_labels_shows_the_first_entry_that_is_no_class(value, shown):
    with pytest.raises(ValueError, match=exactly(f"y must hold labels from 0 to 2; got {shown}")):
        as_labels("y", value, 3)


@pytest.mark.parametrize("value", [[0.0, 1.0], [[0.5]], 1.0, np.array([1], np.float32)])
def test_as_labels_refuses_floats_even_whole_ones(value):
    with pytest.raises(TypeError, match=exactly(f"y must hold integer labels; got dtype {np.asarray(value).dtype}")):
        as_labels("y", value, 3)


def test_as_labels_refuses_text_and_ragged_rows_as_as_float_does():
    with pytest.raises(TypeError, match=exactly("y must hold real numbers; got dtype <U3")):
        as_labels("y", ["cat"], 3)
    with pytest.raises(ValueError, match=exactly("y must be a rectangular array; got rows of different lengths")):
        as_labels("y", [[1], [1, 2]], 3)


# ----------------------------------------------------------------- as_number


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.float64(2), np.int8(2), np.uint64(2), Fraction(2)])
def test_as_number_returns_pythons_own_float(value):
    found = as_number("lr", value, "[0, inf)")
    assert type(found) is float
    assert found == 2.0


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ("[0, 1)", [0, 0.5, np.nextafter(1, 0)], [1, 2, -5e-324, np.inf, -np.inf]),
        ("(0, 1]", [1, 0.5, 5e-324], [0, -0.0, -1, np.nextafter(1, 2)]),
        ("[0, 1]", [0, 1, 0.5], [-1e-9, 1 + 1e-9]),
        ("(0, 1)", [0.5], [0, 1]),
        ("[0, inf)", [0, 1e308], [np.inf, -1e-308]),
        ("[0, inf]", [0, np.inf], [-np.inf]),
        ("[-1, 1]", [-1, 0, 1], [-2, 2]),
    ],
)
def test_as_number_accepts_exactly_what_the_interval_holds(interval, inside, outside):
    assert [as_number("p", value, interval) for value in inside] == inside
    for value in [*outside, np.nan]:
        with pytest.raises(ValueError, match=exactly(f"p must lie in {interval}; got {value}")):
            as_number("p", value, interval)


@pytest.mark.parametrize("value", ["0.5", None, [0.5], np.array([0.5]), 1j])
def test_as_number_refuses_what_is_no_real_number(value):
    with pytest.raises(TypeError, match=exactly(f"beta must be a real number; got {value!r}")):
        as_number("beta", value, "[0, 1)")


# ------------------------------------------------------------------ as_count


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_as_count_returns_pythons_own_int(value):
    found = as_count("epochs", value)
    assert type(found) is int
    assert found == 3


def test_as_count_starts_at_0_unless_told_otherwise():
    assert as_count("epochs", 0) == 0
    assert as_count("batch_size", 1, least=1) == 1
    with pytest.raises(ValueError, match=exactly("epochs must be at least 0; got -1")):
        as_count("epochs", -1)
    with pytest.raises(ValueError, match=exactly("batch_size must be at least 1; got 0")):
        as_count("batch_size", 0, least=1)


@pytest.mark.parametrize("value", [2.0, "2", None, [2]])
def test_as_count_refuses_what_is_not_whole(value):
    with pytest.raises(TypeError, match=exactly(f"epochs must be a whole number; got {value!r}")) as caught:
        as_count("epochs", value)
    assert caught.value.__suppress_context__


# ----------------------------------------------------------------- check_rng


def test_check_rng_is_silent_for_a_generator():
    assert check_rng(np.random.default_rng(0)) is None


@pytest.mark.parametrize("value", [42, None, np.random])
def test_check_rng_says_how_to_make_a_generator(value):
    with pytest.raises(
        TypeError, match=exactly(f"rng must be a generator such as np.random.default_rng(0); got {value!r}")
    ):
        check_rng(value)


def test_what_is_looked_up_is_found_or_all_names_are_told():
    table = {"sgd": 1, "adam": 2}
    assert look_up("optimizer", "adam", table) == 2
    for value in ("Adam", None, ["sgd"]):
        with pytest.raises(ValueError, match=exactly(f"optimizer must be one of sgd, adam; got {value!r}")):
            look_up("optimizer", value, table)
