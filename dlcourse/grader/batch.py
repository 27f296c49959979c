"""Grades a whole class: collect, prepare, run, score, record, each handing frozen records to the next.

The runs happen side by side; all else happens in one thread, which alone writes to the gradebook. A submission is
recorded in one transaction, and its folder is put in place after that, by renaming: so a run that was interrupted at
any moment is taken up again by the next, and what is in place is whole.
"""

import hashlib
import logging
import os
import shutil
import stat
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import nbformat
import sqlalchemy.exc
import sqlalchemy.orm
from nbformat import NotebookNode
from nbgrader import api  # type: ignore[import-untyped]
from nbgrader.api import Gradebook, MissingEntry  # type: ignore[import-untyped]
from nbgrader.converters import Autograde  # type: ignore[import-untyped]
from nbgrader.coursedir import CourseDirectory  # type: ignore[import-untyped]
from nbgrader.preprocessors import (  # type: ignore[import-untyped]
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    SaveAutoGrades,
)
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task  # type: ignore[import-untyped]
from traitlets.utils.importstring import import_item

from dlcourse.grader import execute, mends, notebooks
from dlcourse.grader.runner import Job, Ran
from dlcourse.grader.stock import Course, GraderError, Outcome, Score, scores_of, wrong_name

T = TypeVar("T")
MOST_BYTES = 20 * 2**20  # of one file that was handed in
MOST_FILES = 200  # beside the notebook
LOCKED_SECONDS = 60.0  # how long to wait for a gradebook that another process is writing to
# Steps that are done here with what is known already. All marks come from the gradebook, so they need no check.
OUR_OWN = (
    mends.Restore,
    Execute,
    execute.CagedExecute,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
)


