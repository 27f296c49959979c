"""The engine: what it lets pass, what it stops, and that it leaves everything as it was."""

import contextlib
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from dlcourse.checks import CheckFailed, assignment, calls, check, engine, grade, quiz_points, words
from dlcourse.checks.engine import Case, Function, _run_case
from dlcourse.checks.kinds import Complaint, Count, Floats, Integers, Number, Parts, Truth, same

RIGHT_QUIZ = {0: True, 1: False, 2: False, 3: True, 4: False, 5: False, 6: True, 7: True}


SEPARABLE = {(0, 1, 1, 0): False, (1, 0, 0, 1): False}  # of two inputs; all others are


def is_linearly_separable(table: Any) -> bool:
    return SEPARABLE.get(tuple(table), True)


def clock() -> calls.Clock:
    return calls.Clock(5, 20)


def predict(X: Any, w: Any, b: float) -> Any:
    return (np.asarray(X) @ np.asarray(w) + b > 0).astype(int)


def test_check_says_what_it_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    check("01_perceptron", 1, {"perceptron_predict": predict})
    assert capsys.readouterr().out == "Task 1, visible checks passed: 4 points. Looked at: the AND gate.\n"


def test_what_two_functions_share_is_said_once() -> None:
    names = {
        "sigmoid_grad": lambda x: 1 / (2 + 2 * np.cosh(np.clip(x, -300, 300))),
        "tanh_grad": lambda x: 1 - np.tanh(x) ** 2,
    }
    message = grade("02_activations", 2, names).message
    assert message.endswith("Looked at: numbers near 0, where the slope is largest.")


def test_check_raises_with_the_message_of_grade() -> None:
    names = {"perceptron_predict": lambda X, w, b: predict(X, w, -b)}
    with pytest.raises(CheckFailed) as caught:
        check("01_perceptron", 1, names)
    assert str(caught.value) == grade("01_perceptron", 1, names).message
    assert isinstance(caught.value, AssertionError)


def test_a_notebook_shows_the_message_and_no_traceback() -> None:
    shell = InteractiveShell()
    shell.user_ns["perceptron_predict"] = lambda X, w, b: None
    shown: list[str] = []
    shell._showtraceback = lambda kind, value, lines: shown.extend(lines)
    shell.run_cell('from dlcourse.checks import check\ncheck("01_perceptron", 1, globals())')
    assert len(shown) == 5
    assert shown[0].startswith("perceptron_predict(X=")
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(("name", "task"), [("01_perceptrons", 1), ("perceptron", 1), ("", 1)])
def test_an_unknown_assignment_is_named(name: str, task: int) -> None:
    with pytest.raises(ValueError, match=r"assignment must be one of 01_perceptron.*; got"):
        grade(name, task, {})


def test_an_unknown_task_is_named() -> None:
    with pytest.raises(ValueError, match=r"task must be one of 1, 2, 3, 4, 5, 6, 7, 8; got 10"):
        grade("01_perceptron", 10, {})


def test_printing_is_kept_from_stderr_and_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(X: Any, w: Any, b: float) -> Any:
        print("here")
        print("there", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        np.log(np.zeros(1))
        return predict(X, w, b)

    check("01_perceptron", 1, {"perceptron_predict": loud})
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[1:] == ["Your function printed:", "here", "there"]
    check("01_perceptron", 1, {"perceptron_predict": loud}, hidden=True)
    assert "here" not in capsys.readouterr().out


def test_a_flood_of_printing_is_cut() -> None:
    def flood() -> None:
        for _ in range(10_000):
            print("x" * 100)

    assert len(calls.call(flood, {}).printed) == calls.KEPT_OUTPUT


def compute(seconds: float) -> None:
    ends = time.thread_time() + seconds
    while time.thread_time() < ends:
        len(str(1))


@pytest.mark.parametrize(("limit", "work", "waited"), [("SECONDS", compute, False), ("WAIT", time.sleep, True)])
def test_what_never_ends_is_stopped_and_the_alarm_is_put_back(
    monkeypatch: pytest.MonkeyPatch, limit: str, work: Any, waited: bool
) -> None:
    monkeypatch.setattr(calls, f"CALL_{limit}", 0.2)
    handler = signal.getsignal(signal.SIGALRM)

    def endless(X: Any) -> None:
        while True:
            with contextlib.suppress(Exception):
                work(1)

    called = calls.call(endless, {"X": 1})
    assert (called.too_slow, called.waited) == (True, waited)
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@pytest.mark.parametrize(("limit", "work"), [("SECONDS", compute), ("WAIT", time.sleep)])
def test_many_slow_calls_are_stopped_before_nbgrader_does(
    monkeypatch: pytest.MonkeyPatch, limit: str, work: Any
) -> None:
    monkeypatch.setattr(calls, f"CALL_{limit}", 0.4)
    monkeypatch.setattr(calls, f"CHECK_{limit}", 1.0)

    begun: list[Any] = []

    def slow(table: Any) -> bool:
        begun.append(table)
        work(0.3)
        return is_linearly_separable(table)

    verdict = grade("01_perceptron", 8, {"is_linearly_separable": slow}, hidden=True)
    assert len(begun) <= 4
    assert verdict.mistake == "slow_in_all"
    assert "took 1 seconds together" in verdict.message


def test_a_function_that_waits_hears_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "CALL_WAIT", 0.2)
    verdict = grade("01_perceptron", 8, {"is_linearly_separable": lambda table: time.sleep(100)}, hidden=True)
    assert verdict.mistake == "waited"
    assert "stopped after 0.2 seconds in which it computed next to nothing" in verdict.message


