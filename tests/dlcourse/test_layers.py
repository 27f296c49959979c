"""The layers by hand, by central differences, at extreme values, by their laws, and against PyTorch."""

import copy
import inspect
import math
from functools import partial

import numpy as np
import pytest

from dlcourse.activations import softmax
from dlcourse.backpropagation import dense_backward, init_weights, init_weights_uniform
from dlcourse.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    Parameters,
    affine,
    affine_gradients,
    affine_input_gradient,
    layernorm,
    layernorm_gradients,
)
from dlcourse.normalization import batchnorm_backward, batchnorm_forward, layernorm_backward, layernorm_forward
from dlcourse.perceptron import dense
from tests.dlcourse import parity
from tests.dlcourse.helpers import agrees, close, exactly, same, slopes

ACTIVATIONS = ["linear", "relu", "leaky_relu", "sigmoid", "tanh", "gelu", "gelu_tanh", "softmax"]
INITS = ["xavier_uniform", "xavier_normal", "he_uniform", "he_normal"]

# how to make each layer, and the shape of one sample
LAYERS = {
    "flatten": (Flatten, (2, 3)),
    **{name: (partial(Activation, name), (4,)) for name in ACTIVATIONS},
    "softmax 3-D": (partial(Activation, "softmax"), (2, 4)),
    "dense": (partial(Dense, 3), (4,)),
    "dense square": (partial(Dense, 4, "gelu"), (4,)),
    "dense 3-D": (partial(Dense, 3, "softmax"), (2, 4)),
    "dropout": (partial(Dropout, 0.3), (4,)),
    "dropout 0": (partial(Dropout, 0.0), (4,)),
    "batchnorm": (partial(BatchNorm, eps=0.25), (4,)),
    "layernorm": (partial(LayerNorm, eps=0.25), (4,)),
    "layernorm 3-D": (partial(LayerNorm, eps=0.25), (2, 4)),
}
BY_ROW = [name for name in LAYERS if name != "batchnorm"]  # one sample does not see the others
LEARNING = [name for name in LAYERS if name.startswith(("dense", "batchnorm", "layernorm"))]


def numbers(*shape, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(0.5, 2.0, shape).astype(dtype)


def slopes_by(array, function):
    """Differentiate what a function returns by an array that it reads."""
    before = array.copy()

    def at(x):
        array[...] = x
        return function()

    found = slopes(at, before)
    array[...] = before
    return found


def fixed(*arrays):
    """Return arrays that nobody can write to."""
    for array in arrays:
        array.flags.writeable = False
    return arrays


def parameters(layers, dtype=np.float64, seed=0):
    """Return the parameters of built layers, none of them 0 or 1."""
    P = Parameters(layers, np.random.default_rng(seed), dtype)
    for i, name in enumerate(P):
        P[name] = numbers(*P[name].shape, seed=10 + i)
    return P


def made(name, dtype=np.float64):
    """Return a layer of the table, its parameters, and the shapes of a sample and of an output."""
    make, shape = LAYERS[name]
    layer = make()
    output_shape = layer.build(shape)
    return layer, parameters({"layer": layer}, dtype), shape, output_shape


def train(layer, X):
    """Return the output in training; with dropout, by the same mask in every call."""
    if isinstance(layer, Dropout):
        layer.start(np.random.default_rng(5), X.dtype)
    return layer.forward(X, training=True)


class Pair(Layer):
    """Two layers inside a layer that has a parameter of its own."""

    def __init__(self):
        super().__init__()
        self.children = {"first": Dense(2), "norm": LayerNorm()}

    def build(self, shape):
        self.shapes = {"scale": (3,)}
        for layer in self.children.values():
            shape = layer.build(shape)
        return shape

    def start(self, rng, dtype):
        self.params["scale"][...] = rng.random(3)


# -------------------------------------------------------------- the kernels


def test_affine_by_hand():
    # (1, 2) and (3, 4) times [[5, 6], [7, 8]] are (19, 22) and (43, 50), plus (0.5, -1)
    X, W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]]), np.array([0.5, -1.0])
    same(affine(X, W, b), [[19.5, 21.0], [43.5, 49.0]])
    same(affine(X[:, np.newaxis], W, b), [[[19.5, 21.0]], [[43.5, 49.0]]])
    same(affine(X[0], W, b), [19.5, 21.0])


def test_the_gradients_of_affine_by_hand():
    # dW = X.T @ dY = [[1, 3], [2, 4]] @ [[1, 0], [0, 2]], db = (1, 2), dX = dY @ W.T
    dY, X, W = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8]])
    dW, db = np.full((2, 2), np.nan), np.full(2, np.nan)
    assert affine_gradients(dY, X, dW, db) is None
    same(dW, [[1.0, 6.0], [2.0, 8.0]])
    same(db, [1.0, 2.0])
    same(affine_input_gradient(dY, W), [[5.0, 7.0], [12.0, 16.0]])


def test_layernorm_by_hand():
    # (2, 2, 8): mean 4, variance 8, and eps 1: divided by 3 it is (-2/3, -2/3, 4/3)
    Y, X_hat, factor = layernorm(
        np.array([[2.0, 2, 8], [5, 5, 5]]), np.array([3.0, 6, 9]), np.array([0.0, 10, 100]), 1.0
    )
    close(X_hat, [[-2 / 3, -2 / 3, 4 / 3], [0.0, 0.0, 0.0]])
    close(factor, [[1 / 3], [1.0]])
    close(Y, [[-2.0, 6.0, 112.0], [0.0, 10.0, 100.0]])


