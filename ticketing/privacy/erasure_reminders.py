"""Reminders that a request to be erased must be decided: five days before its last day, one day before, and once it is late.

A late one is urgent and reaches supervisors too: who must decide may be away, or all of them may have handled the case.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Recipient
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.privacy.models import ErasureRequest
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets import wording

STAGES = (timedelta(0), timedelta(days=1), timedelta(days=5))
"""Time left at which a reminder is due, the last stage first; of several that have passed only the last is told."""


def remind(session: Session, *, clock: Clock, settings: Settings) -> int:
    """Tell who may decide, once a stage; gives the number of requests that are near their last day or past it."""
    waiting = session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.status == "requested", ErasureRequest.due_at <= clock.now() + STAGES[-1])
        .order_by(ErasureRequest.due_at)
    ).all()
    if not waiting:
        return 0
    zone, staff = ZoneInfo(settings.time_zone), people.roll(session, clock=clock).people
    for request in waiting:
        stage = stage_of(request.due_at - clock.now())
        late = stage == STAGES[0]
        told = [
            each
            for each in staff
            if allowed(each.role, Permission.CUSTOMER_ERASE) or (late and each.role == "supervisor")
        ]
        news = notify.News(
            code="erasure_late" if late else "erasure_due",
            words={language: {"due": wording.moment(request.due_at, zone, language)} for language in ("zh", "en")},
            path="/customers/erasures",
            dedupe=f"erasure:{request.id}:{stage.days}",
            subject=("erasure", request.id),
            urgent=late,
            due_at=request.due_at,
        )
        notify.to_staff(session, clock=clock, news=news, to=[Recipient(each) for each in told])
    return len(waiting)


def stage_of(left: timedelta) -> timedelta:
    """The stage that has been reached with so much time left."""
    return next(stage for stage in STAGES if left <= stage)
