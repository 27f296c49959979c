import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import CheckCellMetadata, DeduplicateIds, OverwriteCells, OverwriteKernelspec
from nbgrader.utils import compute_checksum, is_grade

from dlcourse.grader.mends import DELETED, Restore, forget_copies, released_cells, restore
from dlcourse.grader.notebooks import grade_id, retyped

RELEASED = "# as released"
NAMES = ["task-1-solution", "task-1-hidden", "task-2-solution", "task-2-hidden"]


def cell(name):
    solution = name.endswith("solution")
    made = nbformat.v4.new_code_cell(f"# {name}")
    made.metadata["nbgrader"] = {
        "grade_id": name,
        "solution": solution,
        "grade": not solution,
        "locked": not solution,
        "task": False,
        "schema_version": 3,
        **({} if solution else {"points": 1}),
    }
    return made


def checksum(name):
    released = cell(name)
    released.source = RELEASED
    return compute_checksum(released)


@pytest.fixture(scope="module")
def resources(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('gradebook') / 'gradebook.db'}"
    with pytest.MonkeyPatch.context() as patch:
        import sysconfig

        patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=":")  # nbgrader starts alembic by name
        with Gradebook(url) as gradebook:
            gradebook.add_assignment("a")
            gradebook.add_notebook("n", "a")
            for name in NAMES:
                solution = name.endswith("solution")
                gradebook.add_source_cell(
                    name, "n", "a", cell_type="code", source=RELEASED, checksum=checksum(name), locked=not solution
                )
                if solution:
                    gradebook.add_solution_cell(name, "n", "a")
                else:
                    gradebook.add_grade_cell(name, "n", "a", max_score=1, cell_type="code")
    return {"nbgrader": {"db_url": url, "assignment": "a", "notebook": "n"}}


def names(notebook):
    return [grade_id(each) for each in notebook.cells]


def restored(notebook, resources):
    return Restore().preprocess(notebook, resources)[0]


def test_of_a_copied_cell_the_last_counts_and_the_others_are_ordinary_ones(resources):
    notebook = nbformat.v4.new_notebook(cells=[cell("task-1-hidden"), cell("task-1-hidden")])
    forget_copies(notebook)
    assert names(notebook) == ["", "task-1-hidden"]
    CheckCellMetadata().preprocess(notebook, {})


@pytest.mark.parametrize("marks", [None, [], "grade", {"grade_id": 5}, {"grade": True}])
def test_damaged_marks_are_forgotten(resources, marks):
    damaged = cell("task-1-hidden")
    damaged.metadata["nbgrader"] = marks
    notebook = restored(nbformat.v4.new_notebook(cells=[damaged]), resources)
    assert [grade_id(each) for each in notebook.cells if each.source == damaged.source] == [""]
    CheckCellMetadata().preprocess(notebook, {})


def test_marks_and_locked_texts_are_the_gradebooks_whatever_a_student_wrote(resources):
    answer, test = cell("task-1-solution"), cell("task-1-hidden")
    answer.metadata.nbgrader.update(grade=True, points=50, locked=True)
    test.metadata.nbgrader.update(points=1000, solution=True, locked=False)
    bonus = cell("bonus")
    cells = [answer, nbformat.v4.new_markdown_cell("text"), test, bonus]
    notebook = restored(nbformat.v4.new_notebook(cells=cells), resources)
    by_name = {grade_id(each): each for each in notebook.cells}
    assert by_name["task-1-solution"].source == "# task-1-solution"
    assert by_name["task-1-hidden"].source == RELEASED
    assert (by_name["task-1-hidden"].metadata.nbgrader.points, is_grade(by_name["task-1-solution"])) == (1, False)
    assert "bonus" not in by_name
    CheckCellMetadata().preprocess(notebook, {})


def test_a_cell_of_another_type_is_made_what_it_was(resources):
    test = retyped(cell("task-1-hidden"), "markdown")
    notebook = restored(nbformat.v4.new_notebook(cells=[test]), resources)
    assert {each.cell_type for each in notebook.cells} == {"code"}
    nbformat.validate(notebook)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (NAMES, NAMES),
        (["task-1-solution", "task-1-hidden"], NAMES),
        (["task-2-solution"], NAMES),
        (["task-1-hidden", "task-2-hidden"], NAMES),
        ([], NAMES),
    ],
)
def test_a_deleted_cell_is_put_back_in_its_place(resources, left, expected):
    notebook = nbformat.v4.new_notebook(cells=[cell(name) for name in left])
    restored(notebook, resources)
    assert names(notebook) == expected
    for each in notebook.cells:
        name = grade_id(each)
        answer = DELETED.format(name=name) if name not in left else f"# {name}"
        assert each.source == (answer if name.endswith("solution") else RELEASED)
    nbformat.validate(notebook)
    CheckCellMetadata().preprocess(notebook, {})


def test_cells_of_an_older_notebook_get_no_ids(resources):
    notebook = nbformat.v4.new_notebook(nbformat_minor=4)
    restored(notebook, resources)
    assert [each.get("id") for each in notebook.cells] == [None] * 4
    nbformat.validate(notebook)


def test_what_was_mended_is_told_and_the_kernel_is_the_released_one(resources):
    notebook = nbformat.v4.new_notebook(cells=[cell("task-1-solution"), *(cell("task-2-hidden") for _ in range(2))])
    with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
        known = released_cells(gradebook.find_notebook("n", "a"))
    assert restore(notebook, known, {"name": "python3"}) == [
        "the cell task-2-hidden was there more than once; the last one counts",
        "the cell task-2-solution was deleted; an empty one takes its place",
        "the cell task-1-hidden was deleted; it is put back",
    ]
    assert notebook.metadata.kernelspec == {"name": "python3"}


def test_an_ordinary_submission_is_what_nbgraders_own_steps_make_of_it(resources):
    def submission():
        cells = [nbformat.v4.new_markdown_cell("a", id="a"), *map(cell, NAMES), nbformat.v4.new_code_cell("1", id="b")]
        for number, each in enumerate(cells):
            each["id"] = f"c{number}"
        return nbformat.v4.new_notebook(cells=cells)

    ours, theirs = restored(submission(), resources), submission()
    for step in (DeduplicateIds, OverwriteKernelspec, OverwriteCells):
        theirs, _ = step().preprocess(theirs, resources)
    assert [(grade_id(one), one.source, one.cell_type) for one in ours.cells] == [
        (grade_id(one), one.source, one.cell_type) for one in theirs.cells
    ]
    for one, other in zip(ours.cells, theirs.cells, strict=True):
        assert {**one.metadata.get("nbgrader", {}), "cell_type": ""} == {
            **other.metadata.get("nbgrader", {}), "cell_type": "",
        }  # fmt: skip
