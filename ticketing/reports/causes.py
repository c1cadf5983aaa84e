"""Root causes as the supervisor sees them: where records stand, what kinds of cause were found, which actions are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.rootcauses.models import CorrectiveAction, RootCause, RootCauseTicket
from ticketing.rootcauses.rules import OPEN
from ticketing.staff.models import Staff

SOON = timedelta(days=14)
SHOWN = 30


@dataclass(frozen=True)
class Due:
    """An action agreed and not done."""

    record: str
    title: str
    number: int
    what: str
    owner: str
    due_on: date
    is_late: bool


@dataclass(frozen=True)
class Open:
    """An open record with how many tickets it explains."""

    number: str
    title: str
    status: str
    category: str
    owner: str | None
    tickets: int
    is_late: bool


@dataclass(frozen=True)
class Causes:
    """``late`` and ``soon`` count actions; ``by_cause`` the open records whose cause was found, by its kind."""

    by_status: Mapping[str, int]
    by_cause: Mapping[str, int]
    late: int
    soon: int
    late_records: int
    due: Sequence[Due]
    records: Sequence[Open]


def causes(session: Session, *, clock: Clock, zone: ZoneInfo) -> Causes:
    """As of today in the reader's zone."""
    now = clock.now()
    today = now.astimezone(zone).date()
    agreed = (CorrectiveAction.status == "agreed", RootCause.status.in_(sorted(OPEN)))
    owing = select(func.count()).select_from(CorrectiveAction).join(RootCause).where(*agreed)
    open_ones = RootCause.status.in_(sorted(OPEN))
    return Causes(
        by_status=_counted(session, RootCause.status),
        by_cause=_counted(session, RootCause.cause_category, open_ones, RootCause.cause_category != ""),
        late=session.scalar(owing.where(CorrectiveAction.due_on < today)) or 0,
        soon=session.scalar(owing.where(CorrectiveAction.due_on.between(today, today + SOON))) or 0,
        late_records=session.scalar(
            select(func.count()).select_from(RootCause).where(open_ones, RootCause.next_due_at < now)
        )
        or 0,
        due=_due(session, today, agreed),
        records=_records(session, now),
    )


def _counted(session: Session, column: Any, *where: Any) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).where(*where).group_by(column))
    return dict(rows.all())


def _due(session: Session, today: date, agreed: tuple[Any, ...]) -> list[Due]:
    rows = session.execute(
        select(
            RootCause.id, RootCause.title, CorrectiveAction.number, CorrectiveAction.what, Staff.name, CorrectiveAction.due_on
        )
        .join(RootCause, RootCause.id == CorrectiveAction.root_cause_id)
        .join(Staff, Staff.id == CorrectiveAction.owner_id)
        .where(*agreed)
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
        .limit(SHOWN)
    )  # fmt: skip
    return [
        Due(f"RC-{record:05d}", title, number, what, owner, due_on, due_on < today)
        for record, title, number, what, owner, due_on in rows
    ]


def _records(session: Session, now: Any) -> list[Open]:
    tickets = (
        select(func.count()).where(RootCauseTicket.root_cause_id == RootCause.id).correlate(RootCause).scalar_subquery()
    )
    rows = session.execute(
        select(RootCause.id, RootCause.title, RootCause.status, RootCause.category, Staff.name, tickets, RootCause.next_due_at)
        .outerjoin(Staff, Staff.id == RootCause.owner_id)
        .where(RootCause.status.in_(sorted(OPEN)))
        .order_by(tickets.desc(), RootCause.id)
        .limit(SHOWN)
    )  # fmt: skip
    return [
        Open(f"RC-{record:05d}", title, status, category, owner, number, due_at is not None and due_at < now)
        for record, title, status, category, owner, number, due_at in rows
    ]
