"""Whom a ticket suits best, why, and what never happens whatever the people and tickets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.tickets import assignment_wording
from ticketing.tickets.assignment_rules import (
    CASE,
    Block,
    Candidate,
    Choice,
    Need,
    Nobody,
    Why,
    blocked,
    choose,
    weight,
)

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
CLASSES = ("transaction_dispute", "system_failure", "policy_issue")
PRODUCTS = ("transfer", "fund")


def agent(number: int = 1, **changes: Any) -> Candidate:
    """Someone of team 1 who speaks Chinese, is there and has nothing to do."""
    usual: dict[str, Any] = {
        "role": "agent", "team_id": 1, "available": True, "on_shift": True, "languages": frozenset({"zh"}),
        "classes": {}, "products": {}, "open_cases": 0, "load": 0, "open_cap": 10, "load_cap": 6,
    }  # fmt: skip
    return Candidate(id=number, **(usual | changes))


def need(**changes: Any) -> Need:
    """A dispute over a transfer, said in Chinese, not serious, with time left."""
    usual: dict[str, Any] = {
        "team_id": 1, "category": "transaction_dispute", "product": "transfer", "language": "zh",
        "severity": "normal", "weight": 50,
    }  # fmt: skip
    return Need(**(usual | changes))


def chosen(wanted: Need, *people: Candidate, **options: Any) -> int:
    verdict = choose(wanted, people, **options)
    assert isinstance(verdict, Choice), verdict
    return verdict.candidate.id


def refused(wanted: Need, *people: Candidate, **options: Any) -> Block:
    verdict = choose(wanted, people, **options)
    assert isinstance(verdict, Nobody), verdict
    return verdict.reason


def test_the_least_loaded_gets_it() -> None:
    assert chosen(need(), agent(1, load=210, open_cases=3), agent(2, load=150, open_cases=4)) == 2


def test_load_is_measured_by_what_each_can_bear() -> None:
    assert chosen(need(), agent(1, load=200, load_cap=4), agent(2, load=300, load_cap=12)) == 2


def test_a_ticket_due_in_two_hours_weighs_more_than_one_due_in_forty() -> None:
    assert weight(NOW + timedelta(hours=2), NOW) > 2 * weight(NOW + timedelta(hours=40), NOW)
    assert weight(NOW - timedelta(hours=9), NOW) == weight(NOW, NOW) == 200
    assert weight(NOW + timedelta(days=15), NOW) == weight(None, NOW) == 50


def test_a_serious_case_goes_to_the_more_experienced_although_they_have_more_to_do() -> None:
    junior, senior = agent(1), agent(2, load=300, open_cases=2, classes={"transaction_dispute": 3})
    assert chosen(need(), junior, senior) == 1
    assert chosen(need(severity="serious"), junior, senior) == 2
    verdict = choose(need(severity="critical"), [junior, senior])
    assert isinstance(verdict, Choice)
    assert verdict.why is Why.SENIOR


def test_a_product_level_tells_more_than_the_level_of_the_class() -> None:
    broad = agent(1, classes={"transaction_dispute": 3}, products={"transfer": 1})
    narrow = agent(2, classes={"transaction_dispute": 1}, products={"transfer": 3})
    assert chosen(need(severity="critical"), broad, narrow) == 2


def test_of_equals_the_one_who_has_waited_longest_for_a_case_gets_it() -> None:
    lately, earlier, never = (agent(number, last_assigned_at=at) for number, at in enumerate((NOW, NOW - timedelta(1), None)))  # fmt: skip
    assert chosen(need(), lately, earlier) == 1
    assert chosen(need(), lately, earlier, never) == 2


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        (Block.TEAM, {"team_id": 2}),
        (Block.TEAM, {"role": "team_lead"}),
        (Block.SKILL, {"classes": {"policy_issue": 2}}),
        (Block.SKILL, {"products": {"fund": 2}}),
        (Block.LANGUAGE, {"languages": frozenset({"en"})}),
        (Block.PRESENCE, {"available": False}),
        (Block.SHIFT, {"on_shift": False}),
        (Block.CAP, {"open_cases": 10}),
        (Block.CAP, {"load": 551}),
        (Block.RECUSED, {"id": 8}),
        (Block.FORMER, {"id": 9}),
    ],
)
def test_each_thing_that_keeps_someone_from_a_ticket_is_named(reason: Block, changes: dict[str, Any]) -> None:
    changes = dict(changes)
    person = agent(changes.pop("id", 1), **changes)
    assert refused(need(), person, recused=frozenset({8}), former=9) is reason


def test_exactly_at_the_cap_still_fits() -> None:
    assert chosen(need(), agent(load=550, open_cases=9)) == 1


def test_the_reason_is_the_nearest_that_anyone_came() -> None:
    english = agent(1, languages=frozenset({"en"}), available=False)
    assert refused(need(language="en"), english, agent(2), agent(3)) is Block.PRESENCE
    assert refused(need(language="en"), agent(2), agent(3)) is Block.LANGUAGE
    assert refused(need()) is Block.TEAM


def test_the_explanation_reads_like_a_sentence_in_both_languages() -> None:
    because = {
        "language": "zh", "category": "transaction_dispute", "level": 2, "open_cases": 3, "load": 210, "load_cap": 6,
        "fitting": 2, "why": "least_loaded",
    }  # fmt: skip
    assert (
        assignment_wording.explanation(because, "zh")
        == "中文、交易纠纷（熟练）；手上 3 件，负荷 2.1/6；2 人可接，负荷最低"
    )
    assert assignment_wording.explanation(because, "en") == (
        "Chinese, transaction dispute (experienced); 3 open cases worth 2.1 of 6; least loaded of 2"
    )


@pytest.mark.parametrize("code", list(Block))
def test_every_reason_reads_in_both_languages(code: Block) -> None:
    for language in ("zh", "en"):
        text = assignment_wording.reason(code, language, spoken="en", category="policy_issue")
        assert text
        assert "{" not in text


people = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 20),
        role=st.sampled_from(("agent", "agent", "agent", "team_lead")),
        team_id=st.sampled_from((1, 1, 2)),
        available=st.sampled_from((True, True, False)),
        on_shift=st.sampled_from((True, True, False)),
        languages=st.sets(st.sampled_from(("zh", "en")), min_size=1).map(frozenset),
        classes=st.dictionaries(st.sampled_from(CLASSES), st.integers(1, 3), max_size=2),
        products=st.dictionaries(st.sampled_from(PRODUCTS), st.integers(1, 3), max_size=1),
        open_cases=st.integers(0, 4),
        load=st.integers(0, 500),
        open_cap=st.integers(0, 6),
        load_cap=st.integers(0, 8),
        last_assigned_at=st.none() | st.integers(0, 90).map(lambda days: NOW - timedelta(days=days)),
    ),
    max_size=8,
    unique_by=lambda person: person.id,
)
tickets = st.lists(
    st.builds(
        Need,
        team_id=st.sampled_from((1, 1, 2)),
        category=st.sampled_from(CLASSES),
        product=st.none() | st.sampled_from(PRODUCTS),
        language=st.sampled_from(("zh", "en")),
        severity=st.sampled_from(("normal", "serious", "critical")),
        weight=st.integers(50, 200),
    ),
    max_size=25,
)
recusals = st.sets(st.integers(1, 20)).map(frozenset)


def give_all(pool: list[Candidate], wanted: list[Need], *, recused: frozenset[int] = frozenset()) -> list[Candidate]:
    """The people after all tickets were given out one after another."""
    standing = {person.id: person for person in pool}
    for index, each in enumerate(wanted):
        verdict = choose(each, standing.values(), recused=recused)
        if isinstance(verdict, Choice):
            got = verdict.candidate
            standing[got.id] = got.with_one_more(each.weight, NOW + timedelta(seconds=index))
    return list(standing.values())


@given(people, tickets)
def test_nobody_is_ever_given_more_than_their_caps_allow(pool: list[Candidate], wanted: list[Need]) -> None:
    before = {person.id: person for person in pool}
    for person in give_all(pool, wanted):
        if person != before[person.id]:
            assert person.open_cases <= person.open_cap
            assert person.load <= person.load_cap * CASE


@given(people, tickets, recusals)
def test_a_recused_person_is_never_chosen(pool: list[Candidate], wanted: list[Need], recused: frozenset[int]) -> None:
    for each in wanted:
        verdict = choose(each, pool, recused=recused)
        if isinstance(verdict, Choice):
            assert verdict.candidate.id not in recused
            assert blocked(each, verdict.candidate, recused=recused) is None


@given(people, tickets, st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_listed_decides_nothing(
    pool: list[Candidate], wanted: list[Need], random: Any
) -> None:
    shuffled = random.sample(pool, len(pool))
    for each in wanted:
        assert choose(each, pool) == choose(each, shuffled)


@given(people, tickets)
def test_a_ticket_finds_nobody_only_when_everyone_is_kept_from_it(pool: list[Candidate], wanted: list[Need]) -> None:
    for each in wanted:
        verdict = choose(each, pool)
        blocks = [blocked(each, person) for person in pool]
        if isinstance(verdict, Nobody):
            assert None not in blocks
            assert verdict.reason in {*blocks, Block.TEAM}
        else:
            assert verdict.fitting == blocks.count(None)


@given(
    st.lists(st.integers(0, 1500), min_size=1, max_size=8),
    st.integers(0, 1500),
    st.lists(st.integers(50, 200), max_size=40),
)
def test_one_more_person_who_can_do_the_same_never_makes_the_heaviest_load_heavier(
    loads: list[int], extra: int, weights: list[int]
) -> None:
    def heaviest(starting: list[int]) -> int:
        pool = [agent(number, load=load, open_cap=99, load_cap=99) for number, load in enumerate(starting)]
        return max(person.load for person in give_all(pool, [need(weight=each) for each in weights]))

    assert heaviest([*loads, extra]) <= max(heaviest(loads), extra)
