"""The Keras-like model: by hand, by central differences, by the capstone's functions, and by what may go wrong."""

import json
import math
import os
import re

import numpy as np
import pytest

from dlcourse import capstone
from dlcourse.callbacks import Callback, EarlyStopping, History
from dlcourse.datasets import digits_split
from dlcourse.layers import Activation, BatchNorm, Dense, Dropout, Flatten, Layer, LayerNorm
from dlcourse.losses import softmax_cross_entropy
from dlcourse.objectives import OBJECTIVES
from dlcourse.optimizers import Optimizer, adam_step, adamw_step, cosine_decay, momentum_step, sgd_step
from dlcourse.regularization import dropout_forward
from dlcourse.sequential import Sequential

CLASSES = "sparse_categorical_crossentropy"
RNG = np.random.default_rng


def exactly(sentence):
    return f"^{re.escape(sentence)}$"


def blobs(n=60, seed=0):
    """Two clouds far apart."""
    y = np.arange(n) % 2
    return RNG(seed).normal(0, 0.3, (n, 2)) + 4.0 * y[:, np.newaxis], y


def small(loss=CLASSES, metrics=("accuracy",), optimizer="adam", seed=0, **options):
    layers = [Dense(5, "tanh"), Dense(2, "softmax")]
    return Sequential(layers, rng=RNG(seed), **options).compile(optimizer, loss, metrics)


# ------------------------------------------------------------------------ by hand


def test_a_step_by_hand():
    # z = 2 * 1 + 1 = 3, target 1: loss (3 - 1)**2 = 4, slope by z 2 * (3 - 1) = 4, so dW = 4 * 2 = 8 and db = 4
    model = Sequential([Dense(1)], rng=RNG(0), dtype="float64").compile(Optimizer(sgd_step, lr=0.125), "mse", ["mae"])
    model.build((1,)).set_weights({"dense.W": np.array([[1.0]]), "dense.b": np.array([1.0])})
    assert model.evaluate([[2.0]], [1.0]) == (4.0, 2.0)
    loss, grads = model.loss_and_gradients([[2.0]], [1.0])
    assert (loss, grads["dense.W"].tolist(), grads["dense.b"].tolist()) == (4.0, [[8.0]], [4.0])
    assert model.train_on_batch([[2.0]], [1.0]) == 4.0
    assert model.predict([[2.0]]).tolist() == [[0.5]]  # W = 1 - 1 = 0, b = 1 - 0.5


def test_the_model_of_the_notes_has_101770_parameters():
    model = Sequential([Flatten(input_shape=(28, 28)), Dense(128, "relu"), Dropout(0.2), Dense(10, "softmax")])
    assert model.parameters.flat.size == 101_770
    assert model.summary() == (
        "Layer     Output shape   Parameters\n"
        "-----------------------------------\n"
        "input     (n, 28, 28)             0\n"
        "flatten   (n, 784)                0\n"
        "dense     (n, 128)          100,480\n"
        "dropout   (n, 128)                0\n"
        "dense_1   (n, 10)             1,290\n"
        "-----------------------------------\n"
        "101,770 parameters in float32"
    )


def test_a_layer_inside_a_layer_counts():
    class Wrapped(Layer):
        def __init__(self):
            super().__init__()
            self.children = {"inner": Dense(3)}

        def build(self, shape):
            return self.children["inner"].build(shape)

        def forward(self, X, training=False):
            return self.children["inner"].forward(X, training)

    model = Sequential([Wrapped(), Dense(1)]).build((2,))
    assert "wrapped   (n, 3)                  9" in model.summary()
    assert list(model.parameters) == ["wrapped.inner.W", "wrapped.inner.b", "dense.W", "dense.b"]


def test_what_is_not_said_is_adam_on_the_squared_error_in_batches_of_32():
    X, y = RNG(1).random((33, 2)), RNG(2).random(33)
    model, told = (
        Sequential([Dense(1)], rng=RNG(0)).compile(),
        Sequential([Dense(1)], rng=RNG(0)).compile("adam", "mse"),
    )
    assert model.fit(X, y).history == told.fit(X, y, epochs=1, batch_size=32).history
    assert model.optimizer.t == 2
    assert model.optimizer.rule is adam_step
    assert list(model.history.history) == ["loss"]


def test_layers_are_named_as_in_keras():
    model = Sequential([Dense(3), Activation("relu"), Dense(3), BatchNorm(), Dense(1)])
    assert list(model.layers) == ["dense", "activation", "dense_1", "batchnorm", "dense_2"]


