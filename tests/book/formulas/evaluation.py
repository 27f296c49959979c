r"""The displayed formulas of the book, each by its name, and what an evaluation of one needs.

An evaluation is a test that carries the name of its formula, and as its docstring the TeX that it was typed from:

    @formula("eq-mae")
    def test_mae_is_the_mean_distance(rng):
        r'''\operatorname{MAE} = \frac1n \sum_{i=1}^{n} \lvert \hat y_i - y_i \rvert .'''

Its own side is typed from the page, in the page's notation: sums over indices, `math` on single numbers, `@` where the
page prints a product of matrices. It calls nothing of `dlcourse`. The other side is what `dlcourse` computes. Where
`dlcourse` has no such function, it is the formula's other side, a measured slope or a simulation.
"""

import math
import re
from collections import Counter
from functools import cache

import numpy as np

from tests.dlcourse.helpers import slope_of
from tests.prose import ROOT, book

SECTION = re.compile(r"\((sec-[\w-]+)\)=")
MEASURED = {"rtol": 1e-8, "atol": 1e-9}  # a slope by differences has no more digits


def formula(name):
    """Mark a test as the evaluation of a displayed formula."""

    def mark(test):
        test.formula = name
        return test

    return mark


def one_line(tex):
    """Return TeX, or a docstring, with single spaces."""
    return " ".join((tex or "").split())


def named(passages, texts):
    """Return the formulas among passages by page and name; one without a label is number 1, 2, ... of its section."""
    found, unlabelled = {}, Counter()
    for passage in passages:
        if passage.kind != "formula":
            continue
        name = passage.label
        if not name:
            above = texts[passage.page].splitlines()[: passage.line]
            section = next((match[1] for line in reversed(above) if (match := SECTION.fullmatch(line))), "start")
            unlabelled[passage.page, section] += 1
            name = f"{section}/{unlabelled[passage.page, section]}"
        found[passage.page, name] = one_line(passage.tex)
    return found


@cache
def displayed():
    """Return the TeX of all displayed formulas of the book by page and name."""
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "book").glob("*.md")}
    return named(book(), texts)


# ------------------------------------------------------------------ what evaluations share


def agree(printed, oracle, rtol=1e-10, atol=1e-13):
    """Require the same shape and the same numbers; `atol` is for sums that cancel to 0."""
    printed, oracle = np.asarray(printed, float), np.asarray(oracle, float)
    assert printed.shape == oracle.shape
    np.testing.assert_allclose(oracle, printed, rtol, atol, equal_nan=False)


def slope(f, x, h=1e-3):
    """Measure the derivative of every entry of f by every entry of x, with an error of order h to the fourth."""
    x = np.asarray(x, float)
    slopes = []
    for at in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[at] = 1
        slopes.append(slope_of(lambda t, e=e: np.asarray(f(x + t * e)), 0.0, h))
    measured = np.moveaxis(np.array(slopes), 0, -1)
    return measured.reshape(measured.shape[:-1] + x.shape)


def softmax_of(z):
    """Return the softmax of a row as chapter 2 prints it; -inf is a score that is hidden."""
    total = sum(math.exp(z_k) for z_k in z)
    return np.array([math.exp(z_k) / total for z_k in z])


def softmax_rows(Z):
    """Return the softmax of each row of a matrix."""
    return np.array([softmax_of(z) for z in Z])


def sign_of(x):
    """Return 1, -1 or, for 0, 0."""
    return 1 if x > 0 else -1 if x < 0 else 0


def relu_of(Z):
    """Return the larger of each entry and 0."""
    return np.array([max(z, 0.0) for z in np.ravel(Z)]).reshape(np.shape(Z))
