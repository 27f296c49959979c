"""nbgrader's own steps, called one by one: generate, autograde, feedback, export.

How `autograde` runs a notebook is a matter of nbgrader's configuration: in the cage, or in nbgrader's own way.

Each submission is autograded on its own, so that whatever stops one stops no other; what nbgrader logs is kept in a
file for each step and student.
"""

import csv
import io
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback  # type: ignore[import-untyped]
from nbgrader.converters.base import BaseConverter, NbGraderException  # type: ignore[import-untyped]
from nbgrader.coursedir import CourseDirectory  # type: ignore[import-untyped]
from nbgrader.plugins import CsvExportPlugin  # type: ignore[import-untyped]
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from dlcourse.grader import notebooks

# How a log's lines begin when it was no submission's fault. Beginnings only: what a student wrote may stand after them.
_OUR_FAULTS = re.compile(
    r"^(ERROR There was an error accessing the nbgrader database|ERROR No assignment with ID"
    r"|[\w.]*NoSuchKernel\b|RuntimeError: Kernel died before replying)",
    re.MULTILINE,
)
_FAILURES = {
    r"[\w.]*DeadKernelError\b": "the kernel died while running {where}",
    r"ERROR .* the kernel became unresponsive": "the kernel could not be interrupted while running {where}",
    r"[\w.]*Error: Timeout waiting for IOPub output": "the output of {where} did not come to an end",
    r"[\w.]*NotJSONError\b": "the file is not a notebook, or only a part of one (it is not valid JSON)",
    r"ERROR One or more notebooks .* old version": "the notebook was made with an older nbgrader: see nbgrader update",
}


class GraderError(RuntimeError):
    """The machinery itself failed, not a submission; the message says what and where to look."""


@dataclass(frozen=True)
class Score:
    """Points of one graded cell.

    Attributes
    ----------
    cell : str
        Its grade id.
    points : float or None
        What nbgrader gave; None if it gave nothing yet, as for a text that a person must read.
    max_points : float
        What there was to be had.
    written : bool
        True if the answer is prose, which a person reads: formgrader takes their points later.
    """

    cell: str
    points: float | None
    max_points: float
    written: bool = False


@dataclass(frozen=True)
class Outcome:
    """How one submission ended: with scores, or with a named failure.

    Attributes
    ----------
    student : str
        Student id.
    scores : sequence of Score
        In the order of the notebook; empty after a failure.
    failure : str or None
        Why there are no scores, in words; None if there are.
    seconds : float
        How long it took.
    """

    student: str
    scores: Sequence[Score]
    failure: str | None
    seconds: float


@dataclass(frozen=True)
class Course:
    """Where a course's files lie, and how nbgrader is set up for it.

    Attributes
    ----------
    root : Path
        Holds the directories that nbgrader reads and writes.
    config : Config
        What `nbgrader_config.py` says, with this root.
    """

    root: Path
    config: Config

    @property
    def cell_seconds(self) -> int:
        """Return how long one cell may run."""
        return int(self.config.Execute.timeout)

    def directory(self, step: str) -> Path:
        """Return one of nbgrader's directories.

        Parameters
        ----------
        step : str
            ``"source"``, ``"release"``, ``"submitted"``, ``"autograded"`` or ``"feedback"``.

        Returns
        -------
        Path
            It need not exist.
        """
        return self.root / str(getattr(CourseDirectory(config=self.config), f"{step}_directory"))

    def notebook(self, step: str, student: str, assignment: str, suffix: str = ".ipynb") -> Path:
        """Return the path of a student's notebook or page.

        Parameters
        ----------
        step : str
            As in `directory`.
        student, assignment : str
            Whose, and which.
        suffix : str, default ".ipynb"
            ``".html"`` for a feedback page.

        Returns
        -------
        Path
            It need not exist.
        """
        return self.directory(step) / student / assignment / f"{assignment}{suffix}"

    def log(self, name: str) -> Path:
        """Return the path of a log.

        Parameters
        ----------
        name : str
            A step or a student id.

        Returns
        -------
        Path
            It need not exist.
        """
        return self.root / "logs" / f"{name}.log"


def open_course(
    checkout: Path, root: Path | None = None, cell_seconds: int | None = None, *, caged: bool = True
) -> Course:
    """Read nbgrader's configuration.

    Parameters
    ----------
    checkout : Path
        Holds ``nbgrader_config.py``.
    root : Path, optional
        Where the course's files lie, if not in the checkout.
    cell_seconds : int, optional
        How long one cell may run, if not as configured.
    caged : bool, default True
        False to run notebooks in nbgrader's own way, whatever is configured.

    Returns
    -------
    Course
        For the other functions.

    Raises
    ------
    GraderError
        If there is no configuration.
    """
    file = checkout / "nbgrader_config.py"
    if not file.exists():
        raise GraderError(f"the course's directory must hold nbgrader_config.py; {checkout.resolve()} does not")
    config = PyFileConfigLoader(file.name, path=str(checkout)).load_config()
    if root is not None:
        config.CourseDirectory.root = str(root.resolve())
    if cell_seconds is not None:
        config.Execute.timeout = config.CagedExecute.timeout = cell_seconds
    if not caged:
        config.Autograde.pop("autograde_preprocessors", None)
    return Course(Path(config.CourseDirectory.root), config)


