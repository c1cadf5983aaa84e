"""How a sent letter reached its customer: one row a channel, with the evidence; the first that arrives stops the clock.

A channel that gives up while another has delivered is shown and raises nothing. When nothing has arrived and nothing is
left to try, or the tries have gone on for too long, there is a task for a person (todos.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.notify import service as notify
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.sla import queries as sla
from ticketing.tickets import documents, letter_text, telling, todos
from ticketing.tickets.gates import require_owner, take
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Letter, LetterDelivery, LetterDocument, Ticket, Todo
from ticketing.tickets.rules import Step

SUBJECT = "letter"
PATIENCE = timedelta(minutes=30)
"""This long a letter may be on its way while its channels fail; then someone is asked, and the tries go on."""
TODO_HOURS = timedelta(hours=4)
SOONEST = timedelta(minutes=30)
HOW = ("called", "posted", "in_person", "other")


@dataclass(frozen=True)
class Way:
    """How it went on one channel."""

    channel: str
    state: str
    settled_at: datetime | None
    read_at: datetime | None
    attempts: int
    last_error: str | None
    evidence: dict[str, Any]


def dispatch(session: Session, *, clock: Clock, ticket: Ticket, letter: Letter) -> None:
    """Hand a letter that was just sent to its channels."""
    address = telling.email_of(session, ticket)
    ways = {"chat": ticket.conversation_id is not None, "email": address is not None, "page": True}
    session.add_all(
        LetterDelivery(letter_id=letter.id, channel=channel, state="pending", created_at=clock.now())
        for channel, open_ in ways.items()
        if open_
    )
    session.flush()
    told = letter_text.told_of(letter)
    notify.to_customer(
        session,
        clock=clock,
        code="answer",
        language=letter.language,
        values={"number": ticket.number, **told},
        conversation_id=ticket.conversation_id,
        email_of=address,
        card={"kind": "answer", "number": ticket.number, "page_url": f"/my/tickets/{ticket.number}/letter"},
        dedupe=f"letter:{letter.id}",
        subject=(SUBJECT, letter.id),
    )
    documents.order(session, clock=clock, letter=letter)
    if not ways["chat"] and not ways["email"]:
        _ask_a_person(session, clock=clock, ticket=ticket, letter=letter)


def settle(session: Session, *, clock: Clock, message: OutboxMessage) -> None:
    """Told by the outbox that a channel has delivered, or has given up (``message.status`` dead)."""
    letter, ticket = _held(session, message.subject_id)
    row = _row(session, clock=clock, letter=letter, channel=message.channel)
    row.settled_at, row.attempts, row.last_error = clock.now(), message.attempts, message.last_error
    if message.status == "dead":
        row.state = "failed"
        note_event(
            session,
            clock=clock,
            actor=SYSTEM,
            ticket=ticket,
            kind="delivery_failed",
            of_round=letter.round,
            channel=message.channel,
            reason=message.last_error,
        )
        if letter.delivered_at is None and not _others_pending(session, letter):
            _ask_a_person(session, clock=clock, ticket=ticket, letter=letter)
        return
    row.state, row.evidence = "delivered", message.evidence
    _arrived(session, clock=clock, actor=SYSTEM, ticket=ticket, letter=letter, row=row)


def opened(session: Session, *, clock: Clock, actor: Actor, letter: Letter) -> None:
    """The customer, signed in, had the letter before their eyes; the first time counts. This delivers it, too."""
    letter, ticket = _held(session, letter.id)
    row = _row(session, clock=clock, letter=letter, channel="page")
    if row.read_at is not None:
        return
    row.read_at = clock.now()
    row.state, row.settled_at, row.evidence = "delivered", clock.now(), {"at": clock.now().isoformat()}
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="answer_opened", of_round=letter.round)
    _arrived(session, clock=clock, actor=actor, ticket=ticket, letter=letter, row=row)


def by_person(session: Session, *, clock: Clock, actor: Actor, letter: Letter, how: str, note: str) -> None:
    """Someone told the customer or handed the letter over, and says how one can tell."""
    letter, ticket = _held(session, letter.id)
    row = _row(session, clock=clock, letter=letter, channel="person")
    row.state, row.settled_at, row.attempts = "delivered", clock.now(), row.attempts + 1
    row.evidence = {"how": how, "note": note, "by": actor.label, "name": actor.name, "at": clock.now().isoformat()}
    _arrived(session, clock=clock, actor=actor, ticket=ticket, letter=letter, row=row)


def bounced(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, letter: Letter) -> None:
    """The e-mail came back after the server had taken it: it did not deliver. Raises ``letter_not_bounced``.

    If it was the only arrival the letter is on its way again, so that the case cannot be closed, and a person is asked.
    """
    require_owner(session, ticket, actor)
    letter, ticket = _held(session, letter.id)
    rows = session.scalars(select(LetterDelivery).where(LetterDelivery.letter_id == letter.id)).all()
    mail = next((row for row in rows if row.channel == "email" and row.state == "delivered"), None)
    if mail is None:
        raise DomainError("letter_not_bounced")
    mail.state, mail.settled_at, mail.last_error = "failed", clock.now(), "bounced"
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="delivery_failed",
        of_round=letter.round,
        channel="email",
        reason="bounced",
    )
    if any(row.state == "delivered" for row in rows):
        return
    letter.status, letter.delivered_at = "sent", None
    next(item for item in ticket.rounds if item.round == letter.round).delivered_at = None
    _ask_a_person(session, clock=clock, ticket=ticket, letter=letter, mark=":bounced")


def done_by_hand(session: Session, *, clock: Clock, actor: Actor, todo: Todo, how: str, note: str) -> None:
    """A task is done; one about a letter is its delivery, with what was done as evidence. Raises ``todo_how_missing``."""
    if todo.kind == "deliver_letter" and how not in HOW:
        raise DomainError("todo_how_missing")
    todos.done(session, clock=clock, actor=actor, todo=todo, note=note)
    if todo.kind == "deliver_letter":
        letter_id = int(todo.cause.split(":")[1])
        by_person(session, clock=clock, actor=actor, letter=session.get_one(Letter, letter_id), how=how, note=note)


def of_letter(session: Session, *, letter: Letter) -> list[Way]:
    """All ways of a letter, in the order in which they were opened; tries under way are counted in the outbox."""
    rows = session.scalars(
        select(LetterDelivery).where(LetterDelivery.letter_id == letter.id).order_by(LetterDelivery.id)
    )
    tried = {
        message.channel: message
        for message in session.scalars(
            select(OutboxMessage).where(OutboxMessage.subject_type == SUBJECT, OutboxMessage.subject_id == letter.id)
        )
    }
    ways = []
    for row in rows:
        under_way = tried.get(row.channel) if row.state == "pending" else None
        attempts, error = (under_way or row).attempts, (under_way or row).last_error
        ways.append(Way(row.channel, row.state, row.settled_at, row.read_at, attempts, error, row.evidence or {}))
    return ways


def ask_for_overdue(session: Session, *, clock: Clock) -> int:
    """A task for each letter whose channels have failed for a while although they are still being tried; gives how many."""
    waiting = (
        select(Letter)
        .join(OutboxMessage, (OutboxMessage.subject_type == SUBJECT) & (OutboxMessage.subject_id == Letter.id))
        .where(
            OutboxMessage.status == "pending",
            OutboxMessage.last_error.is_not(None),
            Letter.status == "sent",
            Letter.sent_at <= clock.now() - PATIENCE,
        )
        .group_by(Letter.id)
        .having(func.count() > 0)
    )
    asked = 0
    for letter in session.scalars(waiting).all():
        asked += _ask_a_person(session, clock=clock, ticket=session.get_one(Ticket, letter.ticket_id), letter=letter)
    return asked


def _arrived(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, letter: Letter, row: LetterDelivery
) -> None:
    """The first arrival ends the promise and any task to deliver by hand."""
    if letter.delivered_at is not None:
        return
    take(ticket, Step.DELIVER, actor, frozenset({"sent_letter"}))
    letter.status, letter.delivered_at = "delivered", clock.now()
    ticket_round = next(item for item in ticket.rounds if item.round == letter.round)
    ticket_round.delivered_at = letter.delivered_at
    document = session.scalar(select(LetterDocument.sha256).where(LetterDocument.letter_id == letter.id))
    evidence: dict[str, Any] = {**(row.evidence or {}), **({"sha256": document} if document else {})}
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="answer_delivered",
        of_round=letter.round,
        channel=row.channel,
        evidence=evidence,
    )
    todos.settle(session, clock=clock, cause=_cause(letter), channel=row.channel)


def _ask_a_person(session: Session, *, clock: Clock, ticket: Ticket, letter: Letter, mark: str = "") -> bool:
    standings = sla.clocks(session, ticket_id=ticket.id, round=ticket.round)
    promised = min(
        (item.due_at for item in standings if item.clock in telling.ANSWER_CLOCKS and item.due_at), default=None
    )
    due_at = clock.now() + TODO_HOURS
    if promised is not None:
        due_at = min(due_at, max(promised, clock.now() + SOONEST))
    return todos.open_todo(
        session, clock=clock, ticket=ticket, kind="deliver_letter", cause=_cause(letter) + mark, due_at=due_at
    )


def _cause(letter: Letter) -> str:
    return f"letter:{letter.id}"


def _held(session: Session, letter_id: int | None) -> tuple[Letter, Ticket]:
    """The letter and its ticket, held: what has happened must be recorded, not lose against a colleague who writes."""
    letter = session.get_one(Letter, letter_id)
    ticket = session.get_one(Ticket, letter.ticket_id, with_for_update={"of": Ticket}, populate_existing=True)
    session.refresh(letter)
    return letter, ticket


def _row(session: Session, *, clock: Clock, letter: Letter, channel: str) -> LetterDelivery:
    found = session.scalar(
        select(LetterDelivery).where(LetterDelivery.letter_id == letter.id, LetterDelivery.channel == channel)
    )
    if found is None:
        found = LetterDelivery(
            letter_id=letter.id, channel=channel, state="pending", created_at=clock.now(), attempts=0
        )
        session.add(found)
    return found


def _others_pending(session: Session, letter: Letter) -> bool:
    """Whether a channel that can fail is still being tried."""
    session.flush()
    pending = select(LetterDelivery.id).where(
        LetterDelivery.letter_id == letter.id,
        LetterDelivery.state == "pending",
        LetterDelivery.channel.in_(("chat", "email")),
    )
    return session.scalar(pending.limit(1)) is not None
