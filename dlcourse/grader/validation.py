"""What `nbgrader_config.py` adds to nbgrader's Validate: it runs the hidden checks too, as the grader will."""

import os
from pathlib import Path

from nbformat import NotebookNode

from dlcourse.grader.blueprint import assignment_of, check_source
from dlcourse.grader.notebooks import NotebookError, grade_id

_OWN = "dlcourse_own_source"  # where a cell keeps its source while another one is run


def put_hidden_checks_in(notebook: NotebookNode) -> None:
    """Let Validate run the hidden checks, which a student's copy does not hold; nbgrader calls this before the run.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place, and only if it is being validated: what is graded has its hidden checks.
    """
    if os.environ.get("NBGRADER_EXECUTION") != "validate":
        return
    try:
        name = assignment_of(notebook, Path("the notebook"))
    except NotebookError:
        return  # a notebook of another course is validated as it is
    for cell in notebook.cells:
        source = check_source(name, grade_id(cell))
        if source is not None and cell.cell_type == "code" and source not in cell.source:
            cell.metadata[_OWN] = cell.source
            cell.source = source


def take_hidden_check_out(cell: NotebookNode, cell_index: int) -> None:
    """Leave a cell as it was before `put_hidden_checks_in`; nbgrader calls this as soon as its code is sent.

    Parameters
    ----------
    cell : NotebookNode
        Changed in place.
    cell_index : int
        Its place, which nbgrader also gives.
    """
    if _OWN in cell.metadata:
        cell.source = cell.metadata.pop(_OWN)
