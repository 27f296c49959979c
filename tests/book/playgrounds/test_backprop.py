"""Forward and back through a graph: the playground's numbers are those of dlcourse's engine."""

import numpy as np
import pytest

from dlcourse.backpropagation import Value, backward
from tests.book.playgrounds.play import Play
from tests.book.reader import Visit

pytestmark = [pytest.mark.site, pytest.mark.browser]

INPUTS = {"neuron": ["w₁", "x₁", "w₂", "x₂", "b"], "twice": ["a", "b"]}


def neuron(w1, x1, w2, x2, b):
    """Return the nodes of the neuron of the chapter by the names of the playground."""
    p1, p2 = w1 * x1, w2 * x2
    z = p1 + p2 + b
    a = z.relu()
    u = a - 1
    return {"p₁": p1, "p₂": p2, "z": z, "a": a, "u": u, "L": u**2}


def twice(a, b):
    """Return the nodes of y = ab + a."""
    p = a * b
    return {"p": p, "y": p + a}


ORACLE = {"neuron": neuron, "twice": twice}


def compute(graph, numbers):
    """Return all nodes of a graph, computed forward and back by the oracle; the last is the end."""
    inputs = dict(zip(INPUTS[graph], map(Value, numbers), strict=True))
    nodes = inputs | ORACLE[graph](*inputs.values())
    backward(list(nodes.values())[-1])
    return nodes


def shown(number):
    """Write a number as the playground does: at most two digits, a real minus sign."""
    return f"{round(number, 2):g}".replace("-", "−")


@pytest.mark.parametrize("graph", INPUTS)
def test_all_values_and_gradients_are_those_of_the_oracle(play, graph):
    played = play("backprop")
    rng = np.random.default_rng(4)
    draws = [
        *rng.normal(0, 2, (20, len(INPUTS[graph]))),
        np.zeros(len(INPUTS[graph])),
        rng.normal(0, 1e3, len(INPUTS[graph])),
    ]
    for numbers in draws:
        nodes = compute(graph, numbers.tolist())
        got = played.math("backward", graph, dict(zip(INPUTS[graph], numbers.tolist(), strict=True)))
        assert set(got["values"]) == set(got["grads"]) == set(nodes)
        for name, node in nodes.items():
            assert got["values"][name] == pytest.approx(node.data, rel=1e-12, abs=1e-12), name
            assert got["grads"][name] == pytest.approx(node.grad, rel=1e-12, abs=1e-12), name
        assert {visit["name"] for visit in got["visits"]} == set(nodes) - set(INPUTS[graph])


@pytest.mark.parametrize("graph", INPUTS)
def test_the_shares_of_a_node_add_up_to_its_gradient(play, graph):
    numbers = np.random.default_rng(5).normal(0, 2, len(INPUTS[graph])).tolist()
    got = play("backprop").math("backward", graph, dict(zip(INPUTS[graph], numbers, strict=True)))
    totals = {}
    for visit in got["visits"]:
        for share in visit["shares"]:
            assert share["share"] == pytest.approx(share["slope"] * visit["grad"])
            totals.setdefault(share["parent"], []).append(share["share"])
    for name, shares in totals.items():
        assert sum(shares) == pytest.approx(got["grads"][name]), name
    assert [name for name, shares in totals.items() if len(shares) > 1] == (["a"] if graph == "twice" else [])


def test_it_walks_the_example_of_the_chapter_and_says_each_product(play):
    played = play("backprop", 390, "dark")
    steps = [
        "Forward, 1 of 6: p₁ = w₁ · x₁ = 3 · 2 = 6.",
        "Forward, 2 of 6: p₂ = w₂ · x₂ = −1 · 1 = −1.",
        "Forward, 3 of 6: z = p₁ + p₂ + b = 6 + (−1) + (−2) = 3.",
        "Forward, 4 of 6: a = relu(z) = relu(3) = 3.",
        "Forward, 5 of 6: u = a − 1 = 3 − 1 = 2.",
        "Forward, 6 of 6: L = u² = 2² = 4.",
        "Back, 1 of 7: the gradient of L by itself is 1.",
        "Back, 2 of 7: at L the gradient 1 has arrived. To u: local slope 2u = 4, times 1 is 4.",
        "Back, 3 of 7: at u the gradient 4 has arrived. To a: local slope 1, times 4 is 4.",
        "Back, 4 of 7: at a the gradient 4 has arrived. To z: local slope 1, since z is positive, times 4 is 4.",
        "Back, 5 of 7: at z the gradient 4 has arrived. To p₁: local slope 1, times 4 is 4. To p₂:",
        "Back, 6 of 7: at p₂ the gradient 4 has arrived. To w₂: local slope x₂ = 1, times 4 is 4. "
        "To x₂: local slope w₂ = −1, times 4 is −4.",
        "Back, 7 of 7: at p₁ the gradient 4 has arrived. To w₁: local slope x₁ = 2, times 4 is 8. "
        "To x₁: local slope w₁ = 3, times 4 is 12. All gradients are there: "
        "∂L/∂w₁ = 8, ∂L/∂x₁ = 12, ∂L/∂w₂ = 4, ∂L/∂x₂ = −4, ∂L/∂b = 4.",
    ]
    for step in steps:
        played.press("next")
        assert played.words.startswith(step)
    last = played.words
    played.press("next")
    assert played.words == last
    played.press("previous")
    assert played.words.startswith(steps[-2])
    played.press("again")
    assert "The inputs are known" in played.words


