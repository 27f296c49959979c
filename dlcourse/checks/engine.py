"""The engine of all checks: from a student's names to a verdict and one message that teaches.

A task lists its functions. A function lists cases: *visible* ones, *witnesses* (hidden but small and fixed, so a
message may show them with their answer) and *draws* (random; never shown). All of them are run, and what came back is
the evidence. Then the evidence is explained: a known mistake is recognized because the answer behaves, on every case,
just like an answer with that mistake.
"""

import copy
import functools
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcourse.checks import calls, origins, words
from dlcourse.checks.kinds import Complaint, Kind, plain_array, same

# An assignment 01_perceptron has messages under its name, and its checks in the module perceptron.
MODULES = {
    path.stem: f"{__package__}.{path.stem[3:]}"
    for path in sorted((Path(__file__).parent / "messages" / "en").glob("[0-9][0-9]_*.toml"))
}


class CheckFailed(AssertionError):  # noqa: N818 - a student reads this name: nothing broke, a check failed
    """What `check` raises; a notebook shows its message and no traceback.

    Parameters
    ----------
    message : str
        For the student.
    mistake : str or None
        Id of the likely mistake, for tools.
    """

    def __init__(self, message: str, mistake: str | None = None) -> None:
        super().__init__(message)
        self.mistake = mistake

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


@dataclass(frozen=True)
class Verdict:
    """What the grader thinks of an answer.

    Attributes
    ----------
    passed : bool
        True if nothing was found wrong.
    points, max_points : float
        Points earned, and points to be had.
    message : str
        For the student. On failure five lines: the call, expected, got, the likely mistake, where to read.
    mistake : str or None
        Id of the message on the fourth line, for tools and tests.
    remarks : tuple of str
        For the instructor: what is odd about where the answer comes from. They cost no points.
    """

    passed: bool
    points: float
    max_points: float
    message: str
    mistake: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One call of a student's function.

    Attributes
    ----------
    args : tuple
        Arguments, in order.
    focus : str
        Id of the words that say what this case looks at.
    raises : type or None
        The error that the function must raise, where the arguments make no sense.
    """

    args: tuple[Any, ...]
    focus: str
    raises: type[Exception] | None = None


@dataclass(frozen=True)
class Trial:
    """A case that was run: what was wanted, what came back, what is wrong with it."""

    case: Case
    private: bool
    want: Any
    called: calls.Called
    complaint: Complaint | None


Explanation = Callable[[Sequence[Trial]], bool]
Judge = Callable[[Case, Any], Complaint | None]


@dataclass(frozen=True)
class Function:
    """How one function of an answer is checked.

    Attributes
    ----------
    name : str
        The student's function; messages are grouped under it.
    reference : callable
        The oracle's function.
    see : str
        Label of the formula in the book.
    kind : Kind or None
        What a right answer looks like next to the reference's; None if `judge` decides alone.
    visible, witnesses : sequence of Case
        Small fixed cases.
    draws : callable
        ``draws(rng)`` yields random cases.
    long : sequence of Case
        Cases that take long, such as a whole training. They are hidden, never shown, and run only if all others pass.
    judge : callable or None
        ``judge(case, result)`` returns a complaint or None, for answers that may differ from the reference's.
        It may set the fields ``expected`` and ``got`` for the message.
    mistakes : mapping of str to callable
        By message id: does this explain all the trials? Tried in order.
    wanted : callable or None
        ``wanted(case)`` says what is expected, where the reference's own answer would be the solution or only one of
        many.
    drive : callable or None
        ``drive(answer)`` returns the function that a case's arguments are for, where one call does not show what is
        asked: a step that is made again and again with what it returned, or what is left in an argument.
    """

    name: str
    reference: Callable[..., Any]
    see: str
    kind: Kind | None = None
    visible: Sequence[Case] = ()
    witnesses: Sequence[Case] = ()
    draws: Callable[[np.random.Generator], Iterable[Case]] = lambda _rng: ()
    long: Sequence[Case] = ()
    judge: Judge | None = None
    mistakes: Mapping[str, Explanation] = field(default_factory=dict)
    wanted: Callable[[Case], str] | None = None
    drive: Callable[[Callable[..., Any]], Callable[..., Any]] | None = None

    def driven(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        """Return what is called with a case's arguments to try an answer."""
        return answer if self.drive is None else self.drive(answer)

    def arguments(self, case: Case) -> dict[str, Any]:
        """Return a case's arguments by the parameter names of the reference, as it is driven."""
        return dict(zip(_parameters(self.reference, self.drive), case.args, strict=False))


