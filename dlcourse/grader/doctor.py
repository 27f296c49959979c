"""Before a notebook is handed in: what in it can cost points, and how to mend it."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from dlcourse.grader import blueprint, marks, notebooks, report
from dlcourse.grader.marks import Finding
from dlcourse.grader.notebooks import NotebookError, grade_id

MOST_OUTPUT = 1_000_000  # characters of one cell's outputs; learning systems refuse notebooks of some megabytes
_ABSOLUTE = re.compile(r"(/[\w.-]+){2,}/?|[A-Za-z]:[\\/].+|~[\\/].+")
_ADDRESS = re.compile(r"(https?|ftp)://")
_SHELL = re.compile(r"\b(wget|curl|pip3?|conda|git clone)\b")
_DOWNLOADS = re.compile(r"urlopen|urlretrieve|load_dataset|retrieve|fetch_\w+")
_TAKEN = {"check", "quiz_points"}  # the test cells import these, over whatever the student's code calls so
_WEB = {"requests", "httpx", "aiohttp", "urllib3", "pooch"}
_MANAGER = TransformerManager()  # type: ignore[no-untyped-call]
_HEAD = ("where", "finding", "what, and how to mend it")
_MEND = {
    "unfinished": "Put your answer there, and delete what only held its place.",
    "input": "Nobody answers when the notebook is graded. Set a variable instead.",
    "download": "There is no network when the notebook is graded. Use what is installed, or files beside the notebook.",
    "path": "That path is on your machine only. Put the file beside the notebook, and write its name alone.",
    "taken": "A test cell puts the course's own in its place, and your answer would call that. Choose another name.",
    "syntax": "Nothing in this cell is run. Correct that line.",
    "order": "Restart the kernel, run all cells from top to bottom, and look again: that is what the grader does.",
    "kernel": "In JupyterLab: Kernel, Change Kernel, Python 3 (ipykernel). Save, and look again.",
    "output": "Print less, then clear this cell's output and save. Outputs are made anew when the notebook is graded.",
}


@dataclass(frozen=True)
class Examined:
    """A notebook and what was found in it.

    Attributes
    ----------
    assignment : str
        Such as ``"03_losses"``.
    path : Path
        Its file.
    notebook, release : NotebookNode
        The student's, and as it was given out.
    findings : sequence of Finding
        In the order of the notebook; empty if all is well.
    """

    assignment: str
    path: Path
    notebook: NotebookNode
    release: NotebookNode
    findings: Sequence[Finding]


def examine(path: Path, release: Path | None = None) -> Examined:
    """Look a notebook over. Nothing in it is run.

    Parameters
    ----------
    path : Path
        A student's notebook.
    release : Path, optional
        The notebook as it was given out, if not in the checkout that this package lies in.

    Returns
    -------
    Examined
        With everything that was found.

    Raises
    ------
    NotebookError
        If one of the two files is not what it should be, or if nobody knows the release.
    """
    notebook = notebooks.read(path)
    name = blueprint.assignment_of(notebook, path)
    given = blueprint.find_release(name, release)
    if given is None:
        raise NotebookError(
            f"the notebook as it was given out is needed to compare {path.name} with, and this copy of dlcourse came "
            f"without exercises/. Name it: --release {name}.ipynb"
        )
    found = [*_whole(notebook, path, name, given)]
    kept = marks.restored(notebook, given)  # in which every answer is known, whatever happened to its mark
    answers = {cell.source: notebooks.part_of_task(grade_id(cell)) for cell in kept.cells if _is_answer(cell)}
    locked = {cell.source for cell in given.cells if grade_id(cell) and not _is_answer(cell)}
    untouched = {cell.source for cell in given.cells if _is_answer(cell)}
    cells = [*marks.findings(notebook, given), *_order(notebook)]
    for i, cell in enumerate(notebook.cells):
        if cell.source in locked:
            continue
        is_answer = cell.source in answers
        task = (answers.get(cell.source) or (None,))[0]
        told = list(_code(cell.source, is_answer)) if cell.cell_type == "code" else []
        if is_answer and cell.source in untouched and cell.cell_type != "code":
            told.append(("unfinished", "The text is not written yet."))
        if len(json.dumps(cell.get("outputs", []))) > MOST_OUTPUT:
            told.append(("output", f"The outputs have more than {MOST_OUTPUT // 1000} kB."))
        cells += [Finding(kind, what, _MEND[kind], i + 1, task) for kind, what in told]
    cells.sort(key=lambda finding: finding.cell or len(notebook.cells) + 1)
    return Examined(name, path, notebook, given, [*found, *cells])


def heal(examined: Examined) -> Path | None:
    """Put the locked cells and nbgrader's marks back; the answers stay as they are.

    Parameters
    ----------
    examined : Examined
        What `examine` returned. Its file is written whole or not at all.

    Returns
    -------
    Path or None
        A copy of the file as it was; None if there was nothing to put back, so that nothing was written.
    """
    if not any(finding.fixable for finding in examined.findings):
        return None
    path = examined.path.resolve()
    was = path.read_bytes()
    for number in count(1):  # not .ipynb: nbgrader would take it for a second notebook of the submission
        backup = path.with_name(f"{path.name}.{number}.bak")
        try:
            with backup.open("xb") as file:
                file.write(was)
            break
        except FileExistsError:
            continue
    healed = marks.restored(examined.notebook, examined.release)
    healed.metadata["kernelspec"] = dict(examined.release.metadata.kernelspec)
    notebooks.write(path, healed)
    return backup


def as_text(examined: Examined, width: int) -> str:
    """Return the findings as a table for a terminal.

    Parameters
    ----------
    examined : Examined
        What `examine` returned.
    width : int
        Columns of the terminal.

    Returns
    -------
    str
        Lines without the last newline.
    """
    number = len(examined.findings)
    if not number:
        return f"{examined.path.name}: nothing to mend"
    rows = [(_where(each), each.kind, f"{each.what}\n{each.mend}") for each in examined.findings]
    line = f"{examined.path.name}: {number} finding{'s' * (number != 1)}"
    fixable = sum(finding.fixable for finding in examined.findings)
    if fixable:
        line += f"; dlcourse doctor --fix {examined.path} mends {'all' if fixable == number else fixable} of them"
    return f"{report.columns(_HEAD, rows, width)}\n\n{line}"


def as_record(examined: Examined) -> dict[str, Any]:
    """Return what ``--json`` prints.

    Parameters
    ----------
    examined : Examined
        What `examine` returned.

    Returns
    -------
    dict
        ``assignment`` and ``findings``; a finding has ``kind``, ``what``, ``mend``, ``cell``, ``task``, ``fixable``.
    """
    return {"assignment": examined.assignment, "findings": [asdict(finding) for finding in examined.findings]}


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _where(finding: Finding) -> str:
    places = [f"cell {finding.cell}" if finding.cell else "", f"task {finding.task}" if finding.task else ""]
    return ", ".join(filter(None, places)) or "notebook"


def _whole(notebook: NotebookNode, path: Path, name: str, release: NotebookNode) -> Iterator[Finding]:
    """Find what is wrong with the notebook as a whole."""
    if path.name != f"{name}.ipynb":
        what = f"The file is called {path.name}, and the grader looks for {name}.ipynb."
        yield Finding("name", what, f"Hand it in as {name}.ipynb.")
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "none")
    wanted = release.metadata.kernelspec.name
    if kernel != wanted:
        what = f"The notebook asks for the kernel {kernel}, and it is graded with {wanted}."
        yield Finding("kernel", what, _MEND["kernel"], fixable=True)


def _order(notebook: NotebookNode) -> Iterator[Finding]:
    """Find the first cell that was run before a cell above it."""
    highest, above = 0, 0
    for i, cell in enumerate(notebook.cells):
        run = cell.get("execution_count") or 0
        if 0 < run < highest:
            what = f"This cell was run as number {run}, before cell {above} above it, which was number {highest}."
            yield Finding("order", what, _MEND["order"], i + 1)
            return
        if run > highest:
            highest, above = run, i + 1


def _code(source: str, is_answer: bool) -> Iterator[tuple[str, str]]:
    """Find what is wrong with a student's code, each kind once: its kind, and what is wrong in words."""
    try:
        tree = ast.parse(_MANAGER.transform_cell(source))
    except SyntaxError as error:
        yield "syntax", f"Python cannot read line {error.lineno}: {error.msg}."
        return
    found: dict[str, str] = {}
    for statement in tree.body:
        for name in _names_made(statement) & _TAKEN:
            found["taken"] = f"Line {statement.lineno} gives something the name {name}, which the test cells use."
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings, and loose texts
    for node in ast.walk(tree):
        told = None
        if is_answer and isinstance(node, ast.Raise) and _raised(node) == "NotImplementedError":
            told = "unfinished", f"Line {node.lineno} still raises NotImplementedError."
        elif isinstance(node, ast.Call):
            told = _call(node)
        elif isinstance(node, ast.Constant) and id(node) not in texts and _is_absolute(node.value):
            told = "path", f"Line {node.lineno} holds the path {node.value!r}."
        if told is not None:
            found.setdefault(*told)
    yield from found.items()


def _names_made(node: ast.stmt) -> set[str]:
    """Return the names that a statement gives to a function, a class or a value."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _raised(node: ast.Raise) -> str:
    return "" if node.exc is None else ast.unparse(node.exc).split("(")[0]


def _is_absolute(value: Any) -> bool:
    return isinstance(value, str) and _ABSOLUTE.fullmatch(value) is not None


def _call(node: ast.Call) -> tuple[str, str] | None:
    """Tell whether a call waits for someone to type, or needs the network."""
    name = ast.unparse(node.func)
    texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if name in ("input", "getpass", "getpass.getpass"):
        return "input", f"Line {node.lineno} waits for someone to type: {name}()."
    is_shell = name.startswith("get_ipython().") or name in ("os.system", "subprocess.run")
    if (
        _DOWNLOADS.fullmatch(name.split(".")[-1])
        or (name.split(".")[0] in _WEB and "." in name)
        or any(map(_ADDRESS.match, texts))
        or (is_shell and _SHELL.search(" ".join(texts)))
    ):
        return "download", f"Line {node.lineno} needs the network: {ast.unparse(node)[:60]}"
    return None
