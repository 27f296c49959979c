"""What a training writes down, and when it stops: by hand, and by reading the rule word for word."""

import inspect
import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.callbacks import Callback, EarlyStopping, History
from tests.dlcourse.helpers import exactly

LAWS = settings(max_examples=100, deadline=None, derandomize=True)
NAN, INF = math.nan, math.inf


def written(**curves):
    history = History()
    for values in zip(*curves.values(), strict=True):
        history.append(dict(zip(curves, values, strict=True)))
    return history


class Model:
    """A model whose one weight is the epoch that it was trained for."""

    def __init__(self):
        self.w, self.asked, self.given = np.array(-1.0), 0, []

    def get_weights(self):
        self.asked += 1
        return {"w": self.w.copy()}

    def set_weights(self, weights):
        self.given.append(float(weights["w"]))
        self.w[...] = weights["w"]


def trained(callback, values, monitor="val_loss"):
    """Train as `fit` does; return the model and the number of epochs."""
    model, history = Model(), History()
    callback.on_train_begin(model)
    for epoch, value in enumerate(values):
        model.w[...] = epoch
        history.append({"loss": 1.0, monitor: value})
        stop = callback.on_epoch_end(model, history)
        assert isinstance(stop, bool)
        if stop:
            break
    callback.on_train_end(model)
    return model, len(history)


# -------------------------------------------------------------------- History


def test_every_epoch_is_written_down():
    history = History()
    assert (history.history, len(history)) == ({}, 0)
    history.append({"loss": 0.5, "val_loss": 1})
    history.append({"loss": np.float32(0.25), "val_loss": np.int64(2)})
    assert history.history == {"loss": [0.5, 0.25], "val_loss": [1.0, 2.0]}
    assert list(history.history) == ["loss", "val_loss"]
    assert {type(value) for values in history.history.values() for value in values} == {float}
    assert len(history) == 2


def test_two_histories_share_nothing():
    first, second = History(), History()
    first.append({"loss": 1.0})
    assert second.history == {}


def test_the_number_of_epochs_is_that_of_the_longest_curve():
    history = History()
    history.append({"loss": 1.0})
    history.append({"loss": 1.0, "lr": 0.1})
    assert len(history) == 2
    assert history.history == {"loss": [1.0, 1.0], "lr": [0.1]}


def test_the_log_of_an_epoch_is_left_as_it_was():
    logs = {"loss": np.float32(0.5)}
    History().append(logs)
    assert type(logs["loss"]) is np.float32


@pytest.mark.parametrize(
    ("curves", "words"),
    [
        ({"loss": [0.5]}, "loss in training goes from 0.5 to 0.5, best 0.5 after epoch 1"),
        ({"loss": [2.34567, 1, 0.25, 0.5]}, "loss in training goes from 2.35 to 0.5, best 0.25 after epoch 3"),
        ({"val_loss": [3, 1, 1]}, "loss on the validation data goes from 3 to 1, best 1 after epoch 2"),
        ({"accuracy": [0.5, 0.75, 0.25]}, "accuracy in training goes from 0.5 to 0.25, best 0.75 after epoch 2"),
        ({"val_accuracy": [0, 1]}, "accuracy on the validation data goes from 0 to 1, best 1 after epoch 2"),
        ({"mae": [1, 2]}, "mae in training goes from 1 to 2, best 1 after epoch 1"),
        ({"loss": [NAN, 0.5, 0.7]}, "loss in training goes from nan to 0.7, best 0.5 after epoch 2"),
        ({"accuracy": [NAN, 0.5, 0.7]}, "accuracy in training goes from nan to 0.7, best 0.7 after epoch 3"),
        ({"loss": [0.5, NAN]}, "loss in training goes from 0.5 to nan, best 0.5 after epoch 1"),
        ({"loss": [NAN, NAN]}, "loss in training goes from nan to nan, best nan after epoch 1"),
        (
            {"loss": [1, 0.5], "val_accuracy": [0.5, 0.25]},
            "loss in training goes from 1 to 0.5, best 0.5 after epoch 2; "
            "accuracy on the validation data goes from 0.5 to 0.25, best 0.5 after epoch 1",
        ),
    ],
)
def test_a_plot_says_its_numbers(curves, words):
    picture = written(**curves).plot()
    assert picture.alt == f"Learning curves: {words}."
    assert picture.svg.startswith("<svg")