@functools.cache
def _parameters(reference: Callable[..., Any], drive: Callable[..., Any] | None) -> tuple[str, ...]:
    return tuple(inspect.signature(reference if drive is None else drive(reference)).parameters)


@dataclass(frozen=True)
class Task:
    """One task of an assignment.

    Attributes
    ----------
    number : int
        Its number in the notebook.
    visible_points, hidden_points : float
        What its two test cells are worth.
    functions : sequence of Function
        What the student writes.
    """

    number: int
    visible_points: float
    hidden_points: float
    functions: Sequence[Function]


@dataclass(frozen=True)
class Statement:
    """One statement of a misconception check: its number, the truth, and where the book speaks of it."""

    number: int
    true: bool
    see: str


@dataclass(frozen=True)
class Quiz:
    """The misconception check of an assignment; each statement is worth half a point."""

    number: int
    statements: Sequence[Statement]

    @property
    def points(self) -> float:
        """Points to be had."""
        return len(self.statements) / 2


@dataclass(frozen=True)
class Assignment:
    """An assignment: its name, its tasks, its quiz if it has one, and the equation numbers of the book's labels."""

    name: str
    tasks: Sequence[Task]
    quiz: Quiz | None
    numbers: Mapping[str, str]


def like(*variants: Callable[..., Any]) -> Explanation:
    """Explain an answer by a wrong function: it returned the same, or failed the same way, in every trial.

    Parameters
    ----------
    *variants : callable
        The reference with one mistake in it, written in one or more ways.

    Returns
    -------
    callable
        An explanation for `Function.mistakes`.
    """
    return lambda trials: any(all(_behaves_like(variant, trial) for trial in trials) for variant in variants)


def fails_only_at(focus: str, *others: str) -> Explanation:
    """Explain an answer by where it fails.

    Parameters
    ----------
    focus : str
        At least one of the cases that look at this fails.
    *others : str
        Cases that look at these may fail as well, and no others.

    Returns
    -------
    callable
        An explanation for `Function.mistakes`.
    """

    def explains(trials: Sequence[Trial]) -> bool:
        failed = {trial.case.focus for trial in trials if trial.complaint is not None}
        return focus in failed and failed <= {focus, *others}

    return explains


def eighths(rng: np.random.Generator, *shape: int) -> npt.NDArray[np.float64]:
    """Draw multiples of 1/8: their sums and products are exact, so no order of adding changes a verdict.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    *shape : int
        Shape of the array.

    Returns
    -------
    ndarray
        Numbers from -2 to 2.
    """
    return rng.integers(-16, 17, size=shape) / 8


def _behaves_like(variant: Callable[..., Any], trial: Trial) -> bool:
    """Tell whether a wrong function does in one trial what the answer did."""
    got = trial.called
    expected = calls.call(variant, {str(i): value for i, value in enumerate(trial.case.args)})
    if got.too_slow or expected.fault is None or got.fault is None:
        return expected.fault is None and got.fault is None and same(expected.result, got.result)
    return expected.fault.kind == got.fault.kind


