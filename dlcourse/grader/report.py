"""The table of a graded class: student, task, points, why."""

import html
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from dlcourse.grader.reasons import TaskResult

_HEAD = ("student", "task", "points", "why")
_NARROWEST = 24  # columns that the reasons always get


@dataclass(frozen=True)
class Result:
    """What came of one submission.

    Attributes
    ----------
    student : str
        Student id.
    tasks : sequence of TaskResult
        Empty after a failure.
    failure : str or None
        Why there are no points.
    page : str or None
        Address of the feedback page, relative to the page of the class.
    """

    student: str
    tasks: Sequence[TaskResult]
    failure: str | None
    page: str | None = None

    @property
    def points(self) -> float:
        """Return the sum over all tasks."""
        return sum(task.points for task in self.tasks)

    @property
    def max_points(self) -> float:
        """Return what there was to be had."""
        return sum(task.max_points for task in self.tasks)


def rows(results: Sequence[Result]) -> list[tuple[str, str, str, str]]:
    """Return the table's rows: a total for each student, then the tasks that lost points, then remarks.

    Parameters
    ----------
    results : sequence of Result
        In the order wanted.

    Returns
    -------
    list of tuple of str
        Student, task, points, why. Neighbouring tasks that lost points for the same reason share a row; so do those
        with the same remark.
    """
    table = []
    for result in results:
        if result.failure is not None:
            table.append((result.student, "all", "failed", result.failure))
            continue
        table.append((result.student, "all", _fraction(result.points, result.max_points), ""))
        table += _groups(result.tasks, lambda task: task.why)
        table += _groups(result.tasks, lambda task: task.remark and f"remark: {task.remark}")
    return table


def _groups(tasks: Sequence[TaskResult], text: Callable[[TaskResult], str]) -> list[tuple[str, str, str, str]]:
    """Return one row for neighbouring tasks about which the same is to be said."""
    table = []
    for said, same in groupby(tasks, key=text):
        group = list(same)
        if said:
            numbers = f"{group[0].task}" if len(group) == 1 else f"{group[0].task}-{group[-1].task}"
            points = _fraction(sum(t.points for t in group), sum(t.max_points for t in group))
            table.append(("", numbers, points, said))
    return table


def summary(results: Sequence[Result]) -> str:
    """Return one line about the class.

    Parameters
    ----------
    results : sequence of Result
        All of them.

    Returns
    -------
    str
        How many were graded and failed, and the mean.
    """
    graded = [result for result in results if result.failure is None]
    failed = len(results) - len(graded)
    line = f"{len(results)} submission{'s' * (len(results) != 1)}: {len(graded)} graded, {failed} failed"
    if graded:
        line += f"; mean of the graded {sum(r.points for r in graded) / len(graded):.1f} points"
    return line


def as_text(results: Sequence[Result], width: int) -> str:
    """Return the table for a terminal.

    Parameters
    ----------
    results : sequence of Result
        In the order wanted.
    width : int
        Columns of the terminal; reasons are wrapped to fit.

    Returns
    -------
    str
        Lines without the last newline.
    """
    return columns(_HEAD, rows(results), width, right=2)


def columns(head: Sequence[str], table: Sequence[Sequence[str]], width: int, right: int = -1) -> str:
    """Set a table for a terminal.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    table : sequence of sequence of str
        Rows; the lines of a last column are wrapped to fit, all others stay on one line.
    width : int
        Columns of the terminal.
    right : int, optional
        The column that is set flush right.

    Returns
    -------
    str
        Lines without the last newline.
    """
    last = len(head) - 1
    widths = [max(len(row[column]) for row in [head, *table]) for column in range(last)]
    room = max(_NARROWEST, width - sum(widths) - last * 2)
    lines = []
    for row in [head, *table]:
        cells = [f"{row[i]:{'>' if i == right else '<'}{widths[i]}}" for i in range(last)]
        start = "  ".join(cells)
        text = [
            part for line in row[last].splitlines() for part in textwrap.wrap(line, room, break_on_hyphens=False)
        ] or [""]
        lines.append(f"{start}  {text[0]}".rstrip())
        lines += [f"{'':{len(start)}}  {line}" for line in text[1:]]
        if row is head:
            lines.append("-" * min(width, len(start) + 2 + room))
    return "\n".join(lines)


def as_page(results: Sequence[Result], title: str) -> str:
    """Return the table as a page that links to the feedback pages.

    Parameters
    ----------
    results : sequence of Result
        In the order wanted.
    title : str
        Its heading.

    Returns
    -------
    str
        A whole HTML document that calls no other host.
    """
    page = {result.student: result.page for result in results}
    body = []
    for student, task, points, why in rows(results):
        name = html.escape(student)
        if page.get(student):
            name = f'<a href="{html.escape(page[student] or "", quote=True)}">{name}</a>'
        first = f'<th scope="row">{name}</th>' if student else '<td class="empty"></td>'
        kind = ' class="total"' if student else ""
        others = zip(("task", "points", "short"), (task, points, why), strict=True)
        body.append(
            f"<tr{kind}>{first}" + "".join(f'<td class="{of}">{html.escape(x)}</td>' for of, x in others) + "</tr>"
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    return _PAGE.format(
        title=html.escape(title),
        look=_LOOK.read_text("utf-8").rstrip(),
        head=head,
        body="\n".join(body),
        summary=html.escape(summary(results)),
    )


def _fraction(points: float, max_points: float) -> str:
    return f"{points:g}/{max_points:g}"


_LOOK = Path(__file__).with_name("templates") / "feedback" / "look.css"  # that of the students' pages
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{look}
</style>
</head>
<body class="class">
<main>
<h1>{title}</h1>
<p>{summary}</p>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</main>
</body>
</html>
"""
