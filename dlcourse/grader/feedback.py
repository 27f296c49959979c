"""The page that a student gets back: the score, a table of the tasks, then for each task the message and the answer.

nbgrader's `GenerateFeedback` runs `FeedbackPage` on a graded notebook, and then the template ``templates/feedback``,
which writes what was found. The page needs no script and loads nothing, neither of the course's nor of a student's:
text is rendered without its HTML, a picture is shown only if the notebook holds it, and a formula stays TeX, as code.
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor  # type: ignore[import-untyped]
from nbgrader.utils import is_grade, is_locked, is_solution, is_task  # type: ignore[import-untyped]
from traitlets import TraitError, Unicode, validate

from dlcourse.grader import notebooks, reasons, stock, surroundings
from dlcourse.grader.notebooks import grade_id
from dlcourse.grader.selfcheck import IN_WORDS
from dlcourse.grader.withhold import WithholdHiddenTests

MOST_SHOWN = 20_000  # characters of what one output has printed
WAITS = "waits"  # a verdict beside those of `IN_WORDS`: a person has still to give points
_WORDS = {**IN_WORDS, WAITS: "not read yet"}
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
_POINTS = re.compile(r" *\([^()]*points?[^()]*\) *$")
_CALL = re.compile(r"^(.*) is not right yet \(task \d+\)\.$")
_LINE = re.compile(r"^(Expected|Got|Likely|See|Note|Remark for your instructor): +(.*)$", re.DOTALL)
_PLACE = re.compile(r"((?:equation \([\w.]+\) in )?\d\d_\w+\.html)(#[\w-]+)")
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
# What to try where no check came to speak, because something stopped before.
_REMEDIES = {
    r"^syntax error": "Python could not read the cell, so nothing in it was run. Look at this line and at the one "
    "before it: a colon, a bracket or a quotation mark may be missing.",
    r"DeadKernelError": "Running this ended Python itself. Look for an exit, or for memory that grows without end.",
    r"NotRunError": "The tasks before took too long, or ended everything. Run the notebook from top to bottom, and see "
    "which cell does not come to its end.",
    r"ran longer than": "A loop may have no end, or something waits: for a key, for a file, for the network. Run this "
    "cell alone and see.",
    r"stopped with": "Restart the kernel, run all cells from top to bottom, and mend the first one that stops.",
    r"^something was written to stderr": "Print with print(), and see to what is warned of.",
    r"cell was deleted": "Open the notebook as it was given out, and put your answer into its cell.",
}
_NO_ANSWER = "No response."  # what nbgrader itself writes about a cell that was left as it was


@dataclass(frozen=True)
class Piece:
    """A stretch of a message, and where it leads if it leads anywhere."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Line:
    """One part of a message: what it is called in it, such as "Likely", and what it says."""

    label: str
    pieces: Sequence[Piece]

    @property
    def name(self) -> str:
        """Return what the page calls it."""
        return {"": "What is wrong", "See": "Read again", "Got": "Your answer", "Try": "What to try"}.get(
            self.label, self.label
        )


@dataclass
class Section:
    """A task on the page.

    Attributes
    ----------
    title, anchor : str
        Its heading, and the id of it.
    cells : list of NotebookNode
        All that belongs to the task, in the order of the notebook.
    points, max_points : float
        Reached, and to be had.
    verdict : str
        A key of `selfcheck.IN_WORDS`, or `WAITS`.
    message : sequence of Line
        What is wrong and what to try, the likely mistake first; empty if nothing is wrong.
    summary : str
        The message in one line.
    remark : str
        What the checks say to the instructor.
    comments : sequence of str
        What a person wrote, as HTML.
    """

    title: str
    anchor: str
    cells: list[NotebookNode] = field(default_factory=list)
    points: float = 0
    max_points: float = 0
    verdict: str = "right"
    message: Sequence[Line] = ()
    summary: str = ""
    remark: str = ""
    comments: Sequence[str] = ()

    @property
    def words(self) -> str:
        """Return the verdict in words."""
        return _WORDS[self.verdict]

    @property
    def graded(self) -> bool:
        """Tell whether there are points to be had."""
        return any(is_grade(cell) or is_task(cell) for cell in self.cells)

    @property
    def task(self) -> Iterator[str]:
        """Yield the text of the task, as HTML."""
        if self.cells and _is_heading(self.cells[0]):
            text = _HEADING.sub("", self.cells[0].source, count=1).strip()
            if text:
                yield as_html(text)

    @property
    def answer(self) -> Iterator[Mapping[str, Any]]:
        """Yield what the student wrote: ``text`` or ``code`` as HTML, and the ``outputs`` of code."""
        for place, cell in enumerate(self.cells):
            if is_task(cell) or is_locked(cell) or (is_grade(cell) and not is_solution(cell)):
                continue
            if cell.cell_type == "code":
                yield {"code": _code(cell.source), "outputs": list(_outputs(cell))}
            elif cell.cell_type == "markdown" and not (place == 0 and _is_heading(cell)):
                yield {"text": as_html(cell.source)}

    @property
    def checks(self) -> Iterator[Mapping[str, Any]]:
        """Yield the test cells, with the points that they gave."""
        for cell in self.cells:
            if is_grade(cell) and not is_solution(cell):
                marks = cell.metadata.nbgrader
                yield {
                    "points": marks.get("score") or 0, "max_points": marks.get("points") or 0,
                    "code": _code(cell.source), "outputs": list(_outputs(cell)),
                }  # fmt: skip


