"""The house style of figures, and figures that speak: inline SVG with words for those who do not see it.

A figure takes its ink and its paper from the page, so it follows light and dark mode, in the book and in JupyterLab.
The formulas of the course never import this module; it needs matplotlib (``pip install dlcourse[figures]``).

Examples
--------
>>> with style():
...     fig, ax = plt.subplots()
...     lines = ax.plot([0, 1], [0, 1], color=COLORS["blue"])
>>> picture = Figure(fig, alt="A straight line that rises from (0, 0) to (1, 1).")
>>> picture.svg[:38]
'<svg class="figure-svg" role="img" ari'

In a page of the book, a caption that holds computed numbers is a ``glue:figure`` with ``glue:text`` in it: the code
cell says ``glue("line", picture, display=False)``; the directive names ``line``, and its option ``name`` is the label
for ``numref``.
"""

import hashlib
import html
import io
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, cast

import matplotlib as mpl
import matplotlib.figure
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

__all__ = ["COLORS", "INK", "PAPER", "STYLE", "Figure", "learning_curves", "style"]

INK = "#000000"
"""Colour of text and axes. `Figure` turns it into the page's text colour."""

PAPER = "#ffffff"
"""Colour of what lies between marks. `Figure` turns it into the page's background."""

COLORS = {
    "blue": "#0072b2",
    "vermilion": "#d55e00",
    "green": "#009e73",
    "purple": "#cc79a7",
    "grey": "#767676",
    "orange": "#e69f00",
    "sky": "#56b4e9",
    "yellow": "#f0e442",
}
"""Okabe and Ito's palette, safe for colour-blind readers, with a grey.

The first five keep a contrast of 3:1 on white and on black; use the last three for areas only, never for a thin line.
"""

STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.prop_cycle": cycler(color=[COLORS[name] for name in ("blue", "vermilion", "green", "purple", "grey")]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "figure.figsize": (4.4, 3.0),
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "grid.color": COLORS["grey"],
    "grid.linewidth": 0.5,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "savefig.facecolor": "none",
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": 9,
    "ytick.color": INK,
    "ytick.labelsize": 9,
}
"""The house style as matplotlib settings; `style` applies it."""

PHONE = 350  # CSS pixels that a phone of 390 leaves for a figure
SMALLEST = 9  # CSS pixels of the smallest text there
FONTS = "'DejaVu Sans', Verdana, sans-serif"  # Verdana is as wide as DejaVu Sans, for which matplotlib lays text out


def style() -> AbstractContextManager[None]:
    """Draw in the house style inside a ``with`` block, and leave matplotlib's settings as they were after it.

    Returns
    -------
    context manager
        What a ``with`` statement takes; it binds nothing.
    """
    return mpl.rc_context(cast(Any, STYLE))


class Figure:
    """A finished figure with words that say what it shows.

    The drawing is made once, when the object is built: whatever is wrong with it fails the cell that draws it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The drawing. It is closed, so that a notebook does not show it a second time.
    alt : str
        What the figure shows, for readers who do not see it. Say what one learns from it, with its numbers.

    Attributes
    ----------
    alt : str
        The words.
    svg : str
        The markup, the same on every run. Its ids occur nowhere else on a page.

    Raises
    ------
    TypeError
        If `alt` is not a string.
    ValueError
        If `alt` is empty or the name of a file, or if a text is too small to read on a phone.
    """

    def __init__(self, fig: matplotlib.figure.Figure, alt: str) -> None:
        plt.close(fig)
        if not isinstance(alt, str):
            raise TypeError(f"alt must be a string; got {type(alt).__name__}")
        if not alt.strip():
            raise ValueError(f"alt must say in words what the figure shows; got {alt!r}")
        if re.fullmatch(r"\S+\.\w{2,4}", alt.strip()):
            raise ValueError(f"alt must say in words what the figure shows; got the file name {alt!r}")
        self.alt = " ".join(alt.split())
        self.svg = _inline(_draw(fig), self.alt, fig.get_figwidth())
        _check_text(fig)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.svg, "text/plain": f"Figure: {self.alt}"}


