"""A customer's profile: every field with who says so, consents, segment and stage with their reasons, and the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.customers import consents, fields, upserting
from ticketing.customers.models import Consent, Customer, CustomerChange, StageEntry
from ticketing.customers.precedence import Statement, believed
from ticketing.customers.rules import masked
from ticketing.platform.errors import DomainError

GROUPS = ("identity", "contact", "behaviour")


@dataclass(frozen=True)
class KnownField:
    """One field: ``shown`` is masked where it is personal; ``source`` and ``since`` say whom we believe, ``others`` who disagrees."""

    name: str
    group: str
    value: str | None
    shown: str
    personal: bool
    source: str | None
    since: datetime | None
    others: Sequence[tuple[str, str, datetime]]


@dataclass(frozen=True)
class ChangeShown:
    """One line of the history, masked like the field."""

    field: str
    source: str
    before: str
    after: str
    at: datetime
    actor: str
    reason: str | None


@dataclass(frozen=True)
class Profile:
    """Everything about a customer that this domain knows. Pages show ``shown``; ``value`` is for who may see it whole."""

    customer: Customer
    fields: Mapping[str, KnownField]
    consents: Mapping[str, bool]
    consent_rows: Sequence[Consent]
    stages: Sequence[StageEntry]
    changes: Sequence[ChangeShown]

    def of(self, group: str) -> Sequence[KnownField]:
        """The fields of a group, in their order."""
        return [field for field in self.fields.values() if field.group == group]


def customer_of(session: Session, customer_id: int) -> Customer:
    """A customer as they are; raises ``customer_not_found``."""
    found = session.get(Customer, customer_id)
    if found is None:
        raise DomainError("customer_not_found")
    return found


def profile_of(session: Session, customer_id: int) -> Profile:
    """The profile of one customer; raises ``customer_not_found``. Five statements."""
    customer = customer_of(session, customer_id)
    said = upserting.statements_of(session, customer)
    rows = consents.history(session, customer_id)
    newest = {row.purpose: row for row in reversed(rows)}
    return Profile(
        customer=customer,
        fields={name: _field(customer, name, statements) for name, statements in said.items()},
        consents={purpose: consents.holds(newest, purpose) for purpose in consents.PURPOSES},
        consent_rows=rows,
        stages=session.scalars(
            select(StageEntry).where(StageEntry.customer_id == customer_id).order_by(StageEntry.id.desc()).limit(20)
        ).all(),
        changes=[_change(row) for row in _changes(session, customer_id)],
    )


def _field(customer: Customer, name: str, statements: Sequence[Statement]) -> KnownField:
    kind = fields.FIELDS[name]
    winner = believed(name, statements)
    value = fields.canonical(getattr(customer, name))
    return KnownField(
        name=name,
        group=kind.trust,
        value=value,
        shown=masked(name, value) if kind.personal else value or "",
        personal=kind.personal,
        source=winner.source if winner else None,
        since=winner.since if winner else None,
        others=[
            (each.source, masked(name, each.value) if kind.personal else each.value, each.since)
            for each in statements
            if winner is not None and each.value != winner.value
        ],
    )


def _changes(session: Session, customer_id: int) -> Sequence[CustomerChange]:
    return session.scalars(
        select(CustomerChange)
        .where(CustomerChange.customer_id == customer_id)
        .order_by(CustomerChange.id.desc())
        .limit(30)
    ).all()


def _change(row: CustomerChange) -> ChangeShown:
    return ChangeShown(
        row.field,
        row.source,
        masked(row.field, row.before),
        masked(row.field, row.after),
        row.at,
        row.actor,
        row.reason,
    )
