"""Keeping people with an interest out of a case (回避): who is out and why, declaring, imposing and lifting it.

``may_handle`` is asked wherever a case is claimed, given, approved or extended; nothing else decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission
from ticketing.tickets import following, wording
from ticketing.tickets.gate_models import Recusal
from ticketing.tickets.gates import refused, require, require_owner, take
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketRound
from ticketing.tickets.recusal_rules import Ground, Interests, excluded, ground_of
from ticketing.tickets.rules import OPEN, Step


@dataclass(frozen=True)
class Refusal:
    """Why someone may not handle a case."""

    ground: Ground
    name: str

    def text(self, language: str) -> str:
        """The ground as colleagues read it."""
        return wording.name("ground", self.ground, language)


def may_handle(session: Session, ticket: Ticket, staff: Staff) -> Refusal | None:
    """None if this person may own, decide or approve in this case; else why not."""
    ground = ground_of(staff.id, interests_in(session, ticket))
    return Refusal(ground, staff.name) if ground is not None else None


def kept_out(session: Session, ticket: Ticket) -> frozenset[int]:
    """The ids of everyone who must keep out of this case, for choosing among many."""
    return excluded(interests_in(session, ticket))


def kept_out_of(session: Session, tickets: Sequence[Ticket]) -> dict[int, frozenset[int]]:
    """The same for many cases by ticket id, in three reads whatever their number."""
    if not tickets:
        return {}
    recorded: dict[int, set[int]] = {ticket.id: set() for ticket in tickets}
    for ticket_id, staff_id in session.execute(
        select(Recusal.ticket_id, Recusal.staff_id).where(Recusal.ticket_id.in_(recorded))
    ):
        recorded[ticket_id].add(staff_id)
    theirs = {ticket.customer_id for ticket in tickets}
    customers = {row.id: row for row in session.scalars(select(Customer).where(Customer.id.in_(theirs)))}
    staff = session.execute(select(Staff.id, Staff.customer_id, Staff.phone_index, func.lower(Staff.email))).all()

    def are(customer: Customer) -> Iterator[int]:
        email = customer.email.strip().lower() if customer.email else None
        for staff_id, customer_id, phone, mail in staff:
            same_phone = bool(phone) and phone == customer.phone_index
            if customer_id == customer.id or same_phone or (email and mail == email):
                yield staff_id

    same = {customer_id: set(are(customer)) for customer_id, customer in customers.items()}
    for ticket in tickets:
        recorded[ticket.id] |= same[ticket.customer_id]
        if ticket.about_staff_id is not None:
            recorded[ticket.id].add(ticket.about_staff_id)
    return {ticket_id: frozenset(found) for ticket_id, found in recorded.items()}


def interests_in(session: Session, ticket: Ticket) -> Interests:
    """Who has an interest in this case, in two reads."""
    rows = session.execute(select(Recusal.staff_id, Recusal.ground).where(Recusal.ticket_id == ticket.id))
    return Interests(
        recorded={staff_id: Ground(ground) for staff_id, ground in rows},
        about=ticket.about_staff_id,
        customers=_are_the_customer(session, ticket.customer_id),
    )


def check(session: Session, *, ticket: Ticket, staff: Staff, actor: Actor) -> None:
    """Raise ``recused_self`` or ``recused_other`` if this person must keep out."""
    refusal = may_handle(session, ticket, staff)
    if refusal is not None:
        raise DomainError(
            "recused_self" if staff.id == actor.staff_id else "recused_other",
            name=staff.name,
            ground=refusal.text(actor.language),
        )


def check_actor(session: Session, *, ticket: Ticket, actor: Actor) -> None:
    """Raise ``recused_self`` if the one acting must keep out of this case."""
    if actor.staff_id is not None:
        check(session, ticket=ticket, staff=session.get_one(Staff, actor.staff_id), actor=actor)


def require_handler(session: Session, *, ticket: Ticket, actor: Actor) -> None:
    """Raise unless the ticket is the actor's own and they need not keep out of it."""
    require_owner(session, ticket, actor)
    check_actor(session, ticket=ticket, actor=actor)


def declare(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str) -> Recusal:
    """The actor has an interest in the case and leaves it; an own ticket goes back to the queue. Again changes nothing."""
    if actor.staff_id is None:
        raise DomainError("permission_denied")
    member = session.get_one(Staff, actor.staff_id)
    return _record(session, clock=clock, actor=actor, ticket=ticket, member=member, ground=Ground.DECLARED, why=reason)


def impose(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, member: Staff, reason: str) -> Recusal:
    """A lead keeps someone out; if it is the owner, the ticket goes back to the queue."""
    require(actor, Permission.TICKET_REASSIGN)
    ground = Ground.DECLARED if member.id == actor.staff_id else Ground.IMPOSED
    return _record(session, clock=clock, actor=actor, ticket=ticket, member=member, ground=ground, why=reason)


