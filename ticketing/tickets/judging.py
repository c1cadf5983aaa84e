"""Judging a ticket again: by itself when the customer says more, only upwards; by a person in either direction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets import rectify, rules, severity
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketEvent


def rejudge(session: Session, *, clock: Clock, ticket: Ticket) -> bool:
    """Judge everything the customer has said so far; gives whether the ticket became more serious.

    Only new evidence raises: what a person has lowered stays low until the customer says something that weighs more.
    """
    known = sum(finding.points for finding in severity.of_json(ticket.severity_evidence))
    tier = session.scalar(select(Customer.tier).where(Customer.id == ticket.customer_id)) or "standard"
    judged = severity.judge(
        said(session, ticket), amount=ticket.amount, tier=tier, repeat_of=_number_of(session, ticket.repeat_of_id)
    )
    if judged.points <= known:
        return False
    ticket.severity_evidence = [finding.as_json() for finding in judged.findings]
    ticket.severity_reasons = list(judged.reasons)
    if severity.higher(ticket.severity, judged.level) == ticket.severity:
        session.flush()
        return False
    ticket.priority = rules.more_urgent(ticket.priority, judged.priority)
    _raise(session, clock=clock, ticket=ticket, level=judged.level, reasons=judged.reasons)
    return True


def change(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, level: str, reason: str) -> Ticket:
    """A person's own judgement. Lowering takes the right to reassign: nobody may lower a case past its second pair of eyes.

    Raises ``permission_denied``, ``severity_unknown`` or ``severity_reason_missing``.
    """
    if level not in severity.LEVELS:
        raise DomainError("severity_unknown")
    lowers = severity.higher(level, ticket.severity) != level
    needed = Permission.TICKET_REASSIGN if lowers else Permission.TICKET_WORK
    if actor.kind != "staff" or not allowed(actor.role, needed):
        raise DomainError("permission_denied")
    if not reason.strip():
        raise DomainError("severity_reason_missing")
    before = ticket.severity
    if before == level:
        return ticket
    ticket.severity = level
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="severity_changed",
        text=reason.strip(),
        before=before,
        after=level,
    )
    rectify.open_if_due(session, clock=clock, actor=SYSTEM, ticket=ticket)
    return ticket


def take_over(session: Session, *, clock: Clock, ticket: Ticket, other: Ticket) -> None:
    """A ticket that takes in another one is at least as serious and as urgent as that was."""
    known = list(ticket.severity_evidence)
    ticket.severity_evidence = known + [finding for finding in other.severity_evidence if finding not in known]
    ticket.severity_reasons = list(dict.fromkeys([*ticket.severity_reasons, *other.severity_reasons]))
    ticket.priority = rules.more_urgent(ticket.priority, other.priority)
    if severity.higher(ticket.severity, other.severity) != ticket.severity:
        _raise(session, clock=clock, ticket=ticket, level=other.severity, reasons=other.severity_reasons)


def _raise(session: Session, *, clock: Clock, ticket: Ticket, level: str, reasons: Iterable[str]) -> None:
    """Record it with what it stands on; a serious case may need a root-cause record."""
    before, ticket.severity = ticket.severity, level
    note_event(
        session,
        clock=clock,
        actor=SYSTEM,
        ticket=ticket,
        kind="severity_raised",
        before=before,
        after=level,
        reasons=list(reasons),
    )
    rectify.open_if_due(session, clock=clock, actor=SYSTEM, ticket=ticket)


def said(session: Session, ticket: Ticket) -> list[str]:
    """Everything the customer told in this ticket, in order."""
    added = session.scalars(
        select(TicketEvent.text)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(("added_to", "reopened")))
        .where(TicketEvent.actor.like("customer%"))
        .order_by(TicketEvent.id)
    )
    return [ticket.description, ticket.wish or "", *(text for text in added if text)]


def _number_of(session: Session, ticket_id: int | None) -> str | None:
    return session.scalar(select(Ticket.number).where(Ticket.id == ticket_id)) if ticket_id else None
