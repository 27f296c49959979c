"""From nbgrader's gradebook to the files that Canvas and Moodle import, and to a plain table.

A platform's own export is the template: its scores are filled in, and nothing else of it changes. Who cannot be found
for certain gets no score: better a name in the list than a score in the wrong row.
"""

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbgrader.api import Gradebook, MissingEntry  # type: ignore[import-untyped]

from dlcourse.grader import notebooks, platforms, reasons, report, stock
from dlcourse.grader.platforms import Person, Table
from dlcourse.grader.stock import Course, GraderError, Score

PLATFORMS = ("canvas", "moodle", "csv")
GRADED, WAITS, UNGRADED, NOTHING = "graded", "waits for a person", "not graded", "not handed in"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a cell becomes code in a spreadsheet
_READ_ONLY = "(read only)"
_OURS = re.compile(r'<ul class="dlcourse">.*?</ul>', re.DOTALL)
_CSV = ("assignment", "student", "last_name", "first_name", "email", "platform_id", "timestamp", "points", "max_points",
        "late_penalty", "state")  # fmt: skip
_HEAD = ("who", "points", "")
Keys = list[tuple[str, str]]


@dataclass(frozen=True)
class Mark:
    """What a student has for an assignment.

    Attributes
    ----------
    assignment : str
        Which.
    person : Person
        Whose, as far as the gradebook knows.
    points : float
        With what a person gave, and less the penalty for being late; 0 if nothing is graded.
    max_points : float
        What there is to be had.
    penalty : float
        How much was taken off for being late.
    waiting : float
        Points that only a person gives, and nobody has given yet.
    timestamp : str
        When it was handed in; empty if that is not known.
    state : str
        ``"graded"``, ``"waits for a person"``, ``"not graded"`` or ``"not handed in"``.
    scores : sequence of Score
        Of the cells.
    """

    assignment: str
    person: Person
    points: float
    max_points: float
    penalty: float
    waiting: float
    timestamp: str
    state: str
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Line:
    """What is to be said of a student, or of a row of the template.

    Attributes
    ----------
    who : str
        Student id, or the name in the row.
    points : str
        What stands in the file now.
    told : str
        Remarks; empty if there are none.
    missed : bool
        True if a score did not get into the file.
    """

    who: str
    points: str
    told: str = ""
    missed: bool = False


@dataclass(frozen=True)
class Exported:
    """A file for a platform.

    Attributes
    ----------
    text : str
        Its content.
    lines : sequence of Line
        Students first, then the rows that are no student's.
    """

    text: str
    lines: tuple[Line, ...]


def marks(course: Course, assignment: str | None = None) -> list[Mark]:
    """Read what the gradebook holds.

    Parameters
    ----------
    course : Course
        Where.
    assignment : str, optional
        Which; all if not given.

    Returns
    -------
    list of Mark
        One for each assignment and student.

    Raises
    ------
    GraderError
        If the gradebook does not know the assignment.
    """
    with stock.open_gradebook(course) as gradebook:
        names = sorted(one.name for one in gradebook.assignments)
        if assignment is not None and assignment not in names:
            raise GraderError(f"the gradebook must know {assignment}; it knows {', '.join(names) or 'none'}")
        students = sorted(gradebook.students, key=lambda student: str(student.id))
        wanted = names if assignment is None else [assignment]
        return [_mark(course, gradebook, name, student) for name in wanted for student in students]


def _mark(course: Course, gradebook: Gradebook, name: str, student: Any) -> Mark:
    about = (getattr(student, key) or "" for key in ("id", "lms_user_id", "first_name", "last_name", "email"))
    person = Person(*about)
    try:
        found = gradebook.find_submission(name, student.id)
    except MissingEntry:
        handed_in = (course.directory("submitted") / student.id / name).exists()
        most = float(gradebook.find_assignment(name).max_score)
        return Mark(name, person, 0.0, most, 0.0, 0.0, "", UNGRADED if handed_in else NOTHING, ())
    grades = [grade for notebook in found.notebooks for grade in notebook.grades]
    waiting = sum(grade.max_score for grade in grades if grade.needs_manual_grade)
    state = WAITS if any(grade.needs_manual_grade for grade in grades) else GRADED
    if all(grade.auto_score is None and grade.manual_score is None for grade in grades):
        state = UNGRADED
    penalty = float(found.late_submission_penalty or 0)
    points = max(0.0, float(found.score or 0) - penalty)
    stamp = f"{found.timestamp:%Y-%m-%d %H:%M:%S} UTC" if found.timestamp else ""
    most = float(found.max_score)
    return Mark(name, person, points, most, penalty, waiting, stamp, state, stock.scores_of(found))


