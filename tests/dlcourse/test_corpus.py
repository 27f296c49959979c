"""The sentences of chapter 7: what they are, that order matters in half of them, and that a split is fair."""

import re

import numpy as np
import pytest

from dlcourse.corpus import NOTES_PAIR, hold_out, small_translation_pairs, translation_pairs
from dlcourse.transformer import build_vocab


def words_of(pairs):
    return {(side, word) for pair in pairs for side, text in enumerate(pair) for word in text.split()}


def test_the_sentence_of_the_notes_comes_first():
    assert NOTES_PAIR == ("어제 카페 갔었어 거기 사람 많더라", "I went to the cafe There were many people there")
    assert [len(text.split()) for text in NOTES_PAIR] == [6, 10]
    assert translation_pairs()[0] == NOTES_PAIR
    assert small_translation_pairs()[0] == NOTES_PAIR


@pytest.mark.parametrize("pairs", [translation_pairs, small_translation_pairs])
def test_every_sentence_has_one_translation_and_single_spaces(pairs):
    assert len(dict(pairs())) == len(pairs())
    assert len({english for _, english in pairs()}) == len(pairs())
    for text in (text for pair in pairs() for text in pair):
        assert text == " ".join(text.split())
    for korean, english in pairs():
        assert re.fullmatch(r"[가-힣 ]+", korean)
        assert re.fullmatch(r"[A-Z][A-Za-z' ]+", english)


@pytest.mark.parametrize("pairs", [translation_pairs, small_translation_pairs])
def test_asking_twice_gives_equal_lists_that_may_be_changed(pairs):
    first = pairs()
    assert pairs() == first
    first.clear()
    assert len(pairs()) > 30


def test_the_sizes_are_those_of_the_chapter():
    pairs, small = translation_pairs(), small_translation_pairs()
    assert (len(pairs), len(small)) == (488, 34)
    assert [len(build_vocab([pair[side] for pair in pairs])) for side in (0, 1)] == [37, 46]
    assert [len(build_vocab([pair[side] for pair in small])) for side in (0, 1)] == [21, 27]


def test_half_of_the_sentences_have_a_twin_in_another_order():
    bags = {}
    for korean, english in translation_pairs():
        bags.setdefault(tuple(sorted(korean.split())), []).append(english)
    assert sorted(map(len, bags.values())) == [1] * 256 + [2] * 116
    for twins in bags.values():
        assert len({tuple(sorted(english.split())) for english in twins}) == 1
    small = [tuple(sorted(korean.split())) for korean, _ in small_translation_pairs()]
    assert len(small) - len(set(small)) == 3


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("친구랑 박물관 갔었어 거기 나무 없더라", "I went to the museum with a friend There were no trees there"),
        ("혼자 바닷가 갔었어 거기 학생 많더라", "I went to the beach alone There were many students there"),
        ("오늘 시장 갔었어 거기 꽃 많더라", "I went to the market today There were many flowers there"),
        ("여우 토끼 따라갔어", "The fox followed the rabbit"),
        ("토끼 여우 좋아해", "The rabbit likes the fox"),
        ("오리 닭 봤어", "The duck saw the chicken"),
        ("학교 다음에 도서관 갔었어", "I went to the library after the school"),
        ("동물원 말고 공원 가자", "Let's go to the park instead of the zoo"),
    ],
)
def test_pairs_of_the_corpus(korean, english):
    assert dict(translation_pairs())[korean] == english


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("어제 시장 갔었어", "I went to the market yesterday"),
        ("오늘 시장 갔었어", "I went to the market today"),
        ("거기 책 많더라", "There were many books there"),
        ("닭 고양이 쫓았어", "The chicken chased the cat"),
        ("고양이 닭 쫓았어", "The cat chased the chicken"),
    ],
)
def test_pairs_of_the_small_corpus(korean, english):
    assert dict(small_translation_pairs()[:30])[korean] == english


def test_the_last_four_small_pairs_are_new_combinations_of_known_words():
    train, test = small_translation_pairs()[:30], small_translation_pairs()[30:]
    assert len(test) == 4
    assert words_of(test) <= words_of(train)
    assert {korean.split()[2] for korean, _ in test} == {"갔었어"}
    assert {len(korean.split()) for korean, _ in test} == {6}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n", [0, 1, 98, 300])
def test_a_split_is_fair(seed, n):
    pairs = translation_pairs()
    train, test = hold_out(pairs, n, np.random.default_rng(seed))
    assert len(test) == n
    assert NOTES_PAIR in train
    assert sorted(train + test) == sorted(pairs)
    for part in (train, test):
        assert part == sorted(part, key=pairs.index)
    assert words_of(train) == words_of(pairs)


def test_a_split_depends_on_the_seed_and_on_nothing_else():
    pairs = translation_pairs()
    splits = [hold_out(pairs, 50, np.random.default_rng(seed))[1] for seed in (0, 0, 1)]
    assert splits[0] == splits[1] != splits[2]
    assert len(pairs) == 488


def test_a_word_that_occurs_once_is_for_training():
    pairs = [("a", "x"), ("a", "x y"), ("a", "x"), ("a b", "x")]
    for seed in range(20):
        train, test = hold_out(pairs, 1, np.random.default_rng(seed))
        assert test == [("a", "x")]
        assert {("a", "x y"), ("a b", "x")} <= set(train)
    # the same word in both languages is two words
    train, test = hold_out([("a", "a"), ("a", "b"), ("c", "b"), ("c", "a")], 2, np.random.default_rng(0))
    assert words_of(train) == {(0, "a"), (0, "c"), (1, "a"), (1, "b")}


def test_what_cannot_be_held_out_is_refused():
    pairs, rng = [("a", "x"), ("a", "x"), NOTES_PAIR, NOTES_PAIR], np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"^n must be at most 1, so that training meets every word; got 2$"):
        hold_out(pairs, 2, rng)
    with pytest.raises(ValueError, match=r"^n must be at least 0; got -1$"):
        hold_out(pairs, -1, rng)
    with pytest.raises(TypeError, match=r"^n must be a whole number; got 0.5$"):
        hold_out(pairs, 0.5, rng)
    with pytest.raises(TypeError, match=r"^rng must be a generator such as np.random.default_rng\(0\); got 0$"):
        hold_out(pairs, 1, 0)
    assert hold_out([], 0, rng) == ([], [])
