"""The reader's own marks, in a real browser: kept on this machine only, whatever happens to the place that keeps them.

And the book without scripts: all of it can be read, and nothing of what only a script can do is shown.
"""

import functools
import json
import re

import pytest
from bs4 import BeautifulSoup

from tests.book.reader import MODES, Visit, contrast_violations, lay_out, structure_violations, wide_elements

KEY = "dlcourse-marks"
CHAPTER, LABEL = "03_losses", "ch-losses"
QUESTION = "q-losses-mse-and-mae"
SAMPLE = {"version": 1, "read": [LABEL], "answers": {QUESTION: "had", "q-losses-pulls": "again"}}
NO_STORAGE = """for (const name of ['getItem', 'setItem']) {
  const real = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...rest) {
    if (key === 'dlcourse-marks') throw new DOMException('denied', 'SecurityError');
    return real.call(this, key, ...rest);
  };
}"""
FULL = NO_STORAGE.replace("'getItem', ", "").replace("SecurityError", "QuotaExceededError")
# Text that cannot be seen, though nothing folds it away and it is not for screen readers or scripts.
UNSEEN = """() => {
  const skipped = 'details:not([open]), .katex-mathml, .headerlink, .colon, script, style, [hidden], svg';
  return [...document.querySelectorAll('article *')].filter(element =>
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()) &&
    !element.closest(skipped) && !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
  ).map(element => element.textContent.slice(0, 60));
}"""


def questions_in(root):
    """Return for each chapter the names of the answers under "Check yourself", or None for one without a name."""
    found = {}
    for path in sorted((root / "book").glob("0*.md")):
        section = re.split(r"^## ", path.read_text("utf-8").split("## Check yourself\n")[1], flags=re.MULTILINE)[0]
        boxes = re.findall(r"^:::\{admonition\}.*\n((?::.*\n)*)", section, re.MULTILINE)
        names = [re.search(r"^:name: (\S+)$", box, re.MULTILINE) for box in boxes if ":class: dropdown" in box]
        found[path.stem] = [name and name[1] for name in names]
    return found


# ------------------------------------------------------------------ the sources, and what was built


def test_every_question_has_a_name_of_its_own(root):
    found = questions_in(root)
    assert len(found) == 9
    assert [page for page, names in found.items() if not names] == []
    assert [(page, name) for page, names in found.items() for name in names if not (name or "").startswith("q-")] == []
    names = [name for page in found.values() for name in page]
    assert len(names) == len(set(names)) >= 60


def test_the_script_is_small(root):
    assert (root / "book/_static/progress.js").stat().st_size < 15_000


@pytest.mark.site
def test_the_page_lists_every_chapter_and_every_question(site, root):
    page = BeautifulSoup((site / "progress.html").read_text("utf-8"), "html.parser")
    listed = {
        entry.a["href"].removesuffix(".html"): [link["href"].rpartition("#")[2] for link in entry.ol.select("a")]
        for entry in page.select("#progress > li")
    }
    assert listed == questions_in(root)
    assert list(listed) == sorted(listed)  # in reading order
    titles = [entry.a.get_text() for entry in page.select("#progress > li")]
    assert titles[3] == "3. Losses"
    assert "loss" not in [entry["id"] for entry in page.select("#progress > li")]


# ------------------------------------------------------------------ marks


@pytest.fixture
def reader(browser, home):
    """Return a function that opens a page in the browser of a new reader, or of the one before; nothing may go out."""
    contexts, sent = [], []

    def go(path, width=1400, before="", again=False, at=home, **options):
        if not again:
            contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
            contexts[-1].add_init_script(before)
        visit = Visit(contexts[-1].new_page(), at)
        visit.open(path)
        visit.page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
        return visit

    yield go
    for context in contexts:
        context.close()
    assert sent == []


def mark_of(visit, name):
    """Return the group of marks of a question, which is open."""
    fold = visit.page.locator(f"details#{name}")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return fold.get_by_role("group")


def kept(visit):
    """Return what the browser keeps."""
    return json.loads(visit.page.evaluate(f"localStorage.getItem({KEY!r})"))


