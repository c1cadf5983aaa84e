"""One spelling for many: the text as the features see it. Pure; nothing here is shown to a customer."""

import re
import unicodedata
from functools import lru_cache

import opencc

LONGEST = 500
"""Characters looked at. Embedding time grows with length without bound; a customer's point comes early."""

LONGEST_PLAIN = 256

_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_REPEATED = re.compile(r"([!?。,.~…哈啊呜])\1{2,}")
SIMPLIFIED = opencc.OpenCC("t2s")
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """The text in half-width, simplified, lower-case characters, without control characters, truncated.

    The result is for features and matching only: offsets do not fit the original.
    """
    text = _UNSEEN.sub(" ", text[:LONGEST])
    text = unicodedata.normalize("NFKC", text).lower()
    text = SIMPLIFIED.convert(text)
    text = _REPEATED.sub(r"\1\1", text)
    return _SPACES.sub(" ", text).strip()


def plain(text: str) -> str:
    """What is embedded: the words alone, in one script, width and case. Never empty.

    As `normalise` in `ticketing/knowledge/text.py`, so that one embedding serves both (tests/plain_texts.py).
    """
    cut = unicodedata.normalize("NFKC", text[: 4 * LONGEST_PLAIN])
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" or char == "'" else " " for char in cut)
    return " ".join(SIMPLIFIED.convert(kept).lower().split())[:LONGEST_PLAIN].strip() or "_"


def is_chinese(text: str) -> bool:
    """Whether a text has any Chinese character; the English encoder does not read it then."""
    return _CHINESE.search(text) is not None
