"""Which kind of customer somebody is: five dimensions read from the fields, and the first declared segment they fit. Pure.

Source: handbook §4.1 (segmentation by type, behaviour, risk level, trading frequency, loyalty).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

OFTEN = 12
"""Trades in 90 days from which somebody trades often: about once a week."""
ASLEEP_DAYS = 180
SETTLED_DAYS, LOYAL_DAYS, NEW_DAYS = 365, 3 * 365, 90
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "kind": ("personal", "business"),
    "behaviour": ("none", "asleep", "trading", "frequent", "holding"),
    "risk": ("unknown", "low", "medium", "high"),
    "loyalty": ("new", "young", "settled", "loyal"),
    "tier": ("standard", "silver", "gold", "private"),
}
EVERYONE = "everyday"
"""The segment of whoever fits no other; it has no conditions and cannot be switched off."""


@dataclass(frozen=True)
class Facts:
    """What segmentation and life cycle look at."""

    kind: str = "personal"
    tier: str = "standard"
    risk_level: str | None = None
    registered_on: date | None = None
    verified_on: date | None = None
    last_trade_on: date | None = None
    trades_90d: int | None = None
    holdings: Decimal | None = None
    leaving_on: date | None = None
    deceased: bool = False


@dataclass(frozen=True)
class SegmentRule:
    """A declared segment: every dimension that it names must have one of the values."""

    code: str
    match: Mapping[str, Sequence[str]]

    def fits(self, found: Mapping[str, str]) -> bool:
        """Whether somebody with these dimensions belongs to it."""
        return all(found[name] in values for name, values in self.match.items() if values)


DEFAULTS: tuple[tuple[str, str, str, Mapping[str, Sequence[str]]], ...] = (
    ("cautious", "风险关注客户", "Watch for risk", {"risk": ["high"]}),
    ("key", "重点客户", "Key customers", {"tier": ["gold", "private"]}),
    ("merchants", "商户", "Merchants", {"kind": ["business"]}),
    ("investors", "投资客户", "Investors", {"behaviour": ["holding"]}),
    ("frequent", "高频交易客户", "Frequent traders", {"behaviour": ["frequent"]}),
    ("newcomers", "新客户", "Newcomers", {"loyalty": ["new"]}),
    ("asleep", "沉睡客户", "Dormant", {"behaviour": ["asleep"]}),
    (EVERYONE, "普通客户", "Everyday customers", {}),
)
"""Code, names and rule of the segments a company starts with, in the order in which they are tried."""


def dimensions(facts: Facts, today: date) -> dict[str, str]:
    """The five dimensions of a customer."""
    return {
        "kind": facts.kind if facts.kind in DIMENSIONS["kind"] else "personal",
        "behaviour": _behaviour(facts, today),
        "risk": facts.risk_level if facts.risk_level in DIMENSIONS["risk"] else "unknown",
        "loyalty": _loyalty(facts.registered_on, today),
        "tier": facts.tier if facts.tier in DIMENSIONS["tier"] else "standard",
    }


def segment_of(found: Mapping[str, str], rules: Iterable[SegmentRule]) -> tuple[str, dict[str, str]]:
    """The first segment that fits, and the dimensions that decided it."""
    for rule in rules:
        if rule.fits(found):
            return rule.code, {name: found[name] for name, values in sorted(rule.match.items()) if values}
    return EVERYONE, {}


def _behaviour(facts: Facts, today: date) -> str:
    if facts.holdings:
        return "holding"
    if (facts.trades_90d or 0) >= OFTEN:
        return "frequent"
    if facts.last_trade_on is not None and (today - facts.last_trade_on).days > ASLEEP_DAYS:
        return "asleep"
    return "trading" if facts.trades_90d or facts.last_trade_on is not None else "none"


def _loyalty(registered_on: date | None, today: date) -> str:
    if registered_on is None:
        return "young"
    days = (today - registered_on).days
    return "new" if days < NEW_DAYS else "young" if days < SETTLED_DAYS else "settled" if days < LOYAL_DAYS else "loyal"