def test_time_in_which_nothing_is_computed_counts_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "CALL_SECONDS", 0.1)
    monkeypatch.setattr(calls, "CHECK_SECONDS", 0.3)
    assert calls.call(lambda: time.sleep(0.4), {}) == calls.Called()


STALLED = """
import os
import time
from dlcourse.checks import calls

def work():
    os.write(1, b"begun\\n")  # past the check, which holds back what is printed
    ends = time.thread_time() + 0.3
    while time.thread_time() < ends:
        pass

calls.CALL_SECONDS = 0.9
print(calls.call(work, {}).too_slow)
"""


def test_a_machine_that_stands_still_costs_no_one_anything() -> None:
    """The process is held for longer than its limit, while the answer is being computed."""
    with subprocess.Popen([sys.executable, "-c", STALLED], stdout=subprocess.PIPE, text=True) as held:  # noqa: S603
        assert held.stdout is not None
        assert held.stdout.readline() == "begun\n"
        held.send_signal(signal.SIGSTOP)
        time.sleep(1.5)
        held.send_signal(signal.SIGCONT)
        assert held.communicate(timeout=30)[0] == "False\n"
    assert held.returncode == 0


def test_a_stop_from_outside_is_not_an_answer() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calls.call(interrupted, {})


def test_leaving_the_interpreter_is_a_fault_like_any_other() -> None:
    fault = calls.call(sys.exit, {"code": 3}).fault
    assert fault is not None
    assert (fault.kind, fault.text) == ("SystemExit", "3")


@pytest.mark.parametrize(
    ("value", "change"),
    [
        (np.zeros(3), lambda value: value.__setitem__(0, 1)),
        (np.array([np.nan, 1.0]), lambda value: value.__setitem__(1, 2)),
        ([1, 2], lambda value: value.append(3)),
        ([(np.zeros(2), np.zeros(2))], lambda value: value[0][1].__iadd__(1)),
        ({"a": np.zeros(1)}, lambda value: value["a"].__iadd__(1)),
        (np.zeros(4), lambda value: value.resize(2, refcheck=False)),
    ],
)
def test_a_changed_argument_is_noticed_and_the_original_kept(value: Any, change: Any) -> None:
    called = calls.call(change, {"value": value})
    assert called.changed is not None
    assert called.changed[0] == "value"
    assert calls.call(lambda value: None, {"value": value}).changed is None


def test_nan_in_a_list_is_no_change() -> None:
    value = [1.0, float("nan"), [float("nan")]]
    assert calls.call(lambda value: None, {"value": value}).changed is None
    changed = calls.call(lambda value: value.__setitem__(1, 0.0), {"value": value}).changed
    assert changed is not None
    assert changed[1][1] == 0.0


def test_an_earlier_tasks_fault_does_not_cost_a_later_task() -> None:
    source = """
import numpy as np
def perceptron_predict(X, w, b):
    return 1 - (X @ w + b > 0).astype(int)
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        m = 0
        for x, t in zip(X, y):
            e = t - perceptron_predict(x, w, b)
            w, b, m = w + lr * e * x, b + lr * e, m + int(e != 0)
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes
"""
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - the answer under test
    own = names["perceptron_predict"]
    assert not grade("01_perceptron", 1, names).passed
    assert grade("01_perceptron", 3, names, hidden=True).passed
    assert names["perceptron_predict"] is own
    assert "gate" not in names


