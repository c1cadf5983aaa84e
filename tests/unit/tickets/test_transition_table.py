"""Every step × status × who, against a table written a second time by hand; and the page that shows it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from ticketing.tickets import process, rules
from ticketing.tickets.rules import Refused, Status, Step, Who

LETTERS = {
    "A": Status.ACCEPTED, "I": Status.INVESTIGATING, "R": Status.RESOLVING, "F": Status.FEEDBACK, "C": Status.CLOSED,
    "W": Status.WITHDRAWN, "M": Status.MERGED,
}  # fmt: skip
GRID = """
claim              staff                       A>I I R F
assign             lead,system                 A>I I R F
reassign           lead,system                 I R F
hand_over          owner                       I R F
recuse             staff,lead,approver         A I R F
record_findings    owner                       I>R
decide             owner                       R>F F
draft              owner                       F
approve            approver                    F
send               owner                       F
deliver            system,customer,staff       A I R F C W M
close              owner                       F>C
reopen             customer,staff              C>I
withdraw           customer,owner,lead         A>W I>W R>W F>W
add                customer                    A I R F
merge              owner,lead                  A>M I>M R>M F>M
split              owner,lead                  A I R F
link               staff                       A I R F C W M
pause              owner,lead                  A I R F
resume             owner,lead,customer,system  A I R F
request_extension  owner                       A I R F
decide_extension   extender                    A I R F
"""
NEEDS = {
    (Step.REASSIGN, Who.LEAD): {"handover_note"},
    (Step.HAND_OVER, Who.OWNER): {"handover_note"},
    (Step.RECUSE, Who.STAFF): {"reason"},
    (Step.RECORD_FINDINGS, Who.OWNER): {"findings"},
    (Step.DECIDE, Who.OWNER): {"cause", "measures", "follow_up_plan"},
    (Step.DRAFT, Who.OWNER): {"cause", "measures", "follow_up_plan"},
    (Step.APPROVE, Who.APPROVER): {"waiting_letter"},
    (Step.SEND, Who.OWNER): {"approved_letter"},
    (Step.DELIVER, Who.SYSTEM): {"sent_letter"},
    (Step.CLOSE, Who.OWNER): {"delivered_letter"},
    (Step.REOPEN, Who.CUSTOMER): {"reason"},
    (Step.WITHDRAW, Who.OWNER): {"evidence"},
    (Step.ADD, Who.CUSTOMER): {"text"},
    (Step.MERGE, Who.LEAD): {"survivor", "reason"},
    (Step.SPLIT, Who.OWNER): {"description"},
    (Step.LINK, Who.STAFF): {"other_ticket"},
    (Step.PAUSE, Who.OWNER): {"reason"},
    (Step.RESUME, Who.CUSTOMER): {"open_pause"},
    (Step.REQUEST_EXTENSION, Who.OWNER): {"reason", "statutory_time_left"},
    (Step.DECIDE_EXTENSION, Who.EXTENDER): {"extension_request", "reason", "statutory_time_left"},
}
NEEDS_NOTHING = {(Step.CLAIM, Who.STAFF), (Step.ASSIGN, Who.LEAD), (Step.REASSIGN, Who.SYSTEM), (Step.WITHDRAW, Who.CUSTOMER)}  # fmt: skip
EVERYTHING = frozenset(name for rows in rules.TRANSITIONS.values() for row in rows for name in row.needs)


def expected() -> dict[tuple[Step, Status, Who], Status]:
    found = {}
    for line in GRID.strip().splitlines():
        step, who, *moves = line.split()
        for move, one in product(moves, who.split(",")):
            source, _, target = move.partition(">")
            found[Step(step), LETTERS[source], Who(one)] = LETTERS[target or source]
    return found


@pytest.mark.parametrize("step", list(Step))
def test_every_step_does_in_every_status_for_everyone_exactly_what_the_table_says(step: Step) -> None:
    table = expected()
    for status, who in product(Status, Who):
        wanted, one = table.get((step, status, who)), frozenset({who})
        assert (step in rules.steps_open_to(status, one)) == (wanted is not None), (status, who)
        if wanted is not None:
            assert rules.next_status(step, status, who=one, present=EVERYTHING) == wanted, (status, who)
            continue
        with pytest.raises(Refused) as refusal:
            rules.next_status(step, status, who=one, present=EVERYTHING)
        assert refusal.value.missing == (), (status, who)


@pytest.mark.parametrize(("step", "who"), NEEDS)
def test_each_missing_content_is_refused_and_named(step: Step, who: Who) -> None:
    status = next(status for asked, status, one in expected() if (asked, one) == (step, who))
    for lacking in NEEDS[step, who]:
        with pytest.raises(Refused) as refusal:
            rules.next_status(step, status, who=frozenset({who}), present=EVERYTHING - {lacking})
        assert refusal.value.missing == (lacking,)
    rules.next_status(step, status, who=frozenset({who}), present=frozenset(NEEDS[step, who]))


@pytest.mark.parametrize(("step", "who"), sorted(NEEDS_NOTHING))
def test_what_needs_nothing_goes_without(step: Step, who: Who) -> None:
    status = next(status for asked, status, one in expected() if (asked, one) == (step, who))
    rules.next_status(step, status, who=frozenset({who}), present=frozenset())


def test_every_step_has_its_contents_tested() -> None:
    assert {step for step, _who in {*NEEDS, *NEEDS_NOTHING}} == set(Step)


def test_someone_who_may_by_two_rows_needs_only_what_the_easier_one_asks() -> None:
    both = frozenset({Who.LEAD, Who.SYSTEM})
    assert rules.next_status(Step.REASSIGN, Status.RESOLVING, who=both, present=frozenset()) == Status.RESOLVING


def test_the_process_page_shows_the_table_of_the_code() -> None:
    page = Path(__file__).parents[3] / "docs" / "process.md"
    assert process.table() in page.read_text(encoding="utf-8"), "run .venv/bin/python -m ticketing.tickets.process"
