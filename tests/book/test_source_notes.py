"""The page of source notes: every row of the notes stands there once, and leads to a place that lives."""

import re
from collections import Counter
from pathlib import Path

BOOK = Path(__file__).parents[2] / "book"
ROWS_OF_NOTES = {"000": 28, "001": 45, "002": 40, "003": 27, "004": 48}
WORDS = {"right", "made precise", "**corrected**", "no claim"}


def rows() -> list[list[str]]:
    """Return the cells of every row, without the heads."""
    lines = (BOOK / "source_notes.md").read_text(encoding="utf-8").splitlines()
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if re.match(r"\| \d{3}-\d+ \|", line)]
    return [[cell.strip() for cell in row] for row in cells]


def living() -> set[str]:
    """Return the anchors of all chapters."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(BOOK.glob("0*.md"))]
    return {label for text in texts for label in re.findall(r"^(?:\(|:name: )([\w-]+)(?:\)=)?$", text, re.MULTILINE)}


def test_every_row_of_the_notes_stands_there_once() -> None:
    wanted = [f"{note}-{number:02}" for note, count in ROWS_OF_NOTES.items() for number in range(1, count + 1)]
    assert [row[0] for row in rows()] == wanted


def test_every_row_leads_to_an_anchor_of_a_chapter() -> None:
    anchors = living()
    leading = {row[0]: re.findall(r"\{ref\}`(?:[^`<]*<)?([\w-]+)>?`", row[3]) for row in rows()}
    assert [name for name, labels in leading.items() if not labels] == []
    assert {name: label for name, labels in leading.items() for label in labels if label not in anchors} == {}


def test_every_row_says_what_became_of_it() -> None:
    found = Counter(row[2] for row in rows())
    assert found.keys() == WORDS
    assert [row[0] for row in rows() if not row[1]] == []


def test_what_was_wrong_leads_to_a_chapter_with_a_box() -> None:
    chapters = {
        label: text
        for path in sorted(BOOK.glob("0*.md"))
        if (text := path.read_text(encoding="utf-8"))
        for label in re.findall(r"^\(([\w-]+)\)=$", text, re.MULTILINE)
    }
    wrong = {row[0]: re.findall(r"`(?:[^`<]*<)?([\w-]+)>?`", row[3]) for row in rows() if row[2] == "**corrected**"}
    without = [
        name for name, labels in wrong.items() if not any("You may have read" in chapters[one] for one in labels)
    ]
    assert without == []