def test_a_plot_draws_the_curves_that_were_written(monkeypatch):
    history = written(loss=[1.0, 2.0], val_loss=[3.0, 4.0])
    monkeypatch.setattr("dlcourse.figures.learning_curves", lambda curves, alt: (curves, alt))
    curves, alt = history.plot()
    assert curves == {"loss": [1.0, 2.0], "val_loss": [3.0, 4.0]}
    assert alt.startswith("Learning curves: loss in training goes from 1 to 2,")


def test_a_plot_without_matplotlib_says_what_to_install(monkeypatch):
    history = written(loss=[1.0])
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "dlcourse.figures", raising=False)
    with pytest.raises(ImportError, match=exactly('plot needs matplotlib: pip install "dlcourse[figures]"')) as caught:
        history.plot()
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


def test_an_empty_history_cannot_be_drawn():
    with pytest.raises(ValueError, match=exactly("plot needs at least one epoch; this history is empty")):
        History().plot()


# ------------------------------------------------------------------- Callback


def test_a_callback_that_overrides_nothing_lets_training_go_on():
    model = Model()
    assert trained(Callback(), [1.0, 2.0, NAN])[1] == 3
    callback = Callback()
    assert callback.on_train_begin(model) is None
    assert callback.on_epoch_end(model, History()) is False
    assert callback.on_train_end(model) is None
    assert (model.asked, model.given) == (0, [])


# -------------------------------------------------------------- EarlyStopping


def by_the_rule(values, patience, min_delta, rises):
    """Return the number of epochs and the best one (-1 if none is), reading the docstring word for word."""
    best = -1
    for epoch, value in enumerate(values):
        gain = -INF
        if not math.isnan(value):
            before = values[best] if best >= 0 else (-INF if rises else INF)
            gain = (value - before if rises else before - value) if value != before else 0.0
        if gain > min_delta:  # changes up to this are no improvement
            best = epoch
        if epoch - best == patience:  # so many epochs in a row without improvement
            return epoch + 1, best
    return len(values), best


NUMBERS = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, 1.5, -1.0, NAN, INF, -INF])


@LAWS
@given(
    st.lists(NUMBERS, min_size=1, max_size=12),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.25, 0.5]),
    st.sampled_from(["val_loss", "loss", "accuracy", "val_accuracy", "mae", "val_mse"]),
    st.booleans(),
)
def test_training_stops_and_goes_back_as_the_rule_says(values, patience, min_delta, monitor, restore):
    callback = EarlyStopping(monitor, patience, min_delta, restore)
    epochs, best = by_the_rule(values, patience, min_delta, rises=monitor.endswith("accuracy"))
    model, found = trained(callback, values, monitor)
    assert found == epochs
    assert callback.best_epoch == max(best, 0)  # the first, if there is none
    if restore:
        assert model.given == [max(best, 0)]
    else:
        assert (model.asked, model.given) == (0, [])
        assert float(model.w) == epochs - 1


@pytest.mark.parametrize(
    ("values", "options", "epochs", "best"),
    [
        ([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.1], {"patience": 2}, 6, 3),
        ([1.0, 1.0, 0.5], {"patience": 1}, 2, 0),  # an equal loss is no improvement
        ([4.0, 3.5, 3.0, 2.5, 2.0], {"patience": 2, "min_delta": 0.5}, 5, 4),  # 4, 3, 2: by 1 in two epochs
        ([4.0, 3.5, 3.5, 0.0], {"patience": 2, "min_delta": 0.5}, 3, 0),  # by 0.5 is not by more than 0.5
        ([NAN, NAN, 1.0], {"patience": 2}, 2, 0),
        ([NAN, 1.0, NAN, NAN], {"patience": 2}, 4, 1),
        ([1.0] * 9, {}, 6, 0),
        ([3.0, 2.0, 1.0], {"patience": 1}, 3, 2),
    ],
)
def test_early_stopping_by_hand(values, options, epochs, best):
    callback = EarlyStopping(**options)
    model, found = trained(callback, values)
    assert (found, callback.best_epoch, model.given) == (epochs, best, [best])


