"""The built book in a real browser: every page, on a desk and on a phone, in light and in dark.

Nothing may leave the machine: a request to any other host is blocked and fails the test. Screenshots are kept for
people in `_build/screenshots`.
"""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.book.reader import (
    MODES,
    WIDTHS,
    Visit,
    contrast_violations,
    lay_out,
    raw_tex,
    search,
    structure_violations,
    take_screenshots,
    thin,
    unfold,
    unreadable_formulas,
    wide_elements,
)

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_sound(page_name, width, mode, visits, screenshots):
    visit = visits[width, mode]
    visit.open(f"{page_name}.html")
    page = visit.page
    assert page.evaluate("document.documentElement.dataset.theme") == mode
    lay_out(page)
    take_screenshots(page, screenshots, f"{page_name.replace('/', '_')}_{width}_{mode}")
    assert unreadable_formulas(page) == []
    assert raw_tex(page) == []
    assert wide_elements(page) == []
    unfold(page)
    assert unreadable_formulas(page) == []
    assert wide_elements(page) == []
    thin(page)
    assert contrast_violations(page) == []
    if mode == MODES[0]:  # colours aside, a page is the same in both modes
        assert structure_violations(page) == []
    assert visit.errors == []
    assert visit.outside == []
    assert visit.failed == []


def test_the_check_of_contrast_sees_pale_text(visits):
    visit = visits[1400, "light"]
    visit.open("index.html")
    visit.page.evaluate("document.querySelector('article p').style.color = '#aaa'")
    assert len(contrast_violations(visit.page)) == 1


def test_the_check_of_structure_sees_a_picture_without_words(visits):
    visit = visits[1400, "light"]
    visit.open("index.html")
    visit.page.evaluate("document.querySelector('article').append(document.createElement('img'))")
    assert any(problem.startswith("image-alt") for problem in structure_violations(visit.page))


def test_a_request_to_another_host_is_blocked_and_seen(visits):
    visit = visits[1400, "light"]
    visit.open("index.html")
    visit.page.evaluate("fetch('https://cdn.example/a.js').catch(() => null)")
    assert visit.outside == ["https://cdn.example/a.js"]


def test_a_wide_element_and_raw_tex_are_seen(visits):
    visit = visits[390, "light"]
    visit.open("index.html")
    visit.page.evaluate(
        """() => { const wide = document.createElement('div'); wide.style.width = '900px';
          wide.textContent = 'Let $$x$$ be.'; document.querySelector('article').append(wide); }"""
    )
    assert len(wide_elements(visit.page)) > 0
    assert raw_tex(visit.page) == ["$$", "$$"]


def test_a_table_fades_where_it_goes_on_until_it_was_scrolled(visits):
    page = visits[390, "light"].page
    visits[390, "light"].open("kill_report.html")
    page.wait_for_selector(".pst-scrollable-table-container.more-to-the-right")
    page.evaluate(
        "for (const box of document.querySelectorAll('.pst-scrollable-table-container')) box.scrollLeft = 9999"
    )
    page.wait_for_function("!document.querySelector('.pst-scrollable-table-container.more-to-the-right')", timeout=5000)


def test_on_a_phone_a_section_far_away_waits_until_the_reader_comes(visits):
    visit = visits[390, "light"]
    visit.open("03_losses.html")
    page = visit.page
    waiting = "box => !box.checkVisibility({ contentVisibilityAuto: true })"
    box = page.locator("#softmax-and-cross-entropy-in-one .math-scroll").first
    assert box.evaluate(waiting)
    box.scroll_into_view_if_needed()
    page.wait_for_function(f"box => !({waiting})(box)", arg=box.element_handle())
    box.evaluate("box => { box.style.flex = '0 0 3rem'; }")
    page.wait_for_function("box => box.tabIndex === 0", arg=box.element_handle())
    box.evaluate("box => { box.style.flex = '0 0 200rem'; }")
    page.wait_for_function("box => box.tabIndex === -1", arg=box.element_handle())


