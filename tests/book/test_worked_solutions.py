"""Worked solutions: each page says what its notebook says, folded; and one switch leaves no trace of them."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from dlcourse.grader import notebooks

ROOT = Path(__file__).parents[2]
EXTENSIONS = ROOT / "book/_ext"
CONFIG = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_parser", "sphinx_external_toc", "worked_solutions"]
external_toc_exclude_missing = True
myst_enable_extensions = ["dollarmath"]
math_numfig = False
html_theme = "basic"
html_copy_source = False
"""
CHAPTER = """# A chapter

(sec-perceptron)=
## The unit

```{math}
:label: eq-perceptron
x > 0
```

(sec-gates)=
## Its gates

Words.
"""
TEXT = """## Task 1. An answer (4 + 7 points)

**Goal.** Write
one line.

**Write** `perceptron_predict(X, w, b)`."""
SOLUTION = '''def perceptron_predict(X, w, b):
    """Say zebra."""
    ### BEGIN SOLUTION
    # Why: a batch is a matrix,
    # so one product serves all.
    return (X @ w + b > 0).astype(int)  # zebra
    ### END SOLUTION'''
QUIZ = "## Task 9. True or false? (4 points)\n\nReplace.\n\n0. One.\n1. Two $z$."
ANSWERS = "answers = {0: None, 1: None}\n### BEGIN SOLUTION\nanswers = {0: True, 1: False}\n### END SOLUTION"


def cell(kind, source, name):
    made = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}[kind](source, id=name)
    if kind == "code":
        made.metadata["nbgrader"] = {"grade_id": name, "solution": True, "grade": False}
    return made