def test_the_gradients_of_layernorm_by_hand():
    # G = dY gamma = (3, 0, 15); mean(G) = 6, mean(G X_hat) = (-3 + 15) / 3 = 4; dX = (3-6+4, 0-6, 15-6-4) / 2
    X_hat, factor, dY = np.array([[-1.0, 0.0, 1.0]]), np.array([[0.5]]), np.array([[1.0, 0.0, 5.0]])
    dgamma, dbeta = np.full(3, np.nan), np.full(3, np.nan)
    close(layernorm_gradients(dY, X_hat, factor, np.full(3, 3.0), dgamma, dbeta), [[0.5, -3.0, 2.5]])
    close(dgamma, [-1.0, 0.0, 5.0])
    close(dbeta, [1.0, 0.0, 5.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [(), (1,), (5,), (4,), (2, 3), (2, 1, 3), (0,), (2, 0)])
@pytest.mark.parametrize("p", [1, 3, 4])
def test_affine_and_its_gradients_are_those_of_chapter_1_and_4(lead, p, dtype):
    X, W, b = fixed(*(numbers(*shape, seed=s, dtype=dtype) for s, shape in enumerate(((*lead, 4), (4, p), (p,)))))
    [dY] = fixed(numbers(*lead, p, seed=3, dtype=dtype))
    dW, db = np.full((4, p), np.nan, dtype), np.full(p, np.nan, dtype)
    affine_gradients(dY, X, dW, db)
    found = affine(X, W, b), affine_input_gradient(dY, W), dW, db
    for one, other in zip(found, (dense(X, W, b), *dense_backward(dY, X, W)), strict=True):
        assert one.dtype == dtype
        close(one, other, 64 * np.finfo(dtype).eps)


def test_affine_reads_arrays_that_are_laid_out_otherwise():
    X, W, b, dY = numbers(3, 4, 2).T, numbers(5, 3).T, numbers(10)[::2], numbers(5, 4, 2).T
    dW, db = np.empty((3, 5)), np.empty(5)
    affine_gradients(dY, X, dW, db)
    found = affine(X, W, b), affine_input_gradient(dY, W), dW, db
    for one, other in zip(found, (dense(X, W, b), *dense_backward(dY, X, W)), strict=True):
        close(one, other)


def test_all_leading_axes_go_through_one_matrix_product():
    products = []

    class Watched(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **options):
            plain = [np.asarray(array) for array in inputs]
            options |= {"out": tuple(np.asarray(array) for array in options["out"])} if "out" in options else {}
            if ufunc is np.matmul:
                products.append([array.shape for array in plain])
            return np.asarray(getattr(ufunc, method)(*plain, **options)).view(Watched)

    X, W, dY = (numbers(*shape).view(Watched) for shape in ((2, 3, 4), (4, 5), (2, 3, 5)))
    affine(X, W, numbers(5))
    affine_gradients(dY, X, np.empty((4, 5)), np.empty(5))
    affine_input_gradient(dY, W)
    assert products == [[(6, 4), (4, 5)], [(4, 6), (6, 5)], [(6,), (6, 5)], [(6, 5), (5, 4)]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4,), (1, 4), (4, 4), (6, 3), (2, 3, 4), (2, 1, 3, 5), (3, 1), (0, 4), (2, 0, 3)])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_layernorm_and_its_gradients_are_those_of_chapter_6(shape, eps, dtype):
    d = shape[-1]
    X, gamma, beta, dY = fixed(*(numbers(*s, seed=i, dtype=dtype) for i, s in enumerate((shape, (d,), (d,), shape))))
    Y, X_hat, factor = layernorm(X, gamma, beta, eps)
    dgamma, dbeta = np.full(d, np.nan, dtype), np.full(d, np.nan, dtype)
    [X_hat, factor] = fixed(X_hat, factor)
    found = Y, layernorm_gradients(dY, X_hat, factor, gamma, dgamma, dbeta), dgamma, dbeta
    wanted = layernorm_forward(X, gamma, beta, eps), *layernorm_backward(dY, X, gamma, eps)
    for one, other in zip(found, wanted, strict=True):
        assert one.dtype == dtype
        # a row that is nearly constant magnifies rounding by 1 / std
        close(one, other, 64 * np.finfo(dtype).eps * max(1.0, factor.max(initial=1.0)))
    assert factor.shape == (*shape[:-1], 1)
    close(X_hat, layernorm_forward(X, np.ones(d, dtype), np.zeros(d, dtype), eps), 64 * np.finfo(dtype).eps)
    close(factor[..., 0] * np.sqrt(X.var(-1) + eps), np.ones(shape[:-1]), 64 * np.finfo(dtype).eps)


def test_layernorm_far_from_0_keeps_its_digits():
    one = np.ones(2)
    close(layernorm(np.array([[2.0**30 + 1, 2.0**30 + 3]]), one, np.zeros(2), 1e-14)[0], [[-1.0, 1.0]])
    close(layernorm(np.array([1000.0, -1000.0]), one, np.zeros(2), 1e-5)[0], [1.0, -1.0], 1e-10)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_the_kernels_are_derivatives_of_each_other(shape):
    X, dY, gamma, beta = numbers(*shape), numbers(*shape, seed=1), numbers(4, seed=2), numbers(4, seed=3)
    W, dgamma, dbeta, dW = numbers(4, 4, seed=4), np.empty(4), np.empty(4), np.empty((4, 4))

    def normed():
        return (dY * layernorm(X, gamma, beta, 0.1)[0]).sum()

    _, X_hat, factor = layernorm(X, gamma, beta, 0.1)
    agrees(layernorm_gradients(dY, X_hat, factor, gamma, dgamma, dbeta), slopes_by(X, normed))
    agrees(dgamma, slopes_by(gamma, normed))
    agrees(dbeta, slopes_by(beta, normed))

    def wired():
        return (dY * affine(X, W, beta)).sum()

    affine_gradients(dY, X, dW, dbeta)
    agrees(affine_input_gradient(dY, W), slopes_by(X, wired))
    agrees(dW, slopes_by(W, wired))
    agrees(dbeta, slopes_by(beta, wired))


# ------------------------------------------------- what holds for every layer


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("n", [4, 1, 6])
def test_backward_is_the_derivative_of_forward(name, n):
    layer, P, shape, output_shape = made(name)
    X, dY = numbers(n, *shape), numbers(n, *output_shape, seed=1)
    assert train(layer, X).shape == dY.shape
    P.flat_grad[...] = np.nan  # to be overwritten, not added to
    dX = layer.backward(dY)
    if name == "batchnorm" and n == 1:
        same(dX, np.zeros(X.shape))  # gives beta whatever comes in
    else:
        agrees(dX, slopes_by(X, lambda: (dY * train(layer, X)).sum()))
    grads = {key: P.grads[key].copy() for key in P}
    for key, found in grads.items():
        wanted = slopes_by(P[key], lambda: (dY * train(layer, X)).sum())
        assert np.abs(found - wanted).max() <= 1e-7 * max(np.abs(wanted).max(), 1.0)

    train(layer, X)
    P.flat_grad[...] = np.nan
    assert layer.backward_from_data(dY) is None
    for key, found in grads.items():
        same(P.grads[key], found)


