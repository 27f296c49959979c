"""Let the search box find Korean words: 마진 inside 마진이, as English words are found without their endings.

Sphinx looks only for whole words when a query has two letters, and Korean nouns often have two syllables with a
particle joined on. So every pair of neighbouring syllables goes into the index, too, and every word without its
particle. A query loses its particles as well: 손실에서 finds 손실. What is cut off leaves at least two syllables, so a
word that only ends like a particle is found by what is left of it. English is searched as before.
"""

import re
from typing import Any

import sphinx.search
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

HANGUL = re.compile("[가-힣]+")
# A pattern that Python and JavaScript read alike: a word, and the particles of place and of role that may follow it.
WITH_PARTICLE = (
    "^([가-힣]{2,}?)(?:(?:에서|에게|으로|까지|부터|로|에|와|과)(?:는|도|의|만)?"
    "|이라는|이라고|이나|이란|처럼|보다|마다|라는|라고|은|는|이|가|을|를|의|도|만|란)$"
)
STEMMER = """
var EnglishStemmer = Stemmer;
Stemmer = function () {
  const english = new EnglishStemmer();
  this.stemWord = (word) => word.match(/PATTERN/)?.[1] ?? english.stemWord(word);
};
""".replace("PATTERN", WITH_PARTICLE)


class SearchEnglishAndKorean(SearchEnglish):
    """English word stems, Korean words with and without their particles, and pairs of Korean syllables."""

    lang = "en_ko"
    language_name = "English and Korean"
    js_stemmer_code = SearchEnglish.js_stemmer_code + STEMMER

    def split(self, input: str) -> list[str]:
        """Return the words of a text, and for each run of Hangul the run, its stem and its pairs of syllables."""
        words: list[str] = super().split(input)
        runs = [run for word in words for run in HANGUL.findall(word)]
        stems = [found[1] for run in runs if (found := re.match(WITH_PARTICLE, run))]
        return words + runs + stems + [run[i : i + 2] for run in runs for i in range(len(run) - 1)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Offer the language as ``html_search_language: en_ko``."""
    sphinx.search.languages["en_ko"] = SearchEnglishAndKorean
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
