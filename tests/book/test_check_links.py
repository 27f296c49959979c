"""The places in the book that messages point to exist, under the numbers that the messages name."""

import re
from pathlib import Path

import nbformat
import pytest

from dlcourse.checks import assignment
from dlcourse.checks.engine import MODULES

SOLUTIONS = Path(__file__).parents[2] / "solutions"


def equation_numbers(html: str) -> dict[str, str]:
    """Return the number printed beside each labelled equation, by label."""
    found = re.findall(r'id="equation-(eq-[\w-]+)".*?<span class="eqno">(\([\d.]+\))', html, re.DOTALL)
    return dict(found)


@pytest.mark.site
@pytest.mark.parametrize("name", MODULES)
def test_the_equation_numbers_in_messages_are_those_of_the_book(site: Path, name: str) -> None:
    printed = equation_numbers((site / f"{name}.html").read_text("utf-8"))
    assert {label: printed.get(label) for label in assignment(name).numbers} == dict(assignment(name).numbers)


@pytest.mark.parametrize("name", MODULES)
def test_every_function_points_to_a_numbered_equation(name: str) -> None:
    found = assignment(name)
    assert {function.see for task in found.tasks for function in task.functions} == set(found.numbers)


@pytest.mark.site
@pytest.mark.parametrize("name", MODULES)
def test_the_sections_that_the_quiz_points_to_exist(site: Path, name: str) -> None:
    html = (site / f"{name}.html").read_text("utf-8")
    quiz = assignment(name).quiz
    for statement in quiz.statements if quiz else ():
        assert f'id="{statement.see}"' in html


def numbers_in_tasks(name: str) -> dict[int, list[str]]:
    """Return the numbers of the equations that the text of each task names, in its order."""
    path = SOLUTIONS / name / f"{name}.ipynb"
    texts = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    return {task.number: re.findall(r"\(\d+\.\d+\)", texts[f"task-{task.number}"]) for task in assignment(name).tasks}


@pytest.mark.parametrize("name", MODULES)
def test_the_notebook_names_the_equations_of_the_messages(name: str) -> None:
    found = assignment(name)
    named = numbers_in_tasks(name)
    for task in found.tasks:
        in_messages = [found.numbers[function.see] for function in task.functions]
        assert [number for number in named[task.number] if number in in_messages] == in_messages, f"task {task.number}"


@pytest.mark.site
@pytest.mark.parametrize("name", MODULES)
def test_the_equations_that_the_notebook_names_are_on_the_page(site: Path, name: str) -> None:
    printed = set(equation_numbers((site / f"{name}.html").read_text("utf-8")).values())
    assert {number for numbers in numbers_in_tasks(name).values() for number in numbers} <= printed
