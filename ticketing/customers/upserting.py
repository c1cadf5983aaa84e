"""One way into the profile for every source: what it says is kept, what is believed is written, what changed is remembered.

Many customers at a time: a file, a batch of the API and a single visit go the same way, in a handful of statements each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.customers import fields
from ticketing.customers.fields import FIELDS
from ticketing.customers.models import Customer, CustomerChange, CustomerStatement
from ticketing.customers.precedence import Statement, believed
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError

Fate = Literal["new", "changed", "same"]
Said = dict[str, tuple[str, datetime]]
_STATEMENTS = CustomerStatement.metadata.tables[CustomerStatement.__tablename__]
_CHANGES = CustomerChange.metadata.tables[CustomerChange.__tablename__]


@dataclass(frozen=True)
class Sayings:
    """What a source says of one customer: ``values`` by field as canonical text, None where it takes back what it said."""

    external_id: str
    values: Mapping[str, str | None]


@dataclass
class _Known:
    """A customer with everything that any source has said."""

    customer: Customer
    new: bool = False
    by_source: dict[str, Said] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    def statements(self, name: str) -> list[Statement]:
        """All that is said of a field."""
        return [Statement(source, *said[name]) for source, said in self.by_source.items() if name in said]

    def keep_earlier(self, name: str) -> None:
        """What the row holds without anybody having said it, from before sources were kept, becomes a statement too."""
        held = fields.canonical(getattr(self.customer, name))
        unsaid = not any(name in said for said in self.by_source.values())
        if unsaid and held is not None and held != fields.canonical(fields.WITHOUT.get(name)):
            self.by_source.setdefault("earlier", {})[name] = (held, self.customer.created_at)
            self.touched.add("earlier")


def upsert(
    session: Session, *, clock: Clock, actor: Actor, source: str, sayings: Sequence[Sayings]
) -> dict[str, tuple[Customer, Fate]]:
    """Take in what a source says of customers by external id, made where new; gives each with what became of it.

    Saying the same again changes nothing. The ids must be distinct. A double speaks for the customer it was merged into.
    """
    now, wanted = clock.now(), [each.external_id for each in sayings]
    made = _make_missing(session, now, source, wanted)
    known = _load(session, wanted, made)
    fates: dict[str, tuple[Customer, Fate]] = {}
    changes: list[dict[str, Any]] = []
    for each in sayings:
        found = known[each.external_id]
        altered = _hear(found, source, each.values, now)
        changes += _believe(found, source, altered, now=now, actor=actor)
        fates[each.external_id] = (found.customer, _fate(found, altered))
    _write(session, known.values(), changes, now=now, actor=actor)
    return fates


def say(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    source: str,
    customer_id: int,
    values: Mapping[str, str | None],
    reason: str | None = None,
) -> list[str]:
    """Take in what a source says of one customer who may have no external id; gives the fields it says anew."""
    customer = lock(session, customer_id)
    found = _with_statements(session, [_Known(customer)])[0]
    now = clock.now()
    altered = _hear(found, source, values, now)
    changes = _believe(found, source, altered, now=now, actor=actor, reason=reason)
    _write(session, [found], changes, now=now, actor=actor)
    return sorted(altered)


def foresee(session: Session, *, clock: Clock, source: str, sayings: Sequence[Sayings]) -> dict[str, Fate]:
    """What taking these in would do, without doing it."""
    ids = [each.external_id for each in sayings]
    with session.no_autoflush:
        known = _load(session, ids, frozenset(), locking=False)
        fates: dict[str, Fate] = {}
        for each in sayings:
            found = known.get(each.external_id)
            if found is None:
                fates[each.external_id] = "new"
                continue
            # Judged on what is held; the statement says whether anything is said anew.
            fates[each.external_id] = "changed" if _hear(found, source, each.values, clock.now()) else "same"
    return fates


def lock(session: Session, customer_id: int) -> Customer:
    """A customer's row, locked; a double's leads to the one it was merged into. Raises ``customer_not_found``."""
    found = session.scalar(select(Customer).where(Customer.id == customer_id).with_for_update())
    if found is None:
        raise DomainError("customer_not_found")
    return lock(session, found.merged_into_id) if found.merged_into_id is not None else found


def statements_of(session: Session, customer: Customer) -> dict[str, list[Statement]]:
    """Everything every source says of a customer, by field."""
    found = _with_statements(session, [_Known(customer)])[0]
    for name in FIELDS:
        found.keep_earlier(name)
    return {name: found.statements(name) for name in FIELDS}


def _make_missing(session: Session, now: datetime, source: str, wanted: Sequence[str]) -> frozenset[str]:
    if not wanted:
        return frozenset()
    dialect = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    fresh = dialect(Customer).on_conflict_do_nothing(index_elements=["external_id"]).returning(Customer.external_id)
    held = set(session.scalars(select(Customer.external_id).where(Customer.external_id.in_(wanted))))
    # In order, so that two batches with the same customers wait for each other and do not lock each other out.
    rows = [
        {"external_id": each, "language": "zh", "source": source, "tier": "standard", "created_at": now, "kind": "personal",
         "deceased": False, "version": 1, "care_consent": False, "stage": "registered", "judge_again": True}
        for each in sorted(set(wanted) - held)
    ]  # fmt: skip
    return frozenset(str(each) for each in session.scalars(fresh, rows)) if rows else frozenset()


def _load(session: Session, wanted: Sequence[str], made: frozenset[str], *, locking: bool = True) -> dict[str, _Known]:
    query = select(Customer).where(Customer.external_id.in_(wanted)).order_by(Customer.external_id)
    rows = session.scalars(query.with_for_update() if locking else query).all()
    # Two ids may stand for one customer, after a merging: what is said under both is said of one.
    by_id: dict[int, _Known] = {}
    known: dict[str, _Known] = {}
    for row in rows:
        customer = row if row.merged_into_id is None else lock(session, row.merged_into_id)
        known[str(row.external_id)] = by_id.setdefault(customer.id, _Known(customer, row.external_id in made))
    _with_statements(session, list(by_id.values()))
    return known


def _with_statements(session: Session, known: list[_Known]) -> list[_Known]:
    by_id: dict[int, list[_Known]] = {}
    for each in known:
        if not each.new:
            by_id.setdefault(each.customer.id, []).append(each)
    if by_id:
        rows = select(CustomerStatement.customer_id, CustomerStatement.source, CustomerStatement.said)
        for customer_id, source, said in session.execute(rows.where(CustomerStatement.customer_id.in_(by_id))):
            for each in by_id[customer_id]:
                each.by_source[source] = unpacked(said)
    return known


def _hear(known: _Known, source: str, values: Mapping[str, str | None], now: datetime) -> set[str]:
    """Keep what the source says; gives the fields of which it says something else than before."""
    said = known.by_source.setdefault(source, {})
    altered = set()
    for name, value in values.items():
        before = said[name][0] if name in said else None
        if value == before:
            continue
        known.keep_earlier(name)
        if value is None:
            del said[name]
        else:
            said[name] = (value, now)
        altered.add(name)
        known.touched.add(source)
    return altered


def _believe(
    known: _Known, source: str, altered: Iterable[str], *, now: datetime, actor: Actor, reason: str | None = None
) -> list[dict[str, Any]]:
    """Write what is now believed of the altered fields; gives the rows of the history."""
    customer, changes = known.customer, []
    for name in sorted(altered):
        winner = believed(name, known.statements(name))
        before, after = fields.canonical(getattr(customer, name)), winner.value if winner else None
        if before == after or (after is None and before == fields.canonical(fields.WITHOUT.get(name))):
            continue
        setattr(customer, name, fields.column(name, after))
        _index(customer, name, after)
        if not known.new:
            changes.append(
                {"customer_id": customer.id, "field": name, "source": winner.source if winner else source,
                 "before": before, "after": after, "at": now, "actor": actor.label, "reason": reason}
            )  # fmt: skip
    if changes:
        customer.version += 1
        customer.judge_again = True
    return changes


def _index(customer: Customer, name: str, value: str | None) -> None:
    """The blind index beside the fields that are looked up."""
    if name == "phone":
        customer.phone_index = keyring().index(fields.comparable_phone(value)) if value else None
    elif name == "email":
        customer.email_index = keyring().index(value) if value else None
    elif name == "birthday":
        customer.birthday_index = birthday_index(value[5:]) if value else None


def birthday_index(month_and_day: str) -> str:
    """The blind index of ``05-12``."""
    return keyring().index(f"birthday {month_and_day}")


def _fate(known: _Known, altered: set[str]) -> Fate:
    return "new" if known.new else "changed" if altered else "same"


def _write(
    session: Session, known: Iterable[_Known], changes: list[dict[str, Any]], *, now: datetime, actor: Actor
) -> None:
    session.flush()
    rows = [
        {"customer_id": each.customer.id, "source": source, "said": _packed(each.by_source[source]), "updated_at": now,
         "updated_by": actor.label}
        for each in {each.customer.id: each for each in known}.values()
        for source in sorted(each.touched)
    ]  # fmt: skip
    if rows:
        dialect = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        kept = dialect(_STATEMENTS)
        session.execute(
            kept.on_conflict_do_update(
                index_elements=["customer_id", "source"],
                set_={name: kept.excluded[name] for name in ("said", "updated_at", "updated_by")},
            ),
            rows,
        )
    if changes:
        session.execute(insert(_CHANGES), changes)


def _packed(said: Said) -> str:
    return json.dumps(
        {name: [value, since.isoformat()] for name, (value, since) in said.items()}, ensure_ascii=False, sort_keys=True
    )


def unpacked(said: str) -> Said:
    """A stored statement: value and since when, by field."""
    return {name: (value, datetime.fromisoformat(since)) for name, (value, since) in json.loads(said).items()}
