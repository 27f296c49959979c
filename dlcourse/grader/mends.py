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

from dlcourse.grader.notebooks import for_format, grade_id, new_code_cell

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
    OverwriteKernelspec,
    KeepPlaces,
    OverwriteCells,
    CheckCellMetadata,
]
