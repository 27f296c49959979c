"""`nbgrader autograde`, `nbgrader validate` and `dlcourse check` say the same of the same notebook.

Three notebooks of each assignment go through all three, with real kernels and a real gradebook: blank, solved, and one
with a wrong or another right answer to every task. All other answers of the corpus go a faster way, in test_corpus.py.
"""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dlcourse.checks.engine import MODULES
from dlcourse.grader import blueprint, notebooks, selfcheck, stock
from dlcourse.grader.notebooks import Change
from tests.grader.given import CHECKOUT, saved, solved
from tests.grader.three_ways import KINDS

HALVES = (list(MODULES)[::2], list(MODULES)[1::2])  # side by side, on two cores


@pytest.fixture(scope="session")
def said(tmp_path_factory):
    command = [sys.executable, "-m", "tests.grader.three_ways"]
    running = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [*command, str(tmp_path_factory.mktemp("three ways")), *half],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for half in HALVES
        if half
    ]
    found = {}
    for process in running:
        out, err = process.communicate(timeout=900)
        assert process.returncode == 0, err
        found |= json.loads(out.splitlines()[-1])
    return found


@pytest.mark.nbgrader
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", MODULES)
def test_autograde_check_and_validate_say_the_same(said, name, kind):
    one = said[f"{name} {kind}"]
    assert one["failure"] is None
    assert one["check"] == one["autograde"]
    assert one["validate"] == one["lost"]
    assert one["passed"] == (not one["lost"])


@pytest.mark.nbgrader
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", MODULES)
def test_the_three_notebooks_are_what_they_are_called(said, name):
    totals = {kind: sum(said[f"{name} {kind}"]["autograde"].values()) for kind in KINDS}
    assert totals["blank"] == 0
    assert 0 < totals["mixed"] < totals["solution"]
    assert [kind for kind in KINDS if said[f"{name} {kind}"]["passed"]] == ["solution"]


CHANGED = {
    "a test cell was deleted": [Change("delete", "task-3-hidden")],
    "a test cell was written over": [Change("replace", "task-1-visible", "print('all right')")],
    "a test cell was copied": [Change("duplicate", "task-2-visible")],
    "all cells of a task are gone": [Change("delete", f"task-8-{part}") for part in ("solution", "visible", "hidden")],
    "a cell of the student's fails": [Change("insert", "task-4-solution", "1 / 0")],
}


@pytest.mark.nbgrader
@pytest.mark.filterwarnings("ignore")  # nbgrader runs in this process, and is warned of by its own libraries
def test_whatever_happened_to_the_cells_autograde_and_check_say_the_same(tmp_path, monkeypatch):
    name = "01_perceptron"
    for variable in ("PATH", "JUPYTER_PATH", "IPYTHONDIR", "MPLCONFIGDIR", "PYTHONSTARTUP", "OMP_NUM_THREADS"):
        monkeypatch.setenv(variable, "")  # so that what the configuration sets is taken back
    course = stock.open_course(CHECKOUT, tmp_path)
    (tmp_path / "solutions").symlink_to(CHECKOUT / "solutions")
    stock.generate(course, name)
    for number, changes in enumerate(CHANGED.values()):
        notebook = solved(name, task_5="def dense(X, W, b):\n    return X @ W\n")
        for change in changes:
            notebook = notebooks.changed(notebook, change)
        path = saved(course.notebook("submitted", f"s{number}", name).parent, notebook, name)
        outcome = stock.autograde(course, name, f"s{number}")
        assert outcome.failure is None, list(CHANGED)[number]
        judged = selfcheck.judge(path, 20)
        points = {}
        for each in outcome.scores:
            task = notebooks.part_of_task(each.cell)[0]
            points[task] = points.get(task, 0) + each.points
        assert {task.task: task.points for task in judged.tasks} == points, list(CHANGED)[number]


def test_validate_leaves_other_courses_and_what_is_graded_alone(monkeypatch):
    from dlcourse.grader import validation

    student = solved("01_perceptron")
    before = notebooks.copy(student)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    validation.put_hidden_checks_in(student)
    assert student == before
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("assert f(1) == 2")])
    validation.put_hidden_checks_in(other)
    assert other.cells[0].source == "assert f(1) == 2"
    validation.put_hidden_checks_in(student)
    assert [("hidden=True" in c.source) for c in student.cells].count(True) == 8
    for place, cell in enumerate(student.cells):
        validation.take_hidden_check_out(cell, place)
    assert student == before


def test_the_checkout_is_where_the_tests_think_it_is():
    assert Path(blueprint.__file__).is_relative_to(CHECKOUT)
