"""Taking files in, filing them with tickets, opening and forgetting them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.attachments import images, rules, scanning
from ticketing.attachments.models import Attachment, AttachmentContent
from ticketing.conversations.masking import mask
from ticketing.platform import ids
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError
from ticketing.tickets import gates, pausing
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Step

EVENT = "evidence_added"


@dataclass(frozen=True)
class Sender:
    """Whose upload it is. ``scope`` counts towards the day's limit and keeps a repeated ``key`` one file."""

    scope: str
    customer_id: int | None = None
    conversation_id: int | None = None
    held_by: str | None = None


@dataclass(frozen=True)
class Prepared:
    """A file that was checked and made harmless, ready to be stored."""

    name: str
    media_type: str
    content: bytes
    scan: str


def prepare(content: bytes, *, name: str, scanner: str) -> Prepared:
    """Check a file and draw a picture anew. Takes its time and needs no session: call it before a transaction.

    Raises ``attachment_empty``, ``attachment_too_large``, ``attachment_kind_refused``, ``attachment_unreadable``,
    ``attachment_active``, ``attachment_too_many_pixels``, ``attachment_infected`` or ``attachment_scan_failed``.
    """
    if not content:
        raise DomainError("attachment_empty")
    if len(content) > rules.MAX_BYTES:
        raise DomainError("attachment_too_large", size=rules.size_text(len(content)))
    kind = rules.kind_of(content)
    if kind is None:
        raise DomainError("attachment_kind_refused")
    if kind == rules.PDF and (problem := rules.pdf_problem(content)):
        raise DomainError(problem)
    scan = scanning.verdict(scanner, content)
    kept, media_type = (content, kind) if kind == rules.PDF else images.redrawn(content, kind)
    return Prepared(rules.clean_name(mask(name).text, media_type), media_type, kept, scan)


def store(session: Session, *, clock: Clock, sender: Sender, key: str, prepared: Prepared) -> Attachment:
    """Keep a file, sealed; the same ``key`` again gives the first one. Raises ``attachment_daily_limit``."""
    earlier = _by_key(session, sender.scope, key)
    if earlier is not None:
        return earlier
    since = clock.now() - rules.DAY
    today = select(func.count()).where(Attachment.scope == sender.scope, Attachment.received_at > since)
    if (session.scalar(today) or 0) >= rules.PER_DAY:
        raise DomainError("attachment_daily_limit", limit=rules.PER_DAY)
    row = {
        "public_id": ids.public_id(),
        "scope": sender.scope,
        "key": key,
        "customer_id": sender.customer_id,
        "conversation_id": sender.conversation_id,
        "held_by": sender.held_by,
        "name": prepared.name,
        "media_type": prepared.media_type,
        "size": len(prepared.content),
        "sha256": hashlib.sha256(prepared.content).hexdigest(),
        "scan": prepared.scan,
        "received_at": clock.now(),
    }
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    fresh = insert(Attachment).values(row).on_conflict_do_nothing(index_elements=["scope", "key"])
    made = session.scalar(fresh.returning(Attachment.id))
    stored = _by_key(session, sender.scope, key)
    assert stored is not None
    if made is not None:
        sealed = keyring().seal(prepared.content, about=stored.public_id)
        session.add(AttachmentContent(attachment_id=made, sealed=sealed))
        session.flush()
    return stored


def file_with(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, files: Sequence[Attachment]
) -> Sequence[Attachment]:
    """Make files evidence of a ticket, as the customer's addition to it; gives those that were not yet.

    Raises like every addition to a ticket that is not open, and ``attachment_ticket_limit``.
    """
    fresh = [each for each in files if each.ticket_id is None]
    if not fresh:
        return fresh
    gates.take(ticket, Step.ADD, actor, frozenset({"text"}))
    if len(fresh) > room(session, ticket):
        raise DomainError("attachment_ticket_limit", limit=rules.PER_TICKET)
    for each in fresh:
        each.ticket_id, each.customer_id, each.held_by = ticket.id, ticket.customer_id, None
    named = [each.public_id for each in fresh]
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind=EVENT, attachments=named)
    pausing.customer_answered(session, clock=clock, actor=actor, ticket=ticket)
    session.flush()
    return fresh


def room(session: Session, ticket: Ticket) -> int:
    """How many more files a ticket takes."""
    there = session.scalar(select(func.count()).where(Attachment.ticket_id == ticket.id)) or 0
    return max(0, rules.PER_TICKET - there)


def content_of(session: Session, attachment: Attachment) -> bytes:
    """The file itself."""
    sealed = session.scalars(
        select(AttachmentContent.sealed).where(AttachmentContent.attachment_id == attachment.id)
    ).one()
    return keyring().unseal(sealed, about=attachment.public_id)


def discard(session: Session, attachment: Attachment) -> None:
    """Delete a draft; what was sent stays."""
    if attachment.held_by is not None:
        _delete(session, [attachment.id])


def forget_drafts(session: Session, *, clock: Clock) -> int:
    """Delete files of forms that were never sent; for the hourly housekeeping. Gives how many."""
    old = select(Attachment.id).where(
        Attachment.held_by.is_not(None), Attachment.received_at <= clock.now() - rules.DRAFT_LIFETIME
    )
    return _delete(session, session.scalars(old).all())


def erase(session: Session, *, customer_id: int) -> int:
    """Delete everything a customer ever sent; gives how many files."""
    return _delete(session, session.scalars(select(Attachment.id).where(Attachment.customer_id == customer_id)).all())


def _delete(session: Session, found: Sequence[int]) -> int:
    session.execute(delete(AttachmentContent).where(AttachmentContent.attachment_id.in_(found)))
    session.execute(delete(Attachment).where(Attachment.id.in_(found)))
    return len(found)


def _by_key(session: Session, scope: str, key: str) -> Attachment | None:
    return session.scalar(select(Attachment).where(Attachment.scope == scope, Attachment.key == key))
