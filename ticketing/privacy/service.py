"""Asking for a copy of one's data, making it, opening it once per link, and deleting it when its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers.models import Customer
from ticketing.platform import ids, outbox
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage, Receipt
from ticketing.platform.settings import Settings
from ticketing.privacy import archive, telling
from ticketing.privacy.archive import Made
from ticketing.privacy.models import DataExport, DataExportPart

CHANNEL = "data_export"
SUBJECT = "data_export"
ONE_WITHIN = timedelta(hours=24)
KEPT = timedelta(days=7)
LINK_LIFETIME = timedelta(minutes=5)
SIGNED_IN_WITHIN = timedelta(minutes=10)
"""A copy of everything is given only to who has come from the chat or signed in a moment ago."""


def request(session: Session, *, clock: Clock, actor: Actor, customer: Customer, language: str) -> DataExport:
    """Ask for a copy; while one is being made that one. Raises ``data_export_too_soon`` within a day of the last."""
    session.refresh(customer, with_for_update=True)
    last = newest(session, customer_id=customer.id)
    if last is not None and last.status == "requested":
        return last
    if not may_ask(last, clock=clock):
        raise DomainError("data_export_too_soon")
    made = DataExport(
        public_id=ids.public_id(),
        customer_id=customer.id,
        language=language,
        status="requested",
        requested_at=clock.now(),
    )
    session.add(made)
    session.flush()
    _audit(session, clock, actor, made, "requested")
    outbox.enqueue(
        session,
        clock=clock,
        channel=CHANNEL,
        dedupe_key=f"data_export:{made.id}",
        payload={"export_id": made.id},
        subject=(SUBJECT, made.id),
    )
    return made


def may_ask(last: DataExport | None, *, clock: Clock) -> bool:
    """Whether a day has passed since the last request; one that failed does not count."""
    return last is None or last.status == "failed" or last.requested_at <= clock.now() - ONE_WITHIN


def deliver(settings: Settings, database: Database, clock: Clock, message: OutboxMessage) -> Receipt:
    """The outbox channel that makes archives. Made twice, the first one that is whole counts."""
    export_id, run = message.payload["export_id"], ids.public_id()
    with database.reading() as session:
        asked = session.get_one(DataExport, export_id)
        if asked.status != "requested":
            return Receipt({"status": asked.status})

        def keep(position: int, content: bytes) -> None:
            sealed = keyring().seal(content, about=_place(asked, run, position))
            with database.transaction() as writing:
                writing.add(DataExportPart(export_id=export_id, run=run, position=position, sealed=sealed))

        made = archive.make(
            session,
            settings=settings,
            customer_id=asked.customer_id,
            language=asked.language,
            now=clock.now(),
            keep=keep,
        )
    with database.transaction() as session:
        _finish(session, settings=settings, clock=clock, export_id=export_id, run=run, made=made)
    return Receipt({"sha256": made.sha256, "bytes": made.size, "at": clock.now().isoformat()})


def settle(session: Session, *, clock: Clock, message: OutboxMessage) -> None:
    """Told when the making was given up: the customer may ask again at once."""
    found = session.get(DataExport, message.subject_id)
    if message.status == "dead" and found is not None and found.status == "requested":
        found.status = "failed"
        _audit(session, clock, SYSTEM, found, "failed")
        _drop_parts(session, found.id)


def create_link(session: Session, *, clock: Clock, actor: Actor, export: DataExport) -> str:
    """A token that opens the archive once, within minutes; a new one ends the one before. Raises ``data_export_gone``."""
    _require_ready(clock, export)
    token = ids.one_time_token()
    export.link_hash, export.link_expires_at = ids.token_hash(token), clock.now() + LINK_LIFETIME
    _audit(session, clock, actor, export, "link_made")
    session.flush()
    return token


def redeem(session: Session, *, clock: Clock, actor: Actor, token: str, customer_id: int) -> DataExport:
    """The archive that a link of this customer opens, once; raises ``link_expired``."""
    used = session.scalar(
        update(DataExport)
        .where(
            DataExport.link_hash == ids.token_hash(token),
            DataExport.link_expires_at > clock.now(),
            DataExport.customer_id == customer_id,
            DataExport.status == "ready",
        )
        .values(link_hash=None, link_expires_at=None, fetched_at=clock.now())
        .returning(DataExport.id)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        raise DomainError("link_expired")
    found = session.get_one(DataExport, used, populate_existing=True)
    _audit(session, clock, actor, found, "fetched")
    return found


def content(database: Database, export: DataExport) -> Iterator[bytes]:
    """The archive, part by part, each read by itself."""
    for position in range(export.parts or 0):
        with database.reading() as session:
            part = session.get_one(DataExportPart, (export.id, export.run, position))
        yield keyring().unseal(part.sealed, about=_place(export, part.run, position))


def own(session: Session, *, public_id: str, customer_id: int) -> DataExport:
    """A customer's request; raises ``http_404`` for any other."""
    found = session.scalar(
        select(DataExport).where(DataExport.public_id == public_id, DataExport.customer_id == customer_id)
    )
    if found is None:
        raise DomainError("http_404")
    return found


