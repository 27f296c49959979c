"""Feedback shows what hidden tests say and how many points they gave, and nothing of the tests themselves."""

import html
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from dlcourse.grader import batch, notebooks, stock, withhold

CHECKOUT = Path(__file__).parents[2]
TEST = """assert doubled(1) == 2, "one doubled is two"
### BEGIN HIDDEN TESTS
secret = 12345
assert doubled(secret) == 24690, "a large number is not doubled"
### END HIDDEN TESTS
print("done")"""


def marked(cell_id, source, **marks):
    known = {
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        "schema_version": 3,
        "grade_id": cell_id,
    }
    return new_code_cell(source, id=cell_id, metadata={"nbgrader": {**known, **marks}})


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    course = stock.open_course(CHECKOUT, tmp_path_factory.mktemp("course"))
    answer = "### BEGIN SOLUTION\ndef doubled(x):\n    return 2 * x\n### END SOLUTION"
    source = new_notebook(
        cells=[marked("f", answer, solution=True), marked("test", TEST, grade=True, locked=True, points=3)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    place = course.directory("source") / "ps1" / "ps1.ipynb"
    place.parent.mkdir(parents=True)
    nbformat.write(source, place)
    released = notebooks.read(stock.generate(course, "ps1"))
    released.cells[0].source = "def doubled(x):\n    return min(2 * x, 100)"
    notebooks.write(course.directory("submitted") / "ann" / "ps1" / "ps1.ipynb", released)
    (outcome,) = batch.grade(course, "ps1")
    assert [score.points for score in outcome.scores] == [0]
    text = stock.feedback(course, "ps1", "ann").read_text("utf-8")
    return html.unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", "", text, flags=re.DOTALL))


def test_the_message_and_the_points_are_on_the_page(page):
    assert "AssertionError: a large number is not doubled" in page
    assert re.search(r"0 of 3\s+points", page)
    assert "one doubled is two" in page  # the visible part of the same cell
    assert withhold.IN_PLACE in page


@pytest.mark.parametrize("secret", ["12345", "24690", "secret", "HIDDEN TESTS"])
def test_no_line_of_a_hidden_test_is_on_the_page(page, secret):
    assert secret not in page


def withheld(source, *outputs, **marks):
    cell = marked("test", source, grade=True, locked=True, points=1, **marks)
    cell.outputs = list(outputs)
    return withhold.WithholdHiddenTests(config=Config()).preprocess_cell(cell, {}, 0)[0]


def test_a_part_without_an_end_is_withheld_to_the_last_line():
    cell = withheld("1\n### BEGIN HIDDEN TESTS\n2\n3")
    assert cell.source == f"1\n{withhold.IN_PLACE}"


def test_a_message_that_stands_by_itself_stays_as_it_is():
    error = nbformat.from_dict(
        {"output_type": "error", "ename": "CheckFailed", "evalue": "a\nb", "traceback": ["a", "b"]}
    )
    assert withheld(TEST, error).outputs[0].traceback == ["a", "b"]


def test_a_visible_test_keeps_its_traceback():
    error = nbformat.from_dict({"output_type": "error", "ename": "E", "evalue": "", "traceback": ["line 1", "E"]})
    cell = withheld("assert f(1)", error)
    assert (cell.source, cell.outputs[0].traceback) == ("assert f(1)", ["line 1", "E"])
