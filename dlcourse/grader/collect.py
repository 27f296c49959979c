"""From a platform's download to nbgrader's ``submitted/``: read, tell apart, choose, put in place.

Every file ends as a part of a submission or in a list with the reason. A submission is written beside its place and
renamed into it, so that what is in place is whole; one that is there already and differs is left alone unless told.
"""

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
import sqlalchemy.exc
from nbgrader.api import Gradebook, MissingEntry  # type: ignore[import-untyped]

from dlcourse.grader import batch, blueprint, notebooks, platforms, report, stock
from dlcourse.grader.archive import Archive, Damaged, Entry, fault_of_path, opened
from dlcourse.grader.notebooks import grade_id
from dlcourse.grader.platforms import Named, Person
from dlcourse.grader.stock import Course, GraderError

PLATFORMS = ("canvas", "moodle", "folder")
NEW, SAME, REPLACED, LEFT = "new", "unchanged", "replaced", "left alone"
STAMP = "timestamp.txt"
MOST_OF_ONE = 100 * 2**20  # bytes of one submission
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?( \S+)?")
_HEAD = ("student", "submission", "files", "")
_HEAD_OF_LIST = ("file", "why it is not collected")


@dataclass(frozen=True)
class Listed:
    """A file that became no part of a submission.

    Attributes
    ----------
    path : str
        In the archive.
    reason : str
        Why.
    student : str
        Student id or the platform's number; empty if that is not known.
    """

    path: str
    reason: str
    student: str = ""


@dataclass(frozen=True)
class Taken:
    """A submission.

    Attributes
    ----------
    person : Person
        Whose.
    sources : mapping of str to str
        Paths in the archive by paths in the submission.
    timestamp : str or None
        When it was handed in, if that is known.
    state : str
        ``"new"``, ``"unchanged"``, ``"replaced"`` or ``"left alone"``.
    remarks : sequence of str
        What a teacher may want to know.
    """

    person: Person
    sources: Mapping[str, str]
    timestamp: str | None
    state: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collected:
    """What became of an archive.

    Attributes
    ----------
    assignment : str
        Which.
    files : int
        How many there were.
    submissions : sequence of Taken
        By student.
    listed : sequence of Listed
        In the order of the archive.
    """

    assignment: str
    files: int
    submissions: tuple[Taken, ...]
    listed: tuple[Listed, ...]

    @property
    def files_taken(self) -> int:
        """Return how many files are part of a submission that is in place."""
        return sum(len(one.sources) for one in self.submissions if one.state != LEFT)


@dataclass(frozen=True)
class Piece:
    """A file, and whose it is.

    Attributes
    ----------
    entry : Entry
        In the archive.
    named : Named
        What its name says.
    """

    entry: Entry
    named: Named

    @property
    def rank(self) -> tuple[int, float, str]:
        """Return what grows with the time of handing in, as far as that is known."""
        return self.named.order, self.entry.when, self.entry.path


@dataclass(frozen=True)
class Draft:
    """A submission that is not written yet.

    Attributes
    ----------
    person : Person
        Whose.
    pieces : mapping of str to Piece
        By paths in the submission.
    files : mapping of str to bytes
        By the same paths.
    timestamp : str or None
        When it was handed in.
    remarks : tuple of str
        What is to be said.
    """

    person: Person
    pieces: Mapping[str, Piece]
    files: Mapping[str, bytes]
    timestamp: str | None
    remarks: tuple[str, ...]


def collect(
    course: Course,
    file: Path,
    platform: str,
    *,
    assignment: str | None = None,
    roster: Path | None = None,
    zone: tzinfo | None = None,
    replace_old: bool = False,
    dry_run: bool = False,
) -> Collected:
    """Make submissions of what a platform has packed.

    Parameters
    ----------
    course : Course
        Where.
    file : Path
        A zip file or an unpacked folder.
    platform : str
        ``"canvas"``, ``"moodle"`` or ``"folder"``.
    assignment : str, optional
        Which; told from the notebooks if not given.
    roster : Path, optional
        Who is who: the gradebook from Canvas, or the worksheet from Moodle.
    zone : tzinfo, optional
        Time zone of the worksheet; this machine's if not given.
    replace_old : bool, default False
        True to put a submission into the place of another one.
    dry_run : bool, default False
        True to write nothing.

    Returns
    -------
    Collected
        Where every file went.

    Raises
    ------
    ValueError
        If the archive or the roster cannot be read, or the assignment cannot be told.
    """
    people = None if roster is None else _people(roster, platform)
    releases = _releases(course)
    if assignment is not None and assignment not in releases:
        raise ValueError(f"the assignment must be one of {', '.join(releases) or 'none yet'}; got {assignment!r}")
    with opened(file) as archive:
        belongs = _Reader(archive, releases)
        name = assignment or _told(archive, belongs)
        groups, listed = sort_out(archive, platform, name, [one for one in releases if one != name], file.stem)
        owners, strays = _owners(groups, people, platform)
        listed += strays
        submissions = []
        for key, person in owners.items():
            draft, left = choose(archive, belongs, name, person, groups[key], zone)
            listed += left
            if draft is not None:
                taken, left = _place(course, name, draft, replace_old, dry_run)
                listed += left
                submissions.append(taken)
        number = {entry.path: entry.number for entry in archive.entries}
        listed.sort(key=lambda one: number[one.path])
    if not dry_run:
        submissions = enter(course, submissions)
    submissions.sort(key=lambda one: one.person.student)
    return Collected(name, len(archive.entries), tuple(submissions), tuple(listed))


