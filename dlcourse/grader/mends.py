"""What `nbgrader_config.py` adds to nbgrader: one preprocessor that puts a submission's locked cells and marks back.

It stands where nbgrader has three (DeduplicateIds, OverwriteKernelspec, OverwriteCells). nbgrader 0.9 loses a student's
notebook when a cell was copied (and stops the whole run if it does not put back missing cells), when both a solution
cell and the test cell after it were deleted, or when the marks of a locked cell were changed. And each of the three
opens the gradebook anew, which costs more than all the rest.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.nbgraderformat import MetadataValidator  # type: ignore[import-untyped]
from nbgrader.preprocessors import (  # type: ignore[import-untyped]
    CheckCellMetadata,
    ClearOutput,
    NbGraderPreprocessor,
)

from dlcourse.grader.notebooks import copy, for_format, grade_id, new_code_cell, retyped

Resources = dict[str, Any]
DELETED = "# The cell {name} was deleted in the submission."


@dataclass(frozen=True)
class Released:
    """A cell as the gradebook has it.

    Attributes
    ----------
    marks : mapping
        nbgrader's metadata.
    source : str
        Its text; a student's own may differ unless the cell is locked.
    """

    marks: Mapping[str, Any]
    source: str

    @property
    def is_place_for_code(self) -> bool:
        """Tell whether the cell is a place for code that earns no points by itself."""
        return self.marks["cell_type"] == "code" and not (self.marks["locked"] or self.marks["grade"])


Known = Mapping[str, Released]


class Restore(NbGraderPreprocessor):  # type: ignore[misc]
    """Give a submission back the marks, the locked texts and the cells that it was released with."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Restore a notebook.

        Parameters
        ----------
        nb : NotebookNode
            The submission; changed in place.
        resources : dict
            nbconvert's; names the assignment, the notebook and the gradebook.

        Returns
        -------
        tuple
            Both arguments.
        """
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(about["notebook"], about["assignment"])
            known, kernel = released_cells(notebook), kernel_of(notebook)
        for told in restore(nb, known, kernel):
            self.log.warning("%s", told)
        return nb, resources


def released_cells(notebook: Any) -> dict[str, Released]:
    """Return what the gradebook knows of the cells of a notebook.

    Parameters
    ----------
    notebook : nbgrader.api.SourceNotebook
        From the gradebook.

    Returns
    -------
    dict of str to Released
        By grade id, in the order of the notebook.
    """
    graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions, tasks = ({cell.name for cell in cells} for cells in (notebook.solution_cells, notebook.task_cells))
    known = {}
    for cell in notebook.source_cells:
        marks = {
            "grade": cell.name in graded,
            "grade_id": cell.name,
            "locked": bool(cell.locked),
            "schema_version": MetadataValidator.schema_version,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        }
        if cell.name in graded:
            marks["points"] = graded[cell.name]
        known[cell.name] = Released(marks, cell.source)
    return known


def kernel_of(notebook: Any) -> dict[str, Any] | None:
    """Return the kernel that the gradebook has for a notebook.

    Parameters
    ----------
    notebook : nbgrader.api.SourceNotebook
        From the gradebook.

    Returns
    -------
    dict or None
        As it stands in a notebook's metadata.
    """
    found: dict[str, Any] | None = json.loads(notebook.kernelspec) if notebook.kernelspec else None
    return found


def restore(nb: NotebookNode, known: Known, kernel: Mapping[str, Any] | None) -> list[str]:
    """Give a submission back what it was released with; what the student wrote into answers stays.

    Parameters
    ----------
    nb : NotebookNode
        The submission; changed in place.
    known : mapping of str to Released
        The cells that it was released with.
    kernel : mapping or None
        The kernel that it was released with; the submission's own stays if there is none.

    Returns
    -------
    list of str
        What had to be mended, other than that hidden tests are put in.
    """
    told = forget_copies(nb)
    put_marks_back(nb, known)
    places = [(name, cell.marks["checksum"], cell.is_place_for_code) for name, cell in known.items()]
    told += [f"the cell {name} was deleted; an empty one takes its place" for name in keep_places(nb, places)]
    told += [f"the cell {name} was deleted; it is put back" for name in _add_missing(nb, known)]
    if kernel:
        nb.metadata["kernelspec"] = copy(kernel)
    return told


def forget_copies(nb: NotebookNode) -> list[str]:
    """Make ordinary cells of those whose marks are damaged, and of all but the last of those with one id.

    Parameters
    ----------
    nb : NotebookNode
        The submission; changed in place.

    Returns
    -------
    list of str
        What was copied.
    """
    seen: set[str] = set()
    told = []
    for cell in reversed(nb.cells):
        if "nbgrader" not in cell.metadata:
            continue
        marks = cell.metadata["nbgrader"]
        name = marks.get("grade_id") if isinstance(marks, dict) else None
        if not isinstance(name, str) or name in seen:
            del cell.metadata["nbgrader"]
            told += [f"the cell {name} was there more than once; the last one counts"] if isinstance(name, str) else []
        else:
            seen.add(name)
    return told


def put_marks_back(nb: NotebookNode, known: Known) -> None:
    """Give every cell the marks and, if it is locked, the text that it was released with.

    What a student wrote into them counts for nothing: neither points, nor what is graded, nor what is locked. A cell
    with an id that is not known is an ordinary cell.

    Parameters
    ----------
    nb : NotebookNode
        The submission; changed in place.
    known : mapping of str to Released
        The cells that it was released with.
    """
    for i, cell in enumerate(nb.cells):
        name = grade_id(cell)
        if name not in known:
            cell.metadata.pop("nbgrader", None)
            continue
        nb.cells[i] = now = retyped(cell, known[name].marks["cell_type"])
        now.metadata["nbgrader"] = copy(known[name].marks)
        if known[name].marks["locked"]:
            now.source = known[name].source


def keep_places(nb: NotebookNode, sources: Sequence[tuple[str, str, bool]]) -> list[str]:
    """Put an empty cell where a solution cell was deleted.

    Parameters
    ----------
    nb : NotebookNode
        Changed in place.
    sources : sequence of tuple (str, str, bool)
        The released cells in order: grade id, checksum, and whether it is a place for code.

    Returns
    -------
    list of str
        Grade ids of the cells that were put back.
    """
    return put_back(
        nb,
        (
            (name, partial(_empty_solution, name, checksum) if is_answer else None)
            for name, checksum, is_answer in sources
        ),
    )


def put_back(nb: NotebookNode, released: Iterable[tuple[str, Callable[[], NotebookNode] | None]]) -> list[str]:
    """Put cells back that were deleted, each behind the cell that it was released behind.

    Parameters
    ----------
    nb : NotebookNode
        Changed in place.
    released : iterable of tuple (str, callable or None)
        The released cells in order: grade id, and what makes the cell anew; None if nobody needs it.

    Returns
    -------
    list of str
        Grade ids of the cells that were put back.
    """
    place, found = 0, []
    for name, make in released:
        here = next((i for i, cell in enumerate(nb.cells) if grade_id(cell) == name), None)
        if here is None and make is not None:
            here = place
            nb.cells.insert(here, for_format(make(), nb))
            found.append(name)
        place = place if here is None else here + 1
    return found


def _empty_solution(name: str, checksum: str) -> NotebookNode:
    cell = new_code_cell(DELETED.format(name=name))
    cell.metadata["nbgrader"] = {
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": MetadataValidator.schema_version,
        "solution": True,
        "task": False,
        "cell_type": "code",
        "checksum": checksum,
    }
    return cell


def _add_missing(nb: NotebookNode, known: Known) -> list[str]:
    """Put back the cells with points that were deleted."""
    needed = {name for name, released in known.items() if released.marks["grade"] or released.marks["task"]}
    return put_back(nb, ((name, partial(_as_cell, one) if name in needed else None) for name, one in known.items()))


def _as_cell(released: Released) -> NotebookNode:
    cell = new_code_cell(released.source)
    cell.metadata["nbgrader"] = copy(released.marks)
    return retyped(cell, released.marks["cell_type"])


SANITIZERS = [ClearOutput, Restore, CheckCellMetadata]
