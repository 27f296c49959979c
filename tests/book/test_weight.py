"""What a page weighs with all that it loads, and that nothing on it moves while it is loaded.

A page is its HTML, the style sheet, the scripts and the fonts. Its figures are not counted.
"""

import gzip
import re
import time
from urllib.parse import unquote, urlsplit

import pytest

from tests.book.reader import WIDTHS, Visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

LARGEST, LARGEST_PACKED = 1_000_000, 350_000  # bytes, as they are and as a server sends them
FIGURE = re.compile(r'<svg\b[^>]*\brole="img".*?</svg>', re.DOTALL)
PICTURES = ("_images/", "_static/mark.svg")
SHIFT = 0.02
LATE = 0.3  # seconds until a font comes
SHIFTS = """() => new Promise(done => {
  const shifts = [];
  new PerformanceObserver(list => shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(shifts.reduce((sum, shift) => sum + shift.value, 0)), 300);
})"""


def loaded(visit, site):
    """Return the files that a page has loaded, without pictures: their names and what they hold."""
    names = visit.page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    paths = sorted({unquote(urlsplit(name).path).removeprefix("/") for name in names})
    return {path: (site / path).read_bytes() for path in paths if not path.startswith(PICTURES)}


def packed(name, content):
    """Return how many bytes a server sends that packs all but fonts, which are packed already."""
    return len(content if name.endswith((".woff", ".woff2")) else gzip.compress(content, 6, mtime=0))


def weigh(page_name, visit, site):
    """Return the parts of a page: for each file its bytes, as they are and packed."""
    visit.open(f"{page_name}.html")
    html = FIGURE.sub("", (site / f"{page_name}.html").read_text("utf-8")).encode()
    parts = {f"{page_name}.html": html, **loaded(visit, site)}
    return {name: (len(content), packed(name, content)) for name, content in parts.items()}


def test_a_page_is_light(page_name, visits, site):
    parts = weigh(page_name, visits[390, "light"], site)
    assert any(name.endswith("book.css") for name in parts)
    heaviest = sorted(parts.items(), key=lambda part: -part[1][0])
    assert sum(size for size, _ in parts.values()) < LARGEST, heaviest
    assert sum(size for _, size in parts.values()) < LARGEST_PACKED, heaviest


def test_fonts_are_weighed_and_figures_are_not(visits, site):
    parts = weigh("01_perceptron", visits[390, "light"], site)
    assert any(name.endswith("KaTeX_Math-Italic.woff2") for name in parts)
    assert parts["01_perceptron.html"][0] < (site / "01_perceptron.html").stat().st_size - 100_000


def test_a_page_loads_the_search_index_only_to_search(visits, site):
    visit = visits[390, "light"]
    assert [name for name in weigh("01_perceptron", visit, site) if "search" in name] == []
    assert "searchindex.js" in weigh("search", visit, site)


@pytest.fixture
def slow_fonts(browser, home):
    """Return a function that opens a page whose fonts come late, and gives back how far things moved on it."""
    contexts = []

    def go(path, width):
        contexts.append(browser.new_context(viewport={"width": width, "height": WIDTHS[width]}))
        visit = Visit(contexts[-1].new_page(), home)
        visit.page.route(re.compile(r"\.woff2?$"), lambda route: (time.sleep(LATE), route.continue_()))
        visit.open(path)
        return visit.page.evaluate(SHIFTS)

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["01_perceptron.html", "03_losses.html", "07_transformer.html"])
def test_nothing_moves_while_a_page_is_loaded(path, width, slow_fonts):
    assert slow_fonts(path, width) <= SHIFT


def test_the_measure_of_movement_sees_a_picture_that_pushes_the_text_down(visits):
    visit = visits[390, "light"]
    visit.open("index.html")
    visit.page.evaluate(
        """() => new Promise(done => requestAnimationFrame(() => setTimeout(() => {
          const box = document.createElement('div'); box.style.height = '300px';
          document.querySelector('article').prepend(box); done(); }, 100)))"""
    )
    assert visit.page.evaluate(SHIFTS) > SHIFT