@pytest.fixture
def book(tmp_path):
    """Write a book of one chapter, with a notebook beside it; return a function that builds it."""
    source, folder = tmp_path / "book", tmp_path / "solutions/01_perceptron"
    source.mkdir()
    folder.mkdir(parents=True)
    (source / "conf.py").write_text(CONFIG)
    (source / "index.md").write_text("# Book\n")
    (source / "01_perceptron.md").write_text(CHAPTER)
    (source / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: 01_perceptron\n")
    cells = [
        cell("markdown", "# 1. Perceptron\n\nWords.", "title"),
        cell("markdown", TEXT, "task-1"),
        cell("code", SOLUTION, "task-1-solution"),
        cell("markdown", QUIZ, "task-9"),
        cell("code", ANSWERS, "task-9-solution"),
    ]
    notebooks.write(folder / "01_perceptron.ipynb", nbformat.v4.new_notebook(cells=cells))

    def build(switch="", config=""):
        (source / "conf.py").write_text(CONFIG + config)
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-n", "--keep-going", ".", "../site"]
        environment = os.environ | {"DLCOURSE_SOLUTIONS": switch, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
        return tmp_path / "site", done.stdout + done.stderr, done.returncode

    return build


@pytest.fixture(scope="module")
def extension():
    spec = importlib.util.spec_from_file_location("book_ext_worked_solutions", EXTENSIONS / "worked_solutions.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(path):
    return path.read_text("utf-8")


def test_a_page_is_made_from_the_notebook_and_stands_after_its_chapter(book):
    site, log, code = book()
    assert code == 0, log
    page = BeautifulSoup(text_of(site / "solutions/01_perceptron.html"), "html.parser")
    assert page.h1.get_text().startswith("Worked solutions: Perceptron")
    assert [h.get_text().rstrip("¶#") for h in page.select("h2")] == ["Task 1. An answer", "Task 9. True or false?"]
    goal = next(p for p in page.select("p") if "Write one line." in p.get_text())
    assert [a["href"].split("#")[1] for a in goal.select("a")] == ["sec-perceptron", "equation-eq-perceptron"]
    links = BeautifulSoup(text_of(site / "01_perceptron.html"), "html.parser").select(
        "a[href='solutions/01_perceptron.html']"
    )
    assert links


def test_an_answer_is_folded_and_says_why_it_is_right(book):
    site, _, _ = book()
    page = BeautifulSoup(text_of(site / "solutions/01_perceptron.html"), "html.parser")
    task, quiz = page.select("details.worked")
    assert [fold.summary.get_text() for fold in (task, quiz)] == [
        "Show the answer to task 1",
        "Show the answer to task 9",
    ]
    assert "open" not in task.attrs
    code = task.pre.get_text()
    assert "return (X @ w + b > 0).astype(int)" in code
    assert "SOLUTION" not in code
    assert "Why" not in code
    assert "a batch is a matrix, so one product serves all." in task.get_text()
    assert [li.strong.get_text() for li in quiz.select("li")] == ["True", "False"]
    assert quiz.select("li")[1].get_text().startswith("False: Two")
    assert "sec-gates" in quiz.select("li a")[0]["href"]


@pytest.mark.parametrize(("switch", "config"), [("no", ""), ("", "worked_solutions = False\n")])
def test_without_solutions_nothing_of_them_is_left(book, switch, config):
    site, _, _ = book()
    assert "zebra" in text_of(site / "searchindex.js")
    site, log, code = book(switch, config)
    assert code == 0, log
    assert not (site / "solutions/01_perceptron.html").exists()
    rest = [path for path in site.rglob("*") if path.suffix in (".html", ".js", ".inv")]
    assert [path.name for path in rest if "solutions/" in path.read_text("utf-8", "ignore")] == []
    assert [path.name for path in rest if "zebra" in path.read_text("utf-8", "ignore")] == []


def test_the_environment_decides_before_the_configuration(book):
    site, log, code = book("yes", "worked_solutions = False\n")
    assert code == 0, log
    assert (site / "solutions/01_perceptron.html").exists()


def test_a_misspelled_switch_stops_the_build(book):
    _, log, code = book("nein")
    assert code != 0
    assert "must be yes or no; got 'nein'" in log


def test_a_changed_notebook_changes_its_page_and_no_other(book, tmp_path):
    book()
    path = tmp_path / "solutions/01_perceptron/01_perceptron.ipynb"
    path.write_text(path.read_text().replace("zebra", "giraffe"))
    site, log, _ = book()
    assert "0 added, 1 changed, 0 removed" in log
    assert "giraffe" in text_of(site / "solutions/01_perceptron.html")


def test_solutions_without_a_chapter_stop_the_build(book, tmp_path):
    (tmp_path / "solutions/01_perceptron").rename(tmp_path / "solutions/02_activations")
    path = tmp_path / "solutions/02_activations/01_perceptron.ipynb"
    path.rename(path.with_name("02_activations.ipynb"))
    _, log, code = book()
    assert code != 0
    assert "no chapter 02_activations" in log


def test_the_section_of_an_equation_is_the_last_one_before_it(extension):
    chapter = "(sec-one)=\n:label: eq-a\n$$ (eq-b)\n(sec-two)=\n:label: eq-c\n"
    assert extension.sections_of(chapter) == {"eq-a": "sec-one", "eq-b": "sec-one", "eq-c": "sec-two"}


@pytest.mark.parametrize("path", sorted((ROOT / "solutions").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_a_page_of_the_course_answers_every_task(extension, path):
    notebook = notebooks.read(path)
    page = extension.page_of(notebook, path.stem, (ROOT / "book" / f"{path.stem}.md").read_text("utf-8"))
    numbers = sorted(notebooks.solutions(notebook))
    assert [f"Show the answer to task {number}" in page for number in numbers] == [True] * len(numbers)
    assert page.count("## Task ") == len(numbers)
    assert "SOLUTION" not in page
    assert "NotImplementedError" not in page


@pytest.mark.site
def test_the_built_pages_are_those_of_the_notebooks(site, extension):
    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        page = BeautifulSoup(text_of(site / f"solutions/{path.stem}.html"), "html.parser")
        shown = "\n".join(pre.get_text() for pre in page.select("details.worked pre"))
        for task, source in notebooks.solutions(notebooks.read(path)).items():
            last = source.strip().splitlines()[-1].split("  #")[0]
            assert last in shown or "answers" in last, (path.stem, task)


def test_git_ignores_what_the_build_writes():
    assert "/book/solutions/" in text_of(ROOT / ".gitignore").splitlines()