def test_backward_through_a_stack_is_the_derivative_of_forward():
    layers = [Flatten(), Dense(5, "gelu"), LayerNorm(0.1), Dropout(0.3), Dense(4), BatchNorm(eps=0.1)]
    layers += [Activation("tanh"), Dense(3, "leaky_relu", "he_normal"), Dense(3), Activation("softmax")]
    shape = (2, 2)
    for layer in layers:
        shape = layer.build(shape)
    assert shape == (3,)
    P = parameters({f"layer_{i}": layer for i, layer in enumerate(layers)})
    X, dY = numbers(6, 2, 2), numbers(6, 3, seed=1)

    def forward():
        Y = X
        for layer in layers:
            Y = train(layer, Y)
        return (dY * Y).sum()

    forward()
    back = dY
    for layer in reversed(layers):
        back = layer.backward(back)
    agrees(back, slopes_by(X, forward))
    found = P.flat_grad.copy()
    agrees(found, slopes_by(P.flat, forward))


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept_and_inputs_left_as_they_were(name, dtype):
    layer, P, shape, output_shape = made(name, dtype)
    [X, dY] = fixed(numbers(3, *shape, dtype=dtype), numbers(3, *output_shape, seed=1, dtype=dtype))
    before = P.flat.copy()
    for training in (False, True):
        Y = layer.forward(X, training)
        assert Y.dtype == dtype
        assert Y.shape == dY.shape
    assert layer.backward(dY).dtype == dtype
    same(P.flat, before, dtype)
    assert {array.dtype for array in (*P.grads.values(), *layer.running.values())} <= {np.dtype(dtype)}


@pytest.mark.parametrize("name", LAYERS)
def test_whole_numbers_give_what_floats_give(name):
    layer, _, shape, output_shape = made(name)
    X, dY = np.round(numbers(3, *shape)), np.round(numbers(3, *output_shape, seed=1))
    wanted = train(layer, X), layer.backward(dY), layer.forward(X)
    whole, dwhole = X.astype(np.int64), dY.astype(np.int64)
    if isinstance(layer, Dropout):
        layer.start(np.random.default_rng(5), X.dtype)
    running = dict(layer.running)
    found = layer.forward(whole, training=True), layer.backward(dwhole)
    layer.running.update(running)
    for one, other in zip((*found, layer.forward(whole)), wanted, strict=True):
        close(one, other)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("size", [1000.0, -1000.0, 1e-300])
def test_extreme_values_stay_finite(name, size):
    layer, P, shape, output_shape = made(name)
    X, dY = size * np.sign(numbers(3, *shape)), numbers(3, *output_shape, seed=1)
    assert np.isfinite(layer.forward(X)).all()
    assert np.isfinite(train(layer, X)).all()
    assert np.isfinite(layer.backward(dY)).all()
    assert np.isfinite(P.flat_grad).all()


@pytest.mark.parametrize("name", LAYERS)
def test_an_empty_batch_goes_there_and_back(name):
    layer, P, shape, output_shape = made(name)
    X, dY = np.empty((0, *shape)), np.empty((0, *output_shape))
    same(layer.forward(X), dY)
    if name == "batchnorm":
        with pytest.raises(ValueError, match=exactly("X must have at least one sample in training; got shape (0, 4)")):
            layer.forward(X, training=True)
        return
    P.flat_grad[...] = np.nan
    same(train(layer, X), dY)
    same(layer.backward(dY), X)
    same(P.flat_grad, np.zeros(P.flat.size))


@pytest.mark.parametrize("name", BY_ROW)
def test_a_sample_does_not_see_the_others(name):
    layer, _, shape, _ = made(name)
    X = numbers(3, *shape)
    whole = layer.forward(X)
    for i in range(3):
        close(layer.forward(X[i : i + 1]), whole[i : i + 1])


@pytest.mark.parametrize("name", LAYERS)
def test_backward_before_forward_in_training_is_a_sentence(name):
    layer, _, shape, output_shape = made(name)
    layer.forward(numbers(3, *shape))  # not in training: nothing is remembered
    for call in (layer.backward, layer.backward_from_data):
        with pytest.raises(RuntimeError) as caught:
            call(numbers(3, *output_shape))
        kind = "Activation" if isinstance(layer, Dense) else type(layer).__name__  # the last step goes back first
        sentence = f"call forward with training=True before backward: this {kind} remembers no batch"
        assert str(caught.value) == sentence


@pytest.mark.parametrize("name", LAYERS)
def test_a_look_at_other_data_between_forward_and_backward_changes_nothing(name):
    layer, P, shape, output_shape = made(name)
    X, dY = numbers(3, *shape), numbers(3, *output_shape, seed=1)
    train(layer, X)
    wanted, grads = layer.backward(dY), P.flat_grad.copy()
    train(layer, X)
    layer.forward(numbers(5, *shape, seed=2))
    same(layer.backward(dY), wanted)
    same(P.flat_grad, grads)


@pytest.mark.parametrize("name", LAYERS)
def test_backward_belongs_to_the_last_batch_of_training(name):
    layer, _, shape, output_shape = made(name)
    X, dY = numbers(3, *shape), numbers(3, *output_shape, seed=1)
    train(layer, X)
    wanted = layer.backward(dY)
    train(layer, numbers(2, *shape, seed=2))
    layer.backward(numbers(2, *output_shape, seed=3))
    train(layer, X)
    same(layer.backward(dY), wanted)


@pytest.mark.parametrize("name", LEARNING)
def test_a_layer_without_weights_says_how_to_get_them(name):
    make, shape = LAYERS[name]
    layer, X = make(), numbers(3, *shape)
    first = {"Dense": "W", "BatchNorm": "gamma", "LayerNorm": "beta"}[type(layer).__name__]
    sentence = f"this {type(layer).__name__} has no {first} yet: build it, then make Parameters of it"
    with pytest.raises(RuntimeError, match=exactly(sentence)):
        layer.forward(X)
    layer.build(shape)
    with pytest.raises(RuntimeError, match=exactly(sentence.replace("beta", "gamma"))):
        layer.forward(X)
    with pytest.raises(RuntimeError, match=r"^this \w+ has no (W|gamma) yet: build it, then make Parameters of it$"):
        Parameters({"layer": make()}, np.random.default_rng(0))


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_keeps_the_options_that_it_was_made_with(name):
    make, _ = LAYERS[name]
    layer = make()
    signature = inspect.signature(type(layer))
    given = signature.bind(*getattr(make, "args", ()), **getattr(make, "keywords", {}))
    given.apply_defaults()
    assert {key: getattr(layer, key) for key in signature.parameters} == given.arguments


