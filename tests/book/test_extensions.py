"""The book's own Sphinx extensions on small books: what they show, and that every fault is a warning with its line."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from bs4 import BeautifulSoup

import dlcourse.perceptron

EXTENSIONS = Path(__file__).parents[2] / "book/_ext"
CONFIG = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_parser", "sphinx.ext.autosectionlabel", "katex_math", "oracle", "search_korean"]
myst_enable_extensions = ["amsmath", "dollarmath"]
html_math_renderer = "katex"
html_search_language = "en_ko"
html_theme = "basic"
katex_macros = {{r"\\R": r"\\mathbb{{R}}"}}
"""


# What the reference pages need in addition, with the settings of the book itself.
BOOK = yaml.safe_load((EXTENSIONS.parents[1] / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
SETTINGS = {name: value for name, value in BOOK.items() if name.startswith(("autodoc_", "autosummary_", "napoleon_"))}
WITH_REFERENCE = "\n".join(
    ["extensions.append('api')", "bibtex_bibfiles = ['works.bib']", *(f"{k} = {v!r}" for k, v in SETTINGS.items())]
)


@pytest.fixture
def build(tmp_path):
    """Return a function that builds one page, and gives back its HTML, what Sphinx printed, and its exit code."""

    def run(text=None, config="", **others):
        if text is not None:
            (tmp_path / "conf.py").write_text(CONFIG + config, "utf-8")
            (tmp_path / "index.md").write_text(text, "utf-8")
        for name, other in others.items():
            (tmp_path / name.replace("_", ".")).write_text(other, "utf-8")
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-n", "--keep-going", ".", "out"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
        page = tmp_path / "out/index.html"
        return page.read_text("utf-8") if page.is_file() else "", done.stdout + done.stderr, done.returncode

    return run


SOUND = r"""# Page

Let $w \in \R$, and $b$

$$
a &= b \\
c &= d
$$ (eq-one)

\begin{align}
x &= y
\end{align}

See {eq}`eq-one`.

```{oracle} perceptron.perceptron_predict
```

```{oracle} perceptron.Perceptron.fit perceptron.Perceptron.predict
```
"""
BROKEN = r"""# Page

Bad $\frac{1$ here.

```{oracle} perceptron.no_such_name
```

```{oracle} nowhere.step
```

```{oracle} perceptron.step losses.mse
```

$$
\foo
$$

$한$
"""


def test_sound_formulas_and_code_build_without_a_warning(build):
    page, log, code = build(SOUND)
    assert code == 0, log
    assert page.count('class="katex"') == 4
    assert page.count("<math") == 4
    assert re.search(r'<span class="math-end"><span class="math [^>]*>.*</span></span>,</span> and', page)
    assert "katex-error" not in page
    assert "xmlns" not in page.partition("<body")[2].replace("http://www.w3.org/2000/svg", "")
    assert '<span class="eqno">(1)' in page
    assert page.count("dlcourse/perceptron.py") == 2
    assert 'def</span> <span class="nf">perceptron_predict' in page.replace('<span class="w"> </span>', " ")
    assert "Return what a perceptron answers" not in page  # its docstring
    assert page.index(">fit</span>") < page.index(">predict</span>")


def test_punctuation_stays_with_its_own_formula_where_words_repeat(build):
    long = "a + b + c + d + e + f + g + h + i + j + k + l + m + n"  # so long that its comma stays in the text
    page, log, code = build(f"# Page\n\n${long}$, then $b$, then $c$.\n")
    assert code == 0, log
    paragraph = BeautifulSoup(page, "html.parser").select_one(".body p")
    for formula in paragraph.select(".katex"):
        formula.replace_with("X")
    assert paragraph.get_text() == "X, then X, then X."


def test_whatever_is_wrong_is_a_warning_with_its_line(build):
    _, log, code = build(BROKEN)
    assert code != 0
    for line, words in [
        (3, "Unexpected end of input in a macro argument"),
        (5, "dlcourse/perceptron.py has no perceptron.no_such_name"),
        (8, "there is no dlcourse/nowhere.py"),
        (11, "expected names of one module"),
        (14, r"Undefined control sequence: \foo"),
        (18, "unicodeTextInMathMode"),
    ]:
        assert any(f"index.md:{line}: WARNING" in text and words in text for text in log.splitlines()), (
            line,
            words,
            log,
        )


def test_a_page_is_built_again_when_the_package_changes(build):
    build("# Page\n\n```{oracle} perceptron.step\n```\n")
    _, log, _ = build()
    assert "0 added, 0 changed" in log
    source = Path(dlcourse.perceptron.__file__)
    before = source.stat()
    try:
        source.touch()
        _, log, _ = build()
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "0 added, 1 changed" in log


# ------------------------------------------------------------------ reference pages

WORKS = """
@misc{rosenblatt, author = {Rosenblatt, Frank}, title = {The {Perceptron}: a model}, year = {1958}}
@misc{mp, author = {McCulloch, Warren and Pitts, Walter}, title = {A calculus}, year = {1943}}
@misc{maas, author = {Maas, A. and Hannun, A. and Ng, A.}, title = {Rectifiers}, year = {2013}}
@misc{bridle_a, author = {Bridle, John}, title = {Probabilistic interpretation}, year = {1990}}
@misc{bridle_b, author = {Bridle, John}, title = {Training networks}, year = {1990}}
"""
CHAPTER = """# Page

```{toctree}
reference
```

## A rule

```{oracle} perceptron.step perceptron.Perceptron.fit
```

## Another place

```{oracle} perceptron.step
```

```{bibliography}
:all:
```
"""


@pytest.fixture(scope="module")
def api():
    """Return the extension as a module."""
    spec = importlib.util.spec_from_file_location("book_ext_api", EXTENSIONS / "api.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_code_and_its_reference_lead_to_each_other(build, tmp_path):
    page, log, code = build(
        CHAPTER, WITH_REFERENCE, works_bib=WORKS, reference_md="# Reference\n\n```{api} perceptron\n```\n"
    )
    assert code == 0, log
    captions = BeautifulSoup(page, "html.parser").select(".code-block-caption")
    assert [[a["href"].partition("#")[2] for a in caption.select(".oracle-link a")] for caption in captions] == [
        ["dlcourse.perceptron.step", "dlcourse.perceptron.Perceptron.fit"],
        ["dlcourse.perceptron.step"],
    ]
    reference = BeautifulSoup((tmp_path / "out/reference.html").read_text("utf-8"), "html.parser")
    entry = reference.find(id="dlcourse.perceptron.step").find_next_sibling("dd")
    link = entry.select_one(".oracle-link")
    assert link.get_text() == "In the book: A rule, Another place"
    assert [a["href"] for a in link.select("a")] == ["index.html#a-rule", "index.html#another-place"]
    assert link.find_previous_sibling() == entry.find("p")  # after the summary
    assert "In the book" not in reference.find(id="dlcourse.perceptron.gate").find_next_sibling("dd").get_text()
    assert "Part 1 holds the formulas" in reference.get_text()
    order = [sig["id"] for sig in reference.select("dl.py.function > dt")]
    assert order.index("dlcourse.perceptron.step") < order.index("dlcourse.perceptron.gate")  # as in the source


def test_a_reference_page_of_no_module_is_a_warning_with_its_line(build):
    _, log, code = build("# Page\n\n```{api} nowhere\n```\n", WITH_REFERENCE, works_bib=WORKS)
    assert code != 0
    assert "index.md:3: WARNING: api: expected a module of dlcourse; there is no dlcourse/nowhere.py" in log


@pytest.fixture
def mend(api, tmp_path):
    """Return a function that mends a docstring, as if it were that of `perceptron_fit`."""
    (tmp_path / "works.bib").write_text(WORKS, "utf-8")
    app = SimpleNamespace(srcdir=tmp_path, config=SimpleNamespace(bibtex_bibfiles=["works.bib"]))
    function = dlcourse.perceptron.perceptron_fit

    def run(text):
        lines = text.splitlines()
        api.mend_docstring(app, "function", "dlcourse.perceptron.perceptron_fit", function, None, lines)
        return "\n".join(lines)

    return run


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("See `step`.", "See :py:obj:`step <dlcourse.perceptron.step>`."),
        ("See `Perceptron.fit`.", "See :py:obj:`Perceptron.fit <dlcourse.perceptron.Perceptron.fit>`."),
        ("`dlcourse.no.name`", ":py:obj:`dlcourse.no.name <dlcourse.no.name>`"),  # Sphinx will warn
        ("Weights `w` and `X`, `perceptron_fit`.", "Weights ``w`` and ``X``, ``perceptron_fit``."),
        ("``a`` and ``b * `c```", "``a`` and ``b * `c```"),
        (">>> f('`step`')\n'`step`'\n\n`w`", ">>> f('`step`')\n'`step`'\n\n``w``"),
        ('name : {"AND", "OR"}\n    "Or" is a gate.', 'name : {``"AND"``, ``"OR"``}\n    "Or" is a gate.'),
        ("Rosenblatt (1958), page 3.", ":cite:t:`rosenblatt`, page 3."),
        ("units: McCulloch & Pitts (1943).", "units: :cite:t:`mp`."),
        ("Maas et al. (2013); Maas, Hannun & Ng (2013)", ":cite:t:`maas`; :cite:t:`maas`"),
        ("Bridle (1990), Training networks, NIPS.", ":cite:t:`bridle_b`, Training networks, NIPS."),
        ("Bridle (1990), something else.", "Bridle (1990), something else."),
        ("Minsky & Rosenblatt (1958)", "Minsky & Rosenblatt (1958)"),
    ],
)
def test_names_and_citations_of_a_docstring_become_roles(text, mended, mend):
    assert mend(text) == mended


# ------------------------------------------------------------------ citations

WITH_LETTERS = """
extensions.append("sphinxcontrib.bibtex")
extensions.append("author_labels")
bibtex_bibfiles = ["works.bib"]
bibtex_reference_style = "author_year_letters"
bibtex_default_style = "author_year_labels"
"""
CITING = """# Page

{cite:t}`bridle_b` and {cite:t}`maas` {cite}`rosenblatt,bridle_a`.

```{bibliography}
:all:
```
"""


def test_works_of_one_author_and_year_are_told_apart_where_they_are_cited(build):
    page, log, code = build(CITING, WITH_LETTERS, works_bib=WORKS)
    assert code == 0, log
    read = BeautifulSoup(page, "html.parser")
    cited = "Bridle [1990b] and Maas et al. [2013] [Bridle, 1990a, Rosenblatt, 1958]."
    assert read.select_one(".body p").get_text() == cited
    labels = {each.find_parent()["id"]: each.get_text().strip("[]") for each in read.select(".citation > .label")}
    links = {a["href"].strip("#"): a.get_text() for a in read.select(".body p a.reference")}
    assert [labels[name].split()[-1] for name in links] == [text.split()[-1] for text in links.values()]


def test_a_line_that_came_in_pieces_is_shown_whole():
    spec = importlib.util.spec_from_file_location("printed_output", EXTENSIONS / "printed_output.py")
    printed_output = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(printed_output)
    pieces = [
        {"output_type": "stream", "name": "stdout", "text": "0.375304"},
        {"output_type": "stream", "name": "stdout", "text": " 0.375304\nnext\n"},
        {"output_type": "display_data", "data": {}, "metadata": {}},
        {"output_type": "stream", "name": "stdout", "text": "last\n"},
    ]
    shown = printed_output.joined(pieces)
    assert [output.get("text") for output in shown] == ["0.375304 0.375304\nnext\nlast\n", None]
    assert pieces[0]["text"] == "0.375304"


def test_styles_that_formulas_have_often_are_classes_that_win_over_others(build, tmp_path):
    page, log, code = build("# Page\n\nLet $a = b^2$.\n")
    assert code == 0, log
    found = re.search(r'<span class="mspace (k\d+)">', page)[1]
    rules = (tmp_path / "out/_static/katex-sizes.css").read_text("utf-8").splitlines()
    assert f".{found}{{margin-right:0.2778em!important;}}" in rules  # the room beside =
    assert "katex-sizes.css" in page
    assert 'style="margin-right:0.2778em;"' not in page


# ------------------------------------------------------------------ questions and their answers

WITH_MARKS = 'extensions.append("reader_marks")\nmyst_enable_extensions = ["colon_fence"]\n'
ASKING = """(ch-page)=
# A page

## Check yourself

**1.** Why?

:::{admonition} Answer
:class: dropdown
:name: q-page-why
*Because.*
:::

**2.** How?

:::{admonition} Answer
:class: dropdown
:name: q-page-how
So.
:::

:::{admonition} Not folded
It is a box.
:::

## Marks

:::{admonition} An aside
:class: dropdown
By the way.
:::

```{progress}
No *scripts*.
```
"""


def test_answers_fold_without_scripts_under_the_names_of_their_questions(build):
    page, log, code = build(ASKING, WITH_MARKS)
    assert code == 0, log
    read = BeautifulSoup(page, "html.parser")
    folds = [(fold["class"], fold.get("id"), fold.summary.get_text()) for fold in read.select("details")]
    assert folds == [
        (["self-check", "fold"], "q-page-why", "Answer"),
        (["self-check", "fold"], "q-page-how", "Answer"),
        (["aside", "fold"], None, "An aside"),
    ]
    assert read.select_one("#q-page-why > p > em").get_text() == "Because."
    assert read.select_one("div.admonition > .admonition-title").get_text() == "Not folded"


def test_the_list_of_progress_names_pages_and_questions_and_hides_until_a_script_shows_it(build):
    page, log, code = build(ASKING, WITH_MARKS)
    assert code == 0, log
    read = BeautifulSoup(page, "html.parser")
    assert read.select_one(".needs-scripts").get_text().strip() == "No scripts."
    listed = read.select_one("ul#progress[hidden]")
    assert [entry["id"] for entry in listed.select(":scope > li")] == ["ch-page"]
    assert [link.get_text() for link in listed.select("li > a")] == ["A page", "1", "2"]
    assert [link["href"] for link in listed.select("li li > a")] == ["#q-page-why", "#q-page-how"]
    assert 'const readerMarks = {"page": "index", "chapters": {"index": "ch-page"}};' in page


@pytest.mark.parametrize(
    ("old", "new", "line", "warning"),
    [
        (":name: q-page-how\n", "", 16, "expected a :name: that begins with q- on this answer; it has none"),
        ("(ch-page)=\n", "", "", "expected a label (ch-...)= before the title of a page with questions"),
        ("No *scripts*.\n", "", 33, "Content block expected"),
    ],
)
def test_a_question_that_no_mark_can_refer_to_is_a_warning(old, new, line, warning, build):
    assert ASKING.count(old) == 1
    _, log, code = build(ASKING.replace(old, new), WITH_MARKS)
    assert code != 0
    assert re.search(rf"index\.md(:{line})?:.*{re.escape(warning)}", log), log


PLAYING = """# Page

```{playground} bowl
:title: A bowl & a <slider>
What to *try*.
```
"""


@pytest.fixture
def with_playgrounds(build, tmp_path):
    """Return the function `build` for a book that has one playground."""
    (tmp_path / "_playgrounds").mkdir()
    for name in ("playground.js", "playground.css", "bowl.js"):
        (tmp_path / "_playgrounds" / name).write_text("/* */", "utf-8")
    config = "extensions.append('playground')\nexclude_patterns = ['_playgrounds']\n"
    return lambda text, **others: build(text, config, **others)


def test_a_playground_is_an_element_with_a_title_and_words_to_try(with_playgrounds):
    html, said, code = with_playgrounds(PLAYING)
    assert code == 0, said
    box = BeautifulSoup(html, "html.parser").find("div", class_="playground")
    assert (box["role"], box["aria-label"]) == ("group", "A bowl & a <slider>")
    assert box.find(class_="playground-title").get_text() == "A bowl & a <slider>"
    assert box.find("dl-bowl").find(class_="fallback").get_text()
    assert box.find("em").get_text() == "try"


def test_a_page_loads_the_scripts_of_its_own_playgrounds_alone(with_playgrounds, tmp_path):
    other = "# Other\n\nWords.\n"
    html, said, code = with_playgrounds(PLAYING + "\n```{toctree}\nother\n```\n", other_md=other)
    assert code == 0, said
    files = {re.sub(r"\?.*", "", tag["src"]) for tag in BeautifulSoup(html, "html.parser").find_all("script", src=True)}
    assert {"_static/playground.js", "_static/bowl.js"} <= files
    assert "playground.css" in html
    assert (tmp_path / "out/_static/bowl.js").is_file()
    plain = (tmp_path / "out/other.html").read_text("utf-8")
    assert "bowl.js" not in plain
    assert "playground.js" not in plain


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```{playground} hill\n:title: A hill\n```", "expected the name of a playground (bowl); got hill"),
        ("```{playground} bowl\nTry.\n```", "expected a title for the playground bowl: a line with :title:"),
    ],
)
def test_a_playground_that_is_not_there_or_has_no_title_is_a_warning_with_its_line(with_playgrounds, text, told):
    _, said, code = with_playgrounds(f"# Page\n\n{text}\n")
    assert code != 0
    assert "index.md:3" in said
    assert told in said


