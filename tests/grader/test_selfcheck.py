"""`dlcourse check`: what a learner reads, and that the notebook is judged whatever is in it."""

import json
import sys

import pytest

from dlcourse import cli
from dlcourse.grader import blueprint, notebooks, selfcheck
from dlcourse.grader.notebooks import Change
from dlcourse.grader.reasons import TaskResult
from dlcourse.grader.selfcheck import Judged
from tests.grader.given import exercise, saved, solved

PERCEPTRON, LOSSES = "01_perceptron", "03_losses"
WITHOUT_BIAS = "def perceptron_predict(X, w, b):\n    return (np.asarray(X) @ w > 0).astype(int)\n"
NOT_ALL_TRUE = "answers = {i: i in (0, 3, 6) for i in range(8)}"  # one of eight is wrong


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Return a file with nearly every way in which a task can end, and what was said about it."""
    folder = tmp_path_factory.mktemp("of a learner")
    (folder / "mine.txt").write_text("beside the notebook")
    notebook = solved(
        PERCEPTRON,
        task_1=WITHOUT_BIAS,
        task_2="raise RuntimeError('no')",
        task_3=exercise(PERCEPTRON).cells[notebooks.find(exercise(PERCEPTRON), "task-3-solution")].source,
        task_4="def mlp_step(X, layers)\n    pass",
        task_5="while True:\n    pass",
        task_9=NOT_ALL_TRUE,
    )
    notebook = notebooks.changed(notebook, Change("insert", "task-1-hidden", "assert open('mine.txt').read()\n1 / 0"))
    notebook = notebooks.changed(notebook, Change("replace", "task-6-hidden", "print('all right')"))
    path = saved(folder, notebook, PERCEPTRON)
    before = path.read_bytes()
    judged = selfcheck.judge(path, 2)
    assert path.read_bytes() == before
    assert sorted(each.name for each in folder.iterdir()) == [f"{PERCEPTRON}.ipynb", "mine.txt"]
    return judged


def tasks_of(judged):
    return {task["task"]: task for task in selfcheck.as_record(judged)["tasks"]}


def test_every_task_has_its_verdict_and_its_points(mixed):
    found = {number: (task["verdict"], task["points"]) for number, task in tasks_of(mixed).items()}
    assert found == {
        1: ("wrong", 0),
        2: ("wrong", 0),
        3: ("not_attempted", 0),
        4: ("wrong", 0),
        5: ("wrong", 0),
        6: ("right", 11),
        7: ("right", 12),
        8: ("right", 10),
        9: ("partial", 3),
    }
    assert (mixed.points, mixed.max_points, mixed.passed) == (36, 100, False)


def test_a_wrong_answer_is_told_in_the_five_lines_of_its_check(mixed):
    lines = tasks_of(mixed)[1]["message"].splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("perceptron_predict(X=")
    assert lines[3] == "Likely:   the bias b is missing: compare X @ w + b with 0, not X @ w alone."
    assert lines[4].endswith("01_perceptron.html#equation-eq-perceptron")


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (2, "the answer's cell stopped with RuntimeError: no"),
        (3, ""),
        (4, "syntax error in line 1"),
        (5, "the answer's cell ran longer than 2 s"),
        (6, ""),
        (9, "7 right, 1 wrong: 3 of 4 points.\nStatement 7 is not as you think. Read again: 01_perceptron.html#sec-"),
    ],
)
def test_what_else_can_happen_is_said_in_words(mixed, task, said):
    message = tasks_of(mixed)[task]["message"]
    assert message.startswith(said)
    assert bool(message) == bool(said)


def test_the_table_fits_its_width_and_sums_up(mixed):
    text = selfcheck.as_text(mixed, 70)
    head, rule, *lines = text.splitlines()
    assert head.split() == ["task", "points", "verdict", "message"]
    assert rule == "-" * 70
    assert max(map(len, lines)) <= 70
    assert lines[-1] == "01_perceptron: 36 of the 100 points that the checks give"
    assert [line for line in lines if line.startswith("3 ")] == ["3       0/18  not attempted"]
    assert "9        3/4  partly right" in text
    assert "\x1b" not in text


def test_what_the_kernel_prints_beside_its_cells_is_no_part_of_the_output(tmp_path, capfd):
    loud = "import os\nos.system('echo from the shell')\nos.write(1, b'raw'); os.write(2, b'raw too')"
    notebook = notebooks.changed(exercise(PERCEPTRON), Change("insert", "imports", loud))
    assert cli.main(["check", str(saved(tmp_path, notebook, PERCEPTRON)), "--json"]) == cli.NOT_AS_EXPECTED
    out, err = capfd.readouterr()
    assert json.loads(out)["points"] == 0
    assert err == ""


def test_a_solved_notebook_passes_and_a_text_is_left_to_the_teacher(tmp_path, capsys):
    path = saved(tmp_path, solved(LOSSES), "a copy (1)")
    assert cli.main(["check", str(path)]) == cli.AS_EXPECTED
    out = capsys.readouterr().out
    assert "8        -/6  read by your teacher" in out
    assert "03_losses: 94 of the 94 points that the checks give; 6 more are given by your teacher" in out


def test_without_the_release_at_hand_the_verdict_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(blueprint, "CHECKOUT", tmp_path)
    judged = selfcheck.judge(saved(tmp_path, solved(LOSSES, task_2=""), LOSSES), 20)
    assert (judged.points, judged.max_points, judged.by_hand) == (85, 94, 6)


def test_a_dead_kernel_is_a_failure_that_names_the_cell(tmp_path, capsys):
    path = saved(tmp_path, solved(PERCEPTRON, task_2="import os\nos._exit(1)"), PERCEPTRON)
    assert cli.main(["check", str(path)]) == cli.NOT_AS_EXPECTED
    assert capsys.readouterr().out == (
        "01_perceptron: no points, because the kernel died while running task 2's answer\n"
    )
    record = selfcheck.as_record(Judged(PERCEPTRON, [], "the kernel died"))
    assert (record["failure"], record["passed"], record["tasks"]) == ("the kernel died", False, [])


def test_json_has_the_fields_that_are_promised(mixed):
    record = selfcheck.as_record(mixed)
    assert list(record) == ["assignment", "passed", "points", "max_points", "points_by_hand", "failure", "tasks"]
    fields = ["task", "points", "max_points", "verdict", "message", "remark"]
    assert all(list(task) == fields for task in record["tasks"])
    assert json.loads(json.dumps(record)) == record


def test_a_remark_stands_below_the_message():
    judged = Judged(PERCEPTRON, [TaskResult(1, 11, 11, "", "the answer calls dlcourse.")])
    assert "right    Remark for your instructor: the answer calls dlcourse." in selfcheck.as_text(judged, 90)
    assert judged.passed


def test_a_text_that_nobody_has_written_is_not_attempted():
    judged = Judged(LOSSES, [TaskResult(8, 0, 6, "not attempted", by_hand=6)])
    assert selfcheck.as_record(judged)["tasks"][0]["verdict"] == "not_attempted"
    assert not judged.passed


def test_a_narrow_encoding_is_no_obstacle(monkeypatch, capfdbinary):
    stream = open(1, "w", encoding="ascii", closefd=False)  # noqa: SIM115 - stands for the terminal
    monkeypatch.setattr(sys, "stdout", stream)
    cli._print("R² = 1")
    stream.flush()
    assert capfdbinary.readouterr().out == b"R\\xb2 = 1\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.ipynb", None, "a notebook was expected at {path}; there is no such file"),
        ("text.ipynb", "hello", "{path} must be a notebook; reading it gave: Notebook does not appear to be JSON"),
        ("json.ipynb", "{}", "{path} must be a notebook; reading it gave"),
        (
            "other.ipynb",
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            "{path} must be a notebook of 01_perceptron, 02_activations, ",
        ),
    ],
)
@pytest.mark.parametrize("command", ["check", "doctor"])
def test_what_is_no_notebook_of_the_course_is_refused(tmp_path, capsys, command, name, content, said):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    assert cli.main([command, str(path)]) == cli.BROKEN
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"dlcourse: {said.format(path=path)}")


def test_a_directory_is_refused(tmp_path, capsys):
    assert cli.main(["check", str(tmp_path)]) == cli.BROKEN
    assert capsys.readouterr().err == f"dlcourse: a notebook was expected at {tmp_path}; that is a directory\n"


def test_a_notebook_of_an_older_release_is_sent_to_the_doctor(tmp_path, capsys):
    old = solved(LOSSES)
    old.cells[notebooks.find(old, "task-4-hidden")].metadata.nbgrader.checksum = "0" * 32
    path = saved(tmp_path, old, LOSSES)
    assert cli.main(["check", str(path)]) == cli.BROKEN
    assert capsys.readouterr().err == (
        f"dlcourse: {path} must be of the same release of 03_losses as the checks; these cells are of another one: "
        f"task-4-hidden. See: dlcourse doctor {path}\n"
    )


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_a_limit_that_is_no_time_is_refused(seconds, capsys):
    with pytest.raises(SystemExit):
        cli.main(["check", "x.ipynb", f"--seconds={seconds}"])
    assert f"a whole number of seconds, at least 1, is needed; got '{seconds}'" in capsys.readouterr().err


def test_hints_come_one_by_one_and_nothing_is_run(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(selfcheck, "run", None)
    path = saved(tmp_path, exercise(PERCEPTRON), PERCEPTRON)
    said = []
    for stage in ([], ["--stage", "2"], ["--stage", "3"]):
        assert cli.main(["check", str(path), "--hint", "3", *stage]) == cli.AS_EXPECTED
        said.append(capsys.readouterr().out)
    assert [text.split(":")[0] for text in said] == [f"Hint {stage} of 3 for task 3" for stage in (1, 2, 3)]
    assert said[0].endswith(f"\nMore: dlcourse check {path} --hint 3 --stage 2\n")
    assert "More:" not in said[2]


def test_a_hint_as_json(tmp_path, capsys):
    path = saved(tmp_path, exercise(PERCEPTRON), PERCEPTRON)
    assert cli.main(["check", str(path), "--hint", "3", "--json"]) == cli.AS_EXPECTED
    record = json.loads(capsys.readouterr().out)
    assert record.pop("hint").startswith("Learning happens only where")
    assert record == {"assignment": PERCEPTRON, "task": 3, "stage": 1}


def test_a_hint_for_a_task_without_one_names_those_that_have_some(tmp_path, capsys):
    path = saved(tmp_path, exercise(LOSSES), LOSSES)
    assert cli.main(["check", str(path), "--hint", "8"]) == cli.BROKEN
    assert capsys.readouterr().err == "dlcourse: task must be one that has hints: 1, 2, 3, 4, 5, 6, 7; got 8\n"
