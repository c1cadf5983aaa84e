"""How texts are made comparable: one script, one width, one case; pinyin and homophone slips read back into characters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from opencc import OpenCC

LONGEST = 256
"""Characters that matter for matching; embedding time grows without bound beyond."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:'[a-z]+)?")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_LATIN = re.compile(r"[a-z]+")
_LONGEST_WORD = 4
_SLIP_FREQUENCY = 3


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """At most LONGEST characters: half-width, simplified, lower case, without controls, punctuation or emoji."""
    cut = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" or char == "'" else " " for char in cut)
    return " ".join(_to_simplified().convert(kept).lower().split())[:LONGEST].strip()


def is_chinese(text: str) -> bool:
    """Whether a text has any Chinese character."""
    return _HAN_RUN.search(text) is not None


def tokens(normal: str) -> list[str]:
    """What BM25 counts in a normalised text: single characters and pairs; words and their four-letter pieces."""
    found: list[str] = []
    for run in _RUN.findall(normal):
        if is_chinese(run):
            found += run
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run)
            framed = f"^{run}$"
            found += [framed[at : at + 4] for at in range(len(framed) - 3)]
    return found


class Pinyin:
    """Reads pinyin in queries (``zenme tixian``) and homophone slips (``题现``) as words that the articles use."""

    def __init__(self, normals: Iterable[str]) -> None:
        words: Counter[str] = Counter()
        self._latin: set[str] = set()
        for normal in normals:
            if not is_chinese(normal):
                self._latin.update(_LATIN.findall(normal))
            for run in _HAN_RUN.findall(normal):
                words.update(_pieces(run))
        self._known = frozenset(words)
        self._words = _by_sound(words)
        self._slips = {sound: word for sound, word in self._words.items() if words[word] >= _SLIP_FREQUENCY}
        self._longest = max(map(len, self._words), default=0)

    def restore(self, normal: str) -> str:
        """The text with what was typed by sound put back into characters; anything unclear stays."""
        latin = re.sub(r"[a-z]+(?: +[a-z]+)*", lambda match: self._latin_run(match.group()), normal)
        return _HAN_RUN.sub(lambda match: self._slip_run(match.group()), latin)

    def _latin_run(self, run: str) -> str:
        return " ".join(self._word(word) for word in run.split()) if self._words else run

    def _word(self, word: str) -> str:
        if len(word) < 4 or word in self._latin:
            return word
        read = self._segments(word)
        return "".join(read) if read else word

    def _segments(self, word: str) -> list[str] | None:
        """The fewest words that together sound like ``word``, None when it is not pinyin of known words."""
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - self._longest), end):
                before, piece = best[start], self._words.get(word[start:end])
                if before is None or piece is None:
                    continue
                current = best[end]
                if current is None or len(before) + 1 < len(current):
                    best[end] = [*before, piece]
        return best[-1]

    def _slip_run(self, run: str) -> str:
        chars = list(run)
        for at in range(len(run) - 1):
            pair = "".join(chars[at : at + 2])
            if pair not in self._known and (meant := self._slips.get(_sound(pair))) and len(meant) == 2:
                chars[at : at + 2] = meant
        return "".join(chars)


def _pieces(run: str) -> Iterator[str]:
    for size in range(2, _LONGEST_WORD + 1):
        for at in range(len(run) - size + 1):
            yield run[at : at + size]


def _by_sound(words: Counter[str]) -> dict[str, str]:
    """The most frequent word of each sound."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        groups[_sound(word)].append(word)
    return {sound: max(group, key=lambda word: (words[word], word)) for sound, group in groups.items()}


@lru_cache(maxsize=65_536)
def _syllable(char: str) -> str:
    from pypinyin import lazy_pinyin  # 55 MB of dictionaries: only for processes that search

    return str(lazy_pinyin(char)[0])


def _sound(word: str) -> str:
    return "".join(map(_syllable, word))