class Unreadable(ValueError):  # noqa: N818 - it is a verdict on a submission
    """A submission cannot be graded; the message says why, in words for its table row."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes
    ----------
    student : str
        Student id.
    timestamp : str or None
        When it was handed in, if that is known.
    files : mapping of str to bytes
        Regular files by their path in the folder, as they were when they were collected; links are not followed.
    """

    student: str
    timestamp: str | None
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Return what tells this content from any other."""
        total = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            total.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
        return total.hexdigest()


@dataclass(frozen=True)
class Assignment:
    """What the gradebook knows of an assignment.

    Attributes
    ----------
    name : str
        Such as ``"03_losses"``.
    notebooks : mapping of str to mapping
        For each notebook its cells as they were released.
    kernels : mapping of str to mapping
        For each notebook the kernel that it was released with.
    """

    name: str
    notebooks: Mapping[str, mends.Known]
    kernels: Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True)
class Prepared:
    """A submission that is ready to run.

    Attributes
    ----------
    submission : Submission
        Which.
    notebooks : mapping of str to NotebookNode
        Its notebooks, with locked cells and marks put back.
    jobs : mapping of str to Job
        What is to be run, by notebook.
    warnings : sequence of str
        What was mended.
    """

    submission: Submission
    notebooks: Mapping[str, NotebookNode]
    jobs: Mapping[str, Job]
    warnings: Sequence[str]


def grade(
    course: Course,
    name: str,
    *,
    students: Sequence[str] = (),
    jobs: int | None = None,
    force: bool = False,
    executor: Executor | None = None,
    note: Callable[[Outcome], None] = lambda _outcome: None,
) -> list[Outcome]:
    """Grade all submissions of an assignment that are not graded yet.

    Parameters
    ----------
    course : Course
        Where.
    name : str
        The assignment.
    students : sequence of str, optional
        Only theirs.
    jobs : int, optional
        How many notebooks run at a time; as many as there are cores if not given.
    force : bool, default False
        True to grade again what is graded already.
    executor : Executor, optional
        Where notebooks are run, if not in processes of this machine.
    note : callable, optional
        ``note(outcome)`` is called after each submission.

    Returns
    -------
    list of Outcome
        One for every submission, by student: scores or a named failure.

    Raises
    ------
    GraderError
        If the gradebook does not know the assignment, or cannot be used.
    """
    directory = CourseDirectory(config=course.config, assignment_id=name)
    width = jobs or os.cpu_count() or 1
    outcomes: dict[str, Outcome] = {}
    opened = when_not_locked(lambda: Gradebook(directory.db_url, directory.course_id))
    with opened as gradebook, _own_or(executor, width) as runs:
        assignment = _known(gradebook, name)
        done = set() if force else _recorded(gradebook, name)
        waiting: dict[Future[Mapping[str, Ran]], tuple[Prepared, float]] = {}

        def finish(outcome: Outcome) -> None:
            outcomes[outcome.student] = outcome
            note(outcome)

        def take_in(futures: Sequence[Future[Mapping[str, Ran]]]) -> None:
            for future in futures:
                prepared, began = waiting.pop(future)
                finish(_record(course, gradebook, assignment, prepared, future.result(), began))

        for student, folder in _folders(course, name, students):
            began = time.monotonic()
            try:
                submission = collect(student, folder)
                if student in done and _is_in_place(course, assignment, submission):
                    finish(Outcome(student, _scores(gradebook, name, student), None, 0.0))
                    continue
                prepared = when_not_locked(partial(prepare, course, assignment, submission))
            except Unreadable as error:
                finish(Outcome(student, (), str(error), time.monotonic() - began))
                continue
            waiting[runs.submit(execute.run_all, dict(prepared.jobs))] = prepared, began
            if len(waiting) > width:
                take_in(list(wait(waiting, return_when=FIRST_COMPLETED).done))
        while waiting:
            take_in(list(wait(waiting, return_when=FIRST_COMPLETED).done))
    return [outcomes[student] for student in sorted(outcomes)]


# ------------------------------------------------------------------------------------------------------- collecting


def _folders(course: Course, name: str, students: Sequence[str]) -> list[tuple[str, Path]]:
    """Return who handed something in, and where it lies."""
    found = sorted((path.parent.name, path) for path in course.directory("submitted").glob(f"*/{name}"))
    if missing := sorted(set(students) - {student for student, _ in found}):
        raise GraderError(f"there must be a submission of {name} by {', '.join(missing)}; there is none")
    return [(student, path) for student, path in found if not students or student in students]


def submitted(course: Course, name: str, students: Sequence[str] = ()) -> list[str]:
    """Return who handed something in.

    Parameters
    ----------
    course : Course
        Where.
    name : str
        The assignment.
    students : sequence of str, optional
        Only these.

    Returns
    -------
    list of str
        Student ids.

    Raises
    ------
    GraderError
        If there is no submission, or none by one of those that were named.
    """
    found = [student for student, _ in _folders(course, name, students)]
    if not found:
        raise GraderError(f"there must be submissions in {course.directory('submitted')}/*/{name}; there are none")
    return found


def collect(student: str, folder: Path) -> Submission:
    """Read what a student handed in, once: what happens to the folder afterwards changes nothing.

    Parameters
    ----------
    student : str
        Student id.
    folder : Path
        Where it lies.

    Returns
    -------
    Submission
        With all its files.

    Raises
    ------
    Unreadable
        If a file is too large, or there are too many.
    """
    files: dict[str, bytes] = {}
    if folder.is_symlink() or not folder.is_dir():
        raise Unreadable(f"{folder.name} must be a folder; it is a link or a file")
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not os.path.islink(os.path.join(root, one)))
        for one in sorted(names):
            path = Path(root, one)
            data = _regular(path)
            if data is not None:
                files[path.relative_to(folder).as_posix()] = data
            if len(files) > MOST_FILES:
                raise Unreadable(f"at most {MOST_FILES} files are graded; there are more")
    stamp = files.pop("timestamp.txt", b"").decode("utf-8", "replace").strip() or None
    return Submission(student, stamp, files)


def _regular(path: Path) -> bytes | None:
    """Read a regular file; of links, pipes and devices nothing."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            return None
        if about.st_size > MOST_BYTES:
            raise Unreadable(f"{path.name} must be at most {MOST_BYTES >> 20} MB; it is {about.st_size >> 20} MB")
        return file.read(MOST_BYTES)


