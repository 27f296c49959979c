import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse import cli
from dlcourse.grader.classroom import Student
from dlcourse.grader.reasons import TaskResult
from dlcourse.grader.report import Result

CHECKOUT = Path(__file__).parents[2]


def test_a_directory_that_is_no_checkout_is_refused(tmp_path, capsys):
    assert cli.main(["demo", "--course", str(tmp_path)]) == cli.BROKEN
    assert f"with nbgrader_config.py in it; got {tmp_path}" in capsys.readouterr().err


def test_products_never_go_where_something_else_lies(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("years of work")
    assert cli.main(["demo", "--course", str(CHECKOUT), "--into", str(tmp_path)]) == cli.BROKEN
    assert f"{tmp_path} holds other files, so it is left alone" in capsys.readouterr().err
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_products_of_an_earlier_run_are_made_anew(tmp_path):
    cli._empty(tmp_path / "class")
    (tmp_path / "class" / "gradebook.db").write_text("old")
    cli._empty(tmp_path / "class")
    assert [path.name for path in (tmp_path / "class").iterdir()] == [cli.MARK]


def test_serving_before_anything_is_built_says_what_to_do(tmp_path, capsys):
    assert cli.main(["serve", "--course", str(tmp_path)]) == cli.BROKEN
    assert "First: make course" in capsys.readouterr().err


def test_without_a_command_the_usage_is_shown(capsys):
    with pytest.raises(SystemExit):
        cli.main([])
    assert "usage: dlcourse" in capsys.readouterr().err


def result(points, why="", failure=None):
    return Result("ann", [] if failure else [TaskResult(1, points, 10, why)], failure)


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ({"points": 7}, result(7)),
        ({"points": 7, "why": "axis"}, result(7, "the wrong axis")),
        ({"failure": "died"}, result(0, failure="the kernel died")),
        ({}, result(3, "anything")),
    ],
)
def test_what_was_expected_is_no_surprise(wanted, got):
    assert cli._surprise(Student("ann", "x", {}, **wanted), got) == ""


@pytest.mark.parametrize(
    ("wanted", "got", "text"),
    [
        ({"points": 7}, result(8), "must end with 7 points; got 8 points"),
        (
            {"points": 7, "why": "axis"},
            result(7, "slow"),
            "a reason with the words: axis; got 7 points and the reasons: slow",
        ),
        ({"failure": "died"}, result(7), "must end with a failure with the words: died; got 7 points"),
        ({"failure": "died"}, result(0, failure="torn"), "a failure with the words: died; got the failure: torn"),
        ({"points": 0}, result(0, failure="torn"), "must end with 0 points; got the failure: torn"),
        ({}, result(0, failure="torn"), "must end with points; got the failure: torn"),
    ],
)
def test_what_was_not_expected_is_told(wanted, got, text):
    assert text in cli._surprise(Student("ann", "x", {}, **wanted), got)


def test_a_missing_package_is_named():
    error = ModuleNotFoundError("No module named 'nbgrader'", name="nbgrader")
    assert cli._in_words(error).startswith("the package nbgrader is needed and not installed")


def test_the_server_prints_its_addresses_and_stops_at_ctrl_c(tmp_path):
    for folder in ("_build/html", "_build/class/feedback"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "index.html").write_text("here")
    command = [sys.executable, "-m", "dlcourse.cli", "serve", "--course", str(tmp_path)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    attend = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731 - in the background it may be ignored
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=attend
    ) as server:
        lines = [server.stdout.readline() for _ in range(3)]
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0
    assert lines[0].startswith("The book:      http://127.0.0.1:")
    assert lines[1].strip().endswith("/feedback/")