def test_the_defaults_are_those_of_the_notes():
    def defaults(kind):
        return {p.name: p.default for p in inspect.signature(kind).parameters.values() if p.default is not p.empty}

    assert defaults(Dense) == {"activation": "linear", "init": "xavier_uniform", "input_shape": None}
    assert defaults(BatchNorm) == {"momentum": 0.9, "eps": 1e-5}
    assert defaults(LayerNorm) == {"eps": 1e-5}
    assert defaults(Flatten) == {"input_shape": None}
    assert defaults(Parameters) == {"dtype": np.float32}
    for kind in (Layer, Dense, BatchNorm, LayerNorm, Flatten, Activation, Dropout):
        assert inspect.signature(kind.forward).parameters["training"].default is False


def test_a_layer_without_a_rule_says_what_is_missing():
    layer = Layer()
    assert layer.build((2, 3)) == (2, 3)
    assert layer.start(np.random.default_rng(0), np.dtype(float)) is None
    assert (layer.children, layer.shapes, layer.params, layer.grads, layer.running) == ({}, {}, {}, {}, {})
    with pytest.raises(NotImplementedError, match=exactly("Pair must define forward")):
        Pair().forward(np.ones((1, 2)))
    for call in (layer.backward, layer.backward_from_data):
        with pytest.raises(NotImplementedError, match=exactly("Layer must define backward")):
            call(np.ones((1, 2)))


# -------------------------------------------------------------------- Flatten


def test_flatten_by_hand():
    layer = Flatten()
    assert layer.build((2, 3)) == (6,)
    same(layer.forward(np.arange(12.0).reshape(2, 2, 3), True), np.arange(12.0).reshape(2, 6))
    same(layer.backward(np.arange(12.0).reshape(2, 6)), np.arange(12.0).reshape(2, 2, 3))


def test_flatten_takes_samples_of_any_shape():
    for shape, features in (((), 1), ((5,), 5), ((2, 3, 4), 24)):
        assert Flatten().build(shape) == (features,)
        assert Flatten().forward(np.ones((3, *shape))).shape == (3, features)
    assert Flatten((28, 28)).input_shape == (28, 28)


# ----------------------------------------------------------------- Activation


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("linear", [-math.log(2), 0.0, math.log(3)]),
        ("relu", [0.0, 0.0, math.log(3)]),
        ("leaky_relu", [-0.01 * math.log(2), 0.0, math.log(3)]),
        ("sigmoid", [1 / 3, 1 / 2, 3 / 4]),  # odds of 1/2, 1 and 3
        ("tanh", [-3 / 5, 0.0, 4 / 5]),  # (1/2 - 2) / (1/2 + 2), (3 - 1/3) / (3 + 1/3)
        ("softmax", [1 / 9, 2 / 9, 6 / 9]),  # 1/2 to 1 to 3
    ],
)
def test_activations_by_hand(name, wanted):
    close(Activation(name).forward(np.array([[-math.log(2), 0.0, math.log(3)]])), [wanted])


def test_both_gelus_by_hand():
    X = np.array([[-1.0, 0.0, 1.0]])
    normal = math.erf(1 / math.sqrt(2)) / 2 + 0.5  # the share of a standard normal below 1: 0.8413447
    close(Activation("gelu").forward(X), [[normal - 1, 0.0, normal]])
    normal = math.tanh(math.sqrt(2 / math.pi) * 1.044715) / 2 + 0.5  # 0.8411920
    close(Activation("gelu_tanh").forward(X), [[normal - 1, 0.0, normal]])


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("linear", [4.0, 8.0, 9.0]),
        ("relu", [0.0, 0.0, 9.0]),  # no slope at 0
        ("leaky_relu", [0.04, 0.08, 9.0]),  # at 0 that of the left
        ("sigmoid", [4 * 2 / 9, 8 / 4, 9 * 3 / 16]),
        ("tanh", [4 * 16 / 25, 8.0, 9 * 9 / 25]),
        ("softmax", [(4 - 74 / 9) / 9, (8 - 74 / 9) * 2 / 9, (9 - 74 / 9) * 6 / 9]),  # 4/9 + 16/9 + 54/9
    ],
)
def test_slopes_of_activations_by_hand(name, wanted):
    layer = Activation(name)
    layer.forward(np.array([[-math.log(2), 0.0, math.log(3)]]), training=True)
    close(layer.backward(np.array([[4.0, 8.0, 9.0]])), [wanted])


def test_an_activation_leaves_the_shape_and_has_no_weights():
    for name in ACTIVATIONS:
        layer = Activation(name)
        assert layer.build((3, 4)) == (3, 4)
        assert layer.shapes == {}


def test_an_unknown_activation_is_named():
    known = ", ".join(ACTIVATIONS)
    for call in (Activation, partial(Dense, 3)):
        for name in ("swish", "ReLU", "", None):
            with pytest.raises(ValueError, match=exactly(f"activation must be one of {known}; got {name!r}")):
                call(name)


# ---------------------------------------------------------------------- Dense


def test_dense_by_hand():
    layer = Dense(2, "relu")
    assert layer.build((2,)) == (2,)
    P = Parameters({"layer": layer}, np.random.default_rng(0), np.float64)
    P["layer.W"], P["layer.b"] = [[1.0, -1.0], [2.0, 3.0]], [0.5, -10.0]
    # (1, 2) W = (5, 5), with b (5.5, -5): only the first unit passes
    same(layer.forward(np.array([[1.0, 2.0]]), training=True), [[5.5, 0.0]])
    same(layer.backward(np.array([[2.0, 7.0]])), [[2.0, 4.0]])
    same(layer.grads["W"], [[2.0, 0.0], [4.0, 0.0]])
    same(layer.grads["b"], [2.0, 0.0])


