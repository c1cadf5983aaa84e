"""Claiming a ticket at the desk, its customer's open chat along with it, and taking that back within some seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import service as conversing
from ticketing.conversations import unclaiming
from ticketing.conversations.models import Conversation
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla import queries as sla
from ticketing.tickets import service
from ticketing.tickets.gates import require_owner
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketEvent

UNDO_FOR = timedelta(seconds=20)
"""How long after a claim it can be undone."""
BESIDE = frozenset({"sla_warning", "sla_breached", "sla_after", "severity_raised", "priority_changed", "repeat_found"})
"""What may come between without anyone having done anything."""


def claim(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Ticket:
    """Take the ticket, and its customer's chat unless a colleague has it; raises as ``service.claim``."""
    status = ticket.status
    if ticket.owner_id == actor.staff_id:
        return ticket
    chat = session.get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    follows = chat is not None and chat.owner in {"bot", "queued"}
    service.claim(session, clock=clock, actor=actor, ticket=ticket, before=status, chat=follows)
    if chat is not None and follows:
        conversing.claim_by_agent(session, clock=clock, actor=actor, conversation_id=chat.id, within_cap=False)
    return ticket


def undo_until(events: Sequence[TicketEvent], *, actor: Actor, now: datetime) -> datetime | None:
    """Until when the actor may take their claim back, as far as the log (newest first) tells; None if not at all."""
    latest = next((event for event in events if event.kind not in BESIDE), None)
    if latest is None or latest.kind != "claimed" or latest.actor != actor.label or "before" not in latest.data:
        return None
    until = latest.at + UNDO_FOR
    return until if now < until else None


def undo_offered_until(
    session: Session, events: Sequence[TicketEvent], *, ticket: Ticket, actor: Actor, now: datetime
) -> datetime | None:
    """Until when the page offers the undoing: ``undo_until``, unless what was said or promised since stands against it."""
    until = undo_until(events, actor=actor, now=now)
    claimed = next((event for event in events if event.kind not in BESIDE), None)
    if until is None or claimed is None or _promise_counts_on(session, ticket, claimed.at):
        return None
    chat = session.get(Conversation, ticket.conversation_id) if claimed.data.get("chat") else None
    if chat is not None and not unclaiming.looks_untouched(session, conversation=chat, agent_id=actor.staff_id or 0):
        return None
    return until


def undo(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Ticket:
    """Give the ticket back as if it had not been claimed: status, queue, chat, and what its customer sees of it.

    Raises ``claim_undo_late`` after ``UNDO_FOR``, and ``claim_undo_overtaken`` if anyone has done or said anything since or
    a promise has counted on the claim.
    """
    require_owner(session, ticket, actor)
    assert actor.staff_id is not None
    log = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id.desc()).limit(20)
    ).all()
    claimed = next((event for event in log if event.kind not in BESIDE), None)
    if claimed is None or claimed.kind != "claimed" or claimed.actor != actor.label or "before" not in claimed.data:
        raise DomainError("claim_undo_overtaken")
    if undo_until(log, actor=actor, now=clock.now()) is None:
        raise DomainError("claim_undo_late", seconds=int(UNDO_FOR.total_seconds()))
    with_chat = bool(claimed.data.get("chat")) and ticket.conversation_id is not None
    if _promise_counts_on(session, ticket, claimed.at) or (with_chat and not _chat_untouched(session, ticket)):
        raise DomainError("claim_undo_overtaken")
    ticket.status, ticket.owner_id = claimed.data["before"], None
    # Its customer was never with anyone; that it happened stays in the log and in the audit.
    claimed.public = False
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="claim_undone", undoes=claimed.id)
    if with_chat and ticket.conversation_id is not None:
        unclaiming.give_up(session, clock=clock, conversation_id=ticket.conversation_id, agent_id=actor.staff_id)
    return ticket


def _chat_untouched(session: Session, ticket: Ticket) -> bool:
    assert ticket.conversation_id is not None
    assert ticket.owner_id is not None
    return unclaiming.is_untouched(session, conversation_id=ticket.conversation_id, agent_id=ticket.owner_id)


def _promise_counts_on(session: Session, ticket: Ticket, at: datetime) -> bool:
    """Whether a policy lets a clock start or stop with the claim: that cannot be made undone."""
    standings = sla.clocks(session, ticket_id=ticket.id, round=ticket.round)
    return any(at in (each.started_at, each.stopped_at) for each in standings)
