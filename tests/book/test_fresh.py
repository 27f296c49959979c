"""A book is built quickly after a small change, and is the same site as one that is built from nothing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {
    "index.md": "# A small book\n\nIt has two chapters.\n",
    "one.md": """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

(sec-one)=
# The first chapter

Some words {cite}`bridle1990`.

(sec-rule)=
## A rule

$$
a = b
$$ (eq-rule)

```{oracle} losses.mse
```

```{code-cell} ipython3
from myst_nb import glue
from dlcourse.losses import mse
glue("loss", mse([1.0], [3.0]), display=False)
print("computed")
```

The loss is {glue:text}`loss`.
""",
    "two.md": "# The second chapter\n\nSee {eq}`eq-rule` in {ref}`sec-rule` and {ref}`sec-one`. {cite:t}`he2016`.\n",
    "losses.md": "# Reference\n\n```{api} losses\n```\n",
    "references.md": "# References\n\n```{bibliography}\n```\n",
}
CONTENTS = "format: jb-book\nroot: index\nparts:\n  - numbered: true\n    chapters:\n" + "".join(
    f"      - file: {name}\n" for name in ("one", "two", "losses", "references")
)


class Book:
    """A small book with the settings, the extensions and the package of the course."""

    def __init__(self, folder):
        self.folder, self.source, self.site = folder, folder / "book", folder / "_build/html"
        for name in ("_ext", "_playgrounds", "_static", "_vendor"):
            shutil.copytree(ROOT / "book" / name, self.source / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "dlcourse", folder / "dlcourse", ignore=shutil.ignore_patterns("__pycache__"))
        for path in ("_config.yml", "book/references.bib"):
            shutil.copy(ROOT / path, folder / path)
        for name, text in PAGES.items():
            (self.source / name).write_text(text, "utf-8")
        (self.source / "_toc.yml").write_text(CONTENTS, "utf-8")

    def change(self, path, old, new):
        """Replace words in a file of the book, or of the package."""
        text = (self.folder / path).read_text("utf-8")
        assert text.count(old) == 1
        (self.folder / path).write_text(text.replace(old, new), "utf-8")

    def build(self):
        """Build as `make book` does, and return what was said; the exit code is in `code`."""
        # what imports jsonschema would otherwise compile a grammar of addresses first, which takes seconds
        start = "import sys; sys.modules['rfc3987_syntax'] = None; from jupyter_book.cli.main import main; main()"
        command = [sys.executable, "-c", start, "build", "book", "-W", "-n", "--keep-going"]
        env = os.environ | {"PYTHONPATH": str(self.folder), "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        self.code, self.said = done.returncode, done.stdout + done.stderr
        return self

    def from_nothing(self):
        """Build after everything that was built before has been removed."""
        shutil.rmtree(self.folder / "_build")
        return self.build()

    @property
    def runs(self):
        """Return how many pages' code ran."""
        return self.said.count("Executed notebook in")

    @property
    def written(self):
        """Return the names of the pages that were written."""
        return set(re.findall(r"writing output\.\.\. \S*\[ *\d+%\] (?:\x1b\[\d+m)?([\w/]+)", self.said))

    def files(self):
        """Return the content of all files of the site."""
        return {path.relative_to(self.site): path.read_bytes() for path in self.site.rglob("*") if path.is_file()}

    def page(self, name):
        return (self.site / f"{name}.html").read_text("utf-8")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    made = Book(tmp_path_factory.mktemp("book") / "a course").build()
    assert made.code == 0, made.said
    assert made.runs == 1
    assert made.written == {path.removesuffix(".md") for path in PAGES}
    assert "The loss is <span" in made.page("one")
    return made


def differing(one, other):
    """Return the names of files that are not the same."""
    return sorted(str(path) for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def test_the_book_is_built_anew_only_where_it_must_be(book):
    # words: one page is read, none of its code runs, no other chapter is written
    first = book.files()
    book.change("book/one.md", "Some words", "Other words")
    book.build()
    assert book.code == 0, book.said
    assert book.runs == 0
    assert "one" in book.written
    assert not {"two", "losses", "references"} & book.written
    words = book.files()
    assert differing(first, words) == ["one.html", "searchindex.js"]

    # a title and the number of an equation: other pages show them
    book.change("book/one.md", "## A rule", "## A better rule\n\n$$\nx = y\n$$ (eq-before)")
    book.build()
    assert book.code == 0, book.said
    assert book.runs == 0
    assert "A better rule" in book.page("two")
    assert "(1.2)" in book.page("two")
    assert "A better rule" in book.page("losses")

    # a new citation: the bibliography shows it, and letters change
    book.change("book/two.md", "{cite:t}`he2016`", "{cite:t}`he2016` {cite}`bridle1990training`")
    book.build()
    assert book.code == 0, book.said
    assert "Bridle, 1990a" in book.page("one") + book.page("two")
    quick = book.files()
    assert differing(quick, book.from_nothing().files()) == []
    assert book.runs == 1


def test_a_change_of_the_package_runs_the_code_again(book):
    before = book.page("one")
    book.change("dlcourse/losses.py", "def mse(", "SECOND = 2\n\n\ndef mse(")
    book.build()
    assert book.code == 0, book.said
    assert book.runs == 1
    assert book.page("one") == before


def test_a_change_of_looks_reaches_every_page_and_old_pages_go(book):
    style = re.search(r"book\.css\?v=\w+", book.page("two"))[0]
    (book.source / "_static/dlcourse.css").write_text("p { color: red }", "utf-8")
    (book.source / "losses.md").unlink()
    book.change("book/_toc.yml", "      - file: losses\n", "")
    book.build()
    assert book.code == 0, book.said
    assert book.runs == 0
    assert style not in book.page("two")
    assert not (book.site / "losses.html").exists()


def test_a_warning_is_given_until_it_is_mended(book):
    book.change("book/two.md", "See {eq}", "{nothing}`x` See {eq}")
    for _ in range(2):
        book.build()
        assert book.code != 0
        assert 'Unknown interpreted text role "nothing"' in book.said
    book.change("book/two.md", "{nothing}`x` See {eq}", "See {eq}")
    assert book.build().code == 0, book.said


def test_a_new_answer_reaches_the_pages_that_count_answers(book):
    answer = book.folder / "tests/checks/answers/01_perceptron/wrong.py"
    answer.parent.mkdir(parents=True)
    answer.write_text("# wrong: nothing\n", "utf-8")
    assert book.build().code == 0, book.said
    assert book.runs == 0
    assert {"one", "two"} <= book.written
    assert not {"one", "two"} & book.build().written
