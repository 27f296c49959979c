"""What the prose keeps to: no measured number is typed, one term stands for one thing, a chapter takes half an hour.

Each rule is a function from passages to a list of problems, proven on a small text before it is trusted with the book.
"""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.prose import CITATION, around_the_book, book, grade_of, length_of, lengths, passages, syllables

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"(?<![\w.,])[-+−]?\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
RESULT = re.compile(r"%|\b(?:accura\w+|loss(?:es)?|errors?|times|per ?cent|faster|slower)\b", re.IGNORECASE)
SCALED = re.compile(r"\s?%|\s(?:times|per ?cent)\b")
# A number that counts no result: a place in the book or in a work, or a year.
PLACE = re.compile(
    r"\b(?:chapters?|sections?|figures?|pages?|tasks?|version) \d+(?:(?:,| and| to) \d+)*\b"
    r"|\b(?:in|of|since) (?:19|20)\d\d\b",
    re.IGNORECASE,
)
NEAR = 6  # words
LONGEST = 30  # minutes of reading
OFF_BY = 5  # minutes


def sentences(text):
    return re.split(r"(?<=[.?!])\s+", text)


def words_between(sentence, one, other):
    """Return how many words stand between two matches."""
    first, last = sorted([one.span(), other.span()])
    return len(sentence[first[1] : last[0]].split())


def measured(sentence):
    """Return the numbers of a sentence that may be results."""
    if CITATION in sentence:  # it tells what that work measured
        return []
    sentence = PLACE.sub("", sentence)
    results = list(RESULT.finditer(sentence))
    return [
        number[0]
        for number in NUMBER.finditer(sentence)
        if any(words_between(sentence, number, each) < NEAR for each in results)
        # a single digit is the arithmetic of an example
        and (not re.fullmatch(r"[-+−]?\d", number[0]) or SCALED.match(sentence, number.end()))
    ]


# ------------------------------------------------------------------ the rules


def typed_numbers(found):
    """A number near a word that speaks of results was typed: let a cell `glue` it, and write `{glue:text}`.

    One that is no result, such as a setting, stands in a mark above its block: `% given: 97 (an invented network)`.
    """
    return [
        f"{passage.page}:{passage.line}: {number} is typed in: {sentence}"
        for passage in found
        for sentence in sentences(passage.text)
        for number in measured(sentence)
        if number not in passage.given
    ]


def idle_marks(found):
    """A mark allows a number that the block under it does not give."""
    needed = {}
    for passage in found:
        for number in passage.given:
            here = any(number in measured(sentence) for sentence in sentences(passage.text))
            needed[passage.page, number] = needed.get((passage.page, number), False) or here
    return [
        f"{page}: a mark gives {number}, and no sentence needs it"
        for (page, number), is_used in needed.items()
        if not is_used
    ]


@cache
def listed_terms():
    """Return what to say, with what not to say instead."""
    return yaml.safe_load((ROOT / "book/terms.yml").read_text("utf-8"))


def pattern_of(variant):
    """Return a pattern for a name; a star stands for any ending."""
    words = r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in variant.split())
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)


@cache
def variants():
    """Return [(pattern of what not to say, what to say)]."""
    terms = [each for part in listed_terms().values() for each in part.items()]
    return [(pattern_of(variant), term) for term, others in terms for variant in others]


def other_terms(found):
    """A passage has a second name, or a second spelling, for what already has one in `book/terms.yml`."""
    problems = []
    for passage in found:
        if passage.kind == "title" and passage.box == "misconception":  # it tells what others say
            continue
        text = re.sub(r'["“][^"“”]*["”]', "", passage.text)  # so do quotation marks
        problems += [
            f"{passage.page}:{passage.line}: write {term}, not {hit[0]}"
            for pattern, term in variants()
            for hit in pattern.finditer(text)
        ]
    return problems


