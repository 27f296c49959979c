"""Through the real nbgrader: what is earned, what is lost, and what is left behind."""

import csv
import html
import re
import tomllib
from pathlib import Path

import nbformat
import pytest

CHECKOUT = Path(__file__).parents[2]
ASSIGNMENT = "01_perceptron"
CLASS = tomllib.loads((CHECKOUT / "tests/course/sample_class/class.toml").read_text(encoding="utf-8"))
GRADED = sorted(name for name, entry in CLASS.items() if "points" in entry)
FAILED = sorted(name for name, entry in CLASS.items() if "failure" in entry)
TASKS = range(1, 9)

pytestmark = pytest.mark.nbgrader


def points_of_cells(kind):
    notebook = nbformat.read(CHECKOUT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    found = {}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if match := re.fullmatch(rf"task-(\d+)-{kind}", about.get("grade_id", "")):
            found[int(match[1])] = about["points"]
    return found


def feedback_page(graded, student):
    return graded.into / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"


def test_the_solution_earns_everything(wrong_class):
    assert all(points == most for points, most in wrong_class.points("solution").values())
    assert sum(points for points, _ in wrong_class.points("solution").values()) == 100


def test_an_untouched_exercise_earns_nothing(sample_class):
    assert {points for points, _ in sample_class.points("dae-jung-park").values()} == {0}
    assert sum(most for _, most in sample_class.points("dae-jung-park").values()) == 100


@pytest.mark.parametrize("task", TASKS)
def test_a_wrong_answer_loses_the_hidden_points_of_its_task_and_no_others(wrong_class, task):
    scores = wrong_class.points(f"wrong-{task}")
    points, most = scores.pop(task)
    assert most - points >= points_of_cells("hidden")[task]
    assert all(points == most for points, most in scores.values()), scores


@pytest.mark.parametrize("task", TASKS)
def test_a_wrong_answer_is_given_a_reason(wrong_class, task):
    (why,) = [each["why"] for each in wrong_class.results[f"wrong-{task}"]["tasks"] if each["why"]]
    assert why not in ("no reason is recorded", "not attempted")
    assert why in " ".join(wrong_class.printed.split())


def test_a_class_without_surprises_ends_with_0(wrong_class, sample_class):
    assert wrong_class.code == 0, wrong_class.printed
    assert sample_class.code == 0, sample_class.printed


@pytest.mark.parametrize("student", GRADED)
def test_a_member_of_the_sample_class_earns_what_the_class_says(sample_class, student):
    result = sample_class.results[student]
    assert result["failure"] is None
    assert sum(task["points"] for task in result["tasks"]) == CLASS[student]["points"]
    assert CLASS[student].get("why", "") in " / ".join(f"{task['why']} {task['remark']}" for task in result["tasks"])


@pytest.mark.parametrize("student", FAILED)
def test_a_submission_without_a_score_is_a_named_failure(sample_class, student):
    assert CLASS[student]["failure"] in sample_class.results[student]["failure"]
    assert sample_class.results[student]["tasks"] == []
    assert CLASS[student]["failure"] in " ".join(sample_class.printed.split())


def test_the_sample_class_has_every_kind_of_submission(sample_class):
    assert len(CLASS) >= 10
    assert sorted(sample_class.results) == sorted(CLASS) == sorted(GRADED + FAILED)


@pytest.mark.parametrize("student", GRADED)
def test_a_graded_student_gets_a_feedback_page_that_says_why(sample_class, student):
    page = html.unescape(re.sub(r"<[^>]*>", "", feedback_page(sample_class, student).read_text(encoding="utf-8")))
    assert f"{CLASS[student]['points']:g} of 100 points" in page
    whys = [task["why"] for task in sample_class.results[student]["tasks"] if task["why"] != "not attempted"]
    assert [why for why in whys if why not in page] == []


@pytest.mark.parametrize("student", GRADED)
def test_a_feedback_page_calls_no_other_host(sample_class, student):
    page = feedback_page(sample_class, student).read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|link|iframe|source|object|embed)\b", page) == []
    assert re.findall(r"<img\b(?![^>]*\bsrc=\"data:)[^>]*>", page) == []
    assert re.findall(r"url\([\"']?(?:https?:)?//[^)]*", page) == []


def test_the_class_has_a_page_that_links_to_every_feedback_page(sample_class):
    page = (sample_class.into / "feedback" / "index.html").read_text(encoding="utf-8")
    for student in GRADED:
        assert f'href="{student}/{ASSIGNMENT}/{ASSIGNMENT}.html"' in page
    for student in FAILED:
        assert student in page


def test_the_csv_has_a_row_for_each_graded_student_and_for_no_other(sample_class):
    with (sample_class.into / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == {student: CLASS[student]["points"] for student in GRADED}


def test_what_nbgrader_and_the_kernels_print_stays_out_of_the_table(sample_class):
    assert "WARNING" not in sample_class.printed
    assert "Traceback" not in sample_class.printed
    assert (sample_class.into / "logs" / "kofi-mensah.log").read_text(encoding="utf-8").count(
        "it ended itself with the exit code 1"
    ) >= 1


def test_the_instructors_own_files_are_not_touched(untouched, sample_class):
    assert untouched[0] == untouched[1]
    assert {path.name for path in sample_class.into.iterdir()} >= {"submitted", "autograded", "gradebook.db"}