def test_a_later_tasks_own_mistake_is_named_behind_an_earlier_one() -> None:
    source = """
import numpy as np
def perceptron_predict(X, w, b):
    return (X @ w + b >= 0).astype(int)
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        m = 0
        for x, t in zip(X, y):
            e = perceptron_predict(x, w, b) - t
            w, b, m = w + lr * e * x, b + lr * e, m + int(e != 0)
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes
"""
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - the answer under test
    verdict = grade("01_perceptron", 3, names, hidden=True)
    assert verdict.mistake == "wrong_sign"
    assert verdict.message.splitlines()[-1].startswith("Note:     checked with the course's own perceptron_predict")


def test_the_same_seed_draws_the_same_cases() -> None:
    seen: list[list[Any]] = []

    def spy(X: Any, w: Any, b: float) -> Any:
        seen[-1].append(np.array(X, copy=True))
        return predict(X, w, b)

    for seed in (1, 1, 2):
        seen.append([])
        grade("01_perceptron", 1, {"perceptron_predict": spy}, hidden=True, seed=seed)
    same_again = [np.array_equal(a, b) for a, b in zip(seen[0], seen[1], strict=True)]
    assert all(same_again)
    assert not all(np.array_equal(a, b) for a, b in zip(seen[0], seen[2], strict=True))


@pytest.mark.parametrize(
    ("kind", "good", "want"),
    [
        (Integers(), [0, 1], np.array([0, 1])),
        (Integers(), np.array([0, 1], np.uint8), np.array([0, 1])),
        (Integers(), [], np.zeros(0, int)),
        (Floats(), [[1, 2]], np.array([[1.0, 2.0]])),
        (Floats(), np.array([0.1], np.float32), np.array([0.1])),
        (Floats(), np.array([1e-4 + 1e-7, 2.0], np.float32), np.array([1e-4, 2.0])),  # a sum that nearly cancels
        (Floats(), np.array([np.nan]), np.array([np.nan])),
        (Count(), 6.0, 6),
        (Count(), np.int32(6), 6),
        (Number(), np.array([0.5]), 0.5),
        (Truth(), np.True_, True),
        (Truth(), 0, False),
        (Parts({"w": Floats(), "b": Number()}), [[1.0], 2], (np.array([1.0]), 2.0)),
    ],
)
def test_what_a_teacher_would_allow_is_allowed(kind: Any, good: Any, want: Any) -> None:
    assert kind.compare(good, want) is None


class EqualToAll(np.ndarray):
    """An answer that claims to be whatever is asked for."""

    def __eq__(self, other: object) -> Any:
        return True


@pytest.mark.parametrize(
    ("kind", "bad", "want", "complaint"),
    [
        (Integers(), [0.0, 1.0], np.array([0, 1]), "floats"),
        (Integers(), [False, True], np.array([0, 1]), "booleans"),
        (Integers(), [[0, 1]], np.array([0, 1]), "shape"),
        (Integers(), [1, 1], np.array([0, 1]), "value"),
        (Integers(), "01", np.array([0, 1]), "not_numbers"),
        (Integers(), [1, [2]], np.array([0, 1]), "not_numbers"),
        (Integers(), np.zeros(2, int).view(EqualToAll), np.array([0, 1]), "value"),
        (Floats(), [np.nan], np.array([1.0]), "not_finite"),
        (Floats(), [1.0 + 1e-6], np.array([1.0]), "value"),
        (Floats(), [True], np.array([1.0]), "booleans"),
        (Floats(), [1j], np.array([1.0]), "not_numbers"),
        (Floats(), object(), np.array([1.0]), "not_numbers"),
        (Floats(), 10**400, np.array(1.0), "not_numbers"),
        (Count(), 6.5, 6, "value"),
        (Count(), True, 1, "not_a_count"),
        (Count(), "6", 6, "not_a_count"),
        (Number(), [1.0, 2.0], 1.0, "not_a_number"),
        (Truth(), 2, True, "not_a_bool"),
        (Truth(), "True", True, "not_a_bool"),
        (Truth(), False, True, "value"),
        (Parts({"w": Floats(), "b": Number()}), (1.0,), (1.0, 2.0), "parts"),
        (Parts({"w": Floats(), "b": Number()}), 1.0, (1.0, 2.0), "parts"),
        (Parts({"w": Floats(), "b": Number()}), (1.0, None), (1.0, 2.0), "part_none"),
        (Parts({"w": Floats(), "b": Number()}), (1.0, 3.0), (1.0, 2.0), "value"),
    ],
)
def test_what_is_wrong_gets_its_own_complaint(kind: Any, bad: Any, want: Any, complaint: str) -> None:
    found = kind.compare(bad, want)
    assert found is not None
    assert found.id == complaint


