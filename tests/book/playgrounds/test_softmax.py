"""Three logits: the playground's numbers are those of dlcourse."""

import numpy as np
import pytest

from dlcourse.activations import softmax
from dlcourse.losses import softmax_cross_entropy

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.mark.parametrize("temperature", [0.1, 1.0, 3.7])
def test_its_formulas_are_those_of_the_oracle(play, temperature):
    rng = np.random.default_rng(3)
    played = play("softmax")
    for z in [*rng.normal(0, 3, (5, 3)), np.array([1000.0, -1000.0, 0.0])]:
        for truth in range(3):
            got = played.math("crossEntropy", z.tolist(), truth, temperature)
            loss, grad = softmax_cross_entropy([z / temperature], [truth])
            np.testing.assert_allclose(got["p"], softmax(z / temperature), atol=1e-12)
            assert got["loss"] == pytest.approx(loss, abs=1e-9)
            np.testing.assert_allclose(got["grad"], grad[0] / temperature, atol=1e-9)


def test_it_says_what_it_computes(play):
    played = play("softmax", 390, "dark")
    for name, value in (("z0", 0), ("z1", 3), ("z2", -2), ("temperature", 2)):
        played.slide(name, value)
    played.choose("truth", "chicken")
    loss, grad = softmax_cross_entropy([[0.0, 1.5, -1.0]], [2])
    assert "chicken is right" in played.words
    assert f"loss is {loss:.3f}" in played.words
    assert f"chicken {grad[0, 2] / 2:.2f}.".replace("-", "−") in played.words
    played.press("again")
    assert "dog 0.71" in played.words or "dog 0.72" in played.words
