"""The capstone by hand, by central differences, at extreme values, by its laws, and against PyTorch."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from dlcourse.activations import relu, softmax
from dlcourse.capstone import (
    confusion_matrix,
    evaluate,
    fit,
    flatten_scale,
    forward,
    init_params,
    loss_and_grads,
    summary,
    train_digits,
    train_test_split,
)
from dlcourse.losses import cross_entropy_with_logits
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, close, exactly, same, slopes

NAMES = ["W1", "b1", "W2", "b2"]


def generator(seed=0):
    return np.random.default_rng(seed)


def a_network(d=5, h=8, k=4, seed=0, dtype=np.float64):
    """Return parameters none of which is 0, biases included."""
    rng = generator(seed)
    shapes = {"W1": (d, h), "b1": (h,), "W2": (h, k), "b2": (k,)}
    return {name: rng.normal(0.2, 0.8, shape).astype(dtype) for name, shape in shapes.items()}


def a_batch(n=6, d=5, k=4, seed=1, dtype=np.float64):
    rng = generator(seed)
    return rng.normal(0, 1, (n, d)).astype(dtype), rng.integers(0, k, n)


def fixed(*arrays):
    """Return arrays that nobody can write to."""
    for array in arrays:
        array.flags.writeable = False
    return arrays


# -------------------------------------------------------------- flatten_scale


def test_images_are_laid_out_row_by_row():
    images = np.array([[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 16]]])
    same(flatten_scale(images, 16), np.array([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 16]]) / 16)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool, np.float64])
def test_whole_pixels_become_numbers_from_0_to_1(dtype):
    images = np.array([[[0, 1], [1, 0]]], dtype)
    same(flatten_scale(images, 255), [[0.0, 1 / 255, 1 / 255, 0.0]])


def test_bytes_do_not_wrap_around():
    same(flatten_scale(np.full((1, 1, 2), 255, np.uint8), 255), [[1.0, 1.0]])


def test_float32_pixels_stay_float32():
    same(flatten_scale(np.array([[[1.0, 2.0]]], np.float32), np.float64(4)), [[0.25, 0.5]], np.float32)


def test_an_image_all_black_stays_black():
    same(flatten_scale(np.zeros((2, 3, 3)), 16), np.zeros((2, 9)))


def test_the_scale_is_a_constant_and_not_the_brightest_pixel():
    dark = flatten_scale(np.array([[[1, 2]], [[8, 16]]]), 16)
    same(dark, [[1 / 16, 1 / 8], [0.5, 1.0]])


@pytest.mark.parametrize(
    ("shape", "flat"), [((0, 8, 8), (0, 64)), ((1, 28, 28), (1, 784)), ((3, 0, 8), (3, 0)), ((0, 0, 0), (0, 0))]
)
def test_any_number_of_images_will_do(shape, flat):
    assert flatten_scale(np.zeros(shape, np.uint8), 16).shape == flat


def test_images_are_left_as_they_were():
    for dtype in (np.uint8, np.float64):
        [images] = fixed(np.arange(8).reshape(2, 2, 2).astype(dtype))
        found = flatten_scale(images, 1.0)
        assert not np.shares_memory(found, images)
        same(found, np.arange(8.0).reshape(2, 4))


@pytest.mark.parametrize(
    ("images", "max_value", "kind", "sentence"),
    [
        (np.zeros((2, 64)), 16, ValueError, "images must have shape (n, height, width); got (2, 64)"),
        (np.zeros((2, 8, 8, 3)), 16, ValueError, "images must have shape (n, height, width); got (2, 8, 8, 3)"),
        ([[["a"]]], 16, TypeError, "images must hold real numbers; got dtype <U1"),
        ([[[1.0]]], 0, ValueError, "max_value must lie in (0, inf); got 0"),
        ([[[1.0]]], -1, ValueError, "max_value must lie in (0, inf); got -1"),
        ([[[1.0]]], math.inf, ValueError, "max_value must lie in (0, inf); got inf"),
        ([[[1.0]]], "16", TypeError, "max_value must be a real number; got '16'"),
    ],
)
def test_flatten_scale_says_what_is_wrong(images, max_value, kind, sentence):
    with pytest.raises(kind, match=exactly(sentence)):
        flatten_scale(images, max_value)


# ----------------------------------------------------------- train_test_split


@LAWS
@given(st.integers(0, 30), st.sampled_from([0.0, 0.2, 0.25, 0.5, 0.9, 1.0]), st.integers(0, 5))
def test_every_sample_is_dealt_to_one_part_with_its_label(n, share, seed):
    X, y = np.arange(n * 6).reshape(n, 2, 3), np.arange(n) * 10
    X_train, y_train, X_test, y_test = train_test_split(X, y, share, generator(seed))
    assert X_test.shape == (round(share * n), 2, 3)
    assert X_train.shape == (n - round(share * n), 2, 3)
    assert sorted([*y_train, *y_test]) == y.tolist()
    same(X_train, X[y_train // 10], X.dtype)
    same(X_test, X[y_test // 10], X.dtype)


@pytest.mark.parametrize(
    ("n", "share", "tests"), [(10, 0.2, 2), (7, 0.5, 4), (5, 0.5, 2), (10, 0.26, 3), (10, 0.24, 2), (1, 0.4, 0)]
)
def test_the_number_of_test_samples_is_rounded(n, share, tests):
    parts = train_test_split(np.zeros((n, 1)), np.zeros(n), share, generator())
    assert [len(part) for part in parts] == [n - tests, n - tests, tests, tests]


def test_chance_and_nothing_else_decides():
    X, y = np.arange(200).reshape(200, 1), np.arange(200)
    first, again, other = (train_test_split(X, y, 0.25, generator(seed))[1] for seed in (0, 0, 1))
    same(first, again, y.dtype)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, np.sort(first))
    # 150 of 200: each quarter of the data gives some to the test
    assert all(0 < ((first // 50) == quarter).sum() < 50 for quarter in range(4))


def test_dtypes_and_inputs_are_kept():
    X, y = fixed(np.arange(8, dtype=np.uint8).reshape(4, 2), np.array(["a", "b", "c", "d"]))
    X_train, y_train, X_test, y_test = train_test_split(X, y, 0.5, generator())
    assert (X_train.dtype, X_test.dtype) == (np.uint8, np.uint8)
    assert sorted([*y_train, *y_test]) == ["a", "b", "c", "d"]
    for part in (X_train, X_test):
        assert not np.shares_memory(part, X)


@pytest.mark.parametrize(
    ("X", "y", "share", "rng", "kind", "sentence"),
    [
        ([[1], [2]], [1], 0.5, generator(), ValueError, "y must have shape (n=2,); got (1,)"),
        ([[1], [2]], [[1]], 0.5, generator(), ValueError, "y must have shape (n=2, 1); got (1, 1)"),
        ([[1], [2]], 1, 0.5, generator(), ValueError, "y must have shape (n=2,); got ()"),
        (3, [1], 0.5, generator(), ValueError, "X must have shape (n,); got ()"),
        ([[1], [2]], [1, 2], 1.1, generator(), ValueError, "test_fraction must lie in [0, 1]; got 1.1"),
        ([[1], [2]], [1, 2], -0.1, generator(), ValueError, "test_fraction must lie in [0, 1]; got -0.1"),
        (
            [[1], [2]],
            [1, 2],
            0.5,
            0,
            TypeError,
            "rng must be a generator such as np.random.default_rng(0); got 0",
        ),
    ],
)
def test_train_test_split_says_what_is_wrong(X, y, share, rng, kind, sentence):
    with pytest.raises(kind, match=exactly(sentence)):
        train_test_split(X, y, share, rng)


# ------------------------------------------------------- init_params, summary


def test_the_first_weights_are_uniform_within_glorots_limits():
    params = init_params(generator(), 300, 200, 100)
    assert list(params) == NAMES
    for name, shape in (("W1", (300, 200)), ("W2", (200, 100))):
        W, limit = params[name], math.sqrt(6 / sum(shape))
        assert W.shape == shape
        assert W.dtype == np.float64
        assert 0.999 * limit < np.abs(W).max() <= limit
        # six standard deviations, at least 20,000 draws
        assert abs(W.mean()) < 6 * limit / math.sqrt(3 * W.size)
        assert abs(W.std() * math.sqrt(3) / limit - 1) < 0.02
        assert len(np.unique(W)) == W.size
    same(params["b1"], np.zeros(200))
    same(params["b2"], np.zeros(100))


def test_the_same_generator_gives_the_same_weights():
    first, again, other = (init_params(generator(seed), 4, 3, 2) for seed in (0, 0, 1))
    for name in NAMES:
        same(first[name], again[name])
    for name in ("W1", "W2"):
        assert not np.array_equal(first[name], other[name])
    assert not np.array_equal(init_params(generator(), 3, 3, 3)["W1"], init_params(generator(), 3, 3, 3)["W2"])


def test_one_of_each_will_do():
    assert {name: w.shape for name, w in init_params(generator(), 1, 1, 1).items()} == {
        "W1": (1, 1),
        "b1": (1,),
        "W2": (1, 1),
        "b2": (1,),
    }


@pytest.mark.parametrize(
    ("sizes", "kind", "sentence"),
    [
        ((0, 2, 3), ValueError, "n_in must be at least 1; got 0"),
        ((1, 0, 3), ValueError, "n_hidden must be at least 1; got 0"),
        ((1, 2, 0), ValueError, "n_out must be at least 1; got 0"),
        ((1.5, 2, 3), TypeError, "n_in must be a whole number; got 1.5"),
        ((1, "2", 3), TypeError, "n_hidden must be a whole number; got '2'"),
        ((1, 2, None), TypeError, "n_out must be a whole number; got None"),
    ],
)
def test_sizes_that_cannot_be_are_named(sizes, kind, sentence):
    with pytest.raises(kind, match=exactly(sentence)):
        init_params(generator(), *sizes)


def test_init_params_wants_a_generator():
    sentence = "rng must be a generator such as np.random.default_rng(0); got 0"
    with pytest.raises(TypeError, match=exactly(sentence)):
        init_params(0, 1, 2, 3)


@pytest.mark.parametrize(
    ("sizes", "counts"),
    [
        ((784, 128, 10), (100_480, 1_290, 101_770)),  # 784 * 128 + 128, 128 * 10 + 10
        ((64, 128, 10), (8_320, 1_290, 9_610)),
        ((1, 1, 1), (2, 2, 4)),
        ((2, 3, 5), (9, 20, 29)),
    ],
)
def test_summary_by_hand(sizes, counts):
    found = summary(init_params(generator(), *sizes))
    assert found == dict(zip(("dense", "dense_1", "total"), counts, strict=True))
    assert {type(count) for count in found.values()} == {int}


GOOD = {"W1": np.ones((2, 3)), "b1": np.ones(3), "W2": np.ones((3, 4)), "b2": np.ones(4)}
NETWORK_CALLS = {
    "summary": summary,
    "forward": lambda params: forward(params, np.ones((1, 2))),
    "loss_and_grads": lambda params: loss_and_grads(params, np.ones((1, 2)), [0], training=False),
    "evaluate": lambda params: evaluate(params, np.ones((1, 2)), [0]),
}


@pytest.mark.parametrize("call", NETWORK_CALLS.values(), ids=NETWORK_CALLS)
@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        ({"W1": np.ones(2)}, ValueError, "W1 must have shape (d, h); got (2,)"),
        ({"b1": np.ones(2)}, ValueError, "b1 must have shape (h=3,); got (2,)"),
        ({"b1": np.ones((1, 3))}, ValueError, "b1 must have shape (h=3,); got (1, 3)"),
        ({"W2": np.ones((2, 4))}, ValueError, "W2 must have shape (h=3, k); got (2, 4)"),
        ({"b2": np.ones(3)}, ValueError, "b2 must have shape (k=4,); got (3,)"),
        ({"W1": [["a"]]}, TypeError, "W1 must hold real numbers; got dtype <U1"),
        ({"b2": [None]}, TypeError, "b2 must hold real numbers; got dtype object"),
        ({"W3": 1}, ValueError, "params must hold W1, b1, W2 and b2; got W1, b1, W2, b2, W3"),
    ],
)
def test_parameters_that_do_not_fit_are_named(call, change, kind, sentence):
    with pytest.raises(kind, match=exactly(sentence)):
        call(GOOD | change)
    with pytest.raises(ValueError, match=exactly("params must hold W1, b1, W2 and b2; got W1, b1")):
        call({"W1": GOOD["W1"], "b1": GOOD["b1"]})


# -------------------------------------------------------------------- forward


def test_forward_by_hand():
    # z = (2 - 1, -4 + 1) + (0.5, 0) = (1.5, -3), h = (1.5, 0), logits = (1.5 log 2 + 0, log 2 * 1.5 + log 3)
    ln2, ln3 = math.log(2), math.log(3)
    params = {"W1": [[1.0, -2.0], [-1.0, 1.0]], "b1": [0.5, 0.0], "W2": [[ln2, ln2], [5.0, 7.0]], "b2": [0.0, ln3]}
    probs, kept = forward(params, [[2.0, 1.0]])
    close(kept["z"], [[1.5, -3.0]])
    close(kept["h"], [[1.5, 0.0]])
    close(kept["scale"], [[1.0, 1.0]])
    close(kept["logits"], [[1.5 * ln2, 1.5 * ln2 + ln3]])
    close(probs, [[1 / 4, 3 / 4]])


def test_forward_is_the_formula():
    params, (X, _) = a_network(), a_batch()
    h = np.maximum(X @ params["W1"] + params["b1"], 0)
    e = np.exp(h @ params["W2"] + params["b2"])
    close(forward(params, X)[0], e / e.sum(1, keepdims=True))


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("n", [0, 1, 6])
def test_any_number_of_samples_will_do(n, training):
    probs, kept = forward(a_network(), a_batch(n)[0], 0.3, training, generator())
    assert probs.shape == kept["logits"].shape == (n, 4)
    assert kept["z"].shape == kept["h"].shape == kept["scale"].shape == (n, 8)
    close(probs.sum(1), np.ones(n))


def test_in_training_hidden_units_are_dropped_after_the_relu():
    params, X = a_network(h=500), a_batch(40)[0]
    probs, kept = forward(params, X, rate=0.3, training=True, rng=generator(3))
    plain = relu(kept["z"])
    # 20,000 units: six standard deviations are 0.0195
    assert abs((kept["scale"] == 0).mean() - 0.3) < 0.0195
    close(np.unique(kept["scale"]), [0.0, 1 / 0.7])
    close(kept["h"], plain * kept["scale"])
    close(kept["logits"], kept["h"] @ params["W2"] + params["b2"])
    close(probs, softmax(kept["logits"]))
    assert len(np.unique(kept["scale"].sum(0))) > 1  # not whole columns
    assert len(np.unique(kept["scale"].sum(1))) > 1  # nor whole rows


def test_the_rate_is_0_2_unless_one_says_so():
    kept = forward(a_network(h=500), a_batch(40)[0], training=True, rng=generator(3))[1]
    assert abs((kept["scale"] == 0).mean() - 0.2) < 0.017
    for call in (forward, loss_and_grads, fit):
        assert inspect.signature(call).parameters["rate"].default == 0.2
    assert inspect.signature(forward).parameters["training"].default is False
    assert inspect.signature(loss_and_grads).parameters["training"].default is True


def test_after_training_rate_and_generator_do_not_matter():
    params, (X, _) = a_network(), a_batch()
    rng = generator()
    wanted = forward(params, X)[0]
    for rate in (0.0, 0.5, 1.0):
        same(forward(params, X, rate, False, rng)[0], wanted)
        same(forward(params, X, rate, rng=None)[0], wanted)
    assert rng.bit_generator.state == generator().bit_generator.state
    same(forward(params, X, 0.0, True, generator())[0], wanted)


def test_the_same_generator_drops_the_same_units():
    params, (X, _) = a_network(), a_batch()
    first, again, other = (forward(params, X, 0.5, True, generator(seed))[0] for seed in (0, 0, 1))
    same(first, again)
    assert not np.array_equal(first, other)


def test_at_rate_1_only_the_last_bias_speaks():
    params, (X, _) = a_network(), a_batch()
    probs, kept = forward(params, X, 1.0, True, generator())
    same(kept["h"], np.zeros((6, 8)))
    close(probs, np.tile(softmax(params["b2"]), (6, 1)))


def test_forward_at_extreme_values():
    params = a_network() | {"b2": np.array([1000.0, -1000.0, 0.0, 0.0])}
    close(forward(params, a_batch()[0])[0], np.tile([1.0, 0.0, 0.0, 0.0], (6, 1)))
    for size in (1000.0, -1000.0):
        probs = forward(a_network(), np.full((2, 5), size))[0]
        assert np.isfinite(probs).all()
        close(probs.sum(1), [1.0, 1.0])


def test_forward_takes_whole_numbers():
    params = {name: np.round(3 * w).astype(np.int64) for name, w in a_network().items()}
    X = np.arange(10).reshape(2, 5)
    floats = {name: w.astype(float) for name, w in params.items()}
    same(forward(params, X)[0], forward(floats, X.astype(float))[0])


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("shape", [(5,), (4,), (2, 4), (1, 2, 5), (5, 2), ()])
def test_samples_of_another_shape_are_named(shape, training):
    for call in (
        lambda X: forward(a_network(), X, 0.2, training, generator()),
        lambda X: loss_and_grads(a_network(), X, [0, 0], 0.2, training, generator()),
    ):
        with pytest.raises(ValueError, match=exactly(f"X must have shape (n, d=5); got {shape}")):
            call(np.ones(shape))
    with pytest.raises(ValueError, match=exactly(f"X must have shape (n, d=5); got {shape}")):
        evaluate(a_network(), np.ones(shape), [0, 0])


def test_samples_that_are_no_numbers_are_named():
    X, params = np.full((2, 5), "a"), a_network()
    for call in (
        lambda: forward(params, X),
        lambda: loss_and_grads(params, X, [0, 0], training=False),
        lambda: evaluate(params, X, [0, 0]),
        lambda: train_digits(X, [0, 0], 0),
    ):
        with pytest.raises(TypeError, match=exactly("X must hold real numbers; got dtype <U1")):
            call()


def test_in_training_a_generator_and_a_rate_are_needed():
    params, (X, y) = a_network(), a_batch()
    for call in (
        lambda rate, rng: forward(params, X, rate, True, rng),
        lambda rate, rng: loss_and_grads(params, X, y, rate, rng=rng),
    ):
        sentence = "rng must be a generator such as np.random.default_rng(0); got None"
        with pytest.raises(TypeError, match=exactly(sentence)):
            call(0.5, None)
        for rate in (-0.1, 1.1, math.nan):
            with pytest.raises(ValueError, match=exactly(f"rate must lie in [0, 1]; got {rate}")):
                call(rate, generator())


# ------------------------------------------------------------- loss_and_grads


def test_loss_and_gradients_by_hand():
    # h = 2 * 1 = 2; logits 0, so p = (1/2, 1/2) and dlogits = p - (0, 1) = (1/2, -1/2);
    # dW2 = h dlogits, dh = 3 / 2 - 1 / 2 = 1, dW1 = 2 * 1
    params = {"W1": [[1.0]], "b1": [0.0], "W2": [[3.0, 1.0]], "b2": [-6.0, -2.0]}
    loss, grads = loss_and_grads(params, [[2.0]], [1], training=False)
    assert loss == pytest.approx(math.log(2), abs=1e-15)
    assert type(loss) is float
    assert list(grads) == NAMES
    close(grads["W1"], [[2.0]])
    close(grads["b1"], [1.0])
    close(grads["W2"], [[1.0, -1.0]])
    close(grads["b2"], [0.5, -0.5])


def test_a_network_of_zeros_loses_log_k():
    params = {name: np.zeros_like(w) for name, w in a_network(k=10).items()}
    loss, grads = loss_and_grads(params, *a_batch(k=10), training=False)
    assert loss == pytest.approx(math.log(10))
    close(grads["b1"], np.zeros(8))


@pytest.mark.parametrize(("n", "d", "h", "k"), [(6, 5, 8, 4), (1, 5, 8, 4), (4, 4, 4, 4), (3, 1, 1, 2)])
@pytest.mark.parametrize(("rate", "training"), [(0.4, True), (0.0, True), (0.4, False), (1.0, True)])
def test_the_gradient_is_the_derivative_of_the_loss_by_the_same_mask(n, d, h, k, rate, training):
    params, (X, y) = a_network(d, h, k, seed=2), a_batch(n, d, k)

    def loss_of(params):
        probs = forward(params, X, rate, training, generator(11))[0]
        return -np.log(probs[np.arange(n), y]).sum() / n

    loss, grads = loss_and_grads(params, X, y, rate, training, generator(11))
    assert loss == pytest.approx(loss_of(params), rel=1e-12)
    assert list(grads) == NAMES
    for name, w in params.items():
        wanted = slopes(lambda w, name=name: loss_of(params | {name: w}), w)
        close(grads[name], wanted, 1e-7 * max(np.abs(wanted).max(), 1e-2))  # with rate 1 some are 0


def test_dropout_is_on_by_default_and_off_on_request():
    params, (X, y) = a_network(), a_batch()
    plain = loss_and_grads(params, X, y, training=False)[0]
    assert loss_and_grads(params, X, y, rng=generator())[0] != plain
    assert loss_and_grads(params, X, y, 0.9, False, generator())[0] == plain
    first, again = (loss_and_grads(params, X, y, 0.5, rng=generator(2)) for _ in range(2))
    assert first[0] == again[0]
    for name in NAMES:
        same(first[1][name], again[1][name])


def test_one_mask_is_drawn_and_no_other():
    params, (X, y) = a_network(), a_batch()
    once, twice = generator(), generator()
    loss_and_grads(params, X, y, 0.5, True, once)
    forward(params, X, 0.5, True, twice)
    assert once.bit_generator.state == twice.bit_generator.state


@pytest.mark.parametrize("size", [1e3, 1e6])
def test_saturated_outputs_cost_what_they_should(size):
    # h = 1; logits (size, -size): the wrong class costs 2 * size
    params = {"W1": [[1.0]], "b1": [0.0], "W2": [[size, -size]], "b2": [0.0, 0.0]}
    loss, grads = loss_and_grads(params, [[1.0], [1.0]], [0, 1], training=False)
    assert loss == size
    close(grads["b2"], [0.5, -0.5])
    close(grads["W1"], [[size]])
    assert evaluate(params, [[1.0], [1.0]], [0, 1]) == (size, 0.5)


def test_the_loss_is_a_mean_over_samples():
    params, (X, y) = a_network(), a_batch()
    loss, grads = loss_and_grads(params, X, y, training=False)
    doubled = loss_and_grads(params, np.tile(X, (2, 1)), np.tile(y, 2), training=False)
    assert doubled[0] == pytest.approx(loss)
    for name in NAMES:
        close(doubled[1][name], grads[name])


@pytest.mark.parametrize(
    ("n", "y", "kind", "sentence"),
    [
        (0, [], ValueError, "X must hold at least one sample; got none"),
        (1, [4], ValueError, "y must hold labels from 0 to 3; got 4"),
        (1, [-1], ValueError, "y must hold labels from 0 to 3; got -1"),
        (2, [1], ValueError, "y must have shape (n=2,); got (1,)"),
        (1, [1.0], TypeError, "y must hold integer labels; got dtype float64"),
    ],
)
def test_labels_that_do_not_fit_are_named(n, y, kind, sentence):
    X = np.ones((n, 5))
    with pytest.raises(kind, match=exactly(sentence)):
        loss_and_grads(a_network(), X, y, training=False)
    with pytest.raises(kind, match=exactly(sentence)):
        evaluate(a_network(), X, y)


# ------------------------------------------------------------------------ fit


class Probe:
    """A loss of 1, 2, 3, ... from call to call, with given gradients, that writes down what it was asked."""

    def __init__(self, gradient=lambda t, name, shape: np.ones(shape)):
        self.gradient, self.batches, self.options, self.seen = gradient, [], [], []

    def __call__(self, params, X, y, **options):
        self.batches.append((X.copy(), y.copy()))
        self.options.append(options)
        self.seen.append({name: w.copy() for name, w in params.items()})
        t = len(self.batches)
        return np.float64(t), {name: self.gradient(t, name, np.shape(w)) for name, w in params.items()}


def probed(epochs=3, batch_size=16, n=50, probe=None, lr=0.01, seed=0, params=None, **options):
    probe = probe or Probe()
    X, y = np.arange(2.0 * n).reshape(n, 2), np.arange(n)
    params = params or {"w": np.array([1.0, -2.0]), "b": np.array(3.0)}
    rng = generator(seed)
    new, history = fit(params, X, y, probe, epochs, batch_size, lr, rng, **options)
    return probe, new, history, rng


def test_each_epoch_deals_all_samples_in_batches_and_keeps_the_small_one():
    probe, _, _, _ = probed()
    assert [len(X) for X, _ in probe.batches] == 3 * [16, 16, 16, 2]
    orders = []
    for epoch in range(3):
        batches = probe.batches[4 * epoch : 4 * epoch + 4]
        X, y = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        assert sorted(y.tolist()) == list(range(50))
        close(X, np.column_stack([2 * y, 2 * y + 1]))  # samples keep their labels
        orders.append(y.tolist())
    assert len({tuple(order) for order in [*orders, list(range(50))]}) == 4


def test_the_loss_is_called_as_the_docstring_says():
    probe, _, _, rng = probed(rate=0.35)
    assert len(probe.options) == 12
    for options in probe.options:
        assert options.keys() == {"rate", "training", "rng"}
        assert options["rate"] == 0.35
        assert options["training"] is True
        assert options["rng"] is rng
    assert probed()[0].options[0]["rate"] == 0.2


def test_the_history_weighs_each_batch_by_its_size():
    # losses 1, 2, 3, 4, of 16, 16, 16 and 2 samples: (16 + 32 + 48 + 8) / 50
    history = probed()[2]
    assert history == [104 / 50, (16 * 5 + 16 * 6 + 16 * 7 + 2 * 8) / 50, (16 * 9 + 16 * 10 + 16 * 11 + 2 * 12) / 50]
    assert {type(loss) for loss in history} == {float}


def test_a_constant_gradient_moves_by_lr_in_every_batch():
    # m_hat = g and v_hat = g**2 in every step, if the state lives on from epoch to epoch
    for size in (1.0, -0.5, 100.0):
        _, new, _, _ = probed(probe=Probe(lambda t, name, shape, size=size: np.full(shape, size)))
        far = 12 * 0.01 * size / (abs(size) + 1e-7)
        close(new["w"], np.array([1.0, -2.0]) - far)
        close(new["b"], np.array(3.0 - far))


def adam_by_hand(w, gradients, lr, eps=1e-7):
    """Return the weights after Adam's steps, from the closed form of its two means."""
    for t in range(1, len(gradients) + 1):
        ages = np.arange(t)[::-1]
        m = sum(0.1 * 0.9**age * g for age, g in zip(ages, gradients, strict=False)) / (1 - 0.9**t)
        v = sum(0.001 * 0.999**age * g**2 for age, g in zip(ages, gradients, strict=False)) / (1 - 0.999**t)
        w = w - lr * m / (np.sqrt(v) + eps)
    return w