def test_on_a_desk_no_section_waits(visits):
    visits[1400, "light"].open("03_losses.html")
    boxes = visits[1400, "light"].page.locator(".math-scroll").all()
    assert boxes
    assert all(box.evaluate("box => box.checkVisibility({ contentVisibilityAuto: true })") for box in boxes)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_address_leads_to_its_section(width, visits):
    visit = visits[width, "light"]
    visit.open("07_transformer.html#what-a-real-one-adds")
    visit.page.wait_for_timeout(300)
    top = visit.page.evaluate("document.querySelector('#what-a-real-one-adds > h2').getBoundingClientRect().top")
    assert 0 <= top < WIDTHS[width] / 3, top


def find_all(visit, queries):
    """Return what the search page's own code finds for each query: the names of pages with anchors, best first."""
    visit.open("search.html")
    visit.page.wait_for_function("Search.hasIndex()")
    return visit.page.evaluate(
        """queries => Object.fromEntries(queries.map(query => [query,
          Search._performSearch(...Search._parseQuery(query)).reverse().map(([page, , anchor]) => page + anchor)]))""",
        sorted(queries),
    )


def lost(visit, wanted):
    """Return the queries that do not lead where they should; each comes with a test of a name that was found."""
    found = find_all(visit, wanted)
    return {query: found[query][:3] for query, leads in wanted.items() if not any(map(leads, found[query]))}


