"""Who is told, on which rung of the ladder, and when their mail goes. Pure: nothing here reads a clock or a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

OWNER = "owner"
LADDER = ("team_lead", "supervisor", "compliance")
"""The rungs above the owner, upwards. What nobody on one rung can be told goes to the next one."""
AT_WORK_FOR = timedelta(minutes=10)
"""Whoever was seen so recently is at work; longer than the desk's own two minutes, because people read away from it."""


class Mode(StrEnum):
    """How someone wants their e-mail."""

    AT_ONCE = "at_once"
    HALF_HOURLY = "half_hourly"
    HOURLY = "hourly"
    DAILY = "daily"


PERIODS = {Mode.HALF_HOURLY: timedelta(minutes=30), Mode.HOURLY: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member of staff, as far as telling them something is concerned."""

    id: int
    name: str
    role: str
    team_id: int | None
    language: str
    at_work: bool
    mode: Mode = Mode.AT_ONCE
    daily_minute: int = 9 * 60
    urgent_too: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who is told. ``on_call``: because they stand in outside working hours."""

    colleague: Colleague
    on_call: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's time on call."""

    staff_id: int
    team_id: int | None
    level: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Whose matter it is: its owner, its team, and who must keep away from it (回避)."""

    owner_id: int | None
    team_id: int | None
    away: frozenset[int] = frozenset()


def recipients(people: Sequence[Colleague], place: Place, asked: str, *, urgent: bool) -> list[Colleague]:
    """Who is told when a level asks for ``owner`` or a rung.

    Everyone on that rung; if there is nobody, the next rung with somebody; if all above must keep away from the matter,
    the nearest one below. What is urgent also goes to the first rung above with somebody at work while nobody told so far
    is. Empty only if nobody on the ladder is left.
    """
    upwards = _upwards(asked)
    rungs = [found for rung in upwards if (found := _on(people, place, rung))]
    if not rungs and place.away:
        below = (rung for rung in reversed((OWNER, *LADDER)) if rung not in upwards)
        rungs = [found for rung in below if (found := _on(people, place, rung))][:1]
    if not rungs:
        return []
    told = list(rungs[0])
    if urgent and not any(each.at_work for each in told):
        told += next((rung for rung in rungs[1:] if any(each.at_work for each in rung)), [])
    return told


def taker(people: Sequence[Colleague], place: Place, asked: str, *, load: Mapping[int, int]) -> Colleague | None:
    """Who gets the ticket when a level reassigns it to a rung: at work first, then with the lightest load.

    Compliance does not work on tickets: asked for it, or for a rung where nobody may take it, a supervisor gets it.
    None when nobody may.
    """
    wanted = asked if asked in LADDER[:-1] else LADDER[-2]
    for rung in LADDER[LADDER.index(wanted) : -1]:
        if found := [each for each in _on(people, place, rung) if each.id not in place.away]:
            return min(found, key=lambda each: (not each.at_work, load.get(each.id, 0), each.id))
    return None


def keeps(owner: Colleague, taker: Colleague, place: Place) -> bool:
    """Whether a ticket stays where it is, because its owner stands on the taker's rung or above."""
    if owner.role not in LADDER or owner.id in place.away:
        return False
    above = LADDER.index(owner.role) > LADDER.index(taker.role)
    return above or owner in _on([owner], place, taker.role)


def on_call(
    people: Sequence[Colleague], shifts: Iterable[Shift], place: Place, asked: str, now: datetime
) -> list[Colleague]:
    """Who is on call now for this rung: of the team before those for all teams, of the nearest rung upwards, else below."""
    known = {each.id: each for each in people if each.id not in place.away}
    rung = LADDER.index(asked) if asked in LADDER else 0
    mine = [
        shift
        for shift in shifts
        if shift.staff_id in known and shift.begins_at <= now < shift.ends_at and shift.team_id in (None, place.team_id)
    ]

    def distance(shift: Shift) -> tuple[int, int, bool]:
        steps = LADDER.index(shift.level) - rung
        return (steps < 0, abs(steps), shift.team_id is None)

    if not mine:
        return []
    nearest = min(distance(shift) for shift in mine)
    return list({shift.staff_id: known[shift.staff_id] for shift in mine if distance(shift) == nearest}.values())


def with_on_call(told: Iterable[Colleague], standing_in: Collection[Colleague]) -> list[Recipient]:
    """Everybody once; who is on call is told as such."""
    called = {each.id for each in standing_in}
    ordinary = [Recipient(each) for each in told if each.id not in called]
    return [*ordinary, *(Recipient(each, on_call=True) for each in standing_in)]


def mail_goes(recipient: Recipient, *, urgent: bool) -> str:
    """``now`` or ``digest``. Who is on call is never kept waiting."""
    person = recipient.colleague
    if recipient.on_call or person.mode is Mode.AT_ONCE or (urgent and not person.urgent_too):
        return "now"
    return "digest"


def digest_at(mode: Mode, daily_minute: int, since: datetime, zone: ZoneInfo) -> datetime:
    """When the mail that collects what came at ``since`` goes: the end of its slot, or the next such local time.

    Slots begin at the full hour of UTC, so a change of the clocks moves none of them.
    """
    if mode is Mode.AT_ONCE:
        return since
    if mode in PERIODS:
        begin = datetime(2000, 1, 1, tzinfo=UTC)
        return begin + ((since - begin) // PERIODS[mode] + 1) * PERIODS[mode]
    local = since.astimezone(zone)
    at = local.replace(hour=daily_minute // 60, minute=daily_minute % 60, second=0, microsecond=0, fold=0)
    if at.astimezone(UTC) <= since:
        at = (at.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
    return at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Gap:
    """Time outside working hours when nobody is on call, ``[begins_at, ends_at)``."""

    begins_at: datetime
    ends_at: datetime


def gaps(needed: Iterable[tuple[datetime, datetime]], shifts: Iterable[Shift]) -> list[Gap]:
    """The parts of ``needed``, which is in order, that no shift covers; neighbours are one gap."""
    covered = sorted((shift.begins_at, shift.ends_at) for shift in shifts)
    found: list[Gap] = []
    for begin, end in needed:
        for first, last in _uncovered(begin, end, covered):
            if found and found[-1].ends_at == first:
                found[-1] = Gap(found[-1].begins_at, last)
            else:
                found.append(Gap(first, last))
    return found


def _uncovered(
    begin: datetime, end: datetime, covered: Iterable[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    at = begin
    for first, last in covered:
        if last <= at or first >= end:
            continue
        if first > at:
            yield at, first
        at = last
    if at < end:
        yield at, end


def _upwards(asked: str) -> tuple[str, ...]:
    """The rungs from the one asked for; a policy may name one that nobody knows, then all above the owner."""
    return (OWNER, *LADDER) if asked == OWNER else LADDER[LADDER.index(asked) if asked in LADDER else 0 :]


def _on(people: Sequence[Colleague], place: Place, rung: str) -> list[Colleague]:
    """Who stands on a rung: the owner, the leads of the team, all others of a role. Who must keep away is not told."""
    if rung == OWNER:
        return [each for each in people if each.id == place.owner_id and each.id not in place.away]
    return [
        each
        for each in people
        if each.role == rung and each.id not in place.away and (rung != "team_lead" or each.team_id == place.team_id)
    ]