# ------------------------------------------------------------------ the assignment of a chapter

OFFERING = "\nextensions.append('your_turn')\nyour_turn_from = 'given'\nexclude_patterns = ['given', 'out']\n"
ADDRESS = "https://github.com/ann-b/deep.course"


@pytest.fixture
def offered(build, tmp_path):
    """Return a function that builds a page of chapter 3 with some settings, and gives back the list that it shows."""
    (tmp_path / "given/03_losses").mkdir(parents=True)
    (tmp_path / "given/03_losses/03_losses.ipynb").write_text("{}", "utf-8")

    def run(settings=""):
        page, log, code = build("# Page\n\n```{your-turn} 03_losses\n```\n", OFFERING + settings)
        assert code == 0, log
        return BeautifulSoup(page, "html.parser").select(".body li")

    return run


def test_without_a_repository_an_assignment_is_offered_for_download_and_at_home_only(offered, tmp_path):
    download, here = offered()
    link = download.a
    assert link.get_text() == "Download the notebook"
    assert (tmp_path / "out" / link["href"]).read_text("utf-8") == "{}"
    assert ".venv/bin/dlcourse open 03 starts JupyterLab" in here.get_text()
    assert here.a is None


def test_with_a_repository_it_is_offered_in_colab_and_binder_too(offered):
    *_, elsewhere = offered(f"your_turn_repository = {ADDRESS!r}\nyour_turn_branch = 'next'\n")
    assert {link.get_text(): link["href"] for link in elsewhere.select("a")} == {
        "Colab": "https://colab.research.google.com/github/ann-b/deep.course/blob/next/exercises/03_losses/03_losses.ipynb",
        "Binder": "https://mybinder.org/v2/gh/ann-b/deep.course/HEAD?labpath=exercises%2F03_losses%2F03_losses.ipynb",
    }
    assert f'%pip install "dlcourse @ git+{ADDRESS}"' in elsewhere.get_text()


