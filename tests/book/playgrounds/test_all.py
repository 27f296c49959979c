"""What holds for every playground: light, in two languages, at home on every screen and with every hand."""

import re

import pytest

from tests.book.playgrounds.play import PLACES, Play
from tests.book.reader import MODES, WIDTHS, Visit, contrast_violations, structure_violations, wide_elements

pytestmark = [pytest.mark.site, pytest.mark.browser]

HANGUL = re.compile("[가-힣]")
LARGEST = 15_000  # bytes of a script
KEYS = {  # a key that changes something, for each kind of control
    "input[type=range]": "ArrowLeft",
    "select": "ArrowDown",
    "input[type=checkbox]": "Space",
    ".pg-point": "ArrowLeft",
}
SMALLEST_TARGET = 24  # pixels (WCAG 2.2, success criterion 2.5.8)


@pytest.fixture(params=PLACES)
def name(request):
    return request.param


def look(element):
    """Return all that a reader can see or hear of a playground."""
    return element.evaluate(
        """e => [e.querySelector('[role=status]').textContent, e.querySelector('.pg-scene').innerHTML,
          ...[...e.querySelectorAll('.pg-value')].map(o => o.textContent)].join('|')"""
    )


def test_every_script_has_a_place_and_is_small(root):
    sizes = {path.stem: path.stat().st_size for path in (root / "book/_playgrounds").glob("*.js")}
    assert sizes.pop("playground") < LARGEST
    assert set(sizes) == set(PLACES)
    assert max(sizes.values()) < LARGEST, sizes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_there_and_breaks_no_rule(name, width, mode, play):
    played = play(name, width, mode)
    assert played.element.locator(".fallback").is_hidden()
    assert played.words
    played.page.evaluate(
        """name => { const only = document.querySelector(`dl-${name}`).closest('.playground');
          document.querySelector('main').replaceChildren(only); }""",
        name,
    )
    assert wide_elements(played.page) == []
    assert contrast_violations(played.page) == []
    found = [each for each in structure_violations(played.page) if "playground" in each or f"dl-{name}" in each]
    assert found == []
    assert (played.visit.errors, played.visit.outside, played.visit.failed) == ([], [], [])


@pytest.mark.parametrize("width", WIDTHS)
def test_whatever_can_be_hit_is_large_enough(name, width, play):
    played = play(name, width)
    for target in played.element.locator("input, select, button, .pg-reach").all():
        if target.is_visible():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= SMALLEST_TARGET, target.evaluate("e => e.outerHTML")


def test_every_control_answers_to_the_keyboard(name, play):
    played = play(name)
    for kind, key in KEYS.items():
        for control in played.element.locator(kind).all():
            before = look(played.element)
            control.focus()
            control.press(key)
            assert look(played.element) != before, control.evaluate("e => e.outerHTML")
    for button in played.element.locator("button").all():
        if button.is_enabled():
            button.focus()
            button.press("Enter")
    assert played.visit.errors == []


def test_every_control_is_a_stop_of_the_tab_key_with_a_visible_focus(name, play):
    played = play(name)
    controls = played.element.locator("input, select, button:enabled, .pg-point")
    controls.first.focus()
    for number in range(1, controls.count()):
        played.page.keyboard.press("Tab")
        assert controls.nth(number).evaluate("e => e === document.activeElement"), number
        marked = controls.nth(number).evaluate(
            """e => e.matches(':focus-visible') && (getComputedStyle(e).outlineStyle !== 'none'
              || getComputedStyle(e.querySelector('.pg-reach')).stroke !== 'none')"""
        )
        assert marked, number


def test_buttons_points_and_sliders_answer_to_a_finger(name, on_a_phone):
    played = Play(on_a_phone, name)
    for button in played.element.locator("button:enabled").all():
        button.tap()
    for slider in played.element.locator("input[type=range]").all():
        before, box = slider.input_value(), slider.bounding_box()
        for share in (0.1, 0.9):
            slider.tap(position={"x": share * box["width"], "y": box["height"] / 2})
        assert slider.input_value() != before
    points = played.element.locator(".pg-point")
    if points.count():
        before = points.first.get_attribute("aria-label")
        points.first.tap()
        plane = played.element.locator("svg:has(.pg-point)").first
        box = plane.bounding_box()
        plane.tap(position={"x": 0.31 * box["width"], "y": 0.83 * box["height"]}, force=True)
        assert points.first.get_attribute("aria-label") != before
    assert played.visit.errors == []


def test_points_can_be_dragged_with_the_mouse(name, play):
    played = play(name)
    for point in played.element.locator(".pg-point").all():
        point.scroll_into_view_if_needed()
        before, box = point.get_attribute("aria-label"), point.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        played.page.mouse.move(x, y)
        played.page.mouse.down()
        played.page.mouse.move(x + 9, y - 7, steps=3)
        played.page.mouse.move(x + 12, y - 14, steps=3)
        played.page.mouse.up()
        assert point.get_attribute("aria-label") != before


def test_it_speaks_the_language_of_the_page(name, play):
    played = play(name)
    words = played.page.evaluate("name => customElements.get(`dl-${name}`).words", name)
    assert set(words["en"]) == set(words["ko"])
    slots = {language: {k: sorted(re.findall(r"\{\w+\}", v)) for k, v in words[language].items()} for language in words}
    assert slots["en"] == slots["ko"]
    english = played.words
    said = played.page.evaluate(
        """name => { document.documentElement.lang = 'ko'; const other = document.createElement(`dl-${name}`);
          document.querySelector('.playground').append(other);
          return [...other.querySelectorAll('[role=status], button, option, label > span')]
            .map(e => e.textContent); }""",
        name,
    )
    assert HANGUL.search(said[-1] + said[0])
    assert not HANGUL.search("".join(words["en"].values()))
    assert not any("undefined" in each or "{" in each for each in [*said, english])


def test_it_works_from_disk(name, browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    visit = Visit(context.new_page(), site.as_uri() + "/")
    played = Play(visit, name)
    before = look(played.element)
    control = played.element.locator("input[type=range], .pg-point").first
    control.focus()
    control.press("ArrowLeft")
    assert look(played.element) != before
    assert (visit.errors, visit.outside) == ([], [])
    context.close()