@pytest.mark.parametrize("scale", [1.0, 1e-7])  # the smaller one tells where eps stands and how large it is
def test_adam_goes_on_from_epoch_to_epoch_with_a_state_for_each_parameter(scale):
    drawn = {"w": scale * generator(5).normal(0, 1, (12, 2)), "b": scale * generator(6).normal(0, 1, 12)}
    probe = Probe(lambda t, name, shape: drawn[name][t - 1])
    _, new, _, _ = probed(probe=probe)
    close(new["w"], adam_by_hand(np.array([1.0, -2.0]), drawn["w"], 0.01))
    close(new["b"], adam_by_hand(np.array(3.0), drawn["b"], 0.01))
    # every batch sees the weights that the batch before it left
    for t in range(12):
        close(probe.seen[t]["w"], adam_by_hand(np.array([1.0, -2.0]), drawn["w"][:t], 0.01))


def test_the_start_is_left_as_it_was_and_the_end_is_new():
    params = dict(zip(("w", "b"), fixed(np.array([1.0, -2.0]), np.array(3.0)), strict=True))
    for epochs in (0, 1):
        _, new, history, _ = probed(epochs=epochs, params=params, lr=0.0)
        assert list(new) == ["w", "b"]
        for name, w in params.items():
            same(new[name], w)
            assert not np.shares_memory(new[name], w)
            new[name][...] = 9.0
        assert len(history) == epochs
        same(params["w"], [1.0, -2.0])


