"""Show the course's own code on a page: ``{oracle} perceptron.perceptron_predict``.

The argument names functions, classes or methods (``perceptron.Perceptron.fit``), one or more of one module, separated
by spaces. Their lines are read from the installed package and shown without docstrings, under a caption that names the
file. A name that does not exist is a warning with file and line. A page that shows code is built again when the code's
file changes.

Where a reference page (book/_ext/api.py) has an entry for what is shown, the caption leads to the entry, and the entry
leads back to the section.
"""

import ast
import importlib.util
from pathlib import Path
from textwrap import dedent
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.directives.code import container_wrapper
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

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
        block["shows"] = [f"{PACKAGE}.{name}" for name in names]
        self.set_source_info(block)
        return [container_wrapper(self, block, f"{PACKAGE}/{path.name}")]

    def problem(self, message: str) -> nodes.Node:
        """Return a docutils warning at the directive's line."""
        return self.state.document.reporter.warning(f"oracle: {message}", line=self.lineno)


def blocks_in(document: nodes.document) -> list[nodes.literal_block]:
    """Return the code blocks of a page that show code of the package."""
    return [block for block in document.findall(nodes.literal_block) if "shows" in block]


class Places(EnvironmentCollector):
    """Remember where each definition is shown: its name, and the id and title of the section, for each page."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        places_of(env).pop(docname, None)

    def merge_other(self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
        """Take over the pages that another process has read."""
        places_of(env).update({name: places for name, places in places_of(other).items() if name in docnames})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Remember a page."""
        places = []
        for block in blocks_in(doctree):
            section = block.parent
            while section is not None and not isinstance(section, nodes.section):
                section = section.parent
            if section is not None:
                places += [
                    (name, section["ids"][0], section.next_node(nodes.title).deepcopy()) for name in block["shows"]
                ]
        places_of(app.env)[app.env.docname] = places


def places_of(env: BuildEnvironment) -> dict[str, list[tuple[str, str, nodes.title]]]:
    """Return what is known of all pages so far."""
    if not hasattr(env, "oracle_places"):
        env.oracle_places = {}
    return env.oracle_places


class LinkBothWays(SphinxPostTransform):
    """Lead from code to its entry on a reference page, and from the entry to the section that shows the code."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Add the links to one page."""
        self.entries = self.env.get_domain("py").objects
        for block in blocks_in(self.document):
            links = [self.link_to_entry(name) for name in block["shows"] if name in self.entries]
            if links:
                block.parent[0] += line_of("Reference:", links, nodes.inline)
        for entry in self.document.findall(addnodes.desc_signature):
            links = self.links_to_sections(f"{entry.get('module')}.{entry.get('fullname')}")
            if links:
                content = entry.parent[-1]
                # after the summary and the formula, before the parameters
                paragraphs = (i for i, child in enumerate(content) if not isinstance(child, nodes.paragraph))
                content.insert(next(paragraphs, len(content)), line_of("In the book:", links, nodes.paragraph))

    def link_to_entry(self, name: str) -> nodes.reference:
        """Return a link to the entry of a function, class or method."""
        entry, short = self.entries[name], name.split(".", 2)[2]
        here = self.env.docname
        return make_refnode(self.app.builder, here, entry.docname, entry.node_id, nodes.literal(short, short))

    def links_to_sections(self, name: str) -> list[nodes.reference]:
        """Return a link to each section that shows the code of a name."""
        found = {
            (page, anchor): title
            for page, places in sorted(places_of(self.env).items())
            for shown, anchor, title in places
            if shown == name
        }
        here, builder = self.env.docname, self.app.builder
        return [
            make_refnode(builder, here, page, anchor, [child.deepcopy() for child in title])
            for (page, anchor), title in found.items()
        ]


def line_of(words: str, links: list[nodes.reference], kind: type[nodes.TextElement]) -> nodes.TextElement:
    """Return words and links, with commas between the links."""
    line = kind("", f"{words} ", classes=["oracle-link"])
    for number, link in enumerate(links):
        line += [nodes.Text(", "), link] if number else link
    return line


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the links."""
    app.add_directive("oracle", Oracle)
    app.add_env_collector(Places)
    app.add_post_transform(LinkBothWays)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
