"""How askings are spoiled for calibration: slips of keys, characters that sound alike, pinyin. The same text always the same way.

Not the noise of perturbation.py, by which the result is measured.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Iterable

from ticketing.knowledge.pinyin import syllable

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
"""Beginnings and ends of syllables that many regions do not tell apart."""
_BLURRED = 0.25
_TYPED_PER_SLIP = 9


class Slips:
    """Spoils texts with characters that these texts use."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._alike: defaultdict[str, list[str]] = defaultdict(list)
        for char in sorted({char for text in texts for run in _HAN.findall(text) for char in run}):
            self._alike[syllable(char)].append(char)

    def typed(self, text: str) -> str:
        """With a slip every few characters: another one, one left out, twice, or swapped with the next."""
        dice, chars = _dice("typed", text), list(text)
        places = [at for at, char in enumerate(chars) if char.isalpha()]
        for at in dice.sample(places, min(len(places), max(1, round(len(places) / _TYPED_PER_SLIP)))):
            kind = dice.choice(("other", "other", "other", "missing", "twice", "swapped"))
            if kind == "swapped" and at + 1 < len(chars):
                chars[at], chars[at + 1] = chars[at + 1], chars[at]
            else:
                chars[at] = self._other(chars[at], dice) if kind == "other" else chars[at] * (kind != "missing") * 2
        return "".join(chars)

    def _other(self, char: str, dice: random.Random) -> str:
        near = self._alike[_blurred(syllable(char), dice)] if _HAN.match(char) else _near_keys(char.lower())
        others = [other for other in near if other != char]
        return dice.choice(others) if others else char


def romanised(text: str) -> str:
    """All Chinese in pinyin, written together one, two or three syllables at a time or without a gap."""
    dice = _dice("romanised", text)
    together = dice.choice((1, 2, 2, 3, len(text)))

    def spelled(run: str) -> str:
        words = (run[at : at + together] for at in range(0, len(run), together))
        return f" {' '.join(''.join(map(syllable, word)) for word in words)} "

    return " ".join(_HAN.sub(lambda match: spelled(match.group()), text).split())


def _dice(kind: str, text: str) -> random.Random:
    return random.Random(hashlib.sha256(f"{kind}\n{text}".encode()).digest())


def _blurred(sound: str, dice: random.Random) -> str:
    if dice.random() > _BLURRED:
        return sound
    full, short = dice.choice(_CONFUSED)
    if full in sound:
        return sound.replace(full, short, 1)
    return sound[: -len(short)] + full if sound.endswith(short) else sound


def _near_keys(key: str) -> str:
    for row, keys in enumerate(_KEYS):
        at = keys.find(key)
        if at >= 0:
            return "".join(line[max(0, at - 1) : at + 2] for line in _KEYS[max(0, row - 1) : row + 2])
    return key
