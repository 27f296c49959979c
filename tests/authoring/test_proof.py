"""The kill report counts what was judged, and is kept only as long as nothing that it depends on has changed."""

import json
import shutil
from pathlib import Path

import pytest

from dlcourse import cli
from dlcourse.authoring import answers, proof
from dlcourse.authoring.proof import Report, Row
from dlcourse.authoring.trials import Tried

CHECKOUT = Path(__file__).parents[2]
NAME = "01_perceptron"


def tried(task, right, judged=True, named=False):
    return Tried("x", task, right, judged, named, 0.5, "")


@pytest.fixture
def course(tmp_path):
    """Return a checkout with the package, one notebook, and four of its answers."""
    for folder in ("dlcourse", f"solutions/{NAME}"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for task in ("task-1", "task-7"):
        target = answers.folder_of(tmp_path) / NAME / task
        target.mkdir(parents=True)
        for kind in ("right", "wrong"):
            found = sorted((answers.folder_of(CHECKOUT) / NAME / task).glob(f"{kind}_*.py"))[0]
            shutil.copy(found, target)
    return tmp_path


def test_answers_are_counted_by_task():
    rows = proof.count([tried(2, True), tried(1, False, named=True), tried(1, False), tried(1, False, judged=False)])
    assert rows == [Row("1", 3, 2, 1, 0, 0, 1.5), Row("2", 0, 0, 0, 1, 1, 0.5)]
    assert proof.total("All", rows) == Row("All", 3, 2, 1, 1, 1, 2.0)
    assert [row.perfect for row in rows] == [False, True]


def test_a_table_has_a_line_for_each_row_and_columns_of_equal_width():
    lines = proof.as_text([Row("1", 30, 30, 29, 4, 4, 1.26)]).splitlines()
    assert lines[1].split() == ["1", "30", "30", "29", "4", "4", "1.3"]
    assert len(lines[0]) == len(lines[1])


def test_every_assignment_and_every_complaint_is_in_the_text():
    text = proof.as_texts([Report(NAME, "Perceptron", [Row("1", 1, 0, 0, 0, 0, 1)], ["x is wrong and was accepted"])])
    assert text.startswith(f"{NAME}\n")
    assert "All tasks" in text
    assert text.endswith("x is wrong and was accepted")


def test_what_was_measured_is_kept_until_something_changes(course):
    said = []
    first = proof.measured(course, [NAME], note=said.append)
    assert [row.task for row in first[0].rows] == ["1", "7"]
    assert first[0].total.perfect
    assert said
    said.clear()
    assert proof.measured(course, [NAME], note=said.append) == first
    assert said == []
    kept = course / "_build/kill-report" / f"{NAME}.json"
    kept.write_text(kept.read_text()[:40])
    assert proof.measured(course, [NAME], note=said.append)[0].total.wrong == 2
    assert said


@pytest.mark.parametrize(
    "changed",
    [
        "dlcourse/perceptron.py",
        "dlcourse/_shapes.py",
        "dlcourse/checks/perceptron.py",
        "dlcourse/checks/engine.py",
        "dlcourse/checks/kinds.py",
        f"dlcourse/checks/messages/en/{NAME}.toml",
        "dlcourse/checks/messages/en/engine.toml",
        "dlcourse/authoring/trials.py",
        "dlcourse/grader/notebooks.py",
        f"solutions/{NAME}/{NAME}.ipynb",
    ],
)
def test_the_key_changes_with_everything_that_could_change_a_count(course, changed):
    before = proof.key_of(course, NAME)
    path = course / changed
    path.write_text(path.read_text() + "\n")
    assert proof.key_of(course, NAME) != before


def test_the_key_changes_with_an_answer_and_with_what_it_imports(course):
    keys = [proof.key_of(course, NAME)]
    answer = answers.folder_of(course) / NAME / "task-1" / "right_new.py"
    answer.write_text("from dlcourse import capstone\n")
    keys.append(proof.key_of(course, NAME))
    assert course / "dlcourse/capstone.py" in proof.depends_on(course, NAME)
    answer.rename(answer.with_name("right_other.py"))
    keys.append(proof.key_of(course, NAME))
    assert len(set(keys)) == 3


def test_the_key_stays_when_another_assignment_changes(course):
    before = proof.key_of(course, NAME)
    path = course / "dlcourse/checks/losses.py"
    path.write_text(path.read_text() + "\n")
    assert proof.key_of(course, NAME) == before


def test_a_folder_without_assignments_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"must hold solutions/NAME/NAME\.ipynb"):
        proof.assignments_of(tmp_path)


def test_one_checkout_is_not_judged_with_the_checks_of_another(tmp_path, capsys):
    assert cli.main(["kill-report", "--course", str(tmp_path)]) == cli.BROKEN
    assert "must be the checkout that dlcourse runs from" in capsys.readouterr().err


@pytest.mark.parametrize(("accepted", "code"), [(1, 0), (0, 1)])
def test_the_command_says_by_its_exit_code_whether_all_is_right(monkeypatch, capsys, accepted, code):
    report = Report(NAME, "Perceptron", [Row("1", 2, 2, 2, 1, accepted, 0.1)])
    monkeypatch.setattr(proof, "measured", lambda *_args, **_kwargs: [report])
    assert cli.main(["kill-report", "--course", str(CHECKOUT), "--json"]) == code
    assert json.loads(capsys.readouterr().out)[0]["rows"][0]["accepted"] == accepted


def test_the_number_of_jobs_is_passed_on(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(proof, "measured", lambda _checkout, _names, jobs, note: asked.append(jobs) or [])
    cli.main(["kill-report", "--course", str(CHECKOUT), "--jobs", "1"])
    assert asked == [1]
    with pytest.raises(SystemExit):
        cli.main(["kill-report", "--course", str(CHECKOUT), "--jobs", "0"])
    assert "--jobs" in capsys.readouterr().err
