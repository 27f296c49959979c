"""The commands for instructors: ``dlcourse collect``, ``grade`` and ``export``."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from dlcourse.grader.stock import Course, Outcome

ALL_GRADED, SOME_FAILED = 0, 1
_HEAD = ("student", "points", "seconds", "")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the instructors' commands.

    Parameters
    ----------
    commands : subparsers
        Of the program.
    """
    _add_collect(commands)
    grade = commands.add_parser(
        "grade",
        help="grade all submissions of an assignment, several at a time, into nbgrader's gradebook",
        description="Grade what lies under submitted/ into nbgrader's gradebook and autograded/, as nbgrader autograde "
        "does. What is graded already and has not changed since is left as it is, so a run that was interrupted is "
        "taken up by running it again. Ends with 0 if every submission is graded, with 1 if some failed (they are "
        "listed, with the reason), with 2 if nothing could be graded.",
    )
    grade.add_argument("assignment", metavar="NAME", help="such as 03_losses")
    _add_places(grade, "submitted/ and the gradebook lie")
    grade.add_argument("--student", action="append", default=[], metavar="ID", help="only this one; may be repeated")
    grade.add_argument(
        "--jobs", type=at_least_one, metavar="N", help="notebooks at a time (default: one for each core)"
    )
    grade.add_argument("--force", action="store_true", help="grade again what is graded already")
    grade.add_argument(
        "--stock", action="store_true", help="run notebooks in nbgrader's own way: slower, and not caged"
    )
    words = "let the workers of the Dask cluster with this scheduler run the notebooks, such as tcp://10.0.0.5:8786"
    grade.add_argument("--cluster", metavar="ADDRESS", help=words)
    grade.add_argument("--require-cage", action="store_true", help="refuse where student code cannot be shut in")
    grade.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    grade.set_defaults(run=_grade)
    _add_export(commands)


def _add_collect(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    collect = commands.add_parser(
        "collect",
        help="make submissions of what Canvas or Moodle has packed, or of a folder",
        description="Put every notebook of a download under submitted/, with its right name, and enter its student "
        "into the gradebook. What is no submission is listed with the reason. A submission that is there already and "
        "differs is left alone. Ends with 0 if every file is in a submission, with 1 if some are in the list, with 2 "
        "if nothing could be collected.",
    )
    collect.add_argument("file", type=Path, metavar="FILE", help="a zip file, or the folder that came out of it")
    collect.add_argument("--from", dest="platform", required=True, choices=("canvas", "moodle", "folder"))
    collect.add_argument("--assignment", metavar="NAME", help="such as 03_losses (default: told from the notebooks)")
    collect.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help="who is who: the gradebook that Canvas exports, or Moodle's grading worksheet. A student's id is then the "
        "login, or the ID number, or what stands before the @ of the e-mail address; without it, the platform's number",
    )
    collect.add_argument(
        "--timezone", type=_zone, metavar="ZONE", help="of the worksheet's times, such as Asia/Seoul (default: here)"
    )
    collect.add_argument("--replace", action="store_true", help="put a submission into the place of one that differs")
    collect.add_argument("--dry-run", action="store_true", help="write nothing, and say what would happen")
    collect.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    _add_places(collect, "submitted/ and the gradebook lie")
    collect.set_defaults(run=_collect)


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser(
        "export",
        help="write the scores of the gradebook into a file that Canvas or Moodle imports",
        description="Fill scores into the file that a platform has exported, and change nothing else in it. What was "
        "taken off for being late is taken off. Ends with 0 if all scores are in the file, with 1 if some are not "
        "(they are listed, with the reason), with 2 if there is no file.",
    )
    export.add_argument("assignment", nargs="?", metavar="NAME", help="such as 03_losses; csv may go without")
    export.add_argument("--to", dest="platform", required=True, choices=("canvas", "moodle", "csv"))
    export.add_argument(
        "--template",
        type=Path,
        metavar="CSV",
        help="the gradebook that Canvas exports, or Moodle's grading worksheet; Canvas can go without",
    )
    export.add_argument("--column", metavar="NAME", help="what Canvas calls the assignment (default: the same)")
    export.add_argument("--output", type=Path, required=True, metavar="FILE", help="where to")
    export.add_argument(
        "--incomplete", action="store_true", help="also write scores of which a person has still to give a part"
    )
    export.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    _add_places(export, "the gradebook lies")
    export.set_defaults(run=_export)