def test_sameness_sees_shape_nesting_and_booleans() -> None:
    assert same((np.ones(2), 1), [[1, 1], 1.0])
    assert same(None, None)
    assert not same(np.ones(2), np.ones((1, 2)))
    assert not same([True], [1])
    assert not same((1, 2), (1, 2, 3))
    assert not same(None, 0)
    assert same({"W": [1.0], "b": np.ones(2)}, {"b": [1, 1], "W": np.ones(1)})
    assert not same({"W": [1.0]}, {"W": [2.0]})
    assert not same({"W": [1.0]}, {"b": [1.0]})
    assert not same({"W": [1.0]}, [1.0])


def test_the_quiz_counts_right_minus_wrong() -> None:
    assert quiz_points("01_perceptron", 9, {"answers": RIGHT_QUIZ}) == 4
    numpy_quiz = {number: np.bool_(answer) for number, answer in RIGHT_QUIZ.items()}
    assert quiz_points("01_perceptron", 9, {"answers": numpy_quiz}) == 4
    one_wrong = {**RIGHT_QUIZ, 2: True}
    verdict = grade("01_perceptron", 9, {"answers": one_wrong}, hidden=True)
    assert (verdict.points, verdict.max_points, verdict.passed) == (3, 4, False)
    assert "Statement 2" in verdict.message
    assert "01_perceptron.html#sec-gates" in verdict.message


@pytest.mark.parametrize("value", [True, False])
def test_one_answer_to_every_statement_of_the_quiz_earns_nothing(value: bool) -> None:
    assert quiz_points("01_perceptron", 9, {"answers": dict.fromkeys(range(8), value)}) == 0


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([True] * 8, "must be a dictionary"),
        ({0: True}, "must have the keys 0 to 7"),
        ({**RIGHT_QUIZ, 8: True}, "must have the keys 0 to 7"),
        ({**RIGHT_QUIZ, 3: "True"}, "statement 3 must be True or False; got 'True'"),
        ({**RIGHT_QUIZ, 3: 1}, "statement 3 must be True or False; got 1"),
        ({**RIGHT_QUIZ, 3: None}, "statement 3 must be True or False; got None"),
    ],
)
def test_quiz_answers_of_the_wrong_form_are_told_and_earn_nothing(answers: Any, said: str) -> None:
    with pytest.raises(CheckFailed, match="cannot be counted"):
        quiz_points("01_perceptron", 9, {"answers": answers})
    verdict = grade("01_perceptron", 9, {"answers": answers})
    assert verdict.points == 0
    assert said in verdict.message


def test_a_long_case_is_run_only_where_all_others_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlcourse.checks import perceptron

    seen: list[tuple[int, ...]] = []

    def watched(X: Any, w: Any, b: float) -> Any:
        seen.append(X.shape)
        return predict(X, w, b)

    long = Case((np.ones((99, 2)), np.ones(2), 1.0), "batch")
    function = replace(perceptron.PREDICT, long=[long])
    changed = replace(perceptron.ASSIGNMENT, tasks=[replace(perceptron.ASSIGNMENT.tasks[0], functions=[function])])
    monkeypatch.setattr(perceptron, "ASSIGNMENT", changed)
    assert grade("01_perceptron", 1, {"perceptron_predict": watched}).passed
    assert (99, 2) not in seen
    assert grade("01_perceptron", 1, {"perceptron_predict": watched}, hidden=True).passed
    assert (99, 2) in seen
    seen.clear()
    names = {"perceptron_predict": lambda X, w, b: watched(X, w, b + 1e-3)}
    assert not grade("01_perceptron", 1, names, hidden=True).passed
    assert (99, 2) not in seen
    names = {"perceptron_predict": lambda X, w, b: watched(X, w, b) if len(X) < 99 else 0}
    message = grade("01_perceptron", 1, names, hidden=True).message
    assert message.startswith("perceptron_predict(X of shape (99, 2);")


