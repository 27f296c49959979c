"""Figures carry words, follow the page's colours, are the same on every run and share a page in peace."""

import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from dlcourse import figures
from dlcourse.figures import COLORS, INK, PAPER, STYLE, Figure, learning_curves, style


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


# ----------------------------------------------------------- learning curves

TWO = {"loss": [3.0, 2.0, 1.0], "accuracy": [0.1, 0.2, 0.3]}
FOUR = TWO | {"val_loss": [3.5, 2.5, 1.5], "val_accuracy": [0.0, 0.1, 0.2]}


@pytest.fixture
def panels(monkeypatch):
    """Draw learning curves, and return the axes instead of the markup."""
    drawn = []

    def panels(history):
        with monkeypatch.context() as patch:
            patch.setattr(figures, "Figure", lambda fig, alt: fig)
            drawn.append(learning_curves(history, "Curves."))
        drawn[-1].canvas.draw()
        return drawn[-1].axes

    yield panels
    for fig in drawn:
        plt.close(fig)


def curves_of(ax):
    """Return style, epochs and values of each line."""
    return [(line.get_linestyle(), *(np.asarray(data).tolist() for data in line.get_data())) for line in ax.lines]


def colors_of(ax):
    return [to_hex(line.get_color()) for line in ax.lines]


def legend_of(ax):
    legend = ax.get_legend()
    return legend and {
        t.get_text(): h.get_linestyle() for t, h in zip(legend.texts, legend.legend_handles, strict=True)
    }


def test_each_number_has_a_panel_and_its_validation_is_dashed(panels):
    loss, accuracy = panels(FOUR)
    assert [loss.get_ylabel(), accuracy.get_ylabel()] == ["loss", "accuracy"]
    assert curves_of(loss) == [("-", [1, 2, 3], [3.0, 2.0, 1.0]), ("--", [1, 2, 3], [3.5, 2.5, 1.5])]
    assert curves_of(accuracy) == [("-", [1, 2, 3], [0.1, 0.2, 0.3]), ("--", [1, 2, 3], [0.0, 0.1, 0.2])]
    assert legend_of(loss) == {"training": "-", "validation": "--"}
    assert accuracy.get_legend() is None
    assert (loss.get_xlabel(), accuracy.get_xlabel()) == ("", "epoch")
    assert colors_of(loss) == colors_of(accuracy) == [COLORS["blue"], COLORS["vermilion"]]


def test_without_validation_there_is_no_legend(panels):
    loss, accuracy = panels(TWO)
    assert len(loss.lines) == len(accuracy.lines) == 1
    assert loss.get_legend() is accuracy.get_legend() is None


def test_a_validation_that_only_the_second_panel_has_is_in_the_legend(panels):
    loss, accuracy = panels({"loss": [3.0, 2.0], "val_accuracy": [0.5, 0.6]})
    assert legend_of(loss) == {"training": "-", "validation": "--"}
    assert curves_of(accuracy) == [("--", [1, 2], [0.5, 0.6])]
    assert colors_of(loss) + colors_of(accuracy) == [COLORS["blue"], COLORS["vermilion"]]


def test_epochs_are_counted_in_whole_numbers_from_1(panels):
    [ax] = panels({"loss": [2.0, 1.0]})
    assert ax.lines[0].get_xdata().tolist() == [1, 2]
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_a_single_epoch_is_a_point(panels):
    [ax] = panels({"loss": [2.0], "val_loss": [1.0]})
    assert [line.get_marker() for line in ax.lines] == ["o", "o"]
    [ax] = panels({"loss": [2.0, 1.0]})
    assert ax.lines[0].get_marker() in (None, "None", "")


def test_panels_are_equally_high_and_share_their_epochs(panels):
    axes = panels(FOUR | {"mae": [1.0, 1.0]})
    fig = axes[0].figure
    assert fig.get_size_inches().tolist() == pytest.approx([4.4, 0.6 + 3 * 1.9])
    assert len({ax.get_xlim() for ax in axes}) == 1
    heights = [ax.get_position().height for ax in axes]
    assert max(heights) - min(heights) < 1e-6
    tops = [ax.get_position().y1 for ax in axes]
    assert tops == sorted(tops, reverse=True)


def test_curves_of_nan_or_of_nothing_are_drawn_all_the_same(panels):
    [ax] = panels({"loss": [np.nan, np.nan], "val_loss": []})
    assert len(ax.lines) == 1
    assert ax.get_legend() is None


def test_learning_curves_carry_their_words_and_leave_nothing_open():
    picture = learning_curves({"loss": np.array([2.0, 1.0])}, "The loss falls from 2 to 1.")
    assert isinstance(picture, Figure)
    assert picture.alt == "The loss falls from 2 to 1."
    assert f"var(--figure-blue, {COLORS['blue']})" in picture.svg  # the house style
    assert plt.get_fignums() == []


def test_no_curve_and_no_words_are_rejected():
    with pytest.raises(ValueError, match=r"^history must hold at least one curve; got none$"):
        learning_curves({}, "Nothing.")
    with pytest.raises(ValueError, match="alt must say in words what the figure shows"):
        learning_curves(TWO, "")
    assert plt.get_fignums() == []


def test_a_drawing_without_a_size_is_refused():
    with pytest.raises(RuntimeError, match=r"^expected matplotlib's SVG to have a viewBox; it has none$"):
        figures._inline("<svg><g></g></svg>", "Nothing.", 4.4)
