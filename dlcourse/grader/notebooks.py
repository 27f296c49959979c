"""Notebooks and their cells: read, write, answer, alter. Nothing here runs any code."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

_GRADE_ID = re.compile(r"task-(\d+)-(solution|visible|hidden|answer)")
_SOLUTION = re.compile(r"^ *### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION\n?", re.DOTALL | re.MULTILINE)


class NotebookError(ValueError):
    """A notebook is not what it should be; the message says what was expected and what came."""


@dataclass(frozen=True)
class Change:
    """Something that happened to a notebook other than answering it.

    Attributes
    ----------
    what : str
        ``"delete"`` or ``"duplicate"`` the cell, ``"replace"`` its source, or ``"insert"`` a new cell after it.
    cell : str
        The cell's grade id, such as ``"task-3-hidden"``.
    source : str
        The new source, for ``"replace"`` and ``"insert"``.
    """

    what: str
    cell: str
    source: str = ""


def read(path: Path) -> NotebookNode:
    """Read a notebook.

    Parameters
    ----------
    path : Path
        An ``.ipynb`` file.

    Returns
    -------
    NotebookNode
        In notebook format 4.

    Raises
    ------
    NotebookError
        If the file is missing or is no notebook.
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        return notebook
    except FileNotFoundError:
        raise NotebookError(f"a notebook was expected at {path}; there is no such file") from None
    except IsADirectoryError:
        raise NotebookError(f"a notebook was expected at {path}; that is a directory") from None
    except (ValueError, nbformat.ValidationError, AttributeError, KeyError, TypeError) as error:
        raise NotebookError(f"{path} must be a notebook; reading it gave: {error}") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path
        Where; missing folders are made.
    data : bytes
        What.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    mask = os.umask(0)
    os.umask(mask)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a file of text whole or not at all.

    Parameters
    ----------
    path : Path
        Where; missing folders are made.
    text : str
        What, written as UTF-8.
    """
    write_bytes(path, text.encode())


def write(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook whole or not at all.

    Parameters
    ----------
    path : Path
        Where; missing folders are made.
    notebook : NotebookNode
        What.
    """
    write_text(path, as_text(notebook))


