"""One deed for many tickets: each by its own rules and in its own savepoint, so that one refusal spoils no other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission
from ticketing.tickets import notes, recusal, rules, service
from ticketing.tickets.gates import refused, require_owner_or
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketEvent

MOST = 100


@dataclass(frozen=True)
class Pick:
    """A ticket that was ticked, and its version on the page."""

    number: str
    version: int


@dataclass(frozen=True)
class Seen:
    """What the page showed: the newest event of all logs, and which events change nothing that one decides upon."""

    event_id: int
    harmless: Collection[str]


@dataclass(frozen=True)
class Outcome:
    """What became of one ticket: done, already so (neither done nor refused), or refused and why."""

    number: str
    done: bool
    refusal: DomainError | None = None


Deed = Callable[[Ticket], bool]
"""Does it to one ticket; False if there was nothing to do."""


def run(session: Session, *, picks: Sequence[Pick], deed: Deed, seen: Seen) -> list[Outcome]:
    """Do it to each ticket in turn; raises ``bulk_none`` and ``bulk_too_many``."""
    if not picks:
        raise DomainError("bulk_none")
    if len(picks) > MOST:
        raise DomainError("bulk_too_many", most=MOST)
    return [_one(session, pick, deed, seen) for pick in picks]


def claim(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> bool:
    """Take a ticket, without its customer's chat: nobody can begin many at once."""
    if ticket.owner_id == actor.staff_id:
        return False
    service.claim(session, clock=clock, actor=actor, ticket=ticket)
    return True


def reassign(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, to_id: int, note: str | None = None
) -> bool:
    """Give a ticket to a colleague."""
    to = session.get(Staff, to_id)
    if to is None:
        raise DomainError("staff_not_found")
    if ticket.owner_id == to.id:
        return False
    service.reassign(session, clock=clock, actor=actor, ticket=ticket, to=to, note=note)
    return True


def change_priority(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, up: bool) -> bool:
    """One step up or down, by its owner or a lead; raises as gates do, and nothing happens at either end."""
    require_owner_or(session, ticket, actor, Permission.TICKET_REASSIGN)
    recusal.check_actor(session, ticket=ticket, actor=actor)
    if ticket.status not in rules.OPEN:
        raise refused(ticket, actor)
    before = ticket.priority
    ticket.priority = rules.raised(before) if up else rules.lowered(before)
    if ticket.priority == before:
        return False
    note_event(
        session, clock=clock, actor=actor, ticket=ticket, kind="priority_changed", before=before, after=ticket.priority
    )
    return True


def add_note(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, text: str) -> bool:
    """The same internal note on each."""
    notes.add(session, clock=clock, actor=actor, ticket=ticket, text=text)
    return True


def _one(session: Session, pick: Pick, deed: Deed, seen: Seen) -> Outcome:
    try:
        with session.begin_nested():
            ticket = session.scalar(select(Ticket).where(Ticket.number == pick.number))
            if ticket is None:
                raise DomainError("ticket_not_found", number=pick.number)
            _refuse_if_changed(session, ticket, pick, seen)
            return Outcome(pick.number, deed(ticket))
    except DomainError as refusal:
        return Outcome(pick.number, False, refusal)
    except StaleDataError:
        return Outcome(pick.number, False, DomainError("version_conflict"))


def _refuse_if_changed(session: Session, ticket: Ticket, pick: Pick, seen: Seen) -> None:
    """Of two versions only what matters for a decision counts, as in the forms of one case."""
    if ticket.version == pick.version:
        return
    since = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id, TicketEvent.id > seen.event_id)
    if any(kind not in seen.harmless for kind in session.scalars(since)):
        raise DomainError("version_conflict")