@pytest.mark.parametrize("shape", [(4,), (2, 4), (3, 1, 4)])
def test_dense_works_along_the_last_axis(shape):
    layer = Dense(3)
    assert layer.build(shape) == (*shape[:-1], 3)
    assert layer.shapes == {"W": (4, 3), "b": (3,)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dense_is_a_matrix_product_behind_its_activation(activation):
    layer = Dense(4, activation)
    layer.build((4,))
    P = parameters({"layer": layer})
    X, dY = numbers(3, 4), numbers(3, 4, seed=1)
    behind = Activation(activation)
    scores = dense(X, P["layer.W"], P["layer.b"])
    close(layer.forward(X), behind.forward(scores))
    close(layer.forward(X, training=True), behind.forward(scores, training=True))
    dX, dW, db = dense_backward(behind.backward(dY), X, P["layer.W"])
    close(layer.backward(dY), dX)
    close(layer.grads["W"], dW)
    close(layer.grads["b"], db)
    grads = P.flat_grad.copy()
    P.flat_grad[...] = np.nan
    assert layer.backward_from_data(dY) is None
    same(P.flat_grad, grads)


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_first_weights_are_drawn_as_chapter_4_says(init, dtype):
    layer = Dense(7, init=init)
    layer.build((5,))
    P = Parameters({"layer": layer}, np.random.default_rng(3), dtype)
    scheme, kind = init.split("_")
    draw = {"uniform": init_weights_uniform, "normal": init_weights}[kind]
    same(P["layer.W"], draw(np.random.default_rng(3), 5, 7, scheme), dtype)
    same(P["layer.b"], np.zeros(7), dtype)


@pytest.mark.parametrize(("init", "variance"), [("xavier", 2 / 500), ("he", 2 / 100)])
def test_first_weights_have_the_variance_of_their_paper(init, variance):
    for kind in ("uniform", "normal"):
        layer = Dense(400, init=f"{init}_{kind}")
        layer.build((100,))
        W = Parameters({"layer": layer}, np.random.default_rng(0), np.float64)["layer.W"]
        assert abs(W.var() / variance - 1) < 0.05  # 40,000 draws: seven standard deviations
        assert abs(W.mean()) < 6 * math.sqrt(variance / W.size)
        inside = np.abs(W).max() <= math.sqrt(3 * variance)
        assert inside == (kind == "uniform")
        assert len(np.unique(W)) == W.size


def test_a_second_set_of_parameters_starts_anew():
    layer = Dense(2)
    layer.build((3,))
    first = Parameters({"layer": layer}, np.random.default_rng(0))
    first["layer.b"] = [1.0, 2.0]
    second = Parameters({"layer": layer}, np.random.default_rng(0))
    same(second["layer.b"], [0.0, 0.0], np.float32)
    same(second["layer.W"], first["layer.W"], np.float32)
    assert layer.params["b"] is second["layer.b"]
    assert layer.grads["b"] is second.grads["layer.b"]


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"units": 0}, ValueError, "units must be at least 1; got 0"),
        ({"units": 2.5}, TypeError, "units must be a whole number; got 2.5"),
        ({"init": "zeros"}, ValueError, f"init must be one of {', '.join(INITS)}; got 'zeros'"),
        ({"init": None}, ValueError, f"init must be one of {', '.join(INITS)}; got None"),
    ],
)
def test_dense_says_what_is_wrong(options, kind, sentence):
    with pytest.raises(kind, match=exactly(sentence)):
        Dense(**{"units": 3} | options)


def test_one_unit_and_one_feature_will_do():
    layer = Dense(1)
    assert layer.build((1,)) == (1,)
    P = parameters({"layer": layer})
    close(layer.forward(np.array([[2.0]])), 2 * P["layer.W"] + P["layer.b"])


@pytest.mark.parametrize(("kind", "make"), [("Dense", partial(Dense, 3)), ("LayerNorm", LayerNorm)])
def test_a_sample_without_features_is_refused_when_the_layer_is_built(kind, make):
    sentence = f"{kind} must come after a layer with features, such as Flatten; each sample is one number"
    with pytest.raises(ValueError, match=exactly(sentence)):
        make().build(())
    with pytest.raises(ValueError, match=exactly("features must be at least 1; got 0")):
        make().build((3, 0))


@pytest.mark.parametrize("name", ["dense", "layernorm"])
@pytest.mark.parametrize("shape", [(2, 3), (2, 5), (5,), ()])
@pytest.mark.parametrize("training", [True, False])
def test_a_batch_of_other_features_is_named(name, shape, training):
    layer, _, _, _ = made(name)
    with pytest.raises(ValueError, match=exactly(f"X must have shape (..., d=4); got {shape}")):
        layer.forward(np.ones(shape), training)


# -------------------------------------------------------------------- Dropout


def dropping(rate, seed=0):
    layer = Dropout(rate)
    layer.start(np.random.default_rng(seed), np.dtype(float))
    return layer


def test_dropout_by_hand():
    words = np.random.default_rng(3).bit_generator.random_raw(2)
    sixteenths = [int(word) >> shift & 0xFFFF for word in words for shift in (0, 16, 32, 48)]
    kept = np.array([number >= 0.2 * 65536 for number in sixteenths[:6]])
    assert 0 < kept.sum() < 6
    layer = dropping(0.2, seed=3)
    close(layer.forward(np.array([[1.0, 2, 3, 4, 5, 6]]), training=True), [kept * np.arange(1, 7) * 1.25])
    close(layer.backward(np.array([[6.0, 5, 4, 3, 2, 1]])), [kept * np.arange(6, 0, -1) * 1.25])


def test_the_way_back_drops_the_same_units_by_the_same_factor():
    layer, X = dropping(0.3), numbers(200, 50) + 20
    Y = layer.forward(X, training=True)
    close(layer.backward(np.ones(X.shape)), Y / X)
    close(layer.backward(2 * X), 2 * Y)
    # 10,000 units: six standard deviations are 0.0275
    assert abs((Y == 0).mean() - 0.3) < 0.0275
    close(Y[Y != 0] / X[Y != 0], np.full((Y != 0).sum(), 1 / 0.7))


def test_masks_are_drawn_anew_from_the_generator_of_the_parameters():
    layer, rng = Dropout(0.5), np.random.default_rng(4)
    before = Dense(2)
    before.build((3,))
    Parameters({"dense": before, "dropout": layer}, rng)
    other = np.random.default_rng(4)
    init_weights_uniform(other, 3, 2, "xavier")
    masks = [layer.forward(np.ones((5, 8)), training=True) for _ in range(3)]
    again = dropping(0.5)
    again.start(other, np.dtype(float))
    for mask in masks:
        same(mask, again.forward(np.ones((5, 8)), training=True))
    assert not np.array_equal(masks[0], masks[1])


