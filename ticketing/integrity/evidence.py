"""What promises follow from, by kind of holder: which holders a run looks at, their logs, the policies they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ticketing.rootcauses import journal
from ticketing.rootcauses import rules as record_rules
from ticketing.rootcauses.models import RootCause, RootCauseEvent
from ticketing.rootcauses.rules import Agreed
from ticketing.sla import auditor
from ticketing.sla.auditor import Evidence
from ticketing.sla.holders import Holder
from ticketing.sla.models import ARMED, ArmedLevel
from ticketing.sla.policies import PolicyInForce
from ticketing.sla.timelines import ClockEvent
from ticketing.tickets import rules as ticket_rules
from ticketing.tickets.models import Ticket, TicketEvent

_WINDOW = 5_000
"""Ids looked through for one batch, so that a desk of closed tickets costs no long scan."""
_JUST_ENDED = timedelta(hours=25)

Ids = tuple[list[int], int | None]


@dataclass(frozen=True)
class Phase:
    """Holders of one kind: which ids come after a cursor, at most so many, and what is known of them.

    ``ids`` gives also the next cursor, None when there is nothing after it.
    """

    ids: Callable[[Session, int, datetime, int], Ids]
    evidence: Callable[[Session, Sequence[int]], list[Evidence]]


def is_open() -> ColumnElement[bool]:
    """The condition for open tickets."""
    return Ticket.status.in_([str(status) for status in ticket_rules.OPEN])


def ticket_evidence(session: Session, ids: Sequence[int]) -> list[Evidence]:
    """The logs of those tickets and the policies they were given."""
    told: dict[int, list[ClockEvent]] = {}
    asked = select(TicketEvent).where(TicketEvent.ticket_id.in_(ids)).order_by(TicketEvent.at, TicketEvent.id)
    for event in session.scalars(asked):
        said = ClockEvent(kind=event.kind, at=event.at, round=event.round, data=event.data)
        told.setdefault(event.ticket_id, []).append(said)
    policies = auditor.policies_of(session, ids)
    return [Evidence(Holder("ticket", each), told.get(each, ()), policies.get(each, ())) for each in ids]


def record_evidence(session: Session, ids: Sequence[int]) -> list[Evidence]:
    """The logs of those root-cause records, and the promises they made, one after the other as their dates moved."""
    logs = journal.logs_of(session, ids)
    agreements: dict[int, list[RootCauseEvent]] = {}
    agreed = and_(RootCauseEvent.root_cause_id.in_(ids), RootCauseEvent.kind == "action_agreed")
    for event in session.scalars(select(RootCauseEvent).where(agreed).order_by(RootCauseEvent.at, RootCauseEvent.id)):
        agreements.setdefault(event.root_cause_id, []).append(event)
    records = session.scalars(select(RootCause).where(RootCause.id.in_(ids)).order_by(RootCause.id)).unique()
    return [
        Evidence(
            Holder("root_cause", record.id),
            logs.get(record.id, ()),
            list(_promised(record, agreements.get(record.id, ()))),
        )
        for record in records
    ]


def _promised(record: RootCause, agreements: Sequence[RootCauseEvent]) -> Iterator[PolicyInForce]:
    """An action's date holds from when it was agreed; the log says which it was, whatever stands in its row now."""
    known: dict[int, Agreed] = {}
    agreed_at: Mapping[int, datetime] = {each.number: each.agreed_at for each in record.actions}
    yield PolicyInForce(record.created_at, record_rules.policy((), journal.ZONE))
    for event in agreements:
        number = int(event.data["action"])
        due_on = date.fromisoformat(event.data["due_on"])
        known[number] = Agreed(number, agreed_at.get(number, event.at), due_on)
        yield PolicyInForce(event.at, record_rules.policy(known.values(), journal.ZONE))


def _ticket_ids(session: Session, cursor: int, now: datetime, limit: int) -> Ids:
    armed = exists(select(ArmedLevel.id).where(ArmedLevel.ticket_id == Ticket.id, ARMED))
    owed = or_(is_open(), Ticket.updated_at >= now - _JUST_ENDED, armed)
    return _owing(session, Ticket.id, owed, cursor, limit)


def _record_ids(session: Session, cursor: int, now: datetime, limit: int) -> Ids:
    armed = exists(select(ArmedLevel.id).where(ArmedLevel.root_cause_id == RootCause.id, ARMED))
    owed = or_(RootCause.status.in_(sorted(record_rules.OPEN)), RootCause.updated_at >= now - _JUST_ENDED, armed)
    return _owing(session, RootCause.id, owed, cursor, limit)


def _owing(
    session: Session, key: InstrumentedAttribute[int], owed: ColumnElement[bool], cursor: int, limit: int
) -> Ids:
    """Open ones, those that ended a moment ago, and any other for which something is still armed."""
    window = and_(key > cursor, key <= cursor + _WINDOW)
    ids = list(session.scalars(select(key).where(window, owed).order_by(key).limit(limit)))
    if len(ids) == limit:
        return ids, ids[-1]
    more = session.scalar(select(func.min(key)).where(key > cursor + _WINDOW))
    return ids, more - 1 if more is not None else None


PHASES = {"ticket": Phase(_ticket_ids, ticket_evidence), "root_cause": Phase(_record_ids, record_evidence)}
"""In the order in which a run goes through them."""
