"""Grading a class: what is collected and recorded, what is left alone, and what an interruption cannot spoil."""

import contextlib
import dataclasses
import json
import os
import random
import shutil
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dlcourse import cli
from dlcourse.grader import batch, execute, notebooks, stock
from dlcourse.grader.runner import Runner
from tests.grader.tiny import FULL, NAME, PARTLY, RIGHT, WRONG, places, points, rows, submit, whole_class


def test_scores_are_those_of_stock_nbgrader(course):
    for student, body in (("ann", RIGHT), ("bob", WRONG), ("cid", PARTLY), ("dan", "raise NotImplementedError()")):
        submit(course, student, body)
    ours = points(batch.grade(course, NAME, jobs=2))
    ours_rows = rows(course)
    theirs = points([stock.autograde(course, NAME, student) for student in ours])
    assert ours == theirs
    assert ours_rows == rows(course)
    assert ours["ann"] == {**FULL, "words": 0}
    assert ours["cid"]["hidden"] == 0


def test_what_was_handed_in_beside_the_notebook_is_kept_with_it(course):
    submit(course, "ann", data__csv="1,2", timestamp__txt="2026-01-02 10:00:00 UTC")
    batch.grade(course, NAME)
    assert {"ann/tiny/data.csv", "ann/tiny/tiny.ipynb", "ann/tiny/timestamp.txt"} == set(places(course))


def test_what_is_graded_is_left_alone_until_it_changes_or_one_insists(course):
    submit(course, "ann")
    path = submit(course, "bob", WRONG)
    batch.grade(course, NAME)
    before = places(course)
    mended = submit(course, "bob")
    assert mended == path
    ran = []
    batch.grade(course, NAME, note=lambda outcome: ran.append((outcome.student, outcome.seconds > 0)))
    assert ran == [("ann", False), ("bob", True)]
    assert points(batch.grade(course, NAME))["bob"] == FULL
    assert {path: data for path, data in places(course).items() if path.startswith("ann")} == {
        path: data for path, data in before.items() if path.startswith("ann")
    }
    again = []
    batch.grade(course, NAME, force=True, note=lambda outcome: again.append(outcome.seconds > 0))
    assert again == [True, True]


def test_a_broken_submission_is_named_and_stops_nobody(course):
    submit(course, "ann")
    submit(course, "bob").write_text("{", encoding="utf-8")
    submit(course, "cid").rename(course.directory("submitted") / "cid" / NAME / "mine.ipynb")
    found = points(batch.grade(course, NAME))
    assert found["ann"] == FULL
    assert "it is not valid JSON" in found["bob"]
    assert found["cid"] == "the notebook must be called tiny.ipynb; got mine.ipynb"
    assert {row[0] for row in rows(course)} == {"ann"}


def test_a_person_s_points_are_kept(course):
    submit(course, "ann", WRONG)
    batch.grade(course, NAME)
    with stock.open_gradebook(course) as gradebook:
        gradebook.find_grade("hidden", NAME, NAME, "ann").manual_score = 1.5
        gradebook.db.commit()
    batch.grade(course, NAME, force=True)
    with stock.open_gradebook(course) as gradebook:
        grade = gradebook.find_grade("hidden", NAME, NAME, "ann")
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (0, 1.5, True)


def test_an_assignment_that_the_gradebook_does_not_know_is_named(course):
    with pytest.raises(stock.GraderError, match="First: nbgrader generate_assignment other"):
        batch.grade(course, "other")
    with pytest.raises(stock.GraderError, match="by bob; there is none"):
        batch.grade(course, NAME, students=["bob"])


def test_feedback_and_export_work_on_what_was_recorded(course, tmp_path):
    submit(course, "ann", WRONG)
    batch.grade(course, NAME)
    page = stock.feedback(course, NAME, "ann").read_text(encoding="utf-8")
    assert "AssertionError" in page
    stock.export(course, NAME, ["ann"], tmp_path / "grades.csv")
    assert "ann" in (tmp_path / "grades.csv").read_text(encoding="utf-8")


