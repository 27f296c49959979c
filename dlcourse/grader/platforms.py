"""What Canvas and Moodle write: names of files in a download, who is who, tables of grades. Nothing here reads a disk.

Canvas joins a student's name, ``LATE`` if it is so, two numbers and the name of the file with underscores. Moodle makes
a folder for each student, or puts the same words before the name of the file. Both say who is who in a table of their
own: Canvas in its exported gradebook, Moodle in the grading worksheet.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

NO_FILE = {"text": "a text entry", "link": "a link", "onlinetext": "an online text"}
LONGEST_ID = 128  # what nbgrader's gradebook has room for

_CANVAS = re.compile(r"(?P<name>.*?)_(?P<late>LATE_)?(?P<key>[0-9]+)_(?P<order>[0-9]+)_(?P<file>.+)", re.DOTALL)
_CANVAS_NO_FILE = re.compile(r"(?P<name>.*?)_(?P<late>LATE_)?(?P<key>[0-9]+)_(?P<kind>text|link)\.html", re.DOTALL)
# Before the others: the name of a file may begin with digits, and then look like the second number.
_CANVAS_NAMELESS = re.compile(
    r"(?P<name>)(?P<late>LATE_)?(?P<key>anon_(?!LATE_|[0-9]+_)[A-Za-z0-9]+)"
    r"_(?:(?P<order>[0-9]+)_(?P<file>.+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)
_MOODLE = re.compile(
    r"(?P<name>[^/]*?)_(?P<key>[0-9]+)_assignsubmission_(?P<kind>[a-z]+)(?:_?/|_(?=[^/]))(?P<file>.+)", re.DOTALL
)
_CANVAS_FIXED = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
_LONG_DATE = re.compile(
    r"(?:(?P<d1>\d{1,2}) (?P<m1>[a-z]+)|(?P<m2>[a-z]+) (?P<d2>\d{1,2})),? (?P<year>\d{4}),? "
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?: ?(?P<half>[ap]m))?$"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """What the name of a downloaded file says.

    Attributes
    ----------
    key : str
        The platform's number of the student, or the student id in a folder.
    file : str
        What the student called it; with folders before it, if there were some.
    name : str
        The student's name as it stands there; empty if it does not.
    order : int
        Grows with the time of handing in; 0 if the platform says nothing of it.
    late : bool
        True if it says so.
    fault : str
        Why it is no file of a submission; empty if it is one.
    """

    key: str
    file: str
    name: str = ""
    order: int = 0
    late: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Person:
    """A student, here and on the platform.

    Attributes
    ----------
    student : str
        Student id.
    platform_id : str
        What the platform knows the student by; empty if there is no platform.
    first_name, last_name, email : str
        Empty if they are not known.
    submitted : str
        When something was handed in, as the platform writes it.
    participant : str
        Moodle's number in one assignment.
    """

    student: str
    platform_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    submitted: str = ""
    participant: str = ""


@dataclass(frozen=True)
class Table:
    """A table that a platform has exported.

    Attributes
    ----------
    head : sequence of str
        Names of the columns.
    rows : sequence of list of str
        As long as the head each.
    delimiter, line_end : str
        As they were found.
    mark : bool
        True if the file began with a byte order mark.
    """

    head: Sequence[str]
    rows: Sequence[list[str]]
    delimiter: str = ","
    line_end: str = "\n"
    mark: bool = False

    def has(self, column: str) -> bool:
        """Tell whether there is such a column."""
        return column in self._names()

    def get(self, row: Sequence[str], column: str) -> str:
        """Return what stands in a column; nothing if there is no such column."""
        return row[self.place(column)].strip() if self.has(column) else ""

    def place(self, column: str) -> int:
        """Return the index of the first column of this name."""
        return self._names().index(column)

    def _names(self) -> list[str]:
        return [name.strip() for name in self.head]

    def as_text(self) -> str:
        """Return the table as the text of its file."""
        written = io.StringIO()
        csv.writer(written, delimiter=self.delimiter, lineterminator=self.line_end).writerows([self.head, *self.rows])
        return ("\ufeff" if self.mark else "") + written.getvalue()


# ------------------------------------------------------------------------------------------------------ names of files


def in_canvas(path: str) -> Named | None:
    """Take apart what Canvas calls a file in "Download submissions".

    Parameters
    ----------
    path : str
        As in the archive, which has no folders; such as somebody has put around it do not count.

    Returns
    -------
    Named or None
        None if Canvas does not name a file so.

    Examples
    --------
    >>> in_canvas("doejane_LATE_123_4567_01_perceptron-1.ipynb")
    Named(key='123', file='01_perceptron-1.ipynb', name='doejane', order=4567, late=True, fault='')
    """
    base = path.rpartition("/")[2]
    found = _CANVAS_NAMELESS.fullmatch(base) or _CANVAS.fullmatch(base) or _CANVAS_NO_FILE.fullmatch(base)
    if found is None:
        return None
    kind, late = found.groupdict().get("kind"), found["late"] is not None
    if kind:
        return Named(found["key"], f"{kind}.html", found["name"], 0, late, _not_a_file(kind))
    return Named(found["key"], found["file"], found["name"], int(found["order"]), late)


def in_moodle(path: str) -> Named | None:
    """Take apart what Moodle calls a file in "Download all submissions", with folders or without.

    Parameters
    ----------
    path : str
        As in the archive; one folder that somebody has put around it does not count.

    Returns
    -------
    Named or None
        None if Moodle does not name a file so.

    Examples
    --------
    >>> in_moodle("Jane Doe_123_assignsubmission_file/01_perceptron.ipynb")
    Named(key='123', file='01_perceptron.ipynb', name='Jane Doe', order=0, late=False, fault='')
    """
    found = _MOODLE.fullmatch(path) or _MOODLE.fullmatch(path.partition("/")[2])
    if found is None:
        return None
    kind = found["kind"]
    return Named(found["key"], found["file"], found["name"], fault="" if kind == "file" else _not_a_file(kind))


def in_folder(path: str, assignment: str, others: Iterable[str] = ()) -> Named | None:
    """Take apart a path in a folder with one folder or one notebook for each student.

    Parameters
    ----------
    path : str
        ``ann/homework.ipynb``, ``ann/01_perceptron/homework.ipynb``, ``ann_01_perceptron.ipynb`` or ``ann.ipynb``.
    assignment : str
        Which assignment is collected.
    others : iterable of str, optional
        The course's other assignments.

    Returns
    -------
    Named or None
        None if no student is named.

    Examples
    --------
    >>> in_folder("ann_01_perceptron (1).ipynb", "01_perceptron").key
    'ann'
    """
    student, slash, inside = path.partition("/")
    if slash:
        first, more, rest = inside.partition("/")
        if more and first in others and first != assignment:
            return Named(student, inside, fault=f"it was handed in for {first}")
        return Named(student, rest if more and first == assignment else inside)
    stem = re.fullmatch(r"(.+?)(?: ?\(\d+\)|-\d+)?\.ipynb", path, re.IGNORECASE)
    if stem is None:
        return None
    for name in (assignment, *others):
        if stem[1].casefold() == name.casefold():
            return None
        if stem[1].casefold().endswith(f"_{name}".casefold()):
            fault = "" if name == assignment else f"it was handed in for {name}"
            return Named(stem[1][: -len(name) - 1], f"{name}.ipynb", fault=fault)
    return Named(path[: -len(".ipynb")], path)


def _not_a_file(kind: str) -> str:
    return f"it is {NO_FILE.get(kind, f'a {kind}')}, and only files are collected"


def fault_of_id(student: str) -> str:
    """Say why something cannot be a student id.

    Parameters
    ----------
    student : str
        It becomes the name of a folder.

    Returns
    -------
    str
        Empty if it can be one.

    Examples
    --------
    >>> fault_of_id("..")
    "a student id must not begin with a dot; got '..'"
    """
    if not student.strip():
        return "a student id must not be empty"
    if student.startswith("."):
        return f"a student id must not begin with a dot; got {student!r}"
    if bad := [c for c in student if c in "/\\" or unicodedata.category(c) in ("Cc", "Cs")]:
        return f"a student id must not hold the character {bad[0]!r}; got {student!r}"
    if len(student.encode()) > LONGEST_ID:
        return f"a student id must be at most {LONGEST_ID} bytes long; got {student!r}"
    return ""


# ----------------------------------------------------------------------------------------------------------- tables


def read_table(data: bytes, first: str, what: str) -> Table:
    """Read a table whose cells are separated by commas, semicolons or tabs.

    Parameters
    ----------
    data : bytes
        The file.
    first : str
        What the first column is called.
    what : str
        What it is, for the message.

    Returns
    -------
    Table
        Without rows that are empty.

    Raises
    ------
    ValueError
        If it is no such table.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{what} must be UTF-8; it is not, at byte {error.start}") from error
    mark = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    line_end = "\r\n" if "\r\n" in text else "\n"
    for delimiter in ",;\t":
        try:
            lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
        except csv.Error as error:
            raise ValueError(f"{what} must be a table as CSV; reading it gave: {error}") from error
        if lines and len(lines[0]) > 1 and lines[0][0].strip() == first:
            width = len(lines[0])
            if long := next((row for row in lines if len(row) > width), None):
                raise ValueError(f"{what} must have {width} cells in each row; one has {len(long)}: {long[:3]}")
            return Table(lines[0], [row + [""] * (width - len(row)) for row in lines[1:]], delimiter, line_end, mark)
    begins = text.splitlines()[0][:80] if text.strip() else ""
    raise ValueError(f"the first column of {what} must be called {first}; its first line is {begins!r}")