@pytest.mark.site
@pytest.mark.browser
def test_a_chapter_marked_as_read_stays_read_and_shows_in_the_sidebar(reader):
    visit = reader(f"{CHAPTER}.html")
    button = visit.page.get_by_role("button", name="Mark this chapter as read")
    assert button.get_attribute("aria-pressed") == "false"
    sidebar = visit.page.locator(".bd-sidebar-primary")
    assert sidebar.get_by_role("link", name="3. Losses", exact=True).count() == 1
    button.focus()
    visit.page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert sidebar.get_by_role("link", name="3. Losses (read)").count() == 1
    visit.open("01_perceptron.html")
    assert sidebar.get_by_role("link", name=re.compile(r"\(read\)")).all_text_contents() == ["3. Losses ✓ (read)"]
    visit.open(f"solutions/{CHAPTER}.html")  # a folder deeper, and the page of solutions is none that was read
    signed = sidebar.get_by_role("link", name=re.compile(r"\(read\)"))
    assert signed.all_text_contents() == ["3. Losses ✓ (read)"]
    visit.open(f"{CHAPTER}.html")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert kept(visit) == {"version": 1, "read": [], "answers": {}}
    assert sidebar.get_by_role("link", name="3. Losses", exact=True).count() == 1
    assert (visit.errors, visit.outside) == ([], [])


@pytest.mark.site
@pytest.mark.browser
def test_a_question_is_marked_with_the_keyboard_after_its_answer_was_unfolded(reader):
    visit = reader(f"{CHAPTER}.html", width=390)
    fold = visit.page.locator(f"details#{QUESTION}")
    had, again = (fold.get_by_role("button", name=name, include_hidden=True) for name in ("I had it", "Not yet"))
    assert not had.is_visible()
    fold.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    assert had.is_visible()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Space")
    assert again.get_attribute("aria-pressed") == "true"
    assert had.get_attribute("aria-pressed") == "false"
    assert "↻ Not yet" in fold.locator("summary").text_content()
    had.click()
    assert (had.get_attribute("aria-pressed"), again.get_attribute("aria-pressed")) == ("true", "false")
    assert kept(visit)["answers"] == {QUESTION: "had"}
    visit.open(f"{CHAPTER}.html")
    assert "✓ I had it" in fold.locator("summary").text_content()
    mark_of(visit, QUESTION).get_by_role("button", name="I had it").click()  # takes it back
    assert kept(visit)["answers"] == {}


@pytest.mark.site
@pytest.mark.browser
def test_the_page_counts_marks_and_leads_to_what_is_to_be_reread(reader, root):
    visit = reader(
        "progress.html", width=390, before=f"localStorage.setItem({KEY!r}, {json.dumps(json.dumps(SAMPLE))})"
    )
    names = questions_in(root)
    words = visit.page.locator("article").inner_text()
    total = sum(map(len, names.values()))
    assert f"You have read 1 of {len(names)} chapters, and had 1 of {total} questions." in words
    rows = [row.inner_text().split("\t") for row in visit.page.locator(".progress-table tbody tr").all()]
    assert rows[3] == ["3. Losses", "✓ yes", f"2 of {len(names[CHAPTER])}, 1 not yet"]
    assert rows[4][1:] == ["no", f"0 of {len(names['04_backpropagation'])}"]
    assert wide_elements(visit.page) == []
    link = visit.page.get_by_role("link", name=f"3. Losses: question {names[CHAPTER].index('q-losses-pulls') + 1}")
    link.click()
    visit.page.wait_for_url(f"**/{CHAPTER}.html#q-losses-pulls")
    assert visit.page.locator("details#q-losses-pulls").is_visible()


