"""The right and wrong answers under `tests/checks/answers`, as records."""

from pathlib import Path

from dlcourse.authoring.answers import Answer, load

__all__ = ["ALL", "ANSWERS", "RIGHT", "WRONG", "Answer"]

ANSWERS = Path(__file__).parent / "answers"
ALL = load(ANSWERS)
RIGHT = [answer for answer in ALL if answer.right]
WRONG = [answer for answer in ALL if not answer.right]
