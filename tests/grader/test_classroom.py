import nbformat
import pytest

from dlcourse.grader import classroom
from dlcourse.grader.classroom import ClassError, Student
from dlcourse.grader.notebooks import Change


@pytest.fixture
def released():
    cells = []
    for task in (1, 2):
        cells.append(nbformat.v4.new_code_cell("raise NotImplementedError()"))
        cells[-1].metadata["nbgrader"] = {"grade_id": f"task-{task}-solution"}
    return nbformat.v4.new_notebook(cells=cells)


def write_class(folder, text, **answers):
    (folder / "class.toml").write_text(text, encoding="utf-8")
    for name, source in answers.items():
        (folder / name).mkdir()
        (folder / name / "answers.py").write_text(source, encoding="utf-8")
    return folder


def test_answer_files_are_split_at_their_task_lines():
    text = "# for readers\n\n# task 1\nx = 1\n# not a task\n\n\n# task 12\n\ny = 2\n"
    assert classroom.parse_answers(text) == {1: "x = 1\n# not a task", 12: "y = 2"}


def test_a_class_is_read_in_its_order(tmp_path):
    text = '[zoe]\nabout = "late"\npoints = 3.5\nwhy = "axis"\n[ann]\nrest = "solution"\nfailure = "kernel"\n'
    zoe, ann = classroom.load(write_class(tmp_path, text, zoe="# task 2\nx = 1\n"))
    assert zoe == Student("zoe", "late", {2: "x = 1"}, points=3.5, why="axis")
    assert ann == Student("ann", "", {}, rest="solution", failure="kernel")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[ann]\npoinst = 1\n", r"\[ann\] in .*class\.toml may have the keys about, .*; got poinst"),
        ('[ann]\npoints = 1\nfailure = "x"\n', r"\[ann\] .* must have points and why, or failure; got both"),
        ('[ann]\nrest = "some"\n', r"\[ann\] .*: rest must be \"solution\" or \"nothing\"; got 'some'"),
        ("[ann", r"class\.toml must be TOML; reading it gave:"),
    ],
)
def test_a_class_that_is_not_written_as_it_should_be_is_refused(tmp_path, text, message):
    with pytest.raises(ClassError, match=message):
        classroom.load(write_class(tmp_path, text))


def test_a_folder_that_no_entry_names_is_refused(tmp_path):
    with pytest.raises(ClassError, match=r"every folder .* needs an entry in class\.toml; these have none: bob"):
        classroom.load(write_class(tmp_path, "[ann]\n", ann="", bob=""))


def test_folders_of_tools_are_no_students(tmp_path):
    for name in (".ruff_cache", "__pycache__"):
        (tmp_path / name).mkdir()
    assert [student.name for student in classroom.load(write_class(tmp_path, "[ann]\n", ann=""))] == ["ann"]


def test_a_class_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(ClassError, match=r"a class needs .*class\.toml; there is no such file"):
        classroom.load(tmp_path)


def test_own_answers_come_before_the_solutions(released):
    student = Student("ann", "", {1: "mine"}, rest="solution")
    made = classroom.submission(student, released, {1: "theirs", 2: "theirs"})
    assert [cell.source for cell in made.cells] == ["mine", "theirs"]


def test_the_rest_may_stay_unanswered(released):
    made = classroom.submission(Student("ann", "", {1: "mine"}), released, {1: "theirs", 2: "theirs"})
    assert [cell.source for cell in made.cells] == ["mine", "raise NotImplementedError()"]


def test_changes_come_after_the_answers(released):
    student = Student("ann", "", {1: "mine"}, changes=(Change("insert", "task-1-solution", "more"),))
    made = classroom.submission(student, released, {})
    assert [cell.source for cell in made.cells] == ["mine", "more", "raise NotImplementedError()"]


def test_a_submission_lies_where_nbgrader_looks(tmp_path, released):
    path = classroom.submit(Student("ann", "", {}), released, {}, tmp_path, "a1")
    assert path == tmp_path / "ann" / "a1" / "a1.ipynb"
    assert nbformat.read(path, as_version=4) == released


def test_a_submission_may_be_torn_and_have_the_wrong_name(tmp_path, released):
    student = Student("ann", "", {}, submit_as="mine.ipynb", truncate=20)
    path = classroom.submit(student, released, {}, tmp_path, "a1")
    assert path.name == "mine.ipynb"
    assert len(path.read_text(encoding="utf-8")) == 20
