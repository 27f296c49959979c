"""Let the search box find Korean words: 마진 inside 마진이, as English words are found without their endings.

Sphinx looks only for whole words when a query has two letters, and Korean nouns often have two syllables with a
particle joined on. So every pair of neighbouring syllables goes into the index, too. English is searched as before.
"""

import re
from typing import Any

import sphinx.search
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

HANGUL = re.compile("[가-힣]+")


class SearchEnglishAndKorean(SearchEnglish):
    """English word stems, Korean words, and pairs of Korean syllables."""

    lang = "en_ko"
    language_name = "English and Korean"

    def split(self, input: str) -> list[str]:
        """Return the words of a text, and for each run of Hangul the run itself and its pairs of syllables."""
        words: list[str] = super().split(input)
        runs = [run for word in words for run in HANGUL.findall(word)]
        return words + runs + [run[i : i + 2] for run in runs for i in range(len(run) - 1)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Offer the language as ``html_search_language: en_ko``."""
    sphinx.search.languages["en_ko"] = SearchEnglishAndKorean
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
