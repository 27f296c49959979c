"""A new task from the scaffold to the last replay, in a copy of the course, with the commands of CONTRIBUTING.md."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse.authoring import scaffold
from dlcourse.authoring.scaffold import NewTask
from dlcourse.checks import assignment
from dlcourse.checks.engine import MODULES
from dlcourse.grader import notebooks

CHECKOUT = Path(__file__).parents[2]
NAME = "03_losses"
PROGRAMS = {
    "dlcourse": [sys.executable, "-m", "dlcourse.cli"],
    "python": [sys.executable],
    "ruff": [sys.executable, "-m", "ruff"],
}


def next_number(checkout):
    cells = notebooks.read(checkout / "solutions" / NAME / f"{NAME}.ipynb").cells
    return max(part[0] for cell in cells if (part := notebooks.part_of_task(notebooks.grade_id(cell)))) + 1


NUMBER = next_number(CHECKOUT)
TASK = NewTask(NAME, NUMBER, "hinge_loss", 2, 4, "eq-mse")


def commands():
    """Return the commands of CONTRIBUTING's walk-through, in order, as lists of words."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    part = text.split("## Add a task in ten minutes\n")[1].split("\n## ")[0]
    lines = [line for block in re.findall(r"```\n(.*?)```", part, re.DOTALL) for line in block.splitlines()]
    return [shlex.split(line.removeprefix(".venv/bin/")) for line in lines]


@pytest.fixture
def course(tmp_path):
    """Return a copy of what a new task touches, and of what tries it."""
    for name in ("book", "dlcourse", f"solutions/{NAME}", f"exercises/{NAME}", f"tests/checks/answers/{NAME}"):
        shutil.copytree(
            CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "_vendor", "solutions")
        )
    for folder in ("tests", "tests/checks"):
        for path in (CHECKOUT / folder).glob("*.py"):
            shutil.copy(path, tmp_path / folder)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(CHECKOUT / name, tmp_path)
    return tmp_path


def run(course, words):
    environment = os.environ | {"PYTHONPATH": str(course), "COLUMNS": "200"}
    command = [*PROGRAMS[words[0]], *words[1:]]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return done.returncode, done.stdout + done.stderr


def contents(course):
    return {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}


def edit(path, *changes):
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def write_what_is_left(course):
    """Do what an author does: fill in every mark, and take the points from task 7."""
    places = scaffold.places_of(course, NAME, NUMBER)
    for path in (places.notebook, places.module, places.messages, *places.answers.glob("*.py")):
        edit(path, ("FILL-IN: ", ""))
    edit(places.module, ("Task(7, 5, 10, [FIT])", "Task(7, 5, 4, [FIT])"))
    notebook = notebooks.read(places.notebook)
    notebook.cells[notebooks.find(notebook, "task-7-hidden")].metadata.nbgrader.points = 4
    notebooks.write(places.notebook, notebook)


@pytest.mark.nbgrader
def test_the_walk_through_of_contributing_leads_to_a_task_that_works(course):
    new_task, replay, tests, form, lint, last = commands()
    assert new_task[:4] == ["dlcourse", "new-task", NAME, str(NUMBER)]
    code, said = run(course, new_task)
    assert code == 0, said
    assert f"dlcourse replay {NAME} --task {NUMBER}" in said

    code, said = run(course, replay)
    assert code == 1, said
    assert re.search(rf"^{NUMBER} +1 +1 +1 +1 +1 ", said, re.MULTILINE), said
    assert "the points add up to 106 and must be 100: take 6 away" in said
    assert f"solutions/{NAME}/{NAME}.ipynb, cell task-{NUMBER}, line 1: still to be written" in said
    assert f"tests/checks/answers/{NAME}/task-{NUMBER}/wrong_example.py, line 1: still to be written" in said
    assert "untouched" not in said
    assert "students can read" not in said

    code, said = run(course, tests)
    assert code == 0, said
    assert re.search(r"\b4 passed", said), said  # a right answer; a wrong one, and two rules about its message
    code, said = run(course, ["python", "-m", "pytest", "tests/checks", "-q", "-k", f"left_to_be_written and {NAME}"])
    assert code == 1, said
    assert "still to be written" in said

    write_what_is_left(course)
    assert run(course, form)[0] == 0
    code, said = run(course, lint)
    assert code == 0, said
    code, said = run(course, last)
    assert code == 0, said
    assert "Everything is as it must be." in said
    exercise = notebooks.read(course / "exercises" / NAME / f"{NAME}.ipynb")
    assert "hidden=True" not in exercise.cells[-1].source
    assert "NotImplementedError" in exercise.cells[notebooks.find(exercise, f"task-{NUMBER}-solution")].source


