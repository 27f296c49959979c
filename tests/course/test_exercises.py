"""The committed exercises are what nbgrader makes of the solutions, and give nothing away."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

CHECKOUT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.parent.name for path in (CHECKOUT / "solutions").glob("*/*.ipynb"))
GENERATE = """
import sys
from pathlib import Path
from dlcourse.grader import stock
course = stock.open_course(Path(sys.argv[1]), Path(sys.argv[2]))
for assignment in sys.argv[3:]:
    stock.generate(course, assignment)
"""
MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN", "hidden=True", "quiz_points(")


def committed(assignment, kind="exercises"):
    return CHECKOUT / kind / assignment / f"{assignment}.ipynb"


def hidden_lines(source):
    """Return the lines that a student must not see: between the marks of solutions and hidden tests."""
    regions = re.findall(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", source, re.DOTALL)
    return {line.strip() for region in regions for line in region.splitlines() if line.strip()}


def leaks(solution, exercise):
    """Return hidden lines of a solution notebook that stand in a code cell of the exercise."""
    secret = {line for cell in solution.cells if cell.cell_type == "code" for line in hidden_lines(cell.source)}
    shown = {line.strip() for cell in exercise.cells if cell.cell_type == "code" for line in cell.source.splitlines()}
    return sorted(secret & shown)


def points(notebook):
    return sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells)


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    root = tmp_path_factory.mktemp("generated")
    shutil.copytree(CHECKOUT / "solutions", root / "solutions")
    command = [sys.executable, "-c", GENERATE, str(CHECKOUT), str(root), *ASSIGNMENTS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)  # noqa: S603 - our own interpreter
    assert done.returncode == 0, done.stderr
    return root / "exercises"


def test_there_are_assignments():
    assert ASSIGNMENTS


@pytest.mark.nbgrader
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_exercises_are_generated_from_the_solutions(generated, assignment):
    made = (generated / assignment / f"{assignment}.ipynb").read_bytes()
    assert made == committed(assignment).read_bytes(), (
        f"exercises/{assignment} is not what nbgrader makes of solutions/{assignment}: "
        f"run nbgrader generate_assignment {assignment}, or make course, and commit the result"
    )


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_an_exercise_shows_no_solution_and_no_hidden_test(assignment):
    exercise = read(committed(assignment))
    assert leaks(read(committed(assignment, "solutions")), exercise) == []
    code = "\n".join(cell.source for cell in exercise.cells if cell.cell_type == "code")
    assert [mark for mark in MARKS if mark in code] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_solution_cell_of_an_exercise_is_empty(assignment):
    stubs = [c for c in read(committed(assignment)).cells if c.metadata.get("nbgrader", {}).get("solution")]
    assert stubs
    empty = {"code": "raise NotImplementedError()", "markdown": "YOUR ANSWER HERE"}
    assert [c.metadata.nbgrader.grade_id for c in stubs if empty[c.cell_type] not in c.source] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("kind", ["solutions", "exercises"])
def test_points_of_an_assignment_add_up_to_100(kind, assignment):
    assert points(read(committed(assignment, kind))) == 100


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("kind", ["solutions", "exercises"])
def test_notebooks_name_the_kernel_that_every_environment_has(kind, assignment):
    assert json.loads(committed(assignment, kind).read_bytes())["metadata"]["kernelspec"]["name"] == "python3"


def test_a_leaked_line_is_noticed():
    solution = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION")]
    )
    clean = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def f(x):\n    raise NotImplementedError()")])
    leaky = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("# for example\n  return 2 * x")])
    assert leaks(solution, clean) == []
    assert leaks(solution, leaky) == ["return 2 * x"]
