"""A page on paper: all that it says, nothing that only a screen can do, and nothing cut off."""

import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAPER = {"width": 680, "height": 1000}  # A4 between margins of 15 mm, in pixels
CONTROLS = (
    "nav, button, input, select, label, .headerlink, .bd-sidebar, .prev-next-area, #jb-print-toc, .copybtn, "
    ".bd-article details.above-input, .chapter-marks, .question-marks"
)
CUT = """() => [...document.querySelectorAll('article *')].filter(element => element.checkVisibility() &&
    !element.closest('.katex-mathml, .visually-hidden, svg') && element.children.length < 200 &&
    (element.getBoundingClientRect().right > innerWidth + 1 ||
     (element.matches('pre, .math-scroll, .output') && element.scrollWidth > element.clientWidth + 1)))
  .map(element => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 60)}`)"""
SPLIT = """() => [...document.querySelectorAll(
    'figure, .cell_input, .literal-block-wrapper, .proof, .admonition, details.fold, div.math, article tr')]
  .filter(element => getComputedStyle(element).breakInside !== 'avoid')
  .map(element => element.outerHTML.slice(0, 60))"""


@pytest.fixture(scope="module")
def paper(browser, home):
    """Return a function that opens a page as a printer sees it."""
    context = browser.new_context(viewport=PAPER, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.emulate_media(media="print")

    def go(name):
        page.goto(f"{home}{name}.html")
        page.evaluate("document.fonts.ready")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        return page

    yield go
    context.close()


def test_a_page_prints_without_controls_and_nothing_is_cut(page_name, paper):
    page = paper(page_name)
    assert page.locator("main").inner_text().strip()
    shown = page.locator(CONTROLS).filter(visible=True)
    assert [element.get_attribute("class") for element in shown.all()] == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(SPLIT) == []


def test_answers_are_printed(paper):
    page = paper("03_losses")
    answers = page.locator("details.self-check > :not(summary):not(.question-marks)")
    assert answers.count() >= 7
    assert [answer.is_visible() for answer in answers.all()] == [True] * answers.count()


def test_the_check_of_paper_sees_what_is_cut(paper):
    page = paper("00_orientation")
    page.evaluate(
        "document.querySelector('article p').innerHTML = '<span style=\"display:block;width:900px\">x</span>'"
    )
    assert len(page.evaluate(CUT)) > 0


def test_a_chapter_becomes_a_pdf_of_few_pages(paper):
    printed = paper("03_losses").pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
    assert 10 < printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") < 27