def test_whole_numbers_are_a_start_too_and_float32_stays():
    start = {"w": [1, -2], "b": 3}
    same(probed(params=start, epochs=1)[1]["w"], probed(epochs=1)[1]["w"])
    assert start == {"w": [1, -2], "b": 3}
    floats = {"w": np.ones(2, np.float32)}
    probe = Probe(lambda t, name, shape: np.ones(shape, np.float32))
    assert probed(params=floats, epochs=2, probe=probe)[1]["w"].dtype == np.float32


@pytest.mark.parametrize(("n", "batch_size", "sizes"), [(1, 16, [1]), (3, 1, [1, 1, 1]), (3, 3, [3]), (4, 3, [3, 1])])
def test_any_batch_size_will_do(n, batch_size, sizes):
    probe, _, history, _ = probed(epochs=1, n=n, batch_size=batch_size)
    assert [len(X) for X, _ in probe.batches] == sizes
    assert len(history) == 1


def test_without_an_epoch_nothing_is_drawn_or_asked():
    probe, _, history, rng = probed(epochs=0)
    assert (probe.batches, history) == ([], [])
    assert rng.bit_generator.state == generator().bit_generator.state


def test_the_same_seed_gives_the_same_training():
    params, (X, y) = a_network(), a_batch(20)
    first, again, other = (
        fit(params, X, y, loss_and_grads, 3, 8, 0.01, generator(seed), rate=0.5) for seed in (0, 0, 1)
    )
    assert first[1] == again[1] != other[1]
    for name in NAMES:
        same(first[0][name], again[0][name])
        assert not np.array_equal(first[0][name], other[0][name])


