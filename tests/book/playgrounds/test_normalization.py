"""Two normalizations on a page: the playground's numbers are those of dlcourse."""

import numpy as np
import pytest

from dlcourse.normalization import batchnorm_forward, layernorm_forward

pytestmark = [pytest.mark.site, pytest.mark.browser]


def batches():
    """Yield batches of several sizes, one of equal numbers, and one of large ones."""
    rng = np.random.default_rng(6)
    yield from (rng.normal(3, 2, (n, 6)) for n in (1, 2, 4))
    yield np.full((3, 6), 7.0)
    yield rng.normal(0, 1e6, (4, 6))


def test_its_formulas_are_those_of_the_oracle(play):
    played, rng = play("normalization"), np.random.default_rng(7)
    for X in batches():
        gamma, beta = rng.normal(size=(2, 6))
        running = {"mean": rng.normal(size=6), "var": rng.uniform(0.1, 3, 6)}
        shown = [
            {"mean": m, "variance": v}
            for m, v in zip(*(running[name].tolist() for name in ("mean", "var")), strict=True)
        ]
        learned = gamma.tolist(), beta.tolist()
        tested = batchnorm_forward(X, gamma, beta, running, training=False)
        np.testing.assert_allclose(played.math("batchnorm", X.tolist(), shown, *learned), tested, rtol=1e-6, atol=1e-9)
        trained = batchnorm_forward(X, gamma, beta, running)
        np.testing.assert_allclose(played.math("batchnorm", X.tolist(), None, *learned), trained, rtol=1e-6, atol=1e-9)
        after = played.math("remember", shown, X.tolist())
        np.testing.assert_allclose([each["mean"] for each in after], running["mean"], rtol=1e-9)
        np.testing.assert_allclose([each["variance"] for each in after], running["var"], rtol=1e-9)
        layer = layernorm_forward(X, gamma, beta)
        np.testing.assert_allclose(played.math("layernorm", X.tolist(), *learned), layer, rtol=1e-6, atol=1e-9)


def tables(played):
    """Return the inputs and the outputs that are shown."""
    shown = [text for text in played.element.locator("svg text.pg-middle").all_text_contents() if text]
    return np.array([float(text.replace("−", "-")) for text in shown]).reshape(2, -1, 6)


def changed(played):
    """Return the places (row, column) of the outputs with a thick frame."""
    boxes = played.element.locator("svg .pg-cell").all()[24:]
    return [divmod(number, 6) for number, box in enumerate(boxes) if "pg-new" in box.get_attribute("class").split()]


def test_what_it_shows_is_what_the_oracle_computes(play):
    played, running = play("normalization"), {"mean": np.zeros(6), "var": np.ones(6)}
    X, out = tables(played)
    np.testing.assert_allclose(out, batchnorm_forward(X, np.ones(6), np.zeros(6), running), atol=0.005)
    assert (
        f"feature 3 has the mean {X[:, 2].mean():.2f} and the variance {X[:, 2].var():.2f}".replace("-", "−")
        in played.words
    )
    played.press("step")
    for steps in (2, 3):
        played.press("step")
        batchnorm_forward(X, np.ones(6), np.zeros(6), running)
        assert f"running mean is {running['mean'][2]:.2f} after {steps} training".replace("-", "−") in played.words
    played.choose("mode", "test")
    stored = f"running mean {running['mean'][2]:.2f} and the running variance {running['var'][2]:.2f}, after 3 training"
    assert stored.replace("-", "−") in played.words
    expected = batchnorm_forward(X, np.ones(6), np.zeros(6), running, training=False)
    np.testing.assert_allclose(tables(played)[1], expected, atol=0.005)
    assert played.element.locator("button[name=step]").is_disabled()
    played.choose("layer", "features")
    np.testing.assert_allclose(tables(played)[1], layernorm_forward(X, np.ones(6), np.zeros(6)), atol=0.005)
    assert "the same as in training" in played.words


@pytest.mark.parametrize(
    ("layer", "mode", "places", "said"),
    [
        ("batch", "training", [(i, 2) for i in range(4)], "4 of 24 outputs have changed, in 4 of 4 samples"),
        ("batch", "test", [(0, 2)], "1 of 24 outputs have changed, in 1 of 4 samples"),
        ("features", "training", [(0, j) for j in range(6)], "6 of 24 outputs have changed, in 1 of 4 samples"),
        ("features", "test", [(0, j) for j in range(6)], "6 of 24 outputs have changed, in 1 of 4 samples"),
    ],
)
def test_it_marks_the_outputs_that_a_number_changes(play, layer, mode, places, said):
    played = play("normalization", 390, "dark")
    played.choose("layer", layer)
    played.choose("mode", mode)
    assert changed(played) == []
    assert "see which outputs change" in played.words
    played.slide("value", -7.5)
    assert changed(played) == places
    assert said in played.words
    assert played.element.locator(".pg-frame").is_visible() == ((layer, mode) != ("batch", "test"))
    played.press("again")
    assert changed(played) == []


def test_a_batch_of_one_gives_0_and_of_two_plus_and_minus_1(play):
    played = play("normalization")
    played.choose("samples", "2")
    np.testing.assert_allclose(np.abs(tables(played)[1]), 1, atol=0.005)
    played.choose("samples", "1")
    played.slide("value", 4)
    assert np.all(tables(played)[1] == 0)
    assert "all outputs are 0" in played.words
    before = tables(played)[0]
    played.press("data")
    assert not np.array_equal(tables(played)[0], before)
