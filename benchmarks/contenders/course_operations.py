"""Single operations in the course's NumPy: the readable formulas, and the kernels that expect arrays to fit.

Each function takes the arrays of a case and returns what is timed: a function without arguments.
"""

import numpy as np

from benchmarks.operations import Arrays, Operation
from dlcourse.activations import softmax
from dlcourse.attention import attention
from dlcourse.layers import layernorm, layernorm_gradients
from dlcourse.losses import softmax_cross_entropy
from dlcourse.normalization import batchnorm_backward, batchnorm_forward, layernorm_backward, layernorm_forward
from dlcourse.objectives import OBJECTIVES
from dlcourse.optimizers import Optimizer, adam_step
from dlcourse.transformer import embedding_backward


def _softmax(a: Arrays) -> Operation:
    return lambda: {"Y": softmax(a["X"])}


def _cross_entropy(a: Arrays) -> Operation:
    return lambda: dict(zip(("loss", "grad"), softmax_cross_entropy(a["logits"], a["labels"]), strict=True))


def _objective(a: Arrays) -> Operation:
    both = OBJECTIVES["sparse_categorical_crossentropy"].value_and_grad
    return lambda: dict(zip(("loss", "grad"), both(a["logits"], a["labels"]), strict=True))


def _adam(a: Arrays) -> Operation:
    now = {"w": a["w"], "state": {}}

    def step() -> Arrays:
        now["w"], now["state"] = adam_step(now["w"], a["g"], now["state"])
        return {"w": now["w"]}

    return step


def _adam_in_place(a: Arrays) -> Operation:
    params, adam = {"w": a["w"].copy()}, Optimizer(adam_step)

    def step() -> Arrays:
        adam.step(params, {"w": a["g"]})
        return params

    return step


def _layernorm(a: Arrays) -> Operation:
    def both_ways() -> Arrays:
        Y = layernorm_forward(a["X"], a["gamma"], a["beta"])
        dX, dgamma, dbeta = layernorm_backward(a["dY"], a["X"], a["gamma"])
        return {"Y": Y, "dX": dX, "dgamma": dgamma, "dbeta": dbeta}

    return both_ways


def _layernorm_kernel(a: Arrays) -> Operation:
    dgamma, dbeta = np.empty_like(a["gamma"]), np.empty_like(a["beta"])

    def both_ways() -> Arrays:
        Y, X_hat, std = layernorm(a["X"], a["gamma"], a["beta"], 1e-5)
        dX = layernorm_gradients(a["dY"], X_hat, std, a["gamma"], dgamma, dbeta)
        return {"Y": Y, "dX": dX, "dgamma": dgamma, "dbeta": dbeta}

    return both_ways


def _batchnorm(a: Arrays) -> Operation:
    running = {"mean": np.zeros_like(a["beta"]), "var": np.ones_like(a["beta"])}

    def both_ways() -> Arrays:
        Y = batchnorm_forward(a["X"], a["gamma"], a["beta"], running)
        dX, dgamma, dbeta = batchnorm_backward(a["dY"], a["X"], a["gamma"])
        return {"Y": Y, "dX": dX, "dgamma": dgamma, "dbeta": dbeta}

    return both_ways


def _attention(a: Arrays) -> Operation:
    return lambda: {"out": attention(a["Q"], a["K"], a["V"])[0]}


def _embedding_gradient(a: Arrays) -> Operation:
    return lambda: {"dE": embedding_backward(a["dY"], a["ids"], len(a["E"]))}


FORMULAS = {
    "softmax": _softmax,
    "cross-entropy, both ways": _cross_entropy,
    "Adam step": _adam,
    "LayerNorm, both ways": _layernorm,
    "BatchNorm, both ways": _batchnorm,
    "attention": _attention,
    "embedding gradient": _embedding_gradient,
}
KERNELS = {
    "cross-entropy, both ways": _objective,
    "Adam step": _adam_in_place,
    "LayerNorm, both ways": _layernorm_kernel,
}
