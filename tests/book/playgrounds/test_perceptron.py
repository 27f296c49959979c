"""A perceptron that learns: the playground takes the same path as dlcourse."""

import re

import numpy as np
import pytest

from dlcourse.perceptron import perceptron_epoch, perceptron_fit, perceptron_predict, truth_inputs
from tests.book.playgrounds.play import Play
from tests.book.reader import Visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}


def random_sets(rng, count):
    """Yield points on the playground's grid with random labels, and weights to start from."""
    for _ in range(count):
        n = int(rng.integers(1, 9))
        yield rng.integers(-12, 29, (n, 2)) / 16, rng.integers(0, 2, n), rng.integers(-40, 41, 3) / 16


def test_its_path_is_that_of_the_oracle(play):
    played = play("perceptron")
    for X, y, _ in random_sets(np.random.default_rng(1), 30):
        got = played.math("fit", X.tolist(), y.tolist(), 60)
        w, b, mistakes = perceptron_fit(X, y, max_epochs=len(got["history"]))
        assert got["history"] == mistakes
        assert [*got["w"], got["b"]] == [*w, b]
        assert got["updates"] == sum(mistakes)
        assert (got["end"] == "settled") == (mistakes[-1] == 0)


def test_every_single_update_and_every_epoch_is_that_of_the_oracle_from_any_weights(play):
    played = play("perceptron")
    for X, y, (w1, w2, b) in random_sets(np.random.default_rng(2), 20):
        w, old = np.array([w1, w2]), (np.array([w1, w2]), b)
        for x, label in zip(X, y, strict=True):
            got = played.math("correct", x.tolist(), int(label), w.tolist(), b)
            assert got["error"] == label - perceptron_predict(x, w, b)
            w, b, _ = perceptron_epoch(x[None], label[None], w, b)
            assert [*got["w"], got["b"]] == [*w, b]
        got = played.math("fit", X.tolist(), y.tolist(), 1, old[0].tolist(), old[1])
        w, b, mistakes = perceptron_epoch(X, y, *old)
        assert ([*got["w"], got["b"]], got["history"]) == ([*w, b], [mistakes])


def test_it_calls_a_cycle_what_is_one_and_nothing_else(play):
    played = play("perceptron")
    found = 0
    for X, y, _ in random_sets(np.random.default_rng(4), 40):
        got = played.math("fit", X.tolist(), y.tolist(), 300)
        if got["end"] != "cycle":
            continue
        found += 1
        state = (np.zeros(2), 0.0)
        seen = [(0.0, 0.0, 0.0)]
        for _ in got["history"]:
            *state, mistakes = perceptron_epoch(X, y, *state)
            assert mistakes > 0
            seen.append((*state[0], state[1]))
        assert seen[got["before"]] == seen[-1]
        assert len(set(seen[:-1])) == len(seen) - 1
    assert found > 5


def test_the_shaded_part_is_where_the_answer_is_1(play):
    played = play("perceptron")
    rng = np.random.default_rng(5)
    for w, b in zip(rng.normal(size=(20, 2)), rng.normal(0, 0.7, 20), strict=True):
        got = played.math("sideOfOnes", w.tolist(), b, -0.75, 1.75)
        for end in got["line"]:
            assert np.dot(w, end) + b == pytest.approx(0, abs=1e-9)
        polygon = np.array(got["polygon"]).reshape(-1, 2)
        ahead = np.roll(polygon, -1, axis=0) - polygon
        for x in rng.uniform(-0.75, 1.75, (20, 2)):
            offset = x - polygon
            inside = len(polygon) > 0 and np.all(ahead[:, 0] * offset[:, 1] - ahead[:, 1] * offset[:, 0] >= 0)
            assert inside == perceptron_predict(x, w, b)


def test_the_two_clouds_lie_on_the_grid_and_can_be_separated(play):
    played = play("perceptron")
    clouds = played.page.evaluate("customElements.get('dl-perceptron').samples.clouds")
    data = np.array(clouds)
    np.testing.assert_array_equal(data[:, :2] * 16 % 1, 0)
    w, b, mistakes = perceptron_fit(data[:, :2], data[:, 2])
    assert mistakes[-1] == 0
    played.choose("data", "clouds")
    played.press("run")
    assert f"it has settled after {sum(mistakes)} updates. w = ({w[0]:g}, {w[1]:g}), b = {b:g}" in played.words.replace(
        "−", "-"
    )


def test_each_sample_is_told_with_its_sum_and_its_update(play):
    played = play("perceptron", 390, "dark")
    X, y, w, b = truth_inputs(2), np.array(GATES["AND"]), np.zeros(2), 0.0
    updates = 0
    for epoch in (1, 2, 3):
        for k in range(4):
            played.press("step")
            z = X[k] @ w + b
            w, b, wrong = perceptron_epoch(X[[k]], y[[k]], w, b)
            updates += wrong
            said = played.words.replace("−", "-")
            assert f"Epoch {epoch}, sample {k + 1} of 4: ({X[k, 0]:g}, {X[k, 1]:g}) has the label {y[k]}." in said
            assert f"z = {z:g}, so the answer is {int(z > 0)}: {'wrong' if wrong else 'right'}" in said
            assert f"w = ({w[0]:g}, {w[1]:g}), b = {b:g}." in said
            assert f"Updates so far: {updates}." in said


