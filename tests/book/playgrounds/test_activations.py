"""Activation functions and chains of them: the playground's numbers are those of dlcourse."""

import re

import numpy as np
import pytest

from dlcourse import activations

pytestmark = [pytest.mark.site, pytest.mark.browser]

ORACLE = {
    "sigmoid": (activations.sigmoid, activations.sigmoid_grad),
    "tanh": (activations.tanh, activations.tanh_grad),
    "relu": (activations.relu, activations.relu_grad),
    "leaky": (lambda z: activations.leaky_relu(z, 0.1), lambda z: activations.leaky_relu_grad(z, 0.1)),
    "gelu": (activations.gelu, activations.gelu_grad),
}


@pytest.mark.parametrize("name", ORACLE)
def test_its_functions_and_slopes_are_those_of_the_oracle(play, name):
    played = play("activations")
    z = np.array([*np.random.default_rng(2).normal(0, 3, 40), 0.0, 8.0, -8.0, 30.0, -30.0, 1000.0, -1000.0])
    script = "([name, z]) => z.map(each => customElements.get('dl-activations').math[name](each))"
    for call, oracle in zip((name, f"{name}Slope"), ORACLE[name], strict=True):
        got = played.page.evaluate(script, [call, z.tolist()])
        np.testing.assert_allclose(np.array(got, float), oracle(z), rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", ORACLE)
def test_what_arrives_after_each_link_is_the_chain_gradient_of_the_oracle(play, name):
    played = play("activations")
    f, f_grad = ORACLE[name]
    for z in (-3.0, -0.4, 0.0, 0.5, 1.4, 4.0):
        got = played.math("chain", name, z, 50)
        if name in ("sigmoid", "tanh", "relu"):
            want = [activations.chain_gradients(z, np.ones(links), name)[0] for links in range(51)]
        else:
            want, a = [1.0], np.array(z)
            for _ in range(50):
                want.append(want[-1] * float(f_grad(a)))
                a = f(a)
        np.testing.assert_allclose(got["arrives"], want, rtol=1e-8, atol=1e-300)
        np.testing.assert_allclose(np.cumprod([1, *got["slopes"]]), got["arrives"], rtol=1e-12, atol=1e-300)


def test_it_says_what_it_computes(play):
    played = play("activations", 390, "dark")
    for name, (f, f_grad) in ORACLE.items():
        played.choose("function", name)
        for z, depth in ((-1.5, 1), (0.75, 8), (2.2, 50)):
            played.slide("z", z)
            played.slide("depth", depth)
            said = played.words.replace("−", "-").replace("\u00a0", " ")
            assert f"at z = {z:.2f}: value {f(z):.3f}, slope {f_grad(z):.3f}." in said
            share = played.math("chain", name, z, depth)["arrives"][-1]
            if depth == 1:
                assert "one link" in said
            elif share == 0:
                assert "nothing arrives" in said
            elif share == 1:
                assert "all of a movement" in said
            elif share < 0.001:
                assert "vanished" in said
                digits, power = re.search(r"links (-?[\d.]+) · 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+) arrives", said).groups()
                power = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
                assert float(f"{digits}e{power}") == pytest.approx(share, rel=0.06)
            else:
                shown = re.search(r"links ([\d.]+) arrives", said)[1]
                assert float(shown) == pytest.approx(share, abs=6e-4)


def test_a_dead_link_and_a_corner_are_said_to_be_so(play):
    played = play("activations")
    played.choose("function", "relu")
    played.slide("z", -1)
    assert "nothing arrives: the slope of link 1 is 0" in played.words
    played.slide("z", 0)
    assert "by convention it is 0.000" in played.words
    played.choose("function", "leaky")
    assert "by convention it is 0.100" in played.words
    played.choose("function", "gelu")
    assert "convention" not in played.words
    played.slide("depth", 7)
    played.press("again")
    assert "GELU at z = 0.50" in played.words
    assert "After 20 links" in played.words


def test_the_point_follows_the_mouse_along_the_curve(play):
    played = play("activations")
    played.choose("function", "tanh")
    point, plane = played.element.locator(".pg-point"), played.element.locator("svg:has(.pg-point)")
    assert "arrow keys" in played.element.locator("svg:has(.pg-point) + p").text_content()
    point.scroll_into_view_if_needed()
    start, box = point.bounding_box(), plane.bounding_box()
    played.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    played.page.mouse.down()
    played.page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 5, steps=4)
    played.page.mouse.up()
    z = float(played.element.locator("input[name=z]").input_value())
    assert z == pytest.approx(-2, abs=0.03)
    assert f"value {np.tanh(z):.3f}".replace("-", "−") in played.words
    assert point.get_attribute("aria-label") == f"point on the curve: {z:.2f}, {np.tanh(z):.2f}".replace("-", "−")
