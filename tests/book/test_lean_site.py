"""What is cut out of the built site, tried on small style sheets and pages; and what the book keeps of it."""

import importlib.util
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError

EXTENSION = Path(__file__).parents[2] / "book/_ext/lean_site.py"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"


@pytest.fixture(scope="module")
def lean():
    spec = importlib.util.spec_from_file_location("lean_site", EXTENSION)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a{x:1}.b{x:2}", ".a{x:1}"),
        (".a,.b , p>.a:hover{x:1}", ".a,p>.a:hover{x:1}"),
        (".a.b{x:1}.a .b{x:2}#c{x:3}#d{x:4}", "#c{x:3}"),
        ("p:not(.b):is(.b, .x){x:1}", "p:not(.b):is(.b, .x){x:1}"),
        ('[data-x=".b"] .a{x:1}', '[data-x=".b"] .a{x:1}'),
        ("@media (a){.b{x:1}}@media (a){.a{x:1}.b{x:2}}", "@media (a){.a{x:1}}"),
        ("@media (a){@supports (b){.b{x:1}}}", ""),
        ('@import "x";@keyframes b{from{x:1}}', '@import "x";\n@keyframes b{from{x:1}}'),
        ("/* } */.a{/* { */x:1}", ".a{/* { */x:1}"),
        ('.a::after{content:"}.b{"}', '.a::after{content:"}.b{"}'),
        (":root{--x:1}*{x:1}", ":root{--x:1}\n*{x:1}"),
        (r".w-1\.5{x:1}.a{x:1}", ".a{x:1}"),
    ],
)
def test_rules_stay_that_an_element_of_the_book_can_fit(css, kept, lean):
    assert lean.used(css, {"a", "c"}) == kept


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ("a{--x:1;--y:2;b:var(--x)}", "a{--x:1;b:var(--x)}"),
        ("a{--x:var(--y);--y:var(--z);--z:3}", "a{}"),
        ("a{--here:1;--x:2;b:3}", "a{--here:1;b:3}"),
        ('a{--x:url("data:a;b,{}");b:var( --y, 0)}c{--y:1}', "a{b:var( --y, 0)}c{--y:1}"),
        ("a{b:1;--x: ;c:2}d--x:hover{e:1}", "a{b:1;c:2}d--x:hover{e:1}"),
    ],
)
def test_properties_stay_that_something_reads(css, kept, lean):
    assert lean.without_unread(css, {"--here"}) == kept


def test_the_theme_asks_no_block_of_code_how_wide_it_is(lean):
    script = (THEME / "scripts/pydata-sphinx-theme.js").read_text("utf-8")
    hurried = lean.hurried(script)
    assert len(script) > len(hurried) > len(script) - 200
    assert lean.hurried(hurried) == hurried
    with pytest.raises(ExtensionError, match=r"expected .*pydata-sphinx-theme\.js to measure .* in one place; got 0"):
        lean.hurried("let a;")


@pytest.mark.parametrize("css", [".a{x:1", ".a{x:1}}", ".a"])
def test_a_broken_style_sheet_is_an_error(css, lean):
    with pytest.raises(ExtensionError, match=r"expected a style sheet with as many \{ as \}"):
        lean.used(css, set())


def test_addresses_still_lead_where_they_led(lean):
    css = "a{b:url(../fonts/x.woff2) url('y.png')}c{d:url(\"data:image/svg+xml,<a href='#'>\") url(#here)}"
    moved = lean.moved(css, "_static/styles/theme.css")
    assert moved.startswith('a{b:url("fonts/x.woff2") url("styles/y.png")}')
    assert moved.endswith("c{d:url(\"data:image/svg+xml,<a href='#'>\") url(#here)}")
    assert lean.moved("a{b:url(fonts/x)}", "katex/katex.min.css") == 'a{b:url("../katex/fonts/x")}'


PAGE = """<html><head>
  <link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
    <link rel="stylesheet" type="text/css" href="../_static/../katex/katex.min.css?v=2" />
  <script defer src="../_static/scripts/fontawesome.js?digest=1"></script>
  <link rel="preload" as="script" href="../_static/scripts/bootstrap.js?digest=1" />
    <script src="../_static/documentation_options.js?v=3"></script>
    <script src="../_static/doctools.js?v=4"></script>
    <script data-x="y" src="../_static/design-tabs.js?v=5"></script>
    <script src="../_static/play.js"></script>
    <script>const x = 1;</script>
</head><body>TEXT<script defer src="../_static/scripts/bootstrap.js?digest=1"></script>
</body></html>"""
LEAN = """<html><head>
    <link rel="stylesheet" type="text/css" href="../_static/book.css?v=12ab" />
  <script>const OPTIONS = {};</script>
    <script defer src="../_static/doctools.js?v=4"></script>
    <script>const x = 1;</script>
</head><body>TEXT</body></html>"""


def squeezed(html):
    return re.sub(r"\s+", " ", html).replace("> <", "><")


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("nothing", None),
        ('<dl-play class="x"></dl-play>', '<script defer src="../_static/play.js"></script>'),
        (
            '<div class="sd-tab-set docutils">',
            '<script data-x="y" defer src="../_static/design-tabs.js?v=5"></script>',
        ),
    ],
)
def test_a_page_has_one_style_sheet_and_the_scripts_that_serve_it(text, script, lean):
    needs = {**lean.SERVES, "_static/play.js": r"<(?:dl-play)\b"}
    html = lean.lean_page(PAGE.replace("TEXT", text), "api/page.html", "12ab", "const OPTIONS = {};", needs)
    expected = LEAN.replace("TEXT", text).replace("<script>const x", f"{script or ''}<script>const x")
    assert squeezed(html) == squeezed(expected)
    assert lean.lean_page(html, "api/page.html", "12ab", "const OPTIONS = {};", needs) == html
    assert "book.css?v=34cd" in lean.lean_page(html, "api/page.html", "34cd", "", needs)


