"""Chapter 6, first half, by hand, by central differences, at extreme values, by its laws, and against PyTorch."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import regularization
from dlcourse.regularization import (
    dropout_backward,
    dropout_forward,
    early_stopping,
    elastic_net_penalty,
    l1_penalty,
    l2_penalty,
    soft_threshold,
)
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, exactly, named, near, same, slopes

PENALTIES = {l1_penalty: {"lam": 0.3}, l2_penalty: {"lam": 0.7}, elastic_net_penalty: {"lam1": 0.3, "lam2": 0.7}}


def network(dtype=np.float64):
    """Return two layers; no weight is near the kink at 0."""
    rng = np.random.default_rng(0)
    W1, W2 = (rng.choice([-1, 1], shape) * rng.uniform(0.5, 2.0, shape) for shape in ((3, 2), (2, 4)))
    return {"W1": W1.astype(dtype), "b1": np.array([5.0, -7.0], dtype), "W2": W2.astype(dtype), "b2": np.ones(4, dtype)}


# ---------------------------------------------------------------- penalties


def test_l2_by_hand():
    # 0.5 * 0.5 * (9 + 16) = 6.25; the bias 10 costs nothing
    value, grads = l2_penalty({"W": [3, -4], "b": [10]}, 0.5)
    assert type(value) is float
    assert value == 6.25
    assert list(grads) == ["W", "b"]
    same(grads["W"], [1.5, -2.0])
    same(grads["b"], [0.0])


def test_l1_by_hand():
    # 0.5 * (3 + 0 + 4) = 3.5; the slope at 0 is 0
    value, grads = l1_penalty({"W": [[3, 0, -4]], "b": [10]}, 0.5)
    assert type(value) is float
    assert value == 3.5
    assert list(grads) == ["W", "b"]
    same(grads["W"], [[0.5, 0.0, -0.5]])
    same(grads["b"], [0.0])


def test_the_elastic_net_by_hand():
    # 0.5 * 7 + 0.5 * 0.25 * 25 = 6.625;  0.5 * sign + 0.25 * w
    value, grads = elastic_net_penalty({"b": [10], "W": [3, -4, 0]}, 0.5, 0.25)
    assert type(value) is float
    assert value == 6.625
    assert list(grads) == ["b", "W"]
    same(grads["W"], [1.25, -1.5, 0.0])
    same(grads["b"], [0.0])


@pytest.mark.parametrize("penalty", PENALTIES, ids=named)
def test_only_names_that_start_with_a_large_w_are_weights(penalty):
    params = {"w": [1.0], "bW": [2.0], "gamma": [3.0], "W": [4.0], "Wq": [5.0], "W.h": [6.0]}
    value, grads = penalty(params, **PENALTIES[penalty])
    alone, _ = penalty({name: params[name] for name in ("W", "Wq", "W.h")}, **PENALTIES[penalty])
    assert value == alone
    assert [name for name, g in grads.items() if g.any()] == ["W", "Wq", "W.h"]


@pytest.mark.parametrize("penalty", PENALTIES, ids=named)
def test_the_gradient_of_a_penalty_is_the_slope_of_that_very_number(penalty):
    params = network()
    _, grads = penalty(params, **PENALTIES[penalty])
    assert grads.keys() == params.keys()
    for name, array in params.items():
        wanted = slopes(lambda x, name=name: penalty(params | {name: x}, **PENALTIES[penalty])[0], array)
        np.testing.assert_allclose(grads[name], wanted, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("penalty", PENALTIES, ids=named)
def test_the_penalty_of_a_network_is_the_sum_over_its_layers(penalty):
    params = network()
    total, _ = penalty(params, **PENALTIES[penalty])
    near(total, sum(penalty({name: array}, **PENALTIES[penalty])[0] for name, array in params.items()))
    near(total, penalty({"W": [*params["W1"].flat, *params["W2"].flat]}, **PENALTIES[penalty])[0])


@pytest.mark.parametrize("penalty", PENALTIES, ids=named)
def test_without_strength_nothing_costs_anything(penalty):
    params = network()
    value, grads = penalty(params, **dict.fromkeys(PENALTIES[penalty], 0))
    assert value == 0.0
    for name, array in params.items():
        same(grads[name], np.zeros_like(array))


@pytest.mark.parametrize("penalty", PENALTIES, ids=named)
@pytest.mark.parametrize("params", [{}, {"b": np.ones(2)}, {"W": np.empty((0, 3))}, {"W": np.array(0.0)}])
def test_penalties_of_nothing(penalty, params):
    value, grads = penalty(params, **PENALTIES[penalty])
    assert type(value) is float
    assert value == 0.0
    assert grads.keys() == params.keys()
    for name, array in params.items():
        same(grads[name], np.zeros_like(array))


@pytest.mark.parametrize("penalty", PENALTIES, ids=named)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_penalties_keep_dtypes_and_leave_parameters_alone(penalty, dtype):
    params = network(dtype)
    for array in params.values():
        array.flags.writeable = False
    _, grads = penalty(params, **{name: np.float64(lam) for name, lam in PENALTIES[penalty].items()})
    assert {g.dtype for g in grads.values()} == {np.dtype(dtype)}
    assert not any(np.shares_memory(grads[name], array) for name, array in params.items())


def test_penalties_take_large_and_narrow_numbers():
    assert l2_penalty({"W": np.array([1e4, -1e4], np.float16)}, 1.0)[0] == float(np.float16(1e4)) ** 2
    near(l2_penalty({"W": np.array([1e30], np.float32)}, 2.0)[0], 1e60, 1e-6)
    near(l1_penalty({"W": np.full(10**5, 6e4, np.float16)}, 1.0)[0], 6e9, 1e-3)
    near(l1_penalty({"W": [8e307, -8e307]}, 1.0)[0], 1.6e308)
    value, grads = l2_penalty({"W": [1e150, -1e150]}, 1.0)
    near(value, 1e300)
    same(grads["W"], [1e150, -1e150])


@pytest.mark.parametrize("penalty", PENALTIES, ids=named)
def test_penalties_say_what_is_wrong(penalty):
    good = PENALTIES[penalty]
    for name in good:
        for value in (-1.0, np.inf, np.nan):
            with pytest.raises(ValueError, match=exactly(f"{name} must lie in [0, inf); got {value}")):
                penalty({"W": [1.0]}, **good | {name: value})
    for key in ("W", "b"):
        with pytest.raises(TypeError, match=exactly(f"params['{key}'] must hold real numbers; got dtype <U1")):
            penalty({key: ["a"]}, **good)


def test_l2_pulls_in_proportion_and_l1_with_the_same_force():
    params = {"W": [0.001, 1.0, -1000.0]}
    near(l2_penalty(params, 0.1)[1]["W"], [0.0001, 0.1, -100.0])
    near(l1_penalty(params, 0.1)[1]["W"], [0.1, 0.1, -0.1])


# ------------------------------------------------------------ soft_threshold


def test_soft_threshold_by_hand():
    same(soft_threshold([2, 0.25, -0.5, -3, 0.5, 0], 0.5), [1.5, 0.0, 0.0, -2.5, 0.0, 0.0])


def test_soft_threshold_leaves_no_negative_zeros():
    found = soft_threshold([-0.25, 0.25], 0.5)
    assert not np.signbit(found).any()


def test_a_threshold_of_0_changes_nothing():
    same(soft_threshold([2.0, -1e-300, 0.0], 0), [2.0, -1e-300, 0.0])


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3), (2, 0, 1)])
def test_soft_threshold_takes_any_shape(shape):
    same(soft_threshold(np.full(shape, -3.0), 1.0), np.full(shape, -2.0))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_soft_threshold_keeps_the_dtype_and_its_input(dtype):
    w = np.array([2.0, -0.25], dtype)
    w.flags.writeable = False
    found = soft_threshold(w, np.float64(0.5))
    same(found, [1.5, 0.0], dtype)
    assert not np.shares_memory(found, w)


def test_soft_threshold_at_extreme_values():
    w = [1e308, -1e308, np.inf, -np.inf, np.nan, 5e-324]
    same(soft_threshold(w, 1e307), [9e307, -9e307, np.inf, -np.inf, np.nan, 0.0])


@LAWS
@given(st.floats(-3, 3), st.floats(0, 2))
def test_soft_threshold_finds_the_lowest_point_of_its_bowl(w, t):
    def bowl(u):
        return 0.5 * (u - w) ** 2 + t * np.abs(u)

    found = float(soft_threshold(w, t))
    assert bowl(found) <= bowl(np.linspace(-3, 3, 601)).min() + 1e-12
    assert bowl(found) <= bowl(0.0)


@LAWS
@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_soft_threshold_is_odd_and_never_crosses_zero(w, t):
    found = float(soft_threshold(w, t))
    assert found == -float(soft_threshold(-w, t))
    assert found * w >= 0
    assert (found == 0) == (abs(w) <= t)


def test_soft_thresholds_reach_exact_zeros_where_the_gradient_of_l1_does_not():
    # 0.5 * (w - 0.3)**2 + 0.5 * |w| has its lowest point at 0
    near_zero, at_zero = np.array([1.0]), np.array([1.0])
    for _ in range(200):
        near_zero = near_zero - 0.1 * (near_zero - 0.3 + l1_penalty({"W": near_zero}, 0.5)[1]["W"])
        at_zero = soft_threshold(at_zero - 0.1 * (at_zero - 0.3), 0.1 * 0.5)
    assert 0 < abs(near_zero[0]) < 0.1
    assert at_zero[0] == 0.0


@pytest.mark.parametrize("t", [-0.1, np.inf, np.nan])
def test_soft_threshold_says_what_is_wrong(t):
    with pytest.raises(ValueError, match=exactly(f"t must lie in [0, inf); got {t}")):
        soft_threshold([1.0], t)
    with pytest.raises(TypeError, match=exactly("w must hold real numbers; got dtype <U1")):
        soft_threshold(["a"], 0.1)


# ------------------------------------------------------------------- dropout


def test_dropout_keeps_units_scaled_up_or_drops_them():
    x = np.linspace(1.0, 2.0, 200).reshape(20, 10)
    out, scale = dropout_forward(x, 0.2, np.random.default_rng(0))
    assert set(scale.flat) == {0.0, 1 / 0.8}
    same(out, x * scale)


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.8])
def test_dropout_drops_each_unit_by_itself_at_the_rate(rate):
    n, d = 4000, 50
    _, scale = dropout_forward(np.ones((n, d)), rate, np.random.default_rng(1))
    dropped = scale == 0
    deviation = np.sqrt(rate * (1 - rate))
    assert abs(dropped.mean() - rate) < 6 * deviation / np.sqrt(n * d)
    assert np.abs(dropped.mean(0) - rate).max() < 6 * deviation / np.sqrt(n)  # every column
    # the count in a row is binomial: variance d * rate * (1 - rate), known to about 6 * sqrt(2 / n)
    assert abs(dropped.sum(1).var() / (d * deviation**2) - 1) < 6 * np.sqrt(2 / n) * 1.1
    assert abs(scale.mean() - 1) < 6 * deviation / (1 - rate) / np.sqrt(n * d)
    assert abs(np.corrcoef(dropped[:, 0], dropped[:, 1])[0, 1]) < 6 / np.sqrt(n)


def test_every_sample_and_every_call_has_its_own_mask():
    rng = np.random.default_rng(2)
    _, first = dropout_forward(np.ones((2, 3, 40)), 0.5, rng)
    _, second = dropout_forward(np.ones((2, 3, 40)), 0.5, rng)
    assert len({row.tobytes() for row in np.concatenate([first, second]).reshape(-1, 40)}) == 12


def test_dropout_repeats_with_the_seed_in_every_dtype():
    masks = [
        dropout_forward(np.ones((5, 5), dtype), 0.4, np.random.default_rng(3))[1] > 0
        for dtype in (np.float16, np.float32, np.float64, np.float64)
    ]
    for mask in masks[1:]:
        np.testing.assert_array_equal(mask, masks[0])
    other = dropout_forward(np.ones((5, 5)), 0.4, np.random.default_rng(4))[1] > 0
    assert (other != masks[0]).any()


def test_dropout_does_nothing_and_draws_nothing_outside_training():
    x, rng = np.array([1.0, -2.0]), np.random.default_rng(0)
    before = rng.bit_generator.state
    out, scale = dropout_forward(x, 0.9, rng, training=False)
    same(out, x)
    same(scale, [1.0, 1.0])
    assert not np.shares_memory(out, x)
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("training", [True, False])
def test_a_rate_of_0_keeps_everything(training):
    x = np.array([[1.0, -2.0, 0.0]])
    out, scale = dropout_forward(x, 0, np.random.default_rng(0), training)
    same(out, x)
    same(scale, np.ones((1, 3)))


def test_not_even_a_draw_of_exactly_0_is_dropped_at_rate_0():
    class Zeros(np.random.Generator):
        def random(self, size, dtype):
            return np.zeros(size, dtype)

    same(dropout_forward(np.ones(3), 0.0, Zeros(np.random.PCG64(0)))[1], np.ones(3))


def test_a_rate_of_1_drops_everything_and_divides_by_nothing():
    out, scale = dropout_forward([1.0, -2.0], 1, np.random.default_rng(0))
    same(out, [0.0, 0.0])
    same(scale, [0.0, 0.0])


@pytest.mark.parametrize("rate", [np.nextafter(1, 0), 1e-300])
def test_rates_close_to_the_ends_are_finite(rate):
    out, _ = dropout_forward(np.ones(1000), rate, np.random.default_rng(0))
    same(out, np.full(1000, float(rate < 0.5)))


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0, 3), (2, 3, 4)])
@pytest.mark.parametrize("training", [True, False])
def test_dropout_takes_any_shape(shape, training):
    for array in dropout_forward(np.ones(shape), 0.5, np.random.default_rng(0), training):
        assert isinstance(array, np.ndarray)
        assert array.shape == shape
    assert isinstance(dropout_backward(np.ones(shape), np.ones(shape)), np.ndarray)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
@pytest.mark.parametrize("training", [True, False])
def test_dropout_keeps_the_dtype_and_its_input(dtype, training):
    x = np.arange(1, 7).astype(dtype)
    x.flags.writeable = False
    out, scale = dropout_forward(x, np.float64(0.5), np.random.default_rng(0), training)
    wanted = np.float64 if dtype is np.int64 else dtype
    assert (out.dtype, scale.dtype) == (wanted, wanted)
    assert dropout_backward(out, scale).dtype == wanted
    assert not np.shares_memory(out, x)


def test_dropout_trains_unless_told_otherwise():
    assert inspect.signature(dropout_forward).parameters["training"].default is True


@pytest.mark.parametrize("rate", [-0.1, 1.1, np.nan])
@pytest.mark.parametrize("training", [True, False])
def test_dropout_says_what_is_wrong_with_a_rate(rate, training):
    with pytest.raises(ValueError, match=exactly(f"rate must lie in [0, 1]; got {rate}")):
        dropout_forward([1.0], rate, np.random.default_rng(0), training)


def test_dropout_says_what_else_is_wrong():
    with pytest.raises(TypeError, match=exactly("rng must be a generator such as np.random.default_rng(0); got 42")):
        dropout_forward([1.0], 0.5, 42)
    with pytest.raises(TypeError, match=exactly("x must hold real numbers; got dtype <U1")):
        dropout_forward(["a"], 0.5, np.random.default_rng(0))


def test_dropout_backward_by_hand():
    same(dropout_backward([1, 2, 3], [0.0, 2.0, 2.0]), [0.0, 4.0, 6.0])


def test_dropout_backward_is_the_derivative_of_forward():
    rng = np.random.default_rng(5)
    x, dout = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    _, scale = dropout_forward(x, 0.3, np.random.default_rng(6))
    assert 0 < (scale == 0).sum() < 20

    def loss(x):
        return (dout * dropout_forward(x, 0.3, np.random.default_rng(6))[0]).sum()

    np.testing.assert_allclose(dropout_backward(dout, scale), slopes(loss, x), rtol=1e-7, atol=1e-8)


def test_dropout_backward_leaves_its_inputs_alone():
    dout, scale = np.ones(3), np.array([0.0, 2.0, 2.0])
    dout.flags.writeable = scale.flags.writeable = False
    dx = dropout_backward(dout, scale)
    assert not np.shares_memory(dx, dout)
    assert not np.shares_memory(dx, scale)


def test_dropout_backward_says_what_is_wrong():
    with pytest.raises(ValueError, match=exactly("scale must have shape (2, 1); got (2,)")):
        dropout_backward([[1.0], [2.0]], [1.0, 2.0])
    for arguments, name in (((["a"], [1.0]), "dout"), (([1.0], ["a"]), "scale")):
        with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
            dropout_backward(*arguments)


# ------------------------------------------------------------ early_stopping


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "wanted"),
    [
        ([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.1], 2, 0.0, (3, 5)),
        ([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.1], 3, 0.0, (6, 6)),  # patience waits for the 0.1
        ([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.1], 1, 0.0, (1, 2)),
        ([3, 2, 1], 1, 0.0, (2, 2)),
        ([1, 2, 3], 5, 0.0, (0, 2)),  # never triggered
        ([1, 1, 1, 1], 2, 0.0, (0, 2)),  # a tie is no improvement
        ([5, 4, 4.5, 4.2, 3], 2, 0.0, (1, 3)),  # 4.2 is better than 4.5, but not than 4
        ([4, 3.5, 3, 2.5, 2], 2, 1.0, (0, 2)),  # 3 is below 4 by 1, not by more
        ([4, 3.5, 2.5, 2], 2, 1.0, (2, 3)),  # measured from the best so far, 4
        ([2, 1, -1, -1.5], 1, 0.75, (2, 3)),
        ([7], 1, 0.0, (0, 0)),
        ([7, 7], 1, 0.0, (0, 1)),
        ([np.nan, 2, np.nan, 1], 2, 0.0, (3, 3)),
        ([1, np.nan, np.nan, 0], 2, 0.0, (0, 2)),
        ([np.nan, np.nan], 2, 0.0, (0, 1)),
        ([np.nan, np.inf, 3], 3, 0.0, (2, 2)),
        ([1e308, -1e308, -np.inf, -np.inf], 1, 0.0, (2, 3)),
    ],
)
def test_early_stopping_by_hand(losses, patience, min_delta, wanted):
    for given_losses in (losses, tuple(losses), np.array(losses)):
        found = early_stopping(given_losses, patience, min_delta)
        assert found == wanted
        assert [type(epoch) for epoch in found] == [int, int]


def test_early_stopping_wants_no_margin_unless_told_otherwise():
    assert early_stopping([1.0, 1.0 - 1e-15, 1.0], 1) == (1, 2)


@LAWS
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=15), st.integers(1, 5), st.integers(0, 2))
def test_early_stopping_agrees_with_its_definition(losses, patience, min_delta):
    # an epoch improves if it beats every improving epoch before it
    improving = []
    for epoch, loss in enumerate(losses):
        if all(loss < losses[earlier] - min_delta for earlier in improving):
            improving.append(epoch)
    stops = [e for e in range(patience, len(losses)) if not set(range(e - patience + 1, e + 1)) & set(improving)]
    stop = min(stops, default=len(losses) - 1)
    assert early_stopping(losses, patience, min_delta) == (max(e for e in improving if e <= stop), stop)


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "sentence"),
    [
        ([], 1, 0.0, "val_losses must hold at least one loss; got none"),
        ([[1.0]], 1, 0.0, "val_losses must have shape (epochs,); got (1, 1)"),
        (1.0, 1, 0.0, "val_losses must have shape (epochs,); got ()"),
        ([1.0], 0, 0.0, "patience must be at least 1; got 0"),
        ([1.0], 1, -0.1, "min_delta must lie in [0, inf); got -0.1"),
        ([1.0], 1, np.inf, "min_delta must lie in [0, inf); got inf"),
    ],
)
def test_early_stopping_says_what_is_wrong(losses, patience, min_delta, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        early_stopping(losses, patience, min_delta)


def test_early_stopping_wants_a_whole_patience_and_real_losses():
    with pytest.raises(TypeError, match=exactly("patience must be a whole number; got 1.5")):
        early_stopping([1.0], 1.5)
    with pytest.raises(TypeError, match=exactly("val_losses must hold real numbers; got dtype <U1")):
        early_stopping(["1"], 1)


# ------------------------------------------------------------------- PyTorch

RECORDED = parity.load("regularization")


def recorded(start):
    return [name for name in RECORDED if name.startswith(start)]


@pytest.mark.parametrize("name", [name for penalty in PENALTIES for name in recorded(penalty.__name__)])
def test_pytorch_penalises_the_same(name):
    case, penalty = RECORDED[name], getattr(regularization, name.split("/")[0])
    value, grads = penalty({"W1": case["W1"], "W2": case["W2"]}, **PENALTIES[penalty])
    parity.assert_close(np.array(value, case["value"].dtype), case["value"])
    parity.assert_close(grads["W1"], case["dW1"])
    parity.assert_close(grads["W2"], case["dW2"])


@pytest.mark.parametrize("name", recorded("soft_threshold"))
def test_pytorch_shrinks_the_same(name):
    case = RECORDED[name]
    parity.assert_close(soft_threshold(case["w"], float(case["t"])), case["out"])


@pytest.mark.parametrize("name", recorded("dropout"))
def test_pytorch_drops_and_scales_the_same(name):
    case = RECORDED[name]
    _, scale = dropout_forward(np.ones((50, 50)), float(case["rate"]), np.random.default_rng(0))
    assert set(np.unique(scale).round(6)) >= set(np.unique(case["scale"]).astype(np.float64).round(6))
    parity.assert_close(case["x"] * case["scale"], case["out"])
    parity.assert_close(dropout_backward(case["dout"], case["scale"]), case["dx"])


@pytest.mark.parametrize("name", recorded("weight_decay"))
def test_the_l2_penalty_is_the_weight_decay_of_pytorchs_sgd(name):
    case = RECORDED[name]
    w, lr, lam = case["w0"], float(case["lr"]), float(case["lam"])
    for g, wanted in zip(case["g"], case["path"], strict=True):
        w = w - lr * (g + l2_penalty({"W": w}, lam)[1]["W"])
        parity.assert_close(w, wanted)


def test_pytorch_was_asked_about_everything_that_it_has():
    kinds = {"l1_penalty", "l2_penalty", "elastic_net_penalty", "soft_threshold", "dropout", "weight_decay"}
    assert {name.split("/")[0] for name in RECORDED} == kinds
    assert len(RECORDED) == 2 * (3 + 3 + 4 + 1)


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("regularization")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            assert case.keys() == RECORDED[name].keys()
            for key, value in case.items():
                parity.assert_close(RECORDED[name][key], value)