def test_nothing_is_dropped_or_drawn_outside_training_or_at_rate_0():
    X, dY = numbers(3, 4), numbers(3, 4, seed=1)
    for rate, training in ((0.9, False), (0.0, True), (0.0, False), (0, True)):
        rng = np.random.default_rng(0)
        layer = Dropout(rate)
        layer.start(rng, X.dtype)
        assert layer.forward(X, training) is X
        assert rng.bit_generator.state == np.random.default_rng(0).bit_generator.state
        if training:
            assert layer.backward(dY) is dY


def test_a_unit_that_draws_the_rate_itself_stays(monkeypatch):
    drawn = np.array([16384, 16383, 16385, 0, 65535, 16384, 0, 0], np.uint16)
    monkeypatch.setattr("dlcourse.layers._random_words", lambda rng, n: drawn[: 4 * n].view(np.uint64))
    layer = dropping(0.25)
    close(layer.forward(np.ones((2, 3)), training=True) * 0.75, [[1, 0, 1], [0, 1, 1]])


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_every_unit_is_dropped_equally_often_whatever_gives_the_bits(bits, rate):
    layer = Dropout(rate)
    layer.start(np.random.Generator(bits(5)), np.dtype(float))
    masks = np.array([layer.forward(np.ones((3, 7)), training=True) for _ in range(4000)]) == 0
    # 84,000 units and 4,000 of each: five standard deviations
    assert abs(masks.mean() - rate) < 5 * (rate * (1 - rate) / 84_000) ** 0.5
    assert np.abs(masks.mean(axis=0) - rate).max() < 5 * (rate * (1 - rate) / 4000) ** 0.5
    # neighbours share one word of the generator, and know nothing of each other
    flat = masks.reshape(4000, -1) - rate
    between = (flat[:, :-1] * flat[:, 1:]).mean(axis=0) / (rate * (1 - rate))
    assert np.abs(between).max() < 5 / 4000**0.5


def test_rate_1_drops_everything():
    layer = dropping(1.0)
    same(layer.forward(numbers(3, 4), training=True), np.zeros((3, 4)))
    same(layer.backward(numbers(3, 4)), np.zeros((3, 4)))


def test_dropout_without_a_generator_works_until_it_has_to_draw():
    X = numbers(2, 3)
    assert Dropout(0.5).forward(X) is X
    assert Dropout(0.0).forward(X, training=True) is X
    sentence = "this Dropout has no generator yet: make Parameters of the layers first"
    with pytest.raises(RuntimeError, match=exactly(sentence)):
        Dropout(0.5).forward(X, training=True)


@pytest.mark.parametrize("rate", [-0.1, 1.1, math.nan])
def test_a_rate_outside_0_to_1_is_named(rate):
    with pytest.raises(ValueError, match=exactly(f"rate must lie in [0, 1]; got {rate}")):
        Dropout(rate)


# ------------------------------------------------------------------ BatchNorm


def test_batchnorm_starts_as_the_identity_and_learns_the_statistics_by_hand():
    layer = BatchNorm(momentum=0.75, eps=1.0)
    assert layer.build((2,)) == (2,)
    P = Parameters({"layer": layer}, np.random.default_rng(0), np.float64)
    same(P["layer.gamma"], [1.0, 1.0])
    same(P["layer.beta"], [0.0, 0.0])
    same(layer.running["mean"], [0.0, 0.0])
    same(layer.running["var"], [1.0, 1.0])
    # columns (1, 3, 5): mean 3, variance 8/3;  (2, 2, 8): mean 4, variance 8
    X = np.array([[1.0, 2.0], [3.0, 2.0], [5.0, 8.0]])
    root = math.sqrt(8 / 3 + 1)
    close(layer.forward(X, training=True), [[-2 / root, -2 / 3], [0.0, -2 / 3], [2 / root, 4 / 3]])
    close(layer.running["mean"], [0.25 * 3, 0.25 * 4])
    close(layer.running["var"], [0.75 + 0.25 * 8 / 3, 0.75 + 0.25 * 8])
    P["layer.gamma"], P["layer.beta"] = [2.0, 3.0], [10.0, 20.0]
    # after training: (1.75 - 0.75) / sqrt(0.75 + 2/3 + 1) and (1 - 1) / sqrt(2.75 + 1)
    close(layer.forward(np.array([[1.75, 1.0]])), [[10 + 2 / math.sqrt(0.75 + 2 / 3 + 1), 20.0]])


def test_batchnorm_is_that_of_chapter_6():
    layer, P, _, _ = made("batchnorm")
    running = {"mean": np.zeros(4), "var": np.ones(4)}
    gamma, beta = P["layer.gamma"], P["layer.beta"]
    for seed in range(3):
        X, dY = numbers(5, 4, seed=seed), numbers(5, 4, seed=9)
        same(layer.forward(X, training=True), batchnorm_forward(X, gamma, beta, running, eps=0.25))
        dX, dgamma, dbeta = batchnorm_backward(dY, X, gamma, eps=0.25)
        same(layer.backward(dY), dX)
        same(P.grads["layer.gamma"], dgamma)
        same(P.grads["layer.beta"], dbeta)
        for key, array in running.items():
            same(layer.running[key], array)
    before = dict(layer.running)
    same(layer.forward(X), batchnorm_forward(X, gamma, beta, running, training=False, eps=0.25))
    assert all(layer.running[key] is array for key, array in before.items())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_running_statistics_have_the_dtype_of_the_parameters(dtype):
    layer, _, _, _ = made("batchnorm", dtype)
    same(layer.running["mean"], np.zeros(4), dtype)
    same(layer.running["var"], np.ones(4), dtype)


def test_a_new_start_forgets_the_running_statistics():
    layer, _, _, _ = made("batchnorm")
    layer.forward(numbers(5, 4), training=True)
    Parameters({"layer": layer}, np.random.default_rng(0), np.float64)
    same(layer.running["mean"], np.zeros(4))
    same(layer.running["var"], np.ones(4))