def generate(course: Course, assignment: str) -> Path:
    """Make the student version of an assignment and enter it into the gradebook.

    Parameters
    ----------
    course : Course
        Where.
    assignment : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    Path
        The released notebook.

    Raises
    ------
    GraderError
        If nbgrader could not do it.
    """
    log = course.log("generate_assignment")
    with _logged(log):
        try:
            _converter(GenerateAssignment, course, assignment, ".").start()
        except NbGraderException as error:
            raise GraderError(
                f"nbgrader could not generate {assignment}: {_last_error(log)}. Its log: {log}"
            ) from error
    return course.directory("release") / assignment / f"{assignment}.ipynb"


def autograde(course: Course, assignment: str, student: str) -> Outcome:
    """Run one submission and score it. This is the one place where student code runs.

    Parameters
    ----------
    course : Course
        Where.
    assignment, student : str
        Which submission.

    Returns
    -------
    Outcome
        Scores, or a named failure; a bad submission raises nothing.

    Raises
    ------
    GraderError
        If no submission could be graded here: no gradebook, no kernel.
    """
    began = time.monotonic()
    running: list[str] = []

    def note(cell: Mapping[str, Any], cell_index: int) -> None:
        running.append(notebooks.grade_id(cell) or f"cell {cell_index + 1}")

    config = Config(course.config)
    config.Execute.on_cell_start = note
    log = course.log(student)
    failure = _wrong_name(course, assignment, student)
    if failure is None:
        with _logged(log):
            try:
                _converter(Autograde, Course(course.root, config), assignment, student).start()
            except NbGraderException as error:
                said = log.read_text(encoding="utf-8")
                if _OUR_FAULTS.search(said):
                    raise GraderError(
                        f"nbgrader could not grade {student}: {_last_error(log)}. Its log: {log}"
                    ) from error
                failure = explain_failure(said, running[-1] if running else "")
    scores = () if failure else read_scores(course, assignment, student)
    missing = [score.cell for score in scores if score.points is None and not score.written]
    if missing:
        failure, scores = f"nbgrader gave no points for {', '.join(missing)}", ()
    return Outcome(student, scores, failure, time.monotonic() - began)


def read_scores(course: Course, assignment: str, student: str) -> tuple[Score, ...]:
    """Read what the gradebook holds for a submission.

    Parameters
    ----------
    course : Course
        Where.
    assignment, student : str
        Which submission.

    Returns
    -------
    tuple of Score
        Sorted by task, the visible cell first.
    """
    with open_gradebook(course) as gradebook:
        return scores_of(gradebook.find_submission(assignment, student))


def scores_of(submission: Any) -> tuple[Score, ...]:
    """Return the scores of a submission in the gradebook.

    Parameters
    ----------
    submission : nbgrader.api.SubmittedAssignment
        From an open gradebook.

    Returns
    -------
    tuple of Score
        Sorted by task, the visible cell first.
    """
    scores = [
        Score(
            grade.cell.name,
            grade.score if not grade.needs_manual_grade else None,
            grade.max_score,
            grade.cell.cell_type == "markdown",
        )
        for notebook in submission.notebooks
        for grade in notebook.grades
    ]
    return tuple(sorted(scores, key=lambda score: _order(score.cell)))


def feedback(course: Course, assignment: str, student: str) -> Path:
    """Write the feedback page of a graded submission.

    Parameters
    ----------
    course : Course
        Where.
    assignment, student : str
        Which submission.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    GraderError
        If nbgrader could not do it.
    """
    log = course.log(f"{student}.feedback")
    with _logged(log):
        try:
            _converter(GenerateFeedback, course, assignment, student).start()
        except NbGraderException as error:
            raise GraderError(
                f"nbgrader gave {student} no feedback page: {_last_error(log)}. Its log: {log}"
            ) from error
    return course.notebook("feedback", student, assignment, ".html")


