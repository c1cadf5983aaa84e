"""How a person wants their e-mail."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify.models import NoticePreference
from ticketing.notify.rules import Mode
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError


def preference(session: Session, *, staff_id: int) -> NoticePreference:
    """What the person chose, or what holds as long as they chose nothing."""
    found = session.get(NoticePreference, staff_id)
    return found or NoticePreference(staff_id=staff_id, mode=Mode.AT_ONCE.value, daily_minute=9 * 60, urgent_too=False)


def prefer(
    session: Session, *, clock: Clock, actor: Actor, mode: str, daily_minute: int | None, urgent_too: bool
) -> None:
    """Keep what somebody chose for themselves; raises ``notice_preference_invalid``."""
    if actor.staff_id is None:
        raise DomainError("permission_denied")
    if mode not in {each.value for each in Mode} or daily_minute is None or not 0 <= daily_minute < 24 * 60:
        raise DomainError("notice_preference_invalid")
    urgent_too = urgent_too and mode != Mode.AT_ONCE
    session.merge(
        NoticePreference(staff_id=actor.staff_id, mode=mode, daily_minute=daily_minute, urgent_too=urgent_too)
    )
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="notice.preference_changed",
        subject=("staff", actor.staff_id),
        mode=mode,
        urgent_too=urgent_too,
    )
