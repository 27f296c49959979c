"""nbgrader's marks on the cells of a notebook: what happened to them, and how to put everything back.

A *mark* is the metadata by which nbgrader knows a cell. Marked cells are either *answers*, which belong to the student
and are never changed or moved here, or *locked* ones, which belong to the course.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from dlcourse.grader import notebooks
from dlcourse.grader.notebooks import for_format, grade_id, retyped

_MARKS = ("nbgrader", "deletable", "editable")
FIX = "dlcourse doctor --fix puts it right."


@dataclass(frozen=True)
class Finding:
    """Something that can cost points.

    Attributes
    ----------
    kind : str
        One word for it.
    what, mend : str
        What is wrong, and how to mend it.
    cell : int or None
        Number of the cell, counted from 1; None if it is not in the notebook, or not about one cell.
    task : int or None
        Number of the task that it belongs to.
    fixable : bool
        True if `restored` mends it.
    """

    kind: str
    what: str
    mend: str
    cell: int | None = None
    task: int | None = None
    fixable: bool = False


def findings(notebook: NotebookNode, release: NotebookNode) -> list[Finding]:
    """Compare a notebook's marked cells with those that were given out.

    Parameters
    ----------
    notebook : NotebookNode
        A student's.
    release : NotebookNode
        The notebook as it was given out.

    Returns
    -------
    list of Finding
        In the order of the notebook; cells that are gone come last.
    """
    given = _given(release)
    adopted, lost, copies, strays = _adopt(notebook, given)
    names = [grade_id(cell) for cell in adopted.cells]
    found = [
        _about(names[i], i, "unmarked", f"The cell {names[i]} has lost its mark, and is not graded.", FIX) for i in lost
    ]
    for i in copies:
        name = grade_id(notebook.cells[i])
        found.append(
            _about(
                name,
                i,
                "copied",
                f"The cell {name} is there more than once. nbgrader takes the last one for the real one.",
                "Keep the right one and delete the others; dlcourse doctor --fix makes ordinary cells of them.",
            )
        )
    for i in strays:
        name = grade_id(notebook.cells[i])
        text = f"The cell {name} carries a mark that this assignment does not have."
        found.append(_about(name, i, "stray", text, f"It may come from another notebook. {FIX}"))
    for i, cell in enumerate(adopted.cells):
        if names[i]:
            found += _compare(cell, given[names[i]], i)
    found += _displaced(adopted, given, names)
    found.sort(key=lambda finding: finding.cell or 0)
    for name in [each for each in given if each not in names]:
        what = f"The cell {name} is gone."
        mend = f"Take it from a fresh copy of the notebook. {FIX}"
        if not _is_locked(given[name]):
            mend += " If the answer stands in another cell, it stays there."
        found.append(Finding("deleted", what, mend, None, _task(name), True))
    return found


def restored(notebook: NotebookNode, release: NotebookNode) -> NotebookNode:
    """Return a notebook whose locked cells and marks are as they were given out.

    Parameters
    ----------
    notebook : NotebookNode
        A student's; it is left as it is.
    release : NotebookNode
        The notebook as it was given out.

    Returns
    -------
    NotebookNode
        A new notebook. No cell of the student's is changed, moved or removed; a copy of a locked cell becomes an
        ordinary cell. A deleted cell for an answer comes back, without its stub if the answer stands elsewhere.
    """
    given = _given(release)
    adopted, *_ = _adopt(notebook, given)
    names = [grade_id(cell) for cell in adopted.cells]
    misplaced = {i for i in _misplaced(names, given) if _is_locked(given[names[i]])}
    kept = {names[i]: adopted.cells[i] for i in range(len(names)) if names[i]}
    adopted.cells = [cell for i, cell in enumerate(adopted.cells) if i not in misplaced]
    before = ""
    for name in _expected_order(names, given):
        if name not in [grade_id(cell) for cell in adopted.cells]:
            cell = kept.get(name) or for_format(_put_back(given[name], adopted), adopted)
            adopted.cells.insert(_place(adopted, release, name, before), cell)
        place = notebooks.find(adopted, name)
        adopted.cells[place] = _as_given(adopted.cells[place], given[name])
        before = name
    return adopted


def _given(release: NotebookNode) -> dict[str, NotebookNode]:
    return {grade_id(cell): cell for cell in release.cells if grade_id(cell)}


def _is_locked(cell: NotebookNode) -> bool:
    return not cell.metadata.nbgrader.solution


def _task(name: str) -> int | None:
    part = notebooks.part_of_task(name)
    return part[0] if part else None


def _about(name: str, place: int, kind: str, what: str, mend: str, fixable: bool = True) -> Finding:
    return Finding(kind, what, mend, place + 1, _task(name), fixable)


def _adopt(
    notebook: NotebookNode, given: dict[str, NotebookNode]
) -> tuple[NotebookNode, list[int], list[int], list[int]]:
    """Return a copy in which every mark is there at most once, and where marks were lost, doubled or strange.

    A cell that lost its mark is known by the id that every cell of a notebook has. Of copies the last one counts, as
    in nbgrader.
    """
    adopted = notebooks.copy(notebook)
    names = [grade_id(cell) for cell in notebook.cells]
    strays = [i for i, name in enumerate(names) if name and name not in given]
    copies = [i for i, name in enumerate(names) if name in given and name in names[i + 1 :]]
    for i, cell in enumerate(adopted.cells):
        if i in copies or i in strays or not names[i]:
            for key in _MARKS if names[i] else ("nbgrader",):
                cell.metadata.pop(key, None)
    lost = []
    by_id = {cell["id"]: name for name, cell in given.items() if "id" in cell and name not in names}
    for i, cell in enumerate(adopted.cells):
        if not grade_id(cell) and cell.get("id") in by_id:
            cell.metadata["nbgrader"] = dict(given[by_id[cell["id"]]].metadata.nbgrader)
            lost.append(i)
    return adopted, lost, copies, strays


def _compare(cell: NotebookNode, given: NotebookNode, place: int) -> list[Finding]:
    """Compare one cell with the one that was given out under its name."""
    name, found = grade_id(cell), []
    if cell.cell_type != given.cell_type:
        text = f"The cell {name} was a {given.cell_type} cell, and is a {cell.cell_type} cell."
        found.append(_about(name, place, "retyped", text, f"Change its type back. {FIX}"))
    mark, wanted = dict(cell.metadata.nbgrader), dict(given.metadata.nbgrader)
    if mark.pop("checksum", None) != wanted.pop("checksum", None):
        text = f"The cell {name} comes from another release of the assignment."
        mend = FIX if _is_locked(given) else f"Compare the text of the task with the new notebook. {FIX}"
        found.append(_about(name, place, "release", text, mend))
    elif _is_locked(given) and cell.source != given.source:
        text = f"The locked cell {name} was edited. nbgrader takes its own text when it grades."
        found.append(_about(name, place, "edited", text, f"Move what you added to a cell of your own. {FIX}"))
    if mark != wanted:
        keys = ", ".join(key for key in sorted(wanted.keys() | mark.keys()) if mark.get(key) != wanted.get(key))
        found.append(_about(name, place, "mark", f"nbgrader's mark on {name} was changed ({keys}).", FIX))
    return found


def _displaced(notebook: NotebookNode, given: dict[str, NotebookNode], names: Sequence[str]) -> list[Finding]:
    found = []
    for i in sorted(_misplaced(names, given)):
        locked = _is_locked(given[names[i]])
        text = f"The cell {names[i]} was moved from its place."
        by_hand = "Drag it back to the text of its task, and the cells that belong to it with it."
        found.append(_about(names[i], i, "moved", text, FIX if locked else by_hand, fixable=locked))
    return found


def _expected_order(names: Sequence[str], given: dict[str, NotebookNode]) -> list[str]:
    """Return all marked names in the order in which they belong, given the order of the student's answers.

    A locked cell with a task's number belongs behind the answer before it; any other belongs before the next answer.
    """
    groups: dict[str, list[str]] = {}
    head = ""
    waiting: list[str] = []
    for name, cell in given.items():
        if not _is_locked(cell):
            groups[name], head, waiting = [*waiting, name], name, []
        elif head and _task(name) is not None:
            groups[head].append(name)
        else:
            waiting.append(name)
    order = [name for name in names if name in groups]
    heads = list(groups)
    for i, name in enumerate(heads):
        if name not in order:
            order.insert(order.index(heads[i - 1]) + 1 if i else 0, name)
    return [name for head in order for name in groups[head]] + waiting


def _misplaced(names: Sequence[str], given: dict[str, NotebookNode]) -> set[int]:
    """Return the places of marked cells that are not where they belong: as few as possible."""
    places = {name: i for i, name in enumerate(names) if name}
    answers = [name for name in places if not _is_locked(given[name])]
    rank = {name: i for i, name in enumerate(given)}
    stay = _longest_rising([rank[name] for name in answers])
    moved = {places[name] for i, name in enumerate(answers) if i not in stay}
    rank = {name: i for i, name in enumerate(_expected_order(names, given))}
    stretch: list[str] = []  # locked cells between two answers, of those that belong there
    for name in [*places, ""]:
        if name and _is_locked(given[name]):
            if all((rank[name] < rank[answer]) == (places[name] < places[answer]) for answer in answers):
                stretch.append(name)
            else:
                moved.add(places[name])
            continue
        stay = _longest_rising([rank[each] for each in stretch])
        moved |= {places[each] for i, each in enumerate(stretch) if i not in stay}
        stretch = []
    return moved


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the places of a longest rising selection of some numbers."""
    best: list[tuple[int, ...]] = [()]
    for i, number in enumerate(numbers):
        before = [chain for chain in best if not chain or numbers[chain[-1]] < number]
        longest = max(before, key=len)
        best.append((*longest, i))
    longest = max(best, key=len)
    return set(longest)


