"""The prose of the book: every passage with its place, and how long and how hard to read a chapter is.

Code, formulas, references, citations and glued numbers are not prose. Each leaves a mark in the text of its passage, so
that the words around it stay apart: `CODE`, `FORMULA`, `REFERENCE`, `CITATION` and `COMPUTED`.

Print a table of all chapters: `python -m tests.prose`.
"""

import ast
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

ROOT = Path(__file__).parents[1]
CODE, FORMULA, REFERENCE, CITATION, COMPUTED = "⟨code⟩", "⟨formula⟩", "⟨reference⟩", "⟨citation⟩", "⟨computed⟩"
ROLES = {
    **dict.fromkeys(("cite", "cite:t"), CITATION),
    **dict.fromkeys(("download", "eq", "numref", "prf:ref", "ref"), REFERENCE),
    **dict.fromkeys(("glue:text", "killed"), COMPUTED),
}
BOXES = {
    *("admonition", "glossary", "glue:figure", "playground", "prf:algorithm", "prf:proof", "prf:theorem", "progress"),
}
UNTITLED = {"glue:figure", "playground"}  # these have a name instead, of a figure or a script
NO_PROSE = {"api", "bibliography", "code-block", "code-cell", "kill-report", "oracle", "raw", "your-turn"}
WITH_OWN_TEXT = re.compile(r"(?P<text>.*?)\s*<[^<>]+>", re.DOTALL)
BARE_NUMBER = re.compile(r"[-+−]?\d[\d,.]*(?:\s*\\?%)?")
OPTIONS = re.compile(r"\A(?::[\w-]+:.*\n)+")


class Passage(NamedTuple):
    """A paragraph, heading, cell of a table or caption; or a displayed formula, which has no text."""

    page: str
    line: int
    kind: str
    text: str
    box: str = ""  # the class of the box around it, or the directive that makes it
    given: tuple[str, ...] = ()  # numbers that a mark above the block allows
    tex: str = ""  # of a displayed formula
    label: str = ""  # of a displayed formula that has one


# ------------------------------------------------------------------ from Markdown


@cache
def markdown():
    """Return a parser that knows the extensions of the book."""
    extensions = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["parse"]["myst_enable_extensions"]
    return create_md_parser(MdParserConfig(enable_extensions=set(extensions)), RendererHTML)


def text_of(token):
    """Return the words of one inline token."""
    if token.type == "myst_role":
        own = WITH_OWN_TEXT.fullmatch(token.content)
        return own["text"] if own else ROLES.get(token.meta["name"], token.content)
    if token.type == "math_inline":
        return token.content if BARE_NUMBER.fullmatch(token.content) else FORMULA
    named = {"softbreak": " ", "hardbreak": " ", "code_inline": CODE}
    return named.get(token.type, token.content if token.type in ("text", "text_special", "image") else "")


def joined(tokens):
    """Return the text of a paragraph; a link to a page by its title has no words of its own."""
    kinds = [token.type for token in tokens]
    return "".join(
        REFERENCE if kinds[i : i + 2] == ["link_open", "link_close"] else text_of(token)
        for i, token in enumerate(tokens)
    )


def passages(page, text, line=1, box="", given=()):
    """Yield the passages of a text that starts on a line of a page.

    A comment `% given: 97, 0.31 (why)` allows the block after it, and what is in it, to give these numbers.
    """
    kinds, marks = [], []  # open blocks; [level of the next block, numbers that it may give]
    for token in markdown().parse(text):
        while marks and marks[-1][0] > token.level:
            marks.pop()
        here = line + (token.map[0] if token.map else 0)
        allowed = given + tuple(number for _, numbers in marks for number in numbers)
        if token.type == "myst_line_comment":
            marks = [mark for mark in marks if mark[0] < token.level]
            if mark := re.match(r"given:([^(]*)\(.+\)", token.content.strip(), re.DOTALL):
                marks.append([token.level, mark[1].replace(",", " ").split()])
            continue
        if token.type == "inline":
            kind = "table" if "table" in kinds else kinds[-1] if kinds else "paragraph"
            yield Passage(page, here, kind, joined(token.children), box, allowed)
        elif token.type in ("math_block", "math_block_label", "amsmath"):
            label = token.info if token.type == "math_block_label" else ""
            yield Passage(page, here, "formula", "", box, tex=token.content, label=label)
        elif token.type in ("fence", "colon_fence"):
            yield from directive(page, token, here, box, allowed)
        if token.nesting == 1:
            kinds.append(token.type.removesuffix("_open"))
            continue
        if token.nesting == -1:
            kinds.pop()
        marks = [mark for mark in marks if mark[0] != token.level]  # a block has ended, and with it what was allowed