def _add_places(command: argparse.ArgumentParser, what_lies: str) -> None:
    command.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the checkout (default: here)")
    command.add_argument("--root", type=Path, metavar="DIR", help=f"where {what_lies}, if not there")


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise argparse.ArgumentTypeError(f"must be a time zone such as Asia/Seoul; got {text!r}") from error


def at_least_one(text: str) -> int:
    """Return a number of jobs that was given on the command line.

    Parameters
    ----------
    text : str
        What was given.

    Returns
    -------
    int
        1 or more.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is less.
    """
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more; got {text}")
    return number


def _collect(arguments: argparse.Namespace) -> int:
    """Collect an archive and print where every file went."""
    from dlcourse.grader import collect, stock

    collected = collect.collect(
        stock.open_course(arguments.course.resolve(), arguments.root),
        arguments.file,
        arguments.platform,
        assignment=arguments.assignment,
        roster=arguments.roster,
        zone=arguments.timezone,
        replace_old=arguments.replace,
        dry_run=arguments.dry_run,
    )
    width = shutil.get_terminal_size((120, 24)).columns
    _show(json.dumps(collect.as_record(collected)) if arguments.json else collect.as_text(collected, width))
    if arguments.dry_run:
        print("dlcourse: a dry run; nothing was written", file=sys.stderr)
    return SOME_FAILED if collected.listed else ALL_GRADED


def _export(arguments: argparse.Namespace) -> int:
    """Write the file, and print what stands in it."""
    from dlcourse.grader import export, notebooks, stock

    name, to, template = arguments.assignment, arguments.platform, arguments.template
    if name is None and to != "csv":
        raise ValueError(f"export --to {to} needs the name of an assignment; got none")
    if (to == "moodle" and template is None) or (to == "csv" and template is not None):
        raise ValueError("--template goes with canvas, and must go with moodle; csv has none")
    if arguments.column is not None and to != "canvas":
        raise ValueError(f"--column goes with canvas; got --to {to}")
    if template is not None and arguments.output.resolve() == template.resolve():
        raise ValueError(f"--output must be another file than the template; got {template} for both")
    course = stock.open_course(arguments.course.resolve(), arguments.root)
    given = None if template is None else template.read_bytes()
    marks = export.marks(course, name)
    match to:
        case "canvas":
            exported = export.for_canvas(marks, arguments.column or name, given, arguments.incomplete)
        case "moodle":
            comments = partial(export.comments_of, course)
            exported = export.for_moodle(marks, given or b"", comments, arguments.incomplete)
        case _:
            exported = export.for_csv(marks, arguments.incomplete)
    notebooks.write_text(arguments.output, exported.text)
    width = shutil.get_terminal_size((120, 24)).columns
    _show(json.dumps(export.as_record(exported)) if arguments.json else export.as_text(exported, width))
    return SOME_FAILED if any(line.missed for line in exported.lines) else ALL_GRADED


