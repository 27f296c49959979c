"""Every displayed formula of the book has an evaluation, typed from what the page prints now."""

import importlib
import re
from pathlib import Path

import pytest

from tests.book.formulas.evaluation import displayed, named, one_line
from tests.prose import ROOT, passages


def evaluations():
    """Return the TeX of every evaluation by page and name; the file of a chapter has the chapter's name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"tests.book.formulas.{path.stem}")
        page = f"{path.stem.removeprefix('test_')}.md"
        for name, test in vars(module).items():
            if name.startswith("test_") and hasattr(test, "formula"):
                assert (page, test.formula) not in found, (
                    f"expected one evaluation of {test.formula}; got another, {name}"
                )
                found[page, test.formula] = one_line(test.__doc__)
    return found


def complaints(printed, typed):
    """Return a line for each formula without evaluation, each evaluation without formula and each edited formula."""
    said = [
        f"{page}: {name} has no evaluation. Its TeX: {printed[page, name]}" for page, name in printed - typed.keys()
    ]
    said += [f"{page}: has no formula {name} any longer, but an evaluation" for page, name in typed.keys() - printed]
    said += [
        f"{page}: {name} has changed. Evaluate it anew, then give the evaluation this docstring: {printed[page, name]}"
        for page, name in printed.keys() & typed.keys()
        if printed[page, name] != typed[page, name]
    ]
    return sorted(said)


def test_every_displayed_formula_has_an_evaluation_typed_from_what_is_printed():
    said = complaints(displayed(), evaluations())
    assert not said, "\n" + "\n".join(said)


def test_no_label_of_the_pages_is_overlooked():
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "book").glob("*.md"))
    labels = re.findall(r"^:label: *(eq-\S+)$", text, re.MULTILINE)
    assert labels
    assert sorted(labels) == sorted(name for _, name in displayed() if name.startswith("eq-"))
    assert len(displayed()) > len(labels)  # some have none


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("```{math}\n:label: eq-a\na = b\n```", "eq-a"),
        ("```{math}\na = b\n```", "sec-x/1"),
        ("```{math} a = b\n```", "sec-x/1"),
        ("$$a = b$$ (eq-a)", "eq-a"),
        ("$$\na = b\n$$", "sec-x/1"),
        ("- In a list:\n\n  $$a = b$$", "sec-x/1"),
        (":::{admonition} In a box\n```{math}\n:label: eq-a\na = b\n```\n:::", "eq-a"),
        ("````{prf:theorem} T\n:label: thm-t\n\n$$ a\n= b $$\n````", "sec-x/1"),
    ],
)
def test_a_formula_is_found_wherever_it_stands(text, name):
    page = f"(sec-x)=\n## A section\n\n{text}\n"
    assert named(passages("page.md", page), {"page.md": page}) == {("page.md", name): "a = b"}


def test_an_environment_of_ams_latex_is_a_formula():
    page = "\\begin{align*}\na &= b\n\\end{align*}\n"
    tex = r"\begin{align*} a &= b \end{align*}"
    assert named(passages("page.md", page), {"page.md": page}) == {("page.md", "start/1"): tex}


def test_formulas_without_a_label_are_counted_in_their_section():
    page = "(sec-x)=\n## X\n\n$$a$$\n\n$$b$$\n\n(sec-y)=\n## Y\n\n$$c$$\n"
    names = [name for _, name in named(passages("page.md", page), {"page.md": page})]
    assert names == ["sec-x/1", "sec-x/2", "sec-y/1"]


def test_a_new_formula_an_old_evaluation_and_an_edited_formula_are_reported():
    key = ("page.md", "eq-a")
    assert complaints({key: "a"}, {key: "a"}) == []
    assert complaints({key: "a"}, {}) == ["page.md: eq-a has no evaluation. Its TeX: a"]
    assert complaints({}, {key: "a"}) == ["page.md: has no formula eq-a any longer, but an evaluation"]
    (said,) = complaints({key: "a"}, {key: "-a"})
    assert said == "page.md: eq-a has changed. Evaluate it anew, then give the evaluation this docstring: a"
