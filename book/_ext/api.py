"""Write the reference page of a module from its docstrings: ``{api} perceptron``.

The page shows what the module says of itself, a table of what it offers in `__all__`, and an entry for each name, in
the order of the source. A page is a heading and the directive: autodoc, autosummary and napoleon, which belong to
Sphinx, do the rest. In a docstring a name in single backticks is code, and a link if the module offers it;
"Kingma & Ba (2015)" becomes a link to the bibliography.
"""

import inspect
import re
import sys
from collections import defaultdict
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from pybtex.database import Entry, parse_file
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

PACKAGE = "dlcourse"
# Single backticks, neither part of a double one nor the text of a role.
QUOTED = re.compile(r"(?<![`:])`([^`\n]+)`(?!`)")
# The line of a parameter whose type names strings: `mode : {"max", "mean"}`.
STRINGS = re.compile(r'^[\w*, ]+ : [^`]*"')


# ------------------------------------------------------------------ a page


def kind_of(thing: Any) -> str:
    """Return the name of the autodoc directive that describes an object."""
    if inspect.isclass(thing):
        return "autoexception" if issubclass(thing, BaseException) else "autoclass"
    return "autofunction" if inspect.isroutine(thing) else "autodata"


def page_of(name: str) -> str:
    """Return the reStructuredText of a module's page; ImportError if there is no such module."""
    module = import_module(f"{PACKAGE}.{name}")
    order = ModuleAnalyzer.for_module(module.__name__)
    order.analyze()
    offered = sorted(module.__all__, key=order.tagorder.__getitem__)
    table = ["", ".. autosummary::", "   :nosignatures:", "", *(f"   {each}" for each in offered), ""]
    entries = []
    for each in offered:
        kind = kind_of(getattr(module, each))
        option = {"autoclass": "   :members:", "autodata": "   :no-value:"}.get(kind, "")
        entries += [f".. {kind}:: {each}", option, ""]
    return "\n".join([f".. automodule:: {module.__name__}", *table, *entries])


class Api(SphinxDirective):
    """The directive ``api``: everything that one module of the package offers."""

    required_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the page's content, or a warning that names the module that is missing."""
        name = self.arguments[0]
        try:
            text = page_of(name)
        except ModuleNotFoundError:
            message = f"api: expected a module of {PACKAGE}; there is no {PACKAGE}/{name}.py"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        source, _ = self.get_source_info()
        content = nodes.Element()
        # autodoc writes reStructuredText, also on a Markdown page
        self.state.nested_parse(StringList(["```{eval-rst}", *text.splitlines(), "```"], source), 0, content)
        # MyST parses it as a document of its own, which would be kept with the page, with all that it knows of the book
        for node in content.findall():
            node.document = self.state.document
        return content.children


# ------------------------------------------------------------------ the text of a docstring


def forms_of(entry: Entry) -> list[str]:
    """Return how docstrings may cite an entry: "Maas, Hannun & Ng (2013)" and "Maas et al. (2013)"."""
    names = [" ".join(person.prelast_names + person.last_names) for person in entry.persons["author"]]
    *first, last = names
    full = f"{', '.join(first)} & {last}" if first else last
    short = [f"{names[0]} et al."] if len(names) > 2 else []
    return [f"{who} ({entry.fields['year']})" for who in [full, *short]]


@cache
def read_bibliography(*paths: Path) -> dict[str, list[tuple[str, str]]]:
    """Return {form of citation: (key, title in small letters) of each work that it may stand for}."""
    found = defaultdict(list)
    for path in paths:
        for key, entry in parse_file(path, bib_format="bibtex").entries.items():
            for form in forms_of(entry):
                found[form].append((key, re.sub("[{}]", "", entry.fields["title"]).lower()))
    return dict(found)


def link_citations(line: str, works: dict[str, list[tuple[str, str]]]) -> str:
    """Turn the citations of a line into roles; of two works of one author and year the title's first words decide."""

    def role(match: re.Match[str]) -> str:
        opening = re.match(r",? *([^,.:;]*)", line[match.end() :].lower())[1].strip()
        keys = [key for key, _ in works[match[0]]]
        if len(keys) > 1:
            keys = [key for key, title in works[match[0]] if opening and title.startswith(opening)]
        return f":cite:t:`{keys[0]}`" if len(keys) == 1 else match[0]

    forms = "|".join(map(re.escape, sorted(works, key=len, reverse=True)))
    return re.sub(rf"(?<![&,] )(?<!\w)(?:{forms})", role, line) if works else line


def module_of(name: str) -> str:
    """Return the module in which a full name lies."""
    while name not in sys.modules:
        name = name.rpartition(".")[0]
    return name


def parameters_of(thing: Any) -> set[str]:
    """Return the names of a function's parameters, or of what a class is made with."""
    return set(inspect.signature(thing).parameters) if inspect.isclass(thing) or inspect.isroutine(thing) else set()


def offered_name(text: str, module: str) -> str | None:
    """Return the full name of what a module offers under a name, or of a dotted name; None if it is neither."""
    if text.startswith(f"{PACKAGE}."):
        return text  # if there is nothing of that name, Sphinx warns
    top, *_ = text.split(".")
    return f"{module}.{text}" if top in import_module(module).__all__ else None


def mend_docstring(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Turn the names in single backticks and the citations of a docstring into roles."""
    module = module_of(name)
    own = {name.rpartition(".")[2]} | parameters_of(thing)

    def role(match: re.Match[str]) -> str:
        target = None if match[1] in own else offered_name(match[1], module)
        return f":py:obj:`{match[1]} <{target}>`" if target else f"``{match[1]}``"

    works = read_bibliography(*(Path(app.srcdir, file) for file in app.config.bibtex_bibfiles))
    in_example = False
    for i, line in enumerate(lines):
        in_example = line.lstrip().startswith(">>>") or (in_example and bool(line.strip()))
        if not in_example:
            if STRINGS.match(line):
                line = re.sub('"[^"]+"', r"``\g<0>``", line)  # as code, or its quotes would be curled
            lines[i] = link_citations(QUOTED.sub(role, line), works)


def skip_fields(app: Sphinx, what: str, name: str, thing: Any, skip: bool, options: Any) -> bool | None:
    """Leave out the fields of a named tuple, which its docstring describes as attributes."""
    return True if type(thing).__name__ == "_tuplegetter" else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and say how autodoc and napoleon write."""
    for extension in ("sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "sphinxcontrib.bibtex"):
        app.setup_extension(extension)
    app.add_directive("api", Api)
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("autodoc-process-docstring", mend_docstring, priority=100)  # before napoleon
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
