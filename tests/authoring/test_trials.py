"""A check cell is scored as nbgrader scores it, and a notebook is taken apart into tasks."""

from pathlib import Path

import nbformat
import pytest

from dlcourse.authoring import trials
from dlcourse.authoring.answers import Answer, read
from dlcourse.authoring.trials import Cell, Heard, hear
from dlcourse.grader import notebooks

CHECKOUT = Path(__file__).parents[2]


def code(source, name="", **graded):
    cell = nbformat.v4.new_code_cell(source)
    if name:
        cell.metadata["nbgrader"] = {"grade_id": name, **graded}
    return cell


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


DOUBLE = notebook(
    code("import math"),
    code("def double(x):\n    return math.prod([2, x])", "task-1-solution", solution=True),
    code("assert double(2) == 4", "task-1-visible", grade=True, points=1),
    code("assert double(3) == 6", "task-1-hidden", grade=True, points=2),
    code("half = 0.5"),
    code("def quarter(x):\n    return double(half * half * x) / 2", "task-2-solution", solution=True),
    code("assert quarter(4) == 1\n3", "task-2-hidden", grade=True, points=3),
    code("'an essay'", "task-3-solution", solution=True, grade=True, points=4),
)


def answer(folder, text, name="wrong_it"):
    path = folder / "01_perceptron" / "task-1" / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return read(path)


@pytest.mark.parametrize(
    ("source", "points", "full"),
    [
        ("pass", 4, True),
        ("None", 4, True),
        ("True", 4, True),
        ("1.5", 1.5, False),
        ("2 + 2", 4, True),
        ("assert False", 0, False),
        ("raise SystemExit", 0, False),
        ("this is no Python", 0, False),
    ],
)
def test_a_cell_gives_what_nbgrader_would_give(source, points, full):
    heard = hear(Cell(source, 4), {})
    assert (heard.points, heard.full) == (points, full)


def test_a_cell_that_does_not_end_is_stopped():
    assert "stopped after 0.2 seconds" in hear(Cell("while True: pass", 4), {}, seconds=0.2).message


def test_a_failed_check_says_which_mistake_it_heard():
    check = 'import dlcourse.checks\ndlcourse.checks.check("01_perceptron", 1, globals(), hidden=True)'
    heard = hear(Cell(check, 7), {"perceptron_predict": lambda X, w, b: (X @ w + b >= 0).astype(int)})
    assert heard.mistake == "fires_at_zero"
    assert "Likely:" in heard.message


def test_a_cell_prints_nothing_of_its_own(capsys):
    hear(Cell("print('loud')", 1), {})
    assert capsys.readouterr().out == ""


def test_a_notebook_falls_into_tasks_with_what_is_given_before_them():
    first, second = trials.tasks_of(DOUBLE)
    assert (first.given, second.given) == ("import math", "import math\nhalf = 0.5")
    assert (first.visible, first.hidden) == (Cell("assert double(2) == 4", 1), Cell("assert double(3) == 6", 2))
    assert second.visible is None
    assert (first.points, second.points) == (3, 3)


def test_a_sound_notebook_earns_every_point():
    assert [heard for _, heard in trials.solved(trials.tasks_of(DOUBLE))] == [
        Heard(1, True),
        Heard(2, True),
        Heard(3, True),
    ]


def test_a_cell_that_stops_is_reported_and_stops_no_other_task():
    broken = notebook(code("1 / 0", "task-1-solution", solution=True), *DOUBLE.cells[2:4], *DOUBLE.cells[4:7])
    heard = [heard for _, heard in trials.solved(trials.tasks_of(broken))]
    assert [one.points for one in heard] == [0, 0, 0]
    assert heard[0].message == "its cells stop with ZeroDivisionError: division by zero"


def test_a_right_answer_must_pass_both_checks(tmp_path):
    task = trials.tasks_of(DOUBLE)[0]
    assert trials.tried(task, answer(tmp_path, "def double(x):\n    return x + x", "right_sum")).judged
    lost = trials.tried(task, answer(tmp_path, "def double(x):\n    return x * x", "right_square"))
    assert not lost.judged
    assert lost.complaint.startswith("is right and was rejected")


def test_a_wrong_answer_must_lose_the_hidden_points_and_hear_its_name(tmp_path):
    task = trials.tasks_of(DOUBLE)[0]
    text = '"""Squares.\n\nMessage: squares\n"""\n\n\ndef double(x):\n    return '
    accepted = trials.tried(task, answer(tmp_path, f"{text}2 * x"))
    assert (accepted.judged, accepted.complaint) == (False, "is wrong and was accepted")
    unnamed = trials.tried(task, answer(tmp_path, f"{text}x * x"))
    assert (unnamed.judged, unnamed.named) == (True, False)
    assert unnamed.complaint.startswith("must hear the message squares, and heard no message of the checks")


def test_an_answer_that_stops_when_it_is_read_is_a_complaint(tmp_path):
    task = trials.tasks_of(DOUBLE)[0]
    assert "stops with ZeroDivisionError" in trials.tried(task, answer(tmp_path, "1 / 0", "right_it")).complaint


def test_an_answer_to_no_task_is_refused():
    stray = Answer(Path("x/01_perceptron/task-9/right_it.py"), "01_perceptron", 9, True, None)
    with pytest.raises(ValueError, match=r"does not have; its tasks: \[1, 2\]"):
        list(trials.try_all(trials.tasks_of(DOUBLE), [stray]))


@pytest.mark.parametrize("path", sorted((CHECKOUT / "solutions").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_check_cells_bind_no_name_that_an_answer_may_use(path):
    for task in trials.tasks_of(notebooks.read(path)):
        for cell in (task.visible, task.hidden):
            names = {"__builtins__": __builtins__}
            hear(cell or Cell("", 0), names)
            assert names.keys() <= {"__builtins__", "dlcourse"}, f"{path.stem}, task {task.number}"
