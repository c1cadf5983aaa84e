"""Ways in which customers' writing departs from the articles', made by seed: the same text is always spoiled the same way."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

from ticketing.knowledge.text import is_chinese

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TYPED_PER_SLIP = 10
"""Characters typed for each slip; a shorter text has one."""


def typed_badly(text: str) -> str:
    """Homophones for Chinese characters, neighbouring keys for letters, characters left out or typed twice."""
    dice = _dice(text)
    places = [at for at, char in enumerate(text) if char.isalpha()]
    wanted = max(1, len(places) // _TYPED_PER_SLIP)
    chars = list(text)
    for at in dice.sample(places, min(wanted, len(places))):
        slip = dice.choice(("other", "other", "missing", "double"))
        chars[at] = {"other": _other(chars[at], dice), "missing": "", "double": chars[at] * 2}[slip]
    return "".join(chars)


def some_in_pinyin(text: str) -> str:
    """Half of the two-character stretches of Chinese in pinyin."""
    dice = _dice(text)

    def half(match: re.Match[str]) -> str:
        run = match.group()
        pieces = [run[at : at + 2] for at in range(0, len(run), 2)]
        return "".join(f" {_read(piece)} " if dice.random() < 0.5 else piece for piece in pieces)

    return " ".join(_HAN_RUN.sub(half, text).split())


def all_in_pinyin(text: str) -> str:
    """All Chinese in pinyin, two syllables a word."""

    def whole(match: re.Match[str]) -> str:
        run = match.group()
        return " " + " ".join(_read(run[at : at + 2]) for at in range(0, len(run), 2)) + " "

    return " ".join(_HAN_RUN.sub(whole, text).split())


def traditional(text: str) -> str:
    """In traditional characters."""
    return str(_to_traditional().convert(text))


def unpunctuated(text: str) -> str:
    """Without punctuation."""
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def full_width(text: str) -> str:
    """ASCII as wide as Chinese characters."""
    return "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "\u3000" if char == " " else char for char in text
    )


PERTURBATIONS: Mapping[str, Callable[[str], str]] = {
    "typo": typed_badly,
    "pinyin, some words": some_in_pinyin,
    "pinyin, all words": all_in_pinyin,
    "traditional": traditional,
    "no punctuation": unpunctuated,
    "full-width": full_width,
}
CHINESE_ONLY = frozenset({"pinyin, some words", "pinyin, all words", "traditional"})


def _dice(text: str) -> random.Random:
    return random.Random(zlib.crc32(text.encode()))


def _other(char: str, dice: random.Random) -> str:
    if is_chinese(char):
        alike = [other for other in _homophones().get(_read(char), "") if other != char]
        return dice.choice(alike) if alike else char
    row = next((row for row in _ROWS if char.lower() in row), None)
    if row is None:
        return char
    at = row.index(char.lower())
    return dice.choice([key for key in (row[max(0, at - 1)], row[min(len(row) - 1, at + 1)]) if key != char.lower()])


@lru_cache(maxsize=1)
def _homophones() -> dict[str, str]:
    """The 3,755 common characters (GB 2312, level 1) by toneless sound."""
    found: dict[str, str] = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            char = bytes((high, low)).decode("gb2312", "ignore")
            if char:
                found[_read(char)] = found.get(_read(char), "") + char
    return found


def _read(text: str) -> str:
    return "".join(lazy_pinyin(text))


@lru_cache(maxsize=1)
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")
