"""Keys of the company's own programs: made by a supervisor, shown once, good for one purpose, ended by anyone who may make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers.models import IntegrationKey
from ticketing.platform import ids
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

CUSTOMERS_WRITE = "customers.write"
PREFIX = "kesu_"
"""By which a bearer token is known as a key, and a leaked one is found by scanners."""
LIFETIME = timedelta(days=365)
LONGEST_NAME = 60


def issue(session: Session, *, clock: Clock, actor: Actor, name: str) -> str:
    """A fresh key that may write customers; the text goes to whoever asked and nowhere else. Raises ``key_name_missing``."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise DomainError("key_name_missing")
    token, now = PREFIX + ids.one_time_token(), clock.now()
    row = IntegrationKey(
        name=name.strip(), scope=CUSTOMERS_WRITE, token_hash=ids.token_hash(token), created_at=now,
        created_by=actor.staff_id, expires_at=now + LIFETIME,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, clock=clock, actor=actor, action="key.issued", subject=("key", row.id), scope=row.scope)
    return token


def revoke(session: Session, *, clock: Clock, actor: Actor, key_id: int) -> None:
    """End a key; ending it twice is as good as once. Raises ``key_not_found``."""
    row = session.scalar(select(IntegrationKey).where(IntegrationKey.id == key_id).with_for_update())
    if row is None:
        raise DomainError("key_not_found")
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        audit.record(session, clock=clock, actor=actor, action="key.revoked", subject=("key", row.id))


def who(session: Session, *, clock: Clock, token: str) -> Actor | None:
    """The program whose key this is; None for one that is unknown, over or ended."""
    row = session.scalar(select(IntegrationKey).where(IntegrationKey.token_hash == ids.token_hash(token)))
    if row is None or row.revoked_at is not None or row.expires_at <= clock.now():
        return None
    return Actor(kind="integration", id=row.id, name=row.name, role=row.scope)


def issued(session: Session) -> Sequence[IntegrationKey]:
    """All keys, the newest first."""
    return session.scalars(select(IntegrationKey).order_by(IntegrationKey.id.desc()).limit(100)).all()
