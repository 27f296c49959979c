"""Dropout on a page: the playground drops and scales as dlcourse does."""

import re

import numpy as np
import pytest

from dlcourse.regularization import dropout_forward

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.85, 1.0])
def test_its_formula_is_that_of_the_oracle(play, rate):
    played = play("dropout")
    for seed in range(5):
        x = np.random.default_rng(100 + seed).normal(0, 10, (4, 6))
        u = np.random.default_rng(seed).random((4, 6), np.float32)
        out, scale = dropout_forward(x, rate, np.random.default_rng(seed))
        got = played.math("dropout", x.tolist(), u.tolist(), rate)
        np.testing.assert_allclose(got["scale"], scale, rtol=1e-9)
        np.testing.assert_allclose(got["out"], out, rtol=1e-9)


def test_its_mean_is_that_of_its_draws(play):
    played, rate = play("dropout"), 0.3
    x = np.arange(24.0).reshape(4, 6)
    draws = np.array([played.math("table", number) for number in range(1, 41)])
    mean = np.where(draws >= rate, x / (1 - rate), 0).mean(axis=0)
    np.testing.assert_allclose(played.math("mean", x.tolist(), rate, 40), mean, rtol=1e-9)


def test_its_draws_are_uniform_and_do_not_repeat(play):
    played = play("dropout")
    draws = np.array([played.math("table", number) for number in range(1, 301)])
    assert 0 <= draws.min() < 0.01 < 0.99 < draws.max() < 1
    assert abs(draws.mean() - 0.5) < 0.01
    assert abs(draws.var() - 1 / 12) < 0.003
    assert len(np.unique(draws)) == draws.size
    assert np.all(np.abs(draws.mean(axis=0) - 0.5) < 0.1)  # every place of the table


def test_it_says_how_many_units_are_off(play):
    played, found = play("dropout", 390, "dark"), set()
    played.slide("rate", 0.25)
    for draw in range(2, 8):
        played.press("next")
        off = int(np.sum(np.array(played.math("table", draw)) < 0.25))
        assert f"r = 0.25, draw {draw}: {off} of 24 units are off, 6.0 on average." in played.words
        assert "multiplied by 1.33" in played.words
        assert played.element.locator(".pg-cross:visible").count() == off
        found.add(off)
    assert len(found) > 2


def test_many_draws_bring_the_mean_to_the_output(play):
    played = play("dropout")
    errors = []
    for _ in range(6):
        errors.append(float(re.search(r"by (\d+\.\d+) on average\.", played.words)[1]))
        played.press("many")
    assert errors[-1] < 0.2 * errors[0]
    assert "draw 601" in played.words
    played.press("again")
    assert "draw 1:" in played.words


def test_in_a_test_nothing_is_off_and_with_rate_1_everything(play):
    played = play("dropout")
    played.slide("rate", 1)
    assert "all units are off" in played.words
    assert played.element.locator(".pg-cross:visible").count() == 24
    played.choose("mode", "test")
    assert "no unit is off and nothing is scaled" in played.words
    assert played.element.locator(".pg-cross:visible").count() == 0
    before, after, mean = np.array(played.element.locator("svg text.pg-middle").all_text_contents()).reshape(3, 24)
    assert np.array_equal(before, after)
    assert np.array_equal(before, mean)
    played.press("data")
    other = played.element.locator("svg text.pg-middle").all_text_contents()[:24]
    assert other != before.tolist()
