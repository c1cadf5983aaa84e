"""Two tickets about one matter become one: the other keeps its number, which leads to the survivor, and has no clock.

The earliest intake survives (design §4): the survivor is due as the earlier of the two was.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission
from ticketing.tickets import following, judging, recusal, telling, wording
from ticketing.tickets.gates import refused, require_owner_or, take
from ticketing.tickets.holding import hold
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN, Step
from ticketing.tickets.winding_up import wind_up


def merge(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, into: Ticket, reason: str) -> Ticket:
    """Merge ``ticket`` into ``into`` and give the survivor; a second time changes nothing.

    By whoever may merge, or the owner of both. Raises ``merge_itself``, ``merge_other_customer``, ``merge_kind``,
    ``merge_target_ended`` or ``ticket_merged``.
    """
    if ticket.id == into.id:
        raise DomainError("merge_itself")
    hold(session, ticket, into)
    if ticket.merged_into_id == into.id:
        return into
    _refuse_unfit(session, actor=actor, ticket=ticket, into=into)
    wind_up(session, clock=clock, actor=actor, ticket=ticket)
    take(ticket, Step.MERGE, actor, frozenset({"survivor", *(("reason",) if reason.strip() else ())}))
    ticket.merged_into_id, ticket.closed_at = into.id, clock.now()
    session.flush()
    session.expire(ticket, ["merged_into"])
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="merged", other=into.number, reason=reason)
    _take_in(session, clock=clock, actor=actor, ticket=ticket, into=into)
    if ticket.conversation_id != into.conversation_id:
        following.release_chat(session, clock=clock, ticket=ticket, agent_id=ticket.owner_id)
    telling.written(
        session,
        clock=clock,
        ticket=ticket,
        code="merged",
        dedupe=f"merged:{ticket.id}",
        about=into,
        survivor=into.number,
    )
    return into


def absorbed(session: Session, *, ticket: Ticket) -> Sequence[Ticket]:
    """The tickets that went into this one, also through others, oldest first."""
    found: dict[int, Ticket] = {}
    layer = [ticket.id]
    while layer:
        rows = session.scalars(select(Ticket).where(Ticket.merged_into_id.in_(layer)).order_by(Ticket.id)).all()
        layer = [row.id for row in rows if row.id not in found and row.id != ticket.id]
        found |= {row.id: row for row in rows}
    return sorted(found.values(), key=lambda row: row.id)


def candidates(session: Session, *, ticket: Ticket, limit: int = 10) -> Sequence[Ticket]:
    """The customer's other open tickets, the newest first."""
    return session.scalars(
        select(Ticket)
        .where(Ticket.customer_id == ticket.customer_id, Ticket.id != ticket.id, Ticket.status.in_(OPEN))
        .order_by(Ticket.id.desc())
        .limit(limit)
    ).all()


def _refuse_unfit(session: Session, *, actor: Actor, ticket: Ticket, into: Ticket) -> None:
    require_owner_or(session, ticket, actor, Permission.TICKET_MERGE)
    require_owner_or(session, into, actor, Permission.TICKET_MERGE)
    recusal.check_actor(session, ticket=ticket, actor=actor)
    recusal.check_actor(session, ticket=into, actor=actor)
    if ticket.customer_id != into.customer_id:
        raise DomainError("merge_other_customer", number=into.number)
    if ticket.status not in OPEN or into.merged_into is not None:
        raise refused(ticket if ticket.status not in OPEN else into, actor)
    if into.status not in OPEN:
        raise DomainError(
            "merge_target_ended", number=into.number, status_text=wording.name("status", into.status, actor.language)
        )
    if ticket.kind == "complaint" and into.kind != "complaint":
        # An enquiry promises less; the complaint's promises would be lost in it.
        raise DomainError("merge_kind", number=into.number)


def _take_in(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, into: Ticket) -> None:
    """What the survivor takes over: the earlier intake, the higher severity and priority, and who keeps out."""
    began = ticket.current.started_at
    if ticket.kind == into.kind and began < into.current.started_at:
        into.current.started_at = began
        into.complained_at = min(into.complained_at, began)
        said = "complained" if into.kind == "complaint" else "enquired"
        note_event(session, clock=clock, actor=actor, ticket=into, kind=said, at=began, other=ticket.number)
    judging.take_over(session, clock=clock, ticket=into, other=ticket)
    recusal.copy_to(session, clock=clock, source=ticket, target=into)
    note_event(session, clock=clock, actor=actor, ticket=into, kind="absorbed", other=ticket.number)
    recusal.enforce(session, clock=clock, actor=actor, ticket=into)
