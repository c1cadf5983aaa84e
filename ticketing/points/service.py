"""The ledger: every movement of points goes through ``move``."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from ticketing.customers.models import Customer
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.points import rules
from ticketing.points.models import PointEntry
from ticketing.points.rules import Movement

EXPIRED_AT_ONCE = 200


def move(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    customer_id: int,
    kind: str,
    amount: int,
    key: str,
    expires_on: date | None = None,
    about_id: int | None = None,
    ticket_id: int | None = None,
) -> PointEntry:
    """Write a movement; the same ``key`` again gives the first one. Raises ``points_too_few`` where it would go below zero."""
    # Whoever moves points of a customer waits here for the one before.
    session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update())
    found = session.scalar(select(PointEntry).where(PointEntry.key == key))
    if found is not None:
        return found
    last = session.scalar(
        select(PointEntry).where(PointEntry.customer_id == customer_id).order_by(PointEntry.position.desc()).limit(1)
    )
    before = last.balance if last else 0
    if before + amount < 0:
        raise DomainError("points_too_few", balance=before)
    entry = PointEntry(
        customer_id=customer_id, position=last.position + 1 if last else 1, kind=kind, amount=amount,
        balance=before + amount, key=key, at=clock.now(), actor=actor.label, expires_on=expires_on,
        about_id=about_id, ticket_id=ticket_id,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


def balance(session: Session, customer_id: int) -> int:
    """How many points a customer has."""
    newest = select(PointEntry.balance).where(PointEntry.customer_id == customer_id)
    return session.scalar(newest.order_by(PointEntry.position.desc()).limit(1)) or 0


def grant(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    customer_id: int,
    amount: int,
    key: str,
    ticket_id: int | None = None,
) -> PointEntry:
    """Give points, good for two years."""
    expires = rules.expires_on(clock.now().date())
    return move(
        session, clock=clock, actor=actor, customer_id=customer_id, kind="grant", amount=amount, key=key,
        expires_on=expires, ticket_id=ticket_id,
    )  # fmt: skip


def spend(session: Session, *, clock: Clock, actor: Actor, customer_id: int, amount: int, key: str) -> PointEntry:
    """Take points for something; the oldest go first."""
    return move(session, clock=clock, actor=actor, customer_id=customer_id, kind="spend", amount=-amount, key=key)


def reverse(session: Session, *, clock: Clock, actor: Actor, entry_id: int) -> PointEntry:
    """Undo a grant or a spending by its opposite. Raises ``points_entry_not_found``, and ``points_too_few`` for spent points."""
    entry = session.get(PointEntry, entry_id)
    if entry is None or entry.kind not in {"grant", "spend"}:
        raise DomainError("points_entry_not_found")
    return move(
        session, clock=clock, actor=actor, customer_id=entry.customer_id, kind="reversal", amount=-entry.amount,
        key=f"reversal:{entry.id}", about_id=entry.id, ticket_id=entry.ticket_id,
        expires_on=rules.expires_on(clock.now().date()) if entry.amount < 0 else None,
    )  # fmt: skip


def carry_over(session: Session, *, clock: Clock, actor: Actor, double_id: int, into_id: int) -> int:
    """Give a merged double's points to the customer who stays, with the days they have left; gives how many."""
    held, day = _left(session, double_id), clock.now().date()
    carried = 0
    for entry, left in held:
        if left:
            key = f"transfer:{entry.id}:{into_id}"
            move(
                session,
                clock=clock,
                actor=actor,
                customer_id=double_id,
                kind="transfer",
                amount=-left,
                key=f"{key}:out",
            )
            move(
                session, clock=clock, actor=actor, customer_id=into_id, kind="grant", amount=left, key=f"{key}:in",
                expires_on=entry.expires_on or rules.expires_on(day), ticket_id=entry.ticket_id,
            )  # fmt: skip
            carried += left
    return carried


def expire(database: Database, *, clock: Clock, today: date) -> int:
    """Take away what is left of grants whose time is over; gives how many grants. Doing it twice takes nothing twice."""
    with database.reading() as session:
        due = session.scalars(_expired(today)).all()
    for entry_id in due:
        with database.transaction() as session:
            _expire_one(session, clock=clock, entry_id=entry_id)
    return len(due)


def _expired(today: date) -> Select[int]:
    """What has expired and has no expiry written yet."""
    written = aliased(PointEntry)
    return (
        select(PointEntry.id)
        .where(
            PointEntry.expires_on <= today,
            ~select(written.id).where(written.about_id == PointEntry.id, written.kind == "expiry").exists(),
        )
        .order_by(PointEntry.expires_on, PointEntry.id)
        .limit(EXPIRED_AT_ONCE)
    )


def _expire_one(session: Session, *, clock: Clock, entry_id: int) -> None:
    entry = session.get_one(PointEntry, entry_id)
    session.execute(select(Customer.id).where(Customer.id == entry.customer_id).with_for_update())
    left = next((left for each, left in _left(session, entry.customer_id) if each.id == entry.id), 0)
    move(
        session, clock=clock, actor=SYSTEM, customer_id=entry.customer_id, kind="expiry", amount=-left,
        key=f"expiry:{entry.id}", about_id=entry.id,
    )  # fmt: skip


def _left(session: Session, customer_id: int) -> list[tuple[PointEntry, int]]:
    """Each positive entry with what is left of it."""
    entries = session.scalars(
        select(PointEntry).where(PointEntry.customer_id == customer_id).order_by(PointEntry.position)
    ).all()
    left = rules.left_of(Movement(each.id, each.kind, each.amount, each.expires_on) for each in entries)
    return [(each, left[each.id]) for each in entries if each.id in left]