def dishonest_times(found):
    """A chapter says another time than it takes to read."""
    return [
        f"{one.page}: expected a time within {OFF_BY} minutes of {one.minutes:.0f}; it says {one.said or 'none'}"
        for one in found
        if abs(one.said - one.minutes) > OFF_BY
    ]


def long_chapters(found):
    """A chapter says that it takes longer than half an hour, or longer than two if it is to be read in two sittings."""
    return [
        f"{one.page}: expected at most {LONGEST} minutes in one sitting; it says {one.said} for {one.words} words and "
        f"{one.formulas} displayed formulas"
        for one in found
        if one.said > LONGEST * one.sittings
    ]


# ------------------------------------------------------------------ each rule can fail, and knows a sound text

SOUND = """# Page

The accuracy is {glue:text}`best`. For this you train, with all images that you have, for 20 epochs.
Losses of (3, 4) are 5. {cite:t}`he2016` report errors of 3.57 %. Chapter 12 has the loss, `loss = 0.31` and $x = 3.1$.

In 2012 an error was found. A mini-batch is no data set. `minibatch` and "minibatch" are names of others.

% given: 97 (an invented network)

- Your network reaches 97 % accuracy.
- % given: 0.5 (the usual threshold)

  The error at 0.5 is no loss.

```{code-cell} ipython3
print("accuracy 0.97, minibatch")
```

:::{admonition} You may have read: a minibatch is a batch
:class: misconception
% given: 40 (an invented network)

In fact it is small. The accuracy 40 % is low.
:::
"""
BROKEN = [
    (typed_numbers, "The accuracy is 0.93.", "0.93 is typed"),
    (typed_numbers, "Its accuracy of **93** per cent is high.", "93 is typed"),
    (typed_numbers, "It is right for $93.5$ % of them.", "93.5 is typed"),
    (typed_numbers, "That is 8 times as fast.", "8 is typed"),
    (typed_numbers, "The loss fell\nto 1,234 in the end.", "1,234 is typed"),
    (typed_numbers, "| run | error |\n|---|---|\n| one | error 0.31 |", "0.31 is typed"),
    (typed_numbers, ":::{admonition} Answer\n:class: dropdown\n- An error of 0.31.\n:::", "0.31 is typed"),
    (typed_numbers, "```{glue:figure} fig\n:name: fig\nThe loss is 0.31.\n```", "0.31 is typed"),
    (typed_numbers, "```{playground} xor\n:title: Play\nThe loss is 0.31.\n```", "page.md:28: 0.31 is typed"),
    (typed_numbers, "% given: 97 (why)\n\nSound.\n\nThe error is 97 %.", "97 is typed"),
    (typed_numbers, "% given: 97\n\nThe error is 97 %.", "97 is typed"),
    (idle_marks, "% given: 61 (why)\n\nThe error is small.", "gives 61"),
    (other_terms, "A minibatch is small.", "write mini-batch, not minibatch"),
    (other_terms, "```{playground} xor\n:title: A minibatch\nSound.\n```", "write mini-batch, not minibatch"),
    (other_terms, "Two mini\nbatches.", "write mini-batch, not mini batches"),
    (other_terms, "Backpropagating errors.", "write back-propagation, not Backpropagating"),
    (other_terms, "The {term}`step size <learning rate>`.", "write learning rate, not step size"),
    (other_terms, "## The optimiser", "write optimizer, not optimiser"),
]


@pytest.mark.parametrize("rule", [typed_numbers, idle_marks, other_terms])
def test_a_rule_passes_a_sound_text(rule):
    assert rule(list(passages("page.md", SOUND))) == []


@pytest.mark.parametrize(("rule", "addition", "words"), BROKEN)
def test_a_rule_sees_what_is_wrong(rule, addition, words):
    problems = rule(list(passages("page.md", f"{SOUND}\n{addition}\n")))
    assert len(problems) == 1
    assert words in problems[0]


