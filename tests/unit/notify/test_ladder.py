"""Who is told on which rung, who takes a ticket over, who is on call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ticketing.notify import rules
from ticketing.notify.rules import Colleague, Gap, Place, Shift

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def colleague(number: int, role: str, team: int | None = 1, *, at_work: bool = True) -> Colleague:
    return Colleague(number, f"p{number}", role, team, "zh", at_work)


AGENT, LEAD, OTHER_LEAD = colleague(1, "agent"), colleague(2, "team_lead"), colleague(3, "team_lead", 2)
SUPERVISOR, COMPLIANCE = colleague(4, "supervisor", None), colleague(5, "compliance", None)
ALL = [AGENT, LEAD, OTHER_LEAD, SUPERVISOR, COMPLIANCE]
OWNED, UNOWNED = Place(1, 1), Place(None, 1)


def told(people: list[Colleague], place: Place, asked: str, *, urgent: bool = False) -> list[int]:
    return [each.id for each in rules.recipients(people, place, asked, urgent=urgent)]


@pytest.mark.parametrize(
    ("asked", "who"), [("owner", [1]), ("team_lead", [2]), ("supervisor", [4]), ("compliance", [5])]
)
def test_each_rung_has_its_people(asked: str, who: list[int]) -> None:
    assert told(ALL, OWNED, asked) == who


def test_without_an_owner_the_leads_of_the_team_are_told() -> None:
    assert told(ALL, UNOWNED, "owner") == [2]


def test_an_owner_who_has_left_is_followed_by_the_leads() -> None:
    assert told(ALL, Place(99, 1), "owner") == [2]


def test_an_empty_rung_falls_to_the_next_one_with_somebody() -> None:
    assert told([AGENT, OTHER_LEAD, COMPLIANCE], UNOWNED, "team_lead") == [5]


def test_with_nobody_left_on_the_ladder_nobody_is_told() -> None:
    assert told([AGENT, OTHER_LEAD], UNOWNED, "team_lead", urgent=True) == []


def test_a_rung_that_a_policy_made_up_is_the_lowest_one() -> None:
    assert told(ALL, OWNED, "boss") == [2]


def test_what_is_urgent_also_goes_to_the_first_rung_with_somebody_at_work() -> None:
    away = [colleague(1, "agent", at_work=False), colleague(2, "team_lead", at_work=False), SUPERVISOR, COMPLIANCE]
    assert told(away, OWNED, "owner", urgent=True) == [1, 4]
    assert told(away, OWNED, "owner") == [1]


def test_with_nobody_at_work_only_those_asked_for_are_told() -> None:
    away = [colleague(2, "team_lead", at_work=False), colleague(4, "supervisor", None, at_work=False)]
    assert told(away, OWNED, "team_lead", urgent=True) == [2]


def test_who_must_keep_away_from_a_case_is_not_told_of_it() -> None:
    assert told(ALL, Place(1, 1, frozenset({2})), "team_lead") == [4]


def test_if_all_above_must_keep_away_the_nearest_rung_below_is_told() -> None:
    assert told(ALL, Place(1, 1, frozenset({5})), "compliance") == [4]
    assert told(ALL, Place(1, 1, frozenset({4, 5})), "supervisor") == [2]
    assert told(ALL, Place(1, 1, frozenset({2, 4, 5})), "supervisor") == [1]
    assert told(ALL, Place(1, 1, frozenset({1, 2, 4, 5})), "supervisor") == []


def takes(people: list[Colleague], asked: str, load: dict[int, int] | None = None, place: Place = OWNED) -> int | None:
    found = rules.taker(people, place, asked, load=load or {})
    return found.id if found else None


def test_a_ticket_goes_to_who_is_at_work_and_has_the_fewest() -> None:
    leads = [colleague(6, "team_lead", at_work=False), colleague(7, "team_lead"), colleague(8, "team_lead")]
    assert takes(leads, "team_lead", {7: 3, 8: 2}) == 8


def test_a_ticket_for_compliance_goes_to_a_supervisor_because_compliance_works_on_none() -> None:
    assert takes(ALL, "compliance") == 4
    assert takes([COMPLIANCE], "compliance") is None


def test_a_ticket_whose_team_has_no_lead_goes_to_a_supervisor() -> None:
    assert takes([OTHER_LEAD, SUPERVISOR], "team_lead") == 4


def test_who_must_keep_away_from_a_case_does_not_get_it() -> None:
    assert takes(ALL, "team_lead", place=Place(1, 1, frozenset({2}))) == 4


def test_a_ticket_never_climbs_down() -> None:
    assert rules.keeps(SUPERVISOR, LEAD, OWNED)
    assert rules.keeps(LEAD, LEAD, OWNED)
    assert not rules.keeps(OTHER_LEAD, LEAD, OWNED)
    assert not rules.keeps(AGENT, LEAD, OWNED)


def shift(who: Colleague, team: int | None, level: str, begins: float = -1, ends: float = 1) -> Shift:
    return Shift(who.id, team, level, NOW + begins * HOUR, NOW + ends * HOUR)


def called(shifts: list[Shift], asked: str = "team_lead") -> list[int]:
    return [each.id for each in rules.on_call(ALL, shifts, OWNED, asked, NOW)]


def test_the_teams_own_person_goes_before_the_one_for_all_teams() -> None:
    shifts = [shift(SUPERVISOR, None, "team_lead"), shift(LEAD, 1, "team_lead")]
    assert called(shifts) == [2]


def test_the_nearest_rung_upwards_is_called_and_one_below_if_there_is_none() -> None:
    shifts = [shift(LEAD, 1, "team_lead"), shift(COMPLIANCE, None, "compliance")]
    assert called(shifts, "supervisor") == [5]
    assert called(shifts[:1], "supervisor") == [2]


def test_another_teams_shift_and_one_that_is_over_call_nobody() -> None:
    assert called([shift(OTHER_LEAD, 2, "team_lead"), shift(LEAD, 1, "team_lead", -2, 0)]) == []


def test_a_shift_begins_at_its_first_instant() -> None:
    assert called([shift(LEAD, 1, "team_lead", 0, 1)]) == [2]


def test_who_is_told_anyway_and_on_call_is_told_once() -> None:
    found = rules.with_on_call([LEAD, SUPERVISOR], [LEAD])
    assert [(each.colleague.id, each.on_call) for each in found] == [(4, False), (2, True)]


def test_gaps_are_what_no_shift_covers_and_neighbours_are_one() -> None:
    nights = [(NOW, NOW + 4 * HOUR), (NOW + 4 * HOUR, NOW + 6 * HOUR), (NOW + 10 * HOUR, NOW + 12 * HOUR)]
    shifts = [
        shift(LEAD, 1, "team_lead", 1, 2),
        shift(LEAD, 1, "team_lead", 1.5, 3),
        shift(LEAD, 1, "team_lead", 9, 11),
    ]
    assert rules.gaps(nights, shifts) == [
        Gap(NOW, NOW + HOUR),
        Gap(NOW + 3 * HOUR, NOW + 6 * HOUR),
        Gap(NOW + 11 * HOUR, NOW + 12 * HOUR),
    ]


def test_without_gaps_there_are_none() -> None:
    assert rules.gaps([(NOW, NOW + HOUR)], [shift(LEAD, None, "team_lead")]) == []
