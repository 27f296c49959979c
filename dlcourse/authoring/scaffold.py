"""The pieces of a new task, written into a checkout: all of them, or none if one is there already."""

import ast
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dlcourse.authoring import answers, proof, templates
from dlcourse.authoring.templates import MARK
from dlcourse.grader import notebooks

NEEDED = (  # what the template of a check uses
    ("collections.abc", "Iterator"),
    ("typing", "Any"),
    *(("dlcourse.checks.engine", name) for name in ("Case", "Function", "Task", "like")),
    ("dlcourse.checks.kinds", "Floats"),
)
_LABEL = re.compile(r"^:label: (eq-[\w-]+)$|^\$\$ \((eq-[\w-]+)\)$", re.MULTILINE)


@dataclass(frozen=True)
class NewTask:
    """What is asked for.

    Attributes
    ----------
    assignment : str
        Such as ``"01_perceptron"``.
    number : int
        The next free number.
    function : str
        What the student writes.
    visible, hidden : int
        Points.
    see : str
        Label of the formula in the chapter.
    """

    assignment: str
    number: int
    function: str
    visible: int
    hidden: int
    see: str


@dataclass(frozen=True)
class Places:
    """Where the pieces of an assignment lie."""

    notebook: Path
    module: Path
    messages: Path
    answers: Path
    chapter: Path


def places_of(checkout: Path, assignment: str, number: int = 0) -> Places:
    """Return where the pieces of a task lie.

    Parameters
    ----------
    checkout : Path
        The course.
    assignment : str
        Such as ``"01_perceptron"``.
    number : int, optional
        The task, for its folder of answers.

    Returns
    -------
    Places
        They need not exist.
    """
    checks = checkout / "dlcourse" / "checks"
    return Places(
        proof.source_of(checkout, assignment),
        checks / f"{assignment.partition('_')[2]}.py",
        checks / "messages" / "en" / f"{assignment}.toml",
        answers.folder_of(checkout) / assignment / f"task-{number}",
        checkout / "book" / f"{assignment}.md",
    )


def create(checkout: Path, task: NewTask) -> list[str]:
    """Write the pieces of a new task.

    Parameters
    ----------
    checkout : Path
        The course.
    task : NewTask
        What is asked for.

    Returns
    -------
    list of str
        What was written, and what to do next.

    Raises
    ------
    ValueError
        If the task cannot be added; nothing was written then.
    """
    names = proof.assignments_of(checkout)
    if task.assignment not in names:
        raise ValueError(f"the assignment must be one of {', '.join(names)}; got {task.assignment!r}")
    places = places_of(checkout, task.assignment, task.number)
    notebook = notebooks.read(places.notebook)
    module, messages = places.module.read_text(encoding="utf-8"), places.messages.read_text(encoding="utf-8")
    numbers = equation_numbers(places.chapter.read_text(encoding="utf-8"), task.assignment)
    _check(task, notebook, module, messages, places)
    if task.see not in numbers:
        raise ValueError(f"--see must be a label in {places.chapter.name}: {', '.join(numbers)}; got {task.see!r}")
    words = {
        "ASSIGNMENT": task.assignment,
        "NUMBER": str(task.number),
        "NAME": task.function,
        "CONSTANT": task.function.upper(),
        "VISIBLE_POINTS": str(task.visible),
        "HIDDEN_POINTS": str(task.hidden),
        "LABEL": task.see,
        "EQUATION": numbers[task.see],
    }
    notebook.cells += cells_of(task, words)
    written = {
        places.notebook: notebooks.as_text(notebook),
        places.module: with_check(module, task, words),
        places.messages: messages.rstrip("\n") + "\n" + fill(templates.MESSAGES, words),
        places.answers / "right_example.py": fill(templates.RIGHT_ANSWER, words),
        places.answers / "wrong_example.py": fill(templates.WRONG_ANSWER, words),
    }
    for path, text in written.items():
        notebooks.write_text(path, text)
    shown = {path: path.relative_to(checkout).as_posix() for path in [*written, places.answers]}
    words |= {"NOTEBOOK": shown[places.notebook], "MODULE": shown[places.module]}
    words |= {"MESSAGES": shown[places.messages], "ANSWERS": shown[places.answers]}
    return [*(f"written: {shown[path]}" for path in written), "", fill(templates.NEXT, words)]


