"""Formulas keep the dtype that they are given, and leave alone what they are given. No formula escapes."""

import copy
import importlib
import inspect

import numpy as np
import pytest

from tests.house.test_code import ORACLE

RNG = np.random.default_rng
VOCAB = {"<pad>": 0, "<bos>": 1, "<eos>": 2, "<unk>": 3, "cat": 4}


def arguments(a):
    """Return arguments for every public function of the oracle; `a(2, 3)` makes an array between 0.1 and 0.9."""
    X, W, b, y, dY = a(4, 3), a(3, 2), a(2), [0, 1, 1, 0], a(4, 2)
    probs = dY / dY.sum(axis=1, keepdims=True) if a.kind == "f" else np.array([[1, 0], [0, 1], [1, 0], [0, 1]])
    net = {"W1": a(3, 5), "b1": a(5), "W2": a(5, 2), "b2": a(2)}
    ids, words = np.array([[1, 4, 0], [1, 4, 4]]), np.array([[4, 2, 0], [4, 4, 2]])
    Q, K, V, dO = a(2, 3, 4), a(2, 5, 4), a(2, 5, 6), a(2, 3, 6)
    heads = {"X": a(2, 3, 4), "M": a(2, 5, 4), "W_in": a(4, 12), "b_in": a(12), "W_out": a(4, 4), "h": 2}
    running = {"mean": a(3), "var": a(3)}
    step = {"w": a(3), "g": a(3), "state": {}}
    return {
        "perceptron": {
            "collapse_linear": {"layers": [(a(3, 2), a(2)), (a(2, 2), a(2))]},
            "count_params": {"sizes": [3, 2]},
            "dense": {"X": X, "W": W, "b": b},
            "gate": {"name": "AND"},
            "is_linearly_separable": {"table": [0, 0, 0, 1]},
            "masked_dense": {"X": X, "W": W, "b": b, "mask": np.array([[1, 0], [0, 1], [1, 1]])},
            "mlp_step": {"X": X, "layers": [(W, b)]},
            "perceptron_epoch": {"X": X, "y": np.array(y), "w": a(3), "b": 0.5, "lr": 0.5},
            "perceptron_fit": {"X": X, "y": y, "max_epochs": 3},
            "perceptron_predict": {"X": X, "w": a(3), "b": -0.5},
            "step": {"Z": X},
            "truth_inputs": {"n": 2},
            "xor_layers": {},
        },
        "activations": {
            "chain_gradients": {"x0": 0.5, "w": a(4), "act": "tanh"},
            "dead_fraction": {"X": X, "W": W, "b": b},
            **{
                name: {"x": X}
                for name in (
                    "gelu", "gelu_grad", "gelu_tanh", "gelu_tanh_grad", "leaky_relu", "leaky_relu_grad", "log_softmax",
                    "log_softmax_jacobian", "logsumexp", "relu", "relu_grad", "sigmoid", "sigmoid_grad", "softmax",
                    "softmax_jacobian", "tanh", "tanh_grad",
                )
            },
        },
        "losses": {
            "accuracy": {"scores": dY, "y": y},
            "bce_with_logits": {"z": a(4), "y": y},
            "bce_with_logits_grad": {"z": a(4), "y": y},
            "binary_cross_entropy": {"p": probs[:, 0], "y": y},
            "binary_cross_entropy_grad": {"p": probs[:, 0], "y": y},
            "cross_entropy": {"probs": probs, "y": y},
            "cross_entropy_grad": {"probs": probs, "y": y},
            "cross_entropy_with_logits": {"logits": dY, "y": y},
            "cross_entropy_with_logits_grad": {"logits": dY, "y": y},
            "fit_softmax_regression": {"X": X, "y": y, "num_classes": 2, "steps": 3},
            **{name: {"pred": X, "target": a(4, 3)} for name in ("mae", "mae_grad", "mse", "mse_grad")},
            "one_hot": {"labels": y, "num_classes": 2},
            "predict_classes": {"scores": dY},
            "r2_score": {"pred": a(4), "target": [1, 2, 3, 5]},
            "softmax_cross_entropy": {"logits": dY, "y": y},
        },
        "backpropagation": {
            "dense_backward": {"dout": dY, "X": X, "W": W},
            "init_std": {"fan_in": 3, "fan_out": 2, "scheme": "he"},
            "init_weights": {"rng": RNG(0), "fan_in": 3, "fan_out": 2, "scheme": "he"},
            "init_weights_uniform": {"rng": RNG(0), "fan_in": 3, "fan_out": 2, "scheme": "he"},
            "numerical_gradient": {"f": np.sum, "x": X},
            "rel_error": {"a": X, "b": X},
            "relu_backward": {"dout": X, "z": X},
            **{name: {"dout": X, "a": a(4, 3)} for name in ("sigmoid_backward", "tanh_backward")},
            "softmax_backward": {"dout": dY, "p": probs},
            "two_layer_forward": {"params": net, "X": X},
            "two_layer_loss_and_grads": {"params": net, "X": X, "y": y, "reg": 0.5},
            "unbroadcast": {"grad": X, "shape": (3,)},
        },
        "optimizers": {
            **{
                f"{name}_step": step
                for name in ("adagrad", "adam", "adamw", "momentum", "nesterov", "rmsprop", "sgd")
            },
            "clip_grad_norm": {"grads": {"W": W, "b": b}, "max_norm": 0.5},
            "clip_grad_value": {"grads": {"W": W, "b": b}, "max_value": 0.5},
            "cosine_decay": {"t": 3, "lr": 0.1, "total": 9},
            "gradient_descent": {"grad": np.sign, "w0": a(3), "lr": 0.5, "steps": 3},
            "linear_warmup": {"t": 3, "lr": 0.1, "warmup": 9},
            "max_stable_lr": {"H": np.array([[2, 1], [1, 2]])},
            "minibatches": {"X": X, "y": y, "batch_size": 3, "rng": RNG(0)},
            "num_steps": {"n": 9, "batch_size": 2, "epochs": 3},
            "step_decay": {"t": 3, "lr": 0.1, "every": 2},
        },
        "regularization": {
            "dropout_backward": {"dout": X, "scale": a(4, 3)},
            "dropout_forward": {"x": X, "rate": 0.25, "rng": RNG(0)},
            "early_stopping": {"val_losses": [0.5, 0.25, 1.0], "patience": 1},
            "elastic_net_penalty": {"params": {"W": W}, "lam1": 0.5, "lam2": 0.25},
            "l1_penalty": {"params": {"W": W}, "lam": 0.5},
            "l2_penalty": {"params": {"W": W}, "lam": 0.5},
            "soft_threshold": {"w": W, "t": 0.25},
        },
        "normalization": {
            "batchnorm_backward": {"dout": X, "X": a(4, 3), "gamma": a(3)},
            "batchnorm_forward": {"X": X, "gamma": a(3), "beta": a(3), "running": running},
            "layernorm_backward": {"dout": X, "X": a(4, 3), "gamma": a(3)},
            "layernorm_forward": {"X": X, "gamma": a(3), "beta": a(3)},
            "norm_backward": {"dout": X, "X": a(4, 3), "gamma": a(3), "axis": 1},
        },
        "capstone": {
            "confusion_matrix": {"y_true": y, "y_pred": y, "num_classes": 2},
            "evaluate": {"params": net, "X": X, "y": y},
            "fit": {
                "params": net, "X": X, "y": y, "loss_and_grads": lambda P, X, y, **_: (0.5, P), "epochs": 2,
                "batch_size": 3, "lr": 0.5, "rng": RNG(0),
            },
            "flatten_scale": {"images": a(2, 3, 4), "max_value": 16},
            "forward": {"params": net, "X": X, "training": True, "rng": RNG(0)},
            "init_params": {"rng": RNG(0), "n_in": 3, "n_hidden": 4, "n_out": 2},
            "loss_and_grads": {"params": net, "X": X, "y": y, "rng": RNG(0)},
            "summary": {"params": net},
            "train_digits": {"X": a(4, 64), "y": y, "seed": 0},
            "train_test_split": {"X": X, "y": y, "test_fraction": 0.5, "rng": RNG(0)},
        },
        "layers": {},
        "callbacks": {},
        "objectives": {},
        "sequential": {},
        "attention": {
            "attention": {"Q": Q, "K": K, "V": V, "mask": np.array([True, False, True, True, False])},
            "attention_backward": {"dO": dO, "Q": Q, "K": K, "V": V},
            "merge_heads": {"x": a(2, 3, 4, 5)},
            "multi_head_attention": {**heads, "b_out": a(4)},
            "multi_head_attention_backward": {"dY": a(2, 3, 4), **heads},
            "positional_encoding": {"T": 3, "d": 4},
            "split_heads": {"x": X[np.newaxis], "h": 3},
        },
        "transformer": {
            "build_vocab": {"sentences": ["a cat", "the cat"]},
            "causal_mask": {"T": 3},
            "decode": {"ids": ids, "vocab": VOCAB},
            "decoder_io": {"targets": [[4], [4, 4]]},
            "decoder_mask": {"ids": ids},
            "embedding": {"ids": ids, "E": a(5, 3)},
            "embedding_backward": {"dout": a(2, 3, 4), "ids": ids, "V": 5},
            "encode_batch": {"sentences": ["a cat"], "vocab": VOCAB},
            "greedy_decode": {"next_logits": lambda y: np.eye(5)[[2, 2]], "batch_size": 2},
            "masked_cross_entropy": {"logits": a(2, 3, 5), "targets": words},
            "padding_mask": {"ids": ids},
        },
    }  # fmt: skip


