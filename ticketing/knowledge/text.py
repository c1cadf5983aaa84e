"""How texts are made comparable: one script, one width, one case, and what is counted in them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

LONGEST = 256
"""Characters that matter for matching; embedding time grows without bound beyond."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:'[a-z]+)?")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_STOPS = "\u3001-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2014\u2026\u201c\u201d"
"""Chinese punctuation, which brings its own room."""
_CHINESE_BREAK = re.compile(rf"(?<=[{_HAN}])\s*\n\s*(?=[{_HAN}{_STOPS}])|(?<=[{_STOPS}])\s*\n\s*")


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """At most LONGEST characters: half-width, simplified, lower case, without controls, punctuation or emoji."""
    cut = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" or char == "'" else " " for char in cut)
    return " ".join(_to_simplified().convert(kept).lower().split())[:LONGEST].strip()


def one_line(text: str) -> str:
    """The text's lines one after the other: Chinese ones without a space between them, others with one."""
    return " ".join(_CHINESE_BREAK.sub("", text).split())


def folded(text: str) -> str:
    """The text half-width, simplified and lower case, character by character: places in it are places in the text."""
    return "".join(map(_folded, text))


@lru_cache(maxsize=16_384)
def _folded(char: str) -> str:
    plain = _to_simplified().convert(unicodedata.normalize("NFKC", char)).lower()
    return plain if len(plain) == 1 else char


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
