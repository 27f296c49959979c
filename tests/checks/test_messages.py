"""What a student reads: short, complete, never the same for two causes, and every sentence reachable."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from dlcourse.checks import assignment, grade, words
from dlcourse.checks.engine import MODULES
from tests.checks.corpus import WRONG, Answer

LABELS = ("Expected:", "Got:", "Likely:", "See:")


def likely(message: str) -> str:
    return next(line for line in message.splitlines() if line.startswith("Likely:"))


@cache
def message_for(answer: Answer) -> str:
    return grade(answer.assignment, answer.task, answer.namespace(), hidden=True).message


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_a_message_says_call_expected_got_reason_and_place_in_five_lines(answer: Answer) -> None:
    lines = message_for(answer).splitlines()
    if lines[-1].startswith("Note:"):  # on an answer that calls what earlier tasks asked for
        lines.pop()
    assert len(lines) == 5
    assert f"(task {answer.task})" in lines[0]
    assert all(line.startswith(label) for line, label in zip(lines[1:], LABELS, strict=True))
    assert answer.assignment + ".html#equation-eq-" in lines[4]
    assert max(map(len, lines)) < 420
    assert "{" not in likely("\n".join(lines)).replace("{0", "")


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_a_message_shows_no_file_of_ours_and_no_traceback(answer: Answer) -> None:
    message = message_for(answer)
    assert "Traceback" not in message
    assert "/" not in message.splitlines()[0]
    assert "_shapes" not in message
    assert "site-packages" not in message


@pytest.mark.parametrize("name", MODULES)
def test_two_wrong_answers_with_different_causes_get_different_messages(name: str) -> None:
    said = {(answer.task, answer.message): likely(message_for(answer)) for answer in WRONG if answer.assignment == name}
    for (one, first), (other, second) in combinations(said.items(), 2):
        if one[0] == other[0]:
            assert first != second, (one, other)


@pytest.mark.parametrize("name", MODULES)
def test_every_message_about_a_mistake_is_met_by_a_wrong_answer(name: str) -> None:
    met = {(answer.task, answer.message) for answer in WRONG if answer.assignment == name}
    for task in assignment(name).tasks:
        for function in task.functions:
            texts = words.catalogue(name)[function.name]
            written = {id for id, text in texts.items() if isinstance(text, str)}
            assert {id for id in written if (task.number, id) not in met} == set(), function.name
            assert set(function.mistakes) <= written


@pytest.mark.parametrize("name", MODULES)
def test_every_case_has_words_for_what_it_looks_at(name: str) -> None:
    for task in assignment(name).tasks:
        for function in task.functions:
            focus = words.catalogue(name)[function.name]["focus"]
            cases = [*function.visible, *function.witnesses, *function.draws(np.random.default_rng(0)), *function.long]
            assert {case.focus for case in cases} == set(focus), function.name


def test_a_hidden_draw_is_never_shown_with_its_numbers() -> None:
    names = {"is_linearly_separable": lambda table: True}
    witnesses = grade("01_perceptron", 8, names, hidden=True).message
    assert "hidden case" not in witnesses

    def knows_the_small_cases(X, w, b):  # type: ignore[no-untyped-def]
        return (X @ w + b > 0).astype(int) if X.size <= 8 else (X @ w + b > 0).astype(int) * 0 + 2

    message = grade("01_perceptron", 1, {"perceptron_predict": knows_the_small_cases}, hidden=True).message
    first, expected = message.splitlines()[:2]
    assert first.startswith("perceptron_predict(X of shape (4, 4); w of shape (4,); b a float)")
    assert "not shown" in expected
