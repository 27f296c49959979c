"""Make a page of worked solutions for each assignment, from its notebook in ``solutions/``, after its chapter.

The pages are written to ``solutions/`` in the book's folder at the start of every build, and git ignores them: the
notebook is the only source. A task shows its goal, the place in the chapter, and the answer in a fold that works
without scripts. Comments in a solution that begin with ``# Why:`` become the reasons under its code.

Built with ``worked_solutions: false`` in the configuration, or with ``DLCOURSE_SOLUTIONS=no`` in the environment
(``make book SOLUTIONS=no``), the book has none of them: no page, no entry, nothing that search finds.
"""

import ast
import os
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx_external_toc.api import Document, FileItem, TocTree

from dlcourse.checks import assignment
from dlcourse.checks.engine import Assignment
from dlcourse.grader import notebooks

FOLDER = "solutions"  # in the book's source, and in the site
SWITCH = "DLCOURSE_SOLUTIONS"
TITLE = re.compile(r"## (?P<title>Task \d+\. .+?)(?: \([^()]*points?[^()]*\))?$", re.MULTILINE)
GOAL = re.compile(r"^\*\*Goal\.\*\* (.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
WHY = re.compile(r"^ *# Why: (.*(?:\n *#.*)*)\n?", re.MULTILINE)
STATEMENT = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
PLACE = re.compile(
    r"^\((?P<section>sec-[\w-]+)\)=$|^:label: (?P<one>eq-[\w-]+)$|^\$\$ \((?P<other>eq-[\w-]+)\)$", re.MULTILINE
)
INTRODUCTION = """\
These are the course's own answers to the assignment of [](../{name}.md). Each is folded, so that you can look at one
and still try the next by yourself. An answer of yours may look different and be as right: the checks ask what a
function returns, not how it is written.
"""
QUIZ_GOAL = "Each statement comes after its answer, and before the section that decides it."


# ------------------------------------------------------------------ a page


def sections_of(chapter: str) -> dict[str, str]:
    """Return the label of the section in which each labelled equation of a chapter stands."""
    found, section = {}, ""
    for match in PLACE.finditer(chapter):
        section = match["section"] or section
        if not match["section"] and section:
            found[match["one"] or match["other"]] = section
    return found


def places(found: Assignment, task: int, sections: dict[str, str]) -> str:
    """Return a sentence with links to where a chapter speaks of a task; empty if no check says where."""
    labels = [function.see for one in found.tasks if one.number == task for function in one.functions]
    equations = ", ".join(f"{{eq}}`{label}`" for label in dict.fromkeys(labels))
    titles = ", ".join(f"{{ref}}`{each}`" for each in dict.fromkeys(sections[label] for label in labels))
    return (
        f"In the chapter: {titles}, {'equations' if len(set(labels)) > 1 else 'equation'} {equations}."
        if labels
        else ""
    )


def fold(summary: str, content: str) -> str:
    """Return content that opens when its summary is chosen, with the mouse or the keyboard."""
    return f'<details class="worked">\n<summary>{summary}</summary>\n\n{content.strip()}\n\n</details>\n'


def found_as(kind: str, name: str) -> str:
    """Return an entry of the index, so that search finds a place by a name that its title does not say."""
    return f"```{{index}} single: {kind}; {name}\n```"


def code_and_reasons(source: str) -> str:
    """Return a code block, and under it what the code says of itself after ``# Why:``."""
    reasons = [" ".join(re.sub(r"^ *# ?", "", line) for line in each.splitlines()) for each in WHY.findall(source)]
    code = WHY.sub("", source).strip("\n")
    return "\n\n".join([f"```python\n{code}\n```", *reasons])


def true_or_false(text: str, source: str, found: Assignment) -> str:
    """Return the statements of a quiz as a list, each after its answer and before the section that decides it."""
    answers = ast.literal_eval(ast.parse(source).body[-1].value)
    see = {statement.number: statement.see for statement in found.quiz.statements}
    return "\n".join(
        f"- **{answers[int(number)]}**: {statement} See {{ref}}`{see[int(number)]}`."
        for number, statement in STATEMENT.findall(text)
    )


def goal_of(text: str) -> str:
    """Return what a task is good for, on one line: its goal, or its first paragraph if it names none."""
    goal = GOAL.search(text)
    return " ".join((goal[1] if goal else text.split("\n\n")[1]).split())


def page_of(notebook: NotebookNode, name: str, chapter: str) -> str:
    """Return the Markdown of an assignment's page."""
    found, sections = assignment(name), sections_of(chapter)
    solutions = notebooks.solutions(notebook)
    written = {
        int(match[1]): cell.source
        for cell in notebook.cells
        if (match := re.fullmatch(r"task-(\d+)-answer", notebooks.grade_id(cell)))
    }
    parts = [f"# Worked solutions: {notebooks.title(notebook)}", found_as("assignment", name)]
    parts.append(INTRODUCTION.format(name=name))
    for cell in notebook.cells:
        heading = TITLE.match(cell.source) if cell.cell_type == "markdown" else None
        number = re.fullmatch(r"task-(\d+)", cell.id)
        if not heading or not number:
            continue
        task = int(number[1])
        is_quiz = found.quiz is not None and task == found.quiz.number
        goal = QUIZ_GOAL if is_quiz else goal_of(cell.source)
        parts += [f"## {heading['title']}", found_as("task", f"{name[:2]}.{task}")]
        parts.append(f"{goal} {places(found, task, sections)}".strip())
        if is_quiz:
            answer = true_or_false(cell.source, solutions[task], found)
        else:
            answer = "\n\n".join([*([written[task]] if task in written else []), code_and_reasons(solutions[task])])
        parts.append(fold(f"Show the answer to task {task}", answer))
    return "\n\n".join(part for part in parts if part) + "\n"


# ------------------------------------------------------------------ in the book


def are_wanted(config: Config) -> bool:
    """Tell whether the book shows worked solutions: the environment decides before the configuration."""
    said = os.environ.get(SWITCH, "")
    if said not in ("", "yes", "no"):
        raise ConfigError(f"{SWITCH} (SOLUTIONS of make) must be yes or no; got {said!r}")
    return said == "yes" if said else bool(config.worked_solutions)


def add_pages(app: Sphinx, config: Config) -> None:
    """Write the pages, and put each after its chapter in the table of contents."""
    folder, site_map = Path(app.srcdir, FOLDER), config.external_site_map
    sources = sorted(Path(app.srcdir, config.worked_solutions_from).resolve().glob("*/*.ipynb"))
    config.worked_solutions = are_wanted(config)  # a change of it, by whatever way, makes Sphinx read all pages again
    wanted = {path.stem: path for path in sources if path.stem == path.parent.name} if config.worked_solutions else {}
    if not wanted and Path(app.outdir, FOLDER).is_dir():
        Path(app.outdir, "searchindex.js").unlink(missing_ok=True)  # Sphinx would keep the words of pages that are gone
    for old in folder.glob("*.md"):
        if old.stem not in wanted:
            old.unlink()
    for name, path in wanted.items():
        chapter = Path(app.srcdir, f"{name}.md")
        if name not in site_map:
            raise ConfigError(f"{path.name} has solutions and the table of contents has no chapter {name}")
        write_if_new(folder / f"{name}.md", page_of(notebooks.read(path), name, chapter.read_text("utf-8")))
        page = f"{FOLDER}/{name}"
        site_map[page] = Document(page)
        site_map[name].subtrees.append(TocTree([FileItem(page)]))
    ours = {f"{FOLDER}/{name}.md" for name in wanted}
    config.exclude_patterns = [pattern for pattern in config.exclude_patterns if pattern not in ours]


def write_if_new(path: Path, text: str) -> None:
    """Write a file unless it says the same already, so that Sphinx reads only what has changed."""
    if not path.is_file() or path.read_text("utf-8") != text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


def remove_old_pages(app: Sphinx, problem: Exception | None) -> None:
    """Take pages out of the site that an earlier build left there."""
    folder = Path(app.outdir, FOLDER)
    if problem is None and app.builder.format == "html" and folder.is_dir():
        for page in folder.glob("*.html"):
            if f"{FOLDER}/{page.stem}" not in app.env.found_docs:
                page.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the switch, and the pages right after the table of contents has been read."""
    app.add_config_value("worked_solutions", True, "env")
    app.add_config_value("worked_solutions_from", "../solutions", "env")
    app.connect("config-inited", add_pages, priority=910)
    app.connect("build-finished", remove_old_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
