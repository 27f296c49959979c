"""Chapters 1 to 6 as layers: objects that remember what the way back needs.

Part 1 holds the formulas a second time, for arrays that are known to fit: nothing is checked, all leading axes go
through one matrix product, and gradients are written where the optimizer will read them. The tests hold each to the
readable function that it doubles. Part 2 holds the layers, and the one array in which all their weights live.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlcourse._shapes import aligned_zeros, as_count, as_float, as_number, check_rng, check_shape, look_up
from dlcourse.activations import (
    gelu,
    gelu_grad,
    gelu_tanh,
    gelu_tanh_grad,
    leaky_relu,
    leaky_relu_grad,
    sigmoid,
    softmax,
    tanh,
)
from dlcourse.backpropagation import (
    init_weights,
    init_weights_uniform,
    sigmoid_backward,
    softmax_backward,
    tanh_backward,
)
from dlcourse.normalization import batchnorm_backward, batchnorm_forward

__all__ = [
    "Activation",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "LayerNorm",
    "Parameters",
    "affine",
    "affine_gradients",
    "affine_input_gradient",
    "layernorm",
    "layernorm_gradients",
]

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]

# ---------------------------------------------- Part 1: formulas for arrays that are known to fit


def affine(X: Array, W: Array, b: Array) -> Array:
    """Return ``X @ W + b`` in one matrix product, whatever the leading axes.

    Parameters
    ----------
    X : ndarray, shape (..., d)
        Samples.
    W : ndarray, shape (d, p)
        Weights.
    b : ndarray, shape (p,)
        Biases.

    Returns
    -------
    ndarray, shape (..., p)
        What `dlcourse.perceptron.dense` returns.

    Examples
    --------
    >>> affine(np.ones((2, 1, 2)), np.array([[1.0], [2.0]]), np.array([3.0])).tolist()
    [[[6.0]], [[6.0]]]
    """
    Y = X.reshape(-1, len(W)) @ W
    Y += b
    return Y.reshape(*X.shape[:-1], len(b))


def affine_gradients(dY: Array, X: Array, dW: Array, db: Array) -> None:
    """Write the gradients for the weights and biases of `affine` into `dW` and `db`.

    Parameters
    ----------
    dY : ndarray, shape (..., p)
        Gradient of the loss for the output.
    X : ndarray, shape (..., d)
        Input of the forward pass.
    dW, db : ndarray, shapes (d, p) and (p,)
        Where the results go.

    Examples
    --------
    >>> dW, db = np.empty((1, 1)), np.empty(1)
    >>> affine_gradients(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]), dW, db)
    >>> dW, db
    (array([[11.]]), array([3.]))
    """
    rows = dY.reshape(-1, len(db))
    np.matmul(X.reshape(-1, len(dW)).T, rows, out=dW)
    np.matmul(np.ones(len(rows), rows.dtype), rows, out=db)  # adds up rows faster than sum


def affine_input_gradient(dY: Array, W: Array) -> Array:
    """Return the gradient for the input of `affine`, ``dY @ W.T``.

    Parameters
    ----------
    dY : ndarray, shape (..., p)
        Gradient of the loss for the output.
    W : ndarray, shape (d, p)
        Weights.

    Returns
    -------
    ndarray, shape (..., d)
        Gradient of the loss for the input. The first layer needs none: its input is data.

    Examples
    --------
    >>> affine_input_gradient(np.array([[[2.0]]]), np.array([[3.0], [4.0]]))
    array([[[6., 8.]]])
    """
    dX = dY.reshape(-1, W.shape[1]) @ W.T
    return dX.reshape(*dY.shape[:-1], len(W))


def layernorm(X: Array, gamma: Array, beta: Array, eps: float) -> tuple[Array, Array, Array]:
    """Return what `dlcourse.normalization.layernorm_forward` returns, and what the way back needs of it.

    Parameters
    ----------
    X : ndarray, shape (..., d)
        Samples.
    gamma, beta : ndarray, shape (d,)
        Scale and shift.
    eps : float
        Stands inside the root.

    Returns
    -------
    tuple of ndarray, shapes (..., d), (..., d) and (..., 1)
        The output, `X_hat` with mean 0 and variance 1 along the last axis, and the factor that made the variance 1.

    Examples
    --------
    >>> Y, X_hat, factor = layernorm(np.array([[1.0, 5.0]]), np.array([2.0, 2.0]), np.array([0.0, 5.0]), 0.0)
    >>> Y, X_hat, factor
    (array([[-2.,  7.]]), array([[-1.,  1.]]), array([[0.5]]))
    """
    d = X.shape[-1]
    X_hat = X - np.einsum("...i->...", X)[..., np.newaxis] / d  # einsum: twice as fast as mean on short rows
    squares = np.einsum("...i,...i->...", X_hat, X_hat)
    factor = 1 / np.sqrt(squares / d + eps)[..., np.newaxis]
    X_hat *= factor
    Y = X_hat * gamma
    Y += beta
    return Y, X_hat, factor


def layernorm_gradients(
    dY: Array,
    X_hat: Array,
    factor: Array,
    gamma: Array,
    dgamma: Array,
    dbeta: Array,
) -> Array:
    """Send a gradient back through `layernorm`.

    Parameters
    ----------
    dY : ndarray, shape (..., d)
        Gradient of the loss for the output.
    X_hat, factor : ndarray, shapes (..., d) and (..., 1)
        What `layernorm` returned beside the output.
    gamma : ndarray, shape (d,)
        Scale.
    dgamma, dbeta : ndarray, shape (d,)
        Where the gradients for scale and shift go.

    Returns
    -------
    ndarray, shape (..., d)
        Gradient of the loss for the input, as of `dlcourse.normalization.layernorm_backward`.

    Examples
    --------
    >>> dgamma, dbeta = np.empty(2), np.empty(2)
    >>> X_hat, factor = np.array([[-1.0, 1.0]]), np.array([[0.5]])
    >>> layernorm_gradients(np.array([[1.0, 3.0]]), X_hat, factor, np.ones(2), dgamma, dbeta)
    array([[0., 0.]])
    >>> dgamma, dbeta
    (array([-1.,  3.]), array([1., 3.]))
    """
    d = len(gamma)
    rows, hats = dY.reshape(-1, d), X_hat.reshape(-1, d)
    np.einsum("ni,ni->i", rows, hats, out=dgamma)
    np.einsum("ni->i", rows, out=dbeta)
    dX = rows * gamma
    along = np.einsum("ni,ni->n", dX, hats)[:, np.newaxis] / d
    dX -= np.einsum("ni->n", dX)[:, np.newaxis] / d
    dX -= hats * along
    dX *= factor.reshape(-1, 1)
    return dX.reshape(dY.shape)


def _where(kept: Array, dY: Array) -> Array:
    """Return ``dY * kept`` for a mask of booleans: as floats they are multiplied faster."""
    dX = kept.astype(dY.dtype)
    dX *= dY
    return dX


def _random_words(rng: np.random.Generator, n: int) -> NDArray[np.uint64]:
    """Return `n` numbers of 64 random bits each."""
    if isinstance(rng.bit_generator, np.random.PCG64):  # as of default_rng: skip what integers does around it
        return rng.bit_generator.random_raw(n)
    return rng.integers(2**64 - 1, size=n, dtype=np.uint64, endpoint=True)


def _dropout_scale(X: Array, rate: float, rng: np.random.Generator) -> Array:
    """Draw what `dlcourse.regularization.dropout_forward` multiplies `X` by in training.

    A unit takes 16 random bits instead of a float, in a quarter of the time.
    """
    drawn = _random_words(rng, X.size // 4 + 1).view(np.uint16)[: X.size]
    scale = (drawn >= round(rate * 2**16)).astype(np.result_type(X, np.float32))
    scale *= 1 / (1 - rate) if rate < 1 else 1.0
    return scale.reshape(X.shape)


def _views(flat: Array, shapes: Mapping[str, Shape]) -> dict[str, Array]:
    """Cut an array of one axis into views of the given shapes, one behind the other."""
    ends = np.cumsum([math.prod(shape) for shape in shapes.values()], dtype=int)
    pieces = np.split(flat, ends[:-1]) if shapes else []
    return {name: piece.reshape(shape) for (name, shape), piece in zip(shapes.items(), pieces, strict=True)}


def _shapes_of(layers: Mapping[str, Layer], prefix: str = "") -> dict[str, Shape]:
    """Return the shape of every parameter of the layers and of the layers inside them, by ``layer.parameter``."""
    shapes: dict[str, Shape] = {}
    for name, layer in layers.items():
        shapes |= {f"{prefix}{name}.{each}": shape for each, shape in layer.shapes.items()}
        shapes |= _shapes_of(layer.children, f"{prefix}{name}.")
    return shapes


class _NotYet(dict[str, Any]):
    """Shapes or arrays of a layer that has none yet: asking for one raises a RuntimeError that says what to do."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self._kind = type(layer).__name__

    def __missing__(self, name: str) -> Any:
        raise RuntimeError(f"this {self._kind} has no {name} yet: build it, then make Parameters of it")