# -------------------------------------------------------------------------------------------------------- preparing


def prepare(course: Course, assignment: Assignment, submission: Submission) -> Prepared:
    """Put locked cells and marks back, as nbgrader is configured to do, and say what is to be run.

    Parameters
    ----------
    course : Course
        Where.
    assignment : Assignment
        Which.
    submission : Submission
        Whose.

    Returns
    -------
    Prepared
        Ready to run.

    Raises
    ------
    Unreadable
        If the file is no notebook, or damaged beyond repair.
    """
    found: dict[str, NotebookNode] = {}
    jobs: dict[str, Job] = {}
    given = [name for name in assignment.notebooks if f"{name}.ipynb" in submission.files]
    if not given:
        raise Unreadable(wrong_name([f"{name}.ipynb" for name in assignment.notebooks], list(submission.files)))
    cell_seconds, notebook_seconds = _limits(course)
    told: list[str] = []
    with _noting() as said:
        for name in given:
            notebook = _notebook(submission.files[f"{name}.ipynb"])
            resources: dict[str, Any] = {"nbgrader": _about(course, assignment, submission, name)}
            try:
                for step in _steps(course, "sanitize_preprocessors"):
                    notebook, resources = step.preprocess(notebook, resources)
                told += mends.restore(notebook, assignment.notebooks[name], assignment.kernels[name])
                cells = execute.cells_of(notebook, assignment.notebooks[name])
            except (AttributeError, KeyError, TypeError, ValueError, RuntimeError, nbformat.ValidationError) as error:
                reason = str(error).strip().splitlines()[:1]
                raise Unreadable(f"the notebook is damaged: {type(error).__name__} {' '.join(reason)}") from error
            found[name] = notebook
            jobs[name] = Job(cells, cell_seconds, notebook_seconds)
    return Prepared(submission, found, jobs, (*told, *said))


def _about(course: Course, assignment: Assignment, submission: Submission, notebook: str) -> dict[str, str]:
    """Return what nbgrader's preprocessors are told."""
    return {
        "student": submission.student,
        "assignment": assignment.name,
        "notebook": notebook,
        "db_url": CourseDirectory(config=course.config).db_url,
    }


def _notebook(data: bytes) -> NotebookNode:
    try:
        with warnings.catch_warnings():  # nbformat mends what old and copied notebooks lack, and warns of it
            warnings.simplefilter("ignore")
            return nbformat.reads(data.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call,no-any-return]
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not a notebook (it is not UTF-8: byte {error.start})") from error
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError, nbformat.ValidationError) as error:
        raise Unreadable("the file is not a notebook, or only a part of one (it is not valid JSON)") from error


def _limits(course: Course) -> tuple[float, float]:
    caged = execute.CagedExecute(config=course.config)
    return float(course.cell_seconds), float(caged.notebook_timeout)


def _steps(course: Course, stage: str) -> list[Any]:
    """Return the preprocessors that nbgrader's configuration names for a stage, less those that are our own affair."""
    found = []
    for step in getattr(Autograde(config=course.config), stage):
        kind = import_item(step) if isinstance(step, str) else step
        if not issubclass(kind, OUR_OWN):
            made = kind(config=course.config)
            found += [made] if getattr(made, "enabled", True) else []
    return found