class FeedbackPage(NbGraderPreprocessor):  # type: ignore[misc]
    """Find what the template shows, after nbgrader has put the scores into the notebook."""

    book = Unicode(
        "",
        help="Where the book is: an address such as https://example.org/book/, or a path from a feedback page. "
        "Without it, messages name the pages of the book and do not link to them.",
    ).tag(config=True)

    @validate("book")
    def _book_leads_to_a_page(self, proposal: Any) -> str:
        value = str(proposal["value"])
        if urlsplit(value).scheme not in ("", "http", "https"):
            raise TraitError(
                f"FeedbackPage.book must be an address that begins with https://, or a path; got {value!r}"
            )
        return value if not value or value.endswith("/") else f"{value}/"

    def preprocess(self, notebook: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Put the page into the resources, under ``dlcourse``.

        Parameters
        ----------
        notebook : NotebookNode
            With scores and outputs.
        resources : dict
            nbconvert's, with nbgrader's own in them.

        Returns
        -------
        tuple
            Both arguments.
        """
        known = resources["nbgrader"]
        with Gradebook(known["db_url"]) as gradebook:
            scores = stock.scores_of(gradebook.find_submission(known["assignment"], known["student"]))
        seconds = int(self.config.Execute.get("timeout", surroundings.EXECUTE["timeout"]))
        opening, sections = sections_of(notebook, scores, seconds, self.book)
        resources["dlcourse"] = {
            "title": notebooks.title(notebook) or known["notebook"],
            "name": known["notebook"],
            "student": known["student"],
            "points": known["score"],
            "max_points": known["max_score"],
            "late": known["late_penalty"],
            "waiting": sum(score.max_points for score in scores if score.points is None),
            "opening": opening,
            "sections": sections,
        }
        return notebook, resources


def sections_of(
    notebook: NotebookNode, scores: Sequence[stock.Score], seconds: int, book: str = ""
) -> tuple[Section, list[Section]]:
    """Part a graded notebook into its tasks, and say how each ended.

    Parameters
    ----------
    notebook : NotebookNode
        With the scores in the cells' marks, as nbgrader's `GetGrades` puts them there.
    scores : sequence of stock.Score
        What the gradebook holds.
    seconds : int
        How long one cell could run, for the words.
    book : str
        Where the book is, with a slash at the end; empty if that is not known.

    Returns
    -------
    tuple of (Section, list of Section)
        What stands before the first task, and the tasks.
    """
    opening, *sections = _parted(notebook)
    of_cell = {score.cell: score for score in scores}
    for section in sections:
        its = [of_cell[name] for cell in section.cells if (name := grade_id(cell)) in of_cell]
        section.points = sum(score.points or 0 for score in its)
        section.max_points = sum(score.max_points for score in its)
        part = NotebookNode(cells=section.cells, metadata=notebook.metadata)  # type: ignore[no-untyped-call]
        results = reasons.tasks(part, its, seconds, whole=True)
        why = "\n".join(result.why for result in results if result.why)
        section.remark = " ".join(result.remark for result in results if result.remark)
        section.verdict = _verdict(section, why, its)
        if section.verdict in ("wrong", "partial"):
            section.message = lines_of(why, book)
            section.summary = reasons.likely(why) or (why.splitlines() or [""])[0]
        section.comments = [as_html(text) for cell in section.cells if (text := _comment(cell))]
    return opening, sections


def lines_of(message: str, book: str = "") -> list[Line]:
    r"""Take a message of a check apart.

    Parameters
    ----------
    message : str
        As `dlcourse.checks` writes it.
    book : str
        As in `sections_of`.

    Returns
    -------
    list of Line
        The likely mistake first, where to read last.

    Examples
    --------
    >>> [line.label for line in lines_of("f(1) is not right yet (task 1).\nExpected: 1\nLikely: a sign")]
    ['Likely', 'Called', 'Expected']
    """
    found: list[tuple[str, str]] = []
    for line in message.splitlines():
        if match := _LINE.match(line):
            found.append((match[1], match[2]))
        elif match := _CALL.match(line):
            found.append(("Called", match[1]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            found.append(("", line))
    if not any(label == "Likely" for label, _ in found):
        found += [("Try", text) for sign, text in _REMEDIES.items() if re.search(sign, message)][:1]
    order = {"Likely": -1, "Try": 1, "Note": 2, "See": 3}
    found.sort(key=lambda part: order.get(part[0], 0))
    return [Line(label, list(_pieces(text, book))) for label, text in found if label != "Remark for your instructor"]


def as_html(text: str) -> str:
    """Return Markdown as HTML that loads nothing and runs nothing.

    Parameters
    ----------
    text : str
        A student's or a teacher's.

    Returns
    -------
    str
        HTML in the text is shown as it was written; so is TeX, as code.
    """
    return str(MarkdownWithMath(renderer=_Renderer()).render(text))


class _Renderer(IPythonRenderer):
    def __init__(self) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)

    def heading(self, text: str, level: int, **_attributes: Any) -> str:
        return f'<p class="heading">{text}</p>\n'  # the page has headings of its own

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{html.escape(code)}</code></pre>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"[picture: {html.escape(text or title or url)}]"

    def inline_math(self, body: str) -> str:
        return f'<code class="tex">{html.escape(body)}</code>'

    def block_math(self, body: str) -> str:
        return f'<code class="tex block">{html.escape(body.strip())}</code>'

    def multiline_math(self, text: str) -> str:
        return self.block_math(text)

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")


def _parted(notebook: NotebookNode) -> list[Section]:
    """Return what stands before the first task, then the tasks."""
    sections, keys, waiting = [Section("", "")], [""], list[NotebookNode]()
    for cell in notebook.cells:
        if not (is_grade(cell) or is_solution(cell) or is_task(cell)):
            waiting.append(cell)
            continue
        part = notebooks.part_of_task(grade_id(cell))
        joins = keys[-1].startswith("other") and is_grade(cell) and not is_solution(cell)
        key = f"task-{part[0]}" if part else keys[-1] if joins else f"other-{len(keys)}"
        if key != keys[-1]:
            # A heading, and what follows it, belongs to the next task; what stands before it, to the one before.
            headings = [place for place, each in enumerate(waiting) if _is_heading(each)]
            first = len(waiting) if is_task(cell) else headings[-1] if headings else 0
            sections[-1].cells += waiting[:first]
            waiting = waiting[first:]
            heading = _HEADING.search(waiting[0].source) if waiting and _is_heading(waiting[0]) else None
            heading = heading or (_HEADING.search(cell.source) if is_task(cell) else None)
            sections.append(Section(_POINTS.sub("", heading[1]) if heading else grade_id(cell), key))
            keys.append(key)
        sections[-1].cells += [*waiting, cell]
        waiting = []
    sections[-1].cells += waiting
    return sections


def _is_heading(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and _HEADING.match(cell.source) is not None and not is_solution(cell)


def _verdict(section: Section, why: str, scores: Sequence[stock.Score]) -> str:
    if any(score.points is None for score in scores):
        return WAITS
    if section.points >= section.max_points:
        return "right"
    if why == "not attempted" and not section.points:
        return "not_attempted"
    return "partial" if section.points else "wrong"


def _comment(cell: NotebookNode) -> str:
    """Return what a person wrote about a cell."""
    text = str(cell.metadata.get("nbgrader", {}).get("comment") or "").strip()
    return "" if text == _NO_ANSWER else text


def _pieces(text: str, book: str) -> Iterator[Piece]:
    """Part a text at the places of the book that it names."""
    end = 0
    for match in _PLACE.finditer(text):
        if text[end : match.start()]:
            yield Piece(text[end : match.start()])
        page = match[1].rpartition(" ")[2]
        yield Piece(match[1], f"{book}{page}{match[2]}") if book else Piece(match[0])
        end = match.end()
    if text[end:]:
        yield Piece(text[end:])


def _code(source: str) -> str:
    return str(Highlight2HTML(pygments_lexer="ipython3")(source))  # type: ignore[no-untyped-call]


def _outputs(cell: NotebookNode) -> Iterator[Mapping[str, str]]:
    """Yield what a cell has shown: ``text``, or the address of a ``picture`` that is in the notebook."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield {"text": _short(output.text)}
        elif output.output_type == "error":
            yield {"text": _short("\n".join(output.traceback) or f"{output.ename}: {output.evalue}")}
        else:
            kind = next((kind for kind in _PICTURES if kind in output.get("data", {})), None)
            if kind:
                data = output.data[kind]
                packed = b64encode(data.encode()).decode() if kind == "image/svg+xml" else "".join(data.split())
                yield {"picture": f"data:{kind};base64,{packed}"}
            elif "text/plain" in output.get("data", {}):
                yield {"text": _short(output.data["text/plain"])}


def _short(text: str) -> str:
    text = _COLOURS.sub("", text)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n... {len(text) - MOST_SHOWN} more characters"


# What nbgrader runs on a graded notebook before the template: its own scores, then what hides, then what shows.
PREPROCESSORS = [f"{each.__module__}.{each.__name__}" for each in (GetGrades, WithholdHiddenTests, FeedbackPage)]
