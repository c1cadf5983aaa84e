"""The PDF of a sent letter: made once by the worker, kept with its SHA-256, attached and offered for download."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, undefer

from ticketing.customers.models import Customer
from ticketing.notify.channels import Attachment
from ticketing.platform import outbox
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log
from ticketing.platform.outbox import DeliveryFailed, OutboxMessage, Receipt
from ticketing.platform.settings import Settings
from ticketing.tickets import letter_pdf, letter_text
from ticketing.tickets.models import Letter, LetterDocument, Ticket

CHANNEL = "document"
SUBJECT = "letter_document"


@dataclass(frozen=True)
class Document:
    """A PDF as it goes out."""

    name: str
    content: bytes
    sha256: str


def order(session: Session, *, clock: Clock, letter: Letter) -> None:
    """Have the worker make a sent letter's PDF."""
    outbox.enqueue(
        session,
        clock=clock,
        channel=CHANNEL,
        dedupe_key=f"document:{letter.id}",
        payload={"letter_id": letter.id},
        subject=(SUBJECT, letter.id),
    )


def deliver(settings: Settings, database: Database, clock: Clock, message: OutboxMessage) -> Receipt:
    """The outbox channel that makes PDFs."""
    made = ensure(settings, database, clock, letter_id=message.payload["letter_id"])
    if made is None:
        raise DeliveryFailed("pdf_library_missing")
    return Receipt({"sha256": made.sha256, "bytes": len(made.content), "at": clock.now().isoformat()})


def attach(settings: Settings, database: Database, clock: Clock, message: OutboxMessage) -> list[Attachment]:
    """What goes with the e-mail of a letter; without the system's libraries the mail goes out without it."""
    assert message.subject_id is not None
    made = ensure(settings, database, clock, letter_id=message.subject_id)
    return [Attachment(made.name, made.content, made.sha256)] if made else []


def ensure(settings: Settings, database: Database, clock: Clock, *, letter_id: int) -> Document | None:
    """The letter's PDF, made now unless it is there; None where the machine cannot make any."""
    with database.reading() as session:
        found, letter, ticket = (
            _stored(session, letter_id),
            session.get_one(Letter, letter_id),
            _ticket(session, letter_id),
        )
        if found is not None:
            return found
        name = session.get_one(Customer, ticket.customer_id).name
        article = letter_text.render(letter, settings=settings, recipient=name)
    title = letter_text.word("title", letter.language, facts=letter.facts)
    try:
        content = letter_pdf.press(article, language=letter.language, title=title, number=ticket.number)
    except letter_pdf.PdfUnavailable as error:
        log.error("letter.pdf_unavailable", action="install Pango", letter_id=letter_id, error=str(error))
        return None
    with database.transaction() as session:
        insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        row = {"letter_id": letter_id, "sha256": hashlib.sha256(content).hexdigest(), "content": content}
        # Two workers may have made it: the first one counts, and both go on with that.
        session.execute(
            insert(LetterDocument)
            .values(**row, made_at=clock.now())
            .on_conflict_do_nothing(index_elements=["letter_id"])
        )
        return _stored(session, letter_id)


def of_letter(session: Session, *, letter: Letter) -> Document:
    """The PDF of a sent letter; raises ``letter_document_missing`` while there is none."""
    found = _stored(session, letter.id)
    if found is None:
        raise DomainError("letter_document_missing")
    return found


def standing(session: Session, *, letter: Letter) -> str:
    """``ready``, ``pending``, ``unavailable`` (a library is missing), or ``none`` for a letter that was not sent."""
    if session.scalar(select(LetterDocument.id).where(LetterDocument.letter_id == letter.id)) is not None:
        return "ready"
    row = session.scalar(
        select(OutboxMessage).where(OutboxMessage.subject_type == SUBJECT, OutboxMessage.subject_id == letter.id)
    )
    if row is None:
        return "none"
    return "unavailable" if row.last_error or row.status == "dead" else "pending"


def file_name(letter: Letter, number: str) -> str:
    """``投诉答复函-KS-….pdf`` or ``Answer-KS-….pdf``; later rounds are numbered."""
    round_mark = f"-{letter.round}" if letter.round > 1 else ""
    if letter.language == "en":
        return f"Answer-{number}{round_mark}.pdf"
    enquiry = letter.facts.get("kind") == "enquiry"
    return f"{'咨询' if enquiry else '投诉'}答复函-{number}{round_mark}.pdf"


def _stored(session: Session, letter_id: int) -> Document | None:
    row = session.scalar(
        select(LetterDocument).options(undefer(LetterDocument.content)).where(LetterDocument.letter_id == letter_id)
    )
    if row is None:
        return None
    letter = session.get_one(Letter, letter_id)
    return Document(file_name(letter, _ticket(session, letter_id).number), row.content, row.sha256)


def _ticket(session: Session, letter_id: int) -> Ticket:
    return session.scalars(
        select(Ticket).join(Letter, Letter.ticket_id == Ticket.id).where(Letter.id == letter_id)
    ).one()