def test_an_assignment_may_have_no_quiz(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlcourse.checks import perceptron

    monkeypatch.setattr(perceptron, "ASSIGNMENT", replace(perceptron.ASSIGNMENT, quiz=None))
    with pytest.raises(ValueError, match=r"task must be one of 1, 2, 3, 4, 5, 6, 7, 8; got 9"):
        grade("01_perceptron", 9, {"answers": RIGHT_QUIZ})


def test_missing_quiz_answers_are_told() -> None:
    assert "answers must be a dictionary" in grade("01_perceptron", 9, {}).message


class Mute(Exception):  # noqa: N818 - a student's exception
    """An exception that fails to say what it is."""

    def __str__(self) -> str:
        raise RuntimeError


class Rude(list):  # type: ignore[type-arg]
    """A list that fails when it is looked at."""

    def __len__(self) -> int:
        raise RuntimeError

    def __getitem__(self, _index: Any) -> Any:
        raise RuntimeError


def endless() -> list[Any]:
    """Return a list that contains itself."""
    found: list[Any] = []
    found.append(found)
    return found


def mute() -> None:
    raise Mute


@pytest.mark.parametrize(
    "make",
    [
        mute,
        endless,
        Rude,
        tuple,
        lambda: [Rude([1])],
        lambda: np.broadcast_to(0.0, (10**7, 10**7)),
        lambda: "x" * 10**6,
    ],
)
@pytest.mark.parametrize("task", range(1, 9))
def test_no_answer_breaks_the_engine(task: int, make: Any) -> None:
    names: dict[str, Any] = {
        f.name: lambda *_args: make() for f in assignment("01_perceptron").tasks[task - 1].functions
    }
    for hidden in (False, True):
        verdict = grade("01_perceptron", task, names, hidden)
        assert not verdict.passed
        assert len(verdict.message) < 2000


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e308])
def test_extreme_answers_raise_no_warning(value: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grade("01_perceptron", 2, {"gate": lambda name: ([value, -value], value)}, hidden=True)
        grade("01_perceptron", 3, {"perceptron_fit": lambda *_: (np.full(2, value), value, [0])}, hidden=True)


def test_a_coroutine_is_closed_and_named() -> None:
    async def predict_later(X: Any, w: Any, b: float) -> Any:
        return predict(X, w, b)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grade("01_perceptron", 1, {"perceptron_predict": predict_later}).mistake == "coroutine"


@pytest.mark.parametrize(("task", "function"), [(2, "gate"), (4, "xor_layers")])
@pytest.mark.parametrize("answer", [lambda *_: None, lambda *_: 1 / 0, lambda: None])
def test_a_failed_check_does_not_show_the_solution(task: int, function: str, answer: Any) -> None:
    names = {"mlp_step": lambda X, layers: step_layers(X, layers), function: answer}
    message = grade("01_perceptron", task, names, hidden=True).message
    assert "whose outputs are" in message.splitlines()[1]
    assert "0.7" not in message


def step_layers(X: Any, layers: Any) -> Any:
    for W, b in layers:
        X = (X @ W + b > 0).astype(float)
    return X


def test_what_a_check_gives_runs_off_the_clock_and_unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlcourse import perceptron as oracle

    monkeypatch.setattr(calls, "CALL_SECONDS", 0.2)
    monkeypatch.setattr(calls, "CALL_WAIT", 0.5)

    def given() -> None:
        with calls.off_the_clock():
            oracle.gate("AND")
            compute(0.3)
            time.sleep(0.3)

    def asks_twice(given: Any) -> None:
        given()
        given()

    counted, started = clock(), (time.thread_time(), time.monotonic())
    called = calls.call(asks_twice, {"given": given})
    assert not called.too_slow
    assert called.from_oracle == ()
    computing, waiting = counted.left()
    assert 5 - computing < time.thread_time() - started[0] - 0.55
    assert 20 - waiting < time.monotonic() - started[1] - 1.15

    for endless in (compute, time.sleep):
        assert calls.call(lambda given, endless=endless: (given(), endless(100)), {"given": given}).too_slow
    called = calls.call(lambda given: (given(), oracle.gate("AND")), {"given": given})
    assert called.from_oracle == ("dlcourse.perceptron.gate",)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda: [1, 2][2], "raised_index"),
        (lambda: np.zeros(3)[3], "raised_index"),
        (lambda: np.zeros((4, 4))[[0, 1, 2], [0, 1]], "raised_shapes"),
        (lambda: np.zeros(3)[0, 0], "raised_axes"),
        (lambda: np.zeros(3)[np.array([True, False])], "raised_mask"),
    ],
)
def test_an_index_error_is_told_by_its_cause(answer: Any, message: str) -> None:
    assert engine._why_it_raised(calls.call(answer, {}).fault) == message


