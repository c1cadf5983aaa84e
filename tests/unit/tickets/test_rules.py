"""The life of a ticket as a table."""

from __future__ import annotations

import pytest

from ticketing.tickets import rules
from ticketing.tickets.rules import Category, Refused, Status, Step, Who

OWNER = frozenset({Who.STAFF, Who.OWNER})
CUSTOMER = frozenset({Who.CUSTOMER})
EVERYTHING = frozenset({"findings", "cause", "measures", "follow_up_plan", "delivered_letter", "reason"})

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


def test_raising_priority_stops_at_urgent() -> None:
    seen = ["low"]
    for _ in range(5):
        seen.append(rules.raised(seen[-1]))
    assert seen == ["low", "normal", "high", "urgent", "urgent", "urgent"]


@pytest.mark.parametrize(
    ("one", "other", "higher"),
    [
        ("low", "urgent", "urgent"),
        ("high", "normal", "high"),
        ("normal", "normal", "normal"),
        ("low", "normal", "normal"),
    ],
)
def test_the_more_urgent_of_two_priorities_wins_whichever_comes_first(one: str, other: str, higher: str) -> None:
    assert rules.more_urgent(one, other) == rules.more_urgent(other, one) == higher


@pytest.mark.parametrize(("severity", "needed"), [("normal", False), ("serious", True), ("critical", True)])
def test_answers_in_serious_cases_need_a_second_pair_of_eyes(severity: str, needed: bool) -> None:
    assert rules.four_eyes(severity) is needed


def test_a_ticket_is_either_open_or_ended() -> None:
    assert {status.value for status in rules.OPEN} == {"accepted", "investigating", "resolving", "feedback"}
    assert {status.value for status in rules.ENDED} == {"closed", "withdrawn", "merged"}


def test_the_classes_of_complaints_are_those_of_the_handbook_by_the_names_the_assistant_uses() -> None:
    assert [each.value for each in Category] == [
        "product_service",
        "transaction_dispute",
        "system_failure",
        "policy_issue",
    ]


def test_a_refusal_says_what_is_lacking_or_that_the_status_forbids_it() -> None:
    assert str(Refused(("cause", "measures"))) == "cause, measures"
    assert str(Refused()) == "not allowed in this status"
