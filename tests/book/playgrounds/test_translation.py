"""Where the decoder looks: the playground shows the weights that the page computed."""

import json
import re

import numpy as np
import pytest

from dlcourse.corpus import NOTES_PAIR

pytestmark = [pytest.mark.site, pytest.mark.browser]


def data_of(played):
    """Return what the page hands over."""
    return json.loads(played.page.locator("script.translation-data").text_content())


def test_the_page_hands_over_a_row_of_weights_for_each_word(play):
    data = data_of(play("translation"))
    assert " ".join(data[0]["source"]) == NOTES_PAIR[0]
    assert " ".join(data[0]["target"]) == NOTES_PAIR[1]
    assert len({each["source"][0] for each in data}) == len(data) == 3
    assert len({tuple(each["source"][1:]) for each in data}) == 1
    for each in data:
        weights = np.array(each["weights"])
        assert weights.shape == (len(each["target"]), len(each["source"]))
        np.testing.assert_allclose(weights.sum(axis=1), 1, atol=5e-4)
        assert weights.min() >= 0


def test_its_weights_are_those_of_the_figure(play):
    played = play("translation")
    told = played.page.locator("svg[aria-label*='The largest of each row']").get_attribute("aria-label")
    largest = re.findall(r"(\w+) ([가-힣]+) (\d\.\d\d)", told.split("The largest of each row: ")[1])
    notes = data_of(played)[0]
    rows = zip(notes["target"], notes["weights"], strict=True)
    assert largest == [(word, notes["source"][int(np.argmax(row))], f"{max(row):.2f}") for word, row in rows]


def test_it_says_where_the_decoder_looks(play):
    played = play("translation", 390, "dark")
    for number, each in enumerate(data_of(played)):
        played.choose("sentence", str(number))
        for position, (word, row) in enumerate(zip(each["target"], each["weights"], strict=True)):
            played.slide("word", position)
            second, first = np.argsort(row, kind="stable")[-2:]
            assert f"“{word}”" in played.words
            assert f"looks at {each['source'][first]} most, with weight {row[first]:.2f}" in played.words
            assert f"with {row[second]:.2f}." in played.words
            assert played.element.locator(".pg-chosen").text_content() == word
    played.press("again")
    assert f"“{each['target'][4]}”" in played.words


def test_a_shorter_sentence_has_no_word_beyond_its_end(play):
    played = play("translation")
    data = data_of(played)
    assert len(data[1]["target"]) > len(data[0]["target"])
    played.choose("sentence", "1")
    played.slide("word", len(data[1]["target"]) - 1)
    played.choose("sentence", "0")
    assert f"“{data[0]['target'][-1]}”" in played.words
    assert int(played.element.locator("input").get_attribute("max")) == len(data[0]["target"]) - 1


def test_without_weights_it_says_what_is_missing(play):
    played = play("translation")
    played.page.evaluate(
        """() => { document.querySelector('script.translation-data').remove();
          document.body.append(document.createElement('dl-translation')); }"""
    )
    assert "expects a script element of class translation-data" in played.visit.errors[-1]
