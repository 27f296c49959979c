import nbformat
import pytest
from nbgrader.utils import compute_checksum

from dlcourse.grader import reasons
from dlcourse.grader.mends import DELETED
from dlcourse.grader.reasons import TaskResult
from dlcourse.grader.stock import Score

MESSAGE = "f(1) is not right yet (task 1).\nExpected: 2\nGot:      3\nLikely:   add, do not multiply.\nSee:      (1.1)"


def error(name, text=""):
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[])


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def notebook(answer=(), visible=(), hidden=(), source="def f(x): return x"):
    cells = []
    for part, outputs in (("solution", answer), ("visible", visible), ("hidden", hidden)):
        cell = nbformat.v4.new_code_cell(source if part == "solution" else "check", outputs=list(outputs))
        cell.metadata["nbgrader"] = {
            "grade_id": f"task-1-{part}",
            "solution": part == "solution",
            "checksum": "of stub",
        }
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def why(made, visible=0.0, hidden=0.0):
    (result,) = reasons.tasks(made, [Score("task-1-visible", visible, 4), Score("task-1-hidden", hidden, 7)], 15)
    assert (result.points, result.max_points) == (visible + hidden, 11)
    return result.why


def test_full_points_need_no_reason():
    assert why(notebook(answer=[error("NameError", "late")]), 4, 7) == ""


def test_the_likely_line_of_a_failed_check_is_the_reason():
    assert why(notebook(hidden=[error("CheckFailed", MESSAGE)]), visible=4) == "add, do not multiply."


def test_a_failed_check_without_a_likely_line_gives_its_first_line():
    assert why(notebook(visible=[error("CheckFailed", "answers is not defined\nmore")])) == "answers is not defined"


def test_only_cells_that_lost_points_are_asked():
    made = notebook(visible=[error("CheckFailed", "Likely: one")], hidden=[error("CheckFailed", "Likely: two")])
    assert why(made, visible=4) == "two"
    assert why(made, hidden=7) == "one"


def test_an_untouched_answer_was_not_attempted():
    made = notebook(answer=[error("NotImplementedError")], visible=[error("CheckFailed", MESSAGE)])
    made.cells[0].metadata.nbgrader["checksum"] = compute_checksum(made.cells[0])
    assert why(made) == "not attempted"


def test_a_deleted_answer_is_named():
    assert why(notebook(source=DELETED.format(name="task-1-solution"))) == "the answer's cell was deleted"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("SyntaxError", "expected ':' (3047.py, line 5)", "syntax error in line 5"),
        ("IndentationError", "unexpected indent (3047.py, line 12)", "syntax error in line 12"),
        ("SyntaxError", "source code cannot contain null bytes", "syntax error: source code cannot contain null bytes"),
        (
            "NameError",
            "name 'npp' is\nnot defined",
            "the answer's cell stopped with NameError: name 'npp' is not defined",
        ),
        ("ValueError", "\x1b[0;31mred\x1b[0m", "the answer's cell stopped with ValueError: red"),
    ],
)
def test_an_answer_that_does_not_run_says_why(name, text, expected):
    made = notebook(answer=[error(name, text)], visible=[error("CheckFailed", MESSAGE)])
    assert why(made) == expected


def test_a_cell_that_ran_too_long_says_how_long_it_could():
    made = notebook(answer=[error("KeyboardInterrupt"), error("CellTimeoutError")])
    assert why(made) == "the answer's cell ran longer than 15 s"
    assert why(notebook(hidden=[error("CellTimeoutError")])) == "the check's cell ran longer than 15 s"


def test_writing_to_stderr_is_a_reason_because_nbgrader_makes_it_one():
    assert why(notebook(visible=[stream("hm", "stderr")])).startswith("something was written to stderr")


def test_a_quiz_tells_how_many_were_right():
    printed = "All 8 statements are answered.\n6 right, 2 wrong: 2 of 4 points.\nStatement 2 is not as you think."
    assert why(notebook(hidden=[stream(printed)]), 4, 2) == "6 right, 2 wrong: 2 of 4 points."


def test_remarks_are_kept_beside_the_points_each_once():
    printed = "Remark for your instructor: it uses exec.\nTask 2, visible checks passed: 1 points.\n"
    made = notebook(visible=[stream(printed)], hidden=[stream(printed)])
    (result,) = reasons.tasks(made, [Score("task-1-visible", 1, 1), Score("task-1-hidden", 1, 1)], 15)
    assert result == TaskResult(1, 2, 2, "", "it uses exec.")


def test_a_remark_is_not_the_reason_for_lost_points():
    printed = "Remark for your instructor: it uses exec.\n6 right, 2 wrong: 2 of 4 points.\n"
    assert why(notebook(hidden=[stream(printed)]), 4, 2) == "6 right, 2 wrong: 2 of 4 points."


@pytest.mark.parametrize(
    ("checksum", "points", "expected"),
    [("another", None, "a person reads this answer, in formgrader"), ("another", 2, ""), (None, 0, "not attempted")],
)
def test_a_written_answer_waits_for_a_person_unless_it_is_untouched(checksum, points, expected):
    cell = nbformat.v4.new_markdown_cell("Because.")
    cell.metadata["nbgrader"] = {"grade_id": "task-8-answer", "solution": True, "grade": True, "points": 6}
    cell.metadata.nbgrader["checksum"] = checksum or compute_checksum(cell)
    score = Score("task-8-answer", points, 6, written=True)
    (result,) = reasons.tasks(nbformat.v4.new_notebook(cells=[cell]), [score], 15)
    assert result == TaskResult(8, points or 0, 6, expected, by_hand=6)


def test_without_any_sign_the_table_says_so():
    assert why(notebook()) == "no reason is recorded"


def test_tasks_come_in_the_order_of_their_numbers():
    scores = [Score("task-10-hidden", 1, 1), Score("task-2-hidden", 2, 2), Score("other", 3, 3)]
    results = reasons.tasks(nbformat.v4.new_notebook(), scores, 15)
    assert results == [TaskResult(0, 3, 3, ""), TaskResult(2, 2, 2, ""), TaskResult(10, 1, 1, "")]