def learning_curves(history: Mapping[str, Sequence[float]], alt: str) -> Figure:
    """Draw how losses and metrics went from epoch to epoch, each in a panel of its own, validation dashed.

    Parameters
    ----------
    history : mapping of str to sequence of float
        Values of each epoch. "val_loss" is drawn beside "loss", and so on.
    alt : str
        As in `Figure`.

    Returns
    -------
    Figure
        The drawing.

    Raises
    ------
    ValueError
        If there is nothing to draw, or `alt` is empty.
    """
    names = list(dict.fromkeys(name.removeprefix("val_") for name in history))
    if not names:
        raise ValueError("history must hold at least one curve; got none")
    with style():
        fig, axes = plt.subplots(len(names), 1, sharex=True, squeeze=False, figsize=(4.4, 0.6 + 1.9 * len(names)))
        for ax, name in zip(axes[:, 0], names, strict=True):
            for key, look, label in [(name, "-", "training"), (f"val_{name}", "--", "validation")]:
                values = history.get(key, ())
                if len(values):
                    mark = "o" if len(values) == 1 else None
                    ax.plot(range(1, len(values) + 1), values, look, marker=mark, label=label)
            ax.set_ylabel(name)
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if any(name.startswith("val_") for name in history):
            axes[0, 0].legend()
        return Figure(fig, alt)


def _check_text(fig: matplotlib.figure.Figure) -> None:
    """Raise ValueError for a text that is too small on a phone. Call it after drawing: ticks have no labels before."""
    shrink = min(1.0, PHONE / (fig.get_figwidth() * 96))
    texts: list[Text] = fig.findobj(Text)
    for text in texts:
        words, size = text.get_text().strip(), float(text.get_fontsize()) * 96 / 72 * shrink
        if words and text.get_visible() and size < SMALLEST:
            raise ValueError(
                f"text must be at least {SMALLEST} pixels high on a phone; {words!r} is {size:.1f}: "
                f"draw narrower than {fig.get_figwidth():.1f} inches (stack the panels) or use a larger font"
            )


def _draw(fig: matplotlib.figure.Figure) -> str:
    """Return matplotlib's SVG, with text as text and nothing in it that changes from run to run."""
    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "dlcourse"}):
        fig.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return stream.getvalue()


def _inline(svg: str, alt: str, width: float) -> str:
    """Return SVG markup for the middle of an HTML page: scoped, themed and named. `width` is in inches."""
    body = svg[svg.index(">", svg.index("<svg")) + 1 :]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style\b.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r' d="[^"]*"', lambda d: re.sub(r"-?\d+\.\d{3,}", _shorten, " " + " ".join(d[0].split())), body)
    body = re.sub(r'(?:style|fill|stroke|stop-color)="[^"]*"', _theme, body)
    body = _own_ids(body, prefix="f" + hashlib.sha256((alt + body).encode()).hexdigest()[:8])
    body = re.sub(r">\s+<", "><", body).strip()
    box = re.search(r'viewBox="([^"]*)"', svg)
    if box is None:
        raise RuntimeError("expected matplotlib's SVG to have a viewBox; it has none")
    # Stroke and fill stand in for the removed style sheet, which would have restyled the whole page.
    return (
        f'<svg class="figure-svg" role="img" aria-label="{html.escape(alt)}" viewBox="{box[1]}"'
        f' style="width: 100%; max-width: {width * 96 * 1.25:.0f}px; height: auto" fill="currentColor"'
        ' stroke-linejoin="round" stroke-linecap="butt" xmlns="http://www.w3.org/2000/svg"'
        f' xmlns:xlink="http://www.w3.org/1999/xlink">{body}'
    )


def _theme(attribute: re.Match[str]) -> str:
    """Let the page choose ink, paper, the shade of each colour, and what stands in for the font."""
    text = attribute[0].replace(INK, "currentColor").replace("'DejaVu Sans'", FONTS)
    text = text.replace(PAPER, "var(--pst-color-background, var(--jp-layout-color0, #fff))")
    for name, color in COLORS.items():
        text = text.replace(color, f"var(--figure-{name}, {color})")
    return text


def _shorten(number: re.Match[str]) -> str:
    """Round a coordinate to a hundredth of a point."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _own_ids(body: str, prefix: str) -> str:
    """Drop the ids that nothing refers to, and start the others with `prefix`."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', body))
    body = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", body)
    return re.sub(r'(url\(#|href="#)', rf"\1{prefix}-", body)
