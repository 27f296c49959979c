r"""Set formulas with KaTeX while the book is built.

Readers load a style sheet and fonts, no script. MathML stays in the page for screen readers. TeX that KaTeX does not
understand is a warning with file and line, so it fails ``-W``. Macros come from ``katex_macros`` in the configuration.
"""

import atexit
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

log = logging.getLogger(__name__)

KATEX = Path(__file__).parent.parent / "_vendor/katex/katex.min.js"
RENDER = """
function render(tex, options) {
  try { return JSON.stringify({html: katex.renderToString(tex, options)}); }
  catch (error) {
    if (error instanceof katex.ParseError) return JSON.stringify({error: error.message});
    throw error;
  }
}
"""
# KaTeX numbers nothing here (Sphinx does), so environments become their inner, numberless forms.
ENVIRONMENT = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather|multline)\*?\}")
INNER = {
    "align": "aligned",
    "alignat": "alignedat",
    "equation": "gathered",
    "gather": "gathered",
    "multline": "gathered",
}

# The styles that KaTeX writes most often are four fifths of all. Each becomes a class, and pages lose a tenth.
COMMON = (
    "height:0.15em;",
    "height:0.2861em;",
    "height:0.3011em;",
    "height:0.3117em;",
    "height:0.3361em;",
    "height:0.345em;",
    "height:0.4306em;",
    "height:0.5806em;vertical-align:-0.15em;",
    "height:0.625em;vertical-align:-0.1944em;",
    "height:0.6444em;",
    "height:0.6833em;",
    "height:0.6944em;",
    "height:0.7278em;vertical-align:-0.0833em;",
    "height:0.8141em;",
    "height:0.8333em;vertical-align:-0.15em;",
    "height:0.8444em;vertical-align:-0.15em;",
    "height:0.8451em;",
    "height:0.8889em;vertical-align:-0.1944em;",
    "height:1.1901em;vertical-align:-0.345em;",
    "height:1em;vertical-align:-0.25em;",
    "height:2.7em;",
    "height:3.05em;",
    "height:3em;",
    "margin-right:0.0139em;",
    "margin-right:0.0269em;",
    "margin-right:0.0278em;",
    "margin-right:0.0315em;",
    "margin-right:0.0359em;",
    "margin-right:0.044em;",
    "margin-right:0.0556em;",
    "margin-right:0.0572em;",
    "margin-right:0.0715em;",
    "margin-right:0.0785em;",
    "margin-right:0.1389em;",
    "margin-right:0.1667em;",
    "margin-right:0.2222em;",
    "margin-right:0.2778em;",
    "top:-2.55em;margin-left:-0.0269em;margin-right:0.05em;",
    "top:-2.55em;margin-left:-0.0359em;margin-right:0.05em;",
    "top:-2.55em;margin-left:-0.044em;margin-right:0.05em;",
    "top:-2.55em;margin-left:-0.1389em;margin-right:0.05em;",
    "top:-2.55em;margin-left:0em;margin-right:0.05em;",
    "top:-2.655em;",
    "top:-3.063em;margin-right:0.05em;",
    "top:-3.113em;margin-right:0.05em;",
    "top:-3.23em;",
    "top:-3.394em;",
    "top:-3em;",
)
STYLED = re.compile(r'(?: class="([^"]*)")? style="([^"]*)"')
SIZES = "katex-sizes.css"

NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'  # which HTML knows by itself
SHORT = 24  # characters of TeX; a longer formula may have to break


@cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    atexit.register(engine.close)  # without it Python 3.13 waits for V8's thread for ever
    engine.eval(KATEX.read_text("utf-8") + RENDER)
    return engine


@cache
def _call(tex: str, options: str) -> dict[str, str]:
    answer: dict[str, str] = json.loads(_engine().call("render", tex, json.loads(options)))
    return answer


def _numberless(tex: str) -> str:
    tex = ENVIRONMENT.sub(lambda m: rf"\{m[1]}{{{INNER[m[2]]}}}", tex)
    return rf"\begin{{aligned}}{tex}\end{{aligned}}" if r"\\" in tex and r"\begin{" not in tex else tex


def _with_class(found: re.Match[str]) -> str:
    name, style = found.groups("")
    return f' class="{f"{name} k{COMMON.index(style)}".strip()}"' if style in COMMON else found[0]


def write_sizes(app: Sphinx) -> None:
    """Write the style sheet of the classes; as styles did, they win over the classes of KaTeX."""
    if app.builder.format == "html":
        rules = [f".k{n}{{{style.replace(';', '!important;')}}}" for n, style in enumerate(COMMON)]
        Path(app.outdir, "_static").mkdir(parents=True, exist_ok=True)
        Path(app.outdir, "_static", SIZES).write_text("\n".join(rules), "utf-8")


def _html(self: HTML5Translator, node: nodes.Element, display: bool) -> str:
    tex = _numberless(node.astext()) if display else node.astext()
    options = {"displayMode": display, "strict": "error", "macros": self.config.katex_macros}
    answer = _call(tex, json.dumps(options))
    if "error" in answer:
        log.warning("%s in the formula %r", answer["error"], tex, location=node, type="katex")
        return f'<code class="katex-error">{self.encode(tex)}</code>'
    return STYLED.sub(_with_class, answer["html"].replace(NAMESPACE, ""))


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula inside a line."""
    formula = self.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    formula += _html(self, node, display=False) + "</span>"
    if "after" in node:
        formula = f'<span class="math-end">{formula}{self.encode(node["after"])}</span>'
    self.body.append(formula)
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula in a box that scrolls, with its number at the right."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append(f'<div class="math-scroll" tabindex="0">{_html(self, node, display=True)}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


class KeepPunctuation(SphinxPostTransform):
    """Join a short formula and the full stop or comma after it, which would else start a line of its own."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Move the marks from the text to the formula."""
        for formula in list(self.document.findall(nodes.math)):
            after = formula.next_node(siblings=True, descend=False)
            marks = re.match(r"[.,:;!?)’”]+", after) if isinstance(after, nodes.Text) else None
            if marks and len(formula.astext()) <= SHORT:
                formula["after"] = marks[0]
                # not parent.replace(after, ...): it would find the first text of the same words
                formula.parent[formula.parent.index(formula) + 1] = nodes.Text(after[marks.end() :])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer under the name ``katex``."""
    app.add_config_value("katex_macros", {}, "html")
    app.add_html_math_renderer("katex", inline_renderers=(visit_math, None), block_renderers=(visit_math_block, None))
    app.add_post_transform(KeepPunctuation)
    app.add_css_file("../katex/katex.min.css")
    app.add_css_file(SIZES)
    app.connect("builder-inited", write_sizes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
