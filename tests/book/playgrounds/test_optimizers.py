"""The race of chapter 5: the playground's steps, surfaces and paths are those of dlcourse."""

import re

import numpy as np
import pytest

from dlcourse.datasets import SURFACES
from dlcourse.optimizers import (
    adagrad_step,
    adam_step,
    adamw_step,
    momentum_step,
    nesterov_step,
    rmsprop_step,
    sgd_step,
)

pytestmark = [pytest.mark.site, pytest.mark.browser]

RULES = {
    "sgd": sgd_step,
    "momentum": momentum_step,
    "nesterov": nesterov_step,
    "adagrad": adagrad_step,
    "rmsprop": rmsprop_step,
    "adam": adam_step,
    "adamw": adamw_step,
}
NAMES = {"sgd": "gradient descent", "momentum": "momentum", "adam": "Adam", "rmsprop": "RMSProp"}
PLACES = ("ravine", "saddle", "rosenbrock")


def path_of(rule, surface, start, lr, steps):
    """Return the weights after 0, 1, 2, ... steps of a rule."""
    path, state = [np.array(start, float)], {}
    for _ in range(steps):
        w, state = RULES[rule](path[-1], SURFACES[surface].grad(path[-1]), state, lr=lr)
        path.append(w)
    return np.array(path)


@pytest.mark.parametrize("surface", PLACES)
def test_its_surfaces_are_those_of_the_oracle(play, surface):
    played = play("optimizers")
    points = [*np.random.default_rng(5).normal(0, 3, (10, 2)), np.zeros(2), np.array([1000.0, -1000.0])]
    for w in points:
        assert played.math("value", surface, w.tolist()) == pytest.approx(SURFACES[surface].value(w), rel=1e-9)
        np.testing.assert_allclose(played.math("grad", surface, w.tolist()), SURFACES[surface].grad(w), rtol=1e-9)
    starts = played.page.evaluate("name => customElements.get('dl-optimizers').surfaces[name].start", surface)
    assert tuple(starts) == SURFACES[surface].start


@pytest.mark.parametrize("rule", RULES)
def test_its_steps_are_those_of_the_oracle(play, rule):
    played, rng, state, kept = play("optimizers"), np.random.default_rng(7), {}, {}
    for lr in (0.01, 0.3, 2.0, 0.05):
        for size in (1e-6, 1.0, 1e4):
            w, g = rng.normal(size=2), size * rng.normal(size=2)
            expected, state = RULES[rule](w, g, state, lr=lr)
            got, kept = played.math(rule, w.tolist(), g.tolist(), kept, lr)
            np.testing.assert_allclose(got, expected, rtol=1e-9)
            assert set(kept) == set(state)
            for name, remembered in state.items():
                np.testing.assert_allclose(kept[name], remembered, rtol=1e-9)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("surface", PLACES)
def test_its_paths_are_those_of_the_oracle(play, rule, surface):
    played, ends = play("optimizers"), set()
    for lr in (0.002, 0.03, 0.3):
        for start in (SURFACES[surface].start, (0.7, -0.4)):
            got = played.math("walk", rule, surface, start, lr, 40)
            expected = path_of(rule, surface, start, lr, len(got["path"]) - 1)
            np.testing.assert_allclose(got["path"], expected, rtol=1e-6, atol=1e-9)
            loss, ends = SURFACES[surface].value(expected[-1]), {*ends, got["end"]}
            assert got["loss"] == pytest.approx(loss, rel=1e-6, abs=1e-12)
            assert (got["end"] == "lost") == (np.abs(expected[-1]).max() >= 1e4)
            if got["end"] != "lost":
                assert (got["end"] == "arrived") == (surface != "saddle" and loss < 1e-3)
                assert (got["end"] == "slid") == (loss < -1)
            assert got["end"] in ("arrived", "slid", "lost") or len(got["path"]) == 41
    assert len(ends) > 1 or ends == {"onTheWay"}


