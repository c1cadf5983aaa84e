"""How customers come to be known: as a visitor first, by name when the host page vouches for them."""

from __future__ import annotations

import phonenumbers
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring

REGION = "CN"


def create_visitor(session: Session, *, clock: Clock, language: str, source: str = "widget") -> Customer:
    """A customer of whom nothing is known yet."""
    customer = Customer(language=language, source=source, tier="standard", created_at=clock.now())
    session.add(customer)
    session.flush()
    return customer


def identify(
    session: Session,
    *,
    clock: Clock,
    external_id: str,
    language: str,
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    tier: str | None = None,
    source: str = "widget",
) -> Customer:
    """The customer whom the host page calls ``external_id``, made if new; what it says now replaces what we knew."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(
        insert(Customer)
        .values(external_id=external_id, language=language, source=source, tier="standard", created_at=clock.now())
        .on_conflict_do_nothing(index_elements=["external_id"])
    )
    customer = session.scalars(select(Customer).where(Customer.external_id == external_id).with_for_update()).one()
    if name:
        customer.name = name
    if phone:
        customer.phone, customer.phone_index = phone, keyring().index(comparable_phone(phone))
    if email:
        customer.email, customer.email_index = email, keyring().index(email)
    if tier:
        customer.tier = tier
    session.flush()
    return customer


def find_by_phone(session: Session, phone: str) -> list[Customer]:
    """Customers with this number, however it is written."""
    return list(
        session.scalars(select(Customer).where(Customer.phone_index == keyring().index(comparable_phone(phone))))
    )


def find_by_email(session: Session, email: str) -> list[Customer]:
    """Customers with this address, in any case."""
    return list(session.scalars(select(Customer).where(Customer.email_index == keyring().index(email))))


def comparable_phone(phone: str) -> str:
    """One spelling for a number: E.164 where it can be read, else its digits."""
    try:
        parsed = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return "".join(char for char in phone if char.isdigit())
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
