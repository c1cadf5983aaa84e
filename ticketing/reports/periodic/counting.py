"""The counts that reports are made of, each one statement over a span of instants ``[start, end)``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, Integer, Label, case, func, literal, literal_column, select, union
from sqlalchemy.orm import Session, lazyload, load_only

from ticketing.conversations.models import Conversation, Message
from ticketing.reports.board_models import VolumeAlert
from ticketing.rootcauses.models import CorrectiveAction, RootCause, RootCauseTicket
from ticketing.sla.models import OF_TICKETS, ClockVerdict, PromiseEntry
from ticketing.surveys.models import Survey, SurveyReview
from ticketing.surveys.rules import PARTS, Index, points
from ticketing.tickets.models import Ticket, TicketRound
from ticketing.tickets.rules import Status

PROMISED = ("investigation", "resolution")
"""The handbook's 24 and 48 hours."""
LISTED = 8
EVERY_STATUS = [str(status) for status in Status]
SLICE: ColumnClause[int] = literal_column("slice")
DONE = frozenset({"done", "verified", "dropped", "returned"})


@dataclass(frozen=True)
class Span:
    """Instants from ``start`` up to ``end``."""

    start: datetime
    end: datetime

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Whether an instant lies in it."""
        condition: ColumnElement[bool] = (column >= self.start) & (column < self.end)
        return condition


def opened(span: Span) -> ColumnElement[bool]:
    """Complaints opened; every status is named so that the index on status and time serves."""
    return Ticket.status.in_(EVERY_STATUS) & span.holds(Ticket.created_at) & (Ticket.kind == "complaint")


def volume(session: Session, span: Span) -> Sequence[Any]:
    """Complaints opened by class, product, channel and severity together: ``(category, product, channel, severity, count)``."""
    by = (Ticket.category, Ticket.product, Ticket.came_by, Ticket.severity)
    return session.execute(select(*by, func.count()).where(opened(span)).group_by(*by)).all()


def by_slice(session: Session, column: Any, edges: Sequence[datetime], *where: ColumnElement[bool]) -> list[int]:
    """How many instants of a column lie between each two edges."""
    span = Span(edges[0], edges[-1])
    place = slice_of(column, edges)
    rows = session.execute(select(place, func.count()).where(span.holds(column), *where).group_by(SLICE)).all()
    counts = {row[0]: row[1] for row in rows}
    return [counts.get(number, 0) for number in range(len(edges) - 1)]


def slice_of(column: Any, edges: Sequence[datetime]) -> ColumnElement[int]:
    """Which pair of edges an instant lies between, from 0; grouped by its name, as parameters never equal each other."""
    whens = [(column < edge, literal(number, Integer, literal_execute=True)) for number, edge in enumerate(edges[1:])]
    return case(*whens).label(SLICE.name)


def closed_by_slice(session: Session, edges: Sequence[datetime]) -> list[int]:
    """Complaints closed between each two edges."""
    return by_slice(session, Ticket.closed_at, edges, Ticket.kind == "complaint", Ticket.status == "closed")


def extent(session: Session, span: Span) -> tuple[int, Sequence[Any]]:
    """Customers who complained, and amounts by currency: ``(currency, count, sum)``."""
    customers = session.scalar(select(func.count(Ticket.customer_id.distinct())).where(opened(span))) or 0
    amounts = session.execute(
        select(Ticket.currency, func.count(), func.sum(Ticket.amount))
        .where(opened(span), Ticket.amount.is_not(None))
        .group_by(Ticket.currency)
        .order_by(Ticket.currency)
    ).all()
    return customers, amounts


def active_customers(session: Session, span: Span) -> int:
    """Customers who wrote to us or complained."""
    wrote = (
        select(Message.id)
        .where(Message.conversation_id == Conversation.id, Message.author == "customer", span.holds(Message.created_at))
        .exists()
    )
    chatting = select(Conversation.customer_id).where(
        Conversation.last_message_at >= span.start, Conversation.created_at < span.end, wrote
    )
    everyone = union(chatting, select(Ticket.customer_id).where(opened(span))).subquery()
    return session.scalar(select(func.count()).select_from(everyone)) or 0


def records(session: Session, span: Span) -> Sequence[Any]:
    """Root-cause records by the complaints of the span under them: ``(id, title, cause, kind, count)``, most first."""
    count = func.count(RootCauseTicket.id)
    return session.execute(
        select(RootCause.id, RootCause.title, RootCause.cause, RootCause.cause_category, count)
        .join(RootCauseTicket, RootCauseTicket.root_cause_id == RootCause.id)
        .join(Ticket, Ticket.id == RootCauseTicket.ticket_id)
        .where(opened(span))
        .group_by(RootCause.id, RootCause.title, RootCause.cause, RootCause.cause_category)
        .order_by(count.desc(), RootCause.id)
    ).all()


def decided(session: Session, span: Span) -> tuple[int, Sequence[Any]]:
    """Complaints decided, and the newest of them: ``(number, category, cause)``."""
    where = (span.holds(TicketRound.decided_at), Ticket.kind == "complaint")
    joined = (
        select(func.count()).select_from(TicketRound).join(Ticket, Ticket.id == TicketRound.ticket_id).where(*where)
    )
    newest = (
        select(Ticket.number, Ticket.category, TicketRound.cause)
        .join(Ticket, Ticket.id == TicketRound.ticket_id)
        .where(*where)
        .order_by(TicketRound.decided_at.desc(), TicketRound.id.desc())
        .limit(LISTED)
    )
    return session.scalar(joined) or 0, session.execute(newest).all()


def actions(session: Session, span: Span, today: date) -> dict[str, int]:
    """Corrective actions agreed, done and verified in the span; open, and overdue, at its end as they stand now."""
    undone = CorrectiveAction.status.not_in(DONE)

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = session.execute(
        select(
            counted(span.holds(CorrectiveAction.agreed_at)),
            counted(span.holds(CorrectiveAction.done_at)),
            counted(span.holds(CorrectiveAction.verified_at)),
            counted(undone),
            counted(undone & (CorrectiveAction.due_on < today)),
        )
    ).one()
    return dict(zip(("agreed", "done", "verified", "open", "overdue"), map(int, row), strict=True))


def overdue(session: Session, today: date) -> Sequence[CorrectiveAction]:
    """The corrective actions that are overdue, the oldest first."""
    late = select(CorrectiveAction).where(CorrectiveAction.status.not_in(DONE), CorrectiveAction.due_on < today)
    return session.scalars(late.order_by(CorrectiveAction.due_on, CorrectiveAction.id).limit(LISTED)).all()


def kept_and_broken(session: Session, span: Span) -> dict[str, tuple[int, int]]:
    """Promises kept and broken in the span by clock, each counted when it was settled."""
    kept = (ClockVerdict.verdict == "met") & span.holds(ClockVerdict.stopped_at)
    broken = (ClockVerdict.verdict == "breached") & span.holds(ClockVerdict.breached_at)
    rows = session.execute(
        select(
            ClockVerdict.clock,
            func.sum(case((kept, 1), else_=0)),
            func.sum(case((broken, 1), else_=0)),
        )
        .where(OF_TICKETS, ClockVerdict.clock.in_(PROMISED), kept | broken)
        .group_by(ClockVerdict.clock)
    ).all()
    found = {clock: (int(met), int(late)) for clock, met, late in rows}
    return {clock: found.get(clock, (0, 0)) for clock in PROMISED}


def durations(session: Session, span: Span) -> dict[str, list[float]]:
    """Seconds that promises fulfilled in the span took, in order, by clock; late ones too."""
    rows = session.execute(
        select(ClockVerdict.clock, ClockVerdict.started_at, ClockVerdict.stopped_at).where(
            OF_TICKETS, ClockVerdict.clock.in_(PROMISED), span.holds(ClockVerdict.stopped_at)
        )
    ).all()
    ordered = sorted((clock, (stopped - started).total_seconds()) for clock, started, stopped in rows if stopped)
    found = {clock: [each[1] for each in group] for clock, group in itertools.groupby(ordered, key=lambda row: row[0])}
    return {clock: found.get(clock, []) for clock in PROMISED}


def index_sums(*where: ColumnElement[bool], by: Sequence[Any] = ()) -> Any:
    """Answers, stars of each part, and squared indexes, grouped; what ``index_of`` reads."""
    whole = sum((getattr(Survey, part) * points(part) for part in PARTS[1:]), Survey.speed * points(PARTS[0]))
    stars = [func.sum(getattr(Survey, part)) for part in PARTS]
    query = select(*by, func.count(), *stars, func.sum(whole * whole)).where(*where)
    return query.group_by(*(SLICE if isinstance(each, Label) else each for each in by)) if by else query


def index_of(row: Sequence[Any]) -> Index:
    """The index of a row's last five columns."""
    answers, *stars, squares = row[-5:]
    return Index.of(answers, [float(star or 0) for star in stars], float(squares or 0))


