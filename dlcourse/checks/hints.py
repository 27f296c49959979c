"""Hints: three for each task to code, from what to think about to nearly the code in words.

They are kept like the messages, by language and assignment, in ``hints/en/03_losses.toml``: one line for a task, with
three texts. A label of the book in braces, such as ``{eq-mse}``, becomes the equation's number.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from dlcourse.checks.engine import assignment
from dlcourse.checks.words import LANGUAGE

STAGES = 3


@cache
def hints(name: str, language: str = LANGUAGE) -> dict[int, Sequence[str]]:
    """Return all hints of an assignment.

    Parameters
    ----------
    name : str
        Such as ``"03_losses"``.
    language : str, default "en"
        Folder under ``hints``.

    Returns
    -------
    dict of int to sequence of str
        By task number; three for each task.

    Raises
    ------
    ValueError
        If there is no such assignment.
    FileNotFoundError
        If the language has no such table.
    """
    numbers = assignment(name).numbers
    source = files("dlcourse.checks").joinpath("hints", language, f"{name}.toml")
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        int(key.removeprefix("task-")): [_numbered(text, numbers) for text in texts] for key, texts in table.items()
    }


def hint(name: str, task: int, stage: int = 1) -> str:
    """Return one hint.

    Parameters
    ----------
    name : str
        The assignment.
    task : int
        Number of a task to code.
    stage : int, default 1
        1: what to think about. 2: which formula, and which step. 3: nearly the code, in words.

    Returns
    -------
    str
        At most three sentences.

    Raises
    ------
    ValueError
        If there is no such assignment, task or stage.
    """
    found = hints(name)
    if task not in found:
        raise ValueError(f"task must be one that has hints: {', '.join(map(str, found))}; got {task}")
    if stage not in range(1, STAGES + 1):
        raise ValueError(f"stage must be from 1 to {STAGES}; got {stage}")
    return found[task][stage - 1]


def _numbered(text: str, numbers: Mapping[str, str]) -> str:
    for label, number in numbers.items():
        text = text.replace(f"{{{label}}}", number)
    return text