def test_a_network_learns_three_clouds():
    rng = generator(4)
    y = np.repeat([0, 1, 2], 40)
    X = np.array([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]])[y] + rng.normal(0, 0.4, (120, 2))
    start = init_params(rng, 2, 16, 3)
    params, history = fit(start, X, y, loss_and_grads, 15, 16, 0.02, rng)
    assert history[-1] < history[0] / 3
    loss, right = evaluate(params, X, y)
    assert right > 0.95
    assert loss < evaluate(start, X, y)[0] / 3


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        ({"X": np.empty((0, 5)), "y": []}, ValueError, "X must hold at least one sample; got none"),
        ({"X": 1.0}, ValueError, "X must have shape (n,); got ()"),
        ({"X": np.ones((6, 4))}, ValueError, "X must have shape (n, d=5); got (6, 4)"),
        ({"y": [0]}, ValueError, "y must have shape (n=6,); got (1,)"),
        ({"y": [0, 1, 2, 3, 3, 4]}, ValueError, "y must hold labels from 0 to 3; got 4"),
        ({"epochs": -1}, ValueError, "epochs must be at least 0; got -1"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number; got 1.5"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1; got 0"),
        ({"lr": -0.1}, ValueError, "lr must lie in [0, inf); got -0.1"),
        ({"lr": math.nan}, ValueError, "lr must lie in [0, inf); got nan"),
        ({"rate": 1.5}, ValueError, "rate must lie in [0, 1]; got 1.5"),
        ({"rng": None}, TypeError, "rng must be a generator such as np.random.default_rng(0); got None"),
        ({"params": {"W1": "a"}}, TypeError, "W1 must hold real numbers; got dtype <U1"),
        ({"params": {"W1": 1.0}}, ValueError, "params must hold W1, b1, W2 and b2; got W1"),
    ],
)
def test_fit_says_what_is_wrong(change, kind, sentence):
    X, y = a_batch()
    given = {"params": a_network(), "X": X, "y": y, "loss_and_grads": loss_and_grads}
    given |= {"epochs": 1, "batch_size": 6, "lr": 0.01, "rng": generator()}
    with pytest.raises(kind, match=exactly(sentence)):
        fit(**given | change)


