"""How well the grader knows mistakes: every answer tried, and the counts kept until something changes.

One assignment is measured by one process. What it counted is kept in ``_build/kill-report`` under a hash of everything
that could change it: the checks, the formulas, the answers, the notebook, Python and NumPy.
"""

import ast
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from dlcourse.authoring import answers, trials
from dlcourse.grader import notebooks

HEADINGS = ("Task", "Wrong answers", "Rejected", "Named", "Right answers", "Accepted", "Seconds")


@dataclass(frozen=True)
class Row:
    """The counts of one task, or of several together.

    Attributes
    ----------
    task : str
        Number of the task, or what the row sums up.
    wrong, rejected, named : int
        Wrong answers: tried, without a hidden point, and told their own mistake.
    right, accepted : int
        Right answers: tried, and given full marks.
    seconds : float
        Processor time that all of them took.
    """

    task: str
    wrong: int
    rejected: int
    named: int
    right: int
    accepted: int
    seconds: float

    @property
    def perfect(self) -> bool:
        """True if every answer was judged as it must be."""
        return self.wrong == self.rejected == self.named and self.right == self.accepted

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is printed, in the order of `HEADINGS`."""
        numbers = (self.wrong, self.rejected, self.named, self.right, self.accepted)
        return (self.task, *map(str, numbers), f"{self.seconds:.1f}")


@dataclass(frozen=True)
class Report:
    """What was measured of one assignment.

    Attributes
    ----------
    assignment : str
        Such as ``"01_perceptron"``.
    title : str
        The notebook's own.
    rows : sequence of Row
        One for each task.
    complaints : sequence of str
        One for each answer that was not judged as it must be.
    """

    assignment: str
    title: str
    rows: Sequence[Row]
    complaints: Sequence[str] = ()

    @property
    def total(self) -> Row:
        """The sum over all tasks."""
        return total("All tasks", self.rows)


def total(name: str, rows: Iterable[Row]) -> Row:
    """Add up rows.

    Parameters
    ----------
    name : str
        What stands in the first column.
    rows : iterable of Row
        What is added up.

    Returns
    -------
    Row
        The sums.
    """
    columns = list(zip(*((r.wrong, r.rejected, r.named, r.right, r.accepted, r.seconds) for r in rows), strict=True))
    wrong, rejected, named, right, accepted, seconds = map(sum, columns) if columns else [0] * 6
    return Row(name, int(wrong), int(rejected), int(named), int(right), int(accepted), float(seconds))


def count(found: Iterable[trials.Tried]) -> list[Row]:
    """Count how answers were judged.

    Parameters
    ----------
    found : iterable of Tried
        From `dlcourse.authoring.trials`.

    Returns
    -------
    list of Row
        One for each task, by number.
    """
    rows: dict[int, list[Row]] = {}
    for one in found:
        name = str(one.task)
        if one.right:
            row = Row(name, 0, 0, 0, 1, int(one.judged), one.seconds)
        else:
            row = Row(name, 1, int(one.judged), int(one.named), 0, 0, one.seconds)
        rows.setdefault(one.task, []).append(row)
    return [total(str(task), rows[task]) for task in sorted(rows)]


def measure(checkout: Path, assignment: str) -> Report:
    """Try every answer to an assignment.

    Parameters
    ----------
    checkout : Path
        The course.
    assignment : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    Report
        The counts of each task.
    """
    notebook = notebooks.read(source_of(checkout, assignment))
    corpus = answers.load(answers.folder_of(checkout), assignment)
    found = list(trials.try_all(trials.tasks_of(notebook), corpus))
    complaints = [f"{one.name} {one.complaint}" for one in found if one.complaint]
    return Report(assignment, notebooks.title(notebook), count(found), complaints)


def measured(
    checkout: Path,
    assignments: Sequence[str],
    workers: int | None = None,
    note: Callable[[str], None] = lambda _text: None,
) -> list[Report]:
    """Return the report of each assignment, measured anew where anything has changed.

    Parameters
    ----------
    checkout : Path
        The course.
    assignments : sequence of str
        Their names.
    workers : int, optional
        How many are measured side by side; as many as there are processors if not given.
    note : callable, optional
        Is told what is being done.

    Returns
    -------
    list of Report
        In the order of `assignments`.
    """
    kept = {name: checkout / "_build" / "kill-report" / f"{name}.json" for name in assignments}
    keys = {name: key_of(checkout, name) for name in assignments}
    reports = {name: found for name in assignments if (found := _read(kept[name], keys[name]))}
    missing = [name for name in assignments if name not in reports]
    if missing:
        note(f"trying the answers to {', '.join(missing)}")
        began = time.perf_counter()
        # spawn: a fresh interpreter, whatever threads the caller has running
        with ProcessPoolExecutor(min(len(missing), workers or os.cpu_count() or 1), get_context("spawn")) as pool:
            jobs = {pool.submit(measure, checkout, name): name for name in missing}
            for job in as_completed(jobs):
                name = jobs[job]
                reports[name] = job.result()
                content = {"key": keys[name], "report": asdict(reports[name])}
                notebooks.write_text(kept[name], json.dumps(content, indent=1) + "\n")
                note(f"{name}: done after {time.perf_counter() - began:.0f} s")
    return [reports[name] for name in assignments]


def key_of(checkout: Path, assignment: str) -> str:
    """Return a hash of everything that a report depends on.

    Parameters
    ----------
    checkout : Path
        The course.
    assignment : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    str
        Hexadecimal digits.
    """
    digest = hashlib.sha256(f"{sys.version} {np.__version__}".encode())
    for path in depends_on(checkout, assignment):
        digest.update(f"{path.relative_to(checkout).as_posix()} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def depends_on(checkout: Path, assignment: str) -> list[Path]:
    """Return the files that a report depends on.

    Parameters
    ----------
    checkout : Path
        The course.
    assignment : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    list of Path
        The modules that are imported to measure it, its messages, its notebook and the answers to it.
    """
    package = checkout / "dlcourse"
    notebook = source_of(checkout, assignment)
    corpus = sorted((answers.folder_of(checkout) / assignment).rglob("*.py"))
    messages = [path for path in package.rglob("*.toml") if path.stem in ("engine", assignment)]
    cells = [code for task in trials.tasks_of(notebooks.read(notebook)) for code in (task.given, task.solution)]
    code = [*cells, *(path.read_text(encoding="utf-8") for path in corpus)]
    waiting = [package / "authoring" / "proof.py", package / "checks" / f"{assignment.partition('_')[2]}.py"]
    waiting += [path for source in code for path in _imported(source, package)]
    modules: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in modules:
            modules.add(path)
            waiting += _imported(path.read_text(encoding="utf-8"), package)
    return sorted([*modules, *messages, *corpus, notebook])


def _imported(source: str, package: Path) -> list[Path]:
    """Return the files of the package that code imports: `from dlcourse.a import b` may mean a.py or a/b.py."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            return sorted(package.rglob("*.py"))  # relative: any of them may be meant
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    own = [name.split(".")[1:] for name in names if name.split(".")[0] == package.name]
    # with a module come the packages that it lies in
    places = {package.joinpath(*parts[:i]) for parts in own for i in range(len(parts) + 1)}
    files = {file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")}
    return [file for file in files if file.is_file()]


def source_of(checkout: Path, assignment: str) -> Path:
    """Return the path of an instructor notebook.

    Parameters
    ----------
    checkout : Path
        The course.
    assignment : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    Path
        It need not exist.
    """
    return checkout / "solutions" / assignment / f"{assignment}.ipynb"


def assignments_of(checkout: Path) -> list[str]:
    """Return the names of the assignments in a checkout.

    Parameters
    ----------
    checkout : Path
        The course.

    Returns
    -------
    list of str
        In order; there is a notebook for each in ``solutions/``.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = sorted(path.stem for path in (checkout / "solutions").glob("*/*.ipynb") if path.stem == path.parent.name)
    if not found:
        raise ValueError(f"a checkout of the course must hold solutions/NAME/NAME.ipynb; {checkout.resolve()} has none")
    return found


def as_text(rows: Sequence[Row]) -> str:
    """Return rows as a table for a terminal.

    Parameters
    ----------
    rows : sequence of Row
        What to show.

    Returns
    -------
    str
        Lines with columns of equal width, numbers to the right.
    """
    table = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in table
    )


def _lines(report: Report) -> Iterator[Row]:
    yield from report.rows
    yield report.total


def as_texts(reports: Sequence[Report]) -> str:
    """Return all reports as text for a terminal.

    Parameters
    ----------
    reports : sequence of Report
        What was measured.

    Returns
    -------
    str
        A table for each assignment, one of all together, and the complaints.
    """
    parts = [f"{report.assignment}\n{as_text([*_lines(report)])}" for report in reports]
    totals = [total(report.assignment, report.rows) for report in reports]
    parts.append(f"All assignments\n{as_text([*totals, total('All', totals)])}")
    parts += [complaint for report in reports for complaint in report.complaints]
    return "\n\n".join(parts)


def _read(path: Path, key: str) -> Report | None:
    """Return what was kept under a key; None if there is nothing, or something else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["key"] != key:
            return None
        found: Mapping[str, object] = content["report"]
        rows = [Row(**row) for row in content["report"]["rows"]]
        return Report(str(found["assignment"]), str(found["title"]), rows, list(content["report"]["complaints"]))
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError):
        return None  # never measured, or the file was cut short: measure again