# random numbers, tables, and what measures in float64 on purpose
ALWAYS_FLOAT64 = {
    "perceptron.gate", "perceptron.truth_inputs", "perceptron.xor_layers", "losses.one_hot",
    "backpropagation.init_weights", "backpropagation.init_weights_uniform", "capstone.init_params",
    "capstone.train_digits", "attention.positional_encoding",
}  # fmt: skip
# kernels write into what they are given, the engine's functions take its own numbers, and a trainer trains
OF_THEIR_OWN_KIND = {
    "layers.affine", "layers.affine_gradients", "layers.affine_input_gradient", "layers.layernorm",
    "layers.layernorm_gradients", "backpropagation.backward", "backpropagation.topo_order",
    "transformer.train_translator",
}  # fmt: skip
CHANGES_ITS_STATISTICS = "normalization.batchnorm_forward"


def maker(dtype):
    rng = RNG(7)

    def a(*shape):
        if a.kind == "f":
            return rng.uniform(0.1, 0.9, shape).astype(dtype)
        return rng.integers(1, 4, shape).astype(dtype)

    a.kind = np.dtype(dtype).kind
    return a


def floats_in(result):
    """Return every array of floats in a result, however deep."""
    if isinstance(result, np.ndarray):
        return [result] if result.dtype.kind == "f" else []
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, tuple | list):
        return [array for each in result for array in floats_in(each)]
    return [array for each in result for array in floats_in(each)] if inspect.isgenerator(result) else []