def test_fit_wants_a_generator_even_for_no_epoch():
    with pytest.raises(TypeError, match="rng must be a generator"):
        fit(a_network(), *a_batch(), loss_and_grads, 0, 6, 0.01, 0)


# ------------------------------------------------------------------- evaluate


def test_evaluate_by_hand():
    # logits (log 3, 0): the first class has probability 3/4; of three samples two are of that class
    params = {"W1": [[0.0]], "b1": [1.0], "W2": [[math.log(3), 0.0]], "b2": [0.0, 0.0]}
    loss, right = evaluate(params, [[5.0], [6.0], [7.0]], [0, 1, 0])
    assert loss == pytest.approx((2 * math.log(4 / 3) + math.log(4)) / 3, abs=1e-15)
    assert right == 2 / 3
    assert (type(loss), type(right)) == (float, float)


def test_evaluate_drops_nothing():
    params, (X, y) = a_network(), a_batch(30)
    probs = forward(params, X)[0]
    for _ in range(2):
        loss, right = evaluate(params, X, y)
        assert loss == pytest.approx(-np.log(probs[np.arange(30), y]).mean())
        assert right == np.mean(probs.argmax(1) == y)
    assert loss == loss_and_grads(params, X, y, training=False)[0]


def test_evaluate_of_one_sample_is_all_or_nothing():
    params, (X, _) = a_network(), a_batch(1)
    best = int(forward(params, X)[0].argmax())
    assert [evaluate(params, X, [y])[1] for y in range(4)] == [float(y == best) for y in range(4)]


