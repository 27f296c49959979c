"""The page about the grader shows what was counted, and nothing that was typed."""

import importlib.util
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from dlcourse.authoring import proof
from dlcourse.authoring.proof import Report, Row

ROOT = Path(__file__).parents[2]
REPORT = Report(
    "01_perceptron", "Perceptron", [Row("1", 3, 2, 1, 5, 4, 0.25), Row("2", 1000, 0, 0, 0, 0, 1)], ["x is wrong"]
)


@pytest.fixture
def extension(monkeypatch):
    spec = importlib.util.spec_from_file_location("book_ext_kill_report", ROOT / "book/_ext/kill_report.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "reports_of", lambda _checkout: (REPORT,))
    return module


def rows_of(table):
    return [[entry.astext() for entry in row.findall(nodes.entry)] for row in table.findall(nodes.row)]


def test_a_table_has_a_caption_and_headings_for_columns_and_rows(extension):
    table = extension.table_of("A caption", [REPORT.rows[0]], "Task")
    assert table[0].astext() == "A caption"
    assert rows_of(table) == [["Task", *proof.HEADINGS[1:]], ["1", "3", "2", "1", "5", "4", "0.2"]]
    assert [column.get("stub") for column in table.findall(nodes.colspec)] == [1, *[None] * 6]
    assert len(table[1].next_node(nodes.thead).children) == 1


def test_the_page_has_a_table_of_all_and_one_for_each_assignment(extension):
    state = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=None)))
    directive = extension.KillReport("kill-report", [], {}, [], 1, 0, "", state, SimpleNamespace(reporter=None))
    state.document.settings.env = SimpleNamespace(srcdir=ROOT / "book")
    everything, one, words, complaint = directive.run()
    assert rows_of(everything)[1:] == [
        ["1. Perceptron", "1003", "2", "1", "5", "4", "1.2"],
        ["All", "1003", "2", "1", "5", "4", "1.2"],
    ]
    assert [row[0] for row in rows_of(one)] == ["Task", "1", "2", "All tasks"]
    assert (words.astext(), complaint.astext()) == ("Not judged as they must be:", "x is wrong")


@pytest.mark.parametrize(("column", "said"), [("wrong", "1,003"), ("accepted", "4")])
def test_a_number_in_a_sentence_is_that_of_the_last_row(extension, column, said):
    role = extension.Count()
    role.text = column
    role.inliner = SimpleNamespace(
        document=SimpleNamespace(settings=SimpleNamespace(env=SimpleNamespace(srcdir=ROOT / "book")))
    )
    assert role.run()[0][0].astext() == said


@pytest.mark.site
def test_the_built_page_shows_the_counts_that_the_run_kept(site):
    page = BeautifulSoup((site / "kill_report.html").read_text("utf-8"), "html.parser")
    _, *tables = page.select("table.kill-report")
    names = proof.assignments_of(ROOT)
    assert len(tables) == len(names)
    for name, table in zip(names, tables, strict=True):
        kept = json.loads((ROOT / "_build/kill-report" / f"{name}.json").read_text("utf-8"))
        rows = [Row(**row) for row in kept["report"]["rows"]]
        shown = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tbody tr")]
        assert shown == [list(row.cells) for row in [*rows, proof.total("All tasks", rows)]], name
        assert kept["key"] == proof.key_of(ROOT, name), (
            f"{name} was counted before something changed: build the book again"
        )


def test_the_prose_types_no_count():
    text = (ROOT / "book/kill_report.md").read_text("utf-8")
    ours = re.sub("^% given: 60, 55 .*", "", text, flags=re.MULTILINE).replace("60 % of 55", "")  # of another course
    assert re.findall(r"\d+", ours) == []