@pytest.mark.parametrize(
    ("surface", "level"), [("ravine", 1.5), ("saddle", 0.4), ("saddle", -1.0), ("rosenbrock", 40.0)]
)
def test_its_lines_are_of_equal_loss(play, surface, level):
    played = play("optimizers")
    shown = played.page.evaluate("name => customElements.get('dl-optimizers').surfaces[name]", surface)
    pieces = np.array(played.math("contour", surface, level, shown["x"], shown["y"]))
    assert len(pieces) > 50
    losses, steep = SURFACES[surface].value(pieces), np.linalg.norm(SURFACES[surface].grad(pieces), axis=-1)
    cell = (shown["x"][1] - shown["x"][0]) / 100
    assert np.all(np.abs(losses - level) / steep < 0.3 * cell)  # off by less than a third of a cell
    for low, high, column in ((*shown["x"], 0), (*shown["y"], 1)):
        assert low <= pieces[..., column].min() <= pieces[..., column].max() <= high


def test_it_says_who_is_where(play):
    played = play("optimizers", 390, "dark")
    for step in range(31, 34):
        played.press("step")
        for rule in ("sgd", "momentum", "adam"):
            loss = SURFACES["ravine"].value(path_of(rule, "ravine", (-7, 2), 0.1, step)[-1])
            assert f"{NAMES[rule]}: loss {loss:.2g}." in played.words
        assert f"{step} steps with η = 0.1 from (−7, 2)" in played.words
    assert "RMSProp" not in played.words
    played.element.locator("input[name=rmsprop]").check()
    assert "RMSProp: loss" in played.words
    for box in played.element.locator("input[type=checkbox]").all():
        box.uncheck()
    assert "Nobody runs" in played.words
    assert played.element.locator(".pg-head:visible").count() == len(RULES)  # those beside the names


def test_run_goes_to_the_end_and_says_who_arrives(play):
    played = play("optimizers")
    played.press("run")
    for rule in ("momentum", "adam"):
        losses = SURFACES["ravine"].value(path_of(rule, "ravine", (-7, 2), 0.1, 150))
        assert f"{NAMES[rule]}: arrived in step {np.flatnonzero(losses < 1e-3)[0]}." in played.words
    assert played.words.startswith("150 steps")
    played.press("run")
    assert played.words.startswith("150 steps")
    played.press("again")
    assert played.words.startswith("0 steps with η = 0.1 from (−7, 2). gradient descent: loss 6.5.")


def test_a_rate_beyond_the_limit_is_said_to_grow_without_end(play):
    played = play("optimizers")
    played.slide("rate", 0.5)
    played.press("run")
    path = path_of("sgd", "ravine", (-7, 2), 10**0.5, 20)
    step = np.flatnonzero(np.abs(path).max(axis=1) >= 1e4)[0]
    assert f"gradient descent: lost in step {step}, it grows without end." in played.words
    assert not re.search("NaN|Infinity|e\\+", played.words)


def test_on_the_ridge_of_the_saddle_no_rule_gets_off(play):
    played = play("optimizers")
    played.choose("surface", "saddle")
    assert "from (1, 0.001)" in played.words
    played.press("run")
    assert "gradient descent: slid off" in played.words
    played.press("again")
    start = played.element.locator(".pg-point")
    start.press("ArrowUp")
    start.press("ArrowDown")
    assert "from (1, 0)" in played.words
    for box in played.element.locator("input[type=checkbox]").all():
        box.check()
    played.slide("rate", -1)
    played.press("run")
    assert "slid off" not in played.words
    assert "gradient descent: stands still." in played.words


def test_a_race_can_be_paused(browser, home):
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="no-preference")
    page = context.new_page()
    page.goto(home + "05_optimizers.html")
    element = page.locator("dl-optimizers")
    run, words = element.locator("button[name=run]"), element.locator("[role=status]")
    run.click()
    assert (run.text_content(), words.get_attribute("aria-live")) == ("Pause", "off")
    page.wait_for_timeout(300)
    run.click()
    assert (run.text_content(), words.get_attribute("aria-live")) == ("Run", "polite")
    steps = int(words.text_content().split()[0])
    assert 30 < steps < 150
    page.wait_for_timeout(200)
    assert int(words.text_content().split()[0]) == steps
    context.close()
