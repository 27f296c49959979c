"""The right and wrong answers under ``tests/checks/answers``, as records."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MESSAGE = re.compile(r"^Message: (\S+)$", re.MULTILINE)
_REMARK = re.compile(r"^Remark: (\S+)$", re.MULTILINE)


def folder_of(checkout: Path) -> Path:
    """Return the folder that holds a folder of answers for each assignment.

    Parameters
    ----------
    checkout : Path
        The course.

    Returns
    -------
    Path
        It need not exist.
    """
    return checkout / "tests" / "checks" / "answers"


@dataclass(frozen=True)
class Answer:
    """One answer file.

    Attributes
    ----------
    path : Path
        Where it lies.
    assignment : str
        Such as ``"01_perceptron"``.
    task : int
        Which task it answers.
    right : bool
        True if it must get full marks.
    message : str or None
        Id of the message that a wrong answer must get.
    remarks : tuple of str
        Ids of the remarks that must stand beside the score.
    """

    path: Path
    assignment: str
    task: int
    right: bool
    message: str | None
    remarks: tuple[str, ...] = ()

    def namespace(self, given: str = "") -> dict[str, Any]:
        """Run the file and return its names, as a notebook's ``globals()`` would hold them.

        Parameters
        ----------
        given : str, optional
            Code that the notebook runs before the answer.

        Returns
        -------
        dict
            Names and what they stand for.
        """
        names: dict[str, Any] = {}
        exec(compile(given, "given", "exec"), names)  # noqa: S102 - the course's own cells
        exec(compile(self.path.read_text(encoding="utf-8"), self.path.name, "exec"), names)  # noqa: S102 - a file in git
        return names

    def __str__(self) -> str:
        return f"{self.assignment}/{self.task}/{self.path.stem}"


def read(path: Path) -> Answer:
    """Read one answer file's place and message.

    Parameters
    ----------
    path : Path
        Such as ``answers/01_perceptron/task-3/wrong_hebb.py``.

    Returns
    -------
    Answer
        The file is not run.

    Raises
    ------
    ValueError
        If its name says neither right nor wrong, or a wrong answer names no message, or a right one does.
    """
    text = path.read_text(encoding="utf-8")
    named = _MESSAGE.search(text)
    right = path.stem.startswith("right_")
    if right == bool(named) or not path.stem.startswith(("right_", "wrong_")):
        raise ValueError(f"{path} must be right_*.py, or wrong_*.py with a line 'Message: id' in its docstring")
    task = int(path.parent.name.removeprefix("task-"))
    remarks = tuple(_REMARK.findall(text))
    return Answer(path, path.parent.parent.name, task, right, named[1] if named else None, remarks)


def load(folder: Path, assignment: str = "*") -> list[Answer]:
    """Read all answer files.

    Parameters
    ----------
    folder : Path
        Holds a folder for each assignment.
    assignment : str, optional
        Only those of one assignment.

    Returns
    -------
    list of Answer
        By assignment, task and name.
    """
    found = [read(path) for path in folder.glob(f"{assignment}/task-*/*.py")]
    return sorted(found, key=lambda answer: (answer.assignment, answer.task, answer.path.stem))
