"""What a feedback page says of a message and of a student's text; tests/book/test_feedback.py looks at whole pages."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets import TraitError

from dlcourse import checks
from dlcourse.grader import feedback
from dlcourse.grader.stock import Score

MESSAGE = """mse([1], [2]) is not right yet (task 1).
Expected: 2.5
Got:      ValueError: first line
second line
Likely:   the squares are added up.
See:      equation (3.1) in 03_losses.html#equation-eq-mse
Note:     checked with the course's own f."""


def said(message, book=""):
    return [(line.label, "".join(piece.text for piece in line.pieces)) for line in feedback.lines_of(message, book)]


def test_a_message_begins_with_the_likely_mistake_and_ends_with_where_to_read():
    assert said(MESSAGE) == [
        ("Likely", "the squares are added up."),
        ("Called", "mse([1], [2])"),
        ("Expected", "2.5"),
        ("Got", "ValueError: first line\nsecond line"),
        ("Note", "checked with the course's own f."),
        ("See", "equation (3.1) in 03_losses.html#equation-eq-mse"),
    ]


def test_a_real_message_of_a_check_is_taken_apart_whole():
    verdict = checks.grade("03_losses", 1, {"mse": lambda pred, target: ((pred - target) ** 2).sum()})
    assert [label for label, _ in said(verdict.message)] == ["Likely", "Called", "Expected", "Got", "See"]


def links(message, book):
    return [(p.text, p.address) for line in feedback.lines_of(message, book) for p in line.pieces if p.address]


def test_with_the_address_of_the_book_a_place_in_it_is_a_link():
    address = "https://a.example/b/03_losses.html#equation-eq-mse"
    assert links(MESSAGE, "https://a.example/b/") == [("equation (3.1) in 03_losses.html", address)]
    quiz = "6 right, 2 wrong.\nStatement 1 is not as you think. Read again: 03_losses.html#sec-decisions"
    assert links(quiz, "../") == [("03_losses.html", "../03_losses.html#sec-decisions")]


def test_without_the_address_of_the_book_a_place_in_it_is_text():
    assert links(MESSAGE, "") == []


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("syntax error in line 2", "this line"),
        ("the answer's cell stopped with DeadKernelError: it ended itself with the exit code 3", "ended Python itself"),
        ("the answer's cell stopped with NotRunError: the notebook ran longer than 600 s", "which cell does not come"),
        ("the answer's cell ran longer than 60 s", "may have no end"),
        ("the check's cell stopped with NameError: name 'x' is not defined", "Restart the kernel"),
        ("something was written to stderr while the answer was checked; nbgrader gives no points then", "print()"),
        ("the answer's cell was deleted", "given out"),
    ],
)
def test_where_no_check_could_speak_the_page_says_what_to_try(message, words):
    (wrong, remedy) = said(message)
    assert wrong == ("", message)
    assert remedy[0] == "Try"
    assert words in remedy[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$a_1 < b$", '<code class="tex">a_1 &lt; b</code>'),
        ("$$\nx^2\n$$", '<code class="tex block">x^2</code>'),
        (r"\begin{align}x\end{align}", r'<code class="tex block">\begin{align}x\end{align}</code>'),
        ("# Loud", '<p class="heading">Loud</p>'),
        ("![a plot](https://a.example/x.png)", "[picture: a plot]"),
        ("```python\n1 < 2\n```", "<pre><code>1 &lt; 2\n</code></pre>"),
    ],
)
def test_text_is_shown_without_what_would_load_something(text, shown):
    assert shown in feedback.as_html(text)


@pytest.mark.parametrize(
    "text", ["<script>a()</script>", "a <img src=x onerror=a()> b", "[l](javascript:a())", '<a href="x" onclick="a()">']
)
def test_text_of_a_student_runs_nothing(text):
    page = feedback.as_html(text)
    assert "<script" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert "<a href" not in page or "harmful" in page


def cell(name, source="", kind=new_code_cell, outputs=(), **marks):
    one = kind(source)
    if outputs:
        one.outputs = list(outputs)
    known = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    if name:
        one.metadata["nbgrader"] = {**known, "grade_id": name, **marks}
    return one


def answer(name, source="x = 1", **more):
    return cell(name, source, solution=True, **more)


def check(name, *outputs):
    return cell(name, "check()", grade=True, locked=True, points=4, outputs=outputs)


def error(kind, text):
    return new_output("error", ename=kind, evalue=text, traceback=[f"{kind}: {text}"])


def parted(*cells, **points):
    scores = [Score(name.replace("_", "-"), got, 4) for name, got in points.items()]
    return feedback.sections_of(nbformat.from_dict(new_notebook(cells=list(cells))), scores, 60)