# ----------------------------------------------------------- confusion_matrix


def test_confusion_matrix_by_hand():
    # 2 was taken for 0 twice
    found = confusion_matrix([0, 2, 2, 1, 2], [0, 0, 0, 1, 2], 3)
    same(found, [[1, 0, 0], [0, 1, 0], [2, 0, 1]], np.int64)


def test_absent_classes_have_rows_and_columns_of_zeros():
    same(confusion_matrix([1], [3], 4), [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]], np.int64)
    same(confusion_matrix([], [], 2), [[0, 0], [0, 0]], np.int64)
    same(confusion_matrix([0, 0], [0, 0], 1), [[2]], np.int64)


@LAWS
@given(st.integers(1, 20), st.integers(0, 40), st.integers(0, 9))
def test_every_sample_is_counted_once(k, n, seed):
    rng = generator(seed)
    true, pred = rng.integers(0, k, n), rng.integers(0, k, n)
    found = confusion_matrix(true, pred, k)
    assert found.shape == (k, k)
    for t in range(k):
        for p in range(k):
            assert found[t, p] == sum(1 for pair in zip(true, pred, strict=True) if pair == (t, p))
    same(confusion_matrix(pred, true, k), found.T, np.int64)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
def test_small_integers_do_not_wrap_around(dtype):
    true, pred = fixed(np.array([1, 1, 0], dtype), np.array([1, 0, 1], dtype))
    wide = confusion_matrix(true, pred, 100)
    assert wide.dtype == np.int64
    assert wide.sum() == 3
    assert (wide[1, 1], wide[1, 0], wide[0, 1]) == (1, 1, 1)
    if dtype == np.uint8:
        assert confusion_matrix(np.array([99], dtype), np.array([98], dtype), 100)[99, 98] == 1