def test_a_problem_is_told_with_its_line():
    text = "# Page\n\n:::{admonition} Note\n:class: note\nSound.\n\nA minibatch.\n:::\n"
    assert other_terms(passages("page.md", text)) == ["page.md:7: write mini-batch, not minibatch"]


def test_a_directive_that_nobody_knows_is_an_error():
    with pytest.raises(ValueError, match=r"page.md:3: expected a directive that .* knows; got sidebar"):
        list(passages("page.md", "Text.\n\n```{sidebar}\nThe loss is 0.31.\n```\n"))


def chapter(time, words, formulas=0):
    text = f"**Time:** about {time}.\n\n{'word ' * (words - len(time.split()) - 2)}\n\n" + "$$\nx\n$$\n\n" * formulas
    return length_of("page.md", list(passages("page.md", text)))


def test_a_time_that_is_not_kept_is_found():
    assert dishonest_times([chapter(f"{minutes} minutes to read", 4000) for minutes in (15, 20, 25)]) == []
    for one, minutes, said in [
        (chapter("14 minutes to read", 4000), 20, 14),
        (chapter("20 minutes to read", 4000, formulas=12), 26, 20),
        (chapter("half an hour", 6000), 30, 0),
    ]:
        assert dishonest_times([one]) == [
            f"page.md: expected a time within 5 minutes of {minutes}; it says {said or 'none'}"
        ]


def test_a_chapter_that_is_too_long_is_found():
    assert (
        long_chapters([chapter("30 minutes to read", 6000), chapter("60 minutes to read, in two sittings", 6000)]) == []
    )
    assert long_chapters([chapter("35 minutes to read", 6000, formulas=2)]) == [
        "page.md: expected at most 30 minutes in one sitting; it says 35 for 6000 words and 2 displayed formulas"
    ]


def test_answers_tables_headings_and_code_take_no_time_on_the_way():
    folded = ":::{admonition} Answer\n:class: dropdown\nFolded.\n:::"
    text = f"# A heading\n\n| a | table |\n|---|---|\n\n{folded}\n\n```\ncode\n```\n\nTwo words.\n"
    assert length_of("page.md", list(passages("page.md", text))).words == 2


def test_the_grade_is_that_of_flesch_and_kincaid():
    assert [syllables(word) for word in ("the", "cake", "table", "needed", "walked", "idea")] == [1, 1, 2, 2, 1, 2]
    # five words in two sentences, seven syllables
    assert grade_of(["The cat sat.", "A tiger ⟨formula⟩ needed⟨reference⟩."]) == pytest.approx(
        0.39 * 6 / 2 + 11.8 * 8 / 6 - 15.59
    )


# ------------------------------------------------------------------ the book


@pytest.mark.parametrize("rule", [typed_numbers, idle_marks])
def test_the_book_keeps_the_rule(rule):
    assert len(book()) > 1000
    assert rule(book()) == []


def test_the_book_has_one_term_for_one_thing():
    assert other_terms(book()) == []


def test_what_stands_around_the_book_has_the_same_terms():
    found = list(around_the_book())
    assert {"01_perceptron.ipynb, cell 0", "README.md", "dlcourse/perceptron.py"} <= {one.page for one in found}
    assert any(one.page.startswith("messages/") for one in found)
    assert any(one.page.startswith("hints/") for one in found)
    assert other_terms(found) == []


def test_every_listed_term_is_in_the_glossary():
    terms = re.findall(r"^(\S.*)\n  \(", (ROOT / "book/glossary.md").read_text("utf-8"), re.MULTILINE)
    assert len(terms) > 100
    assert set(listed_terms()["terms"]) - set(terms) == set()


def test_every_chapter_says_how_long_it_takes():
    assert len(lengths()) == 9
    assert dishonest_times(lengths()) == []


def test_no_chapter_takes_longer_than_half_an_hour():
    assert long_chapters(lengths()) == []