def export(course: Course, assignment: str, students: Sequence[str], to: Path) -> None:
    """Write nbgrader's CSV of grades.

    Parameters
    ----------
    course : Course
        Where.
    assignment : str
        Which assignment.
    students : sequence of str
        Whose rows; nbgrader gives students that were never graded a row with 0 points, so leave them out.
    to : Path
        The file.

    Raises
    ------
    GraderError
        If there is not one row for each of the students.
    """
    draft = to.with_name(f".{to.name}")
    with _logged(course.log("export")), open_gradebook(course) as gradebook:
        plugin = CsvExportPlugin(config=course.config)
        plugin.to, plugin.assignment = str(draft), [assignment]
        plugin.export(gradebook)
    rows = list(csv.reader(draft.read_text(encoding="utf-8").splitlines()))
    draft.unlink()
    who = rows[0].index("student_id")
    wanted = [row for row in rows[1:] if row[who] in students]
    if len(wanted) != len(students):
        raise GraderError(f"nbgrader must export one row for each of {len(students)} students; got {len(wanted)} rows")
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([rows[0], *wanted])
    notebooks.write_text(to, table.getvalue())


def explain_failure(log: str, running: str) -> str:
    """Say in words why nbgrader gave no score.

    Parameters
    ----------
    log : str
        What it logged.
    running : str
        Grade id of the last cell that was started; empty if none was.

    Returns
    -------
    str
        One line.
    """
    where = describe_cell(running) if running else "the notebook"
    for sign, words in _FAILURES.items():
        if re.search(f"^{sign}", log, re.MULTILINE):
            return words.format(where=where)
    return f"nbgrader stopped at {where}: {_last_raised(log)}"


def describe_cell(name: str) -> str:
    """Say which cell is meant.

    Parameters
    ----------
    name : str
        A grade id.

    Returns
    -------
    str
        In words.

    Examples
    --------
    >>> describe_cell("task-3-solution")
    "task 3's answer"
    """
    match notebooks.part_of_task(name):
        case (task, "solution" | "answer"):
            return f"task {task}'s answer"
        case (task, part):
            return f"task {task}'s {part} check"
        case _:
            return name


def _last_raised(log: str) -> str:
    """Return the last line of the last traceback in a log."""
    raised = re.findall(r"^(\w[\w.]*(?:Error|Exception|Exit|NoSuchKernel|Entry)\b.*)$", log, re.MULTILINE)
    return str(raised[-1]) if raised else "its log names no reason"


def _last_error(log: Path) -> str:
    return _last_raised(log.read_text(encoding="utf-8"))


def _wrong_name(course: Course, assignment: str, student: str) -> str | None:
    """Name the failure of a submission that nbgrader would not find."""
    wanted = course.notebook("submitted", student, assignment)
    if wanted.exists():
        return None
    return wrong_name([wanted.name], sorted(path.name for path in wanted.parent.glob("*")))


def wrong_name(wanted: Sequence[str], found: Sequence[str]) -> str:
    """Say that nothing that was handed in has a name that is graded.

    Parameters
    ----------
    wanted, found : sequence of str
        Names of files.

    Returns
    -------
    str
        One line.
    """
    return f"the notebook must be called {' or '.join(wanted)}; got {', '.join(found) or 'no file'}"


def _order(cell: str) -> tuple[int, int, str]:
    part = notebooks.part_of_task(cell)
    return (part[0], ("solution", "answer", "visible", "hidden").index(part[1]), "") if part else (10**6, 0, cell)


def _converter(kind: Callable[..., BaseConverter], course: Course, assignment: str, student: str) -> BaseConverter:
    directory = CourseDirectory(config=course.config, assignment_id=assignment, student_id=student)
    converter = kind(coursedir=directory, config=course.config)
    converter.force = True
    return converter


@contextmanager
def open_gradebook(course: Course) -> Iterator[Gradebook]:
    """Open a course's gradebook.

    Parameters
    ----------
    course : Course
        Where.

    Yields
    ------
    nbgrader.api.Gradebook
        Closed when the block ends.
    """
    directory = CourseDirectory(config=course.config)
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        yield gradebook


@contextmanager
def _logged(file: Path) -> Iterator[None]:
    """Keep what nbgrader logs in a file, and what it warns of and what kernels print themselves in another."""
    file.parent.mkdir(parents=True, exist_ok=True)
    logger = logging.getLogger("traitlets")  # what nbgrader logs to outside its own applications
    before = (logger.level, logger.propagate)
    handler = logging.FileHandler(file, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        with terminal_to(file.with_suffix(".printed")):
            yield
    finally:
        logger.removeHandler(handler)
        handler.close()
        logger.level, logger.propagate = before


@contextmanager
def terminal_to(file: Path) -> Iterator[None]:
    """Send stdout and stderr of this process and of those that it starts to a file.

    Parameters
    ----------
    file : Path
        Where to.

    Yields
    ------
    None
        Both are as they were when the block ends.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [(number, os.dup(number)) for number in (1, 2)]
    try:
        with file.open("w", encoding="utf-8") as target:
            for number, _ in kept:
                os.dup2(target.fileno(), number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
