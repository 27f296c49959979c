"""Remarks on where an answer comes from: what is noticed, and what honest code may do without any."""

import functools
import inspect
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dlcourse import activations, perceptron
from dlcourse.checks import CheckFailed, check, grade
from dlcourse.checks.origins import codes_used, remarks, unwatched, watched

NAMES = """
def perceptron_predict(X, w, b): return X
def helper(rows): return [perceptron_predict(row, 1, 2) for row in rows]
def gate(name): return (lambda: helper(name))()
"""


def run(source: str, **names: Any) -> dict[str, Any]:
    exec(source, names)  # noqa: S102 - the answer under test
    return names


def test_calling_the_course_is_noticed_through_any_alias_and_costs_no_points() -> None:
    answers: list[Callable[..., Any]] = [
        perceptron.perceptron_predict,
        functools.partial(perceptron.perceptron_predict),
        lambda X, w, b: perceptron.perceptron_predict(X, w, b),
        lambda X, w, b: perceptron.step(np.asarray(X) @ w + b).astype(int),
    ]
    for answer in answers:
        verdict = grade("01_perceptron", 1, {"perceptron_predict": answer}, hidden=True)
        assert verdict.passed
        (remark,) = verdict.remarks
        assert remark.startswith("the answer calls the course's own dlcourse.perceptron.")


def test_a_remark_stands_beside_a_wrong_answer_too(capsys: pytest.CaptureFixture[str]) -> None:
    names = {"perceptron_predict": lambda X, w, b: 1 - perceptron.perceptron_predict(X, w, b)}
    with pytest.raises(CheckFailed):
        check("01_perceptron", 1, names)
    assert capsys.readouterr().out.startswith("Remark for your instructor: the answer calls the course's own ")


def test_a_call_from_another_thread_is_noticed() -> None:
    names: list[str] = []
    with watched(names):
        thread = threading.Thread(target=perceptron.step, args=(np.zeros(1),))
        thread.start()
        thread.join()
    assert "dlcourse.perceptron.step" in names


def test_what_the_course_lends_is_not_noticed() -> None:
    names: list[str] = []
    with watched(names):
        assert unwatched()(perceptron.step)(np.ones(1)) == 1
        with unwatched():
            perceptron.step(np.ones(1))
    assert names == []


def test_the_names_a_function_uses_are_found_through_its_helpers_and_inner_functions() -> None:
    names = run(NAMES)

    def used(start: str) -> set[str]:
        return {name for code in codes_used(names, [start]) for name in code.co_names}

    assert used("gate") >= {"helper", "perceptron_predict"}
    assert used("perceptron_predict") == set()
    assert codes_used({"gate": 3}, ["gate", "absent"]) == []


def test_functions_that_use_each_other_are_looked_at_once() -> None:
    names = run("def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n > 0 and even(n - 1)")
    assert [code.co_name for code in codes_used(names, ["even"])] == ["even", "odd"]


def test_a_copy_is_known_in_a_helper_and_in_a_wrapper() -> None:
    own = run(inspect.getsource(activations.sigmoid), **vars(activations))

    @functools.wraps(own["sigmoid"])
    def wrapped(x: Any) -> Any:
        return own["sigmoid"](x)

    for names in (
        {"sigmoid": own["sigmoid"]},
        {"sigmoid": functools.partial(own["sigmoid"])},
        {"sigmoid": wrapped},
        run("def sigmoid(x): return helper(x)", helper=own["sigmoid"]),
    ):
        said = remarks(names, {"sigmoid": activations.sigmoid}, [])
        assert said == (
            "sigmoid is the course's own dlcourse.activations.sigmoid, but for the names of its variables.",
        )


@pytest.mark.parametrize(
    "source",
    [
        "def relu(x): return np.maximum(x, 0)",
        "def relu(x):\n    x = np.asarray(x)\n    return np.where(x > 0, x, 0 * x)",
        "import re\npattern = re.compile('a')\ndef relu(x): return np.maximum(x, len(pattern.pattern) - 1)",
    ],
)
def test_honest_code_gets_no_remark(source: str) -> None:
    assert remarks(run(source, np=np), {"relu": activations.relu}, []) == ()


def test_tools_that_fetch_code_are_named() -> None:
    names = run("def step(z):\n    exec('y = z')\n    return eval('z > 0')")
    (remark,) = remarks(names, {"step": perceptron.step}, [])
    assert remark == "the answer uses eval, exec, with which code can be fetched from elsewhere."


def test_of_many_calls_three_are_named() -> None:
    (remark,) = remarks({}, {"step": perceptron.step}, ["a", "b", "a", "c", "d"])
    assert remark == "the answer calls the course's own a, b, c and others."


TELLING = """
import inspect, threading
from dlcourse.checks import origins
from dlcourse.checks.calls import lent
from dlcourse import activations, backpropagation
plain, code = activations.sigmoid, inspect.getsource(activations.sigmoid)
origins.functions_tell()
from dlcourse.activations import sigmoid
from dlcourse.perceptron import dense
assert sigmoid is activations.sigmoid is not plain
assert inspect.signature(sigmoid) == inspect.signature(plain) and sigmoid.__doc__ == plain.__doc__
assert inspect.getsource(sigmoid) == code
names = []
with origins.watched(names):
    loops = [abs(-1) for _ in range(100)]
    assert names == []
    sigmoid(0.0)
    assert names[0] == "dlcourse.activations.sigmoid", names
    backpropagation.Value(2.0) * 3
    assert "dlcourse.backpropagation.Value.__mul__" in names, names
    thread = threading.Thread(target=dense, args=([[1.0]], [[1.0]], [0.0]))
    thread.start(); thread.join()
    assert "dlcourse.perceptron.dense" in names, names
    count = len(names)
    with origins.unwatched(), lent(given := {}, {"sigmoid": sigmoid}):
        given["sigmoid"](1.0)
    with lent(given := {}, {"sigmoid": sigmoid}):
        given["sigmoid"](1.0)
    assert len(names) == count, names
sigmoid(0.0)
assert len(names) == count, names
assert origins.remarks_on_code({"sigmoid": sigmoid}, {"sigmoid": sigmoid}) == ()
copied = dict(vars(activations)); exec(code, copied)
(said,) = origins.remarks_on_code(copied, {"sigmoid": sigmoid})
assert said.startswith("sigmoid is the course's own dlcourse.activations.sigmoid"), said
"""


def succeeds_in_a_process_of_its_own(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


def test_functions_that_tell_are_noticed_without_a_profiler() -> None:
    succeeds_in_a_process_of_its_own(TELLING)


def test_a_process_that_runs_no_answers_watches_nothing_by_itself() -> None:
    script = (
        "import sys; from dlcourse import perceptron; from dlcourse.checks import origins\n"
        "origins.answers_run_elsewhere(); names = []\n"
        "with origins.watched(names):\n"
        "    assert sys.getprofile() is None\n"
        "    perceptron.step(1.0)\n"
        "    origins.noted_elsewhere(['a'])\n"
        "    with origins.unwatched(): origins.noted_elsewhere(['b'])\n"
        "assert names == ['a'], names\n"
    )
    succeeds_in_a_process_of_its_own(script)


def test_what_needs_packages_that_are_not_installed_does_not_tell() -> None:
    script = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from dlcourse.checks import origins\n"
        "owners = {getattr(owner, '__name__', '') for owner, _, _ in origins.tellers()}\n"
        "assert 'dlcourse.losses' in owners and 'dlcourse.figures' not in owners, owners\n"
    )
    succeeds_in_a_process_of_its_own(script)