def lift(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, staff_id: int) -> None:
    """End a recusal; never one's own, and not that of whoever is complained about or is the customer."""
    require(actor, Permission.TICKET_REASSIGN)
    if staff_id == actor.staff_id:
        raise DomainError("recusal_own")
    row = session.scalar(select(Recusal).where(Recusal.ticket_id == ticket.id, Recusal.staff_id == staff_id))
    if row is None:
        return
    name = row.member.name
    session.delete(row)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="recusal_lifted", staff_id=staff_id, name=name)


def name_about(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, member: Staff | None) -> None:
    """Set or clear whom the complaint is about; that person keeps out, and loses the ticket if it is theirs."""
    require(actor, Permission.TICKET_WORK)
    if ticket.status not in OPEN:
        raise refused(ticket, actor)
    if ticket.about_staff_id == actor.staff_id:
        raise DomainError("recusal_own")
    if ticket.about_staff_id == (member.id if member else None):
        return
    if member is None:
        # Whoever is complained about must not be able to take their own name out.
        require(actor, Permission.TICKET_REASSIGN)
    ticket.about_staff_id = member.id if member else None
    name = member.name if member else ""
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="about_staff_named",
        staff_id=ticket.about_staff_id,
        name=name,
    )
    if member is not None:
        _give_back(session, clock=clock, actor=actor, ticket=ticket, member=member)


def exclude_former_handlers(session: Session, *, clock: Clock, ticket: Ticket, former: TicketRound) -> None:
    """After a reopening because of how it was handled: whoever handled that round handles no later one."""
    handlers = {ticket.owner_id, former.findings_by, former.decided_by} - {None}
    for member in session.scalars(select(Staff).where(Staff.id.in_(handlers)).order_by(Staff.id)):
        _record(
            session,
            clock=clock,
            actor=SYSTEM,
            ticket=ticket,
            member=member,
            ground=Ground.HANDLED_BEFORE,
            why=wording.name("ground", Ground.HANDLED_BEFORE, member.language),
        )


def recorded(session: Session, ticket: Ticket) -> Sequence[Recusal]:
    """What was declared, imposed or follows from a reopening, for the case page."""
    return session.scalars(select(Recusal).where(Recusal.ticket_id == ticket.id).order_by(Recusal.id)).all()


def copy_to(session: Session, *, clock: Clock, source: Ticket, target: Ticket) -> None:
    """Whoever keeps out of one case keeps out of what becomes of it."""
    known = set(session.scalars(select(Recusal.staff_id).where(Recusal.ticket_id == target.id)))
    for row in recorded(session, source):
        if row.staff_id not in known:
            session.add(
                Recusal(
                    ticket_id=target.id,
                    staff_id=row.staff_id,
                    ground=row.ground,
                    reason=row.reason,
                    created_at=clock.now(),
                    created_by=row.created_by,
                )
            )
    if target.about_staff_id is None:
        target.about_staff_id = source.about_staff_id
    session.flush()


def enforce(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> None:
    """Take the ticket from an owner who, as it has turned out, must keep out."""
    if ticket.owner_id in kept_out(session, ticket):
        owner = session.get_one(Staff, ticket.owner_id)
        _give_back(session, clock=clock, actor=actor, ticket=ticket, member=owner)


def _record(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, member: Staff, ground: Ground, why: str
) -> Recusal:
    known = session.scalar(select(Recusal).where(Recusal.ticket_id == ticket.id, Recusal.staff_id == member.id))
    if known is not None:
        return known
    if actor.kind == "staff":
        take(ticket, Step.RECUSE, actor, frozenset({"reason"} if why.strip() else ()))
    row = Recusal(
        ticket_id=ticket.id,
        staff_id=member.id,
        ground=ground,
        reason=why.strip(),
        created_at=clock.now(),
        created_by=actor.staff_id,
    )
    session.add(row)
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="recused",
        text=row.reason,
        staff_id=member.id,
        name=member.name,
        ground=str(ground),
    )
    _give_back(session, clock=clock, actor=actor, ticket=ticket, member=member)
    return row


def _give_back(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, member: Staff) -> None:
    """An owner who must keep out leaves the ticket to the queue and their chat to the assistant; leads are told."""
    if ticket.owner_id != member.id:
        return
    following.put_back(session, clock=clock, actor=actor, ticket=ticket, reason="owner_recused")
    following.release_chat(session, clock=clock, ticket=ticket, agent_id=member.id)
    following.tell_leads(session, clock=clock, ticket=ticket, away=kept_out(session, ticket))


def _are_the_customer(session: Session, customer_id: int) -> frozenset[int]:
    """Employees who are this customer, or share a number or an address with them."""
    customer = session.get_one(Customer, customer_id)
    same = [Staff.customer_id == customer_id]
    if customer.phone_index:
        same.append(Staff.phone_index == customer.phone_index)
    if customer.email:
        same.append(func.lower(Staff.email) == customer.email.strip().lower())
    return frozenset(session.scalars(select(Staff.id).where(or_(*same))))
