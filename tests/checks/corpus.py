"""The right and wrong answers under `tests/checks/answers`, as records."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSWERS = Path(__file__).parent / "answers"


@dataclass(frozen=True)
class Answer:
    """One answer file: which task it answers, whether it is right, and what must be said about it."""

    path: Path
    assignment: str
    task: int
    right: bool
    message: str | None
    remarks: tuple[str, ...]

    def namespace(self) -> dict[str, Any]:
        """Run the file and return its names, as a notebook's `globals()` would hold them."""
        names: dict[str, Any] = {}
        exec(compile(self.path.read_text(encoding="utf-8"), self.path.name, "exec"), names)  # noqa: S102
        return names

    def __str__(self) -> str:
        return f"{self.assignment}/{self.task}/{self.path.stem}"


def read(path: Path) -> Answer:
    """Read one answer file's place and message."""
    text = path.read_text(encoding="utf-8")
    named = re.search(r"^Message: (\S+)$", text, re.MULTILINE)
    right = path.stem.startswith("right_")
    if right == bool(named) or not path.stem.startswith(("right_", "wrong_")):
        raise ValueError(f"{path} must be right_*.py, or wrong_*.py with a line 'Message: id' in its docstring")
    task = int(path.parent.name.removeprefix("task-"))
    remarks = tuple(re.findall(r"^Remark: (\S+)$", text, re.MULTILINE))
    return Answer(path, path.parent.parent.name, task, right, named[1] if named else None, remarks)


ALL = [read(path) for path in sorted(ANSWERS.glob("*/task-*/*.py"))]
RIGHT = [answer for answer in ALL if answer.right]
WRONG = [answer for answer in ALL if not answer.right]