def test_the_command_prints_a_table_or_json_and_says_by_its_code_how_it_went(course, capsys):
    submit(course, "ann")
    assert cli.main(["grade", NAME, "--course", str(course.root)]) == 0
    assert "1 of 1 submissions are graded" in capsys.readouterr().out
    submit(course, "bob").write_text("{", encoding="utf-8")
    assert cli.main(["grade", NAME, "--course", str(course.root), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["submissions"]
    assert told[0]["scores"] == FULL
    assert "not valid JSON" in told[1]["failure"]
    assert cli.main(["grade", "other", "--course", str(course.root)]) == 2
    assert "there are none" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------------------ faults


def test_a_run_that_is_killed_at_any_moment_is_taken_up_again_without_loss(course, undisturbed, monkeypatch):
    whole_class(course)
    runner = execute.shared_runner()
    monkeypatch.setattr(execute, "shared_runner", lambda *_: runner)  # the children speak to the one warm process
    chance = random.Random(0)  # noqa: S311 - where to kill
    killed = 0
    for _ in range(200):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                batch.grade(course, NAME, executor=ThreadPoolExecutor(2))
                code = 0
            finally:
                os._exit(code)
        time.sleep(chance.uniform(0.005, 0.25))
        os.kill(child, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        if killed >= 50:
            break
        if len(places(course)) == len(undisturbed.places) and killed % 10 == 9:
            shutil.rmtree(course.directory("autograded"))  # and once more from the beginning
    assert killed >= 50
    assert points(batch.grade(course, NAME)) == undisturbed.points
    assert rows(course) == undisturbed.rows
    assert places(course) == undisturbed.places
    assert not list(course.directory("autograded").glob("*/.*/*.ipynb.tmp"))


def test_a_warm_process_that_is_killed_is_replaced(course, undisturbed):
    whole_class(course)
    runner = execute.shared_runner()
    killed = []

    def kill_once(_outcome):
        if not killed:
            os.kill(runner.process.pid, signal.SIGKILL)
            killed.append(True)

    assert points(batch.grade(course, NAME, jobs=2, note=kill_once)) == undisturbed.points
    assert killed
    assert rows(course) == undisturbed.rows


def below(pid):
    """Return the numbers of all processes below one."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [child, *below(child)]
    return found


def test_a_process_that_grades_a_notebook_may_be_killed_once(course, undisturbed):
    whole_class(course)
    for path in course.directory("submitted").rglob("*.ipynb"):  # slowly, so that there is always one to be killed
        notebook = notebooks.read(path)
        notebook.cells[1].source = f"import time\ntime.sleep(1)\n{notebook.cells[1].source}"
        notebooks.write(path, notebook)
    runner = execute.shared_runner()
    killed = []

    def kill_one(_outcome):
        running = [pid for pid in below(runner.process.pid) if pid not in killed]
        if running and len(killed) < 4:
            os.kill(running[0], signal.SIGKILL)  # the examiner: what it has forked ends with it
            killed.append(running[0])

    assert points(batch.grade(course, NAME, jobs=1, note=kill_one)) == undisturbed.points
    assert killed
    assert rows(course) == undisturbed.rows


def test_a_process_that_is_killed_every_time_is_named(course, monkeypatch):
    submit(course, "ann")
    ran = execute.shared_runner().run
    monkeypatch.setattr(Runner, "run", lambda _self, job: dataclasses.replace(ran(job), lost=True, failure="it ended"))
    (outcome,) = batch.grade(course, NAME)
    assert "ended" in outcome.failure


def test_a_gradebook_that_another_process_locks_is_waited_for(course, undisturbed, monkeypatch):
    whole_class(course)
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None, check_same_thread=False)
    other.execute("begin exclusive")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (time.sleep(7), other.execute("rollback"), other.close()))
        found = points(batch.grade(course, NAME))
    assert found == undisturbed.points


def test_a_gradebook_that_stays_locked_is_named_and_the_next_run_makes_it_good(course, undisturbed, monkeypatch):
    monkeypatch.setattr(batch, "LOCKED_SECONDS", 0.1)
    whole_class(course)
    real = batch._save

    def locked(gradebook, assignment, prepared):
        if prepared.submission.student == "s03":
            raise batch.sqlalchemy.exc.OperationalError("insert", {}, sqlite3.OperationalError("database is locked"))
        real(gradebook, assignment, prepared)

    monkeypatch.setattr(batch, "_save", locked)
    assert points(batch.grade(course, NAME))["s03"] == "the gradebook could not be written: database is locked"
    monkeypatch.setattr(batch, "_save", real)
    assert points(batch.grade(course, NAME)) == undisturbed.points
    assert places(course) == undisturbed.places


def test_a_full_disk_is_named_and_the_next_run_makes_it_good(course, undisturbed, monkeypatch):
    whole_class(course)
    real = notebooks.as_text

    def full(notebook):
        if "s05" in str(full.student):
            raise OSError(28, "No space left on device")
        return real(notebook)

    def put(course, assignment, prepared, real_put=batch._put_in_place):
        full.student = prepared.submission.student
        real_put(course, assignment, prepared)

    full.student = ""
    monkeypatch.setattr(batch.notebooks, "as_text", full)
    monkeypatch.setattr(batch, "_put_in_place", put)
    assert points(batch.grade(course, NAME))["s05"] == "its folder could not be written: No space left on device"
    monkeypatch.undo()
    assert points(batch.grade(course, NAME)) == undisturbed.points
    assert places(course) == undisturbed.places


def test_what_changes_while_it_is_graded_is_graded_as_it_was_collected(course):
    path = submit(course, "ann", WRONG)
    submit(course, "bob")
    was = batch.collect("ann", path.parent)
    submit(course, "ann")
    assert was.files[f"{NAME}.ipynb"] != path.read_bytes()
    assert points(batch.grade(course, NAME))["ann"] == FULL
    with pytest.raises(AttributeError):
        was.files = {}