# --------------------------------------------------------------------------------------------------------------- canvas


def for_canvas(found: Sequence[Mark], column: str, template: bytes | None, incomplete: bool = False) -> Exported:
    """Fill scores into the gradebook of Canvas.

    Parameters
    ----------
    found : sequence of Mark
        Of one assignment.
    column : str
        What Canvas calls it, with its number in brackets or without.
    template : bytes or None
        The gradebook as Canvas has exported it; None for the smallest table that Canvas reads.
    incomplete : bool, default False
        True to write scores that wait for a person, as they are so far.

    Returns
    -------
    Exported
        The same table with the scores.

    Raises
    ------
    ValueError
        If the template is no such table, or does not have this one column, or it may only be read.
    """
    if template is None:
        return _smallest(found, column, incomplete)
    table = platforms.canvas_gradebook(template)
    place = _column(table, column)
    notes = {}
    for row in table.rows:
        possible = _number(row[place])
        if row[0].strip() == "Points Possible" and found and possible not in (None, found[0].max_points):
            text = f"Canvas has {possible:g} points possible; the assignment has {found[0].max_points:g}"
            notes["Points Possible"] = Line("Points Possible", "", text)
    people = [(i, row) for i, row in enumerate(table.rows) if table.get(row, "ID").isdecimal()]
    keys = {
        i: [
            ("id", table.get(row, "ID")),
            ("login", table.get(row, "SIS Login ID")),
            ("sis", table.get(row, "SIS User ID")),
        ]
        for i, row in people
    }

    def known_by(mark: Mark) -> Keys:
        # Canvas's own number decides; without one, the id is taken for what Canvas calls a login.
        return (
            [("id", mark.person.platform_id)]
            if mark.person.platform_id
            else [("login", mark.person.student), ("sis", mark.person.student)]
        )

    def fill(mark: Mark, i: int) -> Line:
        old = table.rows[i][place].strip()
        if old.upper() == "EX":
            return Line(mark.person.student, "EX", "excused in Canvas, and left so")
        line = _score(mark, old, incomplete, empty=("", "-"))
        if line.points != old:
            table.rows[i][place] = line.points
        return line

    lines = _fill_all(found, keys, known_by, fill)
    lines += [*notes.values(), *_without(people, found, keys, known_by, lambda row: table.get(row, "Student"))]
    return Exported(table.as_text(), tuple(lines))


def _column(table: Table, wanted: str) -> int:
    """Return the place of an assignment's column."""
    assignments = platforms.canvas_assignments(table)
    named = [i for i in assignments if table.head[i].strip() == wanted.strip()]
    plain = {i: re.sub(r" \(\d+\)$", "", table.head[i].strip()) for i in assignments}
    named = named or [i for i in assignments if plain[i].casefold() == wanted.strip().casefold()]
    if len(named) != 1:
        names = ", ".join(table.head[i].strip() for i in assignments)
        raise ValueError(f"one column must be called {wanted}; {len(named)} of these are: {names}. Say --column NAME")
    place = named[0]
    above = [table.head[place], *(row[place] for row in table.rows if not table.get(row, "ID"))]
    if any(_READ_ONLY in cell for cell in above):
        raise ValueError(f"the column {table.head[place].strip()} must be one that Canvas imports; it is read only")
    return place


def _smallest(found: Sequence[Mark], column: str, incomplete: bool) -> Exported:
    most = f"{found[0].max_points:g}" if found else ""
    rows = [["    Points Possible", "", "", "", "", most]]
    lines = []
    for mark in found:
        line = _score(mark, "", incomplete)
        number = mark.person.platform_id if mark.person.platform_id.isdecimal() else ""
        if mark.person.platform_id and not number:
            lines.append(_nowhere(mark, f"Canvas does not know {mark.person.platform_id}"))
            continue
        name = ", ".join(filter(None, (mark.person.last_name, mark.person.first_name))) or mark.person.student
        rows.append([_harmless(name), number, "", "" if number else _harmless(mark.person.student), "", line.points])
        lines.append(line)
    return Exported(
        Table(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column], rows).as_text(), tuple(lines)
    )


# --------------------------------------------------------------------------------------------------------------- moodle


