"""“没有单号的”, "I told you I don't have a number": what a message says that one has none of. Pure; zh and en side by side."""

from __future__ import annotations

import re

from actions.complaint_vocabulary import HAS_NONE, LETTERS, STOCK
from actions.said import skips

_CLAUSE = re.compile(r"(?:(?![，。！!？?；;…\n]|,(?!\d)|\.(?!\w)|(?<=[㐀-鿿])\s|\s(?=[㐀-鿿])).)+")
_ALL = {slot: re.compile(words, re.IGNORECASE) for slot, words in HAS_NONE.items()}
_ZH = r"(?:我|都|也|已经|早|刚才?|不是|跟你们?|和你们?|说|讲|过|了|真的?|确实|就)+"
_EN = r"\b(?:i|i've|ive|told|said|you|u|already|really|just|nope|no|sorry|but|well|ok|and|again|as|man|bro|at all|any|sir|here|though|either)\b"
_SAYS_SO = re.compile(f"{_ZH}|{_EN}", re.IGNORECASE)
_SAYS_SO_OF_NONE = re.compile(
    rf"^{_ZH}(?=没|冇|木有|不知道|不记得|找不)|(?<=[没有冇道得到着])[的啊呀呢嘛啦哦吧呗]+$"
    rf"|{_EN}(?=.{{0,120}}\b(?:do ?n[o']?t|dont|didn'?t|haven'?t|can'?t|cant|none|nothing)\b)",
    re.IGNORECASE,
)
"""What is said around it."""


def named_lacks(text: str) -> tuple[str, ...]:
    """The slots a text says it has nothing for: “没有订单号”."""
    return tuple(slot for slot, words in _ALL.items() if words.search(text))


def has_none(slot: str, text: str) -> bool:
    """Whether a text says, wherever in the line, that there is nothing to fill the slot asked for."""
    rest = _CLAUSE.findall(without_lacks(text))
    return slot in named_lacks(text) or any(skips(_plain(clause)) for clause in rest)


def without_lacks(text: str) -> str:
    """The text with blanks where it says so; every other word stays in its place."""
    for words in _ALL.values():
        text = words.sub(lambda found: " " * len(found.group()), text)
    return text


def only_lacks(text: str) -> bool:
    """Whether a text says what one has none of and nothing else."""
    rest = _SAYS_SO.sub(" ", STOCK.sub(" ", without_lacks(text).lower()))
    return bool(named_lacks(text)) and not LETTERS.findall(rest)


def _plain(clause: str) -> str:
    return " ".join(_SAYS_SO_OF_NONE.sub(" ", clause.strip()).split())