def _show(text: str) -> None:
    """Print what holds names of people, whatever the terminal's encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def _grade(arguments: argparse.Namespace) -> int:
    """Grade an assignment and print how every submission ended."""
    from tqdm import tqdm

    from dlcourse.grader import batch, stock

    course = stock.open_course(arguments.course.resolve(), arguments.root, caged=not arguments.stock)
    students = batch.submitted(course, arguments.assignment, arguments.student)
    with ExitStack() as stack:
        if arguments.stock:
            grade = partial(_one_by_one, course, arguments.assignment, students)
        else:
            jobs, executor = _ready(arguments, stack)
            grade = partial(
                batch.grade,
                course,
                arguments.assignment,
                students=students,
                jobs=jobs,
                force=arguments.force,
                executor=executor,
            )
        bar = stack.enter_context(tqdm(total=len(students), unit="submission", disable=None, file=sys.stderr))

        def note(outcome: "Outcome") -> None:
            bar.set_postfix_str(outcome.student)
            bar.update()

        outcomes = grade(note=note)
    if arguments.json:
        print(json.dumps({"assignment": arguments.assignment, "submissions": [as_record(one) for one in outcomes]}))
    else:
        print(as_text(outcomes, shutil.get_terminal_size((120, 24)).columns))
    return SOME_FAILED if any(outcome.failure for outcome in outcomes) else ALL_GRADED


def _ready(arguments: argparse.Namespace, stack: ExitStack) -> tuple[int | None, "Executor | None"]:
    """Return how many notebooks may run at a time, and where; say aloud where student code cannot be shut in."""
    from dlcourse.grader import cluster, execute
    from dlcourse.grader.stock import GraderError

    if arguments.cluster:
        found = stack.enter_context(cluster.connected(arguments.cluster))
        jobs, executor, missing = arguments.jobs or found.width, found.executor, dict(found.open_cages)
        if missing and arguments.require_cage:
            raise GraderError(f"a cage is required, and student code cannot be shut in on {_by_place(missing)}")
    else:
        why = execute.shared_runner(arguments.require_cage).missing
        jobs, executor, missing = arguments.jobs, None, {"this machine": why} if why else {}
    if missing:
        print(
            "dlcourse: WARNING: student code is only limited, and not shut in: it can read what you can read. "
            f"To refuse instead: --require-cage. That is so on {_by_place(missing)}",
            file=sys.stderr,
        )
    return jobs, executor


def _by_place(missing: Mapping[str, str]) -> str:
    return "; ".join(f"{place}: {why}" for place, why in missing.items())


def _one_by_one(course: "Course", name: str, students: Sequence[str], *, note: Any) -> list["Outcome"]:
    from dlcourse.grader import stock

    outcomes = []
    for student in students:
        outcomes.append(stock.autograde(course, name, student))
        note(outcomes[-1])
    return outcomes


def as_record(outcome: "Outcome") -> dict[str, Any]:
    """Return what ``--json`` prints of a submission.

    Parameters
    ----------
    outcome : Outcome
        How it ended.

    Returns
    -------
    dict
        ``student``, ``failure``, ``seconds`` and ``scores``: points by cell, null for what a person reads.
    """
    return {
        "student": outcome.student,
        "failure": outcome.failure,
        "seconds": round(outcome.seconds, 3),
        "scores": {score.cell: score.points for score in outcome.scores},
        "max_scores": {score.cell: score.max_points for score in outcome.scores},
    }


def as_text(outcomes: Sequence["Outcome"], width: int) -> str:
    """Return the table of a graded class and a line below it.

    Parameters
    ----------
    outcomes : sequence of Outcome
        In the order wanted.
    width : int
        Columns of the terminal.

    Returns
    -------
    str
        Lines without the last newline.
    """
    from dlcourse.grader import report

    rows = []
    for one in outcomes:
        points = sum(score.points or 0 for score in one.scores)
        most = sum(score.max_points for score in one.scores)
        waits = sum(score.max_points for score in one.scores if score.points is None)
        told = one.failure or (f"{waits:g} points are given by a person, in formgrader" if waits else "")
        rows.append((one.student, "-" if one.failure else f"{points:g}/{most:g}", f"{one.seconds:.1f}", told))
    failed = sum(outcome.failure is not None for outcome in outcomes)
    line = f"{len(outcomes) - failed} of {len(outcomes)} submissions are graded"
    if failed:
        line += f"; {failed} failed, and the reason stands beside each"
    return f"{report.columns(_HEAD, rows, width, right=1)}\n\n{line}"
