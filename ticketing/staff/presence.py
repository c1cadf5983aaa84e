"""Who is at work: what people chose, and whether they were seen. Pure, except for ``choose`` and ``note_seen``."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff

SEEN_FOR = timedelta(minutes=3)
"""Open pages ask for news at least once a minute; whoever was not seen for so long has gone."""
SEEN_EVERY = timedelta(seconds=30)


class Presence(StrEnum):
    """Whether someone takes new work: busy people are at work but get nothing new."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"
    OFFLINE = "offline"


AT_WORK = frozenset({Presence.AVAILABLE, Presence.BUSY})


def presence_of(member: Staff, now: datetime) -> Presence:
    """What counts: what they chose, but offline when they were not seen for a while or have left."""
    seen = member.last_seen_at is not None and now - member.last_seen_at < SEEN_FOR
    return Presence(member.presence) if seen and member.active else Presence.OFFLINE


def present_since(member: Staff, now: datetime) -> datetime | None:
    """Since when their presence has been what it is; None if they never came."""
    if presence_of(member, now) is Presence.OFFLINE and member.presence != Presence.OFFLINE:
        return member.last_seen_at
    return member.presence_since


def absent_since(member: Staff, now: datetime) -> datetime | None:
    """Since when someone who was here is away or offline; None for who is at work or never came."""
    if member.last_seen_at is None or presence_of(member, now) in AT_WORK:
        return None
    chosen = member.presence_since if member.presence not in AT_WORK else None
    return min(chosen, member.last_seen_at) if chosen else member.last_seen_at


def is_available(now: datetime) -> ColumnElement[bool]:
    """As SQL: who takes new work now."""
    return and_(Staff.active, Staff.presence == Presence.AVAILABLE.value, Staff.last_seen_at > now - SEEN_FOR)


def on_shift(member: Staff, now: datetime, zone: ZoneInfo) -> bool:
    """Whether their shift is on; who has no fixed hours always is. A shift may go over midnight."""
    if member.shift_starts is None or member.shift_ends is None:
        return True
    begins, ends = time.fromisoformat(member.shift_starts), time.fromisoformat(member.shift_ends)
    local = now.astimezone(zone).time()
    return begins <= local < ends if begins < ends else local >= begins or local < ends


def choose(session: Session, *, clock: Clock, actor: Actor, presence: str) -> Presence:
    """The actor says whether they take new work; choosing the same again changes nothing. Raises ``presence_unknown``."""
    if presence not in set(Presence):
        raise DomainError("presence_unknown")
    member = session.get_one(Staff, actor.staff_id)
    if member.presence == presence:
        return Presence(presence)
    before, member.presence, member.presence_since = member.presence, presence, clock.now()
    session.flush()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="staff.presence_changed",
        subject=("staff", member.id),
        before=before,
        after=presence,
    )
    return Presence(presence)


def come(member: Staff, now: datetime) -> None:
    """Someone signed in: who was away or offline is available again."""
    if member.presence not in AT_WORK:
        member.presence, member.presence_since = Presence.AVAILABLE, now
    if member.presence_since is None:
        member.presence_since = now
    member.last_seen_at = now


def seen_long_ago(member: Staff, now: datetime) -> bool:
    """Whether it is time to note their presence again."""
    return member.last_seen_at is None or now - member.last_seen_at >= SEEN_EVERY


def note_seen(session: Session, *, clock: Clock, staff_id: int) -> None:
    """Note that someone is at work; chats and tickets are given to who was seen."""
    session.execute(update(Staff).where(Staff.id == staff_id).values(last_seen_at=clock.now()))