@pytest.mark.site
@pytest.mark.browser
def test_marks_are_saved_forgotten_after_a_question_and_loaded(reader, tmp_path):
    visit = reader(f"{CHAPTER}.html")
    visit.page.get_by_role("button", name="Mark this chapter as read").click()
    mark_of(visit, QUESTION).get_by_role("button", name="I had it").click()
    mark_of(visit, "q-losses-pulls").get_by_role("button", name="Not yet").click()
    visit.page.get_by_role("link", name="Your progress").last.click()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Save to a file").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "dlcourse-progress.json"
    assert json.loads(saved.read_text("utf-8")) == SAMPLE

    forget = visit.page.get_by_role("button", name="Forget everything")
    forget.click()
    asking = visit.page.get_by_role("group", name="Forget everything")
    assert "Forget all marks" in asking.inner_text()
    for refuse in (lambda: visit.page.keyboard.press("Enter"), lambda: visit.page.keyboard.press("Escape")):
        refuse()  # the answer that keeps them has the focus
        assert not asking.is_visible()
        assert kept(visit) == SAMPLE
        assert forget.evaluate("button => button === document.activeElement")
        forget.click()
    asking.get_by_role("button", name="Forget them").click()
    assert visit.page.get_by_text("All marks are forgotten.").is_visible()
    assert kept(visit) == {"version": 1, "read": [], "answers": {}}

    visit.page.locator("input[type=file]").set_input_files(saved)
    visit.page.get_by_text("Loaded 3 marks.").wait_for()
    assert kept(visit) == SAMPLE
    assert "2 of 7, 1 not yet" in visit.page.locator(".progress-table").inner_text()
    assert visit.errors == []


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "there is no JSON"),
        ("[1]", "there are no marks in the form of version 1"),
        ("null", "there are no marks in the form of version 1"),
        (json.dumps({**SAMPLE, "version": 2}), "there are no marks in the form of version 1"),
        (json.dumps({**SAMPLE, "read": "ch-losses"}), "there are no marks in the form of version 1"),
        (json.dumps({**SAMPLE, "read": [3]}), "there are no marks in the form of version 1"),
        (json.dumps({**SAMPLE, "read": ["<b>"]}), "there are no marks in the form of version 1"),
        (json.dumps({**SAMPLE, "answers": []}), "there are no marks in the form of version 1"),
        (json.dumps({**SAMPLE, "answers": {QUESTION: "perhaps"}}), "there are no marks in the form of version 1"),
        (json.dumps({**SAMPLE, "more": "x" * 100_000}), "there are more than 100,000 characters"),
    ],
)
def test_a_file_without_marks_is_refused_and_says_why(text, why, reader):
    before = f"localStorage.setItem({KEY!r}, {json.dumps(json.dumps(SAMPLE))})"
    visit = reader("progress.html", before=before)
    file = {"name": "homework.json", "mimeType": "application/json", "buffer": text.encode()}
    visit.page.locator("input[type=file]").set_input_files(file)
    said = visit.page.get_by_text("Nothing was loaded.")
    said.wait_for()
    assert said.inner_text().endswith(f"in homework.json {why}.")
    assert kept(visit) == SAMPLE


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize("before", [NO_STORAGE, FULL], ids=["denied", "full"])
def test_a_browser_that_keeps_nothing_says_so_and_the_page_works(before, reader):
    visit = reader(f"{CHAPTER}.html", before=before)
    button = visit.page.get_by_role("button", name="Mark this chapter as read")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    mark_of(visit, QUESTION).get_by_role("button", name="I had it").click()
    assert button.get_attribute("aria-pressed") == "true"
    assert "does not keep marks" in visit.page.locator(".chapter-marks").inner_text()
    assert visit.errors == []


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize("text", ["{not JSON", '{"version": 7}', "null", '{"version": 1, "read": null, "answers": {}}'])
def test_spoiled_marks_are_named_and_replaced_by_the_next_one(text, reader):
    visit = reader(f"{CHAPTER}.html")
    visit.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
    visit.open(f"{CHAPTER}.html")
    assert "could not be read" in visit.page.locator(".chapter-marks").inner_text()
    visit.page.get_by_role("button", name="Mark this chapter as read").click()
    assert kept(visit) == {"version": 1, "read": [LABEL], "answers": {}}
    assert "could not be read" not in visit.page.locator(".chapter-marks").inner_text()
    assert visit.errors == []


@pytest.mark.site
@pytest.mark.browser
def test_a_mark_shows_in_another_tab_and_neither_tab_loses_marks(reader):
    one = reader(f"{CHAPTER}.html")
    two = reader("progress.html", again=True)
    one.page.get_by_role("button", name="Mark this chapter as read").click()
    two.page.get_by_text("You have read 1 of 9 chapters").wait_for()
    three = reader("01_perceptron.html", again=True)
    three.page.get_by_role("button", name="Mark this chapter as read").click()
    two.page.get_by_text("You have read 2 of 9 chapters").wait_for()
    mark_of(one, QUESTION).get_by_role("button", name="I had it").click()
    assert kept(two) == {"version": 1, "read": [LABEL, "ch-perceptron"], "answers": {QUESTION: "had"}}