def _hand_out(
    layers: Mapping[str, Layer], params: Mapping[str, Array], grads: Mapping[str, Array], prefix: str
) -> None:
    """Give each layer the views of its own parameters and gradients."""
    for name, layer in layers.items():
        layer.params.update({each: params[f"{prefix}{name}.{each}"] for each in layer.shapes})
        layer.grads.update({each: grads[f"{prefix}{name}.{each}"] for each in layer.shapes})
        _hand_out(layer.children, params, grads, f"{prefix}{name}.")


def _start_all(layers: Mapping[str, Layer], rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
    """Give every parameter its first value, in the order of the layers."""
    for layer in layers.values():
        layer.start(rng, dtype)
        _start_all(layer.children, rng, dtype)


# how each activation goes forward, and back from (dY, X, Y)
_Back: TypeAlias = Callable[[Array, Array, Array], Array]
_ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], _Back]] = {
    "linear": (lambda X: X, lambda dY, X, Y: dY),
    "relu": (lambda X: np.maximum(X, 0), lambda dY, X, Y: _where(Y > 0, dY)),
    "leaky_relu": (leaky_relu, lambda dY, X, Y: dY * leaky_relu_grad(X)),
    "sigmoid": (sigmoid, lambda dY, X, Y: sigmoid_backward(dY, Y)),
    "tanh": (tanh, lambda dY, X, Y: tanh_backward(dY, Y)),
    "gelu": (gelu, lambda dY, X, Y: dY * gelu_grad(X)),
    "gelu_tanh": (gelu_tanh, lambda dY, X, Y: dY * gelu_tanh_grad(X)),
    "softmax": (softmax, lambda dY, X, Y: softmax_backward(dY, Y)),
}