def test_beside_a_jupyterlite_site_it_is_offered_in_the_browser_too(offered):
    *_, in_browser = offered("your_turn_lite = True\n")
    assert in_browser.a["href"] == "lite/lab/index.html?path=03_losses/03_losses.ipynb"


def test_an_assignment_that_is_not_there_is_a_warning_with_its_line(build):
    _, log, code = build("# Page\n\n```{your-turn}\n```\n", OFFERING)
    assert code != 0
    assert "index.md:3: WARNING: your-turn: expected an assignment; there is no index/index.ipynb among" in log


@pytest.fixture(scope="module")
def your_turn():
    """Return the extension as a module."""
    spec = importlib.util.spec_from_file_location("book_ext_your_turn", EXTENSIONS / "your_turn.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "/", ADDRESS + ".git"])
def test_an_address_may_end_as_git_or_a_browser_write_it(address, your_turn):
    (line,) = your_turn.offers("03_losses", "f", "", address, "main", False)[2:]
    assert "mybinder.org/v2/gh/ann-b/deep.course/HEAD" in line


@pytest.mark.parametrize("address", ["", "https://gitlab.com/ann/course", "https://github.com/ann", "github.com/ann/b"])
def test_what_is_no_repository_at_github_gives_no_broken_link(address, your_turn):
    assert len(your_turn.offers("03_losses", "f", "", address, "main", False)) == 2


def test_the_repository_is_that_of_the_books_configuration(your_turn):
    config = SimpleNamespace(
        html_theme_options={"repository_url": ADDRESS, "repository_branch": "next"},
        your_turn_repository="",
        your_turn_branch="main",
    )
    your_turn.read_settings(None, config)
    assert (config.your_turn_repository, config.your_turn_branch) == (ADDRESS, "next")


def test_binder_finds_what_its_folder_names():
    root = EXTENSIONS.parents[1]
    (line,) = [
        line for line in (root / ".binder/requirements.txt").read_text("utf-8").splitlines() if line.startswith("-r ")
    ]
    locked = (root / ".binder" / line.removeprefix("-r ")).resolve()
    assert locked == root / "requirements/course.txt"
    assert {"jupyterlab", "nbgrader", "hatchling"} <= {each.partition("==")[0] for each in locked.read_text().split()}
    assert os.access(root / ".binder/postBuild", os.X_OK)


@pytest.mark.site
def test_every_chapter_with_an_assignment_offers_it_in_the_same_way(site):
    names = [path.stem for path in sorted((EXTENSIONS.parents[1] / "exercises").glob("*/*.ipynb"))]
    lists = []
    for name in names:
        page = BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")
        (link,) = page.select(f"a.download[href$='{name}.ipynb']")
        lists.append(link.find_parent("ul").get_text().replace(name[:2], "NN"))
    assert len(lists) == 8
    assert len(set(lists)) == 1