@pytest.mark.parametrize("shape", [(), (3, 4)])
def test_batchnorm_wants_one_axis_of_features(shape):
    sentence = f"BatchNorm must come after a layer with one axis of features; each sample is {shape}"
    with pytest.raises(ValueError, match=exactly(sentence)):
        BatchNorm().build(shape)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (partial(BatchNorm, momentum=1.5), "momentum must lie in [0, 1]; got 1.5"),
        (partial(BatchNorm, momentum=-0.5), "momentum must lie in [0, 1]; got -0.5"),
        (partial(BatchNorm, eps=0.0), "eps must lie in (0, inf); got 0.0"),
        (partial(BatchNorm, eps=math.inf), "eps must lie in (0, inf); got inf"),
        (partial(LayerNorm, eps=0.0), "eps must lie in (0, inf); got 0.0"),
        (partial(LayerNorm, eps=math.inf), "eps must lie in (0, inf); got inf"),
    ],
)
def test_a_norm_says_which_number_is_out_of_range(make, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        make()


def test_the_ends_of_the_momentum_are_allowed():
    assert (BatchNorm(momentum=0).momentum, BatchNorm(momentum=1).momentum) == (0.0, 1.0)


# ------------------------------------------------------------------ LayerNorm


def test_layernorm_starts_with_scale_1_and_shift_0():
    layer = LayerNorm(eps=1.0)
    assert layer.build((7, 3)) == (7, 3)
    P = Parameters({"layer": layer}, np.random.default_rng(0), np.float64)
    same(P["layer.gamma"], np.ones(3))
    same(P["layer.beta"], np.zeros(3))
    # (2, 2, 8): mean 4, variance 8, and eps 1: divided by 3
    for training in (True, False):
        close(layer.forward(np.array([[[2.0, 2.0, 8.0]]]), training), [[[-2 / 3, -2 / 3, 4 / 3]]])


@pytest.mark.parametrize("name", ["layernorm", "layernorm 3-D"])
def test_layernorm_is_that_of_chapter_6(name):
    layer, P, shape, _ = made(name)
    X, dY, gamma = numbers(3, *shape), numbers(3, *shape, seed=1), P["layer.gamma"]
    close(layer.forward(X, training=True), layernorm_forward(X, gamma, P["layer.beta"], 0.25))
    dX, dgamma, dbeta = layernorm_backward(dY, X, gamma, 0.25)
    close(layer.backward(dY), dX)
    close(P.grads["layer.gamma"], dgamma)
    close(P.grads["layer.beta"], dbeta)


# ----------------------------------------------------------------- Parameters


def stack():
    """Return built layers: 3 * 4 + 4, a Pair with 3, 4 * 2 + 2 and 2 + 2, and 2 * 1 + 1 numbers."""
    layers = {"dense": Dense(4), "pair": Pair(), "flatten": Flatten(), "out": Dense(1, init="he_normal")}
    shape = (3,)
    for layer in layers.values():
        shape = layer.build(shape)
    assert shape == (1,)
    return layers


SHAPES = {
    "dense.W": (3, 4),
    "dense.b": (4,),
    "pair.scale": (3,),
    "pair.first.W": (4, 2),
    "pair.first.b": (2,),
    "pair.norm.gamma": (2,),
    "pair.norm.beta": (2,),
    "out.W": (2, 1),
    "out.b": (1,),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64, "float32", "<f8"])
def test_all_parameters_lie_in_one_array_one_behind_the_other(dtype):
    P = Parameters(stack(), np.random.default_rng(0), dtype)
    assert {name: array.shape for name, array in P.items()} == SHAPES
    assert {name: array.shape for name, array in P.grads.items()} == SHAPES
    assert list(P) == list(P.grads) == list(SHAPES)
    for flat, arrays in ((P.flat, P), (P.flat_grad, P.grads)):
        assert flat.shape == (12 + 4 + 3 + 8 + 2 + 2 + 2 + 2 + 1,)
        assert flat.dtype == np.dtype(dtype)
        assert flat.ctypes.data % 64 == 0
        flat[...] = np.arange(flat.size)
        start = 0
        for array in arrays.values():
            assert array.dtype == np.dtype(dtype)
            same(array.ravel(), np.arange(start, start + array.size), np.dtype(dtype))
            start += array.size
            array[...] += 100
        same(flat, 100 + np.arange(flat.size), np.dtype(dtype))
    assert not np.shares_memory(P.flat, P.flat_grad)


def test_gradients_are_0_at_first():
    P = Parameters(stack(), np.random.default_rng(0), np.float64)
    same(P.flat_grad, np.zeros(36))


def test_each_layer_holds_its_own_views():
    layers = stack()
    P = Parameters(layers, np.random.default_rng(0))
    pair = layers["pair"]
    held = {"dense": layers["dense"], "pair": pair, "out": layers["out"]}
    held |= {f"pair.{name}": child for name, child in pair.children.items()}
    names = []
    for prefix, layer in held.items():
        assert layer.params.keys() == layer.grads.keys() == layer.shapes.keys()
        for name in layer.shapes:
            assert layer.params[name] is P[f"{prefix}.{name}"]
            assert layer.grads[name] is P.grads[f"{prefix}.{name}"]
            names.append(f"{prefix}.{name}")
    assert sorted(names) == sorted(SHAPES)
    assert layers["flatten"].params == {}


def test_first_values_are_drawn_in_the_order_of_the_layers():
    P = Parameters(stack(), np.random.default_rng(7), np.float64)
    rng = np.random.default_rng(7)
    same(P["dense.W"], init_weights_uniform(rng, 3, 4, "xavier"))
    same(P["pair.scale"], rng.random(3))  # its own before those of its children
    same(P["pair.first.W"], init_weights_uniform(rng, 4, 2, "xavier"))
    same(P["out.W"], init_weights(rng, 2, 1, "he"))
    same(P["pair.norm.gamma"], [1.0, 1.0])
    for name in ("dense.b", "pair.first.b", "pair.norm.beta", "out.b"):
        same(P[name], np.zeros(SHAPES[name]))
    same(Parameters(stack(), np.random.default_rng(7), np.float32).flat, P.flat, np.float32)
    assert not np.array_equal(Parameters(stack(), np.random.default_rng(8), np.float64).flat, P.flat)


def test_new_numbers_are_copied_into_the_views():
    layers = stack()
    P = Parameters(layers, np.random.default_rng(0))
    view, new = P["dense.W"], numbers(3, 4)
    P["dense.W"] = new
    assert P["dense.W"] is view is layers["dense"].params["W"]
    same(view, new, np.float32)
    new += 1
    assert np.abs(view - new).min() > 0.5
    P["dense.b"] = [1, 2, 3, 4]
    same(P.flat[12:16], [1.0, 2.0, 3.0, 4.0], np.float32)