def _check(task: NewTask, notebook: NotebookNode, module: str, messages: str, places: Places) -> None:
    """Refuse what would overwrite something or could not work."""
    name = task.function
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        raise ValueError(f"--function must be a name in small letters, such as hinge_loss; got {name!r}")
    if task.visible < 1 or task.hidden < 1:
        raise ValueError(f"--points must be two numbers from 1; got {task.visible} and {task.hidden}")
    parts = [notebooks.part_of_task(notebooks.grade_id(cell)) for cell in notebook.cells]
    taken = {part[0] for part in parts if part}
    free = max(taken, default=0) + 1
    if task.number in taken:
        raise ValueError(f"{task.assignment} has a task {task.number} already; the next free number is {free}")
    if task.number != free:
        raise ValueError(f"N must be the next free number, {free}; got {task.number}")
    if places.answers.exists():
        raise ValueError(f"{places.answers} is there already, so it is left alone")
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    defined = re.findall(r"^def (\w+)", code, re.MULTILINE)
    inside = {node.id for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Name)}
    if name in defined or f"[{name}]" in messages or name.upper() in inside:
        raise ValueError(f"{task.assignment} has a function {name} already; choose another name")


def fill(template: str, words: Mapping[str, str]) -> str:
    """Replace the words in capitals.

    Parameters
    ----------
    template : str
        From `dlcourse.authoring.templates`.
    words : mapping of str to str
        What stands for each word; a word is not replaced inside another.

    Returns
    -------
    str
        The text.
    """
    pattern = re.compile(r"(?<![A-Z])(?:" + "|".join(words) + r")(?![A-Z_])")
    return pattern.sub(lambda match: words[match[0]], template)


def equation_numbers(chapter: str, assignment: str) -> dict[str, str]:
    """Return the numbers that the book gives to a chapter's formulas.

    Parameters
    ----------
    chapter : str
        The page's Markdown.
    assignment : str
        Its name, which begins with its number.

    Returns
    -------
    dict of str to str
        Such as ``"(3.1)"`` by label, in the order of the page.
    """
    labels = [one or other for one, other in _LABEL.findall(chapter)]
    return {label: f"({int(assignment[:2])}.{i})" for i, label in enumerate(labels, start=1)}


def cells_of(task: NewTask, words: Mapping[str, str]) -> list[NotebookNode]:
    """Return the cells of a new task.

    Parameters
    ----------
    task : NewTask
        What is asked for.
    words : mapping of str to str
        For the templates.

    Returns
    -------
    list of NotebookNode
        Text, solution, visible check, hidden check, with nbgrader's metadata.
    """

    def code(part: str, template: str, points: int | None) -> NotebookNode:
        name = f"task-{task.number}-{part}"
        graded = {"grade": points is not None, "grade_id": name, "locked": points is not None}
        graded |= {"points": points} if points is not None else {}
        graded |= {"schema_version": 3, "solution": points is None, "task": False}
        cell: NotebookNode = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
            fill(template, words), id=name, metadata={"nbgrader": graded}
        )
        return cell

    text = nbformat.v4.new_markdown_cell(fill(templates.TEXT, words), id=f"task-{task.number}")  # type: ignore[no-untyped-call]
    return [
        text,
        code("solution", templates.SOLUTION, None),
        code("visible", templates.VISIBLE_CHECK, task.visible),
        code("hidden", templates.HIDDEN_CHECK, task.hidden),
    ]


