"""The pages that students and teachers get, in a real browser: on a desk and on a phone, in light and in dark."""

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dlcourse.grader import batch, notebooks, reasons, report, stock
from dlcourse.grader.notebooks import Change
from tests.book.reader import AXE_RULES, MODES, WIDTHS, Visit, axe, raw_tex, take_screenshots, wide_elements

pytestmark = [pytest.mark.browser, pytest.mark.nbgrader]

CHECKOUT = Path(__file__).parents[2]
NAME = "03_losses"
BOOK = "https://a.example/book/"
REPORT = (
    "It cancels in $e^{z_k - c}$. **See** ![plot](https://a.example/plot.png) <script>document.title = 'x'</script>"
)
SECONDS = 15  # for one cell; a busy machine needs some of them
PLOT = (
    "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nfrom IPython.display import display\n\n"
    "figure = plt.figure(figsize=(2, 1))\ndisplay(figure)\nprint('x' * 300)"
)
PAGES = ("mixed", "dead", "solved", "untouched", "index")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Grade a class of four, give a person's points and comments, and write all pages."""
    course = stock.open_course(CHECKOUT, tmp_path_factory.mktemp("class"), SECONDS)
    shutil.copytree(CHECKOUT / "solutions" / NAME, course.directory("source") / NAME)
    released = notebooks.read(stock.generate(course, NAME))
    solved = notebooks.solutions(notebooks.read(course.directory("source") / NAME / f"{NAME}.ipynb"))
    mixed = {
        **solved,
        1: solved[1].replace("np.mean", "np.sum"),
        4: "def cross_entropy(p)\n    pass",
        5: "while True:\n    pass",
        8: REPORT,
        9: "answers = dict.fromkeys(range(8), True) | {2: False, 6: False}",
    }
    del mixed[6]
    handed_in = {
        "mixed": notebooks.changed(notebooks.answered(released, mixed), Change("insert", "task-2-hidden", PLOT)),
        "dead": notebooks.answered(released, dict.fromkeys(range(1, 8), "import os\n\nos._exit(3)")),
        "solved": notebooks.answered(released, solved),
        "untouched": released,
    }
    for student, notebook in handed_in.items():
        notebooks.write(course.directory("submitted") / student / NAME / f"{NAME}.ipynb", notebook)
    outcomes = batch.grade(course, NAME)
    assert [one.failure for one in outcomes] == [None] * 4
    with stock.open_gradebook(course) as gradebook:
        grade = gradebook.find_grade("task-8-answer", NAME, NAME, "mixed")
        grade.manual_score, grade.needs_manual_grade = 4.5, False
        gradebook.find_comment("task-8-answer", NAME, NAME, "mixed").manual_comment = "What if *all* scores grow?"
        gradebook.db.commit()
    course.config.FeedbackPage.book = BOOK
    results = []
    for one in outcomes:
        page = stock.feedback(course, NAME, one.student)
        page.rename(course.directory("feedback") / f"{one.student}.html")
        graded = notebooks.read(course.notebook("autograded", one.student, NAME))
        results.append(
            report.Result(one.student, reasons.tasks(graded, one.scores, SECONDS), None, f"{one.student}.html")
        )
    results.append(report.Result("late", [], "the notebook must be called 03_losses.ipynb; got homework.ipynb"))
    notebooks.write_text(course.directory("feedback") / "index.html", report.as_page(results, f"{NAME}: the class"))
    return course.directory("feedback")


@pytest.fixture(scope="module")
def read(folder):
    """Return a function that parses a page."""
    return lambda name: BeautifulSoup((folder / f"{name}.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def opened(browser, folder):
    """Return a function that opens a page from disk, where scripts are not needed: they are off."""
    contexts = []

    def run(name, width, mode, scripts=True):
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]}, color_scheme=mode, java_script_enabled=scripts
        )
        contexts.append(context)
        visit = Visit(context.new_page(), folder.as_uri() + "/")
        visit.open(f"{name}.html") if scripts else visit.page.goto(f"{visit.home}{name}.html")
        return visit

    yield run
    for context in contexts:
        context.close()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everyone(name, width, mode, opened, screenshots):
    visit = opened(name, width, mode)
    page = visit.page
    take_screenshots(page, screenshots, f"feedback_{name}_{width}_{mode}")
    assert wide_elements(page) == []
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert wide_elements(page) == []
    assert raw_tex(page) == []
    assert axe(page, None, {"runOnly": {"type": "tag", "values": AXE_RULES}}) == []
    assert (visit.errors, visit.outside, visit.failed) == ([], [], [])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_nothing_and_has_no_script(name, read):
    page = read(name)
    assert page.select("script, link, iframe, object, embed, [onclick]") == []
    assert [image["src"][:5] for image in page.select("img")] == ["data:"] * len(page.select("img"))
    assert [sheet for sheet in page.select("style") if "url(" in sheet.text or "@import" in sheet.text] == []