@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        ([1.0, 2.0, 3.0], ValueError, "dense.b must have shape (4,); got (3,)"),
        (1.0, ValueError, "dense.b must have shape (4,); got ()"),
        ([[1.0, 2.0, 3.0, 4.0]], ValueError, "dense.b must have shape (4,); got (1, 4)"),
        (["a", "b", "c", "d"], TypeError, "dense.b must hold real numbers; got dtype <U1"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_changes(value, kind, sentence):
    P = parameters(stack())
    before = P.flat.copy()
    with pytest.raises(kind, match=exactly(sentence)):
        P["dense.b"] = value
    same(P.flat, before)


def test_parameters_are_a_mapping_of_names_that_stay():
    P = Parameters(stack(), np.random.default_rng(0))
    assert len(P) == 9
    assert "pair.first.W" in P
    assert "pair" not in P
    assert P.get("pair") is None
    assert dict(P)["out.b"] is P["out.b"]
    assert [*P.keys()] == [*SHAPES]
    for call in (lambda: P["pair"], lambda: P.__setitem__("pair", 1.0)):
        with pytest.raises(KeyError, match="pair"):
            call()
    assert not hasattr(P, "__delitem__")


@pytest.mark.parametrize("layers", [{}, {"flatten": Flatten(), "relu": Activation("relu")}])
def test_layers_without_parameters_have_an_empty_array(layers):
    P = Parameters(layers, np.random.default_rng(0))
    assert (len(P), list(P), P.grads) == (0, [], {})
    same(P.flat, [], np.float32)
    same(P.flat_grad, [], np.float32)


def test_an_update_of_the_whole_array_reaches_every_layer():
    layers = {"dense": Dense(2)}
    layers["dense"].build((3,))
    P = parameters(layers)
    X, dY = numbers(4, 3), numbers(4, 2, seed=1)
    layers["dense"].forward(X, training=True)
    layers["dense"].backward(dY)
    W, b = P["dense.W"].copy(), P["dense.b"].copy()
    P.flat -= 0.5 * P.flat_grad
    close(layers["dense"].forward(X), dense(X, W - 0.5 * X.T @ dY, b - 0.5 * dY.sum(0)))


def test_a_shallow_copy_of_a_layer_shares_its_weights():
    layer, P, _, _ = made("dense")
    twin, X = copy.copy(layer), numbers(3, 4)
    P["layer.W"] = numbers(4, 3, seed=8)
    same(twin.forward(X), layer.forward(X))


@pytest.mark.parametrize("dtype", ["float16", "longdouble", "int64", "complex64", ">f4", "O"])
def test_only_two_dtypes_are_taken(dtype):
    with pytest.raises(ValueError, match=exactly(f"dtype must be float32 or float64; got {np.dtype(dtype)}")):
        Parameters(stack(), np.random.default_rng(0), dtype)


def test_what_is_no_generator_is_named():
    sentence = "rng must be a generator such as np.random.default_rng(0); got 0"
    with pytest.raises(TypeError, match=exactly(sentence)):
        Parameters(stack(), 0)
    with pytest.raises(TypeError, match=exactly(sentence)):
        Parameters({}, 0)  # also if nothing is to be drawn


# -------------------------------------------------------------------- PyTorch

RECORDED = parity.load("layers")


def recorded(kind):
    return [name for name in RECORDED if name.startswith(kind)]


@pytest.mark.parametrize("name", recorded("activation"))
def test_pytorch_activates_the_same(name):
    case = RECORDED[name]
    layer = Activation(name.split("/")[1])
    parity.assert_close(layer.forward(case["X"], training=True), case["out"])
    parity.assert_close(layer.backward(case["dout"]), case["dX"])


def compare(layer, case, names):
    """Compare a layer, its parameters filled in, with a case: there, back, and every gradient."""
    layer.build(case["X"].shape[1:])
    P = Parameters({"layer": layer}, np.random.default_rng(0), case["X"].dtype)
    for name in names:
        P[f"layer.{name}"] = case[name]
    parity.assert_close(layer.forward(case["X"], training=True), case["out"])
    parity.assert_close(layer.backward(case["dout"]), case["dX"])
    for name in names:
        parity.assert_close(layer.grads[name], case[f"d{name}"])


@pytest.mark.parametrize("name", recorded("dense"))
def test_pytorch_has_the_same_linear_layer(name):
    case, activation = RECORDED[name], name.split("/")[1]
    compare(Dense(len(case["b"]), activation if activation in ACTIVATIONS else "linear"), case, ["W", "b"])


@pytest.mark.parametrize("name", recorded("layernorm"))
def test_pytorch_normalizes_layers_the_same(name):
    compare(LayerNorm(float(RECORDED[name]["eps"])), RECORDED[name], ["gamma", "beta"])


@pytest.mark.parametrize("name", recorded("batchnorm"))
def test_pytorch_normalizes_batches_the_same(name):
    case = RECORDED[name]
    layer = BatchNorm(eps=float(case["eps"]))
    compare(layer, case, ["gamma", "beta"])
    dtype, n = case["X"].dtype, case["X"].shape[0]
    layer.start(np.random.default_rng(0), dtype)
    share = 1.0  # what is left of the variance 1 at the start
    for batch, mean, var in zip(case["batches"], case["means"], case["variances"], strict=True):
        layer.forward(batch, training=True)
        share *= 0.9
        # PyTorch's running variance divides by n - 1, except for what is left of the start
        parity.assert_close((layer.running["var"] - share) * n / (n - 1) + share, var)
        parity.assert_close(layer.running["mean"], mean)
    layer.params["gamma"][...], layer.params["beta"][...] = case["gamma"], case["beta"]
    layer.running.update(mean=case["means"][-1], var=case["variances"][-1])
    parity.assert_close(layer.forward(case["batches"][0]), case["evaluated"])


def test_pytorch_was_asked_about_every_layer():
    counts = {kind: len(recorded(kind)) for kind in ("activation", "dense", "layernorm", "batchnorm")}
    assert counts == {"activation": 2 * 2 * 8, "dense": 2 * 5, "layernorm": 2 * 2, "batchnorm": 2 * 2}
    assert {name.split("/")[1] for name in recorded("activation")} == set(ACTIVATIONS)


def test_softmax_is_that_of_chapter_2_along_the_last_axis():
    X = numbers(2, 3, 4)
    same(Activation("softmax").forward(X), softmax(X))


if parity.HAS_TORCH:

    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("layers")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            assert case.keys() == RECORDED[name].keys()
            for key, value in case.items():
                parity.assert_close(RECORDED[name][key], value)
