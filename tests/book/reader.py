"""What the tests do that read the built book in a browser: serve it, open a page, and judge what stands there."""

import os
import re
import shutil
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import axe_playwright_python
import pytest

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {1400: 900, 390: 844}  # widths of a desk and a phone, with their heights
MODES = ("light", "dark")
TALLEST = 8_000  # pixels; Chromium repeats itself in much taller pictures


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files and log nothing."""

    def log_message(self, *args):
        pass


class Visit:
    """What one page did while it was open."""

    def __init__(self, page, home):
        self.page, self.home = page, home
        self.errors, self.outside, self.failed = [], [], []
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("response", lambda r: self.failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.route(lambda url: not url.startswith((home, "data:", "blob:")), self.block)

    def block(self, route):
        self.outside.append(route.request.url)
        route.abort()

    def open(self, path):
        for record in (self.errors, self.outside, self.failed):
            record.clear()
        self.page.goto(self.home + path, wait_until="load")
        self.page.evaluate("document.fonts.ready")


def find_chromium():
    """Return the path of Chromium, or fail with what to install."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        where = f"CHROMIUM is {named!r}" if named else f"none of {', '.join(NAMES)} is on PATH"
        message = f"expected Chromium; {where}: install it (Debian: apt install chromium) or set CHROMIUM to its path"
        pytest.fail(message, pytrace=False)
    return found


def lay_out(page, scripts=True):
    """Let a page lay out what is far away, as if a reader had come there, and its scripts see it if it may run any."""
    page.evaluate(
        """() => { const style = document.createElement('style');
          style.textContent = '* { content-visibility: visible !important }'; document.head.append(style); }"""
    )
    if scripts:
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def take_screenshots(page, folder, name):
    """Save the whole page as one picture, or as several, numbered from 1, if it is very tall."""
    width, height = page.viewport_size["width"], page.evaluate("document.documentElement.scrollHeight")
    tops = range(0, height, TALLEST)
    for old in [*folder.glob(f"{name}.png"), *folder.glob(f"{name}_*.png")]:
        old.unlink()
    for number, top in enumerate(tops, start=1):
        clip = {"x": 0, "y": top, "width": width, "height": min(TALLEST, height - top)}
        path = folder / (f"{name}.png" if len(tops) == 1 else f"{name}_{number}.png")
        page.screenshot(path=path, full_page=True, clip=clip)


def unreadable_formulas(page):
    """Return the TeX of formulas that have no size, though nothing folds them away."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.math')].filter(math => {
          if (math.closest('details:not([open])')) return false;
          const box = math.querySelector('.katex-html')?.getBoundingClientRect();
          return !box || box.width < 2 || box.height < 2;
        }).map(math => math.textContent.slice(0, 60))"""
    )


def raw_tex(page):
    """Return TeX that is left in the text outside code."""
    text = page.evaluate(
        """() => { const copy = (document.querySelector('article') ?? document.body).cloneNode(true);
          copy.querySelectorAll('pre, code, annotation, script').forEach(e => e.remove()); return copy.textContent; }"""
    )
    return re.findall(r"\\\(|\\\[|\$\$|\\begin\{", text)


def wide_elements(page):
    """Return what makes the page wider than its window; empty if nothing does."""
    return page.evaluate(
        """() => { const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
            .slice(0, 8).map(e => e.tagName + '.' + e.className); }"""
    )


def unfold(page):
    """Open every answer and every hidden cell, so that what is in them is judged as well."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")


def thin(page):
    """Take out what costs a checker time and cannot break a rule; keep the layout.

    A chapter has 20,000 elements. A formula becomes its TeX in a box of the same size, and a drawing loses its strokes
    but not its name.
    """
    page.evaluate(
        """() => {
          for (const formula of document.querySelectorAll('.katex')) {
            const box = formula.getBoundingClientRect();
            formula.style.cssText = `display: inline-block; width: ${box.width}px; height: ${box.height}px;
              overflow: hidden`;
            formula.textContent = formula.querySelector('annotation').textContent;
          }
          for (const drawing of document.querySelectorAll('svg[role=img]')) drawing.replaceChildren();
        }"""
    )


def axe(page, context, options):
    """Return what axe-core finds, a line for each element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    options = {"resultTypes": ["violations"], "preload": False, **options}
    result = page.evaluate("([context, options]) => axe.run(context ?? document, options)", [context, options])
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def structure_violations(page):
    """Return what breaks any rule but that of contrast."""
    rules = {"color-contrast": {"enabled": False}}
    return axe(page, None, {"runOnly": {"type": "tag", "values": AXE_RULES}, "rules": rules})


def contrast_violations(page):
    """Return text of too little contrast, looking once at each pair of colours and size of text."""
    page.evaluate(
        """() => {
          const seen = new Set();
          const ground = element => {
            for (let e = element; e; e = e.parentElement) {
              const { backgroundColor, backgroundImage } = getComputedStyle(e);
              if (backgroundImage !== 'none' || !/^(transparent|rgba\\(.*, 0\\))$/.test(backgroundColor)) {
                return [backgroundColor, backgroundImage, /, 0?\\.\\d+\\)$/.test(backgroundColor) && e.parentElement
                  ? ground(e.parentElement) : ''].join();
              }
            }
            return '';
          };
          for (const element of document.querySelectorAll('body *')) {
            const hasText = [...element.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
            if (!hasText || !element.checkVisibility()) continue;
            const { color, fontSize, fontWeight, opacity } = getComputedStyle(element);
            const look = [color, fontSize, fontWeight, opacity, ground(element)].join();
            if (!seen.has(look)) element.dataset.look = seen.size;
            seen.add(look);
          }
        }"""
    )
    return axe(page, {"include": [["[data-look]"]]}, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})


def search(visit, words):
    """Return the titles and addresses that the search page finds."""
    visit.open(f"search.html?q={words}")
    visit.page.wait_for_selector("#search-results .search-summary:not(:empty)")
    visit.page.wait_for_function("!document.querySelector('#search-progress')?.textContent.includes('Searching')")
    return [link.get_attribute("href") for link in visit.page.query_selector_all("#search-results li a")]