def test_a_bare_except_does_not_keep_a_loop_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "CALL_SECONDS", 0.1)

    def stubborn() -> None:
        try:
            while True:
                len(str(1))
        except:  # noqa: E722, S110 - what a student writes
            pass
        while True:
            len(str(1))

    assert calls.call(stubborn, {}).too_slow


class TooShortError(ValueError):
    """An error of the student's own."""


def refuse(error: type[BaseException]) -> Any:
    def first(_values: Any) -> Any:
        raise error

    return first


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (refuse(ValueError), None),
        (refuse(TooShortError), None),
        (refuse(np.linalg.LinAlgError), None),
        (refuse(AssertionError), "other_error"),
        (refuse(IndexError), "other_error"),
        (refuse(NotImplementedError), "not_written"),
        (lambda values: 0.0, "not_refused"),
        (lambda values: None, "not_refused"),
        (lambda values: ValueError("empty"), "not_refused"),
    ],
)
def test_arguments_without_a_meaning_must_be_refused_with_a_value_error(answer: Any, complaint: str | None) -> None:
    function = Function("first", lambda values: values[0], "eq-first", Number())
    case = Case(([],), "empty", raises=ValueError)
    trial = _run_case(function, {"first": answer}, case, False, clock())
    assert (trial.complaint and trial.complaint.id) == complaint


@pytest.mark.parametrize(
    ("error", "complaint"), [(KeyError, None), (LookupError, "other_error"), (ValueError, "other_error")]
)
def test_a_case_may_ask_for_another_error(error: type[Exception], complaint: str | None) -> None:
    function = Function("first", lambda values: values[0], "eq-first", Number())
    case = Case(([],), "empty", raises=KeyError)
    trial = _run_case(function, {"first": refuse(error)}, case, False, clock())
    assert (trial.complaint and trial.complaint.id) == complaint
    if trial.complaint is not None:
        text = words.engine_text(trial.complaint.id, focus="", **trial.complaint.fields)
        assert text.startswith(f"a KeyError is asked for, and this call ends with {error.__name__}.")


def test_a_value_error_where_an_answer_is_asked_for_is_no_refusal() -> None:
    function = Function("first", lambda values: values[0], "eq-first", Number())
    trial = _run_case(function, {"first": refuse(ValueError)}, Case(([1.0],), "one"), False, clock())
    assert trial.complaint is not None
    assert trial.complaint.id == "raised"


@pytest.mark.parametrize(
    ("failing", "explained"), [({"a"}, True), ({"a", "b"}, True), ({"b"}, False), ({"a", "c"}, False), (set(), False)]
)
def test_a_mistake_may_be_known_by_where_it_fails(failing: set[str], explained: bool) -> None:
    trials = [
        engine.Trial(Case((), focus), False, None, calls.Called(), Complaint("value") if focus in failing else None)
        for focus in "abca"
    ]
    assert engine.fails_only_at("a", "b")(trials) is explained


def test_an_array_in_the_place_of_one_number_is_told_by_its_shape() -> None:
    found = Number().compare(np.zeros((2, 3)), 1.0)
    assert found is not None
    assert (found.id, found.fields["type"]) == ("not_a_number", "an array of shape (2, 3)")


def test_a_driven_answer_is_called_as_its_driver_says_and_named_as_itself() -> None:
    def twice(answer: Any) -> Any:
        def run(start: float, steps: int) -> list[float]:
            path = [start]
            for _ in range(steps):
                path.append(answer(path[-1]))
            return path

        return run

    function = Function("double", lambda x: 2 * x, "eq-dense", Floats(), visible=[Case((1.0, 2), "f")], drive=twice)
    assert function.arguments(function.visible[0]) == {"start": 1.0, "steps": 2}
    assert function.driven(function.reference)(1.0, 2) == [1.0, 2.0, 4.0]
    assert Function("double", len, "eq-dense").driven(len) is len
    trials = engine._run(function, {"double": lambda x: 3 * x}, False, np.random.default_rng(0), clock())
    assert [trial.want for trial in trials] == [[1.0, 2.0, 4.0]]
    assert [trial.called.result for trial in trials] == [[1.0, 3.0, 9.0]]
    assert trials[0].complaint is not None


