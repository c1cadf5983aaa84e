"""Digests: what waited for a person's next mail goes as one, in their language, once.

The notices are marked and the mail is promised in one transaction, and only notices not marked yet are taken; so a
worker that is killed, or two that run at once, send each notice once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.notify import inbox, rules
from ticketing.notify.models import COLLECTED, NoticePreference, StaffNotice
from ticketing.notify.rules import Mode
from ticketing.notify.service import texts
from ticketing.platform import outbox
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.plurals import fill
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff

LONGEST = 60
"""Tickets spelled out in one mail; the others are counted, the inbox has them all."""


def send_due(database: Database, *, clock: Clock, settings: Settings) -> int:
    """Promise every digest whose time has come; gives how many."""
    with database.reading() as session:
        waiting = _waiting(session)
    zone, sent = ZoneInfo(settings.time_zone), 0
    for staff_id, since, mode, daily_minute in waiting:
        if rules.digest_at(Mode(mode or Mode.AT_ONCE), daily_minute or 0, since, zone) <= clock.now():
            with database.transaction() as session:
                sent += _send(session, clock=clock, settings=settings, staff_id=staff_id)
    return sent


def _waiting(session: Session) -> Sequence[Any]:
    """Whoever has something waiting, since when, and how they want it."""
    preference = NoticePreference
    return session.execute(
        select(
            StaffNotice.staff_id, func.min(StaffNotice.created_at), preference.mode, preference.daily_minute
        )
        .outerjoin(preference, preference.staff_id == StaffNotice.staff_id)
        .where(COLLECTED)
        .group_by(StaffNotice.staff_id, preference.mode, preference.daily_minute)
        .order_by(StaffNotice.staff_id)
    ).all()  # fmt: skip


def _send(session: Session, *, clock: Clock, settings: Settings, staff_id: int) -> int:
    taken = (
        update(StaffNotice)
        .where(COLLECTED, StaffNotice.staff_id == staff_id)
        .values(mailed_at=clock.now())
        .returning(StaffNotice)
    )
    notices = session.scalars(taken).all()
    person = session.get(Staff, staff_id)
    if not notices or person is None or not person.active:
        return 0
    newest = max(notice.id for notice in notices)
    outbox.enqueue(
        session,
        clock=clock,
        channel="email",
        dedupe_key=f"email:digest:{staff_id}:{newest}",
        payload={
            "code": "digest",
            "language": person.language,
            "values": {
                "count": len(notices),
                "tickets": len({notice.ticket_id for notice in notices if notice.ticket_id}),
                "lines": "\n\n".join(_lines(notices, person.language, settings.public_url)),
                "account": f"{settings.public_url}/account#notices",
            },
            "address_of": ["staff", staff_id],
            "path": "/notices",
        },
        subject=("staff", staff_id),
    )
    return 1


def _lines(notices: Sequence[StaffNotice], language: str, base: str) -> list[str]:
    """One block a ticket, its link below; the earliest due first, what has no due time last."""
    groups = grouped(notices)
    shown = [
        "\n".join([*(f"- {inbox.said(notice, language)}" for notice in group), f"  {base}{group[0].path}"])
        for group in groups[:LONGEST]
    ]
    if len(groups) > LONGEST:
        shown.append(fill(texts()["digest"][language]["more"], {"count": len(groups) - LONGEST}))
    return shown


def grouped(notices: Sequence[StaffNotice]) -> list[list[StaffNotice]]:
    """Notices by ticket (or page), in order of their earliest due time; within a group as they came."""
    groups: dict[object, list[StaffNotice]] = {}
    for notice in sorted(notices, key=lambda each: each.id):
        groups.setdefault(notice.ticket_id or notice.path, []).append(notice)

    def earliest(group: list[StaffNotice]) -> tuple[bool, datetime, int]:
        known = [notice.due_at for notice in group if notice.due_at is not None]
        return (not known, min(known, default=group[0].created_at), group[0].id)

    return sorted(groups.values(), key=earliest)
