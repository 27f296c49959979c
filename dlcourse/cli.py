"""The command line.

``dlcourse open``, ``check`` and ``doctor`` are for students, ``demo`` grades the sample class, ``serve`` shows the
pages. The commands for instructors stand in `dlcourse.grader.cli`, those for people who write assignments in
`dlcourse.authoring.cli`.
"""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcourse.authoring import cli as authoring
from dlcourse.grader import cli as grading

if TYPE_CHECKING:
    from dlcourse.grader.classroom import Student
    from dlcourse.grader.report import Result

SAMPLE_ASSIGNMENT = "01_perceptron"
CELL_SECONDS = (
    15  # the checks stop a slow function after 5 s by themselves; nbgrader's 60 s would only make a demo wait
)
MARK = ".made-by-dlcourse"
AS_EXPECTED, NOT_AS_EXPECTED, BROKEN, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process if not given.

    Returns
    -------
    int
        0 if all went as expected; 1 if a submission ended otherwise than expected; 2 if the machinery failed.
    """
    arguments = _parser().parse_args(argv)
    # jsonschema, which nbformat imports, would first compile a grammar of addresses, for seconds; it can do without.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("\ndlcourse: interrupted; run it again, it begins anew", file=sys.stderr)
        return INTERRUPTED
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        print(f"dlcourse: {_in_words(error)}", file=sys.stderr)
        return BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dlcourse", description="The course's own tools.")
    commands = parser.add_subparsers(required=True, metavar="command")

    demo = commands.add_parser("demo", help="make the exercises, and grade the sample class with nbgrader")
    demo.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the checkout (default: here)")
    demo.add_argument(
        "--assignment",
        default=SAMPLE_ASSIGNMENT,
        metavar="NAME",
        help=f"which (default: {SAMPLE_ASSIGNMENT}); the others have no sample class, but one solved and one untouched",
    )
    demo.add_argument("--class", type=Path, dest="members", metavar="DIR", help="another class than the sample class")
    demo.add_argument("--into", type=Path, metavar="DIR", help="where all products go (default: _build/class)")
    demo.add_argument(
        "--seconds", type=int, default=CELL_SECONDS, help=f"how long one cell may run (default: {CELL_SECONDS})"
    )
    demo.add_argument("--keep-exercises", action="store_true", help="do not touch exercises/")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="show the book and the feedback at an address of this machine")
    serve.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the checkout (default: here)")
    serve.add_argument("--port", type=int, default=0, help="default: a free one")
    serve.set_defaults(run=_serve)
    _add_open(commands)
    _add_check(commands)
    _add_doctor(commands)
    grading.add_commands(commands)
    authoring.add_commands(commands)
    return parser


def _add_open(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    open_ = commands.add_parser(
        "open",
        help="work on an assignment: JupyterLab, on a copy of your own",
        description="Start JupyterLab on your own copy of an assignment. The first time, the notebook is copied into "
        "your folder, with what lies beside it. Afterwards your copy is opened as you left it. Nothing of yours is "
        "ever written over.",
    )
    open_.add_argument("assignment", metavar="NAME", help="such as 03, losses or 03_losses")
    open_.add_argument(
        "--folder", type=Path, metavar="DIR", help="of yours, where the copies lie (default: my-work, here)"
    )
    words = "make a new copy, and keep the old one beside it, in the folder old"
    open_.add_argument("--fresh", action="store_true", help=words)
    open_.add_argument("--no-browser", action="store_true", help="start JupyterLab, and open no browser")
    words = "for JupyterLab, as in --lab=--ServerApp.port=9999; may be repeated"
    open_.add_argument("--lab", action="append", default=[], metavar="OPTION", help=words)
    open_.add_argument(
        "--print", action="store_true", help="start nothing: print the path of the copy, and nothing else"
    )
    open_.add_argument("--release", type=Path, metavar="FILE", help="the notebook as it was given out")
    open_.set_defaults(run=_open)


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from dlcourse.grader.surroundings import EXECUTE

    limit = EXECUTE["timeout"]
    check = commands.add_parser(
        "check",
        help="grade your own notebook as the grader would, or show a hint",
        description="Run a notebook in a kernel of its own, judge it with the visible and the hidden checks, and print "
        "how every task ended. The file is not changed. Ends with 0 if everything is right, with 1 if something is "
        "not, with 2 if the file is no notebook of this course.",
    )
    check.add_argument("notebook", type=Path)
    check.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    check.add_argument(
        "--seconds", type=_positive, default=limit, metavar="S", help=f"how long a cell may run (default: {limit})"
    )
    check.add_argument("--hint", type=int, metavar="TASK", help="run nothing, and show a hint for this task")
    check.add_argument(
        "--stage",
        type=int,
        default=1,
        choices=(1, 2, 3),
        help="which hint: 1 what to think about (default), 2 which formula and step, 3 nearly the code in words",
    )
    check.add_argument("--release", type=Path, metavar="FILE", help="the notebook as it was given out")
    check.set_defaults(run=_check)


def _add_doctor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser(
        "doctor",
        help="before you hand a notebook in: find what can cost points",
        description="Compare a notebook with the one that was given out, and say what can cost points and how to mend "
        "it. Nothing in it is run. Ends with 0 if there is nothing to mend, with 1 if there is, with 2 if the file is "
        "no notebook of this course.",
    )
    doctor.add_argument("notebook", type=Path)
    doctor.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    doctor.add_argument(
        "--fix",
        action="store_true",
        help="put locked cells and nbgrader's marks back; answers stay as they are, and the old file is kept beside it",
    )
    doctor.add_argument("--release", type=Path, metavar="FILE", help="the notebook as it was given out")
    doctor.set_defaults(run=_doctor)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"a whole number of seconds, at least 1, is needed; got {text!r}")
    return int(text)


def _demo(arguments: argparse.Namespace) -> int:
    """Grade the sample class from end to end; everything is made anew in one directory of its own."""
    from dlcourse.grader import classroom, notebooks, reasons, release, report, stock

    checkout = arguments.course.resolve()
    if not (checkout / "nbgrader_config.py").exists():
        raise ValueError(f"--course must be the course's checkout, with nbgrader_config.py in it; got {checkout}")
    into = (arguments.into or checkout / "_build" / "class").resolve()
    name = arguments.assignment
    if not (checkout / "solutions" / name).is_dir():
        known = sorted(path.name for path in (checkout / "solutions").iterdir() if path.is_dir())
        raise ValueError(f"--assignment must be one of {', '.join(known)}; got {name!r}")
    if arguments.members or name == SAMPLE_ASSIGNMENT:
        members = classroom.load(arguments.members or checkout / "tests" / "course" / "sample_class")
    else:
        members = [*classroom.SMALLEST_CLASS]
    _say(f"grading a class of {len(members)} in {into}")
    _empty(into)
    course = stock.open_course(checkout, into, arguments.seconds)
    book = checkout / "_build" / "html"
    if not course.config.FeedbackPage.get("book") and (book / "index.html").exists():
        page = course.notebook("feedback", "student", name, ".html")
        course.config.FeedbackPage.book = Path(os.path.relpath(book, page.parent)).as_posix()
    shutil.copytree(checkout / "solutions", course.directory("source"))

    _say("making the exercises from solutions/")
    generated = stock.generate(course, name)
    if not arguments.keep_exercises:
        exercise = Path("exercises", name, f"{name}.ipynb")
        _say(f"{exercise}: {release.publish(generated, checkout / exercise)}")
    released = notebooks.read(generated)
    solved = notebooks.solutions(notebooks.read(course.directory("source") / name / f"{name}.ipynb"))

    _say(f"autograding; each takes a few seconds, and a cell that runs longer than {arguments.seconds} s is stopped")
    results = []
    for number, student in enumerate(members, 1):
        classroom.submit(student, released, solved, course.directory("submitted"), name)
        print(f"  {number:2}/{len(members)}  {student.name:20}", end=" ", flush=True)
        outcome = stock.autograde(course, name, student.name)
        if outcome.failure is None:
            graded = notebooks.read(course.notebook("autograded", student.name, name))
            tasks = reasons.tasks(graded, outcome.scores, course.cell_seconds)
            page = stock.feedback(course, name, student.name).relative_to(course.directory("feedback"))
            results.append(report.Result(student.name, tasks, None, page.as_posix()))
            print(f"{results[-1].points:5g} points  {outcome.seconds:5.1f} s")
        else:
            results.append(report.Result(student.name, [], outcome.failure))
            print(f"{'failed':>12}  {outcome.seconds:5.1f} s")

    stock.export(course, name, [result.student for result in results if result.failure is None], into / "grades.csv")
    notebooks.write_text(into / "results.json", json.dumps([asdict(result) for result in results], indent=1) + "\n")
    front = course.directory("feedback") / "index.html"
    notebooks.write_text(front, report.as_page(results, f"{name}: the class"))
    print()
    print(report.as_text(results, shutil.get_terminal_size((120, 24)).columns))
    print()
    print(report.summary(results))
    for name, path in (("Feedback", front), ("Grades", into / "grades.csv"), ("Logs", into / "logs")):
        print(f"{name + ':':10}{_short(path)}")
    surprises = [text for student, result in zip(members, results, strict=True) if (text := _surprise(student, result))]
    for text in surprises:
        print(f"dlcourse: {text}", file=sys.stderr)
    return NOT_AS_EXPECTED if surprises else AS_EXPECTED


def _open(arguments: argparse.Namespace) -> int:
    """Make a student's copy of an assignment if there is none, and start JupyterLab on it."""
    from dlcourse.grader import workplace

    name, folder = workplace.find_name(arguments.assignment), arguments.folder or Path(workplace.FOLDER)
    if not arguments.print:
        workplace.check_lab()
    copy = workplace.prepare(name, folder, release=arguments.release, fresh=arguments.fresh)
    for line in workplace.as_text(copy, folder).splitlines():
        print(f"dlcourse: {line}", file=sys.stderr, flush=True)
    if arguments.print:
        print(copy.notebook)
    else:
        workplace.start_lab(copy.notebook, [*(["--no-browser"] if arguments.no_browser else []), *arguments.lab])
    return AS_EXPECTED