def for_moodle(
    found: Sequence[Mark], template: bytes, comments: Callable[[Mark], Sequence[str]], incomplete: bool = False
) -> Exported:
    """Fill scores and comments into the grading worksheet of Moodle.

    Parameters
    ----------
    found : sequence of Mark
        Of one assignment.
    template : bytes
        The worksheet.
    comments : callable
        ``comments(mark)`` returns lines for the student; it raises `NotebookError` if there are none to be had.
    incomplete
        As in `for_canvas`.

    Returns
    -------
    Exported
        The same table with the scores. The time of the last grade stays, so that Moodle refuses a row that somebody has
        graded since.

    Raises
    ------
    ValueError
        If the template is no such table, or Moodle gives other points than the assignment has.
    """
    table = platforms.moodle_worksheet(template)
    if missing := [name for name in ("Grade", "Last modified (grade)") if not table.has(name)]:
        raise ValueError(f"a worksheet must have a column {' and '.join(missing)}; got {', '.join(table.head)}")
    most = {table.get(row, "Maximum Grade") for row in table.rows} if table.has("Maximum Grade") else set()
    if other := [text for text in sorted(most) if found and _number(text) != found[0].max_points]:
        points = f"{found[0].max_points:g}"
        raise ValueError(
            f"Moodle's maximum grade must be {points}, as in the assignment; it is {other[0] or 'not set'}"
        )
    people = platforms.moodle_people(table)
    numbered = [(i, row) for i, row in enumerate(table.rows) if platforms.participant(table, row) in people]
    keys = {i: _moodle_keys(people[platforms.participant(table, row)]) for i, row in numbered}

    def known_by(mark: Mark) -> Keys:
        first = ("platform", mark.person.platform_id) if mark.person.platform_id else ("id", mark.person.student)
        return [first, ("email", mark.person.email.casefold())]

    def fill(mark: Mark, i: int) -> Line:
        row = table.rows[i]
        old = table.get(row, "Grade")
        line = _score(mark, old, incomplete, empty=("", "-"))
        if line.points != old and table.get(row, "Grade can be changed").casefold() == "no":
            return Line(mark.person.student, old, "Moodle lets nobody change this grade", missed=True)
        if line.points != old:
            row[table.place("Grade")] = line.points
        if not line.missed and mark.state != NOTHING and table.has("Feedback comments"):
            place = table.place("Feedback comments")
            try:
                row[place] = _comment(row[place], comments(mark))
            except notebooks.NotebookError as error:
                return replace(line, told="; ".join(filter(None, (line.told, f"no comments: {error}"))))
        return line

    lines = _fill_all(found, keys, known_by, fill)
    rows = _without(numbered, found, keys, known_by, lambda row: table.get(row, "Full name") or row[0])
    return Exported(table.as_text(), (*lines, *rows))


def _moodle_keys(person: Person) -> Keys:
    number = ("platform", f"Participant {person.participant}")
    # A number that is another one in every assignment is nobody's id.
    own = [] if person.student == person.participant else [("id", person.student)]
    return [("platform", person.platform_id), number, *own, ("email", person.email.casefold())]


def _comment(old: str, lines: Sequence[str]) -> str:
    """Put lines into a comment in the place of those of an earlier export; what a person wrote stays."""
    ours = f'<ul class="dlcourse">{"".join(f"<li>{html.escape(line)}</li>" for line in lines)}</ul>' if lines else ""
    return _OURS.sub(lambda _: ours, old, count=1) if _OURS.search(old) else old + ours


def comments_of(course: Course, mark: Mark) -> list[str]:
    """Return one line for each task that lost points.

    Parameters
    ----------
    course : Course
        Where the graded notebooks lie.
    mark : Mark
        Whose.

    Returns
    -------
    list of str
        The message first. A task that waits for a person has none.

    Raises
    ------
    NotebookError
        If the graded notebook is not there.
    """
    graded = notebooks.read(course.notebook("autograded", mark.person.student, mark.assignment))
    parts = {score.cell: notebooks.part_of_task(score.cell) for score in mark.scores if score.points is None}
    waiting = {part[0] if part else 0 for part in parts.values()}
    lines = []
    for task in reasons.tasks(graded, mark.scores, course.cell_seconds):
        if task.points < task.max_points and task.task not in waiting:
            where = f"task {task.task}: " if task.task else ""
            why = task.why or "a person has read this answer"
            lines.append(f"{why} ({where}{task.points:g} of {task.max_points:g} points)")
    return lines


# ------------------------------------------------------------------------------------------------------------ a table