def canvas_gradebook(data: bytes) -> Table:
    """Read the gradebook that Canvas exports.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    Table
        With the rows that belong to no student, such as the points possible.

    Raises
    ------
    ValueError
        If it is none.
    """
    table = read_table(data, "Student", "a Canvas gradebook")
    if not table.has("ID"):
        raise ValueError(f"a Canvas gradebook must have a column ID; got {', '.join(table.head)}")
    return table


def moodle_worksheet(data: bytes) -> Table:
    """Read the grading worksheet of a Moodle assignment.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    Table
        One row for each participant.

    Raises
    ------
    ValueError
        If it is none.
    """
    return read_table(data, "Identifier", "a Moodle grading worksheet")


def canvas_assignments(table: Table) -> list[int]:
    """Return the places of the columns of a Canvas gradebook behind the student's own.

    Parameters
    ----------
    table : Table
        From `canvas_gradebook`.

    Returns
    -------
    list of int
        Indices of columns.
    """
    return [i for i, name in enumerate(table.head) if name.strip() not in _CANVAS_FIXED]


def canvas_people(table: Table) -> dict[str, Person]:
    """Say who is who in a Canvas gradebook.

    Parameters
    ----------
    table : Table
        From `canvas_gradebook`.

    Returns
    -------
    dict of str to Person
        By Canvas's number. The student id is the login, or that number if there is none.

    Raises
    ------
    ValueError
        If two students would share an id.
    """
    people = {}
    for row in table.rows:
        number = table.get(row, "ID")
        if number.isdecimal():
            last, _, first = table.get(row, "Student").partition(", ")
            people[number] = Person(table.get(row, "SIS Login ID") or number, number, first, last)
    return _told_apart(people)


