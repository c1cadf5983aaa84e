"""How customers come to be known: as a visitor first, by name when the host page vouches for them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.customers import upserting
from ticketing.customers.fields import comparable_phone
from ticketing.customers.models import Customer
from ticketing.customers.upserting import Sayings
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring

__all__ = ["comparable_phone", "create_visitor", "find_by_email", "find_by_phone", "identify"]


def create_visitor(session: Session, *, clock: Clock, language: str, source: str = "widget") -> Customer:
    """A customer of whom nothing is known yet."""
    customer = Customer(language=language, source=source, tier="standard", created_at=clock.now(), judge_again=False)
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
    """The customer whom the host page calls ``external_id``, made if new; what it says of them is one source among others."""
    said = {"name": name, "phone": phone, "email": email, "tier": tier}
    sayings = Sayings(external_id, {field: value for field, value in said.items() if value})
    customer, fate = upserting.upsert(session, clock=clock, actor=SYSTEM, source="host", sayings=[sayings])[external_id]
    if fate == "new":
        customer.language, customer.source = language, source
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
