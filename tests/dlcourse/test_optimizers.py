"""Chapter 5 by hand, at extreme values, by its laws, and against paths that PyTorch walked."""

import copy
import inspect
import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import optimizers
from dlcourse.optimizers import (
    Optimizer,
    adagrad_step,
    adam_step,
    adamw_step,
    clip_grad_norm,
    clip_grad_value,
    cosine_decay,
    gradient_descent,
    linear_warmup,
    max_stable_lr,
    minibatches,
    momentum_step,
    nesterov_step,
    num_steps,
    rmsprop_step,
    sgd_step,
    step_decay,
)
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, exactly, named, near, same

RULES = [sgd_step, momentum_step, nesterov_step, adagrad_step, rmsprop_step, adam_step, adamw_step]
ADAPTIVE = [adagrad_step, rmsprop_step, adam_step, adamw_step]
STATES = {
    sgd_step: set(),
    momentum_step: {"v"},
    nesterov_step: {"v"},
    adagrad_step: {"h"},
    rmsprop_step: {"h"},
    adam_step: {"t", "m", "v"},
    adamw_step: {"t", "m", "v"},
}


def walk(rule, w, gradients, **options):
    """Return the weights after each update of a rule that starts with nothing in its memory."""
    state, path = {}, []
    for t, g in enumerate(gradients):
        w, state = rule(w, g, state, **{name: x(t) if callable(x) else x for name, x in options.items()})
        path.append(w)
    return np.array(path)


