"""Offer a chapter's assignment in every way in which it can be worked on: ``{your-turn}``.

The page `03_losses` offers the notebook ``exercises/03_losses/03_losses.ipynb``; an argument names another one. What
needs something that is not there is not offered: Colab and Binder need the address of a repository at GitHub
(``repository: url`` and ``branch`` in ``_config.yml``), and "in this browser" needs a JupyterLite site beside the book
(book/_ext/lite.py).
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

GITHUB = re.compile(r"https://github\.com/(?P<place>[\w.-]+/[\w.-]+?)(?:\.git)?/?")
DOWNLOAD = "- {{download}}`Download the notebook </{file}>`, and open it in JupyterLab."
HERE = """\
- With the course's folder on your machine, `.venv/bin/dlcourse open {number}` starts JupyterLab on a copy of your \
own. The next time it opens that copy as you left it."""
IN_BROWSER = """\
- <a href="{up}lite/lab/index.html?path={path}">Run it in this browser</a>, without an account. Your answers stay in \
this browser, until its data is cleared: download the notebook from there when you have finished."""
ELSEWHERE = """\
- On the machines of others: open it in [Colab](https://colab.research.google.com/github/{place}/blob/{branch}/{at}) \
or [Binder](https://mybinder.org/v2/gh/{place}/HEAD?labpath={quoted}). In Colab, first run \
`%pip install "dlcourse @ git+https://github.com/{place}"` in a cell of its own; without it, the first check says \
`No module named 'dlcourse'`. Both forget what you do not download."""


def offers(name: str, file: str, up: str, repository: str, branch: str, lite: bool) -> list[str]:
    """Return the lines of a list, one item for each way that there is.

    `name` is the assignment, `file` the notebook from the book's source, `up` leads from the page to the site's root.
    """
    lines = [DOWNLOAD.format(file=file), HERE.format(number=name.partition("_")[0])]
    if lite:
        lines.append(IN_BROWSER.format(up=up, path=quote(f"{name}/{name}.ipynb")))
    if found := GITHUB.fullmatch(repository):
        at = f"exercises/{name}/{name}.ipynb"
        place = found["place"]
        lines.append(ELSEWHERE.format(place=place, branch=quote(branch), at=at, quoted=quote(at, safe="")))
    return lines


class YourTurn(SphinxDirective):
    """The directive ``your-turn``: the assignment of the page."""

    optional_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the list, or a warning that names the notebook that is missing."""
        name = self.arguments[0] if self.arguments else self.env.docname.rpartition("/")[2]
        config = self.config
        file = f"{config.your_turn_from}/{name}/{name}.ipynb"
        if not Path(self.env.srcdir, file).is_file():
            message = f"your-turn: expected an assignment; there is no {name}/{name}.ipynb among the exercises"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        up = "../" * self.env.docname.count("/")
        repository, branch = config.your_turn_repository, config.your_turn_branch
        lines = offers(name, file, up, repository, branch, config.your_turn_lite)
        source, _ = self.get_source_info()
        content = nodes.Element()
        self.state.nested_parse(StringList(lines, source), 0, content)
        return content.children


def read_settings(app: Sphinx, config: Config) -> None:
    """Take the address of the repository from where Jupyter Book puts it."""
    options = config.html_theme_options
    config.your_turn_repository = config.your_turn_repository or options.get("repository_url", "")
    config.your_turn_branch = options.get("repository_branch") or config.your_turn_branch


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and its settings."""
    app.add_config_value("your_turn_from", "../exercises", "env")
    app.add_config_value("your_turn_repository", "", "env")
    app.add_config_value("your_turn_branch", "main", "env")
    app.add_config_value("your_turn_lite", False, "env")  # set by book/_ext/lite.py
    app.add_directive("your-turn", YourTurn)
    app.connect("config-inited", read_settings, priority=910)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