def moodle_people(table: Table) -> dict[str, Person]:
    """Say who is who in a Moodle grading worksheet.

    Parameters
    ----------
    table : Table
        From `moodle_worksheet`.

    Returns
    -------
    dict of str to Person
        By the number of the participant. The student id is the ID number, or the e-mail address before the @, or the
        number of the participant, which is another one in the next assignment.

    Raises
    ------
    ValueError
        If two students would share an id.
    """
    people = {}
    for row in table.rows:
        if key := participant(table, row):
            email, number = table.get(row, "Email address"), table.get(row, "ID number")
            first, last = split_name(table.get(row, "Full name"))
            student = number or email.partition("@")[0] or key
            submitted = table.get(row, "Last modified (submission)")
            people[key] = Person(student, number or email or f"Participant {key}", first, last, email, submitted, key)
    return _told_apart(people)


def participant(table: Table, row: Sequence[str]) -> str:
    """Return the number of the participant in a row of a worksheet.

    Parameters
    ----------
    table : Table
        From `moodle_worksheet`.
    row : sequence of str
        One of its rows.

    Returns
    -------
    str
        Digits; empty if there are none.
    """
    found = re.search(r"[0-9]+$", table.get(row, "Identifier"))
    return found[0] if found else ""


def split_name(name: str) -> tuple[str, str]:
    """Split a full name before its last word.

    Parameters
    ----------
    name : str
        As a platform shows it.

    Returns
    -------
    tuple of (str, str)
        First and last name; the first is empty if the name is one word.

    Examples
    --------
    >>> split_name("Mary Ann O'Neil")
    ('Mary Ann', "O'Neil")
    """
    first, _, last = name.strip().rpartition(" ")
    return first, last


def _told_apart(people: Mapping[str, Person]) -> dict[str, Person]:
    """Refuse an id that two students share; on some disks names that differ in capitals are one, too."""
    first: dict[str, str] = {}
    for key, person in people.items():
        other = first.setdefault(unicodedata.normalize("NFC", person.student).casefold(), key)
        if other != key:
            raise ValueError(f"every student must have an id of their own; {other} and {key} share {person.student}")
    return dict(people)


def time_of(text: str, zone: tzinfo | None) -> str | None:
    """Return a time of Moodle's in the way nbgrader writes it.

    Parameters
    ----------
    text : str
        A long date in English.
    zone : tzinfo or None
        Where it was written; None for the zone of this machine.

    Returns
    -------
    str or None
        None if it is no such date.

    Examples
    --------
    >>> time_of("Tuesday, 3 March 2026, 11:58 PM", UTC)
    '2026-03-03 23:58:00 UTC'
    """
    plain = re.sub(r"\s+", " ", text).strip().lower()
    found = _LONG_DATE.search(plain)
    if found is None:
        return None
    month = found["m1"] or found["m2"]
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    try:
        day = int(found["d1"] or found["d2"])
        local = datetime(int(found["year"]), _MONTHS.index(month) + 1, day, hour, int(found["minute"]))
        when = local.replace(tzinfo=zone) if zone else local
        return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return None
