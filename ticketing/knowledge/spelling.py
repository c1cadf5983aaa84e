"""Mends slips of the keyboard in English words (``withdarwal``) by the words that the articles use, and by which follow which.

Only words that no article has are looked at, and changed only to a word of the articles that is a slip or two away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from ticketing.knowledge.chain import Chain, Choice
from ticketing.knowledge.text import is_chinese

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SHORTEST = 3
"""Shorter words are too often a slip away from each other."""
_TWO_SLIPS = 7
"""Words of so many letters may have two."""
_SLIP = 2.5
"""What a slip costs, in natural logarithms of probability."""
_CANDIDATES = 12


class Spelling:
    """Knows the words of these normalised texts."""

    def __init__(self, normals: Iterable[str]) -> None:
        self._chain = Chain(normal.split() for normal in normals if not is_chinese(normal))
        self._words = [word for word in self._chain.single if len(word) >= _SHORTEST and _WORD.fullmatch(word)]
        self._near = lru_cache(maxsize=4096)(self._look_up)

    def mend(self, normal: str) -> str:
        """The text with unknown words read as the likeliest known ones; as it is where none is near."""
        words = normal.split()
        if is_chinese(normal) or all(word in self._chain.single for word in words):
            return normal
        return " ".join(self._chain.likeliest([list(self._choices(word)) for word in words]))

    def _choices(self, word: str) -> Iterator[Choice]:
        yield word, 0.0, 1
        if word not in self._chain.single and len(word) >= _SHORTEST and _WORD.fullmatch(word):
            yield from self._near(word)

    def _look_up(self, word: str) -> list[Choice]:
        slips = 2 if len(word) >= _TWO_SLIPS else 1
        found = extract(word, self._words, scorer=OSA.distance, score_cutoff=slips, limit=_CANDIDATES)
        return [(other, _SLIP * distance, 1) for other, distance, _ in found]