def some_gradients(steps=6, shape=(2, 3), seed=0):
    """Return gradients whose entries are at least 0.2 in size."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1.0, 1.0], (steps, *shape)) * rng.uniform(0.2, 3.0, (steps, *shape))


# ------------------------------------------------------------------ num_steps


@pytest.mark.parametrize(
    ("n", "batch_size", "epochs", "drop_last", "wanted"),
    [
        (1000, 100, 10, False, 100),
        (1000, 100, 10, True, 100),
        (950, 100, 1, False, 10),
        (950, 100, 1, True, 9),
        (950, 100, 3, False, 30),  # the small batch comes in every epoch
        (1001, 100, 10, False, 110),
        (7, 10, 5, False, 5),
        (7, 10, 5, True, 0),
        (10, 1, 2, False, 20),
        (0, 10, 5, False, 0),
        (10, 3, 0, False, 0),
        (10**18 + 1, 10, 1, False, 10**17 + 1),  # exact where floats are not
    ],
)
def test_num_steps_by_hand(n, batch_size, epochs, drop_last, wanted):
    found = num_steps(n, batch_size, epochs, drop_last)
    assert type(found) is int
    assert found == wanted


def test_num_steps_keeps_the_last_batch_unless_told_otherwise():
    assert num_steps(5, 2, 1) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((-1, 1, 1), "n must be at least 0; got -1"),
        ((1, 0, 1), "batch_size must be at least 1; got 0"),
        ((1, 1, -1), "epochs must be at least 0; got -1"),
    ],
)
def test_num_steps_says_which_number_is_too_small(arguments, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        num_steps(*arguments)


@pytest.mark.parametrize(
    ("arguments", "name"), [((1.0, 1, 1), "n"), ((1, 1.0, 1), "batch_size"), ((1, 1, 1.0), "epochs")]
)
def test_num_steps_wants_whole_numbers(arguments, name):
    with pytest.raises(TypeError, match=exactly(f"{name} must be a whole number; got 1.0")):
        num_steps(*arguments)


@LAWS
@given(n=st.integers(0, 50), batch_size=st.integers(1, 12), epochs=st.integers(0, 3), drop_last=st.booleans())
def test_num_steps_counts_what_minibatches_deals_out(n, batch_size, epochs, drop_last):
    dealt = sum(len(list(minibatches(range(n), range(n), batch_size, drop_last=drop_last))) for _ in range(epochs))
    assert num_steps(n, batch_size, epochs, drop_last) == dealt


# ---------------------------------------------------------------- minibatches


def test_minibatches_keep_the_order_without_a_generator():
    X, y = np.arange(10) * [[1], [10]], np.arange(10) + 0.5
    batches = minibatches(X.T, y, 4)
    assert isinstance(batches, Iterator)
    batches = list(batches)
    assert [len(y_b) for _, y_b in batches] == [4, 4, 2]
    same(np.concatenate([X_b for X_b, _ in batches]), X.T, np.int64)
    same(np.concatenate([y_b for _, y_b in batches]), y)


def test_minibatches_drop_only_a_last_batch_that_is_smaller():
    assert [y.tolist() for _, y in minibatches([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 2, drop_last=True)] == [[1, 2], [3, 4]]
    assert [y.tolist() for _, y in minibatches([1, 2, 3, 4], [1, 2, 3, 4], 2, drop_last=True)] == [[1, 2], [3, 4]]
    assert list(minibatches([1], [1], 2, drop_last=True)) == []


@pytest.mark.parametrize(("n", "batch_size", "sizes"), [(0, 3, []), (1, 3, [1]), (3, 3, [3]), (2, 1, [1, 1])])
def test_minibatches_of_few_samples(n, batch_size, sizes):
    batches = list(minibatches(np.zeros((n, 2, 2)), np.zeros((n, 3)), batch_size, np.random.default_rng(0)))
    assert [(X.shape, y.shape) for X, y in batches] == [((size, 2, 2), (size, 3)) for size in sizes]


@pytest.mark.parametrize(("n", "batch_size"), [(10, 3), (12, 4), (7, 7), (5, 9), (30, 1)])
def test_shuffled_minibatches_hold_every_sample_once_with_its_own_label(n, batch_size):
    X, y = np.arange(2 * n).reshape(n, 2), 100 * np.arange(n)
    batches = list(minibatches(X, y, batch_size, np.random.default_rng(1)))
    X_all, y_all = (np.concatenate(part) for part in zip(*batches, strict=True))
    assert sorted(y_all.tolist()) == y.tolist()
    np.testing.assert_array_equal(X_all, X[y_all // 100])
    assert y_all.tolist() != y.tolist()
    assert [len(y_b) for _, y_b in batches[:-1]] == [batch_size] * (len(batches) - 1)


def test_minibatches_shuffle_anew_in_every_epoch_and_repeat_with_the_seed():
    def epochs(seed):
        rng = np.random.default_rng(seed)
        return [[y.tolist() for _, y in minibatches(range(20), range(20), 6, rng)] for _ in range(3)]

    first = epochs(3)
    assert first[0] != first[1] != first[2] != first[0]
    assert epochs(3) == first
    assert epochs(4) != first


def test_every_sample_comes_first_about_equally_often():
    rng = np.random.default_rng(0)
    firsts = [next(minibatches(range(4), range(4), 1, rng))[1][0] for _ in range(2000)]
    # binomial(2000, 1/4): 500 with deviation 19.4; 6 deviations
    assert np.abs(np.bincount(firsts, minlength=4) - 500).max() < 117


@pytest.mark.parametrize("rng", [None, np.random.default_rng(0)])
def test_minibatches_are_copies_and_leave_the_data_as_they_were(rng):
    X, y = np.arange(6.0), np.arange(6.0)
    for X_b, y_b in minibatches(X, y, 4, rng):
        X_b[:], y_b[:] = -1, -1
    same(X, np.arange(6.0))
    same(y, np.arange(6.0))


def test_minibatches_keep_dtypes():
    X, y = np.zeros((2, 1), np.float32), np.array(["cat", "dog"])
    ((X_b, y_b),) = minibatches(X, y, 2)
    assert (X_b.dtype, y_b.dtype) == (np.float32, y.dtype)


@pytest.mark.parametrize(
    ("X", "y", "batch_size", "sentence"),
    [
        (1, [1], 1, "X must have shape (n,); got ()"),
        ([1, 2], 1, 1, "y must have shape (n=2,); got ()"),
        ([1, 2], [1], 1, "y must have shape (n=2,); got (1,)"),
        ([[1, 2]], [[1], [2]], 1, "y must have shape (n=1, 1); got (2, 1)"),
        ([1], [1], 0, "batch_size must be at least 1; got 0"),
    ],
)
def test_minibatches_say_at_once_what_is_wrong(X, y, batch_size, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        minibatches(X, y, batch_size)


def test_minibatches_want_a_generator_and_not_a_seed():
    sentence = "rng must be a generator such as np.random.default_rng(0); got 42"
    with pytest.raises(TypeError, match=exactly(sentence)):
        minibatches([1], [1], 1, 42)


# ----------------------------------------------------------- gradient_descent


def test_descent_by_hand():
    # w**2 from 1 with lr 0.1: each step multiplies by 1 - 0.1 * 2
    near(gradient_descent(lambda w: 2 * w, [1.0], 0.1, 2), [[1.0], [0.8], [0.64]])
    # x**2 - y from (4, 1) with lr 0.25: x halves, y grows by 0.25
    path = gradient_descent(lambda w: np.array([2 * w[0], -1.0]), [4.0, 1.0], 0.25, 3)
    same(path, [[4, 1], [2, 1.25], [1, 1.5], [0.5, 1.75]])


def test_descent_starts_with_the_start_and_takes_no_step_if_none_is_asked():
    same(gradient_descent(lambda w: w, [3, 4], 0.1, 0), [[3.0, 4.0]])
    same(gradient_descent(lambda w: w, [], 0.1, 2), np.zeros((3, 0)))


def test_descent_leaves_its_start_alone_even_if_the_gradient_works_in_place():
    def grad(w):
        w *= 2
        return w

    start = np.array([1.0])
    same(gradient_descent(grad, start, 0.25, 2), [[1.0], [0.5], [0.25]])
    same(start, [1.0])


def test_descent_keeps_float32():
    path = gradient_descent(lambda w: np.float64(2) * w, np.ones(2, np.float32), np.float64(0.25), 2)
    same(path, [[1, 1], [0.5, 0.5], [0.25, 0.25]], np.float32)


def test_descent_stands_still_on_a_saddle():
    path = gradient_descent(lambda w: np.array([2 * w[0], -2 * w[1]]), [1.0, 0.0], 0.4, 200)
    near(path[-1], [0.2**200, 0.0], 1e-10)


def test_descent_takes_large_numbers():
    same(gradient_descent(lambda w: np.array([1e308]), [1e308], 0.5, 2), [[1e308], [5e307], [0.0]])


@pytest.mark.parametrize(
    ("grad", "w0", "lr", "steps", "sentence"),
    [
        (lambda w: w, [[1.0]], 0.1, 1, "w0 must have shape (d,); got (1, 1)"),
        (lambda w: w[:1], [1.0, 2.0], 0.1, 1, "grad(w) must have shape (2,); got (1,)"),
        (lambda w: 1.0, [1.0], 0.1, 1, "grad(w) must have shape (1,); got ()"),
        (lambda w: w, [1.0], -0.1, 1, "lr must lie in [0, inf); got -0.1"),
        (lambda w: w, [1.0], 0.1, -1, "steps must be at least 0; got -1"),
    ],
)
def test_descent_says_what_is_wrong(grad, w0, lr, steps, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        gradient_descent(grad, w0, lr, steps)


# -------------------------------------------------------------- max_stable_lr


def bowl(seed, d=4, dtype=np.float64):
    """Return a symmetric matrix with known curvatures: 0.5, 1.5, ... along random directions."""
    directions, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))
    H = directions * (np.arange(d) + 0.5) @ directions.T
    return ((H + H.T) / 2).astype(dtype)


def test_the_largest_stable_rate_by_hand():
    for H, wanted in (([[4]], 0.5), ([[1, 0], [0, 10]], 0.2), ([[2, 1], [1, 2]], 2 / 3)):
        found = max_stable_lr(H)  # curvatures 4; 1 and 10; 1 and 3
        assert type(found) is float
        near(found, wanted)


@pytest.mark.parametrize("seed", range(3))
def test_below_the_rate_descent_converges_and_above_it_diverges(seed):
    H, start = bowl(seed), np.ones(4)
    lr = max_stable_lr(H)
    assert np.linalg.norm(gradient_descent(lambda w: H @ w, start, 0.98 * lr, 800)[-1]) < 1e-6
    assert np.linalg.norm(gradient_descent(lambda w: H @ w, start, 1.02 * lr, 800)[-1]) > 1e6


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_rate_is_found_in_every_dtype(dtype):
    near(max_stable_lr(bowl(0, dtype=dtype)), 2 / 3.5, 10 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("scale", [1e-300, 1e-3, 1e3, 1e300])
def test_the_rate_scales_against_the_curvature(scale):
    near(max_stable_lr(bowl(1) * scale) * scale, 2 / 3.5)


def test_a_bowl_steeper_than_any_float_has_a_rate_all_the_same():
    near(max_stable_lr(np.full((4, 4), 1e308)), 0.5e-308, 1e-9)  # the curvature is 4e308


def test_a_direction_without_curvature_sets_no_limit():
    near(max_stable_lr([[1, 1], [1, 1]]), 1.0)  # curvatures 0 and 2
    x = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    H = x.T @ x  # rank 3 of 8, up to rounding
    near(max_stable_lr(H), 2 / np.linalg.norm(x.astype(np.float64), 2) ** 2, 1e-5)


@pytest.mark.parametrize(
    ("H", "sentence"),
    [
        ([1, 2], "H must have shape (d=2, d=2); got (2,)"),
        ([[1, 2]], "H must have shape (d=2, d=2); got (1, 2)"),
        (np.ones((2, 2, 2)), "H must have shape (d=2, d=2); got (2, 2, 2)"),
        (3, "H must have shape (d=1, d=1); got ()"),
        ([[1, 2], [0, 1]], "H must be symmetric; got a matrix that is not"),
        ([[1, 2], [2, 1]], "H must not curve downwards; got -1"),
        ([[-20]], "H must not curve downwards; got -20"),
        ([[0, 0], [0, 0]], "H must be finite and not all 0; got at most 0.0"),
        (np.empty((0, 0)), "H must be finite and not all 0; got at most 0.0"),
        ([[np.nan]], "H must be finite and not all 0; got at most nan"),
        ([[np.inf]], "H must be finite and not all 0; got at most inf"),
    ],
)
def test_the_rate_says_what_is_wrong_with_a_matrix(H, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        max_stable_lr(H)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_only_rounding_may_bend_a_bowl_or_make_it_lopsided(scale):
    near(max_stable_lr(scale * np.array([[1, 5e-7], [0, 1]])) * scale, 2.0, 1e-6)
    with pytest.raises(ValueError, match="must be symmetric"):
        max_stable_lr(scale * np.array([[1, 5e-6], [0, 1]]))
    near(max_stable_lr(scale * np.diag([1, -5e-7])) * scale, 2.0)
    with pytest.raises(ValueError, match="must not curve downwards"):
        max_stable_lr(scale * np.diag([1, -5e-6]))


def test_descent_and_its_rate_say_which_argument_holds_text():
    for call, name in (
        (lambda: gradient_descent(lambda w: w, ["a"], 0.1, 1), "w0"),
        (lambda: gradient_descent(lambda w: ["a"], [1.0], 0.1, 1), "grad(w)"),
        (lambda: max_stable_lr([["a"]]), "H"),
    ):
        with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
            call()
    with pytest.raises(TypeError, match=exactly("lr must be a real number; got '1'")):
        gradient_descent(lambda w: w, [1.0], "1", 1)
    with pytest.raises(TypeError, match=exactly("steps must be a whole number; got 1.5")):
        gradient_descent(lambda w: w, [1.0], 0.1, 1.5)


# ------------------------------------------------- what holds for every rule


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_leaves_weights_gradient_and_state_as_they_were(rule):
    w, state = np.ones((2, 3)), {}
    for g in some_gradients():
        arrays = [w, g, *(x for x in state.values() if isinstance(x, np.ndarray))]
        before = [array.copy() for array in arrays]
        for array in arrays:
            array.flags.writeable = False  # writing into an argument fails loudly
        old, held = dict(state), state
        new, state = rule(w, g, held)
        assert state is not held
        assert held.keys() == old.keys()
        assert all(held[name] is old[name] for name in old)
        for array, copied in zip(arrays, before, strict=True):
            np.testing.assert_array_equal(array, copied)
            assert not np.shares_memory(new, array)
            assert not any(np.shares_memory(part, array) for part in state.values())
        w = new


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_remembers_what_it_says(rule):
    w, state = np.ones(2), {}
    for t in range(1, 4):
        w, state = rule(w, np.ones(2), state)
        assert state.keys() == STATES[rule]
        assert state.get("t", t) == t


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_keeps_the_dtype_of_the_weights(rule, dtype):
    w, state = np.ones((2, 3), dtype), {}
    for g in some_gradients():
        # neither a wider gradient nor NumPy's own numbers as options widen anything
        w, state = rule(w, g, state, lr=np.float64(0.1))
        assert w.dtype == dtype
        assert {x.dtype for x in state.values() if isinstance(x, np.ndarray)} <= {np.dtype(dtype)}
    wide = {name: x.astype(np.float64) if isinstance(x, np.ndarray) else x for name, x in state.items()}
    w, state = rule(w, g, wide)
    assert w.dtype == dtype
    if rule is not sgd_step:
        assert {x.dtype for x in state.values() if isinstance(x, np.ndarray)} == {np.dtype(dtype)}


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_turns_integers_into_float64(rule):
    found, state = rule([1, 2], [3, -4], {}, lr=0.25)
    wanted, _ = rule([1.0, 2.0], [3.0, -4.0], {}, lr=0.25)
    same(found, wanted)
    assert {x.dtype for x in state.values() if isinstance(x, np.ndarray)} <= {np.dtype(np.float64)}


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0), (2, 1, 3)])
@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_takes_any_shape_and_treats_each_weight_by_itself(rule, shape):
    g = some_gradients(4, shape, seed=1)
    w = np.linspace(-2.0, 2.0, math.prod(shape)).reshape(shape)
    path = walk(rule, w, g, lr=0.1)
    assert path.shape == (4, *shape)
    assert isinstance(rule(w, g[0], {})[0], np.ndarray)
    for place in np.ndindex(shape):
        near(path[(slice(None), *place)], walk(rule, float(w[place]), g[(slice(None), *place)], lr=0.1))


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_learning_rate_of_0_moves_nothing(rule):
    path = walk(rule, np.array([1.0, -2.0]), some_gradients(3, (2,)), lr=0)
    same(path, [[1.0, -2.0]] * 3)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not adamw_step], ids=named)
def test_a_gradient_of_0_moves_nothing_at_the_start(rule):
    same(walk(rule, np.array([1.0, -2.0]), np.zeros((3, 2))), [[1.0, -2.0]] * 3)


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_goes_against_the_gradient(rule):
    g = np.array([3.0, -0.5])
    assert (np.sign(rule(np.zeros(2), g, {})[0]) == -np.sign(g)).all()


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_gradients_from_tiny_to_huge_are_taken_without_a_warning(rule):
    for dtype, g in ((np.float64, [1e-300, 1e-9, 1e3, -1e150]), (np.float32, [1e-38, 1e-9, 1e3, -1e18])):
        path = walk(rule, np.zeros(4, dtype), [np.array(g, dtype)] * 3)
        assert path.dtype == dtype
        assert np.isfinite(path).all()


@pytest.mark.parametrize("rule", ADAPTIVE, ids=named)
def test_adaptive_steps_do_not_depend_on_the_scale_of_the_gradient(rule):
    g = some_gradients()
    for scale in (1e-3, 1e3, 1e100):
        np.testing.assert_allclose(
            walk(rule, np.zeros((2, 3)), g * scale, eps=1e-30), walk(rule, np.zeros((2, 3)), g, eps=1e-30), rtol=1e-9
        )


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_says_which_shape_is_wrong(rule):
    with pytest.raises(ValueError, match=exactly("g must have shape (2,); got (2, 1)")):
        rule([1.0, 2.0], [[1.0], [2.0]], {})
    for name in STATES[rule] - {"t"}:
        _, state = rule([1.0, 2.0], [1.0, 2.0], {})
        sentence = f"state['{name}'] must have shape (2,); got (3,)"
        with pytest.raises(ValueError, match=exactly(sentence)):
            rule([1.0, 2.0], [1.0, 2.0], {**state, name: np.ones(3)})


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_says_which_argument_holds_text(rule):
    for w, g, state, name in ((["a"], [1], {}, "w"), ([1], ["a"], {}, "g")):
        with pytest.raises(TypeError, match=exactly(f"{name} must hold real numbers; got dtype <U1")):
            rule(w, g, state)
    for name in STATES[rule] - {"t"}:
        with pytest.raises(TypeError, match=exactly(f"state['{name}'] must hold real numbers; got dtype <U1")):
            rule([1], [1], {name: ["a"]})


OPTIONS = {
    "lr": ("[0, inf)", [-0.1, np.inf, np.nan], [0.0]),
    "weight_decay": ("[0, inf)", [-0.1, np.inf], [0.0]),
    "eps": ("(0, inf)", [0.0, -1e-8, np.inf], [1e-300]),
    **{name: ("[0, 1)", [-0.1, 1.0, 1.5], [0.0, 0.999999]) for name in ("beta", "beta1", "beta2", "rho")},
}


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_says_which_option_is_out_of_range(rule):
    names = [name for name in inspect.signature(rule).parameters if name not in {"w", "g", "state"}]
    for name in names:
        interval, outside, inside = OPTIONS[name]
        for value in outside:
            with pytest.raises(ValueError, match=exactly(f"{name} must lie in {interval}; got {value}")):
                rule([1.0], [1.0], {}, **{name: value})
        for value in inside:
            assert np.isfinite(rule([1.0], [1.0], {}, **{name: value})[0])
        with pytest.raises(TypeError, match=exactly(f"{name} must be a real number; got '0.5'")):
            rule([1.0], [1.0], {}, **{name: "0.5"})


@pytest.mark.parametrize(
    ("rule", "defaults"),
    [
        (sgd_step, {"lr": 0.01}),
        (momentum_step, {"lr": 0.01, "beta": 0.9}),
        (nesterov_step, {"lr": 0.01, "beta": 0.9}),
        (adagrad_step, {"lr": 0.01, "eps": 1e-8}),
        (rmsprop_step, {"lr": 0.001, "rho": 0.9, "eps": 1e-8}),
        (adam_step, {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
        (adamw_step, {"lr": 0.001, "weight_decay": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
        (step_decay, {"factor": 0.1}),
        (cosine_decay, {"lr_min": 0.0}),
        (num_steps, {"drop_last": False}),
        (minibatches, {"rng": None, "drop_last": False}),
    ],
    ids=named,
)
def test_defaults_are_those_of_the_chapter(rule, defaults):
    parameters = inspect.signature(rule).parameters.values()
    assert {p.name: p.default for p in parameters if p.default is not p.empty} == defaults


# ------------------------------------------------------------------ sgd_step


def test_sgd_by_hand():
    new, state = sgd_step([1.0, -2.0], [4.0, 0.5], {}, lr=0.25)
    same(new, [0.0, -2.125])
    assert state == {}


def test_sgd_hands_on_a_state_that_is_not_its_own():
    given = {"v": np.ones(1)}
    _, state = sgd_step([1.0], [1.0], given)
    assert state == given
    assert state is not given


def test_sgd_is_one_step_of_gradient_descent():
    def grad(w):
        return np.array([2 * w[0], 6 * w[1]])

    w = np.array([1.0, -2.0])
    for row in gradient_descent(grad, w, 0.1, 4)[1:]:
        w, _ = sgd_step(w, grad(w), {}, 0.1)
        same(w, row)


# -------------------------------------------------- momentum and Nesterov


def test_momentum_by_hand():
    # lr 0.5, beta 0.25: v = 4, w = 1 - 2 = -1; v = 1 + 2 = 3, w = -1 - 1.5 = -2.5; v = 0.75, w = -2.875
    same(walk(momentum_step, [1.0], [[4.0], [2.0], [0.0]], lr=0.5, beta=0.25), [[-1.0], [-2.5], [-2.875]])
    near(walk(momentum_step, 1.0, [1.0, 1.0], lr=0.1), [0.9, 0.71])


def test_nesterov_by_hand():
    # lr 0.5, beta 0.25: v = 4, w = 1 - 0.5 (4 + 1) = -1.5; v = 1 + 2 = 3, w = -1.5 - 0.5 (2 + 0.75) = -2.875
    # v = 0.75, w = -2.875 - 0.5 (0 + 0.1875) = -2.96875
    path = walk(nesterov_step, [1.0], [[4.0], [2.0], [0.0]], lr=0.5, beta=0.25)
    same(path, [[-1.5], [-2.875], [-2.96875]])


@pytest.mark.parametrize("rule", [momentum_step, nesterov_step], ids=named)
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_a_constant_gradient_drives_the_step_to_its_terminal_length(rule, beta):
    path = walk(rule, 0.0, [-1.0] * 400, lr=0.1, beta=beta)
    near(path[-1] - path[-2], 0.1 / (1 - beta), 1e-9)


@pytest.mark.parametrize("rule", [momentum_step, nesterov_step], ids=named)
def test_without_inertia_there_is_plain_descent(rule):
    g = some_gradients()
    near(walk(rule, np.ones((2, 3)), g, beta=0), walk(sgd_step, np.ones((2, 3)), g))


def test_a_schedule_acts_on_the_whole_velocity_at_once():
    # v = 1, then 1.9; with the rate inside the velocity the second step would be 0.9 * 0.1 + 0.01
    near(walk(momentum_step, 0.0, [-1.0, -1.0], lr=[0.1, 0.01].__getitem__), [0.1, 0.1 + 0.01 * 1.9])


@pytest.mark.parametrize("rule", [momentum_step, nesterov_step], ids=named)
def test_the_velocity_is_a_sum_of_past_gradients(rule):
    g, state = some_gradients(5), {}
    for g_t in g:
        _, state = rule(np.zeros((2, 3)), g_t, state, beta=0.5)
    near(state["v"], sum(0.5 ** (4 - t) * g_t for t, g_t in enumerate(g)))


def test_nesterov_takes_the_gradient_where_inertia_alone_would_reach():
    # as in the paper: u <- beta u - lr grad(w + beta u), w <- w + u; ours is w + beta u
    def grad(w):
        return np.array([1.0, 10.0]) * w + np.sin(w)

    lr, beta = 0.02, 0.8
    start = np.array([1.0, -2.0])
    w, u, ours, state = start, np.zeros(2), start, {}
    for _ in range(10):
        u = beta * u - lr * grad(w + beta * u)
        w = w + u
        ours, state = nesterov_step(ours, grad(ours), state, lr, beta)
        near(ours, w + beta * u, 1e-10)


# -------------------------------------------------------- AdaGrad and RMSProp


def test_adagrad_by_hand():
    # lr 0.5, eps 1: h = 9, w = 1 - 0.5 * 3 / (3 + 1) = 0.625;  h = 25, w = 0.625 - 0.5 * 4 / (5 + 1)
    near(walk(adagrad_step, [1.0], [[3.0], [4.0]], lr=0.5, eps=1.0), [[0.625], [0.625 - 1 / 3]])


def test_the_first_step_of_adagrad_has_the_length_of_the_learning_rate():
    near(adagrad_step([1.0, 1.0], [10.0, -0.5], {}, lr=0.1)[0], [0.9, 1.1], 1e-7)


def test_adagrad_slows_down_like_one_over_the_root_of_time():
    path = walk(adagrad_step, 0.0, [-2.0] * 100, lr=0.1)
    near(np.diff(path, prepend=0.0), 0.1 / np.sqrt(np.arange(1, 101)), 1e-6)


def test_the_memory_of_adagrad_never_shrinks():
    state, last = {}, np.zeros((2, 3))
    for g in some_gradients(10):
        _, state = adagrad_step(np.zeros((2, 3)), g, state)
        assert (state["h"] > last).all()
        last = state["h"]


def test_rmsprop_by_hand():
    # lr 0.5, rho 0.75, eps 1: h = 0.25 * 16 = 4, w = 1 - 0.5 * 4 / (2 + 1) = 1/3
    # h = 3 + 0.25 * 4 = 4, w = 1/3 - 0.5 * 2 / 3 = 0
    path = walk(rmsprop_step, [1.0], [[4.0], [2.0]], lr=0.5, rho=0.75, eps=1.0)
    np.testing.assert_allclose(path, [[1 / 3], [0.0]], atol=1e-15)


def test_a_constant_gradient_drives_the_step_of_rmsprop_to_the_learning_rate():
    path = walk(rmsprop_step, 0.0, [-3.0] * 400, lr=0.1, rho=0.9)
    near(path[0], 0.1 / math.sqrt(1 - 0.9), 1e-6)  # not corrected for the start at 0
    near(path[-1] - path[-2], 0.1, 1e-6)


# ------------------------------------------------------------- Adam and AdamW


def test_adam_by_hand():
    # lr 0.5, beta1 0.5, beta2 0.75, eps 1
    # t = 1, g = 3: m = 1.5, m_hat = 3; v = 2.25, v_hat = 9; w = 1 - 0.5 * 3 / (3 + 1) = 0.625
    # t = 2, g = 1: m = 1.25, m_hat = 1.25 / 0.75 = 5/3; v = 1.6875 + 0.25 = 1.9375, v_hat = 1.9375 / 0.4375 = 31/7
    second = 0.625 - 0.5 * (5 / 3) / (math.sqrt(31 / 7) + 1)
    near(walk(adam_step, [1.0], [[3.0], [1.0]], lr=0.5, beta1=0.5, beta2=0.75, eps=1.0), [[0.625], [second]])


def test_adam_keeps_the_means_without_their_correction():
    _, state = adam_step([0.0], [2.0], {})
    assert state["t"] == 1
    near(state["m"], [0.2])
    near(state["v"], [0.004])


@LAWS
@given(st.floats(1e-3, 1e3), st.sampled_from([0.0, 0.5, 0.9]), st.sampled_from([0.0, 0.9, 0.999]))
def test_with_a_constant_gradient_every_step_of_adam_has_the_length_of_the_learning_rate(g, beta1, beta2):
    path = walk(adam_step, 0.0, [-g] * 5, lr=0.1, beta1=beta1, beta2=beta2, eps=1e-20)
    near(np.diff(path, prepend=0.0), [0.1] * 5, 1e-9)


def test_the_bias_corrections_end_after_many_steps():
    state = {"t": 10**6, "m": np.array([0.3]), "v": np.array([0.04])}
    new, state = adam_step([0.0], [0.3], state, lr=1.0, eps=0.5)
    near(new, [-0.3 / (math.sqrt(0.999 * 0.04 + 0.001 * 0.09) + 0.5)])
    assert state["t"] == 10**6 + 1


def test_adam_says_what_is_wrong_with_a_count():
    with pytest.raises(ValueError, match=exactly("state['t'] must be at least 0; got -1")):
        adam_step([1.0], [1.0], {"t": -1})


def test_adamw_by_hand():
    # lr 0.5, decay 0.25: 8 shrinks by 1/8 to 7; then Adam's first step, 0.5 * 3 / (3 + 1)
    near(adamw_step([8.0], [3.0], {}, lr=0.5, weight_decay=0.25, eps=1.0)[0], [6.625])


def test_adamw_shrinks_weights_alike_whatever_their_gradients():
    near(walk(adamw_step, 1.0, [0.0] * 50, lr=0.1, weight_decay=0.1)[-1], 0.99**50)
    g = np.random.default_rng(0).normal(0, 1, (50, 3)) * [1e-3, 1.0, 1e3]
    with_decay = walk(adamw_step, np.full(3, 5.0), g, lr=0.1, weight_decay=0.1)
    from_0 = walk(adamw_step, np.zeros(3), g, lr=0.1, weight_decay=0.1)
    near(with_decay[-1] - from_0[-1], [5 * 0.99**50] * 3, 1e-9)


def test_adamw_without_decay_is_adam():
    g = some_gradients()
    same(walk(adamw_step, np.ones((2, 3)), g, weight_decay=0), walk(adam_step, np.ones((2, 3)), g))


def test_the_decay_enters_no_memory():
    _, with_decay = adamw_step([100.0], [2.0], {}, weight_decay=0.5)
    _, without = adam_step([100.0], [2.0], {})
    assert with_decay == without


# ---------------------------------------------------------------- clipping


def test_clipping_by_norm_by_hand():
    # (3, 4) has norm 5; times 1/5
    clipped, norm = clip_grad_norm({"W": [[3.0]], "b": [4.0]}, 1.0)
    assert list(clipped) == ["W", "b"]
    near(clipped["W"], [[0.6]])
    near(clipped["b"], [0.8])
    assert type(norm) is float
    assert norm == 5.0


@pytest.mark.parametrize("largest", [5.0, 5.000001, 1e308])
def test_a_gradient_that_is_short_enough_stays_as_it_is(largest):
    clipped, norm = clip_grad_norm({"a": [3.0, 0.0], "b": 4.0}, largest)
    same(clipped["a"], [3.0, 0.0])
    same(clipped["b"], 4.0)
    assert norm == 5.0


@pytest.mark.parametrize("grads", [{}, {"a": []}, {"a": np.zeros(3), "b": np.zeros((2, 0))}])
def test_clipping_of_nothing_and_of_zeros(grads):
    clipped, norm = clip_grad_norm(grads, 1.0)
    assert norm == 0.0
    assert clipped.keys() == grads.keys()
    for name, g in grads.items():
        same(clipped[name], g)


@pytest.mark.parametrize("scale", [5e-324 * 2**60, 1e-200, 1.0, 1e200, 1e307])
def test_clipping_by_norm_at_extreme_values(scale):
    clipped, norm = clip_grad_norm({"a": [3 * scale], "b": [-4 * scale, 0.0]}, 2.5 * scale)
    near(norm, 5 * scale)
    near(clipped["a"], [1.5 * scale])
    near(clipped["b"], [-2 * scale, 0.0])


def test_even_a_norm_beyond_all_floats_is_clipped():
    clipped, norm = clip_grad_norm({"a": np.full(4, 1.5e308)}, 2.0)
    near(clipped["a"], np.ones(4))
    assert norm == np.inf


def test_clipping_in_float32_does_not_overflow():
    clipped, norm = clip_grad_norm({"a": np.array([3e30, 4e30], np.float32)}, np.float64(1.0))
    near(norm, 5e30, 1e-6)
    assert clipped["a"].dtype == np.float32
    near(clipped["a"], [0.6, 0.8], 1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_no_factor_can_mend_is_named(bad):
    shown = abs(bad)
    with pytest.raises(ValueError, match=exactly(f"grads['b'] must be finite; got {shown}")):
        clip_grad_norm({"a": [1.0], "b": [0.0, bad]}, 1.0)


@LAWS
@given(st.lists(st.floats(-1e3, 1e3), max_size=4), st.lists(st.floats(-1e3, 1e3), max_size=4), st.floats(1e-3, 1e3))
def test_clipping_by_norm_shortens_and_keeps_the_direction(a, b, largest):
    clipped, norm = clip_grad_norm({"a": a, "b": b}, largest)
    whole, short = np.array([*a, *b]), np.concatenate([clipped["a"], clipped["b"]])
    np.testing.assert_allclose(norm, math.hypot(*whole), rtol=1e-12)
    np.testing.assert_allclose(math.hypot(*short), min(norm, largest), rtol=1e-12)
    np.testing.assert_allclose(short * norm, whole * min(norm, largest), rtol=1e-12, atol=1e-300)


def test_clipping_by_value_by_hand():
    clipped = clip_grad_value({"W": [[3.0, -0.5]], "b": -2.5}, 2)
    assert list(clipped) == ["W", "b"]
    same(clipped["W"], [[2.0, -0.5]])
    same(clipped["b"], -2.0)


def test_clipping_by_value_at_extreme_values():
    clipped = clip_grad_value({"a": [np.inf, -np.inf, np.nan, 1e308, -5e-324], "b": []}, 1.0)
    same(clipped["a"], [1.0, -1.0, np.nan, 1.0, -5e-324])
    same(clipped["b"], [])


def test_the_norm_of_float32_gradients_is_added_up_in_float64():
    # 1 + 2**-26 is 1 in float32
    _, norm = clip_grad_norm({"a": np.array([1, 2.0**-13], np.float32)}, 2.0)
    near(norm, np.sqrt(1 + 2.0**-26), 1e-15)


@pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])
@pytest.mark.parametrize("largest", [0.5, 100.0])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
def test_clipping_returns_new_arrays_of_the_same_dtype(clip, largest, dtype):
    grads = {"a": np.array([3, 0], dtype), "b": np.array(4, dtype), "c": np.zeros(2, dtype)}
    for g in grads.values():
        g.flags.writeable = False
    clipped = clip(grads, np.float64(largest))
    clipped = clipped[0] if clip is clip_grad_norm else clipped
    for name, g in grads.items():
        assert isinstance(clipped[name], np.ndarray)
        assert clipped[name].shape == g.shape
        assert clipped[name].dtype == (np.float64 if dtype is np.int64 else dtype)
        assert not np.shares_memory(clipped[name], g)


def test_clipping_zeros_returns_new_arrays():
    zeros = np.zeros(2)
    assert not np.shares_memory(clip_grad_norm({"a": zeros}, 1.0)[0]["a"], zeros)


@pytest.mark.parametrize(("clip", "name"), [(clip_grad_norm, "max_norm"), (clip_grad_value, "max_value")])
def test_clipping_says_what_is_wrong(clip, name):
    for value in (0, -1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match=exactly(f"{name} must lie in (0, inf); got {value}")):
            clip({"a": [1.0]}, value)
    with pytest.raises(TypeError, match=exactly("grads['a'] must hold real numbers; got dtype <U1")):
        clip({"a": ["1"]}, 1.0)


# --------------------------------------------------------------- schedules


def test_step_decay_by_hand():
    assert [step_decay(t, 8, 3, 0.5) for t in range(8)] == [8.0, 8.0, 8.0, 4.0, 4.0, 4.0, 2.0, 2.0]
    near([step_decay(t, 1.0, 1) for t in range(3)], [1.0, 0.1, 0.01])
    assert step_decay(10**6, 1.0, 1) == 0.0
    assert [step_decay(t, 8.0, 1, 1) for t in (0, 9)] == [8.0, 8.0]


def test_cosine_decay_by_hand():
    # cos of 0, 60, 90, 120 and 180 degrees: 1, 0.5, 0, -0.5, -1
    near([cosine_decay(t, 9.0, 6, 1.0) for t in (0, 2, 3, 4, 6)], [9.0, 7.0, 5.0, 3.0, 1.0])
    assert [cosine_decay(t, 9.0, 6, 1.0) for t in (6, 7, 12, 1000)] == [1.0] * 4  # it does not rise again
    assert cosine_decay(5, 9.0, 5) == 0.0


def test_linear_warmup_by_hand():
    assert [linear_warmup(t, 8, 4) for t in range(6)] == [2.0, 4.0, 6.0, 8.0, 8.0, 8.0]
    assert [linear_warmup(t, 8.0, 1) for t in range(2)] == [8.0, 8.0]


def test_schedules_return_pythons_own_floats():
    lr, t = np.float32(0.5), np.int64(1)
    assert type(step_decay(t, lr, np.int64(2), np.float32(0.5))) is float
    assert type(cosine_decay(t, lr, np.int64(2), np.float32(0.25))) is float
    assert type(linear_warmup(t, lr, np.int64(4))) is float


@LAWS
@given(st.integers(1, 50), st.floats(0, 10), st.floats(0, 1))
def test_the_cosine_never_rises_and_stays_between_its_ends(total, lr, lr_min):
    rates = [cosine_decay(t, lr + lr_min, total, lr_min) for t in range(total + 5)]
    slack = 1e-14 * (lr + lr_min)
    assert all(later <= earlier + slack for earlier, later in pairwise(rates))
    assert all(lr_min - slack <= rate <= lr + lr_min + slack for rate in rates)


@pytest.mark.parametrize("call", [step_decay, cosine_decay, linear_warmup])
def test_schedules_say_what_is_wrong(call):
    length = list(inspect.signature(call).parameters)[2]
    for arguments, sentence in (
        ((-1, 1.0, 1), "t must be at least 0; got -1"),
        ((0, -1.0, 1), "lr must lie in [0, inf); got -1.0"),
        ((0, 1.0, 0), f"{length} must be at least 1; got 0"),
    ):
        with pytest.raises(ValueError, match=exactly(sentence)):
            call(*arguments)
    with pytest.raises(TypeError, match=exactly("t must be a whole number; got 0.5")):
        call(0.5, 1.0, 1)
    with pytest.raises(TypeError, match=exactly(f"{length} must be a whole number; got 1.5")):
        call(0, 1.0, 1.5)


@pytest.mark.parametrize("factor", [0.0, -0.5, 1.5])
def test_a_stair_must_lead_down(factor):
    with pytest.raises(ValueError, match=exactly(f"factor must lie in (0, 1]; got {factor}")):
        step_decay(0, 1.0, 1, factor)


def test_the_lowest_rate_must_not_be_negative():
    with pytest.raises(ValueError, match=exactly("lr_min must lie in [0, inf); got -1")):
        cosine_decay(0, 1.0, 1, -1)


# --------------------------------------------------------------- Optimizer


def parameters(dtype=np.float64):
    return {
        "W": np.array([[1.0, -2.0], [0.5, 3.0]], dtype),
        "b": np.array([0.25, -1.0], dtype),
        "s": np.array(2, dtype),
    }


def parameter_gradients(steps):
    W, b, s = (some_gradients(steps, shape, seed) for seed, shape in enumerate([(2, 2), (2,), ()]))
    return [{"b": b[t], "s": s[t], "W": W[t]} for t in range(steps)]  # in another order


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_an_optimizer_walks_the_path_of_its_rule_for_every_array(rule):
    params, optimizer, steps = parameters(), Optimizer(rule, lr=0.1), parameter_gradients(5)
    arrays = dict(params)
    for t, grads in enumerate(steps, start=1):
        assert optimizer.step(params, grads) is None
        assert optimizer.t == t
    for name, start in parameters().items():
        assert params[name] is arrays[name]  # changed in place
        near(params[name], walk(rule, start, [grads[name] for grads in steps], lr=0.1)[-1])
    assert optimizer.states.keys() == params.keys()
    kept = {"t", "sum", "squares"} if rule in (adam_step, adamw_step) else STATES[rule]
    assert all(state.keys() == kept for state in optimizer.states.values())


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_float32_parameters_have_float32_states(rule):
    params, optimizer = parameters(np.float32), Optimizer(rule, lr=np.float64(0.1))
    for grads in parameter_gradients(3):
        optimizer.step(params, grads)  # gradients in float64
    assert {w.dtype for w in params.values()} == {np.dtype(np.float32)}
    kept = [x for state in optimizer.states.values() for x in state.values() if not isinstance(x, int)]
    assert {x.dtype for x in kept} <= {np.dtype(np.float32)}
    assert bool(kept) == (rule is not sgd_step)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", [adam_step, adamw_step], ids=named)
def test_the_step_in_place_follows_the_rule(rule, dtype):
    def schedule(t):
        return np.float64(cosine_decay(t, 0.1, 9))

    params, steps = {"w": np.linspace(-2, 2, 5, dtype=dtype)}, some_gradients(10, (5,))
    w, state = params["w"].copy(), {}
    optimizer = Optimizer(rule, lr=schedule, beta1=0.8, eps=1e-3)
    for t, g in enumerate(steps):
        optimizer.step(params, {"w": g})
        w, state = rule(w, g, state, lr=schedule(t), beta1=0.8, eps=1e-3)
        found = optimizer.states["w"]
        assert found["t"] == t + 1
        assert params["w"].dtype == found["sum"].dtype == found["squares"].dtype == dtype
        precision = 64 * np.finfo(dtype).eps
        np.testing.assert_allclose(params["w"], w, rtol=0, atol=precision)
        np.testing.assert_allclose(found["sum"] * (1 - 0.8), state["m"], rtol=0, atol=precision)
        np.testing.assert_allclose(found["squares"] * (1 - 0.999), state["v"], rtol=0, atol=precision)


@pytest.mark.parametrize("name", ["beta1", "beta2"])
def test_a_beta_may_have_a_schedule(name):
    params, steps = {"w": np.ones(3)}, some_gradients(6, (3,))
    w, state, optimizer = np.ones(3), {}, Optimizer(adam_step, **{name: lambda t: 0.5 + t / 20})
    for t, g in enumerate(steps):
        optimizer.step(params, {"w": g})
        w, state = adam_step(w, g, state, **{name: 0.5 + t / 20})
    same(params["w"], w)


@pytest.mark.parametrize("rule", [adam_step, adamw_step], ids=named)
def test_the_step_in_place_keeps_its_arrays_and_leaves_gradients_alone(rule):
    params, optimizer, steps = parameters(), Optimizer(rule), parameter_gradients(4)
    before = copy.deepcopy(steps)
    optimizer.step(params, steps[0])
    kept = {name: (state["sum"], state["squares"]) for name, state in optimizer.states.items()}
    for grads in steps[1:]:
        optimizer.step(params, grads)
    for name, (sums, squares) in kept.items():
        assert optimizer.states[name]["sum"] is sums
        assert optimizer.states[name]["squares"] is squares
    for grads, grads_before in zip(steps, before, strict=True):
        for name, g in grads.items():
            np.testing.assert_array_equal(g, grads_before[name])


def test_parameters_of_one_shape_do_not_disturb_each_other():
    params, optimizer, grads = {"a": np.ones(3), "b": np.ones(3)}, Optimizer(adam_step, lr=0.1), some_gradients(6, (3,))
    for g, h in zip(grads[:3], grads[3:], strict=True):
        optimizer.step(params, {"a": g, "b": h})
    near(params["a"], walk(adam_step, np.ones(3), grads[:3], lr=0.1)[-1])
    near(params["b"], walk(adam_step, np.ones(3), grads[3:], lr=0.1)[-1])


def test_a_parameter_that_changes_its_shape_is_refused():
    optimizer = Optimizer(adamw_step)
    optimizer.step({"w": np.ones(3)}, {"w": np.ones(3)})
    w = np.ones(4)
    with pytest.raises(ValueError, match=exactly("state['sum'] must have shape (4,); got (3,)")):
        optimizer.step({"w": w}, {"w": np.ones(4)})
    np.testing.assert_array_equal(w, np.ones(4))


def test_an_optimizer_uses_the_defaults_of_its_rule():
    params, grads = {"w": np.zeros(2)}, {"w": np.array([1.0, -2.0])}
    Optimizer(adam_step).step(params, grads)
    same(params["w"], adam_step([0.0, 0.0], grads["w"], {})[0])


def test_an_optimizer_changes_neither_gradients_nor_the_dictionary():
    params, (grads,) = parameters(), parameter_gradients(1)
    before = copy.deepcopy(grads)
    Optimizer(momentum_step).step(params, grads)
    assert list(params) == ["W", "b", "s"]
    assert grads.keys() == before.keys()
    for name, g in before.items():
        np.testing.assert_array_equal(grads[name], g)


def test_views_of_one_flat_vector_are_changed_through_their_owner():
    flat = np.arange(4.0)
    Optimizer(sgd_step, lr=1.0).step({"W": flat[:2].reshape(1, 2), "b": flat[2:]}, {"W": [[1.0, 2.0]], "b": [3, 4]})
    same(flat, [-1.0, -1.0, -1.0, -1.0])


def test_a_schedule_is_asked_for_every_step_from_0():
    asked = []

    def schedule(t):
        asked.append(t)
        return 2.0**-t

    params, optimizer = {"a": np.zeros(1), "b": np.zeros(1)}, Optimizer(sgd_step, lr=schedule)
    asked.clear()  # the first answer was checked when the optimizer was made
    for wanted in (1.0, 1.5, 1.75):
        optimizer.step(params, {"a": [-1.0], "b": [-2.0]})
        same(params["a"], [wanted])
        same(params["b"], [2 * wanted])
    assert asked == [0, 1, 2]


def test_any_option_may_be_a_schedule():
    params, optimizer = {"w": np.zeros(1)}, Optimizer(momentum_step, lr=1.0, beta=lambda t: 0.5 if t else 0.0)
    for _ in range(2):
        optimizer.step(params, {"w": [-1.0]})
    same(params["w"], [2.5])  # v = 1, then 1.5


def test_a_schedule_that_goes_wrong_leaves_everything_as_it_was():
    params, optimizer = {"w": np.zeros(1)}, Optimizer(momentum_step, lr=lambda t: 1.0 - t)
    optimizer.step(params, {"w": [-1.0]})
    optimizer.step(params, {"w": [-1.0]})
    with pytest.raises(ValueError, match=exactly("lr must lie in [0, inf); got -1.0")):
        optimizer.step(params, {"w": [-1.0]})
    assert optimizer.t == 2
    same(params["w"], [1.0])
    same(optimizer.states["w"]["v"], [-1.9])


def test_optimizers_share_no_memory():
    first, second = Optimizer(momentum_step), Optimizer(momentum_step)
    first.step({"w": np.ones(1)}, {"w": [1.0]})
    assert second.states == {}
    assert (first.t, second.t) == (1, 0)


def test_an_array_that_joins_later_starts_with_an_empty_state():
    optimizer = Optimizer(adam_step)
    optimizer.step({"a": np.zeros(1)}, {"a": [1.0]})
    optimizer.step({"b": np.zeros(2)}, {"b": [1.0, 1.0]})
    assert optimizer.states["a"]["t"] == optimizer.states["b"]["t"] == 1


def test_an_optimizer_can_be_copied_and_goes_on_where_it_was():
    params, optimizer = parameters(), Optimizer(adam_step)
    first, second = parameter_gradients(2)
    optimizer.step(params, first)
    twin, twin_params = copy.deepcopy(optimizer), copy.deepcopy(params)
    optimizer.step(params, second)
    twin.step(twin_params, second)
    for name, w in params.items():
        same(twin_params[name], w)


def test_an_optimizer_of_nothing_does_nothing():
    optimizer = Optimizer(adam_step)
    optimizer.step({}, {})
    assert (optimizer.states, optimizer.t) == ({}, 1)


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"lr": -1.0}, ValueError, "lr must lie in [0, inf); got -1.0"),
        ({"lr": lambda t: -2.0 - t}, ValueError, "lr must lie in [0, inf); got -2.0"),
        ({"rho": 0.5}, TypeError, "adam_step() got an unexpected keyword argument 'rho'"),
    ],
)
def test_a_wrong_option_is_refused_when_the_optimizer_is_made(options, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        Optimizer(adam_step, **options)


READ_ONLY = np.zeros(2)
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize(
    ("w", "g", "error", "sentence"),
    [
        ([1.0, 2.0], [1.0, 2.0], TypeError, "params['b'] must be an ndarray; got <class 'list'>"),
        (np.array([1, 2]), [1.0, 2.0], TypeError, "params['b'] must hold floats; got int64"),
        (READ_ONLY, [1.0, 2.0], ValueError, "params['b'] must be writeable; it is read-only"),
        (np.ones(2), [1.0, 2.0, 3.0], ValueError, "grads['b'] must have shape (2,); got (3,)"),
        (np.ones(2), 1.0, ValueError, "grads['b'] must have shape (2,); got ()"),
        (np.ones(2), ["a", "b"], TypeError, "grads['b'] must hold real numbers; got dtype <U1"),
    ],
)
def test_a_step_that_does_not_fit_is_refused_before_anything_changes(w, g, error, sentence):
    params, optimizer = {"a": np.ones(1), "b": w}, Optimizer(adam_step)
    with pytest.raises(error, match=exactly(sentence)):
        optimizer.step(params, {"a": [1.0], "b": g})
    same(params["a"], [1.0])
    assert (optimizer.states, optimizer.t) == ({}, 0)


@pytest.mark.parametrize("names", [["W"], ["W", "b", "c"], ["W", "c"], []])
def test_gradients_must_have_the_names_of_the_parameters(names):
    sentence = f"grads must have the names ['W', 'b']; got {sorted(names)}"
    with pytest.raises(ValueError, match=exactly(sentence)):
        Optimizer(sgd_step).step({"b": np.ones(1), "W": np.ones(1)}, {name: [1.0] for name in names})


# -------------------------------------------------------------- PyTorch

RECORDED = parity.load("optimizers")
START, GRADIENTS = RECORDED.pop("gradients").values()
PATHS = [name for name in RECORDED if name.split("/")[0].endswith("_step")]
SCHEDULED = [name for name in PATHS if "float64" in name and not name.split("/")[1].isdigit()]


@pytest.mark.parametrize("name", PATHS)
def test_pytorch_walks_the_same_path(name):
    rule, dtype = getattr(optimizers, name.split("/")[0]), name.split("/")[-1]
    options = {key: value.tolist() for key, value in RECORDED[name].items() if key != "path"}
    options = {key: x.__getitem__ if isinstance(x, list) else x for key, x in options.items()}
    g = GRADIENTS.astype(dtype)
    parity.assert_close(walk(rule, START.astype(dtype), g, **options), RECORDED[name]["path"])
    params, optimizer = {"w": START.astype(dtype)}, Optimizer(rule, **options)
    for g_t in g:
        optimizer.step(params, {"w": g_t})
    parity.assert_close(params["w"], RECORDED[name]["path"][-1])


SCHEDULES = {
    "step_decay": lambda t: step_decay(t, 0.1, 6, 0.5),
    "cosine_decay": lambda t: cosine_decay(t, 0.1, 19, 0.01),
    "linear_warmup": lambda t: linear_warmup(t, 0.1, 8),
    "warm_cosine": lambda t: linear_warmup(t, cosine_decay(max(t - 5, 0), 0.1, 15, 0.01), 5),
}


@pytest.mark.parametrize("name", SCHEDULED)
def test_pytorch_has_the_same_schedule(name):
    schedule = SCHEDULES[name.split("/")[1]]
    parity.assert_close([schedule(t) for t in range(20)], RECORDED[name]["lr"])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["clip_grad_norm/above", "clip_grad_norm/below", "clip_grad_value"])
def test_pytorch_clips_the_same(kind, dtype):
    case, clip = RECORDED[f"{kind}/{dtype}"], getattr(optimizers, kind.split("/")[0])
    found = clip({"W": case["W"], "b": case["b"]}, float(case["largest"]))
    if clip is clip_grad_norm:
        found, norm = found
        parity.assert_close(np.array(norm, dtype), case["norm"])
    parity.assert_close(found["W"], case["W_out"])
    parity.assert_close(found["b"], case["b_out"])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pytorch_descends_the_same_bowl(dtype):
    case = RECORDED[f"gradient_descent/{dtype}"]
    path = gradient_descent(lambda w: case["H"] @ w, case["w0"], float(case["lr"]), 20)
    assert path.dtype == dtype
    parity.assert_close(path, case["path"])


def test_pytorch_was_asked_about_every_rule_and_schedule():
    assert {name.split("/")[0] for name in PATHS} == {rule.__name__ for rule in RULES}
    assert {name.split("/")[1] for name in SCHEDULED} == SCHEDULES.keys()
    assert len(RECORDED) == 2 * (17 + 8 + 3 + 1)


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now, recorded = parity.computed_now("optimizers"), parity.load("optimizers")
        assert now.keys() == recorded.keys()
        for name, case in now.items():
            assert case.keys() == recorded[name].keys()
            for key, value in case.items():
                parity.assert_close(recorded[name][key], value)
