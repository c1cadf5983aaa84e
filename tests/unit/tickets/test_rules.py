"""The life of a ticket as a table."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from ticketing.tickets import rules
from ticketing.tickets.rules import Refused, Status, Step, Who

OWNER = frozenset({Who.STAFF, Who.OWNER})
CUSTOMER = frozenset({Who.CUSTOMER})
EVERYTHING = frozenset({"findings", "cause", "measures", "follow_up_plan", "delivered_letter"})

LIFE = [
    (Step.CLAIM, OWNER, Status.INVESTIGATING),
    (Step.RECORD_FINDINGS, OWNER, Status.RESOLVING),
    (Step.DECIDE, OWNER, Status.FEEDBACK),
    (Step.CLOSE, OWNER, Status.CLOSED),
    (Step.REOPEN, CUSTOMER, Status.INVESTIGATING),
]


def test_a_complaint_goes_accept_investigate_resolve_feed_back_close_and_may_be_reopened() -> None:
    status = Status.ACCEPTED
    for step, who, expected in LIFE:
        status = rules.next_status(step, status, who=who, present=EVERYTHING)
        assert status == expected


@pytest.mark.parametrize(
    ("step", "status", "lacking"),
    [
        (Step.RECORD_FINDINGS, Status.INVESTIGATING, "findings"),
        (Step.DECIDE, Status.RESOLVING, "cause"),
        (Step.DECIDE, Status.RESOLVING, "measures"),
        (Step.DECIDE, Status.RESOLVING, "follow_up_plan"),
        (Step.CLOSE, Status.FEEDBACK, "delivered_letter"),
    ],
)
def test_a_step_without_its_content_is_refused_and_names_it(step: Step, status: Status, lacking: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.next_status(step, status, who=OWNER, present=EVERYTHING - {lacking})
    assert refusal.value.missing == (lacking,)


def test_nothing_moves_an_ended_ticket_but_reopening_a_closed_one() -> None:
    for step, status, who in product(Step, rules.ENDED, (OWNER, CUSTOMER)):
        if (step, status) == (Step.REOPEN, Status.CLOSED):
            continue
        with pytest.raises(Refused):
            rules.next_status(step, status, who=who, present=EVERYTHING)


def test_only_the_customer_withdraws_and_only_staff_decide() -> None:
    for status in rules.OPEN:
        assert rules.next_status(Step.WITHDRAW, status, who=CUSTOMER, present=frozenset()) == Status.WITHDRAWN
        with pytest.raises(Refused):
            rules.next_status(Step.WITHDRAW, status, who=OWNER, present=frozenset())
    for step in (Step.CLAIM, Step.RECORD_FINDINGS, Step.DECIDE, Step.CLOSE):
        assert all(step not in rules.steps_open_to(status, CUSTOMER) for status in Status)


@pytest.mark.parametrize(
    ("text", "amount", "tier", "repeat", "level", "reasons"),
    [
        ("付款页打不开", None, "standard", False, "normal", ()),
        ("转错了一万块", Decimal(10_000), "standard", False, "normal", ("amount",)),
        ("再不处理我就去12378投诉", None, "standard", False, "serious", ("outside_threat",)),
        (
            "你们就是骗子，扣了我六万，我要起诉",
            Decimal(60_000),
            "standard",
            False,
            "critical",
            ("amount", "outside_threat", "anger"),
        ),
        ("This is my pension and it is gone", Decimal(900), "standard", True, "serious", ("vulnerable", "repeat")),
        ("I will go to the press about this", None, "standard", False, "serious", ("outside_threat",)),
        ("I pressed pay twice in the court shop", None, "standard", False, "normal", ()),
        ("I will issue a complaint", None, "standard", False, "normal", ()),
    ],
)
def test_severity_and_its_reasons(
    text: str, amount: Decimal | None, tier: str, repeat: bool, level: str, reasons: tuple[str, ...]
) -> None:
    judged = rules.severity(text=text, amount=amount, tier=tier, repeat=repeat)
    assert (judged.level, judged.reasons) == (level, reasons)


def test_a_better_tier_raises_the_priority_of_an_ordinary_case_only_one_step() -> None:
    assert rules.severity(text="页面慢", amount=None, tier="standard", repeat=False).priority == "normal"
    assert rules.severity(text="页面慢", amount=None, tier="private", repeat=False).priority == "high"


def test_raising_priority_stops_at_urgent() -> None:
    seen = ["low"]
    for _ in range(5):
        seen.append(rules.raised(seen[-1]))
    assert seen == ["low", "normal", "high", "urgent", "urgent", "urgent"]
