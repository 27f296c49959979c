"""What the built pages promise: they need no other host, lead nowhere dead, and say in words what they show.

Each rule is a function from a folder of pages to a list of problems, proven on a small broken page before it is trusted
with the book.
"""

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

LOADED = {  # attributes that make a browser fetch something
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
IDLE_LINKS = {"index", "search", "next", "prev", "author", "license", "canonical", "alternate"}
CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
OUTSIDE = re.compile(r"\s*(?:(?:https?|wss?|ftp):)?//", re.IGNORECASE)
# What may stand behind a link to the web: no blank, no dot or comma of the sentence, identifiers in their own form.
SOUND_LINK = re.compile(
    r"https://(?:(?!doi\.org|arxiv\.org)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[^\s<>\"]*)?"
    r"|doi\.org/10\.\d{4,9}/\S+|arxiv\.org/abs/(?:\d{4}\.\d{4,5}|[a-z-]+/\d{7}))(?<![.,;:])"
)
LARGEST = 15_000_000  # bytes of the zipped site
FILE_NAME = re.compile(r"\S*\.(?:png|svg|jpe?g|gif|webp)|_images/\S*", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b")
TRACEBACK = "Traceback (most recent call last)"
RAW_MARKUP = re.compile(r"\]\(|\{[a-z][a-z:]*\}`|^\s*:::|```", re.MULTILINE)
RAW_TEX = re.compile(r"\\\(|\\\[|\$\$|\\begin\{|\\frac|\\mathbb")


@cache
def read(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def pages_in(folder):
    return [path for path in sorted(folder.rglob("*.html")) if "_static" not in path.relative_to(folder).parts]


def article(page):
    return page.select_one("article") or page.body or page


def is_hidden(element):
    """Tell whether assistive technology skips the element."""
    chain = [element, *element.parents]
    return any(e.get("aria-hidden") == "true" or e.get("role") in {"presentation", "none"} for e in chain if e.name)


def visible_text(page, *, without=""):
    """Return the article's text, less the elements that a selector names."""
    copy = BeautifulSoup(str(article(page)), "html.parser")
    for element in copy.select(f"script, style{without}"):
        element.decompose()
    return copy.get_text(" ")


# ------------------------------------------------------------------ the rules


def outside_hosts(folder):
    """A page, or a style sheet that it uses, fetches from another host."""
    problems = []
    for path in pages_in(folder):
        page, name = read(path), path.relative_to(folder)
        for tag, attributes in LOADED.items():
            for element in page.find_all(tag):
                if tag == "link" and set(element.get("rel", [])) <= IDLE_LINKS:
                    continue
                values = [element.get(attribute) for attribute in attributes]
                problems += [f"{name}: <{tag}> fetches {value}" for value in values if value and OUTSIDE.match(value)]
        styles = [element.get_text() for element in page.find_all("style")]
        styles += [element["style"] for element in page.find_all(style=True)]
        problems += [
            f"{name}: a style fetches {url}" for text in styles for url in css_urls(text) if OUTSIDE.match(url)
        ]
    for path in sorted(folder.rglob("*.css")):
        urls = css_urls(path.read_text("utf-8"))
        problems += [f"{path.relative_to(folder)}: fetches {url}" for url in urls if OUTSIDE.match(url)]
    return problems


def css_urls(text):
    return [a or b for a, b in CSS_URL.findall(text)]


def dead_links(folder):
    """A link, picture, script, style sheet or font leads to a file or an anchor that is not there."""
    problems = []
    for path in pages_in(folder):
        for element in read(path).find_all(["a", "link", "script", "img", "iframe", "source", "object"]):
            for attribute in ("href", "src", "data"):
                target = element.get(attribute)
                if target and not OUTSIDE.match(target) and not re.match(r"[a-z]+:", target):
                    problems += dead(folder, path, target)
    for path in sorted(folder.rglob("*.css")):
        for url in css_urls(path.read_text("utf-8")):
            if not OUTSIDE.match(url) and not url.startswith(("data:", "#")):
                problems += dead(folder, path, url)
    return problems


def dead(folder, path, target):
    parts = urlsplit(target)
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    name = path.relative_to(folder)
    if not file.is_relative_to(folder.resolve()) and parts.path:
        return [f"{name}: {target} leads out of the site"]
    if not file.is_file():
        return [f"{name}: {target} leads to no file"]
    anchor = unquote(parts.fragment)
    if anchor and file.suffix == ".html" and anchor not in anchors(file):
        return [f"{name}: {target} leads to no anchor"]
    return []


def odd_addresses(folder):
    """A link to the web is not in the form that the web, a DOI or arXiv has."""
    links = [(path, a["href"]) for path in pages_in(folder) for a in read(path).find_all("a", href=True)]
    return [
        f"{path.relative_to(folder)}: expected https:// and a sound address; got {link}"
        for path, link in links
        if re.match(r"\s*(?:[a-z]+:)?//|www\.", link, re.IGNORECASE) and not SOUND_LINK.fullmatch(link)
    ]


@cache
def anchors(path):
    page = read(path)
    return {e["id"] for e in page.find_all(id=True)} | {e["name"] for e in page.find_all("a", attrs={"name": True})}


def figures_without_words(folder):
    """A picture has no alternative text, or one that is a file name."""
    problems = []
    for path in pages_in(folder):
        page, name = read(path), path.relative_to(folder)
        for image in page.find_all("img"):
            alt, inside = image.get("alt"), image.find_parent(["article", "main", "figure"])
            if alt is None or (inside and not alt.strip() and not is_hidden(image)):
                problems.append(f"{name}: a picture has no alt text: {image.get('src')}")
            elif FILE_NAME.fullmatch(alt.strip()):
                problems.append(f"{name}: an alt text is a file name: {alt}")
        for drawing in article(page).find_all("svg"):
            words = (drawing.get("aria-label") or "").strip()
            if not is_hidden(drawing) and (drawing.get("role") != "img" or not words or FILE_NAME.fullmatch(words)):
                problems.append(f"{name}: a drawing needs role=img and an aria-label in words; it says {words!r}")
        for figure in page.find_all("figure"):
            if not figure.find(["img", "svg", "table", "pre", "video"]):
                problems.append(f"{name}: a figure shows nothing: {figure.get('id')}")
    return problems


def failed_code(folder):
    """A page shows a traceback, other than in a docstring's example, or what a cell wrote to stderr."""
    problems = []
    for path in pages_in(folder):
        page, name = read(path), path.relative_to(folder)
        if times(TRACEBACK, [page]) > times(TRACEBACK, page.select(".doctest")):
            problems.append(f"{name}: shows a traceback")
        if page.select(".output.stderr, .output.traceback"):
            problems.append(
                f"{name}: shows stderr: {page.select_one('.output.stderr, .output.traceback').get_text()[:80]}"
            )
    return problems


def times(words, elements):
    """Return how often words occur in the text of elements."""
    return sum(element.get_text().count(words) for element in elements)


def unfinished_text(folder):
    """A page says that something is still to be done."""
    hits = [(path, UNFINISHED.search(visible_text(read(path)))) for path in pages_in(folder)]
    return [f"{path.relative_to(folder)}: says {hit[0]}" for path, hit in hits if hit]


def broken_formulas(folder):
    """A formula is an error, or TeX is left in the text."""
    problems = []
    for path in pages_in(folder):
        page, name = read(path), path.relative_to(folder)
        problems += [f"{name}: formula error in {e.get_text()[:60]}" for e in page.select(".katex-error")]
        hit = RAW_TEX.search(visible_text(page, without=", pre, code, annotation"))
        if hit:
            problems.append(f"{name}: raw TeX in the text: {hit[0]}")
    return problems


def raw_markup(folder):
    """A link, a role or a box was mistyped, so the reader sees how it was written."""
    without = ", pre, code, .katex, .math"
    hits = [(path, RAW_MARKUP.search(visible_text(read(path), without=without))) for path in pages_in(folder)]
    return [f"{path.relative_to(folder)}: raw markup in the text: {hit[0].strip()}" for path, hit in hits if hit]


def repeated_ids(folder):
    """Two elements of a page have one id, so a link or a clip path finds the wrong one."""
    problems = []
    for path in pages_in(folder):
        ids = [element["id"] for element in article(read(path)).find_all(id=True)]
        problems += [
            f"{path.relative_to(folder)}: id {i} occurs twice" for i in sorted({i for i in ids if ids.count(i) > 1})
        ]
    return problems


# ------------------------------------------------------------------ each rule can fail, and knows a sound page

SOUND = """<html><head><link rel="stylesheet" href="look.css"><link rel="canonical" href="https://example.org/"></head>
<body><img src="dot.png" alt=""><article><p id="top">See <a href="#top">above</a>, <a href="page.html#top">here</a> and
<a href="https://example.org/">elsewhere</a>,
<a href="https://doi.org/10.1037/h0042519">here</a>, <a href="https://arxiv.org/abs/1412.6980">there</a>.</p>
<img src="dot.png" alt="A dot."><pre>cost = "$$"[0](1)</pre>
<div class="doctest"><pre>Traceback (most recent call last):</pre></div>
<figure id="one"><svg role="img" aria-label="A line."></svg></figure>
<span aria-hidden="true"><svg></svg></span></article></body></html>"""
BROKEN = [
    (outside_hosts, '<script src="//cdn.example/a.js"></script>', "<script> fetches"),
    (outside_hosts, '<link rel="preload stylesheet" href="https://cdn.example/a.css">', "<link> fetches"),
    (outside_hosts, '<img src="https://cdn.example/a.png" alt="A dot.">', "<img> fetches"),
    (outside_hosts, '<iframe src="http://cdn.example/"></iframe>', "<iframe> fetches"),
    (outside_hosts, '<p style="background: url(https://cdn.example/a.png)">', "a style fetches"),
    (outside_hosts, "<style>@import 'https://cdn.example/a.css'</style>", "a style fetches"),
    (dead_links, '<a href="missing.html">', "leads to no file"),
    (dead_links, '<a href="#missing">', "leads to no anchor"),
    (dead_links, '<a href="page.html#missing">', "leads to no anchor"),
    (dead_links, '<a href="../../secret.txt">', "leads out of the site"),
    (dead_links, '<img src="missing.png" alt="A dot.">', "leads to no file"),
    (odd_addresses, '<a href="http://example.org/">', "got http://example.org/"),
    (odd_addresses, '<a href="https://example/">', "got https://example/"),
    (odd_addresses, '<a href="https://example.org/a b">', "got https://example.org/a b"),
    (odd_addresses, '<a href="https://example.org/a.">', "got https://example.org/a."),
    (odd_addresses, '<a href="https://doi.org/h0042519">', "got https://doi.org/h0042519"),
    (odd_addresses, '<a href="https://arxiv.org/pdf/1412.6980">', "got https://arxiv.org/pdf"),
    (figures_without_words, '<img src="dot.png">', "has no alt text"),
    (figures_without_words, '<img src="dot.png" alt=" ">', "has no alt text"),
    (figures_without_words, '<img src="dot.png" alt="_images/8ce5.png">', "is a file name"),
    (figures_without_words, "<svg></svg>", "needs role=img"),
    (figures_without_words, '<svg role="img" aria-label=""></svg>', "needs role=img"),
    (figures_without_words, '<svg role="img" aria-label="line.svg"></svg>', "needs role=img"),
    (figures_without_words, "<figure><figcaption>Nothing.</figcaption></figure>", "shows nothing"),
    (failed_code, "<pre>Traceback (most recent call last):</pre>", "shows a traceback"),
    (failed_code, '<div class="output stderr">UserWarning</div>', "shows stderr"),
    (unfinished_text, "<p>TODO: say more.</p>", "says TODO"),
    (broken_formulas, '<code class="katex-error">x_</code>', "formula error"),
    (broken_formulas, r"<p>Let \(x\) be.</p>", "raw TeX"),
    (broken_formulas, "<p>Let $$x$$ be.</p>", "raw TeX"),
    (raw_markup, "<p>See [here](page.md other.md).</p>", "raw markup"),
    (raw_markup, "<p>A {term}`layer.</p>", "raw markup"),
    (raw_markup, "<p>\n::: {note}</p>", "raw markup"),
    (repeated_ids, '<p id="top">', "occurs twice"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in BROKEN))


@pytest.fixture
def small_site(tmp_path):
    """Return a function that writes a site of one page with something added to its article."""

    def write(addition="", css=""):
        (tmp_path / "page.html").write_text(SOUND.replace("</article>", addition + "</article>"), "utf-8")
        (tmp_path / "look.css").write_text("p { background: url(dot.png) }" + css, "utf-8")
        (tmp_path / "dot.png").write_bytes(b"")
        return tmp_path

    return write


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_passes_a_sound_page(rule, small_site):
    assert rule(small_site()) == []


@pytest.mark.parametrize(("rule", "addition", "words"), BROKEN, ids=[f"{r.__name__}-{a}" for r, a, _ in BROKEN])
def test_a_rule_sees_what_is_broken(rule, addition, words, small_site):
    problems = rule(small_site(addition))
    assert len(problems) == 1
    assert words in problems[0]


@pytest.mark.parametrize(
    ("rule", "css", "words"),
    [
        (outside_hosts, "@import url('//cdn.example/a.css');", "fetches"),
        (dead_links, "b { src: url(no.woff2) }", "no file"),
    ],
)
def test_a_rule_reads_style_sheets(rule, css, words, small_site):
    problems = rule(small_site(css=css))
    assert len(problems) == 1
    assert words in problems[0]


# ------------------------------------------------------------------ the book


@pytest.mark.site
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_book_keeps_the_rule(rule, site):
    assert rule(site) == []


@pytest.mark.site
def test_every_page_of_the_table_of_contents_is_built(site, pages):
    assert [name for name in pages if not (site / f"{name}.html").is_file()] == []


@pytest.mark.site
def test_the_book_links_no_page_from_disk_only(site, root):
    """A path of the machine that built the book would tell about it and work nowhere else."""
    texts = {path: path.read_text("utf-8") for path in pages_in(site)}
    assert [path.name for path, text in texts.items() if str(root) in text or str(Path.home()) + "/" in text] == []


@pytest.mark.site
def test_what_only_the_build_needs_is_not_published(site):
    published = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    assert [name for name in published if name.endswith((".map", ".ipynb_checkpoints")) or "katex.min.js" in name] == []
    assert "katex/LICENSE" in published
    assert [name for name in published if name.endswith(("fontawesome.js", "bootstrap.js"))] == []


@pytest.mark.site
def test_the_zipped_site_is_small(site):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in site.rglob("*"):
            archive.write(path, path.relative_to(site))
    size = packed.tell()
    assert 1_000_000 < size < LARGEST


@pytest.mark.site
def test_every_page_has_the_one_style_sheet_and_it_imports_no_other(site):
    for path in pages_in(site):
        (link,) = read(path).select("link[rel=stylesheet]")
        assert (path.parent / link["href"].partition("?")[0]).resolve() == site / "_static/book.css"
    css = (site / "_static/book.css").read_text("utf-8")
    assert "@import" not in css
    assert "div.sphinxsidebar" not in css  # of a theme that this is not
    assert ".field-list ul" in css  # of the sheet that the theme's imports


@pytest.mark.site
def test_equations_of_chapter_1_are_numbered_with_its_number(site):
    numbers = [e.get_text().strip("()# \n") for e in read(site / "01_perceptron.html").select(".eqno")]
    assert numbers == [f"1.{i}" for i in range(1, len(numbers) + 1)]
    assert len(numbers) >= 10


@pytest.mark.site
def test_works_of_one_author_and_year_have_labels_of_their_own(site):
    labels = [e.get_text().strip("[]\n ") for e in read(site / "references.html").select(".citation > .label")]
    assert {"Bridle 1990a", "Bridle 1990b", "Minsky and Papert 1969"} <= set(labels)
    assert len(labels) == len(set(labels))


@pytest.mark.site
def test_every_formula_keeps_mathml_for_screen_readers(site):
    for path in pages_in(site):
        formulas = read(path).select(".math .katex")
        assert [f for f in formulas if not f.select_one(".katex-mathml math")] == []
