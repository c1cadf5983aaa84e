"""A written answer is held for some seconds before it goes out, so that whoever sent it can take it back.

The hold is a row: the worker sends what is due whatever becomes of the browser. Sending and taking back both begin by
deleting that row, so exactly one of them happens. Replies in a chat are held likewise, by ``conversations.replies``; here is said for how long.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Recipient
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log
from ticketing.staff import service as staff_service
from ticketing.staff.models import Staff
from ticketing.tickets import gate_news, letters
from ticketing.tickets.desk_models import LetterHold
from ticketing.tickets.gates import require_owner
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Letter, Ticket
from ticketing.tickets.rules import OPEN

AT_ONCE = 50


def hold(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    ticket: Ticket,
    seconds: int,
    confirmed: frozenset[str] = frozenset(),
) -> Letter:
    """Send the approved letter after ``seconds``; at once when a promise would be broken meanwhile. Raises as ``letters.send``."""
    due = clock.now() + timedelta(seconds=seconds)
    if seconds <= 0 or _falls_due(ticket, clock.now(), due):
        return letters.send(session, clock=clock, actor=actor, ticket=ticket, confirmed=confirmed)
    letter, _warnings = letters.sendable(session, clock=clock, actor=actor, ticket=ticket, confirmed=confirmed)
    if letter.sent_at is not None or send_at(session, letter=letter) is not None:
        return letter
    session.add(LetterHold(letter_id=letter.id, staff_id=actor.staff_id, send_at=due, confirmed=sorted(confirmed)))
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="answer_held", revision=letter.revision)
    return letter


def reply_seconds(session: Session, *, clock: Clock, conversation_id: int, seconds: int) -> int:
    """For how long a reply in a chat may be held: not at all when a promise of one of its tickets would be broken meanwhile."""
    due = clock.now() + timedelta(seconds=seconds)
    about = select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.status.in_(OPEN))
    return 0 if any(_falls_due(ticket, clock.now(), due) for ticket in session.scalars(about)) else seconds


def send_at(session: Session, *, letter: Letter | None) -> datetime | None:
    """When a held letter goes out; None for every other."""
    if letter is None or letter.sent_at is not None:
        return None
    return session.scalar(select(LetterHold.send_at).where(LetterHold.letter_id == letter.id))


def take_back(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Letter:
    """Do not send it after all: it is approved and unsent as before. Raises ``letter_gone`` when it is on its way."""
    require_owner(session, ticket, actor)
    letter = letters.latest(session, ticket=ticket)
    if letter is None or _let_go(session, letter.id) is None:
        raise DomainError("letter_gone")
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="answer_taken_back", revision=letter.revision)
    return letter


def release_due(database: Database, *, clock: Clock) -> int:
    """Send what was held long enough; gives how many left their hold."""
    due = select(LetterHold.letter_id).where(LetterHold.send_at <= clock.now()).order_by(LetterHold.send_at)
    with database.reading() as session:
        waiting = session.scalars(due.limit(AT_ONCE)).all()
    released = 0
    for letter_id in waiting:
        try:
            with database.transaction() as session:
                released += _release(session, clock=clock, letter_id=letter_id)
        except Exception:  # noqa: BLE001
            # Its row is still there and is tried again; the others go on.
            log.exception("letter.not_released", letter_id=letter_id)
    return released


def _falls_due(ticket: Ticket, now: datetime, until: datetime) -> bool:
    return ticket.next_due_at is not None and now <= ticket.next_due_at <= until


def _release(session: Session, *, clock: Clock, letter_id: int) -> bool:
    held = _let_go(session, letter_id)
    if held is None:
        return False
    letter = session.get_one(Letter, letter_id)
    ticket = session.get_one(Ticket, letter.ticket_id, with_for_update={"of": Ticket}, populate_existing=True)
    sender = session.get_one(Staff, held[0])
    try:
        newest = letters.latest(session, ticket=ticket)
        if newest is None or newest.id != letter.id:
            raise DomainError("letter_outdated")
        letters.send(
            session, clock=clock, actor=staff_service.actor_of(sender), ticket=ticket, confirmed=frozenset(held[1])
        )
    except DomainError as error:
        _keep(session, clock=clock, ticket=ticket, letter=letter, sender=sender, error=error)
    return True


def _let_go(session: Session, letter_id: int) -> tuple[int, list[str]] | None:
    """End the hold; only whoever really ended it gets its sender and what they confirmed."""
    ended = delete(LetterHold).where(LetterHold.letter_id == letter_id)
    row = session.execute(ended.returning(LetterHold.staff_id, LetterHold.confirmed)).first()
    return (row[0], row[1]) if row is not None else None


def _keep(session: Session, *, clock: Clock, ticket: Ticket, letter: Letter, sender: Staff, error: DomainError) -> None:
    """The case has changed meanwhile: the answer stays, and its sender is told why."""
    event = note_event(
        session,
        clock=clock,
        actor=SYSTEM,
        ticket=ticket,
        kind="answer_kept",
        text=error.text(sender.language),
        revision=letter.revision,
    )
    news = gate_news.about(
        ticket,
        "answer_kept",
        dedupe=f"answer_kept:{event.id}",
        more=lambda language: {"reason": error.text(language)},
    )
    colleague = people.roll(session, clock=clock).person(sender.id)
    notify.to_staff(session, clock=clock, news=news, to=[Recipient(colleague)] if colleague else [])