@pytest.mark.parametrize("monitor", ["accuracy", "val_accuracy"])
def test_an_accuracy_should_rise(monitor):
    callback = EarlyStopping(monitor, patience=2)
    model, epochs = trained(callback, [0.5, 0.7, 0.7, 0.6, 0.9], monitor)
    assert (epochs, callback.best_epoch, model.given) == (4, 1, [1])


@pytest.mark.parametrize("monitor", ["accuracy_loss", "my_accuracy", "val_val_accuracy", "Accuracy"])
def test_only_an_accuracy_should_rise(monitor):
    assert trained(EarlyStopping(monitor, patience=1), [0.5, 0.4, 0.3], monitor)[1] == 3


def test_weights_are_kept_only_when_they_are_the_best_so_far():
    model, epochs = trained(EarlyStopping(patience=3), [3.0, 2.0, 2.0, 1.0, 5.0, 5.0])
    assert (model.asked, epochs) == (3, 6)


def test_weights_go_back_however_training_ended():
    callback, model, history = EarlyStopping(patience=9), Model(), History()
    callback.on_train_begin(model)
    for epoch, value in enumerate([2.0, 1.0, 3.0]):
        model.w[...] = epoch
        history.append({"val_loss": value})
        assert not callback.on_epoch_end(model, history)
    callback.on_train_end(model)  # interrupted
    assert model.given == [1.0]


def test_nothing_goes_back_if_training_ended_before_an_epoch_did():
    callback, model = EarlyStopping(), Model()
    callback.on_train_begin(model)
    callback.on_train_end(model)
    assert (callback.best_epoch, model.given) == (-1, [])


def test_the_last_training_is_forgotten():
    callback = EarlyStopping(patience=1)
    trained(callback, [1.0, 2.0])
    assert callback.best_epoch == 0
    model, epochs = trained(callback, [9.0, 8.0, 7.0])
    assert (epochs, callback.best_epoch, model.given) == (3, 2, [2.0])
    callback.on_train_begin(model)
    assert callback.best_epoch == -1
    callback.on_train_end(model)
    assert model.given == [2.0]


def test_history_and_weights_are_not_touched_while_watching():
    history, model = written(loss=[1.0, 2.0], val_accuracy=[0.5, 0.25]), Model()
    before = {name: list(values) for name, values in history.history.items()}
    EarlyStopping("val_accuracy").on_epoch_end(model, history)
    assert history.history == before
    assert model.given == []


@pytest.mark.parametrize("monitor", ["val_loss", "Loss", "", None])
def test_an_unknown_number_to_watch_is_named(monitor):
    with pytest.raises(ValueError, match=exactly(f"monitor must be one of loss, accuracy; got {monitor!r}")):
        EarlyStopping(monitor).on_epoch_end(Model(), written(loss=[1.0], accuracy=[0.5]))


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"patience": 0}, ValueError, "patience must be at least 1; got 0"),
        ({"patience": 1.5}, TypeError, "patience must be a whole number; got 1.5"),
        ({"min_delta": -0.1}, ValueError, "min_delta must lie in [0, inf); got -0.1"),
        ({"min_delta": NAN}, ValueError, "min_delta must lie in [0, inf); got nan"),
        ({"min_delta": INF}, ValueError, "min_delta must lie in [0, inf); got inf"),
    ],
)
def test_early_stopping_says_what_is_wrong(options, kind, sentence):
    with pytest.raises(kind, match=exactly(sentence)):
        EarlyStopping(**options)


def test_the_defaults_are_those_of_the_notes():
    defaults = {name: p.default for name, p in inspect.signature(EarlyStopping).parameters.items()}
    wanted = {"monitor": "val_loss", "patience": 5, "min_delta": 0.0, "restore_best_weights": True}
    assert defaults == wanted
    callback = EarlyStopping()
    assert {name: getattr(callback, name) for name in wanted} == wanted
    assert callback.best_epoch == -1