def assignment(name: str) -> Assignment:
    """Return an assignment by name.

    Parameters
    ----------
    name : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    Assignment
        Its tasks and quiz.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in MODULES:
        raise ValueError(f"assignment must be one of {', '.join(MODULES)}; got {name!r}")
    found: Assignment = importlib.import_module(MODULES[name]).ASSIGNMENT
    return found


def grade(name: str, task: int, namespace: dict[str, Any], hidden: bool = False, seed: int | None = None) -> Verdict:
    """Judge a student's answer to one task.

    Parameters
    ----------
    name : str
        The assignment, such as ``"01_perceptron"``.
    task : int
        Number of the task.
    namespace : dict
        The student's names, such as a notebook's ``globals()``. It is left as it was.
    hidden : bool, default False
        True for the hidden points: all cases count. False for the visible points: the visible cases count.
    seed : int, optional
        Makes the random cases the same again.

    Returns
    -------
    Verdict
        Points and message.

    Raises
    ------
    ValueError
        If there is no such assignment or task.

    Notes
    -----
    An answer that fails and leans on earlier tasks is tried once more with the oracle's functions in their place, so
    that a fault in task 1 does not cost the points of task 3.
    """
    found = assignment(name)
    if found.quiz is not None and task == found.quiz.number:
        return _grade_quiz(found.name, found.quiz, namespace, hidden)
    number_to_task = {one.number: one for one in found.tasks}
    if task not in number_to_task:
        raise ValueError(f"task must be one of {', '.join(map(str, number_to_task))}; got {task!r}")
    entropy = np.random.SeedSequence(seed).entropy
    with calls.unwarned():
        verdict = _grade_task(found, number_to_task[task], namespace, hidden, entropy)
    if verdict.passed:
        return verdict
    earlier = {f.name: f.reference for one in found.tasks if one.number < task for f in one.functions}
    own = [function.name for function in number_to_task[task].functions]
    leans_on = earlier.keys() & origins.names_used(namespace, own)
    if not leans_on:
        return verdict
    with calls.unwarned(), calls.lent(namespace, earlier):
        second = _grade_task(found, number_to_task[task], namespace, hidden, entropy)
    if second.passed:
        return second
    # Lent functions may not fit: an answer may read in what its own return more than the course's own hold.
    if raised(second) and not raised(verdict):
        return verdict
    # What is wrong even with the right earlier functions is this task's own fault; the rest is told by theirs.
    return replace(second, message=f"{second.message}\n{words.engine_text('lent', names=', '.join(sorted(leans_on)))}")


def raised(verdict: Verdict) -> bool:
    """Tell whether an answer failed because it stopped with an error."""
    return verdict.mistake is not None and verdict.mistake.startswith("raised")


def check(name: str, task: int, namespace: dict[str, Any], hidden: bool = False) -> None:
    """Judge an answer from inside a notebook: say what was looked at, or raise with the message.

    Parameters
    ----------
    name, task, namespace, hidden
        As in `grade`.

    Raises
    ------
    CheckFailed
        If the answer is not right yet.
    """
    verdict = grade(name, task, namespace, hidden)
    for remark in verdict.remarks:
        print(words.engine_text("remark", text=remark))  # noqa: T201 - a check speaks to the student
    if not verdict.passed:
        raise CheckFailed(verdict.message, verdict.mistake)
    print(verdict.message)  # noqa: T201 - a check speaks to the student


def quiz_points(name: str, task: int, namespace: dict[str, Any]) -> float:
    """Judge a misconception check and return its points; a notebook's cell ends with this number.

    Parameters
    ----------
    name, task, namespace
        As in `grade`.

    Returns
    -------
    float
        ``max(0, right - wrong) / 2``.

    Raises
    ------
    CheckFailed
        If the answers are not a dictionary of True and False.
    """
    verdict = grade(name, task, namespace, hidden=True)
    if verdict.mistake == "form":
        raise CheckFailed(verdict.message, verdict.mistake)
    print(verdict.message)  # noqa: T201 - a check speaks to the student
    return verdict.points


def _grade_task(found: Assignment, task: Task, namespace: dict[str, Any], hidden: bool, entropy: Any) -> Verdict:
    """Judge an answer as it stands, and remark on where it comes from."""
    called: list[str] = []
    verdict = _judge_task(found, task, namespace, hidden, entropy, called)
    references = {function.name: function.reference for function in task.functions}
    return replace(verdict, remarks=origins.remarks(namespace, references, called))


def _judge_task(
    found: Assignment, task: Task, namespace: dict[str, Any], hidden: bool, entropy: Any, called: list[str]
) -> Verdict:
    points = task.hidden_points if hidden else task.visible_points
    looked_at: list[str] = []
    printed = ""
    clock = calls.Clock(calls.CHECK_SECONDS, calls.CHECK_WAIT)
    for function in task.functions:
        trials = _run(function, namespace, hidden, np.random.default_rng(entropy), clock)
        called += [name for trial in trials for name in trial.called.from_oracle]
        failed = [(trial, trial.complaint) for trial in trials if trial.complaint is not None]
        if failed:
            mistake, message = _explain(found, task, function, trials, failed)
            return Verdict(False, 0.0, points, message, mistake)
        focus = words.catalogue(found.name)[function.name]["focus"]
        looked_at += dict.fromkeys(focus[trial.case.focus] for trial in trials if hidden <= (not trial.private))
        printed += "".join(trial.called.printed for trial in trials if not hidden)
    kind = words.engine_text("hidden" if hidden else "visible")
    message = words.engine_text(
        "passed", task=task.number, kind=kind, points=points, focus="; ".join(dict.fromkeys(looked_at))
    )
    if printed:
        message += "\n" + words.engine_text("printed", text=printed[: calls.KEPT_OUTPUT].rstrip())
    return Verdict(True, points, points, message)


def _run(
    function: Function, namespace: dict[str, Any], hidden: bool, rng: np.random.Generator, clock: calls.Clock
) -> list[Trial]:
    """Run the cases that count; after a failure also the witnesses, as evidence."""

    def run_all(cases: Iterable[Case], *, private: bool) -> list[Trial]:
        trials: list[Trial] = []
        for case in cases:
            trials.append(_run_case(function, namespace, case, private, clock))
            if _is_hopeless(trials):
                break
        return trials

    trials = run_all(function.visible, private=False)
    if not hidden and all(trial.complaint is None for trial in trials):
        return trials
    if not _is_hopeless(trials):
        trials += run_all(function.witnesses, private=False)
    if hidden and not _is_hopeless(trials):
        trials += run_all(function.draws(rng), private=True)
    if hidden and all(trial.complaint is None for trial in trials):
        trials += run_all(function.long, private=True)
    return trials


HOPELESS = (
    *("missing", "not_callable", "not_written"),
    *("too_slow", "waited", "slow_in_all", "generator", "coroutine", "unreadable"),
)


def _is_hopeless(trials: Sequence[Trial]) -> bool:
    """Tell whether running more cases would teach nothing."""
    return any(trial.complaint is not None and trial.complaint.id in HOPELESS for trial in trials)


def _run_case(function: Function, namespace: dict[str, Any], case: Case, private: bool, clock: calls.Clock) -> Trial:
    """Call the student's function once, unless there is none, and compare."""
    answer = namespace.get(function.name)
    if function.name not in namespace:
        complaint = Complaint("missing", {"name": function.name, "expected": "a function"})
        return Trial(case, private, None, calls.Called(), complaint)
    if not callable(answer):
        fields = {"name": function.name, "type": type(answer).__name__, "expected": "a function"}
        complaint = Complaint("not_callable", fields)
        return Trial(case, private, None, calls.Called(), complaint)
    want = None if case.raises else function.driven(function.reference)(*copy.deepcopy(case.args))
    called = calls.call(function.driven(answer), function.arguments(case), clock)
    if called.too_slow and clock.is_over():
        seconds = calls.CHECK_WAIT if called.waited else calls.CHECK_SECONDS
        return Trial(case, private, want, called, Complaint("slow_in_all", {"seconds": seconds}))
    return Trial(case, private, want, called, _complain(function, case, want, called))