@pytest.mark.site
@pytest.mark.browser
def test_marks_are_kept_from_disk(reader, site):
    visit = reader(f"{CHAPTER}.html", at=site.as_uri() + "/")
    visit.page.get_by_role("button", name="Mark this chapter as read").click()
    visit.open("progress.html")
    assert visit.page.get_by_text("You have read 1 of 9 chapters").is_visible()
    assert visit.page.locator(".bd-sidebar-primary").get_by_role("link", name="3. Losses (read)").count() == 1
    assert (visit.errors, visit.outside) == ([], [])


def answer(html, route):
    """Answer a request with a page."""
    route.fulfill(body=html, content_type="text/html")


@pytest.mark.site
@pytest.mark.browser
def test_a_korean_book_has_korean_controls(reader, site):
    before = f"localStorage.setItem({KEY!r}, {json.dumps(json.dumps(SAMPLE))})"
    visit = reader("index.html", before=before)
    for page, controls in (
        ("progress.html", "article :is(th[scope=col], button, h2)"),
        (f"{CHAPTER}.html", ".mark-button"),
    ):
        html = (site / page).read_text("utf-8").replace('<html lang="en"', '<html lang="ko"')
        visit.page.route(f"**/{page}", functools.partial(answer, html))
        visit.open(page)
        texts = [text for text in visit.page.locator(controls).all_text_contents() if "Where the marks are" not in text]
        assert len(texts) >= 7
        assert [text for text in texts if not re.search("[가-힣]", text)] == []
        assert "undefined" not in visit.page.locator("article").inner_text()
    assert visit.errors == []


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize("mode", MODES)
def test_marks_break_no_rule_of_access(mode, reader):
    before = f"localStorage.setItem({KEY!r}, {json.dumps(json.dumps(SAMPLE))})"
    visit = reader("progress.html", before=before, color_scheme=mode, reduced_motion="reduce")
    visit.page.get_by_role("button", name="Forget everything").click()
    assert structure_violations(visit.page) == []
    assert contrast_violations(visit.page) == []
    visit.open("00_orientation.html")  # the shortest chapter
    visit.page.get_by_role("button", name="Mark this chapter as read").click()
    visit.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    visit.page.get_by_role("button", name="Not yet").first.click()
    assert structure_violations(visit.page) == []
    assert contrast_violations(visit.page) == []


# ------------------------------------------------------------------ without scripts


@pytest.fixture(scope="module")
def scriptless(browser, home):
    """Return a page of a browser that runs no scripts, and where the book is."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page(), home
    context.close()


@pytest.mark.site
@pytest.mark.browser
def test_a_page_can_be_read_without_scripts(page_name, scriptless):
    page, home = scriptless
    page.goto(f"{home}{page_name}.html")
    lay_out(page, scripts=False)  # or a summary moves away while it is clicked
    assert page.locator("h1").filter(visible=True).count() == 1
    assert page.evaluate(UNSEEN) == []
    assert page.locator(".mark-button, #progress, .read-sign").filter(visible=True).count() == 0
    for fold in page.locator("details.self-check, details.aside").all():
        answer = fold.locator(":scope > :not(summary)").first
        assert not answer.is_visible()
        fold.locator("summary").click()
        assert answer.is_visible()
    sizes = "() => [...document.querySelectorAll('article .katex-html')].filter(e => !e.closest('details:not([open])'))"
    small = page.evaluate(f"{sizes}.filter(e => e.getBoundingClientRect().width < 2).length")
    assert small == 0


@pytest.mark.site
@pytest.mark.browser
def test_the_page_of_progress_says_that_it_needs_scripts(scriptless):
    page, home = scriptless
    page.goto(f"{home}progress.html")
    assert page.get_by_text("The rest of the book needs no scripts.").is_visible()


@pytest.mark.site
@pytest.mark.browser
def test_the_check_of_a_page_without_scripts_sees_hidden_text(scriptless):
    page, home = scriptless
    page.goto(f"{home}index.html")
    page.evaluate("document.querySelector('article p').style.opacity = '0'")
    assert len(page.evaluate(UNSEEN)) > 0


@pytest.mark.site
@pytest.mark.browser
def test_with_scripts_the_page_of_progress_does_not_ask_for_them(reader):
    visit = reader("progress.html")
    assert visit.page.get_by_text("The rest of the book needs no scripts.").is_hidden()
