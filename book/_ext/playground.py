"""Put a playground on a page: an element that a script of the book's own brings to life.

````
```{playground} softmax
:title: Three scores and their loss
What to try, in a sentence or two. It stands under the playground, and is all that is seen without scripts.
```
````

The element is ``dl-softmax``, its script ``_playgrounds/softmax.js`` in the book's folder. A page loads the scripts of
its own playgrounds and no others. (Jupyter Book has every page load all scripts of ``_static``: hence another folder.)
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

FOLDER = "_playgrounds"  # in the book's source; its files go to _static in the site
SILENT = "Here stands a playground, for which your browser would have to run scripts."


class playground(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes in lower case)
    """A playground with its title; its children say what to try."""


class Playground(SphinxDirective):
    """``playground NAME``: the element dl-NAME, its title, and what to try with it."""

    required_arguments = 1
    has_content = True
    option_spec = {"title": directives.unchanged_required}  # noqa: RUF012 (docutils reads it from the class)

    def run(self) -> list[nodes.Node]:
        """Return the playground, or a warning that says what is missing."""
        name, title = self.arguments[0], self.options.get("title")
        script = Path(self.env.srcdir, FOLDER, f"{name}.js")
        self.env.note_dependency(str(script))
        if not script.is_file():
            known = sorted(path.stem for path in script.parent.glob("*.js") if path.stem != "playground")
            raise self.error(f"expected the name of a playground ({', '.join(known)}); got {name}")
        if title is None:
            raise self.error(f"expected a title for the playground {name}: a line with :title: and its words")
        node = playground(name=name, title=title)
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def visit(self: HTML5Translator, node: playground) -> None:
    """Write the element, and the title over it."""
    name, title = node["name"], self.encode(node["title"])
    self.body.append(
        f'<div class="playground" role="group" aria-label="{self.attval(node["title"])}">\n'
        f'<p class="playground-title">{title}</p>\n<dl-{name}><p class="fallback">{SILENT}</p></dl-{name}>\n'
    )


def depart(self: HTML5Translator, node: playground) -> None:
    """Close what ``visit`` opened."""
    self.body.append("</div>\n")


def add_scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Load the scripts of the playgrounds of one page."""
    names = dict.fromkeys(node["name"] for node in doctree.findall(playground)) if doctree is not None else {}
    for name in ["playground", *names] if names else []:
        app.add_js_file(f"{name}.js", loading_method="defer")


def add_files(app: Sphinx, config: Config) -> None:
    """Have the scripts and their style copied into the site."""
    config.html_static_path.append(FOLDER)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive; other formats than HTML keep what it says to try."""
    skip = (lambda self, node: None, lambda self, node: None)
    app.add_node(playground, html=(visit, depart), latex=skip, text=skip)
    app.add_directive("playground", Playground)
    app.add_css_file("playground.css")  # on every page, as all pages have the same style sheets (lean_site.py)
    app.connect("config-inited", add_files)
    app.connect("html-page-context", add_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
