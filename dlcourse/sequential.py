"""Chapter 8, continued: a model that can be described, layer by layer.

It reads like Keras, trains in float32, and keeps all weights in one array. Part 1 says what each loss and each name
means; Part 2 is `Sequential`.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import copy
import inspect
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlcourse import layers as all_layers
from dlcourse import optimizers as all_optimizers
from dlcourse._shapes import as_count, as_float, check_rng, check_shape, look_up
from dlcourse._storage import below, read, write
from dlcourse.callbacks import Callback, History
from dlcourse.layers import Activation, Layer, Parameters
from dlcourse.objectives import OBJECTIVES, Objective
from dlcourse.optimizers import Optimizer, minibatches, num_steps

__all__ = ["Sequential"]

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]

# ------------------------------------------------------------- Part 1: what the names mean


_RULES = {
    name.removesuffix("_step"): getattr(all_optimizers, name)
    for name in all_optimizers.__all__
    if name.endswith("_step")
}
_LAYERS = {name: getattr(all_layers, name) for name in all_layers.__all__ if name[0].isupper()}


def _named(layers: Iterable[Layer]) -> dict[str, Layer]:
    """Name layers as Keras does: dense, dense_1, dense_2."""
    named: dict[str, Layer] = {}
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"layers must hold layers, such as Dense(10); got {layer!r}")
        if any(layer is other for other in named.values()):
            raise ValueError(f"each layer must be a new one; got the same {type(layer).__name__} twice")
        kind = type(layer).__name__.lower()
        taken = sum(type(other) is type(layer) for other in named.values())
        named[f"{kind}_{taken}" if taken else kind] = layer
    if not named:
        raise ValueError("layers must hold at least one layer; got none")
    return named


def _recipe(layer: Layer) -> dict[str, Any]:
    """Return the kind of a layer, and the arguments that make such a one."""
    kind = type(layer)
    if kind is not _LAYERS.get(kind.__name__):
        raise ValueError(f"a layer of your own cannot be saved; got {kind.__name__}")
    return {"kind": kind.__name__, **{name: getattr(layer, name) for name in inspect.signature(kind).parameters}}


def _count(layer: Layer) -> int:
    """Return the number of parameters of a layer and of the layers inside it."""
    own = sum(math.prod(shape) for shape in layer.shapes.values())
    return own + sum(map(_count, layer.children.values()))


def _table(rows: Sequence[tuple[str, str, str]], last: str) -> str:
    """Lay out rows of three cells, the third to the right, and a line below them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"{a:<{widths[0]}}   {b:<{widths[1]}}   {c:>{widths[2]}}" for a, b, c in rows]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:], rule, last])


def _sums(totals: Mapping[str, float], values: Mapping[str, float], n: int) -> dict[str, float]:
    """Add the values of a batch, each as often as the batch has samples."""
    return {name: totals.get(name, 0.0) + n * value for name, value in values.items()}


def _means(totals: Mapping[str, float], n: int) -> dict[str, float]:
    """Turn sums over samples into means."""
    return {name: total / n for name, total in totals.items()}


def _slices(n: int, size: int) -> list[slice]:
    """Cut n samples into runs of `size`, the last one shorter."""
    return [slice(start, start + size) for start in range(0, n, as_count("batch_size", size, least=1))]


def _described(optimizer: Optimizer) -> dict[str, Any]:
    """Return what makes such an optimizer again, if it can be written down."""
    names = [name for name, rule in _RULES.items() if rule is optimizer.rule]
    options = {name: float(x) for name, x in optimizer.options.items() if not callable(x)}
    if not names or len(options) < len(optimizer.options):
        raise ValueError("a schedule or rule of your own cannot be saved; use include_optimizer=False")
    return {"rule": names[0], "options": options, "t": optimizer.t}


# ------------------------------------------------------- Part 2: the object that remembers


