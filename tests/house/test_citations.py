"""Every paper that a docstring cites is in the bibliography, under the author, year and title that are cited."""

import ast
import re
from pathlib import Path

import pytest
from pybtex.database import parse_file

ROOT = Path(__file__).parents[2]
NAME = r"(?:De )?[A-Z]\w+(?:-[A-Z]\w+)?"
# Kingma & Ba (2015) in a section References, and (Kingma & Ba, 2015) in Notes
CITED = re.compile(
    rf"\b(?P<who>{NAME}(?:, {NAME})*(?: & {NAME}| et al\.)?)(?: \((?P<year>\d{{4}})\)|, (?P<in_notes>\d{{4}})\b)"
    r"(?:, (?P<title>[^,.:;(]+))?"
)


def bibliography():
    """Return [(last names, year, title in small letters)]."""
    entries = parse_file(ROOT / "book/references.bib").entries.values()
    return [
        (
            [" ".join(person.prelast_names + person.last_names) for person in entry.persons["author"]],
            entry.fields["year"],
            re.sub("[{}]", "", entry.fields["title"]).lower(),
        )
        for entry in entries
    ]


def docstrings():
    """Return {place: docstring with its lines joined} for the whole package."""
    found = {}
    for path in sorted((ROOT / "dlcourse").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
                place = f"{path.relative_to(ROOT).as_posix()}::{getattr(node, 'name', '')}"
                found[place] = " ".join(ast.get_docstring(node).split())
    return found


def is_cited_as(names, who):
    """Tell whether "A", "A & B", "A, B & C" or "A et al." stands for these authors."""
    if who.endswith(" et al."):
        return len(names) > 2 and names[0] == who.removesuffix(" et al.")
    return names == re.split(", | & ", who)


def citation_violations(docstring, works):
    """Return a sentence for each citation of a docstring that the bibliography does not know."""
    found = []
    for citation in CITED.finditer(docstring):
        who, year = citation["who"], citation["year"] or citation["in_notes"]
        titles = [title for names, when, title in works if when == year and is_cited_as(names, who)]
        if not titles:
            found.append(f"book/references.bib has no work of {who} of {year}")
            continue
        given = (citation["title"] or "").strip().lower()
        # what follows a year may be no title: an identifier, or a place in the work
        is_title = citation["year"] and given and not re.match(r"arxiv|eq|section|algorithm|figure", given)
        if is_title and not any(title.startswith(given) for title in titles):
            found.append(f"{who} ({year}) is {' or '.join(titles)}; cited as {given}")
    return found


WORKS = bibliography()
DOCSTRINGS = docstrings()


def test_every_work_that_a_docstring_cites_is_in_the_bibliography():
    violations = {place: citation_violations(text, WORKS) for place, text in DOCSTRINGS.items()}
    assert {place: found for place, found in violations.items() if found} == {}


def test_no_section_of_references_goes_unread():
    """A citation in a form that the pattern does not know would pass unseen."""
    sections = {
        place: re.split(r"References -{10} ", text)[1].split("Examples ---")[0]
        for place, text in DOCSTRINGS.items()
        if place.startswith("dlcourse/") and re.search(r"\bReferences -{10} ", text)
    }
    assert len(sections) > 20
    year = re.compile(r"\b(?:19|20)\d\d\b(?!\.)")
    assert [text for text in sections.values() if len(CITED.findall(text)) < len(year.findall(text))] == []


SMALL = [(["Kingma", "Ba"], "2015", "adam: a method"), (["Duchi", "Hazan", "Singer"], "2011", "adaptive methods")]


@pytest.mark.parametrize(
    "text",
    [
        "Kingma & Ba (2015), Adam: a method, Algorithm 1.",
        "Duchi et al. (2011); Duchi, Hazan & Singer (2011), Adaptive methods, JMLR 12.",
        "As usual (Kingma & Ba, 2015, section 2). Kingma & Ba (2015), arXiv:1412.6980.",
        "Chapter 5 (of 8). Shape (2015, 3).",
    ],
)
def test_a_work_that_is_there_is_left_in_peace(text):
    assert citation_violations(text, SMALL) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Kingma & Ba (2014), Adam.", "no work of Kingma & Ba of 2014"),
        ("Kingma et al. (2015), Adam.", "no work of Kingma et al. of 2015"),
        ("Hazan, Duchi & Singer (2011), Adaptive methods.", "no work of Hazan, Duchi & Singer of 2011"),
        ("It converges (Novikoff, 1962).", "no work of Novikoff of 1962"),
        ("Kingma & Ba (2015), Eve.", "Kingma & Ba (2015) is adam: a method; cited as eve"),
    ],
)
def test_a_work_that_is_not_there_is_found(text, sentence):
    assert [sentence in found for found in citation_violations(text, SMALL)] == [True]
