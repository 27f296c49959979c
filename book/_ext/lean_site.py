"""Take out of the built site what themes and extensions leave there and no reader needs.

The theme draws its icons twice, with a web font and with a script of 1.4 MB on every page: the font stays. Source maps
serve whoever debugs the theme. One style sheet imports another by a relative address, which some tools resolve against
the page instead. sphinx-proof gives every theorem of a page the same id.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def tell_theorems_apart(app: Sphinx, doctree: nodes.document) -> None:
    """Give each id that sphinx-proof repeats a number of its own."""
    repeated = [section for section in doctree.findall(nodes.section) if section["ids"] == ["proof-content"]]
    for number, section in enumerate(repeated, start=1):
        section["ids"] = [f"proof-content-{number}"]


def trim(app: Sphinx, problem: Exception | None) -> None:
    """Empty the icon script (pages still name it), remove source maps, and join the style sheets."""
    if problem is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    (static / "scripts/fontawesome.js").write_text("/* Icons come from the web font. */\n", "utf-8")
    for path in static.rglob("*.map"):
        path.unlink()
    theme = static / "styles/theme.css"
    imported = (static / "basic.css").read_text("utf-8").replace("url(", "url(../")
    theme.write_text(theme.read_text("utf-8").replace('@import "../basic.css";', imported), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Mend ids when a page is read, and trim when the build has finished."""
    app.connect("doctree-read", tell_theorems_apart)
    app.connect("build-finished", trim)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
