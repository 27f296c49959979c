"""The reference pages: an entry for every name, readable text, and links between the chapters and the entries.

Each rule is a function from a page to a list of problems, proven on a small broken page before it is trusted with the
book.
"""

import ast
import gzip
import pickle
import re
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

PACKAGE = Path(__file__).parents[2] / "dlcourse"
NOT_TAUGHT = {"figures"}  # draws the book's figures
HEAVIEST = 350_000  # bytes of a page, compressed
LEFT_OVER = re.compile(r"`|\*\*|:[a-z:]+:|\.\. \w+::|-{4,}")  # how reStructuredText looks when mistyped


def documented_in(tree):
    """Return {name: docstring} for the functions, classes and constants of a module."""
    found = {n.name: ast.get_docstring(n) for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node, after in pairwise(tree.body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(after, ast.Expr):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            found[ast.unparse(target)] = ast.literal_eval(after.value)
    return found


def offered_by(source):
    """Return {name: first line of its docstring} for each name in a module's `__all__`."""
    tree, names = ast.parse(source), set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = set(ast.literal_eval(node.value))
    docstrings = documented_in(tree)
    return {name: (docstrings.get(name) or "(no docstring)").splitlines()[0] for name in sorted(names)}


SOURCES = {path.stem: path.read_text("utf-8") for path in sorted(PACKAGE.glob("*.py")) if path.stem not in NOT_TAUGHT}
OFFERED = {module: names for module, source in SOURCES.items() if (names := offered_by(source))}


def plain(text):
    """Return the letters and digits of a text: marks and quotes are not set as they are written."""
    return re.sub(r"[\W_]+", "", text)


# ------------------------------------------------------------------ the rules


def missing_entries(page, module, offered):
    """A name has no entry or no line in the table, or its line is not how the docstring begins."""
    entries = {sig["id"] for sig in page.select("dl.py > dt.sig[id]")}
    lines = {}
    for row in page.select("table.autosummary tr"):
        name, summary = row.select("td")
        lines[name.a["href"].removeprefix("#")] = summary.get_text()
    problems = []
    for name, docstring in offered.items():
        full = f"dlcourse.{module}.{name}"
        if full not in entries:
            problems.append(f"{full} has no entry")
        if full not in lines:
            problems.append(f"{full} is not in the table")
        elif not (line := plain(lines[full])) or not plain(docstring).startswith(line):
            problems.append(f"the table must say of {full}: {docstring}; it says: {lines[full]}")
    return problems


def left_over_markup(page):
    """The text of an entry, outside its code, shows how it was written."""
    copy = BeautifulSoup(str(page.select_one("article")), "html.parser")
    for element in copy.select("pre, code, strong, dt.sig, .headerlink"):
        element.replace_with("code")
    return [f"left over in the text: {hit[0]}" for hit in LEFT_OVER.finditer(copy.get_text())]


def names_in(signature):
    """Return the parameters that a signature shows."""
    return [part.get_text().split("=")[0].lstrip("*") for part in signature.select(":scope > em.sig-param")]


SOUND = """<article><h1>dlcourse.m</h1>
<table class="autosummary"><tr><td><a href="#dlcourse.m.f">f</a></td><td>Return x “twice”.</td></tr></table>
<dl class="py function"><dt class="sig" id="dlcourse.m.f">f(<em class="sig-param">x</em>)</dt>
<dd><p>Return <code>x</code>.</p><pre>`a`</pre></dd></dl></article>"""
DOCSTRING = 'Return `x` "twice".'


@pytest.fixture
def small_page():
    def make(old="", new=""):
        assert old in SOUND
        return BeautifulSoup(SOUND.replace(old, new), "html.parser")

    return make


def test_a_sound_page_is_left_in_peace(small_page):
    assert missing_entries(small_page(), "m", {"f": DOCSTRING}) == []
    assert left_over_markup(small_page()) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id="dlcourse.m.f"', 'id="dlcourse.m.g"', ["dlcourse.m.f has no entry"]),
        ('"#dlcourse.m.f"', '"#dlcourse.m.g"', ["dlcourse.m.f is not in the table"]),
        ("Return x “twice”", "Do", [f"the table must say of dlcourse.m.f: {DOCSTRING}; it says: Do."]),
        ("Return x “twice”.", "", [f"the table must say of dlcourse.m.f: {DOCSTRING}; it says: "]),
    ],
)
def test_a_gap_in_a_page_is_seen(old, new, words, small_page):
    assert missing_entries(small_page(old, new), "m", {"f": DOCSTRING}) == words


