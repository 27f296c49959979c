"""The proof of the grader: blank 0, solution full marks, right answers full marks, wrong answers rejected and named."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from dlcourse.authoring.scaffold import left_to_fill_in
from dlcourse.checks import assignment, grade, words
from dlcourse.checks.engine import MODULES
from tests.checks.corpus import ALL, RIGHT, WRONG, Answer

ROOT = Path(__file__).parents[2]
Scores = defaultdict[str, Counter[str]]


def source_cells(folder: str, name: str) -> str:
    """Return the code of a notebook without its graded test cells."""
    notebook = nbformat.read(ROOT / folder / name / f"{name}.ipynb", as_version=4)
    codes = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return "\n".join(code for code in codes if "dlcourse.checks" not in code)


def points_for_a_person(name: str) -> float:
    """Return the points of written answers, which no check gives."""
    notebook = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    cells = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return sum(cell["points"] for cell in cells if cell.get("grade") and cell.get("solution"))


def numbers_of(name: str) -> list[int]:
    """Return the numbers of an assignment's tasks, and of its quiz if it has one."""
    found = assignment(name)
    return [task.number for task in found.tasks] + ([found.quiz.number] if found.quiz else [])


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_a_wrong_answer_loses_the_hidden_points_and_hears_why(answer: Answer, scores: Scores) -> None:
    count = scores[answer.assignment]
    count["wrong"] += 1
    verdict = grade(answer.assignment, answer.task, answer.namespace(), hidden=True)
    count["rejected"] += not verdict.passed
    count["named"] += verdict.mistake == answer.message
    assert not verdict.passed
    assert verdict.points == 0
    assert verdict.mistake == answer.message, verdict.message
    assert verdict.remarks == ()


@pytest.mark.parametrize("answer", RIGHT, ids=str)
def test_a_right_answer_gets_full_marks(answer: Answer, scores: Scores) -> None:
    count = scores[answer.assignment]
    count["right"] += 1
    visible = grade(answer.assignment, answer.task, answer.namespace())
    hidden = grade(answer.assignment, answer.task, answer.namespace(), hidden=True)
    count["accepted"] += visible.passed and hidden.passed
    assert visible.passed, visible.message
    assert hidden.passed, hidden.message
    assert (visible.points, hidden.points) == (visible.max_points, hidden.max_points)
    assert remark_ids(visible.remarks) == remark_ids(hidden.remarks) == list(answer.remarks)


def remark_ids(remarks: Sequence[str]) -> list[str]:
    """Return the ids of remarks, from the words around what is filled in."""
    known = {id: re.sub(r"\{\w+\}", "(.+)", text) for id, text in words.catalogue("engine").items() if "remark_" in id}
    return [id for remark in remarks for id, pattern in known.items() if re.fullmatch(pattern, remark)]


def is_drawn(answer: Answer) -> bool:
    """Return whether a task has random cases."""
    task = next(task for task in assignment(answer.assignment).tasks if task.number == answer.task)
    return any(list(function.draws(np.random.default_rng(0))) for function in task.functions)


DRAWN = [answer for answer in RIGHT if is_drawn(answer)]


@pytest.mark.parametrize("seed", range(20))
def test_no_random_draw_changes_the_verdict_on_a_right_answer(seed: int) -> None:
    failed = [
        f"{answer}: {verdict.message}"
        for answer in DRAWN
        if not (verdict := grade(answer.assignment, answer.task, answer.namespace(), hidden=True, seed=seed)).passed
    ]
    assert failed == []


@pytest.mark.parametrize("name", MODULES)
def test_the_solution_gets_every_point(name: str) -> None:
    names: dict[str, Any] = {}
    exec(source_cells("solutions", name), names)  # noqa: S102 - our own notebook
    verdicts = [grade(name, number, names, hidden) for number in numbers_of(name) for hidden in (False, True)]
    assert [verdict.message for verdict in verdicts if not verdict.passed] == []
    assert [remark for verdict in verdicts for remark in verdict.remarks] == []
    assert sum(verdict.points for verdict in verdicts) == 100 - points_for_a_person(name)


@pytest.mark.parametrize("name", MODULES)
def test_an_untouched_exercise_gets_no_point(name: str) -> None:
    names: dict[str, Any] = {}
    for statement in ast.parse(source_cells("exercises", name)).body:
        try:
            exec(compile(ast.Module([statement], []), name, "exec"), names)  # noqa: S102 - our own notebook
        except NotImplementedError:
            continue  # what an untouched cell does
    for number in numbers_of(name):
        assert grade(name, number, names).points == 0
        assert grade(name, number, names, hidden=True).points == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_task_has_wrong_and_right_answers(name: str) -> None:
    kinds = {(answer.task, answer.right) for answer in ALL if answer.assignment == name}
    assert kinds == {(task.number, right) for task in assignment(name).tasks for right in (True, False)}


@pytest.mark.parametrize("name", MODULES)
def test_nothing_of_a_new_task_is_left_to_be_written(name: str) -> None:
    assert left_to_fill_in(ROOT, name) == []