@pytest.mark.nbgrader
def test_a_replay_tells_what_an_edit_has_spoilt(course):
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = notebooks.read(path)
    at = {name: notebooks.find(notebook, name) for name in ("task-2-hidden", "task-2-solution")}
    notebook.cells[at["task-2-hidden"]].source = "assert one_hot([1], 2).tolist() == [[0, 1]]"
    notebook.cells[at["task-2-solution"]].source = "def one_hot(labels, num_classes):\n    return labels"
    notebooks.write(path, notebook)
    code, said = run(course, ["dlcourse", "replay", NAME, "--task", "2"])
    assert code == 1
    assert "the worked solution of task 2 does not earn its points" in said
    assert "students can read the hidden check of task 2" in said
    assert re.search(r"03_losses/2/wrong_\w+ is wrong and was accepted", said)


def test_every_piece_has_nbgrader_s_marks_and_an_id_of_its_own(course):
    scaffold.create(course, TASK)
    cells = notebooks.read(course / "solutions" / NAME / f"{NAME}.ipynb").cells
    ids = [cell.id for cell in cells]
    assert len(ids) == len(set(ids))
    text, solution, visible, hidden = cells[-4:]
    assert text.source.startswith(f"## Task {NUMBER}. ")
    assert "equation (3.1)" in text.source
    marks = [cell.metadata.nbgrader for cell in (solution, visible, hidden)]
    assert [mark["grade_id"].split("-")[-1] for mark in marks] == ["solution", "visible", "hidden"]
    assert [(m["solution"], m["grade"], m["locked"], m.get("points")) for m in marks] == [
        (True, False, False, None),
        (False, True, True, 2),
        (False, True, True, 4),
    ]
    assert "### BEGIN HIDDEN TESTS\n" in hidden.source


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"assignment": "99_none"}, "the assignment must be one of"),
        ({"number": 2}, f"has a task 2 already; the next free number is {NUMBER}"),
        ({"number": 99}, f"must be the next free number, {NUMBER}; got 99"),
        ({"function": "one_hot"}, "has a function one_hot already"),
        ({"function": "HingeLoss"}, "must be a name in small letters"),
        ({"function": "lambda"}, "must be a name in small letters"),
        ({"hidden": 0}, "must be two numbers from 1; got 2 and 0"),
        ({"see": "eq-none"}, "must be a label in 03_losses.md: eq-mse"),
    ],
)
def test_what_cannot_be_added_is_refused_and_nothing_is_written(course, change, words):
    before = contents(course)
    with pytest.raises(ValueError, match=re.escape(words)):
        scaffold.create(course, NewTask(**{**vars(TASK), **change}))
    assert contents(course) == before


def test_answers_that_are_there_already_are_left_alone(course):
    folder = scaffold.places_of(course, NAME, NUMBER).answers
    folder.mkdir(parents=True)
    before = contents(course)
    with pytest.raises(ValueError, match="is there already, so it is left alone"):
        scaffold.create(course, TASK)
    assert contents(course) == before


def test_a_formula_without_a_message_yet_gets_its_number(course):
    path = course / "book" / f"{NAME}.md"
    path.write_text(path.read_text("utf-8") + "\n```{math}\n:label: eq-hinge\nx\n```\n", "utf-8")
    scaffold.create(course, NewTask(**{**vars(TASK), "see": "eq-hinge"}))
    labels = scaffold.equation_numbers(path.read_text("utf-8"), NAME)
    module = scaffold.places_of(course, NAME).module.read_text("utf-8")
    assert f'"eq-hinge": "{labels["eq-hinge"]}",' in module
    assert f"Task({NUMBER}, 2, 4, [HINGE_LOSS])," in module


@pytest.mark.parametrize("name", MODULES)
def test_formulas_are_numbered_as_in_the_messages(name):
    chapter = (CHECKOUT / "book" / f"{name}.md").read_text("utf-8")
    numbers = scaffold.equation_numbers(chapter, name)
    assert {label: numbers[label] for label in assignment(name).numbers} == dict(assignment(name).numbers)


def test_imports_that_a_check_needs_are_added_once():
    module = "import numpy as np\n\nfrom dlcourse.checks.engine import Assignment, Task\n\nx = 1\n"
    once = scaffold.with_imports(module)
    assert "from dlcourse.checks.engine import Assignment, Case, Function, Task, like\n" in once
    assert "from dlcourse.checks.kinds import Floats\n" in once
    assert scaffold.with_imports(once) == once


def test_checks_of_another_form_are_refused():
    with pytest.raises(ValueError, match="the checks must end in ASSIGNMENT"):
        scaffold.with_check("ASSIGNMENT = make()\n", TASK, {"CONSTANT": "HINGE_LOSS"})