def asked_and_low(session: Session, span: Span) -> dict[str, int]:
    """Surveys sent and how many of these were answered; low marks given and how many of them somebody has looked at."""
    sent, answered = session.execute(
        select(func.count(), func.count(Survey.answered_at)).where(span.holds(Survey.sent_at))
    ).one()
    low, reviewed = session.execute(
        select(func.count(), func.count(SurveyReview.decided_at)).where(span.holds(SurveyReview.opened_at))
    ).one()
    return {"sent": sent, "answered": answered, "low": low, "reviewed": reviewed}


def risky(session: Session, span: Span) -> Sequence[Ticket]:
    """Complaints opened that are not ordinary, or repeat an earlier one; the newest first."""
    return session.scalars(
        select(Ticket)
        .options(
            lazyload(Ticket.rounds),
            load_only(
                Ticket.number,
                Ticket.category,
                Ticket.severity,
                Ticket.severity_reasons,
                Ticket.status,
                Ticket.repeat_of_id,
            ),
        )
        .where(opened(span), (Ticket.severity != "normal") | Ticket.repeat_of_id.is_not(None))
        .order_by(Ticket.id.desc())
    ).all()


def alerted(session: Session, span: Span) -> int:
    """Unusual volumes that began."""
    return session.scalar(select(func.count()).select_from(VolumeAlert).where(span.holds(VolumeAlert.began_at))) or 0


def fired(session: Session, span: Span, since: date) -> dict[str, int]:
    """Levels of promises that fired: warnings, breaches, and what follows a breach. ``since`` is the span's first day."""
    rows = session.execute(
        select(PromiseEntry.kind, func.count())
        .where(
            PromiseEntry.kind.in_(("warning", "breach", "after")),
            PromiseEntry.ticket_id.is_not(None),
            (PromiseEntry.stated_on >= since) | PromiseEntry.stated_on.is_(None),
            span.holds(PromiseEntry.recorded_at),
        )
        .group_by(PromiseEntry.kind)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    return {kind: counts.get(kind, 0) for kind in ("warning", "breach", "after")}
