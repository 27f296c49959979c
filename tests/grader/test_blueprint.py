from pathlib import Path

import pytest
from nbgrader.utils import is_grade, is_locked

from dlcourse.checks.engine import MODULES
from dlcourse.grader import blueprint, notebooks
from dlcourse.grader.notebooks import Change, NotebookError, grade_id
from tests.grader.given import CHECKOUT, exercise, solved

LOSSES = "03_losses"


def bare(source):
    """Return code without comments and empty lines, which is what a kernel sees of it."""
    return [line for line in source.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("name", MODULES)
def test_a_test_cell_runs_what_it_runs_in_the_instructors_notebook(name):
    instructors = notebooks.read(CHECKOUT / "solutions" / name / f"{name}.ipynb")
    tests = {grade_id(c): bare(c.source) for c in instructors.cells if is_grade(c) and c.cell_type == "code"}
    assert tests
    assert {cell: bare(blueprint.check_source(name, cell)) for cell in tests} == tests


@pytest.mark.parametrize("name", MODULES)
def test_the_checks_know_the_points_and_the_order_of_all_test_cells(name):
    instructors = notebooks.read(CHECKOUT / "solutions" / name / f"{name}.ipynb")
    marks = [cell.metadata.nbgrader for cell in instructors.cells if is_grade(cell) and cell.cell_type == "code"]
    known = [cell.metadata.nbgrader for cell in blueprint.blueprint(name, None) if is_grade(cell)]
    assert [(mark.grade_id, mark.points) for mark in known] == [(mark.grade_id, mark.points) for mark in marks]


@pytest.mark.parametrize("cell", ["imports", "task-1-solution", "task-8-answer", "task-77-hidden", "task-9-visible"])
def test_other_cells_run_no_check_of_ours(cell):
    assert blueprint.check_source("01_perceptron", cell) is None


@pytest.mark.parametrize("name", MODULES)
def test_with_or_without_a_release_the_same_checks_are_run(name):
    student = solved(name)
    release = exercise(name)
    both = [blueprint.as_graded(student, name, given) for given in (release, None)]
    sources = [[(cell.cell_type, cell.source) for cell in graded.cells] for graded in both]
    assert sources[0] == sources[1]
    assert "hidden=True" in str(sources[0])


def test_an_assignment_is_known_by_its_checks_whatever_the_file_is_called():
    assert blueprint.assignment_of(exercise(LOSSES), Path("copy (2).ipynb")) == LOSSES


def test_an_assignment_without_a_single_check_left_is_known_by_its_name():
    notebook = exercise(LOSSES)
    for cell in notebook.cells:
        cell.source = "" if is_locked(cell) else cell.source
    assert blueprint.assignment_of(notebook, Path("03_losses (1).ipynb")) == LOSSES
    with pytest.raises(NotebookError, match=r"must be a notebook of 01_perceptron, .*; got one without a check"):
        blueprint.assignment_of(notebook, Path("copy.ipynb"))


def test_a_notebook_of_another_course_is_refused_with_what_it_checks():
    notebook = exercise(LOSSES)
    for cell in notebook.cells:
        cell.source = cell.source.replace(LOSSES, "42_magic")
    with pytest.raises(NotebookError, match="got one that checks 42_magic"):
        blueprint.assignment_of(notebook, Path("x.ipynb"))


def test_the_release_is_found_in_the_checkout_or_where_one_says(tmp_path):
    assert blueprint.find_release(LOSSES) == exercise(LOSSES)
    copy = tmp_path / "given.ipynb"
    notebooks.write(copy, exercise(LOSSES))
    assert blueprint.find_release(LOSSES, copy) == exercise(LOSSES)


def test_a_release_of_another_assignment_is_refused(tmp_path):
    copy = tmp_path / "given.ipynb"
    notebooks.write(copy, exercise("01_perceptron"))
    with pytest.raises(NotebookError, match=r"the release must be a notebook of 03_losses; .* is one of 01_perceptron"):
        blueprint.find_release(LOSSES, copy)


def test_without_a_checkout_there_is_no_release(monkeypatch, tmp_path):
    monkeypatch.setattr(blueprint, "CHECKOUT", tmp_path)
    assert blueprint.find_release(LOSSES) is None
    with pytest.raises(NotebookError, match="no such file"):
        blueprint.find_release(LOSSES, tmp_path / "none.ipynb")


@pytest.mark.parametrize("name", MODULES)
def test_a_students_notebook_is_of_this_release_whatever_was_written_into_it(name):
    student = notebooks.changed(solved(name), Change("replace", "task-1-visible", "print(1)"))
    for given in (exercise(name), None):
        assert blueprint.other_release(student, name, given) == []
        assert blueprint.other_release(blueprint.as_graded(student, name, given), name, given) == []
    instructors = notebooks.read(CHECKOUT / "solutions" / name / f"{name}.ipynb")
    autograded = notebooks.copy(student)
    for cell in autograded.cells:
        if grade_id(cell).endswith("-hidden"):  # as nbgrader puts them back: with another checksum
            cell.source = instructors.cells[notebooks.find(instructors, grade_id(cell))].source
            cell.metadata.nbgrader.checksum = "0" * 32
    assert blueprint.other_release(autograded, name, exercise(name)) == []


def test_cells_of_another_release_are_named():
    old = exercise(LOSSES)
    for changed in ("task-2-solution", "imports"):
        old.cells[notebooks.find(old, changed)].metadata.nbgrader.checksum = "0" * 32
    assert blueprint.other_release(old, LOSSES, exercise(LOSSES)) == ["imports", "task-2-solution"]
    assert blueprint.other_release(old, LOSSES, None) == []
    for changed in ("task-4-visible", "task-4-hidden"):
        old.cells[notebooks.find(old, changed)].metadata.nbgrader.points += 1
    assert blueprint.other_release(old, LOSSES, None) == ["task-4-visible", "task-4-hidden"]


def test_an_edited_deleted_copied_or_retyped_test_cell_is_graded_as_it_was_given_out():
    student = solved(LOSSES)
    plain = blueprint.as_graded(student, LOSSES, exercise(LOSSES))
    student = notebooks.changed(student, Change("replace", "task-1-visible", "print(1)"))
    student = notebooks.changed(student, Change("delete", "task-2-hidden"))
    place = notebooks.find(student, "task-3-hidden")
    student.cells[place] = notebooks.retyped(student.cells[place], "markdown")
    graded = blueprint.as_graded(student, LOSSES, exercise(LOSSES))
    assert [(c.cell_type, c.source) for c in graded.cells] == [(c.cell_type, c.source) for c in plain.cells]
    copied = notebooks.changed(student, Change("duplicate", "task-4-hidden"))
    graded = blueprint.as_graded(copied, LOSSES, exercise(LOSSES))
    assert [grade_id(cell) for cell in graded.cells].count("task-4-hidden") == 1
    assert len(graded.cells) == len(plain.cells) + 1


def test_a_notebook_of_an_older_format_gets_its_cells_back_too():
    student = notebooks.changed(solved(LOSSES), Change("delete", "task-2-hidden"))
    student["nbformat_minor"] = 4
    for cell in student.cells:
        del cell["id"]
    graded = blueprint.as_graded(student, LOSSES, exercise(LOSSES))
    assert "id" not in graded.cells[notebooks.find(graded, "task-2-hidden")]


def test_damaged_marks_are_named():
    student = solved(LOSSES)
    student.cells[notebooks.find(student, "task-2-solution")].metadata.nbgrader.pop("locked")
    with pytest.raises(NotebookError, match=r"marks in the notebook are damaged.*dlcourse doctor"):
        blueprint.as_graded(student, LOSSES, None)


def test_a_students_notebook_is_left_as_it_is():
    student = notebooks.changed(solved(LOSSES), Change("duplicate", "task-4-hidden"))
    before = notebooks.copy(student)
    blueprint.as_graded(student, LOSSES, exercise(LOSSES))
    assert student == before
