"""Try an answer on a notebook: run its task's check cells, in this process, as nbgrader runs them in a kernel."""

import ast
import contextlib
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from dlcourse.authoring.answers import Answer
from dlcourse.checks import CheckFailed, calls
from dlcourse.grader import notebooks

CELL_SECONDS = 60.0  # nbgrader's limit in nbgrader_config.py


@dataclass(frozen=True)
class Cell:
    """A check cell: what it runs, and what it is worth."""

    source: str
    points: float


@dataclass(frozen=True)
class TaskCells:
    """One task of a notebook that is graded by checks.

    Attributes
    ----------
    number : int
        Its number.
    given : str
        The code that the notebook gives before it, such as imports.
    solution : str
        What stands in its solution cell.
    visible, hidden : Cell or None
        Its check cells; a page of true or false has only the second.
    """

    number: int
    given: str
    solution: str
    visible: Cell | None
    hidden: Cell | None

    @property
    def points(self) -> float:
        """Points to be had."""
        return sum(cell.points for cell in (self.visible, self.hidden) if cell)


@dataclass(frozen=True)
class Heard:
    """What one check cell said.

    Attributes
    ----------
    points : float
        What it gave.
    full : bool
        True if that is all there was to be had.
    mistake : str or None
        Id of the message, if the cell failed through `dlcourse.checks`.
    message : str
        What the student reads, empty if nothing is wrong.
    """

    points: float
    full: bool
    mistake: str | None = None
    message: str = ""


@dataclass(frozen=True)
class Tried:
    """How one answer was judged.

    Attributes
    ----------
    name : str
        The answer, such as ``"01_perceptron/3/wrong_hebb"``.
    task : int
        Which task it answers.
    right : bool
        True if it must get full marks.
    judged : bool
        True if it was judged as it must be: full marks for a right answer, no hidden point for a wrong one.
    named : bool
        True if a wrong answer was told its own mistake.
    seconds : float
        Processor time that it took.
    complaint : str
        What is wrong with the judgement, in words; empty if nothing is.
    """

    name: str
    task: int
    right: bool
    judged: bool
    named: bool
    seconds: float
    complaint: str


def tasks_of(notebook: NotebookNode) -> list[TaskCells]:
    """Take a notebook apart into tasks.

    Parameters
    ----------
    notebook : NotebookNode
        A notebook from ``solutions/`` or ``exercises/``.

    Returns
    -------
    list of TaskCells
        Those with a check cell, in order; tasks that a person grades are left out.
    """
    given: list[str] = []
    parts: dict[int, dict[str, Any]] = {}
    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        match notebooks.part_of_task(notebooks.grade_id(cell)):
            case (number, "solution"):
                parts.setdefault(number, {"given": "\n".join(given)})["solution"] = cell.source
            case (number, part):
                found = parts.setdefault(number, {"given": "\n".join(given)})
                found[part] = Cell(cell.source, float(graded.get("points", 0)))
            case None if cell.cell_type == "code" and not graded.get("solution") and not graded.get("grade"):
                given.append(cell.source)
    return [
        TaskCells(number, found["given"], found.get("solution", ""), found.get("visible"), found.get("hidden"))
        for number, found in sorted(parts.items())
        if "visible" in found or "hidden" in found
    ]


def hear(cell: Cell, names: dict[str, Any], seconds: float = CELL_SECONDS) -> Heard:
    """Run a check cell.

    Parameters
    ----------
    cell : Cell
        A visible or hidden check.
    names : dict
        The student's names.
    seconds : float, optional
        How long it may take.

    Returns
    -------
    Heard
        As nbgrader scores it: nothing if the cell raises, the number that stands in its last line if there is one, and
        all points otherwise.
    """
    try:
        with _unheard(), calls.unwarned(), calls.time_limit(seconds, 2 * seconds):
            value = _value(cell.source, names)
    except CheckFailed as failed:
        return Heard(0.0, False, failed.mistake, str(failed))
    except calls.TookTooLong:
        return Heard(0.0, False, None, f"stopped after {seconds:g} seconds")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # an answer may raise anything, SystemExit included
        return Heard(0.0, False, None, f"{type(error).__name__}: {error}")
    points = cell.points if value is None or isinstance(value, bool) else float(value)
    return Heard(points, points == cell.points, None, "" if points == cell.points else f"{points:g} points")