# ---------------------------------------------------------------------- gradients

STACKS = {
    "plain": lambda: [Flatten(), Dense(4, "tanh"), Dense(3, "softmax")],
    "softmax apart": lambda: [Flatten(), Dense(4, "relu"), Dense(3), Activation("softmax")],
    "normalized": lambda: [Flatten(), LayerNorm(), Dense(4, "gelu"), BatchNorm(), Dense(3, "softmax")],
    "bare start": lambda: [Activation("tanh"), Flatten(), Dropout(0.0), Dense(3, "softmax")],
}


def measured(model, X, y, h=1e-6):
    """Return the slope of the loss by every parameter, by central differences."""
    flat = model.parameters.flat
    slopes = np.empty_like(flat)
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + h
        up = model.loss_and_gradients(X, y)[0]
        flat[i] = kept - h
        down = model.loss_and_gradients(X, y)[0]
        flat[i] = kept
        slopes[i] = (up - down) / (2 * h)
    return slopes


def agrees(model, X, y):
    model.parameters.flat[...] += RNG(5).normal(0, 0.1, model.parameters.flat.size)  # biases other than 0
    _, grads = model.loss_and_gradients(X, y)
    found = np.concatenate([g.ravel() for g in grads.values()])
    slopes = measured(model, X, y)
    assert np.abs(found - slopes).max() <= 1e-7 * np.abs(slopes).max()


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("loss", [CLASSES, "categorical_crossentropy"])
def test_gradients_are_the_slopes_of_the_loss(name, loss):
    X, y = RNG(1).normal(size=(6, 2, 2)), np.array([0, 2, 1, 1, 0, 2])
    targets = y if loss == CLASSES else RNG(2).dirichlet([1, 1, 1], 6)
    model = Sequential(STACKS[name](), rng=RNG(3), dtype="float64").build((2, 2)).compile("adam", loss)
    agrees(model, X, targets)


@pytest.mark.parametrize(
    ("loss", "head", "targets"),
    [
        ("binary_crossentropy", "sigmoid", [0, 1, 1, 0, 1, 0]),
        ("mse", "linear", [0.5, -1, 2, 0, 1, 3]),
        ("mse", "sigmoid", [0.5, -1, 2, 0, 1, 3]),
        ("mse", "softmax", [1, 1, 1, 1, 1, 0]),
        ("mae", "tanh", [0.5, -1, 2, 0, 1, 3]),
    ],
)
def test_gradients_of_the_other_losses_are_slopes_too(loss, head, targets):
    layers = [Flatten(), Dense(4, "leaky_relu"), Dense(1, "tanh"), Dense(1, head)]
    model = Sequential(layers, rng=RNG(3), dtype="float64").build((2, 2)).compile("adam", loss)
    X = RNG(1).normal(size=(6, 2, 2))
    if head == "softmax":  # one class: nothing to learn, and the gradient says so
        assert all((g == 0).all() for g in model.loss_and_gradients(X, targets)[1].values())
    else:
        agrees(model, X, targets)


def test_dropout_uses_one_mask_both_ways():
    X, y = RNG(1).normal(size=(7, 3)), np.array([0, 1, 1, 0, 1, 0, 0])
    model = Sequential([Dense(6, "tanh"), Dropout(0.3), Dense(2, "softmax")], rng=RNG(3), dtype="float64")
    model.build((3,)).compile("adam", CLASSES)
    rng = model.layers["dropout"]._rng
    state = rng.bit_generator.state

    def loss_and_gradients():
        rng.bit_generator.state = state  # the same mask every time
        return model.loss_and_gradients(X, y)

    _, grads = loss_and_gradients()
    flat, found = model.parameters.flat, np.concatenate([g.ravel() for g in grads.values()])
    for i in range(flat.size):
        values = []
        for step in (1e-6, -2e-6):
            flat[i] += step
            values.append(loss_and_gradients()[0])
        flat[i] += 1e-6
        assert found[i] == pytest.approx((values[0] - values[1]) / 2e-6, abs=1e-8)


# ---------------------------------------------- independent: the capstone's functions


