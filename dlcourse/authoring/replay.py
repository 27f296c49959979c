"""A notebook as it was edited just now: its exercise made anew, and every right and wrong answer tried on it."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from dlcourse.authoring import answers, proof, scaffold, trials
from dlcourse.grader import notebooks, release, stock

FULL = 100


@dataclass(frozen=True)
class Replay:
    """What a replay found.

    Attributes
    ----------
    rows : sequence of Row
        The counts of each task.
    exercise : str
        What became of the exercise.
    problems : sequence of str
        All that is not as it must be, in words.
    """

    rows: Sequence[proof.Row]
    exercise: str
    problems: Sequence[str]


def replay(
    checkout: Path, assignment: str, task: int | None = None, note: Callable[[str], None] = lambda _text: None
) -> Replay:
    """Make an exercise anew from its solution notebook and try everything that is known on it.

    Parameters
    ----------
    checkout : Path
        The course.
    assignment : str
        Such as ``"01_perceptron"``.
    task : int, optional
        Only this task's answers; all if not given.
    note : callable, optional
        Is told what is being done.

    Returns
    -------
    Replay
        The solution must earn every point and the untouched exercise none; right answers must be accepted, wrong ones
        rejected with their message.

    Raises
    ------
    ValueError
        If there is no such assignment or task.
    """
    names = proof.assignments_of(checkout)
    if assignment not in names:
        raise ValueError(f"the assignment must be one of {', '.join(names)}; got {assignment!r}")
    solution = notebooks.read(proof.source_of(checkout, assignment))
    cells = trials.tasks_of(solution)
    if task is not None and task not in [one.number for one in cells]:
        raise ValueError(f"--task must be one of {', '.join(str(one.number) for one in cells)}; got {task}")
    note(f"making exercises/{assignment} from solutions/{assignment}")
    done, exercise = _publish(checkout, assignment)

    corpus = answers.load(answers.folder_of(checkout), assignment)
    wanted = [answer for answer in corpus if task in (None, answer.task)]
    note(f"trying {len(wanted)} answers")
    tried = list(trials.try_all(cells, wanted))
    of_task = [one for one in cells if task in (None, one.number)]
    untouched = trials.tasks_of(exercise)
    problems = [
        *_points(solution),
        *_not_solved(cells, task),
        *_won_by_nothing(cells, untouched, task),
        *_shown(cells, untouched),
        *_without_answers(checkout, of_task, wanted),
        *(f"{one.name} {one.complaint}" for one in tried if one.complaint),
        *scaffold.left_to_fill_in(checkout, assignment),
    ]
    return Replay(proof.count(tried), f"exercises/{assignment}/{assignment}.ipynb: {done}", problems)


def as_text(found: Replay) -> str:
    """Return a replay for a terminal.

    Parameters
    ----------
    found : Replay
        From `replay`.

    Returns
    -------
    str
        The table, what became of the exercise, and the problems, one after the other.
    """
    table = proof.as_text([*found.rows, proof.total("All tasks", found.rows)])
    if not found.problems:
        verdict = "Everything is as it must be."
    else:
        spaced = [f"\n{problem}" if "\n" in problem else problem for problem in found.problems]
        verdict = "\n".join([f"\nTo be mended ({len(found.problems)}):", *spaced])
    return f"{table}\n\n{found.exercise}\n{verdict}"


def _publish(checkout: Path, assignment: str) -> tuple[str, NotebookNode]:
    """Generate the exercise in a folder of its own, without a gradebook, and put it in place."""
    root = checkout / "_build" / "replay" / assignment
    shutil.rmtree(root, ignore_errors=True)
    course = stock.open_course(checkout, root)
    course.config.GenerateAssignment.no_database = True
    course.config.SaveCells.enabled = False
    shutil.copytree(checkout / "solutions" / assignment, course.directory("source") / assignment)
    generated = stock.generate(course, assignment)
    exercise = checkout / "exercises" / assignment / f"{assignment}.ipynb"
    return release.publish(generated, exercise), notebooks.read(generated)


def _points(solution: NotebookNode) -> list[str]:
    """Say by how much the points miss 100."""
    points = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in solution.cells)
    off = FULL - points
    advice = f"give {off:g} more" if off > 0 else f"take {-off:g} away"
    return [f"the points add up to {points:g} and must be {FULL}: {advice}"] if off else []


def _not_solved(cells: Sequence[trials.TaskCells], task: int | None) -> list[str]:
    """Run the solution notebook; what it is told where it does not earn every point."""
    return [
        f"the worked solution of task {one.number} does not earn its points:\n{heard.message}"
        for one, heard in trials.solved(cells)
        if not heard.full and task in (None, one.number)
    ]


def _won_by_nothing(
    cells: Sequence[trials.TaskCells], untouched: Sequence[trials.TaskCells], task: int | None
) -> list[str]:
    """Run the untouched exercise with the hidden tests put back, as autograding does; where it earns points."""
    blank = {one.number: one for one in untouched}
    graded = [replace(one, given=blank[one.number].given, solution=blank[one.number].solution) for one in cells]
    return [
        f"the untouched exercise earns {heard.points:g} points in task {one.number}"
        for one, heard in trials.solved(graded)
        if heard.points and task in (None, one.number)
    ]


def _shown(cells: Sequence[trials.TaskCells], untouched: Sequence[trials.TaskCells]) -> list[str]:
    """Name the hidden checks that nbgrader left in the exercise."""
    begin, end = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
    return [
        f"students can read the hidden check of task {one.number}: put it between {begin} and {end}"
        for one, blank in zip(cells, untouched, strict=True)
        if one.hidden is not None and one.hidden == blank.hidden
    ]


def _without_answers(checkout: Path, cells: Iterable[trials.TaskCells], corpus: Sequence[answers.Answer]) -> list[str]:
    """Name the tasks for which there is no right or no wrong answer; a page of true or false needs none."""
    folder = answers.folder_of(checkout).relative_to(checkout).as_posix()
    return [
        f"task {one.number} has no {kind} answer: add {folder}/NAME/task-{one.number}/{kind}_*.py"
        for one in cells
        for kind, right in (("right", True), ("wrong", False))
        if one.visible is not None and not any(a.task == one.number and a.right == right for a in corpus)
    ]