def test_dictionaries_and_functions_are_shown_as_a_person_writes_them() -> None:
    def slope(w: float) -> float:
        return w

    assert words.show({"W": np.array([[3.0]]), "b": [4]}) == "{'W': [[3]], 'b': [4]}"
    assert words.show({}) == "{}"
    assert words.show_call("f", {"counts": {"a": 1}}, private=True) == "f(counts with 1 entries)"
    assert words.show(dict.fromkeys(range(13), 0)).endswith("11: 0, ... 13 entries}")
    nested: dict[str, Any] = {}
    nested["again"] = nested
    assert "..." in words.show(nested)
    assert words.show((slope, 2)) == "(slope, 2)"
    assert words.show(np.array([[1, 2]]).view(np.matrix)) == "[[1, 2]]"


def test_what_a_check_gives_is_shown_by_its_words_and_may_remember() -> None:
    class Counter(words.Given):
        calls = 0

        def __call__(self) -> None:
            self.calls += 1

    counter = Counter("a counter")
    called = calls.call(lambda count: count(), {"count": counter})
    assert called.changed is None
    assert counter.calls == 0
    assert words.show_call("f", {"count": counter}, private=False) == "f(count=a counter)"
    assert words.show_call("f", {"count": counter}, private=True) == "f(count a counter)"
    assert calls.call(lambda pair: pair.reverse(), {"pair": [counter, words.Given("other")]}).changed is not None


def test_an_object_of_a_students_own_says_nothing_in_a_message() -> None:
    class Pretends:
        text = "the right answer"

    assert words.show(Pretends()) == "an object of type Pretends"


def test_a_seed_is_shown_as_the_generator_that_it_stands_for() -> None:
    assert words.show_call("f", {"rng": words.Seed(3)}, private=False) == "f(rng=np.random.default_rng(3))"
    assert words.show_call("f", {"rng": words.Seed(3)}, private=True) == "f(rng a Generator)"


def test_what_is_left_in_an_argument_can_be_what_is_compared() -> None:
    def first_after(answer: Any) -> Any:
        def run(values: list[float]) -> float:
            answer(values)
            return values[0]

        return run

    def fill(values: list[float]) -> None:
        values[0] = 7.0

    case = Case(([1.0],), "f")
    function = Function("fill", fill, "eq-f", Number(), visible=[case], drive=first_after)
    for answer, complaint in [(lambda values: None, "value"), (lambda values: values.__setitem__(0, 7.0), "changed")]:
        trial = _run_case(function, {"fill": answer}, case, False, clock())
        assert trial.want == 7.0
        assert case.args == ([1.0],)
        assert trial.complaint is not None
        assert trial.complaint.id == complaint


READS_ITS_OWN = """
import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    z = X @ params["W1"] + params["b1"]
    kept = (rng.random(z.shape) >= rate) / (1 - rate) if training else np.ones(z.shape)
    h = np.maximum(z, 0) * kept
    o = h @ params["W2"] + params["b2"]
    e = np.exp(o - o.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"h": h, "kept": kept}


def loss_and_grads(params, X, y, rate=0.2, training=True, rng=None):
    p, cache = forward(params, X, rate, training, rng)
    rows, d = np.arange(len(X)), p.copy()
    d[rows, y] -= 1
    dz = d @ params["W2"].T * cache["kept"] * (cache["h"] > 0)
    loss = -np.mean(np.log(np.maximum(p[rows, y], 1e-300)))
    return loss, {"W1": X.T @ dz, "b1": dz.sum(axis=0), "W2": cache["h"].T @ d, "b2": d.sum(axis=0)}
"""


def test_an_answer_that_does_not_fit_the_lent_functions_is_told_its_own_fault() -> None:
    names: dict[str, Any] = {}
    exec(READS_ITS_OWN, names)  # noqa: S102 - written above
    verdict = grade("08_capstone", 4, names)
    assert not verdict.passed
    assert verdict.mistake == "not_divided"
    assert "KeyError" not in verdict.message
    assert "Note:" not in verdict.message