_INITS: dict[str, tuple[Callable[..., Array], str]] = {
    "xavier_uniform": (init_weights_uniform, "xavier"),
    "xavier_normal": (init_weights, "xavier"),
    "he_uniform": (init_weights_uniform, "he"),
    "he_normal": (init_weights, "he"),
}


def _features(layer: Layer, shape: Shape) -> int:
    """Return the length of a sample's last axis."""
    if not shape:
        kind = type(layer).__name__
        raise ValueError(f"{kind} must come after a layer with features, such as Flatten; each sample is one number")
    return as_count("features", shape[-1], least=1)


# ------------------------------------------------------------ Part 2: the objects that remember


class Layer:
    """What all layers have in common.

    Attributes
    ----------
    children : dict of str to Layer
        Layers inside this one.
    shapes : dict of str to tuple
        Shapes of the layer's own parameters, known once it is built.
    params, grads : dict of str to ndarray
        The parameters and their gradients: views into the arrays of `Parameters`.
    running : dict of str to ndarray
        What is learned from the data but not by gradient, such as running means.
    """

    def __init__(self) -> None:
        self.children: dict[str, Layer] = {}
        self.shapes: dict[str, Shape] = _NotYet(self)
        self.params: dict[str, Array] = _NotYet(self)
        self.grads: dict[str, Array] = _NotYet(self)
        self.running: dict[str, Any] = {}
        self._kept: Any = None

    def build(self, shape: Shape) -> Shape:
        """Take the shape of one sample, set `shapes`, and return the shape of one output."""
        return shape

    def start(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
        """Write the first values into `params`."""

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return the output for a batch `X`; in training, keep what `backward` needs."""
        raise NotImplementedError(f"{type(self).__name__} must define forward")

    def backward(self, dY: Array) -> Array:
        """Overwrite `grads` from the gradient for the output; return the gradient for the input."""
        raise NotImplementedError(f"{type(self).__name__} must define backward")

    def backward_from_data(self, dY: Array) -> None:
        """Overwrite `grads` only: the input is data, for which nobody needs a gradient."""
        self.backward(dY)

    def _recall(self) -> Any:
        """Return what the last forward pass in training kept."""
        if self._kept is None:
            name = type(self).__name__
            raise RuntimeError(f"call forward with training=True before backward: this {name} remembers no batch")
        return self._kept


class Flatten(Layer):
    """Lay all features of a sample in one row.

    Parameters
    ----------
    input_shape : tuple of int, optional
        Shape of one sample, such as (28, 28), if this is the first layer and the model is to be built at once.

    Examples
    --------
    >>> Flatten().forward(np.zeros((5, 28, 28))).shape
    (5, 784)
    """

    def __init__(self, input_shape: Shape | None = None) -> None:
        super().__init__()
        self.input_shape = input_shape

    def build(self, shape: Shape) -> Shape:
        """Take the shape of one sample; return its number of features, as a shape."""
        return (math.prod(shape),)

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return `X` (n, ...) as an array (n, features)."""
        if training:
            self._kept = X.shape
        return X.reshape(len(X), math.prod(X.shape[1:]))

    def backward(self, dY: Array) -> Array:
        """Return the gradient in the shape that `X` had."""
        return dY.reshape(self._recall())


class Activation(Layer):
    """Apply an activation to each entry, or softmax along the last axis.

    Parameters
    ----------
    name : str
        "linear", "relu", "leaky_relu", "sigmoid", "tanh", "gelu", "gelu_tanh" or "softmax".

    Raises
    ------
    ValueError
        If there is no activation of that name.

    Examples
    --------
    >>> Activation("relu").forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._forward, self._backward = look_up("activation", name, _ACTIVATIONS)
        self.name = name

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return the activation of `X`, in its shape."""
        Y = self._forward(X)
        if training:
            self._kept = X, Y
        return Y

    def backward(self, dY: Array) -> Array:
        """Return the gradient for `X`."""
        return self._backward(dY, *self._recall())


class Dense(Layer):
    """A fully connected layer, ``activation(X @ W + b)``.

    Parameters
    ----------
    units : int
        Outputs, at least 1.
    activation : str, default "linear"
        As in `Activation`.
    init : str, default "xavier_uniform"
        First weights: "xavier_uniform", as in Keras, "xavier_normal", "he_uniform" or "he_normal". Biases start at 0.
    input_shape : tuple of int, optional
        Shape of one sample, if this is the first layer and the model is to be built at once.

    Raises
    ------
    ValueError
        If a name is unknown or there is no unit.

    Notes
    -----
    `params` holds `W` of shape (d, units) and `b` of shape (units,). Inputs may have any number of leading axes.
    PyTorch's Linear keeps the transpose, draws from ±1/sqrt(d), and has no activation.

    Examples
    --------
    >>> layer = Dense(3, "relu")
    >>> layer.build((4,)), layer.shapes
    ((3,), {'W': (4, 3), 'b': (3,)})
    """

    def __init__(
        self,
        units: int,
        activation: str = "linear",
        init: str = "xavier_uniform",
        input_shape: Shape | None = None,
    ) -> None:
        super().__init__()
        self.units = as_count("units", units, least=1)
        self.activation = activation
        look_up("init", init, _INITS)
        self.init = init
        self.input_shape = input_shape
        self._activation = Activation(activation)

    def build(self, shape: Shape) -> Shape:
        """Take the shape (..., d) of one sample; return (..., units)."""
        self.shapes = {"W": (_features(self, shape), self.units), "b": (self.units,)}
        return (*shape[:-1], self.units)

    def start(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
        """Draw the weights; set the biases to 0."""
        draw, scheme = _INITS[self.init]
        self.params["W"][...] = draw(rng, *self.shapes["W"], scheme)
        self.params["b"][...] = 0

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return the activations (..., units) for `X` (..., d)."""
        if X.shape[-1:] != self.shapes["W"][:1]:
            check_shape("X", X, ["...", ("d", self.shapes["W"][0])])
        if training:
            self._kept = X
        return self._activation.forward(affine(X, self.params["W"], self.params["b"]), training)

    def backward(self, dY: Array) -> Array:
        """Overwrite the gradients for `W` and `b`; return the one for `X`."""
        return affine_input_gradient(self._to_scores(dY), self.params["W"])

    def backward_from_data(self, dY: Array) -> None:
        """Overwrite the gradients for `W` and `b`, without the matrix product for `X`."""
        self._to_scores(dY)

    def _to_scores(self, dY: Array) -> Array:
        """Overwrite the gradients, and return the one for ``X @ W + b``."""
        dZ = self._activation.backward(dY)
        affine_gradients(dZ, self._recall(), self.grads["W"], self.grads["b"])
        return dZ


class Dropout(Layer):
    """Drop units in training, each with probability `rate`; do nothing afterwards.

    Parameters
    ----------
    rate : float
        Probability, in [0, 1]; masks are drawn with a precision of ``2**-16``.

    Raises
    ------
    ValueError
        If `rate` lies outside [0, 1].

    Examples
    --------
    >>> Dropout(0.5).forward(np.ones((1, 3)))  # not in training
    array([[1., 1., 1.]])
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = as_number("rate", rate, "[0, 1]")
        self._rng: np.random.Generator | None = None

    def start(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
        """Take the generator from which the masks will be drawn."""
        self._rng = rng

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return `X` with dropped units, or `X` itself outside training or with rate 0."""
        if not training:
            return X
        if self.rate == 0:
            self._kept = ()
            return X
        if self._rng is None:
            raise RuntimeError("this Dropout has no generator yet: make Parameters of the layers first")
        scale = self._kept = _dropout_scale(X, self.rate, self._rng)
        return np.multiply(X, scale)

    def backward(self, dY: Array) -> Array:
        """Return the gradient for `X`: the same units dropped, the same factor."""
        scale = self._recall()
        return np.multiply(dY, scale) if self.rate else dY


class BatchNorm(Layer):
    """Batch normalization over the samples of a batch.

    Parameters
    ----------
    momentum, eps : float, default 0.9 and 1e-5
        As in `dlcourse.normalization.batchnorm_forward`.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    `params` holds `gamma` and `beta`, `running` holds `mean` and `var`, all of shape (d,). Keras' defaults are
    0.99 and 1e-3; PyTorch's are those here, with a momentum counted the other way.

    Examples
    --------
    >>> layer = BatchNorm()
    >>> layer.build((3,)), layer.shapes
    ((3,), {'gamma': (3,), 'beta': (3,)})
    """

    def __init__(self, momentum: float = 0.9, eps: float = 1e-5) -> None:
        super().__init__()
        self.momentum = as_number("momentum", momentum, "[0, 1]")
        self.eps = as_number("eps", eps, "(0, inf)")

    def build(self, shape: Shape) -> Shape:
        """Take the shape (d,) of one sample, and return it."""
        if len(shape) != 1:
            raise ValueError(f"BatchNorm must come after a layer with one axis of features; each sample is {shape}")
        self.shapes = {"gamma": shape, "beta": shape}
        return shape

    def start(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
        """Start as the identity: scale 1, shift 0, running mean 0 and variance 1."""
        self.params["gamma"][...] = 1
        self.params["beta"][...] = 0
        self.running.update(mean=np.zeros(self.shapes["beta"], dtype), var=np.ones(self.shapes["beta"], dtype))

    def forward(self, X: Array, training: bool = False) -> Array:
        """Normalize with the statistics of the batch in training, with the running ones otherwise."""
        gamma, beta = self.params["gamma"], self.params["beta"]
        if training:
            self._kept = X
        return batchnorm_forward(X, gamma, beta, self.running, training, self.momentum, self.eps)

    def backward(self, dY: Array) -> Array:
        """Overwrite the gradients for `gamma` and `beta`; return the one for `X`."""
        dX, dgamma, dbeta = batchnorm_backward(dY, self._recall(), self.params["gamma"], self.eps)
        self.grads["gamma"][...] = dgamma
        self.grads["beta"][...] = dbeta
        return dX


class LayerNorm(Layer):
    """Layer normalization over the features of each sample.

    Parameters
    ----------
    eps : float, default 1e-5
        Stands inside the root, above 0. Keras' default is 1e-3.

    Raises
    ------
    ValueError
        If `eps` is not above 0.

    Notes
    -----
    `params` holds `gamma` and `beta` of shape (d,). Inputs may have any number of leading axes.

    Examples
    --------
    >>> layer = LayerNorm()
    >>> layer.build((6, 32)), layer.shapes
    ((6, 32), {'gamma': (32,), 'beta': (32,)})
    """

    def __init__(self, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = as_number("eps", eps, "(0, inf)")

    def build(self, shape: Shape) -> Shape:
        """Take the shape (..., d) of one sample, and return it."""
        d = _features(self, shape)
        self.shapes = {"gamma": (d,), "beta": (d,)}
        return shape

    def start(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> None:
        """Start with scale 1 and shift 0."""
        self.params["gamma"][...] = 1
        self.params["beta"][...] = 0

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return `X` (..., d) normalized along its last axis."""
        if X.shape[-1:] != self.shapes["beta"]:
            check_shape("X", X, ["...", ("d", self.shapes["beta"][0])])
        Y, X_hat, factor = layernorm(X, self.params["gamma"], self.params["beta"], self.eps)
        if training:
            self._kept = X_hat, factor
        return Y

    def backward(self, dY: Array) -> Array:
        """Overwrite the gradients for `gamma` and `beta`; return the one for `X`."""
        X_hat, factor = self._recall()
        gamma, dgamma, dbeta = self.params["gamma"], self.grads["gamma"], self.grads["beta"]
        return layernorm_gradients(dY, X_hat, factor, gamma, dgamma, dbeta)


class Parameters(Mapping[str, Array]):
    """All parameters of some layers, by name, in one array; and all their gradients in another.

    An optimizer that updates `flat` by `flat_grad` updates every layer at once.

    Parameters
    ----------
    layers : mapping of str to Layer
        Layers that are built. Their parameters are called ``layer.parameter``, those of their children
        ``layer.child.parameter``.
    rng : numpy.random.Generator
        Draws the first values, and later the masks of dropout.
    dtype : dtype, default float32
        float32 or float64.

    Attributes
    ----------
    flat, flat_grad : ndarray, shape (number of parameters,)
        The numbers themselves. Every other array is a view of them.
    grads : dict of str to ndarray
        The gradients by name.

    Raises
    ------
    TypeError
        If `rng` is no generator.
    ValueError
        If `dtype` is neither float32 nor float64.

    Examples
    --------
    >>> layer = Dense(2)
    >>> output_shape = layer.build((3,))
    >>> P = Parameters({"dense": layer}, np.random.default_rng(0))
    >>> P["dense.b"] = [1, 2]
    >>> P.flat.shape, layer.params["b"]
    ((8,), array([1., 2.], dtype=float32))
    """

    def __init__(self, layers: Mapping[str, Layer], rng: np.random.Generator, dtype: DTypeLike = np.float32) -> None:
        check_rng(rng)
        kind: np.dtype[Any] = np.dtype(dtype)
        if kind not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64; got {kind}")
        shapes = _shapes_of(layers)
        size = sum(math.prod(shape) for shape in shapes.values())
        self.flat: Array = aligned_zeros((size,), kind)
        self.flat_grad: Array = aligned_zeros((size,), kind)
        self._params = _views(self.flat, shapes)
        self.grads = _views(self.flat_grad, shapes)
        _hand_out(layers, self._params, self.grads, "")
        _start_all(layers, rng, kind)

    def __getitem__(self, name: str) -> Array:
        """Return the view of one parameter."""
        return self._params[name]

    def __setitem__(self, name: str, value: ArrayLike) -> None:
        """Copy new numbers into one parameter; ValueError unless they have its shape."""
        view, numbers = self._params[name], as_float(name, value)
        check_shape(name, numbers, view.shape)
        view[...] = numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)