def _complain(function: Function, case: Case, want: Any, called: calls.Called) -> Complaint | None:
    """Return the first thing that is wrong with one call: how it ran first, then what it returned."""
    if called.waited:
        return Complaint("waited", {"seconds": calls.CALL_WAIT})
    if called.too_slow:
        return Complaint("too_slow", {"seconds": calls.CALL_SECONDS})
    if case.raises is not None and (called.fault is None or called.fault.kind != "NotImplementedError"):
        return _complain_unless_raised(case.raises.__name__, called.fault)
    if called.fault is not None:
        kind = "not_written" if called.fault.kind == "NotImplementedError" else "raised"
        return Complaint(kind, {"kind": called.fault.kind, "text": called.fault.text, "where": called.fault.where})
    if called.changed is not None:
        argument, now = called.changed
        fields = {"argument": argument, "expected": f"{argument} as it was", "got": f"{argument}={words.show(now)}"}
        return Complaint("changed", fields)
    if called.result is None and want is not None:
        return Complaint("none")
    if inspect.isgenerator(called.result) or inspect.iscoroutine(called.result):
        return Complaint(type(called.result).__name__)
    try:
        if function.judge is not None:
            return function.judge(case, called.result)
        return None if function.kind is None else function.kind.compare(called.result, want)
    except Exception as error:  # an object of the student's own may raise whatever it likes when it is looked at
        return Complaint("unreadable", {"type": type(called.result).__name__, "kind": type(error).__name__})


