"""Reads back into characters what was typed by sound: pinyin (``zenme tixian``) and homophone slips (``题现``).

A query is read as the likeliest row of characters, by how often the articles put one character after another: the way an
input method reads keys. Anything that the articles do not speak of stays as it was typed.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ticketing.knowledge.chain import EDGE, Chain, Choice
from ticketing.knowledge.text import is_chinese

_WORD = re.compile(r"[a-z]+|[\u3400-\u4dbf\u4e00-\u9fff]+|[^a-z\u3400-\u4dbf\u4e00-\u9fff]+")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
_LONGEST_SYLLABLE = 6
_LONE_WORD = 4
"""A single word of Latin letters must have this many to be taken for pinyin."""
_SPELLED = 0.8
"""So many of the words that are no English ones must be made of known syllables."""
_CANDIDATES = 12
_SLIP = 8.0
"""What reading another character of the same sound costs, in natural logarithms of probability."""
_SELDOM = 5
"""A typed character seen less often counts as seen this often: one that the articles lack is no sign of a slip."""


class Pinyin:
    """Knows the characters of these normalised texts, their sounds and neighbours."""

    def __init__(self, normals: Iterable[str]) -> None:
        self._latin: set[str] = set()
        runs: list[str] = []
        for normal in normals:
            if not is_chinese(normal):
                self._latin.update(_LATIN.findall(normal))
            runs += _HAN_RUN.findall(normal)
        self._chain = Chain(runs)
        self._sounds = {
            sound: [
                (char, -math.log(times / (2 * self._chain.single[char])))
                for char, times in chars.most_common(_CANDIDATES)
            ]
            for sound, chars in _heard(self._chain).items()
        }
        self._names = frozenset(sound for sound in self._sounds if len(sound) > 1 or sound == "e")

    def restore(self, normal: str) -> str:
        """The text with what was typed by sound put back into characters."""
        words, chinese = _WORD.findall(normal), is_chinese(normal)
        if not chinese and not self._is_pinyin(words):
            return normal
        spelled = [self._segmentable(word) and not (chinese and word in self._latin) for word in words]
        read: list[str] = []
        lattice: list[list[Choice]] = []
        for at, word in enumerate(words):
            if is_chinese(word):
                lattice += self._characters(word)
            elif spelled[at]:
                lattice += self._syllables(word)
            elif not (word.isspace() and any(spelled[max(0, at - 1) : at + 2])):
                read += [*self._chain.likeliest(lattice), word]
                lattice = []
        return "".join([*read, *self._chain.likeliest(lattice)])

    def sounds(self, normal: str) -> list[str]:
        """What a text sounds like, whichever characters were picked: its syllables, and each two that follow each other."""
        found: list[str] = []
        for run in _HAN_RUN.findall(normal):
            heard = [syllable(char) for char in run]
            found += heard
            found += [f"{first} {second}" for first, second in itertools.pairwise(heard)]
        return found

    def _is_pinyin(self, words: list[str]) -> bool:
        """Whether a text without Chinese characters is pinyin: nearly all its words are, and most are no English ones."""
        latin = [word for word in words if word.isalpha()]
        if not latin or (len(latin) == 1 and len(latin[0]) < _LONE_WORD):
            return False
        foreign = [word for word in latin if word not in self._latin]
        spelled = [word for word in foreign if self._segmentable(word)]
        return len(spelled) >= _SPELLED * len(foreign) and 2 * len(spelled) > len(latin)

    def _segmentable(self, word: str) -> bool:
        return _ends(word, self._names)

    def _characters(self, run: str) -> Iterator[list[Choice]]:
        """Per place: the characters that may have been meant, what each costs, and how many places it takes."""
        for char in run:
            others = [other for other in self._sounds.get(syllable(char), ()) if other[0] != char]
            typed = min(0.0, math.log((self._chain.single[char] + 1) / _SELDOM))
            yield [(char, typed, 1), *((other, _SLIP + rare, 1) for other, rare in others)]

    def _syllables(self, word: str) -> Iterator[list[Choice]]:
        for at in range(len(word)):
            sizes = range(1, min(_LONGEST_SYLLABLE, len(word) - at) + 1)
            sounds = ((word[at : at + size], size) for size in sizes)
            yield [
                (char, rare, size)
                for sound, size in sounds
                if sound in self._names
                for char, rare in self._sounds[sound]
            ]


def _heard(chain: Chain) -> defaultdict[str, Counter[str]]:
    """Which characters a sound stands for and how often; each is heard twice, with the one before and the one after.

    行 is hang in 银行 and xing elsewhere.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (first, second), times in chain.pairs.items():
        for char, sound in zip((first, second), _together(first + second), strict=True):
            if char != EDGE:
                found[sound][char] += times
    return found


@lru_cache(maxsize=4096)
def _ends(word: str, sounds: frozenset[str]) -> bool:
    """Whether a word is made of known syllables to its end."""
    reached = {0}
    for at in range(len(word)):
        if at in reached:
            reached.update(
                at + size
                for size in range(1, _LONGEST_SYLLABLE + 1)
                if word[at : at + size] in sounds and at + size <= len(word)
            )
    return len(word) in reached


@lru_cache(maxsize=65_536)
def syllable(char: str) -> str:
    """What a character is most often read, without its tone."""
    from pypinyin import lazy_pinyin  # 55 MB of dictionaries: only for processes that search

    return str(lazy_pinyin(char)[0])


@lru_cache(maxsize=131_072)
def _together(pair: str) -> tuple[str, ...]:
    """What two characters are read side by side, without tones."""
    from pypinyin import lazy_pinyin

    sounds = lazy_pinyin(pair)
    return tuple(sounds if len(sounds) == len(pair) else pair)  # characters without a reading come in one piece
