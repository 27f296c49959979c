"""nbgrader's marks: every harm is found, and mended without touching what is the student's."""

import random

import pytest

from dlcourse.checks.engine import MODULES
from dlcourse.grader import marks, notebooks
from dlcourse.grader.notebooks import Change, grade_id
from tests.grader.given import exercise, solved

LOSSES = "03_losses"


@pytest.fixture(scope="module")
def release():
    return exercise(LOSSES)


@pytest.fixture
def student():
    return solved(LOSSES)


def own_sources(notebook, release):
    """Return, in order, the sources of all cells that do not belong to the course."""
    locked = {cell.source for cell in release.cells if grade_id(cell) and not cell.metadata.nbgrader.solution}
    return [cell.source for cell in notebook.cells if cell.source not in locked]


def names(notebook):
    return [grade_id(cell) for cell in notebook.cells if grade_id(cell)]


def found(notebook, release):
    return [(each.kind, each.cell, each.task) for each in marks.findings(notebook, release)]


def assert_mended(notebook, release):
    """Check that everything fixable is gone after the mending, and all of the student's is there."""
    before = notebooks.copy(notebook)
    mended = marks.restored(notebook, release)
    assert notebook == before
    assert [each for each in marks.findings(mended, release) if each.fixable] == []
    rest = iter(own_sources(mended, release))
    assert all(source in rest for source in own_sources(notebook, release))
    return mended


@pytest.mark.parametrize("name", MODULES)
def test_an_answered_notebook_is_healthy_and_mending_changes_nothing(name):
    assert marks.findings(solved(name), exercise(name)) == []
    assert marks.restored(solved(name), exercise(name)) == solved(name)


def test_cells_of_the_students_own_are_healthy(student, release):
    for place in ("imports", "task-3-solution", "task-3-visible", "task-9-hidden"):
        student = notebooks.changed(student, Change("insert", place, f"print({place!r})"))
    assert marks.findings(student, release) == []
    assert marks.restored(student, release) == student


@pytest.mark.parametrize(("cell", "task"), [("task-3-hidden", 3), ("task-3-solution", 3), ("animals", None)])
def test_a_copied_cell_is_found_and_only_the_last_one_counts(student, release, cell, task):
    place = notebooks.find(student, cell)
    copied = notebooks.changed(student, Change("duplicate", cell))
    copied.cells[place].source += "\n# the first"
    assert found(copied, release) == [("copied", place + 1, task)]
    mended = assert_mended(copied, release)
    assert names(mended) == names(release)
    assert notebooks.find(mended, cell) == place + 1
    assert mended.cells[place].source.endswith("# the first")
    assert not {"nbgrader", "deletable", "editable"} & set(mended.cells[place].metadata)


@pytest.mark.parametrize("cell", names(exercise(LOSSES)))
def test_a_deleted_cell_comes_back_where_it_was(student, release, cell):
    harmed = notebooks.changed(student, Change("delete", cell))
    part = notebooks.part_of_task(cell)
    assert found(harmed, release) == [("deleted", None, part[0] if part else None)]
    mended = assert_mended(harmed, release)
    assert names(mended) == names(release)
    assert mended.cells[notebooks.find(mended, cell)] == release.cells[notebooks.find(release, cell)]
    assert [each.get("id") for each in mended.cells] == [each.get("id") for each in release.cells]


def test_a_deleted_task_comes_back_whole(student, release):
    for cell in ("task-7-solution", "task-7-visible", "task-7-hidden", "animals"):
        student = notebooks.changed(student, Change("delete", cell))
    assert [each[0] for each in found(student, release)] == ["deleted"] * 4
    assert names(assert_mended(student, release)) == names(release)


def test_the_place_of_a_deleted_answer_comes_back_without_a_stub_that_would_undo_an_answer_elsewhere(student, release):
    answer = student.cells[notebooks.find(student, "task-2-solution")].source
    harmed = notebooks.changed(student, Change("delete", "task-2-solution"))
    harmed = notebooks.changed(harmed, Change("insert", "imports", answer))
    mended = assert_mended(harmed, release)
    assert "NotImplementedError" not in mended.cells[notebooks.find(mended, "task-2-solution")].source
    assert names(mended) == names(release)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("task-4-visible", "markdown"),
        ("task-4-visible", "raw"),
        ("task-4-solution", "markdown"),
        ("task-4-solution", "raw"),
        ("task-8-answer", "code"),
        ("task-8-answer", "raw"),
    ],
)
def test_a_retyped_cell_is_found_and_retyped_back(student, release, cell, kind):
    place = notebooks.find(student, cell)
    before = notebooks.copy(student)
    student.cells[place]["cell_type"] = kind
    ((what, number, _),) = found(student, release)
    assert (what, number) == ("retyped", place + 1)
    assert assert_mended(student, release).cells[place].source == before.cells[place].source


