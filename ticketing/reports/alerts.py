"""Alerts on unusual numbers and shares of complaints: found, told to named people, acknowledged, closed by themselves.

One standing alert a subject (measure, dimension, code). It is told once, to supervisors and, for a class, the leads of the
teams that handle it; unacknowledged for half an hour it goes to compliance, once. Whoever is told again and again stops
listening. The rules are in alert_rules.py, what is usual comes from usual.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Place, Recipient
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, decode_cursor, encode_cursor
from ticketing.reports import alert_rules, alert_wording, usual
from ticketing.reports.board_models import STANDING, VolumeAlert
from ticketing.reports.usual import Seen
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import Role

PAGE_SIZE = 30
LONGEST_NOTE = 500
Key = tuple[str, str, str]


def watch(session: Session, *, clock: Clock, zone: ZoneInfo) -> int:
    """Look once: raise what is unusual, follow what stands, close what is over; gives how many alerts are new."""
    # To the second, as addresses say it: the list behind an alert counts the same.
    now = clock.now().replace(microsecond=0)
    seen = {each.key: each for each in usual.look(session, now=now, zone=zone)}
    standing = {_key(row): row for row in session.scalars(select(VolumeAlert).where(STANDING).with_for_update())}
    for key, row in standing.items():
        _follow(row, seen.get(key), now)
    fresh = [each for key, each in seen.items() if each.judged.direction and key not in standing]
    raised = [row for row in (_raise(session, each, now) for each in fresh) if row is not None]
    session.flush()
    for alert in raised:
        _tell(session, clock=clock, zone=zone, row=alert, to=_first_told(session, clock, alert), again=False)
    for row in standing.values():
        if row.closed_at is None and row.acknowledged_at is None and now - row.began_at >= alert_rules.UNHEARD_FOR:
            told = people.recipients(session, clock=clock, place=Place(None, None), asked=Role.COMPLIANCE, urgent=True)
            _tell(session, clock=clock, zone=zone, row=row, to=told, again=True)
    return len(raised)


def acknowledge(session: Session, *, clock: Clock, actor: Actor, alert_id: int, note: str) -> VolumeAlert:
    """Somebody looks after it and says how; DomainError: alert_not_found, alert_note_missing, alert_acknowledged."""
    row = session.get(VolumeAlert, alert_id, with_for_update=True)
    if row is None:
        raise DomainError("alert_not_found")
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise DomainError("alert_note_missing", longest=LONGEST_NOTE)
    if row.acknowledged_at is not None:
        raise DomainError("alert_acknowledged")
    row.acknowledged_at, row.acknowledged_by, row.note = clock.now(), actor.staff_id, note
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="volume_alert.acknowledged", subject=("volume_alert", row.id)
    )
    return row


def standing(session: Session) -> Sequence[VolumeAlert]:
    """What is not over: what nobody looks after first, then the newest."""
    return session.scalars(
        select(VolumeAlert).where(STANDING).order_by(VolumeAlert.acknowledged_at.is_not(None), VolumeAlert.id.desc())
    ).all()


def history(session: Session, *, cursor: str | None) -> Page[tuple[VolumeAlert, str | None]]:
    """What is over, the newest first, with the names of who acknowledged."""
    asked = (
        select(VolumeAlert, Staff.name)
        .outerjoin(Staff, Staff.id == VolumeAlert.acknowledged_by)
        .where(VolumeAlert.closed_at.is_not(None))
        .order_by(VolumeAlert.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if cursor:
        asked = asked.where(VolumeAlert.id < as_id(decode_cursor(cursor, 1)[0]))
    rows = session.execute(asked).all()
    following = encode_cursor([rows[PAGE_SIZE - 1][0].id]) if len(rows) > PAGE_SIZE else None
    return Page(list(rows[:PAGE_SIZE]), following)


def names(session: Session, rows: Sequence[VolumeAlert]) -> Mapping[int, str]:
    """Who acknowledged them."""
    ids = {row.acknowledged_by for row in rows if row.acknowledged_by is not None}
    if not ids:
        return {}
    return dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())


def unheard(session: Session) -> int:
    """How many stand that nobody has acknowledged."""
    asked = select(func.count()).select_from(VolumeAlert).where(STANDING, VolumeAlert.acknowledged_at.is_(None))
    return session.scalar(asked) or 0


def _key(row: VolumeAlert) -> Key:
    return row.measure, row.dimension, row.code


def _follow(row: VolumeAlert, seen: Seen | None, now: datetime) -> None:
    """Keep the last number and the highest; back in the band for half an hour, it is over."""
    if seen is not None:
        row.observed, row.whole = seen.judged.observed, seen.whole
        row.window_from, row.window_to = seen.since, seen.until
        row.usual_low, row.usual_high, row.samples = seen.judged.low, seen.judged.high, seen.judged.samples
        row.peak = max(row.peak, row.observed)
    if seen is not None and not seen.is_back(row.direction):
        row.calm_since = None
        return
    row.calm_since = row.calm_since or now
    if now - row.calm_since >= alert_rules.CALM_FOR:
        row.closed_at = now


def _raise(session: Session, seen: Seen, now: datetime) -> VolumeAlert | None:
    """The new alert; None where another worker was faster."""
    values: dict[str, Any] = {
        "measure": seen.measure,
        "dimension": seen.dimension,
        "code": seen.code,
        "direction": seen.judged.direction,
        "began_at": now,
        "window_from": seen.since,
        "window_to": seen.until,
        "observed": seen.judged.observed,
        "peak": seen.judged.observed,
        "whole": seen.whole,
        "usual_low": seen.judged.low,
        "usual_high": seen.judged.high,
        "samples": seen.judged.samples,
    }
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    made = session.scalar(insert(VolumeAlert).values(**values).on_conflict_do_nothing().returning(VolumeAlert.id))
    return session.get_one(VolumeAlert, made) if made is not None else None


def _first_told(session: Session, clock: Clock, row: VolumeAlert) -> list[Recipient]:
    """Supervisors, and for a class the leads of the teams that handle it, each once."""
    told = people.recipients(session, clock=clock, place=Place(None, None), asked=Role.SUPERVISOR, urgent=True)
    if row.dimension == "category":
        for team in session.scalars(select(Team).order_by(Team.id)):
            if row.code in team.categories:
                place = Place(None, team.id)
                told += people.recipients(session, clock=clock, place=place, asked=Role.TEAM_LEAD, urgent=False)
    return list({each.colleague.id: each for each in told}.values())


def _tell(
    session: Session, *, clock: Clock, zone: ZoneInfo, row: VolumeAlert, to: Sequence[Recipient], again: bool
) -> None:
    news = notify.News(
        code="volume_alert_unheard" if again else "volume_alert",
        words={
            language: {
                "what": alert_wording.sentence(row, zone, language),
                "subject": alert_wording.subject(row, language),
            }
            for language in ("zh", "en")
        },
        path=f"/board/alerts#alert-{row.id}",
        dedupe=f"volume-alert:{row.id}:{'unheard' if again else 'raised'}",
        subject=("volume_alert", row.id),
        urgent=True,
    )
    notify.to_staff(session, clock=clock, news=news, to=to)
