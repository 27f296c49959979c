"""Chapter 7's sentences: Korean and English pairs, small enough to learn in seconds.

Data and no formulas: every pair is put together from the tables below. The Korean is spoken Korean, which leaves
particles out; in half of the sentences nothing but the order of the words then tells who does what.
"""

# Annotations stay text: to name np.random.Generator would load numpy.random.
from __future__ import annotations

from itertools import permutations, product
from typing import TypeAlias

import numpy as np

from dlcourse._shapes import as_count, check_rng

__all__ = ["NOTES_PAIR", "hold_out", "small_translation_pairs", "translation_pairs"]

Pair: TypeAlias = tuple[str, str]

NOTES_PAIR: Pair = ("어제 카페 갔었어 거기 사람 많더라", "I went to the cafe There were many people there")
"""The notes' own sentence, and its translation."""

# The notes leave 어제 (yesterday) untranslated: the past tense has to say it.
_OPENINGS = {"어제": "", "오늘": " today", "혼자": " alone", "친구랑": " with a friend"}
_PLACES = {
    "카페": "cafe",
    "공원": "park",
    "학교": "school",
    "시장": "market",
    "도서관": "library",
    "박물관": "museum",
    "바닷가": "beach",
    "동물원": "zoo",
}
_THINGS = {"사람": "people", "학생": "students", "꽃": "flowers", "나무": "trees"}
_ANIMALS = {"강아지": "dog", "고양이": "cat", "닭": "chicken", "오리": "duck", "토끼": "rabbit", "여우": "fox"}
_DEEDS = {"쫓았어": "chased", "따라갔어": "followed", "좋아해": "likes", "봤어": "saw"}


def translation_pairs() -> list[Pair]:
    """Return all pairs of the corpus, always the same and in the same order.

    Returns
    -------
    list of (str, str)
        488 Korean sentences and their English translations, words separated by spaces.

    Notes
    -----
    256 tell of a visit, like that of the notes, `NOTES_PAIR`. Each of the other 232 has a twin with the same words in
    another order and another meaning: a reader who cannot see the order cannot tell the two apart.

    Examples
    --------
    >>> pairs = translation_pairs()
    >>> len(pairs), pairs[0] == NOTES_PAIR
    (488, True)
    >>> pairs[256], pairs[276]
    (('강아지 고양이 쫓았어', 'The dog chased the cat'), ('고양이 강아지 쫓았어', 'The cat chased the dog'))
    """
    visits = product(_OPENINGS.items(), _PLACES.items(), _THINGS.items(), {"많더라": "many", "없더라": "no"}.items())
    pairs = [
        (
            f"{opening} {place} 갔었어 거기 {thing} {seen}",
            f"I went to the {place_en}{opening_en} There were {seen_en} {thing_en} there",
        )
        for (opening, opening_en), (place, place_en), (thing, thing_en), (seen, seen_en) in visits
    ]
    for (who, who_en), (whom, whom_en) in permutations(_ANIMALS.items(), 2):
        pairs += [(f"{who} {whom} {deed}", f"The {who_en} {deed_en} the {whom_en}") for deed, deed_en in _DEEDS.items()]
    for (first, first_en), (second, second_en) in permutations(_PLACES.items(), 2):
        pairs.append((f"{first} 다음에 {second} 갔었어", f"I went to the {second_en} after the {first_en}"))
        pairs.append((f"{first} 말고 {second} 가자", f"Let's go to the {second_en} instead of the {first_en}"))
    return pairs


def small_translation_pairs() -> list[Pair]:
    """Return the 34 pairs of the exercises: 30 to train on, then 4 to test with.

    Returns
    -------
    list of (str, str)
        The notes' sentence comes first. All words of the last four pairs occur in the first 30.

    Notes
    -----
    Here 어제 is translated in a sentence that stands alone, and left out, as in the notes, before a second one.

    Examples
    --------
    >>> pairs = small_translation_pairs()
    >>> len(pairs), pairs[0] == NOTES_PAIR, pairs[-1]
    (34, True, ('어제 도서관 갔었어 거기 사람 많더라', 'I went to the library There were many people there'))
    """
    places, animals = dict([*_PLACES.items()][:5]), dict([*_ANIMALS.items()][:3])
    things = {"사람": "people", "꽃": "flowers", "책": "books"}
    days = {"어제": "yesterday", "오늘": "today"}
    visits = {
        (place, thing): (
            f"어제 {place} 갔었어 거기 {thing} 많더라",
            f"I went to the {place_en} There were many {thing_en} there",
        )
        for (place, place_en), (thing, thing_en) in product(places.items(), things.items())
    }
    last = [visits.pop(key) for key in (("카페", "책"), ("공원", "꽃"), ("학교", "사람"), ("도서관", "사람"))]
    alone = [
        (f"{day} {place} 갔었어", f"I went to the {place_en} {day_en}")
        for (place, place_en), (day, day_en) in product(places.items(), days.items())
    ]
    there = [(f"거기 {thing} 많더라", f"There were many {thing_en} there") for thing, thing_en in things.items()]
    chases = [
        (f"{who} {whom} 쫓았어", f"The {who_en} chased the {whom_en}")
        for (who, who_en), (whom, whom_en) in permutations(animals.items(), 2)
    ]
    return [*visits.values(), *alone, *there, *chases, *last]


def hold_out(
    pairs: list[Pair],
    n: int,
    rng: np.random.Generator,
) -> tuple[list[Pair], list[Pair]]:
    """Split pairs at random into some to train on and some that training never sees.

    Parameters
    ----------
    pairs : list of (str, str)
        Sentences and their translations.
    n : int
        Pairs to hold out, at least 0.
    rng : numpy.random.Generator
        Chooses; the same generator state gives the same split.

    Returns
    -------
    tuple (list of (str, str), list of (str, str))
        Training pairs and held-out pairs, each in the order of `pairs`. Every word, on either side, of a held-out
        pair occurs in the training pairs, since nobody can translate a word never seen; `NOTES_PAIR` is for training.

    Raises
    ------
    TypeError
        If `n` is not whole or `rng` is no generator.
    ValueError
        If so many pairs cannot be held out.

    Examples
    --------
    >>> train, test = hold_out(translation_pairs(), 88, np.random.default_rng(0))
    >>> len(train), len(test), NOTES_PAIR in train
    (400, 88, True)
    """
    n = as_count("n", n)
    check_rng(rng)
    words = [{(side, word) for side, text in enumerate(pair) for word in text.split()} for pair in pairs]
    left = {word: sum(word in have for have in words) for word in set().union(*words)}
    held: set[int] = set()
    for i in rng.permutation(len(pairs)).tolist():
        if len(held) < n and pairs[i] != NOTES_PAIR and all(left[word] > 1 for word in words[i]):
            held.add(i)
            left |= {word: left[word] - 1 for word in words[i]}
    if len(held) < n:
        raise ValueError(f"n must be at most {len(held)}, so that training meets every word; got {n}")
    return (
        [pair for i, pair in enumerate(pairs) if i not in held],
        [pair for i, pair in enumerate(pairs) if i in held],
    )
