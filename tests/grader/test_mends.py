import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import CheckCellMetadata, DeduplicateIds

from dlcourse.grader.mends import DELETED, SANITIZERS, ForgetCopies, KeepPlaces
from dlcourse.grader.notebooks import grade_id

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
                    name, "n", "a", cell_type="code", source="", checksum="c" * 32, locked=not solution
                )
                if solution:
                    gradebook.add_solution_cell(name, "n", "a")
                else:
                    gradebook.add_grade_cell(name, "n", "a", max_score=1, cell_type="code")
    return {"nbgrader": {"db_url": url, "assignment": "a", "notebook": "n"}}


def names(notebook):
    return [grade_id(each) for each in notebook.cells]


def test_a_copied_cell_no_longer_passes_for_an_outdated_notebook():
    notebook = nbformat.v4.new_notebook(cells=[cell("task-1-hidden"), cell("task-1-hidden")])
    DeduplicateIds().preprocess(notebook, {})
    assert {} in [each.metadata.get("nbgrader") for each in notebook.cells]
    ForgetCopies().preprocess(notebook, {})
    CheckCellMetadata().preprocess(notebook, {})
    assert names(notebook) == ["", "task-1-hidden"]


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (NAMES, NAMES),
        (["task-1-solution", "task-1-hidden"], ["task-1-solution", "task-1-hidden", "task-2-solution"]),
        (["task-2-solution"], ["task-1-solution", "task-2-solution"]),
        (["task-1-hidden", "task-2-hidden"], ["task-1-solution", "task-1-hidden", "task-2-solution", "task-2-hidden"]),
        ([], ["task-1-solution", "task-2-solution"]),
    ],
)
def test_a_deleted_solution_cell_keeps_its_place(resources, left, expected):
    notebook = nbformat.v4.new_notebook(cells=[cell(name) for name in left])
    KeepPlaces().preprocess(notebook, resources)
    assert names(notebook) == expected
    for each in notebook.cells:
        deleted = grade_id(each) not in left
        assert each.source == (DELETED if deleted else "# {name}").format(name=grade_id(each))
    nbformat.validate(notebook)
    CheckCellMetadata().preprocess(notebook, {})


def test_cells_of_an_older_notebook_get_no_ids(resources):
    notebook = nbformat.v4.new_notebook(nbformat_minor=4)
    KeepPlaces().preprocess(notebook, resources)
    assert [each.get("id") for each in notebook.cells] == [None, None]
    nbformat.validate(notebook)


def test_the_mends_stand_before_what_would_stumble():
    order = [each.__name__ for each in SANITIZERS]
    assert order.index("DeduplicateIds") < order.index("ForgetCopies") < order.index("CheckCellMetadata")
    assert order.index("KeepPlaces") < order.index("OverwriteCells")


def test_all_of_nbgraders_own_sanitizers_are_kept_in_their_order():
    from nbgrader.converters import Autograde

    own = Autograde.sanitize_preprocessors.default()
    assert [each for each in SANITIZERS if each in own] == own