def for_csv(found: Iterable[Mark], incomplete: bool = False) -> Exported:
    """Write one row for each student and assignment.

    Parameters
    ----------
    found : iterable of Mark
        In the order wanted.
    incomplete
        As in `for_canvas`.

    Returns
    -------
    Exported
        Cells that a spreadsheet would take for a formula begin with a quote.
    """
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(_CSV)
    lines = []
    for mark in found:
        line = _score(mark, "", incomplete)
        lines.append(line)
        who = (
            mark.assignment,
            mark.person.student,
            mark.person.last_name,
            mark.person.first_name,
            mark.person.email,
            mark.person.platform_id,
        )
        numbers = (line.points, _plain(mark.max_points), _plain(mark.penalty))
        table.writerow([*map(_harmless, (*who, mark.timestamp)), *numbers, mark.state])
    return Exported(written.getvalue(), tuple(lines))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


# ------------------------------------------------------------------------------------------------- who, and how many


def _score(mark: Mark, old: str, incomplete: bool, empty: Sequence[str] = ("",)) -> Line:
    """Say what is to stand in a cell in which something stands."""
    match mark.state:
        case "not handed in":
            return Line(mark.person.student, old, "nothing was handed in")
        case "not graded":
            return Line(mark.person.student, old, "handed in, and not graded: see dlcourse grade", missed=True)
        case "waits for a person" if not incomplete:
            told = f"{mark.waiting:g} points are given by a person, in formgrader; --incomplete writes the others"
            return Line(mark.person.student, old, told, missed=True)
    if _number(old) == mark.points:
        return Line(mark.person.student, old)
    told = "" if old in empty else f"it was {old}"
    return Line(mark.person.student, _plain(mark.points), told)


def _nowhere(mark: Mark, why: str) -> Line:
    """Say of a student who cannot be found whether a score is missed."""
    line = _score(mark, "", incomplete=True)
    return Line(mark.person.student, "", f"{why}; {line.told or f'{line.points} points'}", missed=mark.state != NOTHING)


def _fill_all(
    found: Sequence[Mark],
    keys: dict[int, Keys],
    known_by: Callable[[Mark], Keys],
    fill: Callable[[Mark, int], Line],
) -> list[Line]:
    """Fill in the score of every student who has a row, and that alone."""
    rows = {mark.person.student: _rows_of(mark, keys, known_by) for mark in found}
    lines = []
    for mark in found:
        own = rows[mark.person.student]
        others = [student for student, theirs in rows.items() if student != mark.person.student and theirs == own]
        if not own:
            lines.append(_nowhere(mark, "no row is this student's"))
        elif len(own) > 1:
            lines.append(_nowhere(mark, f"{len(own)} rows may be this student's"))
        elif others:
            lines.append(_nowhere(mark, f"the same row may be that of {', '.join(others)}"))
        else:
            lines.append(fill(mark, own[0]))
    return lines


def _rows_of(mark: Mark, keys: dict[int, Keys], known_by: Callable[[Mark], Keys]) -> list[int]:
    for key in known_by(mark):
        if key[1] and (rows := [i for i, theirs in keys.items() if key in theirs]):
            return rows
    return []


def _without(
    people: Sequence[tuple[int, list[str]]],
    found: Sequence[Mark],
    keys: dict[int, Keys],
    known_by: Callable[[Mark], Keys],
    name: Callable[[list[str]], str],
) -> list[Line]:
    taken = {i for mark in found for i in _rows_of(mark, keys, known_by)}
    return [Line(name(row), "", "the gradebook has no such student") for i, row in people if i not in taken]


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _plain(number: float) -> str:
    return f"{number:.10g}"


# -------------------------------------------------------------------------------------------------------------- telling


def as_record(exported: Exported) -> dict[str, Any]:
    """Return what ``--json`` prints.

    Parameters
    ----------
    exported : Exported
        From one of the above.

    Returns
    -------
    dict
        ``rows``, each with ``who``, ``points`` (as text), ``remark`` and ``missed``.
    """
    return {
        "rows": [
            {"who": one.who, "points": one.points, "remark": one.told, "missed": one.missed} for one in exported.lines
        ]
    }


def as_text(exported: Exported, width: int) -> str:
    """Return the table of an export and a line below it.

    Parameters
    ----------
    exported : Exported
        From one of the above.
    width : int
        Columns of the terminal.

    Returns
    -------
    str
        Lines without the last newline.
    """
    rows = [(one.who, one.points or "-", one.told) for one in exported.lines]
    missed = sum(one.missed for one in exported.lines)
    line = "all scores are in the file"
    if missed:
        line = f"{missed} score{'s' * (missed != 1)} did not get into the file; the reason stands beside each"
    return f"{report.columns(_HEAD, rows, width, right=1)}\n\n{line}"