def as_text(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file.

    Parameters
    ----------
    notebook : NotebookNode
        What.

    Returns
    -------
    str
        JSON with a newline at the end.
    """
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def new_code_cell(source: str) -> NotebookNode:
    """Return a cell that was never run.

    Parameters
    ----------
    source : str
        Its code.

    Returns
    -------
    NotebookNode
        A code cell with a new id.
    """
    cell: NotebookNode = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]
    return cell


def title(notebook: NotebookNode) -> str:
    """Return a notebook's title without its number.

    Parameters
    ----------
    notebook : NotebookNode
        A notebook whose first cell begins with ``# 1. Title``.

    Returns
    -------
    str
        Empty if it has none.
    """
    first = notebook.cells[0].source if notebook.cells else ""
    found = re.match(r"# (?:\d+\. )?(.+)", first)
    return found[1].strip() if found else ""


def grade_id(cell: Mapping[str, Any]) -> str:
    """Return nbgrader's name of a cell, or an empty string.

    Parameters
    ----------
    cell : mapping
        A cell of a notebook.

    Returns
    -------
    str
        Such as ``"task-3-solution"``.
    """
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def part_of_task(name: str) -> tuple[int, str] | None:
    """Take a grade id apart.

    Parameters
    ----------
    name : str
        A grade id.

    Returns
    -------
    tuple of (int, str) or None
        Task number and ``"solution"``, ``"visible"``, ``"hidden"``, or ``"answer"``, which a person reads; None for any
        other cell.

    Examples
    --------
    >>> part_of_task("task-3-hidden")
    (3, 'hidden')
    """
    found = _GRADE_ID.fullmatch(name)
    return (int(found[1]), found[2]) if found else None


def find(notebook: NotebookNode, name: str) -> int:
    """Return the place of the cell with a grade id.

    Parameters
    ----------
    notebook : NotebookNode
        Where to look.
    name : str
        The grade id.

    Returns
    -------
    int
        Index into ``notebook.cells``.

    Raises
    ------
    NotebookError
        If there is no such cell.
    """
    names = [grade_id(cell) for cell in notebook.cells]
    if name not in names:
        raise NotebookError(f"cell must be one of {', '.join(filter(None, names))}; got {name!r}")
    return names.index(name)


def solutions(source: NotebookNode) -> dict[int, str]:
    """Return the instructor's answers.

    Parameters
    ----------
    source : NotebookNode
        An instructor notebook.

    Returns
    -------
    dict of int to str
        Each solution or written answer by task number, without the marks that hide it from students.
    """
    answers = {}
    for cell in source.cells:
        match part_of_task(grade_id(cell)):
            case (task, "solution" | "answer"):
                answers[task] = _SOLUTION.sub(r"\1", cell.source)
    return answers


def answered(released: NotebookNode, answers: Mapping[int, str]) -> NotebookNode:
    """Return a released notebook with answers in the cells that are meant for them.

    Parameters
    ----------
    released : NotebookNode
        What students get; it is left as it is.
    answers : mapping of int to str
        Source by task number; other tasks stay unanswered.

    Returns
    -------
    NotebookNode
        A new notebook.

    Raises
    ------
    NotebookError
        If a task has no such cell.
    """
    notebook = copy(released)
    names = {grade_id(cell) for cell in released.cells}
    for task, source in answers.items():
        name = f"task-{task}-answer"
        notebook.cells[find(notebook, name if name in names else f"task-{task}-solution")].source = source
    return notebook


def changed(notebook: NotebookNode, change: Change) -> NotebookNode:
    """Return a notebook to which something happened.

    Parameters
    ----------
    notebook : NotebookNode
        It is left as it is.
    change : Change
        What happens, and to which cell.

    Returns
    -------
    NotebookNode
        A new notebook.

    Raises
    ------
    NotebookError
        If there is no such cell, or no such kind of change.
    """
    notebook = copy(notebook)
    place = find(notebook, change.cell)
    match change.what:
        case "delete":
            del notebook.cells[place]
        case "duplicate":
            twin = copy(notebook.cells[place])
            twin["id"] = f"{notebook.cells[place].get('id', change.cell)}-copy"
            notebook.cells.insert(place + 1, twin)
        case "replace":
            notebook.cells[place].source = change.source
        case "insert":
            notebook.cells.insert(place + 1, new_code_cell(change.source))
        case other:
            raise NotebookError(f"a change must delete, duplicate, replace or insert; got {other!r}")
    return notebook


def has_answers(released: NotebookNode) -> bool:
    """Tell whether someone has worked in a released notebook.

    Parameters
    ----------
    released : NotebookNode
        A notebook from ``exercises/``.

    Returns
    -------
    bool
        True if a solution cell no longer matches the checksum that nbgrader gave it, or a cell holds an output.
    """
    from nbgrader.utils import compute_checksum, is_solution  # type: ignore[import-untyped]

    return any(
        cell.get("outputs") or (is_solution(cell) and compute_checksum(cell) != cell.metadata.nbgrader.get("checksum"))
        for cell in released.cells
    )


def copy(node: Mapping[str, Any]) -> NotebookNode:
    """Return a copy of a notebook or a cell that shares nothing with it.

    Parameters
    ----------
    node : mapping
        It is left as it is.

    Returns
    -------
    NotebookNode
        The copy.
    """
    copied: NotebookNode = nbformat.from_dict(json.loads(json.dumps(node)))  # type: ignore[no-untyped-call]
    return copied


def retyped(cell: NotebookNode, cell_type: str) -> NotebookNode:
    """Return a cell with the same source, marks and id as a cell of another type.

    Parameters
    ----------
    cell : NotebookNode
        It is left as it is.
    cell_type : str
        ``"code"`` or ``"markdown"``.

    Returns
    -------
    NotebookNode
        The cell itself if it is of that type already.
    """
    if cell.cell_type == cell_type:
        return cell
    kept = {key: value for key, value in cell.items() if key in ("id", "metadata", "source")}
    run: dict[str, Any] = {"outputs": [], "execution_count": None} if cell_type == "code" else {}
    return copy({**kept, **run, "cell_type": cell_type})


def for_format(cell: NotebookNode, notebook: NotebookNode) -> NotebookNode:
    """Make a new cell fit for a notebook: cells have had ids since format 4.5 only.

    Parameters
    ----------
    cell : NotebookNode
        Changed in place.
    notebook : NotebookNode
        Where it is to be put.

    Returns
    -------
    NotebookNode
        The same cell.
    """
    if notebook.nbformat_minor < 5:
        cell.pop("id", None)
    return cell
