"""Standing still while someone else must act: who paused it, why, and until when.

Only clocks that a policy calls pausable stand still; the complaint's 24 h and 48 h never do (handbook §4.4).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import OWNER, Place
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission
from ticketing.tickets import gate_news, wording
from ticketing.tickets.gate_models import TicketPause
from ticketing.tickets.gates import require_owner_or, take
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN, Step

REASONS = tuple(wording.NAMES["pause_reason"])
FORGOTTEN = timedelta(days=7)
_WAITING = (
    select(Ticket)
    .join(TicketPause, TicketPause.ticket_id == Ticket.id)
    .where(
        Ticket.conversation_id == bindparam("chat"),
        Ticket.status.in_(OPEN),
        TicketPause.ended_at.is_(None),
        TicketPause.reason == "customer",
    )
    .order_by(Ticket.id)
)
"""What of a chat waits for its customer."""
_IS_WAITING = _WAITING.with_only_columns(Ticket.id).limit(1)
"""The same, put together once: every line that a customer writes asks for it."""


def lasting(session: Session, *, ticket: Ticket) -> TicketPause | None:
    """The pause that lasts now."""
    return session.scalar(select(TicketPause).where(TicketPause.ticket_id == ticket.id, TicketPause.ended_at.is_(None)))


def pause(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str, note: str | None = None
) -> TicketPause:
    """Let the pausable clocks stand still. Raises ``pause_lasting`` while another pause lasts, ``pause_reason_unknown``."""
    require_owner_or(session, ticket, actor, Permission.TICKET_REASSIGN)
    if reason not in REASONS:
        raise DomainError("pause_reason_unknown")
    take(ticket, Step.PAUSE, actor, frozenset({"reason"}))
    if lasting(session, ticket=ticket) is not None:
        raise DomainError("pause_lasting")
    row = TicketPause(
        ticket_id=ticket.id, reason=reason, note=note or None, begun_at=clock.now(), begun_by=actor.staff_id
    )
    session.add(row)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="paused", text=row.note, pause_reason=reason)
    return row


def resume(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> None:
    """Let the clocks run again; without a pause nothing changes."""
    require_owner_or(session, ticket, actor, Permission.TICKET_REASSIGN)
    end(session, clock=clock, actor=actor, ticket=ticket)


def customer_answered(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> None:
    """What waited for the customer waits no longer; waiting for others goes on."""
    row = lasting(session, ticket=ticket)
    if row is not None and row.reason == "customer":
        end(session, clock=clock, actor=actor, ticket=ticket)


def waits_for_customer(session: Session, *, conversation_id: int) -> bool:
    """Whether anything of this chat waits for its customer."""
    return session.scalar(_IS_WAITING, {"chat": conversation_id}) is not None


def customer_wrote(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> None:
    """The customer said something in the chat: everything of that chat that waited for them goes on."""
    held = _WAITING.with_for_update(of=Ticket).execution_options(populate_existing=True)
    for ticket in session.scalars(held, {"chat": conversation_id}).all():
        customer_answered(session, clock=clock, actor=actor, ticket=ticket)


def end(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> None:
    """End the lasting pause, if there is one."""
    row = lasting(session, ticket=ticket)
    if row is None:
        return
    if ticket.status in OPEN:
        take(ticket, Step.RESUME, actor, frozenset({"open_pause"}))
    row.ended_at = clock.now()
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="resumed", pause_reason=row.reason)


def remind_of_forgotten(database: Database, *, clock: Clock) -> int:
    """Ask the owners of tickets paused for a week, and every week again, whether they still wait; gives how many."""
    now = clock.now()
    with database.transaction() as session:
        found = session.execute(
            select(TicketPause, Ticket)
            .join(Ticket, Ticket.id == TicketPause.ticket_id)
            .where(TicketPause.ended_at.is_(None), TicketPause.begun_at <= now - FORGOTTEN)
        ).all()
        for row, ticket in found:
            _remind(session, clock=clock, ticket=ticket, row=row)
    return len(found)


def _remind(session: Session, *, clock: Clock, ticket: Ticket, row: TicketPause) -> None:
    age = clock.now() - row.begun_at
    place = Place(ticket.owner_id, ticket.team_id)
    news = gate_news.about(
        ticket,
        "pause_forgotten",
        dedupe=f"pause:{row.id}:{age // FORGOTTEN}",
        more=lambda language: {"days": age.days, "reason": wording.name("pause_reason", row.reason, language)},
    )
    told = people.recipients(session, clock=clock, place=place, asked=OWNER, urgent=False)
    notify.to_staff(session, clock=clock, news=news, to=told)
