"""Hints: three for each task to code, short, and never the code itself."""

import re
from pathlib import Path

import nbformat
import pytest

from dlcourse.checks import assignment, hints
from dlcourse.checks.engine import MODULES

ROOT = Path(__file__).parents[2]
SHORTEST_CODE = 12  # characters of a line of code, without blanks, that would give something away


def sentences(text: str) -> list[str]:
    return re.findall(r"[^.?!]+(?:\.\d[^.?!]*|\.\w[^.?!]*)*[.?!](?=\s|$)", text)


def solution_lines(name: str) -> set[str]:
    """Return the lines of the instructor's answers, without blanks."""
    notebook = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", code, re.DOTALL)
    lines = {re.sub(r"\s", "", line) for region in regions for line in region.splitlines()}
    return {line for line in lines if len(line) >= SHORTEST_CODE}


def given_away(text: str, lines: set[str]) -> list[str]:
    """Return the right-hand sides and whole lines of a solution that stand in a hint."""
    bare = re.sub(r"\s", "", text)
    parts = {part for line in lines for part in (line, re.sub(r"^(?:return|[\w,]+=)", "", line))}
    return sorted(part for part in parts if len(part) >= SHORTEST_CODE and part in bare)


@pytest.mark.parametrize("name", MODULES)
def test_every_task_to_code_has_three_hints(name: str) -> None:
    tasks = {task.number for task in assignment(name).tasks}
    assert {task: len(texts) for task, texts in hints.hints(name).items()} == dict.fromkeys(tasks, hints.STAGES)


@pytest.mark.parametrize("name", MODULES)
def test_a_hint_has_one_to_three_sentences_and_no_label_left_in_it(name: str) -> None:
    for task, texts in hints.hints(name).items():
        for text in texts:
            assert 1 <= len(sentences(text)) <= 3, (task, sentences(text))
            assert text.endswith((".", "?")), (task, text)
            assert "{" not in text, (task, text)


@pytest.mark.parametrize("name", MODULES)
def test_the_second_hint_names_an_equation_of_the_book(name: str) -> None:
    numbers = assignment(name).numbers.values()
    without = [task for task, texts in hints.hints(name).items() if not any(number in texts[1] for number in numbers)]
    assert without == []


@pytest.mark.parametrize("name", MODULES)
def test_no_hint_holds_code_of_the_solution(name: str) -> None:
    lines = solution_lines(name)
    found = {task: given_away(" ".join(texts), lines) for task, texts in hints.hints(name).items()}
    assert {task: parts for task, parts in found.items() if parts} == {}


@pytest.mark.parametrize("name", MODULES)
def test_no_two_hints_are_the_same(name: str) -> None:
    texts = [text for stages in hints.hints(name).values() for text in stages]
    assert len(set(texts)) == len(texts)


def test_code_in_a_hint_is_noticed() -> None:
    lines = {"z=np.asarray(X)@np.asarray(w)+b", "return(z>0).astype(int)"}
    assert given_away("Return (z > 0).astype(int) in the end.", lines) == ["(z>0).astype(int)"]
    assert given_away("Multiply X by w, and compare with 0.", lines) == []


@pytest.mark.parametrize(
    ("text", "number"), [("One.", 1), ("Is it 1.5 or 2? Ask.", 2), ("Use np.where (2.1). So. Then?", 3)]
)
def test_sentences_are_counted_and_numbers_are_not(text: str, number: int) -> None:
    assert len(sentences(text)) == number


def test_a_hint_is_one_of_three() -> None:
    assert hints.hint("01_perceptron", 1, 2).startswith("Equation (1.3)")
    assert len({hints.hint("01_perceptron", 1, stage) for stage in (1, 2, 3)}) == 3
    assert hints.hint("01_perceptron", 1) == hints.hint("01_perceptron", 1, 1)


def test_a_task_without_hints_is_named() -> None:
    with pytest.raises(ValueError, match=r"one that has hints: 1, 2, 3, 4, 5, 6, 7, 8; got 9"):
        hints.hint("01_perceptron", 9)


@pytest.mark.parametrize("stage", [0, 4])
def test_an_unknown_stage_is_named(stage: int) -> None:
    with pytest.raises(ValueError, match=f"stage must be from 1 to 3; got {stage}"):
        hints.hint("01_perceptron", 1, stage)
