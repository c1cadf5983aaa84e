"""How serious a complaint is and why: amount, anger, threats to go outside, vulnerable customers, repetition (design §5).

Pure: judges texts that it is given. Every reason carries the customer's own words and its points, so that a person can
see what the judgement stands on and overrule it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ticketing.customers.rules import service_of
from ticketing.knowledge.text import folded
from ticketing.tickets.severity_signals import CLAUSE, INSIDE, NEGATED, OUTSIDE, Signal

LEVELS = ("normal", "serious", "critical")
SERIOUS_FROM, CRITICAL_FROM = 2, 4
LARGE_AMOUNT, VERY_LARGE_AMOUNT = Decimal(10_000), Decimal(50_000)
POINTS = {
    "regulator": 2, "press": 2, "court": 2, "police": 2, "social_media": 2, "outside_mention": 1,
    "anger": 1, "distress": 4, "vulnerable": 2, "repeat": 1,
}  # fmt: skip
FURTHER_THREAT = 1
"""A second threat adds less: someone who names the regulator and the press is not twice as far gone."""
LONGEST_WORDS = 5

_AMOUNT = re.compile(
    r"(?P<wan>(?<!\d)\d++(?:\.\d++)?+|[一二两三四五六七八九十百]++)\s*+多?万(?:[多余来几])?(?:[一二两三四五六七八九](?:千[一二两三四五六七八九]?百?)?)?\s*(?:元|块|钱|人民币|本金|的?货款|存款)"
    r"|(?:走|扣|划|转|付|还|交|亏|借|存|投)(?:了|走|款){0,3}\s*(?P<bare>\d++(?:\.\d++)?+|[一二两三四五六七八九十百]++)\s*+多?万(?![个分年人次能里粉])"
    r"|(?:[¥￥]|\b(?:rmb|cny)\s?)\s*(?P<before>\d[\d,]*+(?:\.\d++)?+)(?P<thousands>k\b)?"
    r"|(?P<after>(?<!\d)\d[\d,]*+(?:\.\d++)?+)(?P<kilo>k)?+\s*+(?:元|块|人民币|yuan\b|rmb\b|cny\b)"
)
"""Each number from its first digit to its last and no part of it, so that a text of digits takes no longer than its length."""
_LIMIT = re.compile(r"限额|额度|\blimit\b")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True)
class Finding:
    """One reason: its points and the words that speak for it."""

    reason: str
    points: int
    words: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the ticket keeps it."""
        return {"reason": self.reason, "points": self.points, "words": list(self.words)}


@dataclass(frozen=True)
class Severity:
    """How serious, why, and the priority that follows."""

    level: str
    findings: tuple[Finding, ...]
    priority: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of what was found."""
        return tuple(finding.reason for finding in self.findings)

    @property
    def points(self) -> int:
        """The sum that makes the level."""
        return sum(finding.points for finding in self.findings)


def judge(texts: str | Sequence[str], *, amount: Decimal | None, tier: str, repeat_of: str | None = None) -> Severity:
    """Judge everything the customer said; ``repeat_of`` is the number of their earlier complaint about the same."""
    said = [texts] if isinstance(texts, str) else list(texts)
    findings = [*_amounts(said, amount), *_threats(said), *_others(said, repeat_of)]
    points = sum(finding.points for finding in findings)
    level = "critical" if points >= CRITICAL_FROM else "serious" if points >= SERIOUS_FROM else "normal"
    priority = {"critical": "urgent", "serious": "high"}.get(level, service_of(tier).ticket_priority)
    return Severity(level, tuple(findings), priority)


def higher(one: str, other: str) -> str:
    """The more serious of two levels."""
    return max(one, other, key=LEVELS.index)


def of_json(kept: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """The findings that a ticket keeps."""
    return tuple(Finding(item["reason"], item["points"], tuple(item["words"])) for item in kept)


def words_of(signals: Iterable[Signal], texts: Sequence[str]) -> list[str]:
    """The customer's words that mean one of the signals, each once; harmless and taken-back uses are left out."""
    found = [word for signal in signals for text in texts for word in _uses(signal, text)[0]]
    return list(dict.fromkeys(found))


def _amounts(texts: Sequence[str], given: Decimal | None) -> Iterator[Finding]:
    """The amount the customer gave, else the largest they wrote."""
    found = [(given, "")] if given is not None else [item for text in texts for item in amounts_in(text)]
    largest, words = max(found, key=lambda item: item[0], default=(Decimal(0), ""))
    if largest >= LARGE_AMOUNT:
        yield Finding("amount", 2 if largest >= VERY_LARGE_AMOUNT else 1, (words,) if words else ())


def amounts_in(text: str) -> Iterator[tuple[Decimal, str]]:
    """Sums of money in a text with the words that say them; limits are not sums that are missing."""
    plain = folded(text)
    for match in _AMOUNT.finditer(plain):
        if _LIMIT.search(plain, max(0, match.start() - 16), match.end() + 4):
            continue
        if match["wan"] or match["bare"]:
            value = _number(match["wan"] or match["bare"]) * 10_000
        else:
            value = Decimal((match["before"] or match["after"]).replace(",", "") or 0)
            value *= 1000 if match["thousands"] or match["kilo"] else 1
        yield value, text[match.start() : match.end()].strip()


def _number(written: str) -> Decimal:
    """``12``, ``1.5``, ``二十``, ``一百二`` as a number."""
    if written[0].isdigit():
        return Decimal(written)
    total, digit = 0, 0
    for char in written:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return Decimal(total + digit)


def _threats(texts: Sequence[str]) -> Iterator[Finding]:
    """Threats to go outside; what is only mentioned or taken back counts a point when nothing is threatened."""
    mentioned: list[str] = []
    threatened = False
    for signal in OUTSIDE:
        words: list[str] = []
        for text in texts:
            meant, veiled = _uses(signal, text)
            words += meant
            mentioned += veiled
        if words:
            yield Finding(signal.reason, FURTHER_THREAT if threatened else POINTS[signal.reason], _few(words))
            threatened = True
    if mentioned and not threatened:
        yield Finding("outside_mention", POINTS["outside_mention"], _few(mentioned))


def _others(texts: Sequence[str], repeat_of: str | None) -> Iterator[Finding]:
    for signal in INSIDE:
        words = [word for text in texts for word in _uses(signal, text)[0]]
        if signal.reason == "repeat" and repeat_of is not None:
            words.insert(0, repeat_of)
        if words:
            yield Finding(signal.reason, POINTS[signal.reason], _few(words))


def _uses(signal: Signal, text: str) -> tuple[list[str], list[str]]:
    """The words of a text that mean it, and those that only mention it."""
    plain = folded(text)
    harmless = [match.span() for match in signal.harmless.finditer(plain)] if signal.harmless else []
    veiled = [match.span() for match in signal.veiled.finditer(plain)] if signal.veiled else []
    meant: list[str] = []
    mentioned: list[str] = []
    for match in signal.words.finditer(plain):
        start, end = match.span()
        if _within(start, end, harmless):
            continue
        before = CLAUSE.split(plain[max(0, start - 60) : start])[-1]
        weak = _within(start, end, veiled) or NEGATED.search(before) is not None
        (mentioned if weak else meant).append(text[start:end].strip())
    return meant, mentioned


def _within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < until and since < end for since, until in spans)


def _few(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:LONGEST_WORDS]
