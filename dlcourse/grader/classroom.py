"""A sample class: students written down as plain files become submitted notebooks.

A class is a folder with one ``class.toml`` and, for each student, a folder with ``answers.py``: the parts under
``# task 1``, ``# task 2`` ... go into the solution cells of those tasks::

    [ada-okafor]
    about = "loops instead of vectors"
    rest = "solution"          # the other tasks: as in the instructor's notebook, or "nothing"
    points = 100               # what nbgrader must give; or failure = "..." with words of the reason; or neither
    why = "..."                # words of a reason or a remark that must be in the table
    submit_as = "01_perceptron (1).ipynb"   # if not the right name
    truncate = 2000            # if only so many characters of the file arrived

    [[ada-okafor.changes]]     # what else happened to the notebook
    what = "delete"            # or duplicate, replace, insert
    cell = "task-3-hidden"
    source = "..."             # for replace and insert
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from dlcourse.grader import notebooks
from dlcourse.grader.notebooks import Change

_PART = re.compile(r"^# task (\d+)\n", re.MULTILINE)
_KEYS = {"about", "rest", "points", "why", "failure", "submit_as", "truncate", "changes"}


class ClassError(ValueError):
    """A class is not written down as it should be; the message says where and how."""


@dataclass(frozen=True)
class Student:
    """One member of a sample class.

    Attributes
    ----------
    name : str
        Student id, also the folder's name.
    about : str
        What is special about this submission.
    answers : mapping of int to str
        Source by task number.
    rest : str
        ``"solution"`` or ``"nothing"``: how the other tasks are answered.
    points : float or None
        What nbgrader must give; None if anything will do.
    why : str or None
        Words of a reason that must be in the table.
    failure : str or None
        Words of the named failure that must come instead of points.
    changes : sequence of Change
        What else happened to the notebook.
    submit_as : str or None
        File name of the submission, if not the right one.
    truncate : int or None
        Number of characters of the file that arrived, if not all.
    """

    name: str
    about: str
    answers: Mapping[int, str]
    rest: str = "nothing"
    points: float | None = None
    why: str | None = None
    failure: str | None = None
    changes: Sequence[Change] = ()
    submit_as: str | None = None
    truncate: int | None = None


def parse_answers(text: str) -> dict[int, str]:
    r"""Split an answer file into its tasks.

    Parameters
    ----------
    text : str
        Parts that each begin with a line ``# task 3``; what stands before the first is for readers of the file.

    Returns
    -------
    dict of int to str
        Source by task number.

    Examples
    --------
    >>> parse_answers("# task 2\nx = 1\n")
    {2: 'x = 1'}
    """
    parts = _PART.split(text)
    return {int(task): source.strip("\n") for task, source in zip(parts[1::2], parts[2::2], strict=True)}


SMALLEST_CLASS = (
    Student("solved", "the worked solution", {}, rest="solution"),
    Student("untouched", "as released", {}, points=0, why="not attempted"),
)
"""What any assignment can be tried with."""


def load(folder: Path) -> list[Student]:
    """Read a class.

    Parameters
    ----------
    folder : Path
        Holds ``class.toml`` and the students' folders.

    Returns
    -------
    list of Student
        In the order of the file.

    Raises
    ------
    ClassError
        If something is missing, unknown or contradictory.
    """
    manifest = folder / "class.toml"
    try:
        table = tomllib.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ClassError(f"a class needs {manifest}; there is no such file") from None
    except tomllib.TOMLDecodeError as error:
        raise ClassError(f"{manifest} must be TOML; reading it gave: {error}") from error
    folders = [path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))]
    strays = sorted(name for name in folders if name not in table)
    if strays:
        raise ClassError(f"every folder in {folder} needs an entry in class.toml; these have none: {', '.join(strays)}")
    return [_student(folder, name, entry) for name, entry in table.items()]


def submission(student: Student, released: NotebookNode, solved: Mapping[int, str]) -> NotebookNode:
    """Return the notebook that a student hands in.

    Parameters
    ----------
    student : Student
        Who.
    released : NotebookNode
        What everybody was given.
    solved : mapping of int to str
        The instructor's answers.

    Returns
    -------
    NotebookNode
        A new notebook.
    """
    answers = {**(solved if student.rest == "solution" else {}), **student.answers}
    notebook = notebooks.answered(released, answers)
    for change in student.changes:
        notebook = notebooks.changed(notebook, change)
    return notebook


def submit(
    student: Student, released: NotebookNode, solved: Mapping[int, str], submitted: Path, assignment: str
) -> Path:
    """Write a student's submission to where nbgrader looks for it.

    Parameters
    ----------
    student, released, solved
        As in `submission`.
    submitted : Path
        nbgrader's directory of submissions.
    assignment : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    Path
        The file.
    """
    path = submitted / student.name / assignment / (student.submit_as or f"{assignment}.ipynb")
    text = notebooks.as_text(submission(student, released, solved))
    notebooks.write_text(path, text[: student.truncate])
    return path


def _student(folder: Path, name: str, entry: Mapping[str, Any]) -> Student:
    where = f"[{name}] in {folder / 'class.toml'}"
    if unknown := sorted(entry.keys() - _KEYS):
        raise ClassError(f"{where} may have the keys {', '.join(sorted(_KEYS))}; got {', '.join(unknown)}")
    if "failure" in entry and entry.keys() & {"points", "why"}:
        raise ClassError(f"{where} must have points and why, or failure; got both")
    rest = entry.get("rest", "nothing")
    if rest not in ("solution", "nothing"):
        raise ClassError(f'{where}: rest must be "solution" or "nothing"; got {rest!r}')
    file = folder / name / "answers.py"
    return Student(
        name=name,
        about=entry.get("about", ""),
        answers=parse_answers(file.read_text(encoding="utf-8")) if file.exists() else {},
        rest=rest,
        points=entry.get("points"),
        why=entry.get("why"),
        failure=entry.get("failure"),
        changes=tuple(Change(**change) for change in entry.get("changes", [])),
        submit_as=entry.get("submit_as"),
        truncate=entry.get("truncate"),
    )