def test_a_whole_epoch_without_a_mistake_is_called_settled(play):
    played = play("perceptron")
    for gate in ("AND", "OR"):
        w, _, mistakes = perceptron_fit(truth_inputs(2), GATES[gate])
        played.choose("data", gate)
        played.press("run")
        assert f"Epoch {len(mistakes)} had no mistake" in played.words
        assert f"settled after {sum(mistakes)} updates. w = ({w[0]:g}, {w[1]:g})" in played.words
        assert played.element.locator(".pg-point .pg-wrong:visible").count() == 0
        assert f"Mistakes in each epoch: {', '.join(map(str, mistakes))}" in played.element.text_content()


def test_a_picture_without_a_line_says_the_one_answer(play):
    played = play("perceptron")
    shown = [played.element.locator("svg text", has_text=re.compile(f"^answer {answer}$")) for answer in (0, 1)]
    assert [text.is_visible() for text in shown] == [True, False]
    played.choose("data", "XOR")
    for _ in range(7):
        played.press("step")
    assert "w = (0, 1), b = 2" in played.words
    assert [text.is_visible() for text in shown] == [False, True]
    played.press("step")
    assert [text.is_visible() for text in shown] == [True, True]


def test_xor_never_settles_and_its_weights_are_shown_to_come_back(play):
    played = play("perceptron")
    played.choose("data", "XOR")
    played.press("run")
    _, _, mistakes = perceptron_fit(truth_inputs(2), GATES["XOR"], max_epochs=3)
    assert "After epoch 3 the weights are again what they were after epoch 2" in played.words
    assert f"never settles. Updates so far: {sum(mistakes)}." in played.words
    assert played.element.locator(".pg-point .pg-wrong:visible").count() > 0
    played.press("run")
    _, _, mistakes = perceptron_fit(truth_inputs(2), GATES["XOR"], max_epochs=4)
    assert "After epoch 4 the weights are again what they were after epoch 3" in played.words
    assert f"never settles. Updates so far: {sum(mistakes)}." in played.words


def test_a_point_that_is_moved_is_learned_from_where_the_line_stands(play):
    played = play("perceptron")
    played.choose("data", "OR")
    played.press("run")
    w, b, _ = perceptron_fit(truth_inputs(2), GATES["OR"])
    point = played.element.locator(".pg-point").nth(3)
    point.focus()
    for _ in range(24):
        point.press("ArrowLeft")
        point.press("ArrowDown")
    X = truth_inputs(2)
    X[3] = 1 - 24 / 16
    assert f"point 4, label 1: {X[3, 0]:.2f}".replace("-", "−") in point.get_attribute("aria-label")
    wrong = int((perceptron_predict(X, w, b) != GATES["OR"]).sum())
    assert wrong > 0
    assert f"w = ({w[0]:g}, {w[1]:g}), b = {b:g}. Answered wrongly: {wrong} of 4" in played.words
    assert played.element.locator(".pg-point .pg-wrong:visible").count() == wrong
    played.press("forget")
    assert "w = (0, 0), b = 0" in played.words
    assert "−0.50, −0.50" in point.get_attribute("aria-label")
    played.press("again")
    assert "point 4, label 1: 1.00, 1.00" in played.element.locator(".pg-point").nth(3).get_attribute("aria-label")


def test_it_moves_by_itself_is_silent_meanwhile_and_can_be_stopped(browser, home):
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="no-preference")
    played = Play(Visit(context.new_page(), home), "perceptron")
    status = played.element.locator("[role=status]")
    assert status.get_attribute("aria-live") == "polite"
    played.press("run")
    assert played.element.locator("button[name=run]").text_content() == "Pause"
    assert status.get_attribute("aria-live") == "off"
    played.page.wait_for_function("document.querySelector('dl-perceptron').learner.updates > 1")
    played.press("run")
    assert played.element.locator("button[name=run]").text_content() == "Run"
    assert status.get_attribute("aria-live") == "polite"
    words = played.words
    played.page.wait_for_timeout(700)
    assert played.words == words
    played.press("run")
    played.page.wait_for_function("document.querySelector('dl-perceptron').learner.end === 'settled'")
    assert "settled after 10 updates" in played.words
    assert status.get_attribute("aria-live") == "polite"
    counts = played.page.evaluate(
        """async () => { const [element, counts] = [document.querySelector('dl-perceptron'), [0, 0]];
          element.play(() => { counts[0] += 1; }, 5);
          await new Promise(done => element.play(() => { counts[1] += 1; return counts[1] < 9 || done(); }, 5));
          element.stop();
          return counts; }"""
    )
    assert counts == [0, 9]  # who begins to move again does not go on with the motion before
    assert played.visit.errors == []
    context.close()
