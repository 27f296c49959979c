"""Show the course's own code on a page: ``{oracle} perceptron.perceptron_predict``.

The argument names functions, classes or methods (``perceptron.Perceptron.fit``), one or more of one module, separated
by spaces. Their lines are read from the installed package and shown without docstrings, under a caption that names the
file. A name that does not exist is a warning with file and line. Every page that runs code, or shows some, is built
again when a file of the package changes.

How to offer an assignment for download: write
``{download}`the notebook <../exercises/01_perceptron/01_perceptron.ipynb>``` on the page. Sphinx copies the file into
the site, where the link works over http and from disk.
"""

import ast
import importlib.util
from pathlib import Path
from textwrap import dedent
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.directives.code import container_wrapper
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

log = logging.getLogger(__name__)

PACKAGE = "dlcourse"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def package_folder() -> Path:
    """Return the folder that holds the package's modules, without importing them."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ImportError(f"the package {PACKAGE} must be installed to build the book; it was not found")
    return Path(spec.origin).parent


def find(tree: ast.Module, qualname: str) -> Definition:
    """Return the definition that a dotted name such as ``Perceptron.fit`` stands for; LookupError if there is none."""
    here: ast.Module | Definition = tree
    for name in qualname.split("."):
        inside = [n for n in here.body if isinstance(n, Definition) and n.name == name]
        if not inside:
            raise LookupError(name)
        here = inside[0]
    assert isinstance(here, Definition)  # noqa: S101  (a dotted name has at least one part)
    return here


def lines_without_docstrings(source: str, definition: Definition) -> str:
    """Return a definition's lines, decorators and comments included and docstrings left out."""
    first = min([definition.lineno, *(d.lineno for d in definition.decorator_list)])
    drop: set[int] = set()
    for node in ast.walk(definition):
        if isinstance(node, Definition) and ast.get_docstring(node) is not None and len(node.body) > 1:
            drop.update(range(node.body[0].lineno, node.body[1].lineno))
    lines = source.splitlines()
    kept = [lines[i - 1] for i in range(first, (definition.end_lineno or first) + 1) if i not in drop]
    return dedent("\n".join(kept)).strip("\n")


class Oracle(SphinxDirective):
    """The directive ``oracle``: named definitions of one module, as a captioned code block."""

    required_arguments = 1
    optional_arguments = 20
    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the code block, or a warning that names what is missing."""
        names = [name.rstrip(",") for name in self.arguments]
        modules = {name.split(".")[0] for name in names}
        if len(modules) != 1 or any("." not in name for name in names):
            return [self.problem(f"expected names of one module, as module.function; got {' '.join(names)}")]
        path = package_folder() / f"{modules.pop()}.py"
        if not path.is_file():
            return [self.problem(f"expected a module of {PACKAGE}; there is no {PACKAGE}/{path.name}")]
        self.env.note_dependency(str(path))
        source = path.read_text("utf-8")
        tree, parts = ast.parse(source), []
        for name in names:
            try:
                parts.append(lines_without_docstrings(source, find(tree, name.split(".", 1)[1])))
            except LookupError:
                return [self.problem(f"expected a function, class or method; {PACKAGE}/{path.name} has no {name}")]
        code = "\n\n\n".join(parts)
        block = nodes.literal_block(code, code, language="python", classes=["oracle"])
        self.set_source_info(block)
        return [container_wrapper(self, block, f"{PACKAGE}/{path.name}")]

    def problem(self, message: str) -> nodes.Node:
        """Return a docutils warning at the directive's line."""
        return self.state.document.reporter.warning(f"oracle: {message}", line=self.lineno)


def depend_on_package(app: Sphinx, docname: str, source: list[str]) -> None:
    """Make a page that runs code depend on all of the package's own modules."""
    if "{code-cell}" in source[0]:
        for path in package_folder().glob("*.py"):
            app.env.note_dependency(str(path))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and what a page depends on."""
    app.add_directive("oracle", Oracle)
    app.connect("source-read", depend_on_package)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