def _complain_unless_raised(error: str, fault: calls.Fault | None) -> Complaint | None:
    """Return what is wrong with a call that had to end with an error."""
    if fault is None:
        return Complaint("not_refused", {"expected": f"a {error}", "error": error})
    if error not in fault.kinds:
        return Complaint("other_error", {"expected": f"a {error}", "error": error, "kind": fault.kind})
    return None


def _explain(
    found: Assignment,
    task: Task,
    function: Function,
    trials: Sequence[Trial],
    failed: Sequence[tuple[Trial, Complaint]],
) -> tuple[str, str]:
    """Return the id of the likely mistake and the whole message."""
    texts = words.catalogue(found.name)[function.name]
    shown, complaint = next((pair for pair in failed if not pair[0].private), failed[0])
    mistake = complaint.id
    if mistake not in HOPELESS and mistake != "changed":
        mistake = next((id for id, explains in function.mistakes.items() if explains(trials)), mistake)
        if mistake == "value" and trials[0].complaint is None and _is_constant(trials):
            mistake = "hard_coded"
        if mistake == "value" and "value" not in texts and _fits_the_example_only(trials):
            mistake = "example_only"
        if mistake == "raised":
            mistake = _why_it_raised(shown.called.fault)
    arguments = ", ".join(inspect.signature(function.reference).parameters)
    fields = {"focus": texts["focus"][shown.case.focus], "call": f"{function.name}({arguments})", **complaint.fields}
    fields["part"] = f"{fields['part']}: " if "part" in fields else ""
    if mistake == "value" and "value" not in texts:
        mistake = f"value at {shown.case.focus}"
        likely = words.engine_text("value", **fields)
    elif mistake in texts:
        likely = str(texts[mistake]).format(**fields)
    else:
        likely = words.engine_text(mistake, **fields)
    lines = [
        words.engine_text(
            "called",
            call=words.show_call(function.name, function.arguments(shown.case), shown.private),
            task=task.number,
        ),
        words.engine_text("expected", value=_expected(function, shown, complaint)),
        words.engine_text("got", value=_got(shown, complaint)),
        words.engine_text("likely", text=likely),
        words.engine_text("see", number=found.numbers[function.see], link=f"{found.name}.html#equation-{function.see}"),
    ]
    return mistake, "\n".join(lines)


def _fits_the_example_only(trials: Sequence[Trial]) -> bool:
    """Tell whether the visible cases pass and most random ones fail."""
    visible = [trial for trial in trials if trial.case.focus == trials[0].case.focus]
    drawn = [trial.complaint is None for trial in trials if trial.private]
    return bool(drawn) and all(trial.complaint is None for trial in visible) and sum(drawn) <= len(drawn) / 2


def _is_constant(trials: Sequence[Trial]) -> bool:
    """Tell whether the answer is always the same, or as many of the same numbers as there are samples."""
    results = [trial.called.result for trial in trials if trial.called.fault is None]
    flat = [found.ravel() for result in results if (found := plain_array(result)) is not None]
    longest = max(flat, key=len, default=np.zeros(0))
    return all(same(results[0], result) for result in results) or (
        len(flat) == len(results) and all(np.array_equal(one, longest[: len(one)]) for one in flat)
    )


