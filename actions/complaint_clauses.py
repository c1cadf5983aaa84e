"""The clauses of a message: which of them ask for an answer by some way, demand something, or tell more. Pure; zh and en side by side."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.complaint_lacks import without_lacks
from actions.complaint_vocabulary import (
    BARE_WISH,
    CHANNEL_CLAUSES,
    CONTACT_TIME,
    CORRECTION,
    LETTERS,
    MISSES,
    NAMES,
    NOT_THAT_CLASS,
    PAIRS,
    STOCK,
    STORY_ADDED,
    STORY_NAMED,
    TELLS_ON,
    WANTS,
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
_CALL = r"(?:please )?(?:call|phone|ring) me(?: back)?"
_CALL_ZH = r"(?:给我|跟我)?(?:打|回)(?:个|我)?(?:电话|電話|电)(?:给我)?"
_MENDS = r"(?:say sorry|apolog\w+|explain\w*|refund\w*|pay|return|compensat\w+)\b"
_MENDS_ZH = r"(?:道歉|赔|退|解释|说明|给个?说法)"
_CALL_WISHED = re.compile(
    rf"{_CALL_ZH}[，,、\s]*(?:并且?|再|还要|然后|同时|和|向我|给我)+{_MENDS_ZH}[^，。！!？?；;\n]*|{_MENDS_ZH}[^，。！!？?；;\n]{{0,12}}[，,、\s]*(?:并且?|再|还要|然后|同时|和)+{_CALL_ZH}"
    rf"|\b{_CALL},? and (?:then |please )*{_MENDS}[^.,;!?\n]*|\b{_MENDS}[^.,;!?\n]{{0,80}} and {_CALL}\b",
    re.IGNORECASE,
)
"""A call wanted along with something else, which is part of the wish."""
_CALL_BACK = re.compile(r"\b(?:call|phone|ring) me back\b|回(?:个|我)?(?:电话|電話|电)", re.IGNORECASE)
_ONLY_HOW = re.compile(r"就[行好]|即可|有(?:结果|消息|进展)|\b(?:idc|whatever|anytime|i guess|when)\b", re.IGNORECASE)
_POLITELY = re.compile(
    r"^(?:请问|那)?(?:能不能|可不可以|可以|能)|(?:可以|行|好)?[吗么][\s?？]*+$|(?:行不行|可以不)[\s?？]*+$|^\W*(?:can|could|will|would) (?:you|u) |[\s?？]++$",
    re.IGNORECASE,
)
"""What makes a question of a way of contact."""
_FACTS = ("amount", "number", "order_number", "phone", "email")


def channel_asked_for(text: str) -> str | None:
    """The way of contact that a clause of a text is about and nothing else: “在这里回复我就行”."""
    return next((channel for clause in _clauses(text) if (channel := _channel(clause))), None)


def channel_in_question(text: str) -> str | None:
    """The way of contact that a question is about and nothing else: “能打电话吗”."""
    return _channel(_POLITELY.sub("", _POLITELY.sub("", text.strip()))) if is_question(text) else None


def without_channels(text: str) -> str:
    """A text without the clauses that only say how to answer; to be called back, or called along with more, is a wish."""
    wished = [call.span() for call in _CALL_WISHED.finditer(text)]
    spans = [
        (start, end)
        for start, end in (m.span() for m in _CLAUSE.finditer(text) if _channel(_bare(m.group())))
        if not any(begins <= start < ends for begins, ends in wished)
        and (_ONLY_HOW.search(text[start:end]) or not _CALL_BACK.search(text[start:end]))
    ]
    for start, end in reversed(spans):
        text = f"{text[:start].rstrip(' ，,')}{text[end:]}" if start else text[end:].lstrip(" ，,。.；;")
    return text.strip()


def demand(text: str) -> str | None:
    """What a text demands, in its own words."""
    text = without_channels(text)
    if call := _CALL_WISHED.search(text):
        return call.group().strip()
    if wish := WISH.search(text):
        return (wish["z"] or wish["y"] or wish["e"]).strip()
    return next(
        (clause for clause in _clauses(text) if BARE_WISH.fullmatch(clause) and not TELLS_ON.search(clause)), None
    )


def wanted(text: str) -> str | None:
    """What is demanded, or wanted in the words of someone who has told the story."""
    wish = WANTS.search(text)
    return demand(text) or (wish.group().strip() if wish else None)


def pair(text: str) -> tuple[str, str] | None:
    """What something is not and what it is."""
    match = next((m for pattern in PAIRS if (m := pattern.search(text))), None)
    return (match["no"].strip(" ，,。."), match["yes"].strip(" ，,。.!！")) if match else None


def apart(said: Said) -> tuple[Said, str]:
    """A message without the clauses that ask something, every word in its place, and those."""
    text, asked = said.text, []
    for clause in _CLAUSE.finditer(said.text):
        start, end = clause.start(), clause.end() + 1
        if is_question(said.text[start:end]):
            asked.append(said.text[start:end].strip())
            text = f"{text[:start]}{' ' * len(text[start:end])}{text[end:]}"
    kept = {
        kind: [one for one in found if text[one["start"] : one["end"]].strip()] for kind, found in said.entities.items()
    }
    told = replace(said, text=text, entities={kind: found for kind, found in kept.items() if found})
    return told, " ".join(asked)


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


def story_added(text: str) -> str | None:
    """What is to be written under the story, where a text says so: “事情经过加上有录音”."""
    return _named(STORY_ADDED, text)


def told_besides(said: Said) -> str:
    """What a message tells in clauses other than the one that answers, in the customer's words."""
    facts = [one["start"] for kind in _FACTS for one in said.entities.get(kind, ())]
    told: list[str] = []
    text = without_lacks(said.text)
    if wish := wanted(text):
        text = text.replace(wish, " " * len(wish))
    for clause in _CLAUSE.finditer(text):
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
    if _channel(clause) or wanted(clause) or skips(clause) or CORRECTION.search(clause) or is_question(clause):
        return False
    if CONTACT_TIME.search(clause) or NAMES.search(clause):
        return True
    words = len(LETTERS.findall(STOCK.sub(" ", NOT_THAT_CLASS.sub(" ", clause.lower()))))
    return words >= (least if clause.isascii() else least * 1.5)


def _clauses(text: str) -> list[str]:
    return [bare for clause in _CLAUSE.findall(text) if (bare := _bare(clause))]


def _bare(clause: str) -> str:
    return re.sub(
        r"^(?:(?:and|but|because) |(?:再|也|并且?|然后|还要)(?=给我|跟我|打|回))",
        "",
        clause.strip(),
        flags=re.IGNORECASE,
    )


def _channel(clause: str) -> str | None:
    return next((channel for channel, words in CHANNEL_CLAUSES.items() if words.fullmatch(clause)), None)


def _named(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return next((given.strip(" ，,：:。.") for given in found.groups() if given), None) if found else None