def test_a_page_with_formulas_asks_for_their_fonts_once_and_first(lean):
    text = '<span class="katex">x</span>'
    html = lean.lean_page(PAGE.replace("TEXT", text), "api/page.html", "12ab", "", {})
    assert html.count('for (const href of ["../katex/fonts/KaTeX_Main-Regular.woff2", "../katex/fonts/') == 1
    assert html.index("KaTeX_Main-Regular") < html.index("book.css")
    assert lean.lean_page(html, "api/page.html", "12ab", "", {}) == html
    assert "KaTeX_Main" not in lean.lean_page(PAGE, "api/page.html", "12ab", "", {})


def test_scripts_that_define_elements_serve_pages_with_these_elements(lean, tmp_path):
    (tmp_path / "play.js").write_text('customElements.define("dl-one", One); customElements.define("dl-two", Two);')
    (tmp_path / "other.js").write_text("const x = 1;")
    assert lean.served(tmp_path) == {**lean.SERVES, "play.js": r"<(?:dl-one|dl-two)\b"}


CODE = """html[a] .highlight { background: #fff; color: #111 }
html[a] .highlight .n { color: #111 }
html[a] .highlight .o { color: #111 }
html[a] .highlight .nf { color: #111; font-weight: bold }
html[a] .highlight .k { color: #222 }
html[b] .highlight { background: #000; color: #eee }
html[b] .highlight .n { color: #eee }
html[b] .highlight .o { color: #111 }
html[b] .highlight .nf { color: #eee; font-weight: bold }
"""


def test_words_of_code_are_plain_if_they_have_no_colour_of_their_own_in_any_mode(lean):
    assert lean.plain_tokens(CODE) == {"n"}
    with pytest.raises(ExtensionError, match="expected a style sheet of code in which some words"):
        lean.plain_tokens(CODE.replace(".n { color: #eee", ".n { color: #ddd"))


@pytest.fixture
def small_site(tmp_path):
    """Return a folder with one page, and with what it loads from the theme."""
    for name in (
        "styles/theme.css",
        "scripts/pydata-sphinx-theme.js",
        "scripts/bootstrap.js",
        "scripts/fontawesome.js",
    ):
        (tmp_path / "_static" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(THEME / name, tmp_path / "_static" / name)
    shutil.copytree(THEME / "vendor", tmp_path / "_static/vendor")
    (tmp_path / "_static/basic.css").write_text(".body{x:url(y.png)}", "utf-8")
    (tmp_path / "_static/pygments.css").write_text(CODE, "utf-8")
    (tmp_path / "_static/documentation_options.js").write_text("const OPTIONS = {};", "utf-8")
    shutil.copy(THEME / "styles/pydata-sphinx-theme.css", tmp_path / "_static/styles/pydata-sphinx-theme.css")
    sheets = "".join(
        f'<link href="_static/styles/{name}.css?digest=1" rel="stylesheet" />'
        for name in ("theme", "pydata-sphinx-theme")
    )
    code = '<pre><span class="n">x</span><span class="k">in</span></pre>'
    body = f'<body class="body"><i class="fa-solid fa-sun"></i>{code}</body>'
    (tmp_path / "page.html").write_text(f"<html><head>{sheets}</head>{body}</html>", "utf-8")
    return tmp_path


def trim(lean, folder):
    lean.trim(SimpleNamespace(outdir=folder, builder=SimpleNamespace(format="html")), None)


def test_a_site_of_the_theme_becomes_small_and_keeps_its_icon(lean, small_site):
    trim(lean, small_site)
    css = (small_site / "_static/book.css").read_text("utf-8")
    assert '.body{x:url("y.png")}' in css
    assert ".fa-sun" in css
    assert ".fa-snowflake" not in css
    assert len(css) < 250_000
    assert 'src:url("icons.woff")' in css
    with TTFont(small_site / "_static/icons.woff") as font:
        assert 0xF185 in font.getBestCmap()
        assert len(font.getBestCmap()) < 60
    assert '<pre>x<span class="k">in</span></pre>' in (small_site / "page.html").read_text("utf-8")
    left = [path.name for path in small_site.rglob("*") if path.is_file()]
    assert not {"fontawesome.js", "bootstrap.js"} & set(left)
    before = (small_site / "page.html").read_text("utf-8")
    trim(lean, small_site)  # no page is new
    assert (small_site / "page.html").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("styles/theme.css", '@import "../basic.css";', "", "expected '@import"),
        ("scripts/pydata-sphinx-theme.js", "new bootstrap.Tooltip", "bootstrap.Modal", "no more of Bootstrap"),
        ("styles/pydata-sphinx-theme.css", "fa-solid-900", "fa-bold-900", "expected a rule that loads fa-solid-900"),
    ],
)
def test_a_theme_that_has_changed_is_an_error(name, old, new, words, lean, small_site):
    path = small_site / "_static" / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ExtensionError, match=words):
        trim(lean, small_site)


def test_pages_with_different_style_sheets_are_an_error(lean, small_site):
    (small_site / "other.html").write_text('<link href="_static/styles/theme.css" rel="stylesheet" />', "utf-8")
    with pytest.raises(ExtensionError, match="expected pages with the same style sheets"):
        trim(lean, small_site)