# What an error says of its cause: the kind of exception, a pattern in its text, the message.
REASONS = (
    ("DeadKernelError", "", "raised_dead"),
    ("TypeError", r"positional argument|unexpected keyword", "raised_arguments"),
    ("NameError", "", "raised_name"),
    ("UnboundLocalError", "", "raised_unbound"),
    ("RecursionError", "", "raised_recursion"),
    ("IndexError", r"out of (bounds|range)", "raised_index"),
    ("IndexError", r"could not be broadcast", "raised_shapes"),
    ("IndexError", r"boolean index did not match", "raised_mask"),
    ("IndexError", r"too many indices|invalid index to scalar", "raised_axes"),
    ("ValueError", r"truth value of an array", "raised_truth"),
    ("ValueError", r"mismatch in its core dimension|could not be broadcast|shapes .* not aligned", "raised_shapes"),
    ("ValueError", r"values to unpack", "raised_unpack"),
    ("UFuncTypeError", r"Cannot cast", "raised_cast"),
    ("AttributeError", r"'numpy\.\w+' object has no attribute", "raised_attribute"),
)


def _why_it_raised(fault: calls.Fault | None) -> str:
    """Return the id of the message on an error, by what the error itself says."""
    for kind, pattern, id in REASONS:
        if fault is not None and fault.kind == kind and re.search(pattern, fault.text):
            return id
    return "raised"


def _expected(function: Function, trial: Trial, complaint: Complaint) -> str:
    if trial.private:
        return words.engine_text("private")
    if "expected" in complaint.fields:
        return str(complaint.fields["expected"])
    if function.wanted is not None:
        return function.wanted(trial.case)
    return words.show(trial.want)


def _got(trial: Trial, complaint: Complaint) -> str:
    called = trial.called
    if "got" in complaint.fields and complaint.id not in ("shape", "parts"):
        return str(complaint.fields["got"])
    if called.fault is not None:
        where = f" ({called.fault.where})" if called.fault.where else ""
        return f"{called.fault.kind}: {called.fault.text}{where}"
    if called.too_slow or complaint.id in ("missing", "not_callable"):
        return words.engine_text("nothing")
    if complaint.id in ("floats", "booleans"):
        return f"{words.show(called.result)} ({complaint.id})"
    return words.show(called.result)


def _grade_quiz(name: str, quiz: Quiz, namespace: dict[str, Any], hidden: bool) -> Verdict:
    """Count right and wrong statements; form first, so that a wrong type is told and not scored."""
    answers = namespace.get("answers")
    points = quiz.points if hidden else 0.0
    numbers = [statement.number for statement in quiz.statements]
    problem = _quiz_problem(answers, numbers)
    if problem is not None or not isinstance(answers, dict):
        return Verdict(False, 0.0, points, words.engine_text("quiz_form", problem=problem), "form")
    if not hidden:
        return Verdict(True, 0.0, 0.0, words.engine_text("quiz_complete", count=len(numbers)))
    wrong = [statement for statement in quiz.statements if bool(answers[statement.number]) is not statement.true]
    right = len(numbers) - len(wrong)
    earned = max(0, right - len(wrong)) / 2
    lines = [words.engine_text("quiz_count", right=right, wrong=len(wrong), points=earned, max_points=points)]
    lines += [words.engine_text("quiz_wrong", statement=one.number, link=f"{name}.html#{one.see}") for one in wrong]
    return Verdict(not wrong, earned, points, "\n".join(lines), "quiz" if wrong else None)


def _quiz_problem(answers: Any, numbers: Sequence[int]) -> str | None:
    """Say what keeps the answers from being counted."""
    if type(answers) is not dict:
        return words.engine_text("quiz_not_a_dict", type=type(answers).__name__)
    if not all(isinstance(key, int) for key in answers) or sorted(answers) != list(numbers):
        return words.engine_text("quiz_keys", want=f"{numbers[0]} to {numbers[-1]}", got=words.show(list(answers)))
    for number, answer in answers.items():
        if type(answer) not in (bool, np.bool_):
            return words.engine_text("quiz_not_a_bool", statement=number, got=words.show(answer))
    return None