def test_a_student_who_adds_cells_finds_them_in_the_task_that_they_stand_in():
    opening, (first, second) = parted(
        cell("", "# 1. Title", new_markdown_cell),
        cell("", "## Task 1. One (4 points)", new_markdown_cell),
        answer("task-1-solution", "one"),
        check("task-1-visible"),
        cell("", "mine between"),
        check("task-1-hidden"),
        cell("", "mine after"),
        cell("", "## Task 2. Two (4 + 1 points)", new_markdown_cell),
        cell("", "mine before"),
        answer("task-2-solution", "two"),
        check("task-2-hidden"),
        cell("", "at the end"),
        task_1_visible=4, task_1_hidden=4, task_2_hidden=4,
    )  # fmt: skip
    assert [each.source for each in opening.cells] == ["# 1. Title"]
    assert (first.title, first.anchor, first.points, first.max_points) == ("Task 1. One", "task-1", 8, 8)
    assert [each.source for each in first.cells][1:] == ["one", "check()", "mine between", "check()", "mine after"]
    assert second.title == "Task 2. Two"
    assert [each.source for each in second.cells][1:] == ["mine before", "two", "check()", "at the end"]


def test_a_notebook_of_another_course_is_parted_by_its_answers():
    _, sections = parted(answer("f"), check("test-f"), answer("g"), check("test-g"), test_f=4, test_g=1)
    assert [(each.title, each.verdict) for each in sections] == [("f", "right"), ("g", "partial")]


def test_a_notebook_that_was_never_run_says_in_every_task_why():
    why = "the notebook ran longer than 600 s and was stopped in code cell 1 of 4"
    outputs = {"outputs": [error("NotRunError", why)]}
    tests = [cell(f"task-{n}-hidden", "c", grade=True, locked=True, points=4, **outputs) for n in (1, 2)]
    answers = [answer(f"task-{n}-solution", **outputs) for n in (1, 2)]
    _, sections = parted(answers[0], tests[0], answers[1], tests[1], task_1_hidden=0, task_2_hidden=0)
    for section in sections:
        assert section.verdict == "wrong"
        assert why in section.summary
        assert section.message[-1].label == "Try"


def test_what_a_person_has_still_to_read_is_neither_right_nor_wrong():
    text = cell("task-1-answer", "Because.", new_markdown_cell, grade=True, solution=True, points=4)
    notebook = nbformat.from_dict(new_notebook(cells=[text]))
    _, (section,) = feedback.sections_of(notebook, [Score("task-1-answer", None, 4, written=True)], 60)
    assert (section.verdict, section.words, section.message) == ("waits", "not read yet", ())


def test_points_that_a_person_gave_decide_about_the_verdict():
    failed = check("task-1-hidden", error("CheckFailed", MESSAGE))
    _, (section,) = parted(answer("task-1-solution"), failed, task_1_hidden=4)
    assert (section.verdict, section.message) == ("right", ())


def test_what_nbgrader_writes_about_an_untouched_cell_is_no_comment_of_a_teacher():
    left = answer("task-1-solution", comment="No response.")
    left.metadata.nbgrader["checksum"] = feedback.reasons.compute_checksum(left)
    _, (section,) = parted(left, check("task-1-hidden"), task_1_hidden=0)
    assert (section.verdict, section.comments) == ("not_attempted", [])


def test_outputs_are_text_and_the_pictures_that_the_notebook_holds():
    shown = [
        new_output("stream", text="\x1b[31mred\x1b[0m"),
        new_output("display_data", {"image/png": "QQ==\n", "text/plain": "<Figure>"}),
        new_output("display_data", {"image/svg+xml": "<svg/>"}),
        new_output("execute_result", {"text/html": "<script>a()</script>", "text/plain": "a table"}),
        new_output("display_data", {"application/javascript": "a()"}),
    ]
    _, (section,) = parted(answer("task-1-solution", outputs=shown), check("task-1-hidden"), task_1_hidden=4)
    (part,) = section.answer
    assert part["outputs"] == [
        {"text": "red"},
        {"picture": "data:image/png;base64,QQ=="},
        {"picture": "data:image/svg+xml;base64,PHN2Zy8+"},
        {"text": "a table"},
    ]


def test_a_flood_of_output_is_cut_and_says_so():
    flood = new_output("stream", text="x" * 50_000)
    _, (section,) = parted(answer("task-1-solution", outputs=[flood]), check("task-1-hidden"), task_1_hidden=4)
    (part,) = section.answer
    assert part["outputs"][0]["text"].endswith("x\n... 30000 more characters")


@pytest.mark.parametrize(
    ("given", "kept"), [("", ""), ("../html", "../html/"), ("https://a.example/b/", "https://a.example/b/")]
)
def test_the_address_of_the_book_ends_with_a_slash(given, kept):
    assert feedback.FeedbackPage(book=given).book == kept


def test_an_address_that_is_none_is_refused():
    with pytest.raises(TraitError, match=r"must be an address that begins with https://, or a path; got 'javascript:"):
        feedback.FeedbackPage(book="javascript:a()")
