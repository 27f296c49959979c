"""What an assignment's notebook must hold, and a student's notebook as nbgrader would grade it.

A student's copy has no hidden checks. They are calls of `dlcourse.checks`, which every copy of the course has, so they
are put back from there: no instructor notebook is needed to judge an answer.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator, ValidationError  # type: ignore[import-untyped]
from nbgrader.preprocessors import ClearOutput, DeduplicateIds  # type: ignore[import-untyped]
from nbgrader.utils import is_grade, is_locked  # type: ignore[import-untyped]

import dlcourse
from dlcourse import checks
from dlcourse.checks.engine import MODULES
from dlcourse.grader import mends, notebooks
from dlcourse.grader.notebooks import NotebookError, grade_id

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_NAMED = re.compile(r"""\b(?:check|quiz_points)\(\s*["'](\d\d_\w+)["']""")
CHECKOUT = Path(dlcourse.__file__).parents[1]


def assignment_of(notebook: NotebookNode, path: Path) -> str:
    """Say to which assignment a notebook belongs: the one that its checks name, else the one of its file's name.

    Parameters
    ----------
    notebook : NotebookNode
        A student's notebook, whatever happened to it.
    path : Path
        Its file.

    Returns
    -------
    str
        Such as ``"03_losses"``.

    Raises
    ------
    NotebookError
        If it is no notebook of this course.
    """
    named: Counter[str] = Counter(
        name for cell in notebook.cells if cell.cell_type == "code" for name in _NAMED.findall(cell.source)
    )
    known = [name for name, _ in named.most_common() if name in MODULES]
    known += [name for name in MODULES if path.name.startswith(name) and any(map(grade_id, notebook.cells))]
    if not known:
        got = f"one that checks {', '.join(named)}" if named else "one without a check of these"
        raise NotebookError(f"{path} must be a notebook of {', '.join(MODULES)}; got {got}")
    return known[0]


def find_release(name: str, file: Path | None = None) -> NotebookNode | None:
    """Return the notebook as students were given it.

    Parameters
    ----------
    name : str
        The assignment.
    file : Path, optional
        Where it is; otherwise it is looked for under ``exercises/`` in the checkout that this package lies in.

    Returns
    -------
    NotebookNode or None
        None if no file was named and there is no such checkout.

    Raises
    ------
    NotebookError
        If the file that was named is no notebook of this assignment.
    """
    path = file or CHECKOUT / "exercises" / name / f"{name}.ipynb"
    if file is None and not path.exists():
        return None
    release = notebooks.read(path)
    if (other := assignment_of(release, path)) != name:
        raise NotebookError(f"the release must be a notebook of {name}; {path} is one of {other}")
    return release


def check_source(name: str, cell: str) -> str | None:
    """Return what a test cell runs when it is graded.

    Parameters
    ----------
    name : str
        The assignment.
    cell : str
        A grade id, such as ``"task-3-hidden"``.

    Returns
    -------
    str or None
        Its code with the hidden checks; None if the assignment has no such test cell.
    """
    found = checks.assignment(name)
    part = notebooks.part_of_task(cell)
    if part is None or part[1] not in ("visible", "hidden"):
        return None
    task, kind = part
    call = f'dlcourse.checks.check("{name}", {task}, globals()'
    if found.quiz is not None and task == found.quiz.number and kind == "hidden":
        both = f"{call})\n{call.replace('check(', 'quiz_points(')})"
        return f"import dlcourse.checks\n\n{both}"
    if task in [one.number for one in found.tasks]:
        return f"import dlcourse.checks\n\n{call}{', hidden=True' if kind == 'hidden' else ''})"
    return None


def blueprint(name: str, release: NotebookNode | None) -> list[NotebookNode]:
    """Return the cells that nbgrader knows, in order, with the hidden checks in them.

    Parameters
    ----------
    name : str
        The assignment.
    release : NotebookNode or None
        The notebook as students were given it. Without it, cells that hold no check are not known.

    Returns
    -------
    list of NotebookNode
        New cells.
    """
    cells = _registered(name) if release is None else [cell for cell in notebooks.copy(release).cells if grade_id(cell)]
    for cell in cells:
        cell.source = check_source(name, grade_id(cell)) or cell.source
    return cells


def other_release(notebook: NotebookNode, name: str, release: NotebookNode | None) -> list[str]:
    """Return the grade ids of cells that come from another release of the assignment.

    Parameters
    ----------
    notebook : NotebookNode
        A student's.
    name, release
        As in `blueprint`.

    Returns
    -------
    list of str
        Empty for a notebook of this release. Every cell keeps the checksum that it was released with, whatever a
        student does to its text; without a release to compare, the points of the test cells are compared.
    """
    if release is None:
        wanted = {grade_id(cell): cell.metadata.nbgrader.get("points") for cell in _registered(name)}
        graded = [cell for cell in notebook.cells if is_grade(cell) and cell.cell_type == "code"]
        return [grade_id(cell) for cell in graded if cell.metadata.nbgrader.get("points") != wanted.get(grade_id(cell))]
    released = {grade_id(cell): cell.metadata.nbgrader.get("checksum") for cell in release.cells if grade_id(cell)}
    return [
        grade_id(cell)
        for cell in notebook.cells
        if "checksum" in cell.metadata.get("nbgrader", {})
        and cell.metadata.nbgrader.checksum != released.get(grade_id(cell))
        and not _holds_hidden_check(cell, name)  # nbgrader has put it in
    ]


def as_graded(notebook: NotebookNode, name: str, release: NotebookNode | None) -> NotebookNode:
    """Return a student's notebook as nbgrader would run it: copies forgotten, test cells put back, all outputs gone.

    Parameters
    ----------
    notebook : NotebookNode
        A student's; it is left as it is.
    name, release
        As in `blueprint`.

    Returns
    -------
    NotebookNode
        A new notebook, not run yet.

    Raises
    ------
    NotebookError
        If nbgrader's marks in it are beyond repair.
    """
    graded = notebooks.copy(notebook)
    try:
        for step in (ClearOutput, DeduplicateIds):
            graded, _ = step().preprocess(graded, {})
        for cell in graded.cells:
            if cell.metadata.get("nbgrader") == {}:  # which DeduplicateIds leaves behind
                del cell.metadata["nbgrader"]
        plan = blueprint(name, release)
        sources = [(grade_id(cell), cell.metadata.nbgrader.get("checksum", ""), _answers(cell)) for cell in plan]
        mends.keep_places(graded, sources)
        _overwrite(graded, plan)
        MetadataValidator().validate_nb(graded)
    except (ValidationError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise NotebookError(f"nbgrader's marks in the notebook are damaged ({reason}); see dlcourse doctor") from error
    graded.metadata["kernelspec"] = dict(KERNEL)
    return graded


def _overwrite(graded: NotebookNode, plan: Sequence[NotebookNode]) -> None:
    """Put the locked cells of the plan over those of a notebook; add test cells that are missing."""
    missing = ((grade_id(one), partial(notebooks.copy, one) if is_grade(one) else None) for one in plan)
    mends.put_back(graded, missing)
    places = {grade_id(cell): place for place, cell in reversed(list(enumerate(graded.cells)))}
    for wanted in plan:
        if grade_id(wanted) not in places:
            continue
        here = places[grade_id(wanted)]
        graded.cells[here] = notebooks.retyped(graded.cells[here], wanted.cell_type)
        if is_locked(wanted):
            graded.cells[here].source = wanted.source
            graded.cells[here].metadata["nbgrader"] = wanted.metadata.nbgrader


def _holds_hidden_check(cell: NotebookNode, name: str) -> bool:
    source = check_source(name, grade_id(cell))
    return source is not None and grade_id(cell).endswith("-hidden") and source.splitlines()[-1] in cell.source


def _answers(cell: NotebookNode) -> bool:
    """Tell whether a cell is a place for code that earns no points by itself."""
    return cell.cell_type == "code" and not (is_locked(cell) or is_grade(cell))


def _registered(name: str) -> list[NotebookNode]:
    """Return the cells that the checks themselves know of."""
    found = checks.assignment(name)
    points = {task.number: (task.visible_points, task.hidden_points) for task in found.tasks}
    if found.quiz is not None:
        points[found.quiz.number] = (0, found.quiz.points)
    cells = []
    for task, (visible, hidden) in sorted(points.items()):
        for kind, worth in (("solution", None), ("visible", visible), ("hidden", hidden)):
            if worth == 0:
                continue
            cell = notebooks.new_code_cell(check_source(name, f"task-{task}-{kind}") or "")
            cell.metadata["nbgrader"] = {
                "cell_type": "code",
                "grade": worth is not None,
                "grade_id": f"task-{task}-{kind}",
                "locked": worth is not None,
                "schema_version": MetadataValidator.schema_version,
                "solution": worth is None,
                "task": False,
                **({} if worth is None else {"points": worth}),
            }
            cells.append(nbformat.from_dict(cell))  # type: ignore[no-untyped-call]
    return cells
