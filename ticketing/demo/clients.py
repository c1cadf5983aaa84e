"""Customers of made-up tickets, with names and numbers to be found by."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.customers.service import comparable_phone
from ticketing.demo import stories
from ticketing.platform.crypto import keyring

FEWEST = 1_000


def some(session: Session, now: datetime, pick: Random, wanted: int) -> list[int]:
    """The ids of that many, made where there are fewer."""
    known = list(session.scalars(select(Customer.id).where(Customer.source == "bulk")))
    fresh = []
    for _ in range(wanted - len(known)):
        phone = f"1{pick.choice('3578')}{pick.randrange(10**9):09d}"
        fresh.append(
            {
                "language": "zh",
                "tier": "standard",
                "source": "bulk",
                "created_at": now,
                "name": stories.name(pick),
                "phone": phone,
                "phone_index": keyring().index(comparable_phone(phone)),
            }
        )
    if fresh:
        known.extend(session.scalars(insert(Customer).returning(Customer.id), fresh))
    return known
