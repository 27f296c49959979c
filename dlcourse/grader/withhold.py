"""Keeps hidden tests hidden in feedback: a student reads what a test says, not the test (nbgrader #917, #1363)."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor  # type: ignore[import-untyped]
from nbgrader.utils import is_grade  # type: ignore[import-untyped]

IN_PLACE = "# The hidden checks ran here."


class WithholdHiddenTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Take the lines of hidden tests, and what quotes them, out of a feedback page."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Withhold the hidden lines of a graded cell.

        Parameters
        ----------
        cell : NotebookNode
            Any cell of a graded notebook; changed in place.
        resources : dict
            nbconvert's.
        cell_index : int
            Its place, which does not matter.

        Returns
        -------
        tuple
            Both arguments.
        """
        if is_grade(cell) and cell.cell_type == "code":
            marks = ClearHiddenTests(config=self.config)
            shown, hidden = _parted(cell.source, marks.begin_test_delimeter, marks.end_test_delimeter)
            if hidden:
                cell.source = shown
                for output in cell.outputs:
                    _quote_nothing(output)
        return cell, resources


def _parted(source: str, begin: str, end: str) -> tuple[str, bool]:
    """Return what may be shown of a test cell, and whether that is not all; a part without an end never ends."""
    shown: list[str] = []
    inside = found = False
    for line in source.split("\n"):
        if begin in line and not inside:
            inside = found = True
            shown.append(IN_PLACE)
        elif end in line:
            inside = False
        elif not inside:
            shown.append(line)
    return "\n".join(shown), found


def _quote_nothing(output: NotebookNode) -> None:
    """Leave of an error its message: lines of the test, and values in it, stand in the traceback."""
    if output.output_type == "error" and "\n".join(output.traceback) != output.evalue:
        output.traceback = [f"{output.ename}: {output.evalue}" if output.evalue else output.ename]