def _check(arguments: argparse.Namespace) -> int:
    """Grade one notebook, or show a hint for one of its tasks."""
    from dlcourse.checks import hints
    from dlcourse.grader import blueprint, notebooks, selfcheck

    if arguments.hint is not None:
        name = blueprint.assignment_of(notebooks.read(arguments.notebook), arguments.notebook)
        text = hints.hint(name, arguments.hint, arguments.stage)
        record = {"assignment": name, "task": arguments.hint, "stage": arguments.stage, "hint": text}
        more = f"More: dlcourse check {arguments.notebook} --hint {arguments.hint} --stage {arguments.stage + 1}"
        shown = f"Hint {arguments.stage} of {hints.STAGES} for task {arguments.hint}: {text}"
        shown = textwrap.fill(shown, _width(), break_on_hyphens=False)
        _print(record if arguments.json else f"{shown}\n{more if arguments.stage < hints.STAGES else ''}".rstrip())
        return AS_EXPECTED
    judged = selfcheck.judge(arguments.notebook, arguments.seconds, arguments.release)
    _print(selfcheck.as_record(judged) if arguments.json else selfcheck.as_text(judged, _width()))
    return AS_EXPECTED if judged.passed else NOT_AS_EXPECTED


def _doctor(arguments: argparse.Namespace) -> int:
    """Say what is wrong with a notebook, and with --fix mend what is not the student's."""
    from dlcourse.grader import doctor

    examined = doctor.examine(arguments.notebook, arguments.release)
    if arguments.fix:
        backup = doctor.heal(examined)
        print(
            "dlcourse: nothing had to be put back, and nothing was written"
            if backup is None
            else f"dlcourse: locked cells and marks are put back; the notebook as it was: {_short(backup)}",
            file=sys.stderr,
        )
        examined = doctor.examine(arguments.notebook, arguments.release)
    _print(doctor.as_record(examined) if arguments.json else doctor.as_text(examined, _width()))
    return NOT_AS_EXPECTED if examined.findings else AS_EXPECTED


