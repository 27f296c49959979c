"""A learner's own grading: one notebook, run and scored as nbgrader would, and told in one table."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import Execute  # type: ignore[import-untyped]
from nbgrader.utils import determine_grade, is_grade, is_solution, setenv  # type: ignore[import-untyped]
from traitlets.config import Config

from dlcourse.grader import blueprint, notebooks, reasons, report, stock, surroundings
from dlcourse.grader.notebooks import NotebookError, grade_id
from dlcourse.grader.reasons import TaskResult

IN_WORDS = {
    "right": "right",
    "partial": "partly right",
    "wrong": "wrong",
    "not_attempted": "not attempted",
    "by_hand": "read by your teacher",
}
_HEAD = ("task", "points", "verdict", "message")


@dataclass(frozen=True)
class Judged:
    """What came of one notebook.

    Attributes
    ----------
    assignment : str
        Such as ``"03_losses"``.
    tasks : sequence of TaskResult
        Empty after a failure.
    failure : str or None
        Why the notebook could not be run to its end, in words; None if it could.
    """

    assignment: str
    tasks: Sequence[TaskResult]
    failure: str | None = None

    @property
    def points(self) -> float:
        """Return the points that the checks give."""
        return sum(task.points for task in self.tasks)

    @property
    def max_points(self) -> float:
        """Return the points that the checks could give."""
        return sum(task.max_points - task.by_hand for task in self.tasks)

    @property
    def by_hand(self) -> float:
        """Return the points that only a person can give."""
        return sum(task.by_hand for task in self.tasks)

    @property
    def passed(self) -> bool:
        """Tell whether there is nothing left to mend."""
        return self.failure is None and all(verdict(task) in ("right", "by_hand") for task in self.tasks)


def judge(path: Path, seconds: int, release: Path | None = None) -> Judged:
    """Run a notebook in a kernel of its own and score it. The file is only read.

    Parameters
    ----------
    path : Path
        A student's notebook; its folder is the working directory of the run.
    seconds : int
        How long one cell may run.
    release : Path, optional
        The notebook as it was given out, if not in the checkout that this package lies in.

    Returns
    -------
    Judged
        How every task ended, or why the run did not come to its end.

    Raises
    ------
    NotebookError
        If the file is no notebook of this course, or one of another release.
    RuntimeError
        If no kernel could be started.
    """
    notebook = notebooks.read(path)
    name = blueprint.assignment_of(notebook, path)
    given = blueprint.find_release(name, release)
    if others := blueprint.other_release(notebook, name, given):
        raise NotebookError(
            f"{path} must be of the same release of {name} as the checks; these cells are of another one: "
            f"{', '.join(others)}. See: dlcourse doctor {path}"
        )
    graded = blueprint.as_graded(notebook, name, given)
    if failure := run(graded, path.resolve().parent, seconds):
        return Judged(name, [], failure)
    return Judged(name, reasons.tasks(graded, scores(graded), seconds, whole=True))


def run(notebook: NotebookNode, folder: Path, seconds: int) -> str | None:
    """Run all cells as nbgrader does; a cell that raises does not stop the others.

    Parameters
    ----------
    notebook : NotebookNode
        Gets the outputs.
    folder : Path
        The working directory.
    seconds : int
        How long one cell may run.

    Returns
    -------
    str or None
        Why the run did not come to its end; None if it did.

    Raises
    ------
    RuntimeError
        If no kernel could be started.
    """
    running: list[str] = []

    def note(cell: Mapping[str, Any], cell_index: int) -> None:
        running.append(grade_id(cell) or f"cell {cell_index + 1}")

    execute = Execute(config=Config(Execute={**surroundings.EXECUTE, "timeout": seconds, "on_cell_start": note}))
    with tempfile.TemporaryDirectory() as home:
        variables = surroundings.environment(Path(home)) | {"NBGRADER_EXECUTION": "autograde"}
        # What a kernel prints past its cells, and what is said about a kernel that has died, is no part of the table.
        with setenv(**variables), stock.terminal_to(Path(home) / "printed"):
            try:
                execute.preprocess(notebook, {"metadata": {"path": str(folder)}})
            except (RuntimeError, TimeoutError) as error:
                if not running:
                    raise
                return stock.explain_failure(f"{type(error).__name__}: {error}", running[-1])
    return None


def scores(notebook: NotebookNode) -> list[stock.Score]:
    """Score a notebook that was run, with nbgrader's own rule.

    Parameters
    ----------
    notebook : NotebookNode
        With outputs.

    Returns
    -------
    list of stock.Score
        In the order of the notebook.
    """
    found = []
    for cell in notebook.cells:
        if is_grade(cell):
            points, most = determine_grade(cell)
            found.append(stock.Score(grade_id(cell), points, most, written=is_solution(cell)))
    return found


def verdict(task: TaskResult) -> str:
    """Return a task's verdict, a key of `IN_WORDS`.

    Parameters
    ----------
    task : TaskResult
        How it ended.

    Returns
    -------
    str
        Also the value in ``--json``.
    """
    if task.why == "not attempted":
        return "not_attempted"
    if task.by_hand:
        return "by_hand"
    if task.points == task.max_points:
        return "right"
    return "partial" if task.points else "wrong"


def as_text(judged: Judged, width: int) -> str:
    """Return the table and a line below it.

    Parameters
    ----------
    judged : Judged
        What came of the notebook.
    width : int
        Columns of the terminal.

    Returns
    -------
    str
        Lines without the last newline.
    """
    if judged.failure is not None:
        return f"{judged.assignment}: no points, because {judged.failure}"
    rows = [(str(task.task), _points(task), IN_WORDS[verdict(task)], _told(task)) for task in judged.tasks]
    line = f"{judged.points:g} of the {judged.max_points:g} points that the checks give"
    if judged.by_hand:
        line += f"; {judged.by_hand:g} more are given by your teacher"
    return f"{report.columns(_HEAD, rows, width, right=1)}\n\n{judged.assignment}: {line}"


def as_record(judged: Judged) -> dict[str, Any]:
    """Return what ``--json`` prints.

    Parameters
    ----------
    judged : Judged
        What came of the notebook.

    Returns
    -------
    dict
        ``assignment``, ``passed``, ``points``, ``max_points``, ``points_by_hand``, ``failure`` and ``tasks``; a task
        has ``task``, ``points``, ``max_points``, ``verdict``, ``message`` and ``remark``.
    """
    return {
        "assignment": judged.assignment,
        "passed": judged.passed,
        "points": judged.points,
        "max_points": judged.max_points,
        "points_by_hand": judged.by_hand,
        "failure": judged.failure,
        "tasks": [
            {
                "task": task.task,
                "points": None if verdict(task) == "by_hand" else task.points,
                "max_points": task.max_points,
                "verdict": verdict(task),
                "message": _message(task),
                "remark": task.remark,
            }
            for task in judged.tasks
        ],
    }


def _points(task: TaskResult) -> str:
    return f"-/{task.max_points:g}" if verdict(task) == "by_hand" else f"{task.points:g}/{task.max_points:g}"


def _message(task: TaskResult) -> str:
    return "" if verdict(task) in ("not_attempted", "by_hand") else task.why


def _told(task: TaskResult) -> str:
    remark = f"Remark for your instructor: {task.remark}" if task.remark else ""
    return "\n".join(filter(None, (_message(task), remark)))