@pytest.mark.parametrize("text", ["`x`", "a**b", ":obj:", ":py:obj:", ".. note::", "Notes ----"])
def test_left_over_markup_is_seen(text, small_page):
    assert left_over_markup(small_page("Return <code>x</code>", text)) != []


# ------------------------------------------------------------------ the book


def test_every_module_that_is_taught_has_a_page(pages):
    assert {f"api/{module}" for module in OFFERED} == {page for page in pages if page.startswith("api/")}


@pytest.fixture(params=OFFERED)
def module(request):
    return request.param


@pytest.fixture
def page(module, site):
    return BeautifulSoup((site / f"api/{module}.html").read_text("utf-8"), "html.parser")


@pytest.mark.site
def test_every_name_that_a_module_offers_has_an_entry(module, page):
    assert missing_entries(page, module, OFFERED[module]) == []


@pytest.mark.site
def test_a_page_begins_with_what_the_module_is_for(module, page):
    docstring = ast.get_docstring(ast.parse(SOURCES[module]))
    assert plain(page.select_one("article h1 ~ p").get_text()) == plain(docstring.split("\n\n")[0])


@pytest.mark.site
def test_no_markup_of_a_docstring_is_left_over(page):
    assert left_over_markup(page) == []


@pytest.mark.site
def test_a_signature_shows_names_and_defaults_and_no_types(module, page):
    tree = ast.parse(SOURCES[module])
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in OFFERED[module]:
            parameters = [p.arg for p in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            signature = page.find(id=f"dlcourse.{module}.{node.name}")
            assert [name for name in names_in(signature) if name] == parameters, node.name
            assert "->" not in signature.get_text()
            assert "→" not in signature.get_text()


@pytest.mark.site
def test_the_fields_of_a_named_tuple_are_described_once(site):
    page = BeautifulSoup((site / "api/objectives.html").read_text("utf-8"), "html.parser")
    assert page.select("dl.py.class dl.py.attribute") == []
    assert page.select_one("dl.py.class dl.field-list dt").get_text().strip(":") == "Attributes"


@pytest.mark.site
def test_no_page_is_heavy(module, site):
    assert len(gzip.compress((site / f"api/{module}.html").read_bytes())) < HEAVIEST


@pytest.mark.site
def test_every_section_that_shows_code_and_the_entry_lead_to_each_other(site, pages):
    entries = {page: BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser") for page in pages}
    one_way, shown = [], 0
    for page, chapter in entries.items():
        for link in chapter.select(".code-block-caption .oracle-link a"):
            shown += 1
            target, _, anchor = link["href"].partition(".html#")
            entry = entries[target].find(id=anchor).find_next_sibling("dd")
            back = {each["href"].removeprefix("../") for each in entry.select(":scope > .oracle-link a")}
            section = link.find_parent("section")["id"]
            if f"{page}.html#{section}" not in back:
                one_way.append((page, anchor))
    assert shown >= 12
    assert one_way == []


@pytest.mark.site
@pytest.mark.parametrize("module", OFFERED)
def test_a_page_is_kept_without_the_rest_of_the_book(site, module):
    kept = (site.parent / ".doctrees" / "api" / f"{module}.doctree").read_bytes()
    page = pickle.loads(kept)  # noqa: S301 - our own
    assert {id(node.document) for node in page.findall() if node.document} == {id(page)}