def _print(what: str | dict[str, Any]) -> None:
    """Print a text, or a record as JSON, whatever the terminal's encoding can show."""
    text = what if isinstance(what, str) else json.dumps(what, indent=1)
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def _width() -> int:
    return shutil.get_terminal_size((120, 24)).columns


def _serve(arguments: argparse.Namespace) -> int:
    """Serve the book and the feedback until interrupted."""
    from dlcourse.grader.server import make_server

    built = arguments.course.resolve() / "_build"
    folders = {"/": built / "html", "/feedback/": built / "class" / "feedback"}
    folders["/html/"] = folders["/"]  # so that links from feedback pages lead there, as they do from disk
    if missing := [str(folder) for folder in dict.fromkeys(folders.values()) if not (folder / "index.html").exists()]:
        raise ValueError(f"there must be pages to show; there are none in {' and '.join(missing)}. First: make course")
    with make_server(folders, arguments.port) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        try:
            print(f"The book:      {address}/\nThe feedback:  {address}/feedback/\nStop with Ctrl-C.", flush=True)
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return AS_EXPECTED


def _surprise(student: "Student", result: "Result") -> str:
    """Say how a submission ended otherwise than its class says; an empty string if it did not."""
    got = f"{result.points:g} points" if result.failure is None else f"the failure: {result.failure}"
    reasons = " / ".join(dict.fromkeys(text for task in result.tasks for text in (task.why, task.remark) if text))
    wanted = []
    if student.failure is not None and student.failure not in (result.failure or ""):
        wanted.append(f"a failure with the words: {student.failure}")
    if student.points is not None and (result.failure is not None or abs(result.points - student.points) > 1e-9):
        wanted.append(f"{student.points:g} points")
    elif student.failure is None and result.failure is not None:
        wanted.append("points")
    if student.why is not None and result.failure is None and student.why not in reasons:
        wanted.append(f"a reason with the words: {student.why}")
        got += f" and the reasons: {reasons or 'none'}"
    about = f"{student.name} ({student.about})"
    return f"{about} must end with {' and '.join(wanted)}; got {got}" if wanted else ""


def _empty(into: Path) -> None:
    """Make an empty directory, and empty none that something else has filled."""
    if into.exists() and any(into.iterdir()):
        if not (into / MARK).exists():
            raise ValueError(
                f"the products need a directory of their own; {into} holds other files, so it is left alone"
            )
        shutil.rmtree(into)
    into.mkdir(parents=True, exist_ok=True)
    (into / MARK).touch()


def _short(path: Path) -> str:
    """Return a path relative to here if it is below here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _say(text: str) -> None:
    print(f"dlcourse: {text}", flush=True)


def _in_words(error: Exception) -> str:
    """Return what is missing rather than how Python puts it."""
    if isinstance(error, ModuleNotFoundError):
        return (
            f"the package {error.name} is needed and not installed. In a checkout: make course, then .venv/bin/dlcourse"
        )
    return f"{error}" if isinstance(error, ValueError | RuntimeError) else f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main())
