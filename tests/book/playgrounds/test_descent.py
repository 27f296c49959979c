"""The bowl of chapter 5: the playground counts steps as dlcourse does."""

import numpy as np
import pytest

from dlcourse.optimizers import gradient_descent

pytestmark = [pytest.mark.site, pytest.mark.browser]

BOWL = np.array([1.0, 10.0])


def walk(lr, steps):
    """Return the weights after 0, 1, 2, ... steps from (1, 1)."""
    return gradient_descent(lambda w: BOWL * w, [1.0, 1.0], lr, steps)


def test_its_walks_are_those_of_the_oracle(play):
    played = play("descent")
    for lr in (0.001, 0.02, 2 / 11, 0.199, 0.2, 0.201, 0.22):
        got = played.math("walk", lr)
        expected = walk(lr, len(got["path"]) - 1)
        np.testing.assert_allclose(got["path"], expected, rtol=1e-9, atol=1e-12)
        below = np.flatnonzero(np.abs(expected).max(axis=1) < 1e-3)
        assert (got["end"] == "arrives") == (lr < 0.2)
        assert below.tolist() == ([len(expected) - 1] if lr < 0.2 else [])


@pytest.mark.parametrize(("width", "mode"), [(390, "dark"), (1400, "light")])
def test_it_says_how_many_steps_it_takes(play, width, mode):
    played = play("descent", width, mode)
    for lr in (0.001, 0.02, 0.182, 0.199):
        played.slide("lr", lr)
        steps = np.flatnonzero(np.abs(walk(lr, 8000)).max(axis=1) < 1e-3)[0]
        assert f": {steps} steps until" in played.words
        assert (
            f"flat weight by {1 - lr:.3f} and the steep weight by {1 - 10 * lr:.3f}.".replace("-", "−") in played.words
        )
        assert str(steps) in played.element.get_by_role("img").get_attribute("aria-label")


def test_it_says_when_it_never_arrives(play):
    played = play("descent")
    played.slide("lr", 0.199)
    played.element.locator("input").press("ArrowRight")
    assert "jumps from wall to wall for ever" in played.words
    assert "steep weight by −1.000." in played.words
    played.slide("lr", 0.21)
    assert "grow without end" in played.words
    assert "steep weight by −1.100." in played.words
    played.press("again")
    assert played.words.startswith("η = 0.020: 342 steps")
