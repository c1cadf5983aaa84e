"""What is counted in a text, what a query asks for, and where it stands in what was found. Pure.

Chinese runs are cut into overlapping pairs, which need no dictionary; the last character stands alone, so that every place
of a run begins a token and a single character finds all of them as a beginning. Latin words and numbers are taken whole and
found by their beginning; of ticket and order numbers also the last digits are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ticketing.knowledge.text import folded, one_line

LONGEST_QUERY = 80
MOST_TERMS = 8
MOST_TOKENS = 4_000
"""Of one text; what is further down is not found."""
SHORTEST_PREFIX = 2
SHORTEST_TAIL = 3
SNIPPET = 90
EVERY_NUMBER = "ks"
"""Begins the number of every ticket: before its digits it narrows nothing, and finding all of them takes long."""
_BEFORE = 24
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+")
_NUMBER = re.compile(r"ks-?\d{8}-?\d+")


@dataclass(frozen=True)
class Phrase:
    """Tokens that stand beside each other; with ``prefix`` the last one is only a beginning."""

    tokens: tuple[str, ...]
    prefix: bool = False


Alternative = tuple[Phrase, ...]
"""All of these."""
Term = tuple[Alternative, ...]
"""One of these."""


@dataclass(frozen=True)
class Query:
    """What was ``typed``, the same made comparable (``text``), its runs, and what each of them asks for."""

    typed: str
    text: str
    words: tuple[str, ...]
    terms: tuple[Term, ...]


def runs(text: str) -> list[str]:
    """The Chinese runs, words and numbers of a text."""
    return _RUN.findall(folded(text))


def tokens(texts: Iterable[str | None]) -> list[str]:
    """What is counted in texts, in order."""
    found: list[str] = []
    for text in texts:
        for run in runs(text or ""):
            found += _pieces(run)
            if len(found) >= MOST_TOKENS:
                return found[:MOST_TOKENS]
    return found


def number_tokens(number: str | None) -> list[str]:
    """A ticket's or order's number: its parts, and the last part from each place on (末尾几位)."""
    parts = runs(number or "")
    if not parts:
        return []
    last = parts[-1]
    tails = [last[at:] for at in range(1, len(last) - SHORTEST_TAIL + 1)]
    bare = last.lstrip("0")
    return [*parts, *tails, *([bare] if bare and bare not in tails and bare != last else [])]


def parse(text: str) -> Query:
    """What was typed as a query; no terms where nothing can be looked for."""
    typed = " ".join(text[:LONGEST_QUERY].split())
    words = tuple(dict.fromkeys(runs(typed)))[:MOST_TERMS]
    return Query(typed, folded(typed), words, tuple(((phrase(word),),) for word in _narrowing(words)))


def phrase(run: str) -> Phrase:
    """A run as it must stand in the text; a word or a number may go on."""
    if _is_han(run):
        return Phrase((run,), prefix=True) if len(run) == 1 else Phrase(tuple(_pairs(run)))
    return Phrase((run,), prefix=len(run) >= SHORTEST_PREFIX)


def relaxed(query: Query) -> Query | None:
    """The query with each longer Chinese run allowed to fall apart once, so that 退款银行卡 finds 银行卡…退款."""
    terms = tuple(_apart(word) for word in _narrowing(query.words))
    return replace(query, terms=terms) if terms != query.terms else None


def is_number(text: str) -> bool:
    """Whether a whole ticket number was typed."""
    return _NUMBER.fullmatch(text) is not None


def snippet(texts: Sequence[str | None], words: Sequence[str]) -> list[tuple[str, bool]]:
    """A piece of the first text that holds a word, as parts and whether each is to be marked."""
    shown = [one_line(text) for text in texts if text]
    for text in shown:
        if found := _places(text, words):
            return list(_marked(text, found))
    return [(shown[0][:SNIPPET] + ("…" if len(shown[0]) > SNIPPET else ""), False)] if shown else []


def _narrowing(words: tuple[str, ...]) -> tuple[str, ...]:
    numbered = any(word.isdigit() for word in words)
    return tuple(word for word in words if not (numbered and word == EVERY_NUMBER))


def _places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand; pairs of a Chinese word where it does not stand as a whole."""
    plain = folded(text)
    found: list[tuple[int, int]] = []
    for word in words:
        sought = [word] if word in plain or not _is_han(word) else _pairs(word)
        for each in sought:
            found += [(match.start(), match.end()) for match in re.finditer(re.escape(each), plain)]
    return sorted(found)


def _marked(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    begin = max(0, places[0][0] - _BEFORE)
    end, at = min(len(text), begin + SNIPPET), begin
    lead = "…" if begin else ""
    for start, stop in places:
        if stop <= at or start >= end:
            continue
        start = max(start, at)
        if lead or start > at:
            yield lead + text[at:start], False
        lead = ""
        yield text[start : min(stop, end)], True
        at = min(stop, end)
    if at < end or end < len(text):
        yield text[at:end] + ("…" if end < len(text) else ""), False


def _apart(run: str) -> Term:
    """A run as a whole, or in two pieces of at least two characters that stand anywhere."""
    places = range(2, len(run) - 1) if _is_han(run) else ()
    return ((phrase(run),), *((phrase(run[:at]), phrase(run[at:])) for at in places))


def _pieces(run: str) -> list[str]:
    return [*_pairs(run), run[-1]] if _is_han(run) else [run]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _is_han(run: str) -> bool:
    return not run[:1].isascii()