@contextmanager
def _noting() -> Iterator[list[str]]:
    """Collect what nbgrader logs."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("traitlets")
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


# -------------------------------------------------------------------------------------------- scoring and recording


def _record(
    course: Course,
    gradebook: Gradebook,
    assignment: Assignment,
    prepared: Prepared,
    ran: Mapping[str, Ran],
    began: float,
) -> Outcome:
    """Score what was run, and write it down: the gradebook first, then the folder with the notebooks."""
    student = prepared.submission.student
    name = assignment.name
    if lost := [one.failure for one in ran.values() if one.lost]:  # not recorded: the next run does it again
        return Outcome(student, (), f"{lost[0]}, twice", time.monotonic() - began)
    with _noting() as said:
        for notebook_name, notebook in prepared.notebooks.items():
            execute.fill(notebook, ran[notebook_name])
            resources = {"nbgrader": _about(course, assignment, prepared.submission, notebook_name)}
            for step in _steps(course, "autograde_preprocessors"):
                notebook, resources = step.preprocess(notebook, resources)
        try:
            when_not_locked(lambda: _save(gradebook, assignment, prepared), gradebook.db.rollback)
        except sqlalchemy.exc.OperationalError as error:
            return Outcome(student, (), f"the gradebook could not be written: {error.orig}", time.monotonic() - began)
        _assign_late_penalties(course, assignment, prepared)
    told = [*prepared.warnings, *said, *(why for one in ran.values() for why in (*one.deaths, one.failure) if why)]
    try:
        notebooks.write_text(course.log(student), "".join(f"{line}\n" for line in told))
        _put_in_place(course, assignment, prepared)
    except OSError as error:  # such as a full disk; the next run does it again
        return Outcome(student, (), f"its folder could not be written: {error.strerror}", time.monotonic() - began)
    return Outcome(student, _scores(gradebook, name, student), None, time.monotonic() - began)


def _save(gradebook: Gradebook, assignment: Assignment, prepared: Prepared) -> None:
    """Write the scores of one submission in one transaction."""
    student, stamp = prepared.submission.student, prepared.submission.timestamp
    gradebook.update_or_create_student(student)
    with gradebook.db.no_autoflush:  # else SQLAlchemy warns of what nbgrader does in between
        submission = gradebook.update_or_create_submission(
            assignment.name, student, **({"timestamp": stamp} if stamp else {})
        )
        _held = _at_once(gradebook, submission)
    for theirs in submission.notebooks:
        notebook = prepared.notebooks.get(theirs.name)
        cells = {notebooks.grade_id(cell): cell for cell in notebook.cells} if notebook is not None else {}
        for grade in theirs.grades:
            cell = cells.get(grade.cell.name)
            # a notebook that was not handed in has no points
            grade.auto_score = determine_grade(cell)[0] if cell is not None and is_grade(cell) else 0
            grade.needs_manual_grade = cell is not None and (grade.manual_score is not None or grade.auto_score is None)
        for comment in theirs.comments:
            cell = cells.get(comment.cell.name)
            untouched = (
                cell is not None
                and is_solution(cell)
                and not is_task(cell)
                and (cell.metadata.nbgrader.get("checksum") == compute_checksum(cell))
            )
            comment.auto_comment = "No response." if untouched else None
    gradebook.db.commit()


def when_not_locked(use: Callable[[], T], undo: Callable[[], None] = lambda: None) -> T:
    """Use the gradebook; while another process is writing to it wait, within reason.

    Parameters
    ----------
    use : callable
        Reads or writes; called again until it can.
    undo : callable, optional
        Takes back what a call that could not be finished left.

    Returns
    -------
    object
        What `use` returns.

    Raises
    ------
    OperationalError
        If the gradebook is locked for `LOCKED_SECONDS`, or cannot be used for another reason.
    """
    ends = time.monotonic() + LOCKED_SECONDS
    while True:
        try:
            return use()
        except sqlalchemy.exc.OperationalError as error:
            undo()
            if "locked" not in str(error) or time.monotonic() > ends:
                raise
            time.sleep(0.2)


def _assign_late_penalties(course: Course, assignment: Assignment, prepared: Prepared) -> None:
    if prepared.submission.timestamp is None:
        return
    for name, notebook in prepared.notebooks.items():
        about = _about(course, assignment, prepared.submission, name)
        AssignLatePenalties(config=course.config).preprocess(notebook, {"nbgrader": about})


def _put_in_place(course: Course, assignment: Assignment, prepared: Prepared) -> None:
    """Write the folder of a graded submission beside its place, and rename it into it."""
    submission = prepared.submission
    place = course.directory("autograded") / submission.student / assignment.name
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{assignment.name}."))
    try:
        for name, data in submission.files.items():
            if not name.endswith(".ipynb"):
                target = draft / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        if submission.timestamp is not None:
            (draft / "timestamp.txt").write_text(submission.timestamp, encoding="utf-8")
        for name, notebook in prepared.notebooks.items():
            notebook.metadata["dlcourse"] = {"submitted": submission.digest}
            (draft / f"{name}.ipynb").write_text(notebooks.as_text(notebook), encoding="utf-8", newline="")
        for path in draft.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o444)
        draft.chmod(0o755)
        if place.exists():
            shutil.rmtree(place)
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


# ------------------------------------------------------------------------------------------ what the gradebook holds


def _known(gradebook: Gradebook, name: str) -> Assignment:
    try:
        found = gradebook.find_assignment(name)
    except MissingEntry as error:
        raise GraderError(
            f"the gradebook must know {name}; it does not. First: nbgrader generate_assignment {name}"
        ) from error
    return Assignment(
        name,
        {notebook.name: mends.released_cells(notebook) for notebook in found.notebooks},
        {notebook.name: mends.kernel_of(notebook) for notebook in found.notebooks},
    )


def _recorded(gradebook: Gradebook, name: str) -> set[str]:
    """Return the students whose submission has a score for everything that a machine scores."""
    submissions = (
        gradebook.db.query(api.SubmittedAssignment.student_id).join(api.Assignment).filter(api.Assignment.name == name)
    )
    without = (
        submissions.join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Grade)
        .filter(api.Grade.auto_score.is_(None), api.Grade.cell_type != "markdown")
    )
    return {student for (student,) in submissions} - {student for (student,) in without}


def _at_once(gradebook: Gradebook, submission: Any) -> list[Any]:
    """Read all cells and grades of a submission with two queries; whoever holds them saves one for each of them."""
    cells = sqlalchemy.orm.with_polymorphic(api.BaseCell, "*")
    released = gradebook.db.query(cells).join(api.Notebook).filter_by(assignment_id=submission.assignment_id)
    grades = gradebook.db.query(api.Grade).join(api.SubmittedNotebook).filter_by(assignment_id=submission.id)
    return [*released, *grades.options(sqlalchemy.orm.undefer(api.Grade.max_score))]


def _is_in_place(course: Course, assignment: Assignment, submission: Submission) -> bool:
    """Tell whether exactly this content has been graded and put in its place."""
    for name in assignment.notebooks:
        path = course.notebook("autograded", submission.student, assignment.name).with_name(f"{name}.ipynb")
        if f"{name}.ipynb" not in submission.files:
            continue
        try:
            graded = notebooks.read(path)
        except notebooks.NotebookError:
            return False
        if graded.metadata.get("dlcourse", {}).get("submitted") != submission.digest:
            return False
    return True


def _scores(gradebook: Gradebook, name: str, student: str) -> tuple[Score, ...]:
    submission = gradebook.find_submission(name, student)
    _held = _at_once(gradebook, submission)
    return scores_of(submission)


@contextmanager
def _own_or(executor: Executor | None, width: int) -> Iterator[Executor]:
    """Give the executor, or threads that wait for the processes of this machine."""
    if executor is not None:
        yield executor
        return
    with ThreadPoolExecutor(width) as own:
        yield own
