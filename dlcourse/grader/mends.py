"""What `nbgrader_config.py` adds to nbgrader: two small preprocessors that mend what students do to cells.

nbgrader 0.9 loses a student's notebook when a cell was copied (and stops the whole run if it does not put back missing
cells), or when both a solution cell and the test cell after it were deleted.
"""

from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.nbgraderformat import MetadataValidator  # type: ignore[import-untyped]
from nbgrader.preprocessors import (  # type: ignore[import-untyped]
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)

from dlcourse.grader.notebooks import copy, for_format, grade_id, new_code_cell, retyped

Resources = dict[str, Any]
DELETED = "# The cell {name} was deleted in the submission."


class ForgetCopies(NbGraderPreprocessor):  # type: ignore[misc]
    """Make ordinary cells of those that `DeduplicateIds` found twice.

    It leaves empty nbgrader metadata on them, at which nbgrader's later steps stumble.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Remove empty nbgrader metadata.

        Parameters
        ----------
        nb : NotebookNode
            The submission; changed in place.
        resources : dict
            nbconvert's; passed on.

        Returns
        -------
        tuple
            Both arguments.
        """
        for cell in nb.cells:
            if cell.metadata.get("nbgrader") == {}:
                del cell.metadata["nbgrader"]
        return nb, resources


class PutMarksBack(NbGraderPreprocessor):  # type: ignore[misc]
    """Give every cell the marks and, if it is locked, the text that the gradebook has for it.

    What a student wrote into them counts for nothing: neither points, nor what is graded, nor what is locked. A cell
    whose id the gradebook does not know is an ordinary cell.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Put marks and locked texts back.

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
            known = marks_of(gradebook.find_notebook(about["notebook"], about["assignment"]))
        for i, cell in enumerate(nb.cells):
            if "nbgrader" not in cell.metadata:
                continue
            name = cell.metadata.nbgrader.get("grade_id") if isinstance(cell.metadata.nbgrader, dict) else None
            if not isinstance(name, str) or name not in known:
                del cell.metadata["nbgrader"]
                continue
            marks, source = known[name]
            nb.cells[i] = cell = retyped(cell, marks["cell_type"])
            cell.metadata["nbgrader"] = copy(marks)
            if source is not None and cell.source != source:
                self.log.debug("The text of cell %s is put back", name)  # hidden tests are never in it
                cell.source = source
        return nb, resources


def marks_of(notebook: Any) -> dict[str, tuple[dict[str, Any], str | None]]:
    """Return what the gradebook knows of the cells of a notebook.

    Parameters
    ----------
    notebook : nbgrader.api.SourceNotebook
        From the gradebook.

    Returns
    -------
    dict
        By grade id: nbgrader's metadata, and the text of a locked cell (None for a cell that is the student's).
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
        known[cell.name] = (marks, cell.source if cell.locked else None)
    return known


class KeepPlaces(NbGraderPreprocessor):  # type: ignore[misc]
    """Put an empty cell where a solution cell was deleted, so that `OverwriteCells` knows where its tests belong.

    The cell is empty rather than the released stub: the answer may stand in another cell, and a stub would replace it.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Put back the places of deleted solution cells.

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
            graded = {cell.name for cell in notebook.grade_cells}
            sources = [
                (cell.name, cell.checksum, cell.cell_type == "code" and not (cell.locked or cell.name in graded))
                for cell in notebook.source_cells
            ]
        for name in keep_places(nb, sources):
            self.log.warning("Solution cell %s was deleted; an empty cell takes its place", name)
        return nb, resources


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
    place = 0
    put_back = []
    for name, checksum, is_answer in sources:
        here = next((i for i, cell in enumerate(nb.cells) if grade_id(cell) == name), None)
        if here is not None:
            place = here + 1
        elif is_answer:
            nb.cells.insert(place, for_format(_empty_solution(name, checksum), nb))
            place += 1
            put_back.append(name)
    return put_back


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


SANITIZERS = [
    ClearOutput,
    DeduplicateIds,
    ForgetCopies,
    PutMarksBack,
    OverwriteKernelspec,
    KeepPlaces,
    OverwriteCells,
    CheckCellMetadata,
]
