"""Show what a cell printed as it was printed.

A kernel sends what is printed in pieces, cut wherever it happened to flush. MyST-NB merges them, and puts the end of a
line after each: on a busy machine a line was broken in the middle. Here the pieces are joined as they are.
"""

from typing import Any

import myst_nb.core.render
from nbformat import NotebookNode
from sphinx.application import Sphinx

_merge = myst_nb.core.render.coalesce_streams


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return a cell's outputs with all pieces of one stream joined at the place of the first; then merge as ever."""
    first: dict[str, NotebookNode] = {}
    found = []
    for output in outputs:
        if output["output_type"] == "stream" and output["name"] in first:
            first[output["name"]]["text"] += output["text"]
            continue
        if output["output_type"] == "stream":
            output = first[output["name"]] = NotebookNode(output)
        found.append(output)
    return _merge(found)


def setup(app: Sphinx) -> dict[str, Any]:
    """Stand in for MyST-NB's own way of merging."""
    myst_nb.core.render.coalesce_streams = joined
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
