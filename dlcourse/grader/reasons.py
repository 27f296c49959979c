"""From an autograded notebook: how each task ended and why points were lost, in a teacher's words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum  # type: ignore[import-untyped]

from dlcourse.grader import notebooks
from dlcourse.grader.mends import DELETED
from dlcourse.grader.stock import Score

_SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")
_COUNT = re.compile(r"\d+ right, \d+ wrong")  # what a quiz prints
_REMARK = re.compile(r"^Remark for your instructor: (.*)$", re.MULTILINE)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class TaskResult:
    """How one task of one submission ended.

    Attributes
    ----------
    task : int
        Its number.
    points, max_points : float
        Sums over its test cells.
    why : str
        Why points were lost; empty if none were.
    remark : str
        What the checks say to the instructor about where the answer comes from; it cost no points.
    by_hand : float
        Those of the points to be had that only a person gives.
    """

    task: int
    points: float
    max_points: float
    why: str
    remark: str = ""
    by_hand: float = 0


def tasks(notebook: NotebookNode, scores: Iterable[Score], cell_seconds: int, whole: bool = False) -> list[TaskResult]:
    """Say how each task of a submission ended.

    Parameters
    ----------
    notebook : NotebookNode
        The autograded notebook, with outputs.
    scores : iterable of Score
        What nbgrader gave.
    cell_seconds : int
        How long one cell could run, for the words.
    whole : bool, default False
        True for all that a check said, as the student reads it; False for the likely mistake alone.

    Returns
    -------
    list of TaskResult
        In the order of the tasks.
    """
    of_task: dict[int, list[Score]] = {}
    for score in scores:
        part = notebooks.part_of_task(score.cell)
        of_task.setdefault(part[0] if part else 0, []).append(score)
    results = []
    for task, its_scores in sorted(of_task.items()):
        points = sum(score.points or 0 for score in its_scores)
        max_points = sum(score.max_points for score in its_scores)
        by_hand = sum(score.max_points for score in its_scores if score.written)
        lost = [score for score in its_scores if (score.points or 0) < score.max_points]
        why = _why(notebook, task, lost, cell_seconds, whole) if lost else ""
        remark = _remarks(notebook, [score.cell for score in its_scores])
        results.append(TaskResult(task, points, max_points, why, remark, by_hand))
    return results


def likely(message: str) -> str | None:
    r"""Return the likely mistake from the message of a failed check.

    Parameters
    ----------
    message : str
        At most six lines, one of which begins with ``Likely:``.

    Returns
    -------
    str or None
        That line without the word; None if there is none.

    Examples
    --------
    >>> likely("Expected: 1\nLikely:   use z > 0")
    'use z > 0'
    """
    found = re.search(r"^Likely:\s*(.*)$", message, re.MULTILINE)
    return found[1].strip() if found else None


def _why(notebook: NotebookNode, task: int, lost: Sequence[Score], cell_seconds: int, whole: bool) -> str:
    cells = {notebooks.grade_id(cell): cell for cell in notebook.cells}
    written = any(score.written for score in lost)
    name = f"task-{task}-{'answer' if written else 'solution'}"
    answer = cells.get(name)
    if answer is not None:
        if answer.source == DELETED.format(name=name):
            return "the answer's cell was deleted"
        if compute_checksum(answer) == answer.metadata.nbgrader.get("checksum"):
            return "not attempted"
        if written:
            return "a person reads this answer, in formgrader" if any(score.points is None for score in lost) else ""
        if why := _stopped(answer, "the answer's cell", cell_seconds, whole):
            return why
    tests = [cells[score.cell] for score in lost if score.cell in cells and not score.written]
    for test in tests:
        if why := _stopped(test, "the check's cell", cell_seconds, whole):
            return why
    for test in tests:
        if any(output.get("name") == "stderr" for output in test.outputs):
            return "something was written to stderr while the answer was checked; nbgrader gives no points then"
    for test in tests:
        said = [line for o in test.outputs if o.get("name") == "stdout" for line in o.text.splitlines()]
        if said := [line for line in said if not _REMARK.match(line)]:
            counted = next((i for i, line in enumerate(said) if _COUNT.match(line)), 0)
            return "\n".join(said[counted:] if whole else said[counted : counted + 1])
    return "no reason is recorded"


def _remarks(notebook: NotebookNode, names: Sequence[str]) -> str:
    """Return what the checks of a task said to the instructor, each sentence once."""
    tests = [cell for cell in notebook.cells if notebooks.grade_id(cell) in names]
    printed = [output.text for cell in tests for output in cell.get("outputs", []) if output.get("name") == "stdout"]
    return " ".join(dict.fromkeys(found for text in printed for found in _REMARK.findall(text)))


def _stopped(cell: NotebookNode, what: str, cell_seconds: int, whole: bool) -> str | None:
    """Say why a cell did not run to its end; None if it did."""
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if not errors:
        return None
    if any(error.ename == "CellTimeoutError" for error in errors):
        return f"{what} ran longer than {cell_seconds} s"
    name, text = errors[0].ename, _COLOURS.sub("", errors[0].evalue)
    if name in _SYNTAX_ERRORS:
        line = re.search(r"line (\d+)\)?$", text)
        return f"syntax error in line {line[1]}" if line else f"syntax error: {text}"
    if name == "CheckFailed":
        return text if whole else likely(text) or text.splitlines()[0]
    return f"{what} stopped with {name}: {' '.join(text.split())}"