def solved(tasks: Iterable[TaskCells]) -> Iterator[tuple[TaskCells, Heard]]:
    """Run a notebook from top to bottom, as it stands.

    Parameters
    ----------
    tasks : iterable of TaskCells
        From `tasks_of`.

    Yields
    ------
    tuple of (TaskCells, Heard)
        What each check cell said. Later tasks see the names of earlier ones.
    """
    names: dict[str, Any] = {}
    for task in tasks:
        stopped = _run_quietly(f"{task.given}\n{task.solution}", names)
        for cell in (task.visible, task.hidden):
            if cell is not None:
                yield task, Heard(0.0, False, None, f"its cells stop with {stopped}") if stopped else hear(cell, names)


def tried(task: TaskCells, answer: Answer) -> Tried:
    """Try one answer on a task.

    Parameters
    ----------
    task : TaskCells
        From `tasks_of`.
    answer : Answer
        A right or a wrong one.

    Returns
    -------
    Tried
        A right answer must pass all check cells. A wrong one must get no hidden point, and hear its own mistake.
    """
    began = time.process_time()
    try:
        with _unheard():
            names = answer.namespace(task.given)
    except Exception as error:  # whatever an author has just written
        text = f"cannot be tried: it stops with {type(error).__name__}: {error}"
        return Tried(str(answer), task.number, answer.right, False, False, time.process_time() - began, text)
    cells = [cell for cell in ((task.visible, task.hidden) if answer.right else (task.hidden,)) if cell is not None]
    heard = [hear(cell, names) for cell in cells]
    seconds = time.process_time() - began
    if answer.right:
        judged = all(one.full for one in heard)
        said = next((one.message for one in heard if not one.full), "")
        complaint = f"is right and was rejected:\n{said}" if said else ""
        return Tried(str(answer), task.number, True, judged, False, seconds, complaint)
    mistake = heard[-1].mistake if heard else None
    judged = bool(heard) and heard[-1].points == 0
    named = judged and mistake == answer.message
    complaint = ""
    if not judged:
        complaint = "is wrong and was accepted"
    elif not named:
        complaint = f"must hear the message {answer.message}, and heard {mistake or 'no message of the checks'}:\n"
        complaint += heard[-1].message
    return Tried(str(answer), task.number, False, judged, named, seconds, complaint)


def try_all(tasks: Sequence[TaskCells], answers: Iterable[Answer]) -> Iterator[Tried]:
    """Try answers on a notebook's tasks.

    Parameters
    ----------
    tasks : sequence of TaskCells
        From `tasks_of`.
    answers : iterable of Answer
        Answers to these tasks.

    Yields
    ------
    Tried
        One for each answer.

    Raises
    ------
    ValueError
        If an answer belongs to a task that the notebook does not have.
    """
    by_number = {task.number: task for task in tasks}
    for answer in answers:
        if answer.task not in by_number:
            raise ValueError(f"{answer} answers a task that the notebook does not have; its tasks: {[*by_number]}")
        yield tried(by_number[answer.task], answer)


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Keep what is printed to itself."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _value(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line, or None."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, "check", "exec"), names)  # noqa: S102 - the course's own cells
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "check", "eval"), names)  # noqa: S307 - the same


def _run_quietly(source: str, names: dict[str, Any]) -> str:
    """Run a notebook's code statement by statement, and return the first error in words.

    An untouched cell's NotImplementedError is none, and stops nothing after it.
    """
    try:
        for statement in ast.parse(source).body:
            with contextlib.suppress(NotImplementedError), _unheard():
                exec(compile(ast.Module([statement], []), "notebook", "exec"), names)  # noqa: S102 - our own cells
    except Exception as error:  # whatever an author has just written
        return f"{type(error).__name__}: {error}"
    return ""