def test_it_walks_the_path_of_the_functions_of_part_1(monkeypatch):
    # the layer draws its masks from fewer random bits; here it draws them as Part 1 does
    monkeypatch.setattr("dlcourse.layers._dropout_scale", lambda *args: dropout_forward(*args)[1])
    X, y = RNG(1).random((50, 12)), RNG(2).integers(0, 4, 50)
    rng = RNG(9)
    params, losses = capstone.fit(
        capstone.init_params(rng, 12, 8, 4), X, y, capstone.loss_and_grads, epochs=3, batch_size=16, lr=0.01, rng=rng
    )
    layers = [Dense(8, "relu"), Dropout(0.2), Dense(4, "softmax")]
    model = Sequential(layers, rng=RNG(9), dtype="float64")
    model.compile(Optimizer(adam_step, lr=0.01, eps=1e-7), CLASSES, ["accuracy"])
    history = model.fit(X, y, epochs=3, batch_size=16)
    np.testing.assert_allclose(history.history["loss"], losses, rtol=1e-12)
    for name, theirs in zip(["dense.W", "dense.b", "dense_1.W", "dense_1.b"], params.values(), strict=True):
        np.testing.assert_allclose(model.parameters[name], theirs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(model.evaluate(X, y), capstone.evaluate(params, X, y), rtol=1e-12)
    np.testing.assert_allclose(model.predict(X), capstone.forward(params, X)[0], rtol=0, atol=1e-12)


def test_the_unchecked_loss_is_the_checked_one():
    rng = RNG(4)
    for dtype, rtol in ((np.float32, 1e-5), (np.float64, 1e-12)):
        scores, y = rng.normal(0, 300, (9, 5)).astype(dtype), rng.integers(0, 5, 9)
        model = Sequential([Activation("softmax")], dtype=dtype).build((5,)).compile("sgd", CLASSES)
        loss, grad = model._ready().value_and_grad(scores, y)
        loss_2, grad_2 = softmax_cross_entropy(scores, y)
        assert grad.dtype == dtype
        assert loss == pytest.approx(loss_2, rel=rtol)
        np.testing.assert_allclose(grad, grad_2, rtol=0, atol=rtol)


@pytest.mark.parametrize("loss", OBJECTIVES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_loss_is_a_number_of_python_and_its_gradient_has_the_dtype_of_the_scores(loss, dtype):
    objective, scores = OBJECTIVES[loss], RNG(4).normal(size=(3, 1)).astype(dtype)
    y = [0, 0, 0] if loss == CLASSES else [[1.0], [1.0], [1.0]]
    targets = objective.targets(y, scores.shape, np.dtype(dtype))
    value, grad = objective.value_and_grad(scores, targets)
    assert type(value) is float
    assert value == pytest.approx(objective.value(scores, targets), rel=1e-6)
    assert grad.dtype == dtype
    assert all(type(metric(scores, targets)) is float for metric in objective.metrics.values())


def test_float32_and_float64_tell_the_same_story():
    X, y = blobs()
    curves = [small(dtype=dtype).fit(X, y, epochs=5).history["loss"] for dtype in ("float32", "float64")]
    np.testing.assert_allclose(*curves, rtol=1e-5)


# ------------------------------------------------------------------------ training


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"])
def test_every_optimizer_learns(optimizer):
    X, y = blobs()
    model = small(optimizer=optimizer)
    history = model.fit(X, y, epochs=30, batch_size=10)
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert model.optimizer.t == 30 * 6
    assert model.optimizer.rule.__name__ == f"{optimizer}_step"


def test_training_reaches_what_can_be_reached():
    X, y = blobs()
    model = small(optimizer=Optimizer(adam_step, lr=0.05))
    history = model.fit(X, y, epochs=20, batch_size=10, validation_data=blobs(seed=1))
    assert history.history["accuracy"][-1] == history.history["val_accuracy"][-1] == 1.0
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert len(history) == 20
    assert history.history["val_loss"][-1] == model.evaluate(*blobs(seed=1))[0]
    assert model.history is history


def test_the_model_of_the_notes_reads_digits_with_every_seed():
    X_train, y_train, X_test, y_test = digits_split()
    shares = []
    for seed in range(10):
        layers = [Flatten(input_shape=(8, 8)), Dense(128, "relu"), Dropout(0.2), Dense(10, "softmax")]
        model = Sequential(layers, rng=RNG(seed)).compile(Optimizer(adam_step, lr=3e-3), CLASSES, ["accuracy"])
        model.fit(X_train / 16, y_train, epochs=20, batch_size=32)
        shares.append(model.evaluate(X_test / 16, y_test)[1])
    assert min(shares) >= 0.97
    assert np.mean(shares) >= 0.98


def test_the_same_seed_gives_the_same_numbers():
    X, y = blobs()
    models = [small(seed=7), small(seed=7), small(seed=8)]
    first, same, other = (model.fit(X, y, epochs=2).history["loss"] for model in models)
    assert first == same != other
    assert np.array_equal(models[0].parameters.flat, models[1].parameters.flat)


def test_without_a_generator_every_run_differs():
    X, y = blobs()
    first, second = (Sequential([Dense(2, "softmax")]).compile("adam", CLASSES) for _ in range(2))
    assert first.fit(X, y).history != second.fit(X, y).history


def test_an_epoch_deals_every_sample_once_in_a_new_order():
    seen = []

    class Probe(Layer):
        def forward(self, X, training=False):
            if training:
                seen.append(X[:, 0].tolist())
            return X

        def backward(self, dY):
            raise AssertionError("nobody needs a gradient for data")

    X = np.arange(10.0)[:, np.newaxis]
    Sequential([Probe(), Dense(1)], rng=RNG(0)).compile("sgd", "mse").fit(X, np.zeros(10), epochs=2, batch_size=4)
    assert [len(batch) for batch in seen] == [4, 4, 2, 4, 4, 2]
    epochs = [x for batch in seen[:3] for x in batch], [x for batch in seen[3:] for x in batch]
    assert sorted(epochs[0]) == sorted(epochs[1]) == X.ravel().tolist()
    assert epochs[0] != epochs[1]


def test_the_history_weighs_batches_by_their_size():
    X, y = np.arange(5.0)[:, np.newaxis], np.zeros(5)
    model = Sequential([Dense(1)], rng=RNG(0), dtype="float64").compile(Optimizer(sgd_step, lr=0.0), "mse", ["mae"])
    history = model.fit(X, y, batch_size=2)
    assert [history.history["loss"][0], history.history["mae"][0]] == pytest.approx(model.evaluate(X, y), rel=1e-12)
    assert model.evaluate(X, y, batch_size=2) == pytest.approx(model.evaluate(X, y), rel=1e-12)


def test_a_second_fit_goes_on_where_the_first_ended():
    X, y = blobs()
    once, twice = small(), small()
    losses = once.fit(X, y, epochs=4).history["loss"]
    assert twice.fit(X, y, epochs=2).history["loss"] + twice.fit(X, y, epochs=2).history["loss"] == losses
    assert len(twice.history) == 2


def test_no_epoch_leaves_everything_as_it_is():
    X, y = blobs()
    model = small().build((2,))
    before = model.get_weights()
    assert len(model.fit(X, y, epochs=0)) == 0
    assert all(np.array_equal(before[name], w) for name, w in model.get_weights().items())


def test_inputs_are_left_alone():
    X, y = blobs()
    X = X.astype(np.float32)
    X_before, y_before = X.copy(), y.copy()
    model = small()
    model.fit(X, y, validation_data=(X, y))
    model.evaluate(X, y)
    model.predict(X)
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(y, y_before)


def test_dropout_is_off_when_nobody_learns():
    X, y = blobs()
    model = Sequential([Dropout(0.9), Dense(2, "softmax")], rng=RNG(0)).compile("sgd", CLASSES).build((2,))
    assert model.evaluate(X, y) == model.evaluate(X, y)
    np.testing.assert_array_equal(model.predict(X), model.predict(X))


def test_a_model_without_parameters_has_nothing_to_learn():
    model = Sequential([Activation("softmax")]).compile("sgd", CLASSES)
    assert model.train_on_batch([[0.0, 0.0]], [1]) == pytest.approx(math.log(2))
    assert model.parameters.flat.size == 0


def test_predictions_are_probabilities_in_batches_of_any_size():
    X, _ = blobs()
    model = small().build((2,))
    whole = model.predict(X)
    np.testing.assert_allclose(whole.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(model.predict(X, batch_size=7), whole, rtol=1e-6)
    assert model.predict(np.zeros((0, 2))).shape == (0, 2)
    assert whole.dtype == np.float32


@pytest.mark.parametrize("loss", ["mse", CLASSES, None])
def test_outputs_pass_through_the_last_activation_once(loss):
    X, _ = blobs()
    model = Sequential([Dense(2, "softmax")], rng=RNG(0), dtype="float64")
    if loss:
        model.compile("sgd", loss)
    out = model.predict(X)
    scores = X @ model.parameters["dense.W"]
    np.testing.assert_allclose(out, np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True), rtol=1e-12)


@pytest.mark.parametrize(
    ("loss", "head", "y", "wanted"),
    [
        (CLASSES, "softmax", [0, 1, 1, 0], 0.75),
        ("categorical_crossentropy", "softmax", [[1, 0], [0, 1], [0.4, 0.6], [0.9, 0.1]], 0.75),
    ],
)
def test_accuracy_counts_right_decisions(loss, head, y, wanted):
    model = Sequential([Activation(head)], dtype="float64").compile("sgd", loss, ["accuracy"])
    assert model.evaluate([[2.0, 1.0], [0.0, 1.0], [5.0, 6.0], [1.0, 3.0]], y)[1] == wanted


def test_binary_accuracy_decides_at_probability_a_half():
    model = Sequential([Activation("sigmoid")], dtype="float64").compile("sgd", "binary_crossentropy", ["accuracy"])
    assert model.evaluate([[0.1], [-0.1], [3.0], [-3.0]], [1, 1, 1, 0])[1] == 0.75


# ---------------------------------------------------------------------- callbacks


class Recorder(Callback):
    def __init__(self, stop_at=99):
        self.calls, self.stop_at = [], stop_at

    def on_train_begin(self, model):
        self.calls.append("begin")

    def on_epoch_end(self, model, history):
        self.calls.append(len(history))
        return len(history) >= self.stop_at

    def on_train_end(self, model):
        self.calls.append("end")


def test_every_callback_sees_the_epoch_in_which_one_asks_to_stop():
    first, second = Recorder(stop_at=2), Recorder()
    history = small().fit(*blobs(), epochs=5, callbacks=[first, second])
    assert first.calls == second.calls == ["begin", 1, 2, "end"]
    assert len(history) == 2


def test_early_stopping_goes_back_to_the_best_weights():
    (X, y), val = blobs(), (blobs(seed=1)[0], 1 - blobs(seed=1)[1])  # the better it learns, the worse here
    model = small(optimizer=Optimizer(adam_step, lr=0.05))
    stopper, watcher = EarlyStopping(patience=3), Recorder()
    history = model.fit(X, y, epochs=50, validation_data=val, callbacks=[stopper, watcher])
    assert stopper.best_epoch == 0
    assert len(history) == 4
    assert model.evaluate(*val)[0] == history.history["val_loss"][0]


def test_an_interrupted_training_keeps_its_history_and_ends_its_callbacks():
    class Impatient(Callback):
        def on_epoch_end(self, model, history):
            if len(history) == 2:
                raise KeyboardInterrupt  # as Ctrl-C does
            return False

    recorder, model = Recorder(), small()
    with pytest.raises(KeyboardInterrupt):
        model.fit(*blobs(), epochs=9, callbacks=[recorder, Impatient()])
    assert len(model.history) == 2
    assert recorder.calls == ["begin", 1, 2, "end"]


def test_early_stopping_without_validation_data_says_what_there_is():
    with pytest.raises(ValueError, match=exactly("monitor must be one of loss, accuracy; got 'val_loss'")):
        small().fit(*blobs(), callbacks=[EarlyStopping()])


# ------------------------------------------------------------------- the progress bar


def test_nothing_is_printed_where_nobody_watches(capfd):
    small().fit(*blobs(), epochs=3)
    assert capfd.readouterr() == ("", "")


def test_a_progress_bar_counts_steps_and_shows_the_loss(capfd, monkeypatch):
    import tqdm as package

    original, made = package.tqdm, []

    def watched(**options):
        made.append(options)
        return original(**{**options, "delay": 0, "mininterval": 0, "miniters": 1})

    monkeypatch.setattr(package, "tqdm", watched)
    small().fit(*blobs(), epochs=3, batch_size=10, progress=True)
    text = capfd.readouterr().err
    assert "18/18" in text
    assert "loss=" in text
    assert made == [{"total": 18, "unit": "step", "delay": 1, "disable": False}]


# ------------------------------------------------------------------------- keeping it

KEEPABLE = {
    "notes": lambda: [Flatten(input_shape=(2, 1)), Dense(5, "relu", "he_normal"), Dropout(0.2), Dense(2, "softmax")],
    "normalized": lambda: [Flatten(), Dense(5), BatchNorm(0.8, 1e-3), LayerNorm(1e-4), Dense(2, "softmax")],
}


@pytest.mark.parametrize("rule", [adam_step, adamw_step, momentum_step, sgd_step], ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", KEEPABLE)
def test_a_loaded_model_goes_on_as_the_saved_one(name, rule, tmp_path):
    X, y = blobs()
    X = X.reshape(-1, 2, 1)
    model = Sequential(KEEPABLE[name](), rng=RNG(0)).compile(Optimizer(rule, lr=0.02), CLASSES, ["accuracy"])
    model.fit(X, y, epochs=2)
    path = tmp_path / "model.npz"
    model.save(path)
    state = model._rng.bit_generator.state
    again = Sequential.load(path, rng=RNG(123))
    again._rng.bit_generator.state = state
    assert again.summary() == model.summary()
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.evaluate(X, y) == model.evaluate(X, y)
    assert again.optimizer.t == model.optimizer.t
    assert again.fit(X, y, epochs=2).history == model.fit(X, y, epochs=2).history
    assert os.listdir(tmp_path) == ["model.npz"]


def test_a_model_can_be_kept_without_its_optimizer(tmp_path):
    X, y = blobs()
    model = small(optimizer=Optimizer(sgd_step, lr=lambda t: cosine_decay(t, 0.1, 100)))
    model.fit(X, y)
    model.save(tmp_path / "bare.npz", include_optimizer=False)
    again = Sequential.load(tmp_path / "bare.npz")
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    with pytest.raises(RuntimeError, match=r"^call compile first: this model has no loss yet$"):
        again.fit(X, y)


@pytest.mark.parametrize("optimizer", [Optimizer(sgd_step, lr=lambda t: 0.1), Optimizer(lambda w, g, s: (w, s))])
def test_code_is_not_saved(optimizer, tmp_path):
    model = small(optimizer=optimizer).build((2,))
    sentence = "a schedule or rule of your own cannot be saved; use include_optimizer=False"
    with pytest.raises(ValueError, match=exactly(sentence)):
        model.save(tmp_path / "model.npz")
    assert os.listdir(tmp_path) == []


def test_a_layer_of_your_own_is_not_saved(tmp_path):
    class Twice(Layer):
        def forward(self, X, training=False):
            return X + X

    with pytest.raises(ValueError, match=exactly("a layer of your own cannot be saved; got Twice")):
        Sequential([Twice(), Dense(1)]).build((2,)).save(tmp_path / "model.npz")


def test_an_unknown_kind_of_layer_is_named(tmp_path):
    path = tmp_path / "model.npz"
    text = json.dumps({"layers": [{"kind": "Conv2D"}], "input_shape": [2], "dtype": "float32"})
    np.savez(path, description=np.array(text))
    with pytest.raises(ValueError, match=r"^kind of layer must be one of Activation, .*; got 'Conv2D'$"):
        Sequential.load(path)


def test_a_save_that_fails_keeps_the_old_file(tmp_path, monkeypatch):
    model, path = small().build((2,)), tmp_path / "model.npz"
    model.save(path)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        model.save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


def test_what_is_no_model_is_refused(tmp_path):
    text, other, cut = tmp_path / "text.npz", tmp_path / "other.npz", tmp_path / "cut.npz"
    text.write_text("not a zip file")
    np.savez(other, a=np.zeros(3))
    small().build((2,)).save(cut)
    cut.write_bytes(cut.read_bytes()[:-200])
    empty = tmp_path / "empty.npz"
    empty.touch()
    wrong = tmp_path / "wrong.npz"
    np.savez(wrong, description=np.array("{"))
    for path in (text, other, cut, empty, wrong):
        with pytest.raises(ValueError, match=f"^{re.escape(str(path))} must be a model that Sequential.save wrote; "):
            Sequential.load(path)
    with pytest.raises(FileNotFoundError):
        Sequential.load(tmp_path / "missing.npz")


def test_weights_that_do_not_fit_the_description_are_refused(tmp_path):
    path = tmp_path / "model.npz"
    small().build((2,)).save(path)
    with np.load(path) as file:
        arrays = dict(file)
    description = json.loads(str(arrays["description"]))
    description["layers"][0]["units"] = 6
    np.savez(path, **{**arrays, "description": np.array(json.dumps(description))})
    with pytest.raises(ValueError, match=exactly("dense.W must have shape (2, 6); got (2, 5)")):
        Sequential.load(path)


def test_a_file_from_elsewhere_runs_nothing(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, description=np.array([{"a": print}], dtype=object))
    with pytest.raises(ValueError, match=r"must be a model that Sequential\.save wrote"):
        Sequential.load(path)


def test_the_ending_of_a_file_is_npz(tmp_path):
    with pytest.raises(ValueError, match=exactly("path must end with .npz; got model.h5")):
        small().build((2,)).save(tmp_path / "model.h5")


def test_weights_are_copies_and_must_fit():
    model = small().build((2,))
    weights = model.get_weights()
    weights["dense.W"][...] = 0
    assert model.parameters["dense.W"].any()
    before = model.parameters.flat.copy()
    with pytest.raises(ValueError, match=exactly("dense_1.b must have shape (2,); got (3,)")):
        model.set_weights({**weights, "dense_1.b": np.zeros(3)})
    np.testing.assert_array_equal(model.parameters.flat, before)  # all or nothing
    names = "dense.W, dense.b, dense_1.W, dense_1.b"
    with pytest.raises(ValueError, match=exactly(f"weights must hold {names}; got dense.W")):
        model.set_weights({"dense.W": weights["dense.W"]})
    model.set_weights({name: array.tolist() for name, array in weights.items()})
    assert not model.parameters["dense.W"].any()


# ------------------------------------------------------------------- what may go wrong


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Sequential([]), ValueError, "layers must hold at least one layer; got none"),
        (lambda: Sequential(["dense"]), TypeError, "layers must hold layers, such as Dense(10); got 'dense'"),
        (lambda: Sequential([Flatten()] * 2), ValueError, "each layer must be a new one; got the same Flatten twice"),
        (
            lambda: Sequential([Dense(2)], rng=0),
            TypeError,
            "rng must be a generator such as np.random.default_rng(0); got 0",
        ),
        (
            lambda: Sequential([Dense(2)], dtype="int32").build((3,)),
            ValueError,
            "dtype must be float32 or float64; got int32",
        ),
        (
            lambda: Sequential([Dense(2)]).build((3,)).build((3,)),
            ValueError,
            "this model is built already, for samples of shape (3,)",
        ),
        (lambda: Sequential([Dense(2)]).build((0,)), ValueError, "input_shape must be at least 1; got 0"),
        (
            lambda: Sequential([Dense(2)]).summary(),
            RuntimeError,
            "this model has no weights yet: call fit, or build with the shape of one sample",
        ),
        (
            lambda: Sequential([Dense(2)]).fit([[1.0]], [0]),
            RuntimeError,
            "call compile first: this model has no loss yet",
        ),
        (
            lambda: Sequential([Dense(2)]).train_on_batch([[1.0]], [0]),
            RuntimeError,
            "call compile first: this model has no loss yet",
        ),
        (
            lambda: Sequential([Dense(2)]).evaluate([[1.0]], [0]),
            RuntimeError,
            "call compile first: this model has no loss yet",
        ),
        (
            lambda: Sequential([Dense(2)]).loss_and_gradients([[1.0]], [0]),
            RuntimeError,
            "call compile first: this model has no loss yet",
        ),
        (
            lambda: small(optimizer="adamax"),
            ValueError,
            "optimizer must be one of adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd; got 'adamax'",
        ),
        (
            lambda: small(loss="nll"),
            ValueError,
            "loss must be one of sparse_categorical_crossentropy, categorical_crossentropy, "
            "binary_crossentropy, mse, mae; got 'nll'",
        ),
        (
            lambda: small(metrics=["f1"]),
            ValueError,
            "metrics of sparse_categorical_crossentropy must be one of accuracy; got 'f1'",
        ),
        (
            lambda: small(loss="mse", metrics=["accuracy"]),
            ValueError,
            "metrics of mse must be one of mae, mse; got 'accuracy'",
        ),
        (
            lambda: small(loss="binary_crossentropy"),
            ValueError,
            "binary_crossentropy needs a last layer with activation 'sigmoid'; got 'softmax'",
        ),
        (
            lambda: Sequential([Dense(2)]).compile("sgd", CLASSES),
            ValueError,
            "sparse_categorical_crossentropy needs a last layer with activation 'softmax'; got 'linear'",
        ),
        *[
            (
                lambda loss=loss, head=head: Sequential([Dense(1, head)]).compile("sgd", loss).fit([[1.0]], [["a"]]),
                TypeError,
                "y must hold real numbers; got dtype <U1",
            )
            for loss, head in [("mse", "linear"), ("categorical_crossentropy", "softmax")]
        ],
        (
            lambda: Sequential([Dense(1)]).compile("sgd", "mse").fit([[1.0], [2.0]], [[1, 2, 3]] * 2),
            ValueError,
            "y must have shape (n=2, 1); got (2, 3)",
        ),
        (
            lambda: Sequential([Dense(2), Flatten()]).compile("sgd", CLASSES),
            ValueError,
            "sparse_categorical_crossentropy needs a last layer with activation 'softmax'; got 'linear'",
        ),
        (
            lambda: Sequential([Dense(2), Activation("relu")]).compile("sgd", CLASSES),
            ValueError,
            "sparse_categorical_crossentropy needs a last layer with activation 'softmax'; got 'relu'",
        ),
        (lambda: small().fit([[1.0, 2.0]], [2]), ValueError, "y must hold labels from 0 to 1; got 2"),
        (lambda: small().fit([[1.0, 2.0]], [0.0]), TypeError, "y must hold integer labels; got dtype float64"),
        (lambda: small().fit([[1.0, 2.0]], [0, 1]), ValueError, "y must have shape (n=1,); got (2,)"),
        (lambda: small().fit([[1.0, 2.0]], [[0]]), ValueError, "y must have shape (n=1,); got (1, 1)"),
        (lambda: small().fit([1.0, 2.0], [0]), ValueError, "X must have shape (n, features) or (n, ...); got (2,)"),
        (lambda: small().fit(np.zeros((0, 2)), []), ValueError, "X must hold at least one sample; got none"),
        (lambda: small().evaluate(np.zeros((0, 2)), []), ValueError, "X must hold at least one sample; got none"),
        (lambda: small().fit([["a", "b"]], [0]), TypeError, "X must hold real numbers; got dtype <U1"),
        (lambda: small().build((3,)).predict([[1.0, 2.0]]), ValueError, "X must have shape (n, 3); got (1, 2)"),
        (lambda: small().fit([[1.0, 2.0]], [0], batch_size=0), ValueError, "batch_size must be at least 1; got 0"),
        (lambda: small().fit([[1.0, 2.0]], [0], epochs=-1), ValueError, "epochs must be at least 0; got -1"),
        (
            lambda: small().build((2,)).predict([[1.0, 2.0]], batch_size=0),
            ValueError,
            "batch_size must be at least 1; got 0",
        ),
        (
            lambda: small("categorical_crossentropy").fit([[1.0, 2.0]], [0]),
            ValueError,
            "y must have shape (n=1, k=2); got (1,)",
        ),
        (
            lambda: Sequential([Dense(2)]).compile("sgd", "mse").fit([[1.0]], [0.0]),
            ValueError,
            "y must have shape (n=1, 2); got (1,)",
        ),
    ],
)
def test_a_wrong_use_is_explained(make, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        make()


def test_an_optimizer_that_is_none_is_refused():
    with pytest.raises(TypeError, match=r"^optimizer must be a name or an Optimizer; got <function adam_step"):
        small(optimizer=adam_step)


def test_wrong_validation_data_are_refused_before_anything_is_learned():
    X, y = blobs()
    model = small().build((2,))
    before = model.parameters.flat.copy()
    with pytest.raises(ValueError, match=exactly("y must hold labels from 0 to 1; got 4")):
        model.fit(X, y, validation_data=(X, y + 4))
    np.testing.assert_array_equal(model.parameters.flat, before)


def test_a_layer_belongs_to_one_model():
    layer = Dense(2)
    Sequential([layer]).build((2,))
    with pytest.raises(ValueError, match=exactly("each layer must be a new one; dense belongs to another model")):
        Sequential([layer]).build((2,))


def test_a_model_can_be_compiled_before_and_after_it_is_built():
    X, y = blobs()
    early = Sequential([Dense(2, "softmax")], rng=RNG(0)).compile("sgd", CLASSES).build((2,))
    late = Sequential([Dense(2, "softmax")], rng=RNG(0)).build((2,)).compile("sgd", CLASSES)
    assert early.fit(X, y).history == late.fit(X, y).history


def test_a_model_can_be_compiled_anew_for_another_loss():
    X, y = blobs()
    model = small().build((2,)).compile("sgd", "mse", ["mae"])
    loss, _ = model.evaluate(X, np.eye(2)[y])
    assert loss == pytest.approx(np.mean((model.predict(X) - np.eye(2)[y]) ** 2), rel=1e-5)


def test_a_history_starts_empty():
    assert isinstance(small().history, History)
    assert len(small().history) == 0
