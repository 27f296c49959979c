"""Let readers keep marks: which chapters they have read, and which questions they could answer.

A box of the class ``dropdown`` becomes a ``details`` element, which opens without scripts. One whose name begins with
``q-`` is the answer to a question of "Check yourself". The name is what a reader's mark refers to, so it stays when
questions are moved. The marks of a chapter refer to its label, ``ch-...``.

The directive ``progress`` lists all chapters and questions for the script ``_static/progress.js``, hidden until it
runs; its content is what a reader without scripts sees. Every page says which pages are chapters, for the signs in the
sidebar.
"""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

log = logging.getLogger(__name__)


class fold(nodes.General, nodes.Element):  # noqa: N801 - nodes are named like elements
    """A box that opens when its summary is chosen."""


class fold_summary(nodes.General, nodes.TextElement):  # noqa: N801
    """What is seen of a fold that is closed."""


class progress(nodes.General, nodes.Element):  # noqa: N801
    """The place of the list of chapters and questions; its content is for readers without scripts."""


def folds_in(tree: nodes.Node) -> Iterator[nodes.admonition]:
    """Yield the boxes that fold."""
    return (box for box in tree.findall(nodes.admonition) if "dropdown" in box["classes"])


def question_of(box: nodes.Element) -> str:
    """Return the name of the question that a box answers; empty if it answers none."""
    return next((str(name) for name in box["ids"] if name.startswith("q-")), "")


class Chapters(EnvironmentCollector):
    """Know the chapters: for each page with questions its label, and the questions in their order."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        chapters_of(env).pop(docname, None)

    def merge_other(self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
        """Take over what a parallel reader has found."""
        chapters_of(env).update({name: found for name, found in chapters_of(other).items() if name in docnames})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Remember a page if it has questions, and warn of answers that no mark can refer to."""
        boxes = list(folds_in(doctree))
        asked = {box.parent for box in boxes if question_of(box)}
        for box in boxes:
            if box.parent in asked and not question_of(box):
                log.warning("expected a :name: that begins with q- on this answer; it has none", location=box)
        labels = [name for section in doctree.findall(nodes.section) for name in section["ids"] if name[:3] == "ch-"]
        if asked and not labels:
            log.warning(
                "expected a label (ch-...)= before the title of a page with questions", location=app.env.docname
            )
        elif asked:
            names = [question_of(box) for box in boxes]
            chapters_of(app.env)[app.env.docname] = labels[0], [name for name in names if name]


def chapters_of(env: BuildEnvironment) -> dict[str, tuple[str, list[str]]]:
    """Return the label and the questions of each page that has questions."""
    if not hasattr(env, "reader_marks"):
        env.reader_marks = {}
    return env.reader_marks


class Fold(SphinxPostTransform):
    """Make folds of boxes, and the list of what can be marked."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace the nodes of a page."""
        for box in list(folds_in(self.document)):
            title, *content = box.children
            summary = fold_summary("", "", *title.children)
            kind = "self-check" if question_of(box) else "aside"
            box["classes"] = [kind]
            box.replace_self(fold("", summary, *content))  # which keeps the names and classes
        for place in list(self.document.findall(progress)):
            words = nodes.container("", *place.children, classes=["needs-scripts"])
            place.replace_self([words, nodes.raw("", self.listed(), format="html")])

    def listed(self) -> str:
        """Return the chapters in reading order, each a link, with links to its questions."""
        found = chapters_of(self.env)
        pages = [page for page in self.env.collect_relations() if page in found]
        return f'<ul id="progress" hidden>\n{"".join(self.entry(page, *found[page]) for page in pages)}</ul>'

    def entry(self, page: str, label: str, questions: list[str]) -> str:
        """Return a chapter's entry."""
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        number = ".".join(map(str, self.env.toc_secnumbers.get(page, {}).get("", ())))
        title = f"{number}. {self.env.titles[page].astext()}" if number else self.env.titles[page].astext()
        links = [f'<li><a href="{address}#{name}">{count}</a></li>' for count, name in enumerate(questions, start=1)]
        return f'<li id="{label}"><a href="{address}">{escape(title)}</a><ol>{"".join(links)}</ol></li>\n'


class Progress(SphinxDirective):
    """The directive ``progress``."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the place of the list."""
        self.assert_has_content()
        place = progress("")
        self.state.nested_parse(self.content, self.content_offset, place)
        return [place]


def visit_fold(self: HTML5Translator, node: fold) -> None:
    """Begin a fold."""
    self.body.append(self.starttag(node, "details", CLASS="fold"))


def depart_fold(self: HTML5Translator, node: fold) -> None:
    """End a fold."""
    self.body.append("</details>\n")


def visit_summary(self: HTML5Translator, node: fold_summary) -> None:
    """Begin a summary."""
    self.body.append(self.starttag(node, "summary", ""))


def depart_summary(self: HTML5Translator, node: fold_summary) -> None:
    """End a summary."""
    self.body.append("</summary>\n")


def name_chapters(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Tell the scripts of a page where it is, and which pages are chapters."""
    known = {name: label for name, (label, _) in sorted(chapters_of(app.env).items())}
    app.add_js_file(None, body=f"const readerMarks = {json.dumps({'page': page, 'chapters': known})};")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what folds, and what is marked."""
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.add_node(fold_summary, html=(visit_summary, depart_summary))
    app.add_node(progress)
    app.add_directive("progress", Progress)
    app.add_env_collector(Chapters)
    app.add_post_transform(Fold)
    app.connect("html-page-context", name_chapters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
