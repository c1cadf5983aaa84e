"""What outlives masking for a short while: contacts the customer typed, and one-time ways to their own pages."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ticketing.conversations import numbers
from ticketing.conversations.masking import CONTACT_KINDS, Found, Masked
from ticketing.conversations.models import ContactVault, Conversation, Message, PageLink
from ticketing.platform import ids
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

CONTACT_LIFETIME = timedelta(hours=24)
PAGE_LINK_LIFETIME = timedelta(minutes=5)


def keep_contacts(session: Session, *, clock: Clock, message: Message, masked: Masked) -> None:
    """Keep the phones and addresses of a line, encrypted, for a day; nothing else is ever kept."""
    for found in masked.found:
        if found.kind in CONTACT_KINDS:
            session.add(
                ContactVault(
                    conversation_id=message.conversation_id,
                    seq=message.seq,
                    kind=found.kind,
                    masked=found.masked,
                    clear=reachable(found),
                    expires_at=clock.now() + CONTACT_LIFETIME,
                )
            )


def reachable(found: Found) -> str:
    """The contact as one would dial or write it."""
    clear = unicodedata.normalize("NFKC", found.clear)
    if found.kind != "phone":
        return clear
    digits = "".join(char for char in numbers.with_ascii_numerals(clear) if char.isdigit())
    return f"+{digits}" if clear.lstrip().startswith("+") else digits


def reveal_contact(session: Session, *, clock: Clock, conversation_id: int, masked: str) -> str | None:
    """The phone or address behind a masked one of this conversation, the latest if several look alike; None if gone."""
    wanted = masked.strip()
    kept = session.scalars(
        select(ContactVault)
        .where(ContactVault.conversation_id == conversation_id, ContactVault.expires_at > clock.now())
        .order_by(ContactVault.seq.desc(), ContactVault.id.desc())
    ).all()
    exact = next((row.clear for row in kept if row.masked == wanted), None)
    return exact or next((row.clear for row in kept if row.masked in wanted), None)


def create_page_link(session: Session, *, clock: Clock, conversation: Conversation, path: str) -> str:
    """A token that signs one browser in to the customer's pages, once, within five minutes."""
    token = ids.one_time_token()
    session.add(
        PageLink(
            token_hash=ids.token_hash(token),
            conversation_id=conversation.id,
            customer_id=conversation.customer_id,
            language=conversation.language,
            path=path,
            expires_at=clock.now() + PAGE_LINK_LIFETIME,
        )
    )
    session.flush()
    return token


def redeem_page_link(session: Session, *, clock: Clock, token: str) -> PageLink:
    """Whom the link signs in (``customer_id``, ``language``) and where to (``path``); raises ``link_expired``.

    Of two browsers that come at the same time one is refused.
    """
    now = clock.now()
    digest = ids.token_hash(token)
    used = session.execute(
        update(PageLink)
        .where(PageLink.token_hash == digest, PageLink.used_at.is_(None), PageLink.expires_at > now)
        .values(used_at=now)
        .returning(PageLink.token_hash)
        .execution_options(synchronize_session=False)
    ).all()
    if not used:
        raise DomainError("link_expired")
    return session.get_one(PageLink, digest, populate_existing=True)


def forget_expired(session: Session, *, clock: Clock) -> int:
    """Delete contacts and links whose time is over; for the hourly housekeeping."""
    now = clock.now()
    gone = [
        session.execute(delete(table).where(table.expires_at <= now).returning(table.expires_at)).all()
        for table in (ContactVault, PageLink)
    ]
    return sum(len(rows) for rows in gone)