def test_the_picture_shows_what_is_known_so_far_and_no_more(play):
    played = play("backprop")
    values, grads = (played.element.locator(f"svg [class*='{look}']") for look in ("pg-value-text", "pg-grad-text"))

    def numbers(texts):
        return [text for text in texts.all_text_contents()[1:] if text]  # the first is the key

    assert numbers(values) == ["3", "2", "−1", "1", "−2"]
    assert numbers(grads) == []
    for _ in range(3):
        played.press("next")
    assert numbers(values) == ["3", "2", "−1", "1", "−2", "6", "−1", "3"]
    for _ in range(5):
        played.press("next")
    assert numbers(grads) == ["4", "1"]
    played.press("run")
    nodes = compute("neuron", [3, 2, -1, 1, -2])
    assert numbers(values) == [shown(node.data) for node in nodes.values()]
    assert numbers(grads) == [shown(node.grad) for node in nodes.values()]


def test_inputs_can_be_changed_at_the_end_and_a_silent_unit_sends_nothing_back(play):
    played = play("backprop")
    played.press("run")
    for name, value in (("w1", 1.5), ("x2", -2.5), ("b", 0.5)):
        played.slide(name, value)
    nodes = compute("neuron", [1.5, 2, -1, -2.5, 0.5])
    for name in INPUTS["neuron"]:
        assert f"∂L/∂{name} = {shown(nodes[name].grad)}" in played.words
    played.slide("w1", -4)
    assert "∂L/∂w₁ = 0, ∂L/∂x₁ = 0, ∂L/∂w₂ = 0, ∂L/∂x₂ = 0, ∂L/∂b = 0" in played.words
    for _ in range(3):
        played.press("previous")
    assert "To z: local slope 0, since z is not positive, times −2 is 0." in played.words


def test_two_paths_add(play):
    played = play("backprop")
    played.choose("graph", "twice")
    played.press("run")
    assert "To a: local slope b = 3, times 1 is 3. a has 1 from its other path already: 1 + 3 = 4." in played.words
    assert "1 + 3 = 4" in played.element.locator("svg .pg-grad-text").all_text_contents()
    played.slide("b", -2.5)
    nodes = compute("twice", [2, -2.5])
    assert f"1 + (−2.5) = {shown(nodes['a'].grad)}" in played.words
    assert f"∂y/∂a = {shown(nodes['a'].grad)}, ∂y/∂b = {shown(nodes['b'].grad)}." in played.words


def test_it_runs_by_itself_to_the_end_rests_when_asked_and_starts_over(browser, home):
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="no-preference")
    played = Play(Visit(context.new_page(), home), "backprop")
    played.choose("graph", "twice")
    played.press("run")
    assert "The inputs are known" in played.words
    played.page.wait_for_function("document.querySelector('dl-backprop').at === 2")
    assert played.words.startswith("Forward, 2 of 2: y = p + a = 6 + 2 = 8.")
    played.page.wait_for_function("document.querySelector('dl-backprop').at === 5")
    assert "All gradients are there" in played.words
    played.press("run")
    assert "The inputs are known" in played.words
    played.page.wait_for_function("document.querySelector('dl-backprop').at === 1")
    assert played.element.locator("button[name=run]").text_content() == "Pause"
    played.press("run")
    assert played.element.locator("button[name=run]").text_content() == "Run"
    played.page.wait_for_timeout(1300)
    assert played.words.startswith("Forward, 1 of 2")
    assert played.visit.errors == []
    context.close()