def with_check(module: str, task: NewTask, words: Mapping[str, str]) -> str:
    """Return a module of checks with a new task in it.

    Parameters
    ----------
    module : str
        Its source.
    task : NewTask
        What is asked for.
    words : mapping of str to str
        For the templates.

    Returns
    -------
    str
        The function before the page of true or false, the task at the end of the list, the equation's number.

    Raises
    ------
    ValueError
        If the module does not end in ``ASSIGNMENT = Assignment(name, [Task(...), ...], QUIZ, numbers={...})``.
    """
    tree = ast.parse(module)
    at = {
        node.targets[0].id: node
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    found = getattr(at.get("ASSIGNMENT"), "value", None)
    keywords = {each.arg: each.value for each in getattr(found, "keywords", [])}
    tasks = keywords.get("tasks", found.args[1] if isinstance(found, ast.Call) and len(found.args) > 1 else None)
    numbers = keywords.get("numbers")
    if not isinstance(tasks, ast.List) or not tasks.elts or not isinstance(numbers, ast.Dict) or not numbers.values:
        raise ValueError("the checks must end in ASSIGNMENT = Assignment(name, [Task(...)], QUIZ, numbers={...})")
    lines = module.splitlines()
    new = f"Task({task.number}, {task.visible}, {task.hidden}, [{words['CONSTANT']}])"
    if task.see not in [ast.literal_eval(key) for key in numbers.keys if key is not None]:
        _insert_after(lines, numbers.values[-1], f'"{task.see}": "{words["EQUATION"]}"')
    _insert_after(lines, tasks.elts[-1], new)
    place = at.get("QUIZ", at["ASSIGNMENT"]).lineno - 1
    while lines[place - 1].startswith("#"):
        place -= 1
    lines[place:place] = [*fill(templates.CHECK, words).splitlines(), "", ""]
    return with_imports("\n".join(lines) + "\n")


def _insert_after(lines: list[str], node: ast.expr, text: str) -> None:
    """Write a new entry after the last one of a list or dictionary, on a line of its own."""
    last = (node.end_lineno or node.lineno) - 1
    line = lines[last]
    indent = line[: len(line) - len(line.lstrip())]
    lines[last] = f"{line[: node.end_col_offset]},\n{indent}{text}{line[node.end_col_offset :]}"


def with_imports(module: str) -> str:
    """Return a module that imports what the template of a check uses.

    Parameters
    ----------
    module : str
        Its source.

    Returns
    -------
    str
        Names are added to imports that are there; what is missing altogether comes after the last import.
    """
    for origin, name in NEEDED:
        imports = [node for node in ast.parse(module).body if isinstance(node, ast.ImportFrom | ast.Import)]
        same = [node for node in imports if isinstance(node, ast.ImportFrom) and node.module == origin]
        if any(alias.name == name for node in same for alias in node.names):
            continue
        lines = module.splitlines()
        if same:
            names = [alias.name for alias in same[0].names] + [name]
            names.sort(key=lambda each: (not each.isupper(), not each[0].isupper(), each))
            lines[same[0].lineno - 1 : same[0].end_lineno] = [f"from {origin} import {', '.join(names)}"]
        else:
            lines.insert(imports[-1].end_lineno or 0, f"from {origin} import {name}")
        module = "\n".join(lines) + "\n"
    return module


def left_to_fill_in(checkout: Path, assignment: str) -> list[str]:
    """Return what an author has still to write.

    Parameters
    ----------
    checkout : Path
        The course.
    assignment : str
        Such as ``"01_perceptron"``.

    Returns
    -------
    list of str
        One line for each mark in the notebook, the checks, the messages and the answers, with its place.
    """
    places = places_of(checkout, assignment)
    texts = {
        f"{places.notebook.relative_to(checkout).as_posix()}, cell {cell.get('id')}": cell.source
        for cell in notebooks.read(places.notebook).cells
    }
    files = [places.module, places.messages, *sorted(places.answers.parent.rglob("*.py"))]
    texts |= {path.relative_to(checkout).as_posix(): path.read_text(encoding="utf-8") for path in files}
    return [
        f"{place}, line {number}: still to be written: {line.strip()}"
        for place, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if MARK in line
    ]
