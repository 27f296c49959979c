import stat

import nbformat
import pytest

from dlcourse.grader import notebooks
from dlcourse.grader.notebooks import Change, NotebookError


def cell(source, grade_id=None, **metadata):
    made = nbformat.v4.new_code_cell(source)
    if grade_id:
        made.metadata["nbgrader"] = {
            "grade_id": grade_id,
            "grade": False,
            "solution": False,
            "locked": False,
            **metadata,
        }
    return made


@pytest.fixture
def released():
    return nbformat.v4.new_notebook(
        cells=[
            cell("import numpy"),
            cell("raise NotImplementedError()", "task-1-solution", solution=True),
            cell("check(1)", "task-1-visible", grade=True, points=1),
            cell("raise NotImplementedError()", "task-2-solution", solution=True),
        ]
    )


def sources(notebook):
    return [each.source for each in notebook.cells]


def test_answers_go_into_their_solution_cells(released):
    answered = notebooks.answered(released, {2: "two = 2"})
    assert sources(answered) == ["import numpy", "raise NotImplementedError()", "check(1)", "two = 2"]


def test_answering_leaves_the_released_notebook_as_it_is(released):
    before = nbformat.writes(released)
    notebooks.answered(released, {1: "one = 1"})
    notebooks.changed(released, Change("delete", "task-1-visible"))
    assert nbformat.writes(released) == before


def test_an_answer_to_a_task_that_is_not_there_is_refused(released):
    with pytest.raises(NotebookError, match=r"cell must be one of task-1-solution, .*; got 'task-7-solution'"):
        notebooks.answered(released, {7: ""})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            Change("delete", "task-1-visible"),
            ["import numpy", "raise NotImplementedError()", "raise NotImplementedError()"],
        ),
        (Change("replace", "task-1-solution", "x"), ["import numpy", "x", "check(1)", "raise NotImplementedError()"]),
        (
            Change("insert", "task-1-solution", "x"),
            ["import numpy", "raise NotImplementedError()", "x", "check(1)", "raise NotImplementedError()"],
        ),
        (
            Change("duplicate", "task-1-visible"),
            ["import numpy", "raise NotImplementedError()", "check(1)", "check(1)", "raise NotImplementedError()"],
        ),
    ],
)
def test_changes_happen_to_the_named_cell(released, change, expected):
    changed = notebooks.changed(released, change)
    assert sources(changed) == expected
    nbformat.validate(changed)


def test_a_copied_cell_keeps_its_grade_id(released):
    changed = notebooks.changed(released, Change("duplicate", "task-1-visible"))
    assert [notebooks.grade_id(each) for each in changed.cells].count("task-1-visible") == 2


def test_an_unknown_change_is_refused(released):
    with pytest.raises(NotebookError, match="must delete, duplicate, replace or insert; got 'paint'"):
        notebooks.changed(released, Change("paint", "task-1-visible"))


def test_solutions_come_without_the_marks_that_hide_them():
    function = "def {}(x):\n    ### BEGIN SOLUTION\n    return {}\n    ### END SOLUTION"
    source = "\n\n\n".join((function.format("f", "2 * x"), function.format("g", "x")))
    notebook = nbformat.v4.new_notebook(cells=[cell(source, "task-4-solution"), cell("check(4)", "task-4-visible")])
    assert notebooks.solutions(notebook) == {4: "def f(x):\n    return 2 * x\n\n\ndef g(x):\n    return x\n"}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("task-12-hidden", (12, "hidden")),
        ("task-8-answer", (8, "answer")),
        ("imports", None),
        ("task-1-hidden-2", None),
        ("", None),
    ],
)
def test_grade_ids_are_taken_apart(name, part):
    assert notebooks.part_of_task(name) == part


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(NotebookError, match=r"a notebook was expected at .*none\.ipynb; there is no such file"):
        notebooks.read(tmp_path / "none.ipynb")


@pytest.mark.parametrize("text", ["", '{"cells": [', "[]", '"a word"', "{}"])
def test_a_file_that_is_no_notebook_is_named(tmp_path, text):
    path = tmp_path / "torn.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookError, match=r"torn\.ipynb must be a notebook; reading it gave:"):
        notebooks.read(path)


def test_writing_and_reading_give_the_same_notebook(tmp_path, released):
    path = tmp_path / "a" / "b.ipynb"
    notebooks.write(path, released)
    assert notebooks.read(path) == released
    assert path.read_text(encoding="utf-8").endswith("}\n")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        notebooks.write_text(path, "new \ud800")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["grades.csv"]


def test_a_written_file_has_the_permissions_of_any_other(tmp_path):
    (tmp_path / "plain").write_text("")
    notebooks.write_text(tmp_path / "whole", "")
    assert stat.filemode((tmp_path / "whole").stat().st_mode) == stat.filemode((tmp_path / "plain").stat().st_mode)


def test_work_in_a_notebook_is_noticed(released):
    from nbgrader.utils import compute_checksum

    for each in released.cells[1:]:
        each.metadata.nbgrader["checksum"] = compute_checksum(each)
    assert not notebooks.has_answers(released)
    assert notebooks.has_answers(notebooks.answered(released, {1: "one = 1"}))
    released.cells[0].outputs = [nbformat.v4.new_output("stream", text="ran")]
    assert notebooks.has_answers(released)
