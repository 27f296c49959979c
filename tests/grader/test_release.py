import nbformat
from nbgrader.utils import compute_checksum

from dlcourse.grader import notebooks, release


def released(goal):
    stub = nbformat.v4.new_code_cell("raise NotImplementedError()", id="stub")
    stub.metadata["nbgrader"] = {"grade_id": "task-1-solution", "solution": True}
    stub.metadata.nbgrader["checksum"] = compute_checksum(stub)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(goal, id="goal"), stub])


def test_a_new_exercise_is_made_with_the_files_beside_it(tmp_path):
    new, exercise = tmp_path / "new" / "a.ipynb", tmp_path / "exercises" / "a" / "a.ipynb"
    notebooks.write(new, released("goal"))
    (new.parent / "data.csv").write_text("1,2")
    assert release.publish(new, exercise) == "made"
    assert exercise.read_bytes() == new.read_bytes()
    assert (exercise.parent / "data.csv").read_text() == "1,2"
    assert release.publish(new, exercise) == "unchanged"


def test_an_exercise_that_nobody_worked_in_is_replaced(tmp_path):
    new, exercise = tmp_path / "new" / "a.ipynb", tmp_path / "a.ipynb"
    notebooks.write(new, released("new goal"))
    notebooks.write(exercise, released("old goal"))
    assert release.publish(new, exercise) == "replaced by the new version"
    assert exercise.read_bytes() == new.read_bytes()


def test_an_exercise_that_someone_worked_in_is_left_alone(tmp_path):
    new, exercise = tmp_path / "new" / "a.ipynb", tmp_path / "a.ipynb"
    notebooks.write(new, released("new goal"))
    notebooks.write(exercise, notebooks.answered(released("old goal"), {1: "hours of work"}))
    before = exercise.read_bytes()
    assert release.publish(new, exercise).startswith("left as it is, because someone has worked in it")
    assert exercise.read_bytes() == before
