"""nbgrader's door to the cage: runs a notebook as nbgrader's own `Execute` does, with student and tests apart."""

import atexit
import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.preprocessors import (  # type: ignore[import-untyped]
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from traitlets import Bool, Integer

from dlcourse.grader import mends
from dlcourse.grader.notebooks import grade_id
from dlcourse.grader.runner import Job, Ran, Runner, RunnerError

_starting = threading.Lock()
_runners: dict[tuple[int, bool], Runner] = {}


class CagedExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Run the cells of a submission: the student's in the cage, the tests in a process of their own."""

    timeout = Integer(60, help="Seconds that a cell may run.").tag(config=True)
    notebook_timeout = Integer(600, help="Seconds that a notebook may run.").tag(config=True)
    require_cage = Bool(False, help="Refuse to run where a process cannot be shut in.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Run a notebook.

        Parameters
        ----------
        nb : NotebookNode
            A submission in which locked cells and marks have been put back; gets its outputs.
        resources : dict
            nbconvert's; names the assignment, the notebook and the gradebook.

        Returns
        -------
        tuple
            Both arguments.
        """
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            known = mends.released_cells(gradebook.find_notebook(about["notebook"], about["assignment"]))
        runner = shared_runner(self.require_cage)
        if runner.missing:
            self.log.warning("Student code is NOT shut in here, only limited: %s", runner.missing)
        ran = runner.run(Job(cells_of(nb, known), self.timeout, self.notebook_timeout))
        for why in (*ran.deaths, *filter(None, [ran.failure])):
            self.log.warning("%s: %s", about["student"], why)
        fill(nb, ran)
        return nb, resources


def shared_runner(require_cage: bool = False) -> Runner:
    """Return the runner of this process; it is started once and ends with the process.

    Parameters
    ----------
    require_cage : bool, default False
        As for `Runner`.

    Returns
    -------
    Runner
        A warm one.
    """
    with _starting:
        key = (os.getpid(), require_cage)
        if key in _runners and not _runners[key].is_alive():
            _runners.pop(key).close()
        if key not in _runners:
            _runners[key] = Runner(require_cage=require_cage)
            atexit.register(_runners[key].close)
        return _runners[key]


def what_is_missing() -> str:
    """Say why student code cannot be shut in where this runs.

    Returns
    -------
    str
        Empty if it can.
    """
    return shared_runner().missing


def run_all(jobs: Mapping[str, Job]) -> dict[str, Ran]:
    """Run the notebooks of one submission with this process's runner.

    Parameters
    ----------
    jobs : mapping of str to Job
        By name of the notebook.

    Returns
    -------
    dict of str to Ran
        By the same names.
    """
    return {name: _run_once_more(job) for name, job in jobs.items()}


def _run_once_more(job: Job) -> Ran:
    """Run a notebook; if a process of ours is killed meanwhile, run it a second time."""
    runner = shared_runner()
    try:
        ran = runner.run(job)
    except RunnerError:
        if runner.is_alive():
            raise
        return shared_runner().run(job)
    return shared_runner().run(job) if ran.lost else ran


def cells_of(nb: NotebookNode, known: mends.Known) -> list[tuple[str, str]]:
    """Return the code cells of a submission as the cells of a job.

    Parameters
    ----------
    nb : NotebookNode
        The submission.
    known : mapping
        From `mends.released_cells`.

    Returns
    -------
    list of tuple (str, str)
        Kind and text. A test is what the gradebook says it is, with the text that the gradebook has.
    """
    return [_kind_and_text(cell, known) for cell in nb.cells if cell.cell_type == "code"]


def _kind_and_text(cell: NotebookNode, known: mends.Known) -> tuple[str, str]:
    released = known.get(grade_id(cell))
    if released is None or not released.marks["locked"] or released.marks["cell_type"] != "code":
        return "student", cell.source
    return ("test" if released.marks["grade"] else "shared"), released.source


def fill(nb: NotebookNode, ran: Ran) -> None:
    """Give the code cells of a notebook what came of them.

    Parameters
    ----------
    nb : NotebookNode
        The notebook of the job; changed in place.
    ran : Ran
        What came of it.
    """
    code: Sequence[NotebookNode] = [cell for cell in nb.cells if cell.cell_type == "code"]
    for count, (cell, outputs) in enumerate(zip(code, ran.outputs, strict=True), 1):
        cell["execution_count"] = count
        cell["outputs"] = [nbformat.from_dict(output) for output in outputs]  # type: ignore[no-untyped-call]
        for output in cell["outputs"]:
            if output.output_type == "execute_result":
                output["execution_count"] = count


# nbgrader's own list, with this module's way of running a notebook.
PREPROCESSORS = [
    f"{each.__module__}.{each.__name__}"
    for each in (
        CagedExecute,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    )
]
