"""Figures carry words, follow the page's colours, are the same on every run and share a page in peace."""

import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse.figures import COLORS, INK, PAPER, STYLE, Figure, style


def draw(slope=1.0, **changes):
    """Return a drawing with what brings ids: a clip path, markers and a hatch."""
    with style():
        fig, ax = plt.subplots(**changes)
        ax.plot([0, 1, 2], [0, slope, 2 * slope], marker="o", markeredgecolor=PAPER, label="a < b & c")
        ax.fill_between([0, 1], [0, slope], hatch="//", facecolor=COLORS["orange"])
        ax.set(xlabel="$x_1$", ylabel="output")
        ax.legend()
    return fig


def ids(svg):
    return re.findall(r' id="([^"]*)"', svg)


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_an_empty_alt_is_rejected(alt):
    with pytest.raises(ValueError, match="alt must say in words what the figure shows; got"):
        Figure(draw(), alt=alt)


def test_a_file_name_is_no_alt():
    with pytest.raises(ValueError, match=r"got the file name 'line\.png'"):
        Figure(draw(), alt="line.png")


def test_an_alt_must_be_a_string_and_must_be_given():
    with pytest.raises(TypeError, match="alt must be a string; got NoneType"):
        Figure(draw(), alt=None)
    with pytest.raises(TypeError, match="alt"):
        Figure(draw())
    plt.close("all")


def test_the_words_reach_a_screen_reader():
    root = ElementTree.fromstring(Figure(draw(), alt='A line that says "up" & rises.').svg)  # noqa: S314 (our own)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'A line that says "up" & rises.'


def test_the_same_drawing_gives_the_same_markup():
    assert Figure(draw(), alt="A line.").svg == Figure(draw(), alt="A line.").svg


def test_the_markup_tells_no_date_and_no_version():
    svg = Figure(draw(), alt="A line.").svg
    assert not re.search(r"<metadata|<!--|matplotlib|20\d\d-", svg)


def test_figures_on_one_page_share_no_id():
    first, second = (ids(Figure(draw(slope), alt="A line.").svg) for slope in (1.0, 2.0))
    assert len(first) >= 3
    assert len(set(first + second)) == len(first) + len(second)


def test_every_reference_inside_a_figure_finds_its_target():
    svg = Figure(draw(), alt="A line.").svg
    used = set(re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', svg))
    assert {a or b for a, b in used} == set(ids(svg))


def test_ink_paper_and_palette_are_left_to_the_page():
    svg = Figure(draw(), alt="A line.").svg
    assert INK not in svg
    assert PAPER not in svg
    assert "currentColor" in svg
    assert "var(--pst-color-background" in svg
    assert f"var(--figure-blue, {COLORS['blue']})" in svg
    assert f"var(--figure-orange, {COLORS['orange']})" in svg
    assert len(re.findall(COLORS["blue"], svg)) == len(re.findall(r"var\(--figure-blue", svg))


def test_a_text_that_names_a_colour_is_left_alone():
    fig = draw()
    fig.axes[0].set_title(f"{INK} is black")
    assert f"{INK} is black" in Figure(fig, alt="A line.").svg


def test_a_figure_styles_nothing_but_itself():
    assert "<style" not in Figure(draw(), alt="A line.").svg


def test_text_stays_text():
    root = ElementTree.fromstring(Figure(draw(), alt="A line.").svg)  # noqa: S314 (our own)
    texts = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "output" in texts
    assert "a < b & c" in texts


def test_rounding_moves_nothing_by_more_than_a_hundredth_of_a_point():
    svg = Figure(draw(), alt="A line.").svg
    numbers = [n for d in re.findall(r' d="([^"]*)"', svg) for n in re.findall(r"-?[\d.]+", d)]
    assert numbers
    assert max(len(n.partition(".")[2]) for n in numbers) <= 2


def test_text_too_small_for_a_phone_is_rejected():
    with pytest.raises(
        ValueError, match=r"text must be at least 9 pixels high on a phone; '.+' is \d\.\d: draw narrower"
    ):
        Figure(draw(figsize=(9, 3)), alt="A line.")


def test_text_that_nobody_sees_may_be_small():
    fig = draw()
    fig.text(0, 0, "hidden", fontsize=2).set_visible(False)
    fig.text(0, 0, " ", fontsize=2)
    assert Figure(fig, alt="A line.").svg


def test_a_notebook_shows_the_drawing_once_and_the_words_where_there_is_no_html():
    picture = Figure(draw(), alt="A line\n  that rises.")
    assert plt.get_fignums() == []
    assert picture._repr_mimebundle_() == {"text/html": picture.svg, "text/plain": "Figure: A line that rises."}


def test_the_style_ends_with_its_block():
    before = plt.rcParams["font.size"], plt.rcParams["axes.facecolor"]
    with style():
        assert plt.rcParams["axes.facecolor"] == STYLE["axes.facecolor"]
    assert (plt.rcParams["font.size"], plt.rcParams["axes.facecolor"]) == before


def luminance(color):
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("name", ["blue", "vermilion", "green", "purple", "grey"])
@pytest.mark.parametrize("ground", ["#ffffff", "#121212"])
def test_colours_for_lines_keep_a_contrast_of_three_to_one(name, ground):
    darker, lighter = sorted([luminance(COLORS[name]), luminance(ground)])
    assert (lighter + 0.05) / (darker + 0.05) >= 3