def newest(session: Session, *, customer_id: int) -> DataExport | None:
    """The customer's latest request."""
    return session.scalar(
        select(DataExport).where(DataExport.customer_id == customer_id).order_by(DataExport.id.desc()).limit(1)
    )


def forget_expired(session: Session, *, clock: Clock) -> int:
    """Delete archives whose week is over; gives how many."""
    over = session.scalars(
        select(DataExport).where(DataExport.status == "ready", DataExport.expires_at <= clock.now())
    ).all()
    for each in over:
        each.status, each.link_hash, each.link_expires_at = "expired", None, None
        _drop_parts(session, each.id)
        _audit(session, clock, SYSTEM, each, "expired")
    return len(over)


def erase(session: Session, *, customer_id: int) -> int:
    """Delete every archive of a customer and the requests for them; gives how many."""
    found = session.scalars(select(DataExport.id).where(DataExport.customer_id == customer_id)).all()
    for export_id in found:
        _drop_parts(session, export_id)
    session.execute(delete(DataExport).where(DataExport.id.in_(found)))
    return len(found)


def _finish(session: Session, *, settings: Settings, clock: Clock, export_id: int, run: str, made: Made) -> None:
    found = session.get_one(DataExport, export_id, with_for_update=True)
    if found.status != "requested":
        session.execute(delete(DataExportPart).where(DataExportPart.export_id == export_id, DataExportPart.run == run))
        return
    session.execute(delete(DataExportPart).where(DataExportPart.export_id == export_id, DataExportPart.run != run))
    found.status, found.run, found.ready_at = "ready", run, clock.now()
    found.expires_at = clock.now() + KEPT
    found.parts, found.size, found.sha256 = made.parts, made.size, made.sha256
    _audit(session, clock, SYSTEM, found, "made", bytes=made.size)
    _tell(session, settings=settings, clock=clock, export=found)


def _tell(session: Session, *, settings: Settings, clock: Clock, export: DataExport) -> None:
    customer = session.get_one(Customer, export.customer_id)
    assert export.expires_at is not None
    until = telling.moment(export.expires_at, settings=settings, customer=customer, language=export.language)
    telling.tell(
        session,
        clock=clock,
        customer=customer,
        code="data_export",
        language=export.language,
        values={"until": until},
        dedupe=f"data_export_ready:{export.id}",
        page="/my/data",
    )


def _require_ready(clock: Clock, export: DataExport) -> None:
    if export.status != "ready" or export.expires_at is None or export.expires_at <= clock.now():
        raise DomainError("data_export_gone")


def _drop_parts(session: Session, export_id: int) -> None:
    session.execute(delete(DataExportPart).where(DataExportPart.export_id == export_id))


def _place(export: DataExport, run: str, position: int) -> str:
    return f"{export.public_id}:{run}:{position}"


def _audit(session: Session, clock: Clock, actor: Actor, export: DataExport, did: str, **detail: int) -> None:
    subject = ("data_export", export.public_id)
    audit.record(session, clock=clock, actor=actor, action=f"data_export.{did}", subject=subject, **detail)
