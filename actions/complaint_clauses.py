"""The clauses of a message: which of them ask for an answer by some way, demand something, or tell more. Pure; zh and en side by side."""

from __future__ import annotations

import re

from actions.complaint_vocabulary import (
    BARE_WISH,
    CHANNEL_CLAUSES,
    CORRECTION,
    LETTERS,
    MISSES,
    STOCK,
    STORY_NAMED,
    WISH,
    WISH_NAMED,
)
from actions.said import Said, is_question, skips

_CLAUSE = re.compile(
    r"(?:(?![，。！!？?；;…\n]|,(?!\d)|\.(?!\w)|(?<=[㐀-鿿])\s|\s(?=[㐀-鿿])| (?:and|but|because) ).)+", re.IGNORECASE
)
"""Chinese typed without punctuation parts its clauses by spaces."""
ENOUGH, LONG = 4, 8
"""So many words tell something; in a clause that holds the answer itself it takes more."""
_FACTS = ("amount", "number", "order_number", "phone", "email")


def first_clause(text: str) -> str:
    """What a text begins with."""
    return next(iter(_clauses(text)), "")


def channel_asked_for(text: str) -> str | None:
    """The way of contact that a clause of a text is about and nothing else: “在这里回复我就行”."""
    return next((channel for clause in _clauses(text) if (channel := _channel(clause))), None)


def without_channels(text: str) -> str:
    """A text without the clauses that only say how to answer."""
    spans = [m.span() for m in _CLAUSE.finditer(text) if _channel(_bare(m.group()))]
    for start, end in reversed(spans):
        text = f"{text[:start].rstrip(' ，,')}{text[end:]}" if start else text[end:].lstrip(" ，,。.；;")
    return text.strip()


def demand(text: str) -> str | None:
    """What a text demands, in its own words."""
    text = without_channels(text)
    if wish := WISH.search(text):
        return (wish["z"] or wish["y"] or wish["e"]).strip()
    return next((clause for clause in _clauses(text) if BARE_WISH.fullmatch(clause)), None)


def named_wish(text: str) -> str | None:
    """What is wanted, where a text says that this is the wish: “诉求改成马上到账”, “what I want is …”."""
    wish = _named(WISH_NAMED, without_channels(text))
    return None if wish is None or is_question(wish) else wish


def one_more_wish(wish: str, more: str) -> str:
    """The wish with what is demanded besides it: “打电话就行，还有，你们得给我利息”."""
    return wish if more in wish else f"{wish}; {more}" if more.isascii() else f"{wish}；{more}"


def named_story(text: str) -> str | None:
    """What happened, where a text says that this is what the story should be."""
    return _named(STORY_NAMED, text)


def told_besides(said: Said) -> str:
    """What a message tells in clauses other than the one that answers, in the customer's words."""
    facts = [one["start"] for kind in _FACTS for one in said.entities.get(kind, ())]
    told: list[str] = []
    for clause in _CLAUSE.finditer(said.text):
        holds_fact = any(clause.start() <= place < clause.end() for place in facts)
        goes_on = bool(told) and not holds_fact and clause.group().strip().startswith(("and ", "because "))
        if _tells(clause.group(), least=1 if goes_on else LONG if holds_fact else ENOUGH):
            told.append(clause.group().strip())
    return (" " if said.text.isascii() else "，").join(told)


def without_instructions(text: str) -> str:
    """What is to be written, without the words that say to write it: “地点没写上啊 是肯德基”."""
    return MISSES.sub("", text).strip(" ，,：:。.")


def _tells(clause: str, *, least: int) -> bool:
    """Whether a clause says more than an answer does, in words; a Chinese word is two characters, more or less."""
    clause = _bare(clause)
    if _channel(clause) or demand(clause) or skips(clause) or CORRECTION.search(clause) or is_question(clause):
        return False
    words = len(LETTERS.findall(STOCK.sub(" ", clause.lower())))
    return words >= (least if clause.isascii() else least * 1.5)


def _clauses(text: str) -> list[str]:
    return [bare for clause in _CLAUSE.findall(text) if (bare := _bare(clause))]


def _bare(clause: str) -> str:
    return re.sub(r"^(?:and|but|because) ", "", clause.strip(), flags=re.IGNORECASE)


def _channel(clause: str) -> str | None:
    return next((channel for channel, words in CHANNEL_CLAUSES.items() if words.fullmatch(clause)), None)


def _named(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return next((given.strip(" ，,：:。.") for given in found.groups() if given), None) if found else None