# ------------------------------------------------------------------------------------------------ whose, and which one


def _people(roster: Path, platform: str) -> dict[str, Person]:
    data = roster.read_bytes()
    match platform:
        case "canvas":
            return platforms.canvas_people(platforms.canvas_gradebook(data))
        case "moodle":
            return platforms.moodle_people(platforms.moodle_worksheet(data))
        case _:
            raise ValueError("a folder names its students itself; a roster is of use with canvas or moodle")


def _releases(course: Course) -> dict[str, list[tuple[str, str]]]:
    """Return the marks of every notebook that was given out: names of cells with nbgrader's checksum."""
    found = {}
    for path in sorted(course.directory("release").glob("*/*.ipynb")):
        if path.stem == path.parent.name:
            found[path.stem] = _marks(notebooks.read(path).cells)
    return found


def _marks(cells: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(grade_id(cell), cell["metadata"]["nbgrader"].get("checksum", "")) for cell in cells if grade_id(cell)]


class _Reader:
    """Says of which assignment a file is a notebook; looks at each file once."""

    def __init__(self, archive: Archive, releases: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        self._archive = archive
        self._releases = releases
        self._known: dict[int, tuple[str, str]] = {}

    def __call__(self, entry: Entry) -> tuple[str, str]:
        """Return the assignment, or nothing and the reason."""
        if entry.number not in self._known:
            try:
                self._known[entry.number] = belongs_to(self._archive.read(entry), entry.path, self._releases), ""
            except (Damaged, notebooks.NotebookError) as error:
                self._known[entry.number] = "", str(error)
        return self._known[entry.number]


def belongs_to(data: bytes, path: str, releases: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """Say of which assignment a file is a notebook.

    Parameters
    ----------
    data : bytes
        Its content.
    path : str
        Its path.
    releases : mapping of str to sequence
        For each assignment the names and checksums of the cells that were given out.

    Returns
    -------
    str
        The one with which it shares most cells as they were given out; if it shares none, as when the assignment has
        been released anew since, the one that its checks name.

    Raises
    ------
    NotebookError
        If it is no notebook, or none of these assignments.
    """
    try:
        read = json.loads(data)
        cells = [
            {
                "cell_type": cell["cell_type"],
                "metadata": dict(cell["metadata"]),
                "source": "".join(cell["source"]),
            }
            for cell in read["cells"]
        ]
        marks = set(_marks(cells))
        notebook = nbformat.from_dict({"cells": cells})  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise notebooks.NotebookError("it is not a notebook, or only a part of one") from error
    shared = {name: len(marks & set(theirs)) for name, theirs in releases.items()}
    most = max(shared.values(), default=0)
    best = [name for name, count in shared.items() if count == most]
    if most and len(best) == 1:
        return best[0]
    try:
        name = blueprint.assignment_of(notebook, Path(PurePosixPath(path).name))
    except notebooks.NotebookError:
        name = ""
    if name not in releases:
        raise notebooks.NotebookError("it is a notebook, and of none of this course's assignments")
    return name


def _told(archive: Archive, belongs: Callable[[Entry], tuple[str, str]]) -> str:
    found = Counter(belongs(entry)[0] for entry in archive.entries if not entry.fault and _is_notebook(entry.path))
    found.pop("", None)
    if len(found) != 1:
        got = ", ".join(f"{count} of {name}" for name, count in sorted(found.items())) or "none of this course"
        raise ValueError(f"the notebooks must all be of one assignment to tell which; got {got}. Say --assignment NAME")
    return next(iter(found))


def _is_notebook(path: str) -> bool:
    return path.casefold().endswith(".ipynb") and not _is_copy(path)


def _is_copy(path: str) -> bool:
    return ".ipynb_checkpoints" in PurePosixPath(path).parts


def sort_out(
    archive: Archive, platform: str, assignment: str, others: Sequence[str], stem: str
) -> tuple[dict[str, list[Piece]], list[Listed]]:
    """Tell whose each file is.

    Parameters
    ----------
    archive : Archive
        All files.
    platform, assignment : str
        As in `collect`.
    others : sequence of str
        The course's other assignments.
    stem : str
        The archive's name; a folder of that name around all others does not count.

    Returns
    -------
    groups : dict of str to list of Piece
        By the platform's number of the student, or the student id in a folder.
    listed : list of Listed
        What is no file of a submission.
    """
    names: dict[str, Callable[[str], Named | None]] = {
        "canvas": platforms.in_canvas,
        "moodle": platforms.in_moodle,
        "folder": partial(platforms.in_folder, assignment=assignment, others=others),
    }
    around = f"{stem}/" if all(entry.path.startswith(f"{stem}/") for entry in archive.entries) else ""
    groups: dict[str, list[Piece]] = {}
    listed = []
    for entry in archive.entries:
        named = names[platform](entry.path.removeprefix(around) if platform == "folder" else entry.path)
        # What is left of a harmless name once the platform's part is taken off may lead out, too.
        fault = entry.fault or (fault_of_path(named.file) if named else "")
        if fault:
            listed.append(Listed(entry.path, fault, named.key if named else ""))
        elif named is None:
            listed.append(Listed(entry.path, f"its name says no student in the way of {platform}"))
        elif named.fault:
            listed.append(Listed(entry.path, named.fault, named.key))
        elif _is_copy(named.file):
            listed.append(Listed(entry.path, "it is a copy that Jupyter keeps for itself", named.key))
        else:
            groups.setdefault(named.key, []).append(Piece(entry, named))
    return groups, listed


def _owners(
    groups: Mapping[str, Sequence[Piece]], people: Mapping[str, Person] | None, platform: str
) -> tuple[dict[str, Person], list[Listed]]:
    """Say who stands behind each number, and list what belongs to nobody."""
    owners: dict[str, Person] = {}
    listed: list[Listed] = []
    twins = Counter(key.casefold() for key in groups)
    for key, pieces in groups.items():
        person = _person(key, pieces[0].named.name, platform) if people is None else people.get(key)
        fault = "the roster has no student of this number"
        if people is not None and key.startswith("anon_"):
            fault = "it was handed in without a name, so that the roster cannot say by whom; collect without --roster"
        if person is not None:
            fault = platforms.fault_of_id(person.student)
        if people is None and twins[key.casefold()] > 1:
            fault = f"student ids must differ in more than capitals; {key} does not"
        if person is None or fault:
            listed += [Listed(piece.entry.path, fault, key) for piece in pieces]
        else:
            owners[key] = person
    return owners, listed


def _person(key: str, name: str, platform: str) -> Person:
    match platform:
        case "canvas":
            return Person(key, key, "", name)
        case "moodle":
            return Person(key, f"Participant {key}", *platforms.split_name(name))
        case _:
            return Person(key)


def choose(
    archive: Archive,
    belongs: Callable[[Entry], tuple[str, str]],
    assignment: str,
    person: Person,
    pieces: Sequence[Piece],
    zone: tzinfo | None,
) -> tuple[Draft | None, list[Listed]]:
    """Make one submission of what a student handed in.

    Parameters
    ----------
    archive : Archive
        Holds it.
    belongs : callable
        Says of which assignment a file is a notebook.
    assignment : str
        Which is wanted.
    person : Person
        Whose.
    pieces : sequence of Piece
        All files of the student.
    zone : tzinfo or None
        As in `collect`.

    Returns
    -------
    draft : Draft or None
        None if there is no notebook of the assignment.
    listed : list of Listed
        What is no part of it.
    """
    ranked = sorted(pieces, key=lambda piece: piece.rank, reverse=True)
    judged = {piece.entry.number: belongs(piece.entry) for piece in ranked if _is_notebook(piece.named.file)}
    right = [piece for piece in ranked if judged.get(piece.entry.number, ("",))[0] == assignment]
    if not right:
        return None, [
            Listed(piece.entry.path, _no_notebook(judged.get(piece.entry.number), assignment), person.student)
            for piece in pieces
        ]
    wanted = f"{assignment}.ipynb"
    first = max(right, key=lambda piece: (*piece.rank[:2], piece.named.file == wanted))
    remarks = [f"{first.named.file} is called {wanted} here"] if first.named.file != wanted else []
    chosen: dict[str, Piece] = {wanted: first}
    files = {wanted: archive.read(first.entry)}
    listed = []
    stamp = None
    for piece in ranked:
        if piece is first:
            continue
        target = piece.named.file
        data, fault = _content(archive, piece)
        if piece in right:
            why = "which was handed in later" if first.named.order else "which is dated later, or has the right name"
            fault = f"{first.named.file} is taken, {why}"
        elif not fault and target == STAMP:
            stamp, fault = _stamp(data, piece.entry.path.endswith(f"/{assignment}/{STAMP}"))
        if not fault:
            fault = _no_room(target, chosen, files, len(data))
        if fault:
            listed.append(Listed(piece.entry.path, fault, person.student))
        else:
            chosen[target] = piece
            files[target] = data
    files.pop(STAMP, None)
    stamp, told = _when(person, stamp, zone, any(piece.named.late for piece in pieces))
    return Draft(person, chosen, files, stamp, (*remarks, *told)), listed


def _no_notebook(judged: tuple[str, str] | None, assignment: str) -> str:
    if judged is None:
        return f"no notebook of {assignment} was handed in with it"
    name, reason = judged
    return reason or f"it is a notebook of {name}, not of {assignment}"


def _content(archive: Archive, piece: Piece) -> tuple[bytes, str]:
    try:
        return archive.read(piece.entry), ""
    except Damaged as error:
        return b"", str(error)


def _stamp(data: bytes, is_nbgrader_s: bool) -> tuple[str | None, str]:
    """Read the file in which nbgrader keeps the time; a student's own says nothing."""
    text = data.decode("utf-8", "replace").strip()
    if not is_nbgrader_s:
        return None, f"{STAMP} says when a submission came, and a student may not hand it in"
    if not _TIME.fullmatch(text):
        return None, f"a time such as 2026-03-03 23:58:00 UTC must stand in it; got {text[:40]!r}"
    return text, ""


def _no_room(target: str, chosen: Mapping[str, Piece], files: Mapping[str, bytes], size: int) -> str:
    """Say why a file cannot be kept beside the notebook."""
    path = PurePosixPath(target.casefold())
    for name, piece in chosen.items():
        other = PurePosixPath(name.casefold())
        if path == other or path in other.parents or other in path.parents:
            return f"{piece.entry.path} has its place"
    if len(chosen) > batch.MOST_FILES - 1:
        return f"at most {batch.MOST_FILES} files are collected; there are more"
    if sum(map(len, files.values())) + size > MOST_OF_ONE:
        return f"a submission must be at most {MOST_OF_ONE >> 20} MB; with this file it is more"
    return ""


def _when(person: Person, stamp: str | None, zone: tzinfo | None, late: bool) -> tuple[str | None, list[str]]:
    """Return when a submission came, and what is to be said about it."""
    if stamp is None and person.submitted not in ("", "-"):
        stamp = platforms.time_of(person.submitted, zone)
        if stamp is None:
            return None, [f"when it came cannot be read: {person.submitted!r}"]
    return stamp, ["late; Canvas does not say by how much"] if late and stamp is None else []


# ---------------------------------------------------------------------------------------------------- putting in place


def _place(
    course: Course, assignment: str, draft: Draft, replace_old: bool, dry_run: bool
) -> tuple[Taken, list[Listed]]:
    """Put a submission in its place, unless another one is there."""
    student = draft.person.student
    place = course.directory("submitted") / student / assignment
    state, reason = _compare(place, draft)
    if state == REPLACED and not replace_old:
        state, reason = LEFT, "another submission is in its place; --replace puts this one there"
    if state in (NEW, REPLACED) and not dry_run:
        try:
            _write(place, draft)
        except OSError as error:  # such as a full disk
            state, reason = LEFT, f"it cannot be written: {error.strerror}"
    sources = {target: piece.entry.path for target, piece in draft.pieces.items()}
    listed = [Listed(path, reason, student) for path in sources.values()] if state == LEFT else []
    return Taken(draft.person, sources, draft.timestamp, state, draft.remarks), listed


def _compare(place: Path, draft: Draft) -> tuple[str, str]:
    if place.parent.is_symlink() or place.is_symlink():
        return LEFT, f"nothing is written through a link, and {place.parent.name}/{place.name} is one"
    if not place.exists():
        return NEW, ""
    if not place.is_dir():
        return LEFT, f"a file is in its place: {place.parent.name}/{place.name}"
    try:
        old = batch.collect(draft.person.student, place)
    except batch.Unreadable:
        return REPLACED, ""
    same = dict(old.files) == dict(draft.files) and draft.timestamp in (None, old.timestamp)
    return (SAME if same else REPLACED), ""


def _write(place: Path, draft: Draft) -> None:
    """Write a submission beside its place and rename it; what an interrupted run has left beside it goes."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = f".{place.name}."
    new, old = (Path(tempfile.mkdtemp(dir=place.parent, prefix=beside)) for _ in range(2))
    try:
        for target, data in draft.files.items():
            path = new / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if draft.timestamp is not None:
            (new / STAMP).write_text(draft.timestamp + "\n", encoding="utf-8")
        new.chmod(0o755)
        try:
            if place.exists():
                place.rename(old / place.name)
            new.rename(place)
        except BaseException:
            if (old / place.name).exists() and not place.exists():
                (old / place.name).rename(place)
            raise
    finally:
        for rest in place.parent.glob(f"{beside}*"):
            shutil.rmtree(rest, ignore_errors=True)


def enter(course: Course, submissions: Sequence[Taken]) -> list[Taken]:
    """Enter students into the gradebook who are not in it; of others add what it does not know.

    Parameters
    ----------
    course : Course
        Where.
    submissions : sequence of Taken
        Whose.

    Returns
    -------
    list of Taken
        The same, with a remark where the gradebook says otherwise.

    Raises
    ------
    GraderError
        If the gradebook cannot be written.
    """
    done = []
    try:
        with stock.open_gradebook(course) as gradebook:
            for one in submissions:
                enter = partial(_enter, gradebook, one.person)
                other = "" if one.state == LEFT else batch.when_not_locked(enter, gradebook.db.rollback)
                done.append(replace(one, remarks=(*one.remarks, other)) if other else one)
    except sqlalchemy.exc.OperationalError as error:
        raise GraderError(
            f"the submissions are in place, and the gradebook cannot be written: {error.orig}. Run it again"
        ) from error
    return done


def _enter(gradebook: Gradebook, person: Person) -> str:
    known = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "lms_user_id": person.platform_id,
    }
    known = {key: value[: platforms.LONGEST_ID] for key, value in known.items() if value}
    try:
        student = gradebook.find_student(person.student)
    except MissingEntry:
        gradebook.add_student(person.student, **known)
        return ""
    for key, value in known.items():
        if not getattr(student, key):
            setattr(student, key, value)
    gradebook.db.commit()
    theirs = student.lms_user_id
    if person.platform_id and theirs != person.platform_id:
        return f"the gradebook knows this student as {theirs} on the platform; here it is {person.platform_id}"
    return ""


# -------------------------------------------------------------------------------------------------------------- telling


def as_record(collected: Collected) -> dict[str, Any]:
    """Return what ``--json`` prints.

    Parameters
    ----------
    collected : Collected
        From `collect`.

    Returns
    -------
    dict
        ``assignment``, ``files``, ``submissions`` and ``listed``.
    """
    return {
        "assignment": collected.assignment,
        "files": collected.files,
        "submissions": [
            {
                "student": one.person.student,
                "platform_id": one.person.platform_id,
                "state": one.state,
                "files": dict(one.sources),
                "timestamp": one.timestamp,
                "remarks": list(one.remarks),
            }
            for one in collected.submissions
        ],
        "listed": [{"file": one.path, "student": one.student, "reason": one.reason} for one in collected.listed],
    }


def as_text(collected: Collected, width: int) -> str:
    """Return the table of submissions, the list of files that are none, and a line below.

    Parameters
    ----------
    collected : Collected
        From `collect`.
    width : int
        Columns of the terminal.

    Returns
    -------
    str
        Lines without the last newline.
    """
    rows = [
        (one.person.student, one.state, f"{len(one.sources)}", "; ".join(one.remarks)) for one in collected.submissions
    ]
    parts = [report.columns(_HEAD, rows, width, right=2)] if rows else []
    if collected.listed:
        files = [(_printable(one.path), one.reason) for one in collected.listed]
        parts.append(report.columns(_HEAD_OF_LIST, files, width))
    states = Counter(one.state for one in collected.submissions)
    counts = ", ".join(f"{states[state]} {state}" for state in (NEW, SAME, REPLACED, LEFT) if states[state])
    parts.append(
        f"{collected.assignment}: {len(collected.submissions)} submissions ({counts or 'none'}); of {collected.files} "
        f"files {collected.files_taken} are in submissions and {len(collected.listed)} in the list"
    )
    return "\n\n".join(parts)


def _printable(path: str) -> str:
    return path if path.isprintable() else repr(path)