def directive(page, token, line, box, given):
    """Yield the passages of a directive."""
    name, title = re.fullmatch(r"\{([\w:-]+)\}\s*(.*)|.*", token.info).groups(default="")
    if name == "math":
        label = re.search(r"^:label: *(\S+)$", token.content, re.MULTILINE)
        tex = f"{title}\n{OPTIONS.sub('', token.content)}"
        yield Passage(page, line, "formula", "", box, tex=tex, label=label[1] if label else "")
    elif name in BOXES:
        options = OPTIONS.match(token.content)
        named = re.search(r"^:class: *(.+)$", options[0], re.MULTILINE) if options else None
        inner = box or (named[1] if named else name)
        own = re.search(r"^:title: *(.+)$", options[0], re.MULTILINE) if options else None
        shown = own[1] if own else "" if name in UNTITLED else title
        for passage in passages(page, shown, line, inner, given):
            yield passage._replace(kind="title")
        skipped = options[0].count("\n") if options else 0
        yield from passages(page, OPTIONS.sub("", token.content), line + 1 + skipped, inner, given)
    elif name and name not in NO_PROSE:
        raise ValueError(f"{page}:{line}: expected a directive that tests/prose.py knows; got {name}")


@cache
def book():
    """Return all passages of the pages that people wrote."""
    paths = sorted((ROOT / "book").glob("*.md"))
    return tuple(each for path in paths for each in passages(path.name, path.read_text("utf-8")))


# ------------------------------------------------------------------ from everything else that a learner reads


def around_the_book():
    """Yield the passages of the notebooks, of what the checks say, of docstrings and of the papers beside the book."""
    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
            if cell["cell_type"] == "markdown":
                yield from passages(f"{path.name}, cell {number}", "".join(cell["source"]))
    for path in sorted((ROOT / "dlcourse/checks").glob("*/en/*.toml")):
        for key, text in strings_of(tomllib.loads(path.read_text("utf-8"))):
            yield from passages(f"{path.parent.parent.name}/{path.name}, {key}", text)
    for path in sorted((ROOT / "dlcourse").rglob("*.py")):
        yield from docstrings_of(path)
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        yield from passages(name, (ROOT / name).read_text("utf-8"))


def strings_of(value, key=""):
    """Yield the texts of a TOML file with their keys."""
    if isinstance(value, str):
        yield key, value
    else:
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from strings_of(inner, f"{key}.{name}".strip("."))


def docstrings_of(path):
    """Yield a module's docstrings without examples, references and code."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            text = re.sub(
                r"(References|Examples)\n-+\n.*?(?=\n\n\w+\n-+\n|\Z)", "", ast.get_docstring(node), flags=re.S
            )
            text = re.sub(r"(`+).+?\1", CODE, text, flags=re.S)
            yield Passage(path.relative_to(ROOT).as_posix(), getattr(node, "lineno", 1), "docstring", text)


# ------------------------------------------------------------------ length and level

WORDS_A_MINUTE = 200
MINUTES_A_FORMULA = 0.5
# What is read on the way. A table is looked at, an answer folds out after you have tried, and the box "In other
# libraries" is for those who come from there.
ON_THE_WAY = {"": True, "table": False, "heading": False, "dropdown": False, "seealso": False}


class Length(NamedTuple):
    """How long and how hard to read a chapter is."""

    page: str
    words: int
    formulas: int
    grade: float
    said: int  # what the chapter itself says, in minutes
    sittings: int  # in which it says to read

    @property
    def minutes(self):
        return self.words / WORDS_A_MINUTE + self.formulas * MINUTES_A_FORMULA


def words_in(text):
    """Return the words of a passage; a formula, a reference or a piece of code inside a line counts as one."""
    return [word for word in text.split() if re.search(r"\w", word)]


def syllables(word):
    """Return about how many syllables an English word has: its groups of vowels, less a silent e at its end."""
    word = re.sub(r"(?<=[^aeiouy])(?:e|es|ed)$", "", word.lower()) if not re.search(r"(?:le|[dt]ed)$", word) else word
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def grade_of(texts):
    """Return the Flesch-Kincaid grade: roughly the years of school that a text asks for."""
    sentences = [each for text in texts for each in re.split(r"[.?!](?:\s|$)", text) if words_in(each)]
    words = [word for each in sentences for word in re.findall("[A-Za-z]+", re.sub("⟨.*?⟩", "", each))]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def length_of(page, found):
    """Return the length of a page from its passages."""
    read = [one for one in found if ON_THE_WAY.get(one.kind, True) and ON_THE_WAY.get(one.box, True)]
    texts = [one.text for one in read if one.text]
    said = re.search(r"Time: about (\d+) minutes to read(, in two sittings)?", " ".join(texts))
    return Length(
        page,
        sum(len(words_in(text)) for text in texts),
        sum(one.kind == "formula" for one in read),
        grade_of(texts),
        int(said[1]) if said else 0,
        2 if said and said[2] else 1,
    )


def lengths():
    """Return the length of each chapter."""
    chapters = sorted({one.page for one in book() if re.match(r"\d\d_", one.page)})
    return [length_of(page, [one for one in book() if one.page == page]) for page in chapters]


def report():
    """Return a table of all chapters."""
    rows = [f"{'chapter':<22}{'words':>7}{'formulas':>10}{'minutes':>9}{'says':>6}{'grade':>7}"]
    rows += [
        f"{one.page.removesuffix('.md'):<22}{one.words:>7}{one.formulas:>10}{one.minutes:>9.0f}{one.said:>6}{one.grade:>7.1f}"
        for one in lengths()
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    print(report())
