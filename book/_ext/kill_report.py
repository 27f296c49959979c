"""Show how the grader judges all known answers: ``{kill-report}``.

``dlcourse kill-report`` is started with a build from nothing and works beside it: it tries the answers anew where
anything has changed since it last did. When an answer, a check or a notebook changes, all is built from nothing
(`fresh`), so these pages need no look of their own.
The counts become tables: one with a row for each assignment, and one for each assignment with a row for each task. The
role ``killed`` stands for one number of the row that sums up everything, such as ``wrong``, inside a sentence.
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from dlcourse.authoring.proof import HEADINGS, Report, Row, total

COLUMNS = ("wrong", "rejected", "named", "right", "accepted")


@cache
def started(checkout: Path) -> subprocess.Popen[str]:
    """Start the command, once in a build, and leave one core to the build."""
    jobs = max(1, (os.cpu_count() or 1) - 1)
    command = [sys.executable, "-m", "dlcourse.cli", "kill-report", "--json", "--jobs", str(jobs)]
    return subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own


@cache
def reports_of(checkout: Path) -> tuple[Report, ...]:
    """Return what the command measured; wait for it."""
    process = started(checkout)
    found, said = process.communicate()
    if process.returncode not in (0, 1):  # 1: measured, and not every answer is judged as it must be
        raise RuntimeError(f"dlcourse kill-report ended with {process.returncode}: {said.strip()}")
    return tuple(
        Report(one["assignment"], one["title"], [Row(**row) for row in one["rows"]], one["complaints"])
        for one in json.loads(found)
    )


def table_of(caption: str, rows: list[Row], first: str) -> nodes.table:
    """Return rows as a table whose first column heads its rows."""
    head = nodes.thead("", row_of((first, *HEADINGS[1:])))
    body = nodes.tbody("", *(row_of(row.cells) for row in rows))
    columns = [nodes.colspec(colwidth=1, **({"stub": 1} if i == 0 else {})) for i in range(len(HEADINGS))]
    group = nodes.tgroup("", *columns, head, body, cols=len(HEADINGS))
    return nodes.table("", nodes.title(caption, caption), group, classes=["kill-report", "colwidths-auto"])


def row_of(cells: tuple[str, ...]) -> nodes.row:
    """Return a row of a table."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph(cell, cell)) for cell in cells))


class KillReport(SphinxDirective):
    """The directive ``kill-report``: the tables, and what is not as it must be."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the tables."""
        reports = reports_of(Path(self.env.srcdir).parent)
        totals = [total(f"{int(one.assignment[:2])}. {one.title}", one.rows) for one in reports]
        found: list[nodes.Node] = [table_of("All assignments", [*totals, total("All", totals)], "Assignment")]
        for one, summed in zip(reports, totals, strict=True):
            found.append(table_of(summed.task, [*one.rows, one.total], "Task"))
        complaints = [text for one in reports for text in one.complaints]
        if complaints:
            words = "Not judged as they must be:"
            found += [nodes.paragraph(words, words), *(nodes.literal_block(text, text) for text in complaints)]
        return found


class Count(SphinxRole):
    """The role ``killed``: one number of the row that sums up everything."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number, or an error that names the columns."""
        if self.text not in COLUMNS:
            message = f"killed: expected one of {', '.join(COLUMNS)}; got {self.text}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        reports = reports_of(Path(self.env.srcdir).parent)
        number = getattr(total("All", [row for one in reports for row in one.rows]), self.text)
        return [nodes.Text(f"{number:,}")], []


def start(app: Sphinx) -> None:
    """Begin to measure if all pages are to be read, so that the reports are there when their turn comes."""
    if not app.env.all_docs:
        started(Path(app.srcdir).parent)


def finish(app: Sphinx, problem: Exception | None) -> None:
    """Leave no process behind: what is measured is kept for the next build, even if this one failed."""
    if started.cache_info().currsize:
        started(Path(app.srcdir).parent).communicate()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the role, and measure beside the build."""
    app.connect("builder-inited", start)
    app.connect("build-finished", finish)
    app.add_directive("kill-report", KillReport)
    app.add_role("killed", Count())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