class Sequential:
    """Layers one behind the other, which learn together.

    Parameters
    ----------
    layers : iterable of Layer
        First layer first; see `dlcourse.layers`.
    rng : Generator, optional
        Everything left to chance: first weights, order of the samples, dropout. Without one, every run differs.
    dtype : {"float32", "float64"}
        In what the model computes. float32 takes half the time, float64 is for checking gradients.

    Attributes
    ----------
    layers : dict of str to Layer
        The layers by name: dense, dense_1, ...
    parameters : Parameters
        All weights by name, and in one array; there once the model is built.
    history : History
        What the last training wrote down, also if it was interrupted.

    Raises
    ------
    TypeError
        If something else than a layer, or than a generator, was passed.
    ValueError
        If there is no layer, or a layer is there twice.

    Examples
    --------
    >>> from dlcourse.layers import Dense
    >>> from dlcourse.optimizers import adam_step
    >>> model = Sequential([Dense(8, "tanh"), Dense(2, "softmax")], rng=np.random.default_rng(0))
    >>> model = model.compile(Optimizer(adam_step, lr=0.05), "sparse_categorical_crossentropy", ["accuracy"])
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> history = model.fit(X, y, epochs=100)
    >>> loss, share = model.evaluate(X, y)
    >>> share
    1.0
    """

    def __init__(
        self,
        layers: Iterable[Layer],
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = "float32",
    ) -> None:
        self.layers = _named(layers)
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self._rng = np.random.default_rng() if rng is None else rng
        check_rng(self._rng)
        self.history = History()
        self._parameters: Parameters | None = None
        self._input_shape: Shape = ()
        self._output_shapes: dict[str, Shape] = {}
        self._loss: Objective | None = None
        self._compiled: dict[str, Any] = {}
        self._body: list[Layer] = []
        self._head: Activation | None = None
        first = next(iter(self.layers.values()))
        if getattr(first, "input_shape", None) is not None:
            self.build(first.input_shape)  # type: ignore[attr-defined]

    # ------------------------------------------------------------ making it ready

    def build(self, input_shape: Sequence[int]) -> Sequential:
        """Make the weights for samples of a shape, such as (28, 28); `fit` and `predict` do it when they must."""
        if self._parameters is not None:
            raise ValueError(f"this model is built already, for samples of shape {self._input_shape}")
        taken = [name for name, layer in self.layers.items() if layer.params]
        if taken:
            raise ValueError(f"each layer must be a new one; {', '.join(taken)} belongs to another model")
        shape = self._input_shape = tuple(as_count("input_shape", n, least=1) for n in input_shape)
        for name, layer in self.layers.items():
            shape = self._output_shapes[name] = layer.build(shape)
        self._parameters = Parameters(self.layers, self._rng, self.dtype)
        self._body, self._head = self._split()
        return self

    def compile(
        self,
        optimizer: str | Optimizer = "adam",
        loss: str = "mse",
        metrics: Iterable[str] = (),
    ) -> Sequential:
        """Choose how to learn, and what to write down.

        Parameters
        ----------
        optimizer : str or Optimizer
            "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam" or "adamw" with the options of
            `dlcourse.optimizers`, or an object with others: ``Optimizer(adam_step, lr=3e-3)``.
        loss : str
            "sparse_categorical_crossentropy" (classes) or "categorical_crossentropy" (distributions), which need
            softmax as the last activation; "binary_crossentropy", which needs sigmoid; "mse" or "mae".
        metrics : iterable of str
            "accuracy" for the first three losses, "mae" and "mse" for the others.

        Returns
        -------
        Sequential
            The model itself.

        Raises
        ------
        ValueError
            If a name is unknown, or the last activation does not fit the loss.

        Notes
        -----
        The loss is computed from the scores before that activation, which is exact for scores of any size.
        """
        chosen: Objective = look_up("loss", loss, OBJECTIVES)
        names = list(metrics)
        for name in names:
            look_up(f"metrics of {loss}", name, chosen.metrics)
        last = [*self.layers.values()][-1]
        activation = getattr(last, "name", getattr(last, "activation", "linear"))
        if chosen.head not in (None, activation):
            raise ValueError(f"{loss} needs a last layer with activation {chosen.head!r}; got {activation!r}")
        if isinstance(optimizer, str):
            optimizer = Optimizer(look_up("optimizer", optimizer, _RULES))
        elif not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer must be a name or an Optimizer; got {optimizer!r}")
        self.optimizer = optimizer
        self._loss, self._compiled = chosen, {"loss": loss, "metrics": names}
        if self._parameters is not None:
            self._body, self._head = self._split()
        return self

    def _split(self) -> tuple[list[Layer], Activation | None]:
        """Return the layers up to the scores that the loss wants, and the activation behind them."""
        *body, last = self.layers.values()
        if self._loss is None or self._loss.head is None:
            return [*body, last], None
        if isinstance(last, Activation):
            return body, last
        bare = copy.copy(last)  # shares the weights
        vars(bare).update(activation="linear", _activation=Activation("linear"))
        return [*body, bare], Activation(self._loss.head)

    @property
    def parameters(self) -> Parameters:
        """All weights, by name and in one array; RuntimeError before the model is built."""
        if self._parameters is None:
            raise RuntimeError("this model has no weights yet: call fit, or build with the shape of one sample")
        return self._parameters

    def _ready(self) -> Objective:
        if self._loss is None:
            raise RuntimeError("call compile first: this model has no loss yet")
        return self._loss

    def _samples(self, X: ArrayLike) -> Array:
        """Return samples as an array in the model's dtype, and build the model if they are the first."""
        array = np.ascontiguousarray(as_float("X", X), self.dtype)
        if array.ndim < 2:
            raise ValueError(f"X must have shape (n, features) or (n, ...); got {array.shape}")
        if self._parameters is None:
            self.build(array.shape[1:])
        check_shape("X", array, ["n", *self._input_shape])
        return array

    def _targets(self, X: Array, y: ArrayLike) -> Array:
        """Return what belongs to the samples, checked."""
        [*_, shape] = self._output_shapes.values()
        return self._ready().targets(y, (len(X), *shape), self.dtype)

    # -------------------------------------------------------- the way there and back

    def _forward(self, X: Array, training: bool = False) -> Array:
        """Return the scores for a batch."""
        for layer in self._body:
            X = layer.forward(X, training)
        return X

    def _backward(self, dscores: Array) -> None:
        """Overwrite the gradient of every weight; stop where only data come before."""
        first = next((i for i, layer in enumerate(self._body) if layer.shapes), None)
        if first is None:
            return
        for layer in self._body[:first:-1]:
            dscores = layer.backward(dscores)
        self._body[first].backward_from_data(dscores)

    def _step(self, X: Array, y: Array) -> dict[str, float]:
        """Learn from one batch; return its loss and metrics."""
        scores = self._forward(X, training=True)
        loss, dscores = self._ready().value_and_grad(scores, y)
        self._backward(dscores)
        self.optimizer.step({"all": self.parameters.flat}, {"all": self.parameters.flat_grad})
        return {"loss": loss, **self._measure(scores, y)}

    def _measure(self, scores: Array, y: Array) -> dict[str, float]:
        loss = self._ready()
        return {name: loss.metrics[name](scores, y) for name in self._compiled["metrics"]}

    # ---------------------------------------------------------------- what one does

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        epochs: int = 1,
        batch_size: int = 32,
        validation_data: tuple[ArrayLike, ArrayLike] | None = None,
        callbacks: Iterable[Callback] = (),
        progress: bool | None = None,
    ) -> History:
        """Learn from samples; a second call goes on where the first ended.

        Parameters
        ----------
        X : array_like, shape (n, ...)
            Samples, at least one.
        y : array_like
            Classes (n,), distributions (n, k) or numbers, as the loss wants them.
        epochs, batch_size : int
            Passes over the data, and samples in a batch. Each epoch deals them anew.
        validation_data : tuple of array_like, optional
            ``(X, y)`` to be judged by after each epoch.
        callbacks : iterable of Callback
            Watch, and may stop the training.
        progress : bool, optional
            Whether to show a progress bar; by default on a terminal only, if training takes more than a second.

        Returns
        -------
        History
            Loss and metrics of each epoch: in training the mean over its batches, with dropout, while learning.

        Raises
        ------
        RuntimeError
            If the model is not compiled.
        ValueError
            If shapes or labels do not fit, before anything is learned.
        """
        from tqdm import tqdm

        self._ready()
        X = self._samples(X)
        y = self._targets(X, y)
        if len(X) == 0:
            raise ValueError("X must hold at least one sample; got none")
        if validation_data is not None:
            X_val = self._samples(validation_data[0])
            validation_data = X_val, self._targets(X_val, validation_data[1])
        callbacks = list(callbacks)
        history = self.history = History()  # whoever interrupts the training still finds it here
        epochs, steps = as_count("epochs", epochs), num_steps(len(X), batch_size, 1)
        with ExitStack() as stack:
            hidden = None if progress is None else not progress
            bar = stack.enter_context(tqdm(total=math.prod((epochs, steps)), unit="step", delay=1, disable=hidden))
            for callback in callbacks:
                callback.on_train_begin(self)
                stack.callback(callback.on_train_end, self)
            for _ in range(epochs):
                totals: dict[str, float] = {}
                for X_batch, y_batch in minibatches(X, y, batch_size, self._rng):
                    totals = _sums(totals, self._step(X_batch, y_batch), len(X_batch))
                    bar.update()
                logs = _means(totals, len(X))
                if validation_data is not None:
                    values = self.evaluate(*validation_data)
                    logs |= {f"val_{name}": value for name, value in zip(totals, values, strict=True)}
                history.append(logs)
                bar.set_postfix(logs, refresh=False)
                # every callback sees the epoch, also if the first asks to stop
                stop = [callback.on_epoch_end(self, history) for callback in callbacks]
                if any(stop):
                    break
        return history

    def train_on_batch(self, X: ArrayLike, y: ArrayLike) -> float:
        """Make one update from one batch; return the batch's loss before it."""
        self._ready()
        X = self._samples(X)
        return self._step(X, self._targets(X, y))["loss"]

    def loss_and_gradients(self, X: ArrayLike, y: ArrayLike) -> tuple[float, dict[str, Array]]:
        """Return the loss of a batch in training, and copies of its gradients by the names of the parameters."""
        loss = self._ready()
        X = self._samples(X)
        value, dscores = loss.value_and_grad(self._forward(X, training=True), self._targets(X, y))
        self._backward(dscores)
        return value, {name: grad.copy() for name, grad in self.parameters.grads.items()}

    def evaluate(self, X: ArrayLike, y: ArrayLike, batch_size: int = 1024) -> tuple[float, ...]:
        """Return the loss, and each metric in the order of `compile`, without dropout and without learning."""
        loss = self._ready()
        X = self._samples(X)
        y = self._targets(X, y)
        if len(X) == 0:
            raise ValueError("X must hold at least one sample; got none")
        totals: dict[str, float] = {}
        for rows in _slices(len(X), batch_size):
            scores, true = self._forward(X[rows]), y[rows]
            values = {"loss": loss.value(scores, true), **self._measure(scores, true)}
            totals = _sums(totals, values, len(true))
        return tuple(_means(totals, len(X)).values())

    def predict(self, X: ArrayLike, batch_size: int = 1024) -> Array:
        """Return the outputs (n, ...) for samples `X` (n, ...), without dropout: probabilities after a softmax."""
        X = self._samples(X)
        parts = [self._forward(X[rows]) for rows in _slices(len(X), batch_size)] or [self._forward(X)]
        scores = np.concatenate(parts)
        return scores if self._head is None else self._head.forward(scores)

    def summary(self) -> str:
        """Return a table of the layers, the shapes of their outputs, and their numbers of parameters."""
        total = self.parameters.flat.size
        rows = [
            ("Layer", "Output shape", "Parameters"),
            ("input", f"(n, {', '.join(map(str, self._input_shape))})", "0"),
        ]
        for name, layer in self.layers.items():
            shape = ", ".join(["n", *map(str, self._output_shapes[name])])
            rows.append((name, f"({shape})", f"{_count(layer):,}"))
        return _table(rows, f"{total:,} parameters in {self.dtype}")

    # -------------------------------------------------------------------- keeping it

    def get_weights(self) -> dict[str, Array]:
        """Return copies of all parameters, and of all running statistics."""
        return {name: array.copy() for name, array in self._all_arrays().items()}

    def set_weights(self, weights: Mapping[str, Array]) -> None:
        """Take what `get_weights` returned, of this model or of one like it; ValueError unless all fits."""
        mine = self._all_arrays()
        if weights.keys() != mine.keys():
            raise ValueError(f"weights must hold {', '.join(mine)}; got {', '.join(weights)}")
        for name, array in mine.items():
            check_shape(name, as_float(name, weights[name]), array.shape)
        for name, array in mine.items():
            array[...] = weights[name]

    def _all_arrays(self) -> dict[str, Array]:
        """Return the arrays themselves."""
        arrays = dict(self.parameters)
        for name, layer in self.layers.items():
            arrays |= {f"{name}.{each}": array for each, array in layer.running.items()}
        return arrays

    def save(self, path: str | os.PathLike[str], include_optimizer: bool = True) -> None:
        """Write the model to one npz file: layers, weights, and how it was learning.

        Parameters
        ----------
        path : path
            A name that ends with .npz. An old file is replaced, in one go.
        include_optimizer : bool, default True
            Whether to keep loss, metrics, and the optimizer with its state, so that `fit` can go on.

        Raises
        ------
        RuntimeError
            If the model has no weights yet.
        ValueError
            If `path` has another ending; or if a layer, or a rule or schedule of the optimizer, is your own code.
        """
        description: dict[str, Any] = {
            "layers": [_recipe(layer) for layer in self.layers.values()],
            "input_shape": self._input_shape,
            "dtype": self.dtype.name,
        }
        arrays = {f"weights/{name}": array for name, array in self._all_arrays().items()}
        if include_optimizer and self._loss is not None:
            optimizer = _described(self.optimizer)
            description["compiled"] = {**self._compiled, "optimizer": optimizer}
            state = self.optimizer.states.get("all", {})
            arrays |= {f"state/{name}": np.asarray(value) for name, value in state.items()}
        write(path, description, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str], rng: np.random.Generator | None = None) -> Sequential:
        """Read a model that `save` wrote.

        Parameters
        ----------
        path : path
            The file. Nothing in it is run.
        rng : Generator, optional
            As for a new model: it is not in the file.

        Returns
        -------
        Sequential
            The model, compiled if it was saved with its optimizer.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is damaged, or is something else.
        """
        description, arrays = read(path)
        layers = [look_up("kind of layer", each.pop("kind"), _LAYERS)(**each) for each in description["layers"]]
        model = cls(layers, rng, description["dtype"])
        if model._parameters is None:
            model.build(description["input_shape"])
        model.set_weights(below("weights/", arrays))
        if "compiled" in description:
            how, state = description["compiled"], below("state/", arrays)
            optimizer = Optimizer(_RULES[how["optimizer"]["rule"]], **how["optimizer"]["options"])
            optimizer.t = how["optimizer"]["t"]
            if state:
                optimizer.states["all"] = {name: a if a.ndim else a.item() for name, a in state.items()}
            model.compile(optimizer, how["loss"], how["metrics"])
        return model