@pytest.mark.parametrize(
    ("true", "pred", "k", "kind", "sentence"),
    [
        ([0], [0], 0, ValueError, "num_classes must be at least 1; got 0"),
        ([0], [0], 2.0, TypeError, "num_classes must be a whole number; got 2.0"),
        ([2], [0], 2, ValueError, "y_true must hold labels from 0 to 1; got 2"),
        ([0], [-1], 2, ValueError, "y_pred must hold labels from 0 to 1; got -1"),
        ([0.0], [0], 2, TypeError, "y_true must hold integer labels; got dtype float64"),
        ([0], [0.5], 2, TypeError, "y_pred must hold integer labels; got dtype float64"),
        ([[0]], [[0]], 2, ValueError, "y_true must have shape (n,); got (1, 1)"),
        (0, 0, 2, ValueError, "y_true must have shape (n,); got ()"),
        ([0, 1], [0], 2, ValueError, "y_pred must have shape (n=2,); got (1,)"),
        ([0, 1], [[0, 1]], 2, ValueError, "y_pred must have shape (n=2,); got (1, 2)"),
    ],
)
def test_confusion_matrix_says_what_is_wrong(true, pred, k, kind, sentence):
    with pytest.raises(kind, match=exactly(sentence)):
        confusion_matrix(true, pred, k)


# --------------------------------------------------------------- train_digits


@pytest.fixture(scope="module")
def digits():
    """Return scikit-learn's digits, a fifth of them for the test."""
    data = load_digits()
    return train_test_split(flatten_scale(data.images, 16), data.target, 0.2, generator(1))


