"""Through the real nbgrader, for every assignment: untouched it earns nothing, solved all that needs no reader.

The first assignment has a class of its own, in test_real_grading.py.
"""

import pytest

from dlcourse.checks.engine import MODULES

pytestmark = pytest.mark.nbgrader


@pytest.fixture(scope="module", params=[name for name in MODULES if name != "01_perceptron"])
def graded(request, small_classes):
    return small_classes[request.param]


def test_the_solution_earns_every_point_that_needs_no_reader(graded):
    tasks = graded.results["solved"]["tasks"]
    assert graded.results["solved"]["failure"] is None
    waiting = [task for task in tasks if task["why"] == "a person reads this answer, in formgrader"]
    assert [task for task in tasks if task["points"] != task["max_points"] and task not in waiting] == []
    assert all(task["points"] == 0 for task in waiting)
    assert sum(task["max_points"] for task in tasks) == 100
    assert [task["remark"] for task in tasks if task["remark"]] == []


def test_an_untouched_exercise_earns_nothing(graded):
    assert {task["points"] for task in graded.results["untouched"]["tasks"]} == {0}
    assert {task["why"] for task in graded.results["untouched"]["tasks"][:-1]} == {"not attempted"}


def test_nothing_ends_otherwise_than_expected(graded):
    assert graded.code == 0, graded.printed
