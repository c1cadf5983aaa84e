"""What goes along when a ticket changes hands or ends: the customer's chat, and word to those who must know."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import transcript, transfer
from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import LADDER, Place
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.staff.models import Staff
from ticketing.tickets import gate_news
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketEvent, Unassigned
from ticketing.tickets.rules import OPEN

TEAM_LEAD = LADDER[0]


def move_chat(session: Session, *, clock: Clock, ticket: Ticket, from_id: int | None, to: Staff) -> None:
    """The former owner's chat goes to the new one, unless the former still has another ticket of that chat."""
    if from_id is None or ticket.conversation_id is None or _has_another(session, ticket, from_id):
        return
    transfer.hand_on(session, clock=clock, conversation_id=ticket.conversation_id, from_id=from_id, to=to)


def let_reply_go(session: Session, *, clock: Clock, ticket: Ticket) -> None:
    """What was written in its chat and could still be taken back is said while the ticket is open: it answers it."""
    if ticket.conversation_id is not None:
        transcript.let_go(session, clock=clock, conversation=transcript.locked(session, ticket.conversation_id))


def release_chat(session: Session, *, clock: Clock, ticket: Ticket, agent_id: int | None) -> None:
    """The chat goes back to the assistant, unless the agent still has another open ticket of that chat."""
    if agent_id is None or ticket.conversation_id is None or _has_another(session, ticket, agent_id):
        return
    transfer.give_back(session, clock=clock, conversation_id=ticket.conversation_id, agent_id=agent_id)


def put_back(session: Session, *, clock: Clock, ticket: Ticket, reason: str, actor: Actor = SYSTEM) -> TicketEvent:
    """Take a ticket from its owner, for everyone to see: it waits for the assignment pass or for someone to claim it.

    ``reason`` is ``owner_left``, ``owner_absent`` or ``owner_recused``.
    """
    before, ticket.owner_id, ticket.assign_at = ticket.owner_id, None, None
    session.merge(Unassigned(ticket_id=ticket.id, since=clock.now(), taken_from=before, reason=None, told=[]))
    return note_event(session, clock=clock, actor=actor, ticket=ticket, kind="put_back", before=before, reason=reason)


def tell_leads(session: Session, *, clock: Clock, ticket: Ticket, away: frozenset[int]) -> None:
    """A ticket lost its owner and needs another one."""
    told = people.recipients(
        session, clock=clock, place=Place(None, ticket.team_id, away), asked=TEAM_LEAD, urgent=True
    )
    news = gate_news.about(ticket, "ticket_returned", dedupe=f"returned:{ticket.id}:{ticket.version}", urgent=True)
    notify.to_staff(session, clock=clock, news=news, to=[each for each in told if each.colleague.id not in away])


def _has_another(session: Session, ticket: Ticket, staff_id: int) -> bool:
    other = select(Ticket.id).where(
        Ticket.conversation_id == ticket.conversation_id,
        Ticket.id != ticket.id,
        Ticket.owner_id == staff_id,
        Ticket.status.in_(OPEN),
    )
    return session.scalar(other.limit(1)) is not None