def test_more_than_97_of_100_unseen_digits_are_read_right(digits):
    X_train, y_train, X_test, y_test = digits
    assert (X_train.shape, X_test.shape) == ((1438, 64), (359, 64))
    before = X_train.copy(), y_train.copy()
    params = train_digits(X_train, y_train, seed=0)
    assert summary(params)["total"] == 9610
    assert evaluate(params, X_test, y_test)[1] > 0.97
    same(X_train, before[0])
    same(y_train, before[1], y_train.dtype)
    matrix = confusion_matrix(y_test, forward(params, X_test)[0].argmax(1), 10)
    assert matrix.sum() == 359
    assert matrix.trace() == round(359 * evaluate(params, X_test, y_test)[1])


def test_train_digits_is_fit_of_the_whole_model_for_30_epochs(digits):
    X, y = digits[0][:70], digits[1][:70]
    rng = generator(3)
    start = init_params(rng, 64, 128, 10)
    wanted, history = fit(start, X, y, loss_and_grads, 30, 32, 0.003, rng, rate=0.2)
    assert len(history) == 30
    first, again = train_digits(X, y, seed=3), train_digits(X, y, 3)
    for name in NAMES:
        same(first[name], wanted[name])
        same(again[name], wanted[name])
        assert not np.array_equal(first[name], train_digits(X, y, 4)[name])


def test_shuffled_labels_teach_nothing(digits):
    X_train, y_train, X_test, y_test = digits
    params = train_digits(X_train[:300], generator(2).permutation(y_train[:300]), seed=0)
    assert evaluate(params, X_test, y_test)[1] < 0.25


@pytest.mark.parametrize(
    ("X", "y", "sentence"),
    [
        (np.ones((2, 8, 8)), [0, 1], "X must have shape (n, d=64); got (2, 8, 8)"),
        (np.ones((2, 63)), [0, 1], "X must have shape (n, d=64); got (2, 63)"),
        (np.ones((2, 64)), [0], "y must have shape (n=2,); got (1,)"),
        (np.ones((1, 64)), [10], "y must hold labels from 0 to 9; got 10"),
        (np.ones((0, 64)), [], "X must hold at least one sample; got none"),
    ],
)
def test_train_digits_says_what_is_wrong(X, y, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        train_digits(X, y, seed=0)


# ------------------------------------------------- what holds for every function


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept_and_inputs_left_as_they_were(dtype):
    params, (X, y) = a_network(dtype=dtype), a_batch(dtype=dtype)
    fixed(X, y, *params.values())
    probs, kept = forward(params, X, 0.3, True, generator())
    _, grads = loss_and_grads(params, X, y, 0.3, True, generator())
    trained, _ = fit(params, X, y, loss_and_grads, 2, 4, 0.01, generator())
    assert {array.dtype for part in (kept, grads, trained) for array in part.values()} == {np.dtype(dtype)}
    assert probs.dtype == dtype
    evaluate(params, X, y)
    summary(params)
    given = [X, *params.values()]
    for array in (probs, *kept.values(), *grads.values(), *trained.values()):
        assert not any(np.shares_memory(array, other) for other in given)


# -------------------------------------------------------------------- PyTorch

RECORDED = parity.load("capstone")


class Scripted(np.random.Generator):
    """A generator that draws what was written down for it."""

    def __init__(self, drawn, orders=()):
        super().__init__(np.random.PCG64(0))
        self.drawn, self.orders = list(drawn), list(orders)

    def random(self, shape, dtype):
        return self.drawn.pop(0)[: shape[0]].astype(dtype)

    def permutation(self, n):
        order = self.orders.pop(0)
        assert len(order) == n
        return order


def network_of(case):
    return {name: case[name] for name in NAMES}


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith("whole")])
@pytest.mark.parametrize("key", ["plain", "dropped"])
def test_pytorch_has_the_same_probabilities_loss_and_gradients(name, key):
    case = RECORDED[name]
    params, X, y, rate = network_of(case), case["X"], case["y"], float(case["rate"])
    training = key == "dropped"
    parity.assert_close(forward(params, X, rate, training, Scripted([case["drawn"]]))[0], case[f"{key}_probs"])
    loss, grads = loss_and_grads(params, X, y, rate, training, Scripted([case["drawn"]]))
    parity.assert_close(loss, case[f"{key}_loss"])
    for parameter in NAMES:
        parity.assert_close(grads[parameter], case[f"{key}_d{parameter}"])
    if not training:
        parity.assert_close(evaluate(params, X, y)[0], case["plain_loss"])
        parity.assert_close(cross_entropy_with_logits(forward(params, X)[1]["logits"], y), case["plain_loss"])


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith("training")])
def test_pytorch_trains_the_same_for_20_steps_of_adam(name):
    case = RECORDED[name]
    rng = Scripted(case["drawn"], case["orders"])
    options = float(case["lr"]), rng, float(case["rate"])
    batch_size = int(case["batch_size"])
    trained, history = fit(network_of(case), case["X"], case["y"], loss_and_grads, 4, batch_size, *options)
    assert (rng.drawn, rng.orders) == ([], [])
    parity.assert_close(np.array(history, case["X"].dtype), case["history"])
    for parameter in NAMES:
        parity.assert_close(trained[parameter], case[f"trained_{parameter}"])


def test_pytorch_was_asked_about_the_network_and_its_training():
    assert sum(name.startswith("whole") for name in RECORDED) == 2 * 3
    assert sum(name.startswith("training") for name in RECORDED) == 2
    for name, case in RECORDED.items():
        if name.startswith("whole/6"):
            assert 0 < (case["drawn"] < case["rate"]).mean() < 1


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("capstone")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            assert case.keys() == RECORDED[name].keys()
            for key, value in case.items():
                parity.assert_close(RECORDED[name][key], value)
