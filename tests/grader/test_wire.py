"""What crosses between the two sides of the split."""

import enum
import socket
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.grader import wire

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers()
PLAIN = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


def there_and_back(value, other=None, back=None):
    one, two = socket.socketpair()
    with one, two:
        sender = threading.Thread(target=wire.send, args=(one, wire.pack(value, other)))
        sender.start()
        received = wire.unpack(wire.receive(two), back)
        sender.join()
    return received


@given(PLAIN)
def test_plain_data_comes_back_as_it_was(value):
    assert repr(there_and_back(value)) == repr(value)  # nan, -0.0, and what is a tuple


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3), np.zeros((0, 3)), np.array(2.5), np.array([True, False]), np.array(["a", "가나"]),
        np.arange(6, dtype=np.uint8)[::2], np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array([1 + 2j]),
        np.array([np.nan, -np.inf], np.float32), np.array(["2026-01-02"], "M8[D]"), np.array([b"ab"]),
    ],
    ids=str,
)  # fmt: skip
def test_an_array_comes_back_with_its_shape_and_dtype(array):
    found = there_and_back([array])[0]
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()
    assert found.flags.writeable


def test_an_array_that_occurs_twice_is_one_array_there_too():
    array = np.zeros(3)
    one, other, third = there_and_back((array, {"again": array}, array.copy()))
    assert one is other["again"]
    assert third is not one


def test_arrays_of_objects_and_masked_arrays_come_back():
    found = there_and_back([np.array([None, "a", 2.5], object), np.ma.array([1, 2], mask=[False, True])])
    assert found[0].tolist() == [None, "a", 2.5]
    assert found[1].tolist() == [1, None]


def test_a_numpy_number_stays_one():
    found = there_and_back([np.float32(1.5), np.int64(3), np.bool_(True)])
    assert [type(one) for one in found] == [np.float32, np.int64, np.bool_]


def test_subclasses_come_back_as_what_they_are_made_of():
    class Colour(enum.IntEnum):
        RED = 1

    class Text(str):
        __slots__ = ()

    found = there_and_back([Colour.RED, Text("a"), type("Row", (tuple,), {})((1, 2)), type("D", (dict,), {})(a=1)])
    assert [type(one) for one in found] == [int, str, tuple, dict]


def test_what_is_not_plain_is_refused_or_stands_apart():
    with pytest.raises(wire.WireError, match="got a object"):
        wire.pack([object()])
    assert there_and_back([print, 1], lambda thing: thing.__name__, lambda name: f"<{name}>") == ["<print>", 1]


def test_containers_in_themselves_are_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(wire.WireError, match="nested at most 60 deep"):
        wire.pack(endless)


@pytest.mark.parametrize(
    "tree",
    [
        [1], {"l": 5}, {"q": 1}, {"a": ["|O", [1], 0]}, {"a": ["<f8", [1], 7]}, {"a": ["<f8", [10**12], 0]},
        {"a": ["<f8,<f8", [1], 0]}, {"d": [[{"l": []}, 1]]}, {"b": "zz"}, {"o": [[10**12], []]}, {"x": 1}, {},
        {"a": 1, "b": 2},
        {"g": {"a": ["<f8", [1], 0]}, "l": []}, {"i": "nothing"}, {"c": [1, 2, 3]}, {"m": [1]},
    ],
    ids=str,
)  # fmt: skip
def test_a_forged_tree_is_refused(tree):
    with pytest.raises(wire.WireError):
        wire.unpack(wire.Packed(tree, [np.zeros(3, np.uint8)]))


@pytest.mark.parametrize(
    "sent",
    [
        wire._HEAD.pack(wire.MOST_BYTES + 1, 0), wire._HEAD.pack(2, 2**32 - 1), wire._HEAD.pack(3, 0) + b"[1,",
        wire._HEAD.pack(2, 1) + b"[]" + wire._LENGTH.pack(2**60), wire._HEAD.pack(200_000, 0) + b"[" * 200_000,
    ],
    ids=range(5),
)  # fmt: skip
def test_a_forged_message_is_refused(sent):
    one, two = socket.socketpair()
    with one, two:
        threading.Thread(target=one.sendall, args=(sent,), daemon=True).start()
        with pytest.raises(wire.WireError):
            wire.receive(two)


def test_a_message_that_is_too_large_is_not_sent(monkeypatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)
    one, two = socket.socketpair()
    with one, two, pytest.raises(wire.WireError, match="at most 0 MB"):
        wire.send(one, wire.pack(np.zeros(1000)))


def test_an_end_of_the_other_side_is_told():
    one, two = socket.socketpair()
    one.close()
    with two:
        with pytest.raises(wire.Closed):
            wire.receive(two)
        with pytest.raises(wire.Closed):
            wire.send(two, wire.pack(1))
