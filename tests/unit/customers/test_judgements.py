"""Segment, stage, churn hint and tier: rules from fields alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ticketing.care import simulation
from ticketing.care.churn import History, hint
from ticketing.customers.lifecycle import stage_of
from ticketing.customers.rules import TIER_SERVICE, addressed, service_of
from ticketing.customers.segmentation import DEFAULTS, Facts, SegmentRule, dimensions, segment_of

TODAY = date(2026, 11, 23)
RULES = [SegmentRule(code, match) for code, _zh, _en, match in DEFAULTS]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "segment", "why"),
    [
        ({}, "everyday", {}),
        ({"risk_level": "high", "tier": "gold"}, "cautious", {"risk": "high"}),
        ({"tier": "private", "kind": "business"}, "key", {"tier": "private"}),
        ({"kind": "business"}, "merchants", {"kind": "business"}),
        ({"holdings": Decimal(1)}, "investors", {"behaviour": "holding"}),
        ({"trades_90d": 12, "last_trade_on": ago(1)}, "frequent", {"behaviour": "frequent"}),
        ({"registered_on": ago(89)}, "newcomers", {"loyalty": "new"}),
        ({"registered_on": ago(90)}, "everyday", {}),
        ({"last_trade_on": ago(181)}, "asleep", {"behaviour": "asleep"}),
        ({"last_trade_on": ago(180)}, "everyday", {}),
    ],
)
def test_the_first_segment_that_fits_and_why(facts: dict[str, Any], segment: str, why: dict[str, str]) -> None:
    assert segment_of(dimensions(Facts(**facts), TODAY), RULES) == (segment, why)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, "registered"),
        ({"verified_on": ago(9)}, "verified"),
        ({"verified_on": ago(9), "trades_90d": 1}, "trading"),
        ({"last_trade_on": ago(300)}, "trading"),
        ({"last_trade_on": ago(366)}, "leaving"),
        ({"last_trade_on": ago(366), "holdings": Decimal(5)}, "investing"),
        ({"holdings": Decimal(5), "leaving_on": ago(-9)}, "leaving"),
        ({"holdings": Decimal(0), "trades_90d": 2}, "trading"),
    ],
)
def test_a_stage_is_read_from_what_is_known_now(facts: dict[str, Any], stage: str) -> None:
    assert stage_of(Facts(**facts), TODAY)[0] == stage


def test_a_calm_customer_has_no_hint() -> None:
    assert hint(History(), TODAY).band == "low"


def test_every_point_of_a_hint_has_a_reason() -> None:
    found = hint(History("trading", (2.0, 4.0), complaints=3, repeats=1, breaches=1, last_trade_on=ago(200)), TODAY)
    assert found.score == min(100, sum(points for _code, points, _value in found.reasons))
    assert [code for code, *_ in found.reasons][:2] == ["low_mark", "silent"]
    assert found.band == "high"


def test_a_good_mark_counts_for_the_customer_and_never_below_nothing() -> None:
    assert hint(History(marks=(5.0,)), TODAY).score == 0
    assert hint(History(marks=(5.0,), breaches=1), TODAY).score == 5


@pytest.mark.parametrize(
    "worse", [{"breaches": 2}, {"repeats": 2}, {"marks": (1.0,)}, {"last_trade_on": ago(200)}, {"stage": "leaving"}]
)
def test_trouble_never_lowers_a_hint(worse: dict[str, Any]) -> None:
    assert hint(History(**worse), TODAY).score > hint(History(), TODAY).score


def test_a_tier_passes_nobody_by_more_than_two_minutes() -> None:
    starts = [service.head_start for service in TIER_SERVICE.values()]
    assert starts == sorted(starts)
    assert starts[-1] <= timedelta(minutes=2)
    assert service_of("platinum") == TIER_SERVICE["standard"]


def test_a_tier_is_heard_in_the_form_of_address() -> None:
    assert addressed("欧阳修", "zh") == "欧阳先生/女士"
    assert addressed("王建国", "zh", "gold") == "尊敬的王先生/女士"
    assert addressed("Grace", "en", "private") == "valued customer"


def test_the_hint_points_the_right_way_on_simulated_customers() -> None:
    scored = [(hint(each.history, simulation.TODAY).score, each.left) for each in simulation.customers(3_000, seed=7)]
    assert simulation.discrimination(scored) > 0.55
    assert simulation.discrimination([(50, True), (50, False)]) == 0.5
    assert simulation.discrimination([(1, True), (50, False)]) == 0.0