def page_of(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")


def glossary_terms(site):
    """Return the terms of the glossary, each with its names in Korean."""
    terms = page_of(site, "glossary").select("dl.glossary > dt")
    korean = [re.match(r"\(([^)]*[가-힣][^)]*)\)", term.find_next_sibling("dd").get_text().strip()) for term in terms]
    names = [re.split(r",\s*", found[1]) if found else [] for found in korean]
    return {term.get_text().strip().rstrip("#"): each for term, each in zip(terms, names, strict=True)}


def with_particles(word):
    """Return a Korean word with particles of its last syllable's form."""
    closed = (ord(word[-1]) - ord("가")) % 28 != 0
    return [word + particle for particle in (("을", "이", "은", "과") if closed else ("를", "가", "는", "와"))] + [
        f"{word}의",
        f"{word}에서",
        f"{word}에는",
    ]


def in_glossary(name):
    return name.startswith("glossary")


def test_search_finds_an_english_word(visits):
    found = search(visits[1400, "light"], "perceptron")
    assert any(address.startswith("01_perceptron.html") for address in found)


def test_search_finds_a_korean_word_with_a_particle_through_the_page(visits):
    found = search(visits[1400, "light"], "퍼셉트론을")
    assert any(address.startswith("glossary.html") for address in found)
    assert any(address.startswith("glossary.html") for address in search(visits[1400, "light"], "손실에서"))


def test_search_finds_every_term_of_the_glossary_in_both_languages(visits, site):
    terms = glossary_terms(site)
    assert len(terms) > 140
    assert [term for term, names in terms.items() if not names] == []
    names = {name for korean in terms.values() for name in korean}
    assert sum(bool(re.fullmatch("[가-힣]{2}", name)) for name in names) > 10  # of two syllables
    assert lost(visits[1400, "light"], dict.fromkeys([*terms, *names], in_glossary)) == {}


def test_search_finds_the_korean_words_of_the_glossary_with_particles(visits, site):
    words = {
        word for names in glossary_terms(site).values() for name in names for word in re.findall("[가-힣]{2,}", name)
    }
    assert len(words) > 150
    queries = [query for word in words for query in with_particles(word)]
    assert lost(visits[1400, "light"], dict.fromkeys(queries, in_glossary)) == {}


def test_search_finds_the_middle_of_a_korean_word(visits, site):
    words = {
        word for names in glossary_terms(site).values() for name in names for word in re.findall("[가-힣]{4,}", name)
    }
    assert len(words) > 10
    assert lost(visits[1400, "light"], dict.fromkeys([word[1:3] for word in words], in_glossary)) == {}


def test_search_finds_every_public_function_and_part_of_its_name(visits, site, pages):
    entries = {
        sig["id"]: name for name in pages if name.startswith("api/") for sig in page_of(site, name).select("dl.py > dt")
    }
    names = {entry.rpartition(".")[2]: f"{page}#{entry}" for entry, page in entries.items() if ".__" not in entry}
    assert len(names) > 100
    parts = {name.partition("_")[2]: place for name, place in names.items() if len(name.partition("_")[2]) > 3}
    assert "cross_entropy" in parts
    ends = {query: place.rpartition("#")[2] for query, place in {**parts, **names}.items()}
    # Two modules or classes may have a name in common; each of them is right.
    wanted = {query: lambda found, end=end: found.endswith(end.rpartition(".")[2]) for query, end in ends.items()}
    assert lost(visits[1400, "light"], wanted) == {}


def test_search_finds_every_task_by_its_number_and_by_its_title(visits, site, pages):
    wanted = {}
    for page in (name for name in pages if name.startswith("solutions/")):
        assignment = page.partition("/")[2]
        wanted[assignment] = lambda found, page=page: found.startswith(page)
        for heading in page_of(site, page).select("article h2"):
            number, title = re.search(r"Task (\d+)\. (.+?)#?$", heading.get_text()).groups()
            wanted[f"{assignment[:2]}.{number}"] = wanted[assignment]
            if title != "True or false?":  # every assignment ends with one
                wanted[title] = wanted[assignment]
    assert len(wanted) > 100
    assert lost(visits[1400, "light"], wanted) == {}


def test_search_in_the_dialogue_leads_to_the_results(visits):
    visit = visits[390, "light"]
    visit.open("index.html")
    visit.page.keyboard.press("Control+k")
    visit.page.keyboard.type("perceptron")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/search.html?q=perceptron*")


def test_the_colour_switch_darkens_a_figure_and_its_ink(visits):
    visit = visits[1400, "light"]
    visit.open("01_perceptron.html")
    ink = "getComputedStyle(document.querySelector('svg.figure-svg')).color"
    light = visit.page.evaluate(ink)
    visit.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert visit.page.evaluate(ink) != light


def test_the_assignment_can_be_downloaded(visits, site):
    visit = visits[1400, "light"]
    visit.open("01_perceptron.html")
    assert visit.page.locator("a.download[href$='01_perceptron.ipynb']").count() == 1
    with visit.page.expect_download() as download:
        visit.page.click("a.download[href$='01_perceptron.ipynb']")
    assert download.value.suggested_filename == "01_perceptron.ipynb"
    assert Path(download.value.path()).read_text("utf-8").startswith("{")


@pytest.fixture
def without_scripts(browser, home):
    """Return a page of worked solutions in a browser that runs no scripts."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(home + "solutions/01_perceptron.html")
    yield page
    context.close()


def test_a_worked_solution_is_folded_and_opens_with_the_keyboard(visits):
    visit = visits[1400, "light"]
    visit.open("solutions/01_perceptron.html")
    assert visit.page.locator("details.worked[open]").count() == 0
    code = visit.page.locator("details.worked pre").first
    assert not code.is_visible()
    visit.page.locator("details.worked > summary").first.focus()
    visit.page.keyboard.press("Enter")
    assert code.is_visible()


def test_a_worked_solution_opens_without_scripts(without_scripts):
    code = without_scripts.locator("details.worked pre").first
    assert not code.is_visible()
    without_scripts.locator("details.worked > summary").first.click()
    assert code.is_visible()


def test_worked_solutions_are_printed_open(without_scripts):
    without_scripts.emulate_media(media="print")
    heights = [box.bounding_box()["height"] for box in without_scripts.locator("details.worked pre").all()]
    assert len(heights) >= 8
    assert min(heights) > 20


def test_worked_solutions_open_for_a_printer_that_knows_scripts_only_and_fold_again(visits):
    visit = visits[1400, "light"]
    visit.open("solutions/01_perceptron.html")
    folds = visit.page.locator("details.worked").count()
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert visit.page.locator("details.worked[open]").count() == folds
    visit.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert visit.page.locator("details.worked[open]").count() == 0


def test_the_book_works_from_disk(browser, site):
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    visit = Visit(context.new_page(), site.as_uri() + "/")
    missing = []
    visit.page.on("requestfailed", lambda request: missing.append(request.url))
    visit.open("01_perceptron.html")
    assert unreadable_formulas(visit.page) == []
    assert missing == []
    assert visit.page.evaluate("document.fonts.check('16px KaTeX_Main')")
    assert (visit.errors, visit.outside) == ([], [])
    found = search(visit, "perceptron")
    assert any("01_perceptron.html" in address for address in found)
    assert visit.outside == []
    context.close()