def test_a_page_is_dark_where_the_system_is(opened):
    ground = "getComputedStyle(document.body).backgroundColor"
    assert opened("mixed", 390, "light").page.evaluate(ground) != opened("mixed", 390, "dark").page.evaluate(ground)


def test_the_score_comes_first_and_then_a_table_of_the_tasks(read):
    page = read("mixed")
    assert page.select_one("main h1").text == "Losses"
    rows = [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in page.select("tbody tr")[:9]]
    assert [row[1:3] for row in rows] == [
        ["0 of 12", "wrong"],
        ["9 of 9", "right"],
        ["14 of 14", "right"],
        ["0 of 12", "wrong"],
        ["0 of 19", "wrong"],
        ["0 of 9", "not attempted"],
        ["15 of 15", "right"],
        ["4.5 of 6", "partly right"],
        ["2 of 4", "partly right"],
    ]
    assert page.select_one(".score").text.split() == ["44.5", "of", "100", "points"]
    assert rows[0][3].startswith("the squares are added up")
    assert rows[3][3] == "syntax error in line 1"
    targets = [row.a["href"] for row in page.select("tbody tr")[:9]]
    assert [page.find(id=target[1:]).text for target in targets] == [row[0] for row in rows]


def section(page, task):
    return page.find(id=f"task-{task}").find_parent("section")


def test_in_a_task_the_message_stands_before_the_answer_and_leads_to_the_book(read):
    first = section(read("mixed"), 1)
    message, answer = first.select_one(".message"), first.select_one(".code")
    assert [term.text for term in message.select("dt")] == ["Likely", "Called", "Expected", "Your answer", "Read again"]
    assert message.a["href"] == f"{BOOK}{NAME}.html#equation-eq-mse"
    assert message.a.text == f"equation (3.1) in {NAME}.html"
    assert message.sourceline < answer.sourceline
    assert "np.sum" in answer.text


def test_statements_that_were_answered_wrongly_lead_to_their_sections(read):
    links = [link["href"] for link in section(read("mixed"), 9).select(".message a")]
    assert links == [f"{BOOK}{NAME}.html#sec-categorical-ce", f"{BOOK}{NAME}.html#sec-softmax-ce"]


def test_a_teachers_points_and_comment_are_shown(read):
    task = section(read("mixed"), 8)
    assert "4.5 of 6 points" in task.select_one(".result").text
    assert task.select_one(".comment em").text == "all"
    assert task.select_one(".text code.tex").text == "e^{z_k - c}"
    assert "<script>" in task.select_one(".text").text


def test_what_a_teacher_has_still_to_read_is_announced(read):
    page = read("solved")
    assert "94 of 100 points" in " ".join(page.header.text.split())
    assert "Up to 6 more are given by your teacher" in page.header.text
    assert section(page, 8)["class"] == ["waits"]


def test_a_notebook_that_died_says_in_every_task_what_happened_and_what_to_try(read):
    page = read("dead")
    for task in range(1, 8):
        text = section(page, task).select_one(".message").text
        assert "ended itself with the exit code 3" in text
        assert "Look for an exit" in text
        assert "os._exit(3)" in section(page, task).select_one(".code").text


def test_an_answer_that_never_ended_says_how_long_it_was_let_run(read):
    text = section(read("mixed"), 5).select_one(".message").text
    assert f"ran longer than {SECONDS} s" in text
    assert "A loop may have no end" in text


def test_the_answer_to_a_right_task_is_folded_and_opens_without_scripts(opened):
    page = opened("solved", 390, "light", scripts=False).page
    fold = page.locator("section.right details").first
    assert not fold.locator("pre").first.is_visible()
    fold.locator("summary").click()
    assert fold.locator("pre").first.is_visible()


def test_the_page_of_the_class_leads_to_the_pages_of_its_students(read, folder):
    page = read("index")
    assert [link["href"] for link in page.select("a")] == ["dead.html", "mixed.html", "solved.html", "untouched.html"]
    assert all((folder / link["href"]).is_file() for link in page.select("a"))
    assert "homework.ipynb" in page.text