def test_an_edited_locked_cell_is_found_and_gets_its_text_back(student, release):
    for cell in ("task-1-visible", "imports"):
        student = notebooks.changed(student, Change("replace", cell, "print('all right')"))
    student.cells[1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "all right"}]
    assert found(student, release) == [("edited", 2, None), ("edited", 5, 1)]
    mended = marks.restored(student, release)
    assert mended == solved(LOSSES)
    assert mended.cells[1].outputs == []


def test_a_changed_mark_is_found_and_put_back(student, release):
    student.cells[4].metadata.nbgrader.points = 40
    student.cells[3].metadata.nbgrader.grade = True
    assert found(student, release) == [("mark", 4, 1), ("mark", 5, 1)]
    assert "(points)" in marks.findings(student, release)[1].what
    assert assert_mended(student, release).cells[4].metadata.nbgrader.points == 4


def test_a_lost_mark_is_known_by_the_cells_own_id(student, release):
    for place in (3, 4):
        student.cells[place].metadata = {}
    assert found(student, release) == [("unmarked", 4, 1), ("unmarked", 5, 1)]
    assert assert_mended(student, release) == solved(LOSSES)


def test_a_mark_from_elsewhere_is_found_and_taken_off(student, release):
    student = notebooks.changed(student, Change("insert", "task-2-hidden", "print(1)"))
    place = notebooks.find(student, "task-2-hidden") + 1
    student.cells[place].metadata["nbgrader"] = {"grade_id": "task-77-hidden", "grade": True, "points": 50}
    assert found(student, release) == [("stray", place + 1, 77)]
    assert grade_id(assert_mended(student, release).cells[place]) == ""


def test_a_cell_of_another_release_is_found_and_brought_up_to_date(student, release):
    for cell in ("task-4-visible", "task-4-solution"):
        student.cells[notebooks.find(student, cell)].metadata.nbgrader.checksum = "0" * 32
    assert [each[0] for each in found(student, release)] == ["release", "release"]
    assert "Compare the text of the task" in marks.findings(student, release)[0].mend
    assert assert_mended(student, release) == solved(LOSSES)


@pytest.mark.parametrize(
    ("cell", "to"),
    [
        ("task-3-visible", "task-3-solution"),  # a test above its answer
        ("task-3-hidden", "imports"),
        ("task-1-hidden", "task-9-hidden"),
        ("imports", "task-5-solution"),
        ("animals", "task-9-solution"),
        ("task-2-hidden", "task-2-visible"),
    ],
)
def test_a_moved_locked_cell_is_found_and_brought_back(student, release, cell, to):
    moved = notebooks.copy(student)
    taken = moved.cells.pop(notebooks.find(moved, cell))
    moved.cells.insert(notebooks.find(moved, to), taken)
    ((kind, _, _),) = found(moved, release)
    assert kind == "moved"
    assert names(assert_mended(moved, release)) == names(release)


def test_a_moved_answer_is_found_and_its_checks_follow_it(student, release):
    answer = student.cells.pop(notebooks.find(student, "task-2-solution"))
    student.cells.insert(notebooks.find(student, "task-5-hidden") + 1, answer)
    (first, *tests) = sorted(marks.findings(student, release), key=lambda each: each.fixable)
    assert (first.kind, first.fixable) == ("moved", False)
    assert [(each.kind, each.fixable) for each in tests] == [("moved", True)] * 2
    mended = assert_mended(student, release)
    place = notebooks.find(mended, "task-2-solution")
    assert names(mended)[names(mended).index("task-2-solution") :][:3] == [
        "task-2-solution",
        "task-2-visible",
        "task-2-hidden",
    ]
    assert mended.cells[place].source == answer.source


def test_a_notebook_of_an_older_format_is_mended_without_ids(student, release):
    student["nbformat_minor"] = 4
    for cell in student.cells:
        del cell["id"]
    harmed = notebooks.changed(student, Change("delete", "animals"))
    mended = assert_mended(harmed, release)
    assert not any("id" in cell for cell in mended.cells)
    assert names(mended) == names(release)


def harm(notebook, rng):
    """Do something to a random cell."""
    place = rng.randrange(len(notebook.cells))
    match rng.choice(["move", "move", "delete", "copy", "retype", "strip"]):
        case "move":
            notebook.cells.insert(rng.randrange(len(notebook.cells)), notebook.cells.pop(place))
        case "delete":
            del notebook.cells[place]
        case "copy":
            twin = notebooks.copy(notebook.cells[place])
            twin["id"] = f"copy-{rng.random()}"
            notebook.cells.insert(rng.randrange(len(notebook.cells)), twin)
        case "retype":
            notebook.cells[place] = notebooks.retyped(notebook.cells[place], rng.choice(["code", "markdown"]))
        case "strip":
            notebook.cells[place].metadata.pop("nbgrader", None)


@pytest.mark.parametrize("name", MODULES)
def test_whatever_happened_to_the_cells_mending_leaves_nothing_to_mend_and_nothing_lost(name):
    rng = random.Random(0)  # noqa: S311 - no secret depends on it
    for _ in range(40):
        harmed = solved(name)
        for _ in range(rng.randint(1, 6)):
            harm(harmed, rng)
        assert_mended(harmed, exercise(name))