def same(before, after):
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
    if isinstance(before, tuple | list):
        return len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, np.ndarray):
        return before.dtype == after.dtype and np.array_equal(before, after)
    return isinstance(before, np.random.Generator) or callable(before) or before == after


def published(module):
    found = importlib.import_module(f"dlcourse.{module}")
    return {name for name in found.__all__ if inspect.isfunction(getattr(found, name))}


FORMULAS = sorted(f"{module}.{name}" for module in ORACLE for name in published(module))


def call(name, dtype):
    """Call a formula; return what it was given, before and after, and what it returned."""
    module, function = name.split(".")
    given = arguments(maker(dtype))[module][function]
    before = copy.deepcopy(given)
    result = getattr(importlib.import_module(f"dlcourse.{module}"), function)(**given)
    return before, given, list(result) if inspect.isgenerator(result) else result


def test_every_formula_is_tried():
    given = {f"{module}.{name}" for module, table in arguments(maker(float)).items() for name in table}
    assert given | OF_THEIR_OWN_KIND == set(FORMULAS)


@pytest.mark.parametrize("name", [name for name in FORMULAS if name not in OF_THEIR_OWN_KIND])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_a_formula_leaves_its_inputs_alone_and_keeps_their_dtype(name, dtype):
    before, after, result = call(name, dtype)
    if name == CHANGES_ITS_STATISTICS:
        assert not same(before.pop("running"), after.pop("running"))
    assert same(before, after)
    wanted = np.float64 if name in ALWAYS_FLOAT64 or dtype == np.int64 else dtype
    assert {array.dtype for array in floats_in(result)} <= {np.dtype(wanted)}


def test_a_changed_input_is_noticed():
    before = {"X": np.zeros(2), "layers": [(np.ones(1), [1])], "rng": RNG(0)}
    after = copy.deepcopy(before)
    assert same(before, after)
    after["layers"][0][0][0] = 2
    assert not same(before, after)
    assert not same({"X": np.zeros(2, np.float32)}, {"X": np.zeros(2)})


def test_floats_are_found_however_deep():
    found = floats_in(({"a": [np.zeros(1, np.float32), (np.zeros(2), 3)]}, np.zeros(3, int)))
    assert [array.dtype for array in found] == [np.float32, np.float64]