def _place(notebook: NotebookNode, release: NotebookNode, name: str, before: str) -> int:
    """Return where a cell is to be put in: behind the text that stood before it, or else behind a marked cell."""
    first = notebooks.find(notebook, before) + 1 if before else 0
    marked = [i for i, cell in enumerate(notebook.cells) if i >= first and grade_id(cell)]
    last = marked[0] if marked else len(notebook.cells)
    text = release.cells[notebooks.find(release, name) - 1]
    for i in range(first, last):
        if not grade_id(text) and "id" in text and notebook.cells[i].get("id") == text["id"]:
            return i + 1
    return first


def _put_back(given: NotebookNode, notebook: NotebookNode) -> NotebookNode:
    """Return a cell that was deleted; without its stub if that would undo an answer that stands in another cell."""
    cell = notebooks.copy(given)
    functions = [line.split("(")[0] for line in given.source.splitlines() if line.startswith(("def ", "class "))]
    elsewhere = "\n".join(other.source for other in notebook.cells if other.cell_type == "code")
    if any(f"{function}(" in elsewhere for function in functions):
        cell.source = "# This cell was deleted, and its answer stands in another one."
    return cell


def _as_given(cell: NotebookNode, given: NotebookNode) -> NotebookNode:
    """Return a marked cell with its type and its mark put back; if it is locked, with its source, too."""
    cell = retyped(cell, given.cell_type)
    for key in _MARKS:
        cell.metadata.pop(key, None)
        if key in given.metadata:
            cell.metadata[key] = notebooks.copy(given.metadata)[key]
    if _is_locked(given) and cell.source != given.source:
        cell.source = given.source
        if cell.cell_type == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return cell
