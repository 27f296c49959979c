"""Take out of the built site what the theme ships and no reader needs.

The theme draws its icons twice, with a web font and with a script of 1.4 MB on every page: the font stays. Source maps
serve whoever debugs the theme.
"""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


def trim(app: Sphinx, problem: Exception | None) -> None:
    """Empty the icon script (pages still name it) and remove source maps."""
    if problem is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    (static / "scripts/fontawesome.js").write_text("/* Icons come from the web font. */\n", "utf-8")
    for path in static.rglob("*.map"):
        path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Trim when the build has finished."""
    app.connect("build-finished", trim)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
