"""Three words that look at each other: the playground's weights and outputs are those of dlcourse."""

import numpy as np
import pytest

from dlcourse.attention import attention
from dlcourse.transformer import causal_mask, padding_mask

pytestmark = [pytest.mark.site, pytest.mark.browser]

MASKS = {
    "none": np.ones((3, 3), bool),
    "causal": causal_mask(3),
    "padding": np.broadcast_to(padding_mask([[5, 6, 0]])[0, 0], (3, 3)),
}


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("root", [True, False])
def test_its_formulas_are_those_of_the_oracle(play, kind, root):
    played, rng = play("attention"), np.random.default_rng(7)
    assert np.array_equal(played.math("mask", kind), MASKS[kind])
    for size in (1.0, 3.0, 50.0, 0.0):
        Q, K, V = size * rng.normal(size=(3, 3, 2))
        got = played.math("attention", Q.tolist(), K.tolist(), V.tolist(), MASKS[kind].tolist(), root)
        out, weights = attention(Q if root else Q * np.sqrt(2), K, V, MASKS[kind])
        np.testing.assert_allclose(got["weights"], weights, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(got["out"], out, rtol=1e-9, atol=1e-12)


def vectors(played):
    """Return the queries, keys and values of the playground."""
    return (np.array(each) for each in played.element.evaluate("e => ['q', 'k', 'v'].map(kind => e.vectors[kind])"))


def shown(played):
    """Return the texts of the two tables, scores and weights."""
    cells = played.element.locator("svg[role=img] text.pg-middle").all_text_contents()
    return [cells[4:13], cells[-9:]]


@pytest.mark.parametrize("kind", MASKS)
def test_it_shows_and_says_what_it_computes(play, kind):
    played = play("attention", 390, "dark")
    for point in played.element.locator(".pg-point").all():
        for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
            point.press(key)
    played.choose("mask", kind)
    played.element.locator("input[name=root]").uncheck()
    Q, K, V = vectors(played)
    out, weights = attention(Q * np.sqrt(2), K, V, MASKS[kind])
    for i in range(3):
        row, place = (
            ", ".join(f"{x:.2f}" for x in each).replace("-0.00", "0.00").replace("-", "−")
            for each in (weights[i], out[i])
        )
        assert f"Word {i} has the weights {row} and the output ({place})." in played.words
    scores, texts = shown(played)
    assert texts == [f"{weight:.2f}" for weight in weights.ravel()]
    expected = np.where(MASKS[kind], Q @ K.T, -np.inf)
    assert scores == [f"{s:.2f}".replace("-inf", "−∞").replace("-", "−") for s in expected.ravel()]
    assert played.element.locator(".pg-off").count() == 2 * int((~MASKS[kind]).sum())


def test_values_can_be_moved_and_outputs_stay_in_their_triangle(play):
    played = play("attention")
    played.choose("arrows", "telling")
    before = played.words
    assert played.element.locator(".pg-point").count() == 3
    played.element.locator(".pg-point").nth(1).press("ArrowRight")
    assert played.words != before
    played.choose("mask", "causal")
    _, _, V = vectors(played)
    assert f"output ({V[0][0]:.2f}, {V[0][1]:.2f})" in played.words  # word 0 sees itself alone
    corners = played.element.locator(".pg-hull").get_attribute("points")
    assert len(corners.split()) == 3
    played.choose("arrows", "matching")
    assert played.element.locator(".pg-hull").get_attribute("points") == ""


def test_start_again_brings_all_back(play):
    played = play("attention")
    before, points = played.words, played.element.locator(".pg-point")
    places = [point.get_attribute("transform") for point in points.all()]
    for point in points.all():
        point.press("ArrowDown")
    played.choose("mask", "padding")
    assert played.words != before
    played.press("again")
    assert played.words == before
    assert [point.get_attribute("transform") for point in points.all()] == places
