"""The list of customers: narrowed by an index, page after page by a key, names masked by whoever shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ticketing.customers import fields
from ticketing.customers.models import Customer
from ticketing.platform.crypto import keyring
from ticketing.platform.paging import Page, as_id, decode_cursor, encode_cursor

PAGE_SIZE = 25
LONGEST_SEARCH = 100
KNOWN = Customer.external_id.is_not(None)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; ``text`` is an external id, a phone number or an address in full."""

    text: str = ""
    segment: str = ""
    stage: str = ""
    tier: str = ""
    churn: str = ""


def page(session: Session, *, wanted: Wanted, cursor: str | None) -> Page[Customer]:
    """Known customers, the newest first. One statement; raises ``cursor_invalid``."""
    # Visitors of whom nothing is known are found by their case, not here.
    query = select(Customer).where(Customer.merged_into_id.is_(None), _named(wanted.text) if wanted.text else KNOWN)
    for column, value in (
        (Customer.segment, wanted.segment),
        (Customer.stage, wanted.stage),
        (Customer.tier, wanted.tier),
        (Customer.churn_band, wanted.churn),
    ):
        if value:
            query = query.where(column == value)
    if cursor is not None:
        query = query.where(Customer.id < as_id(decode_cursor(cursor, 1)[0]))
    rows = session.scalars(query.order_by(Customer.id.desc()).limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], encode_cursor([rows[PAGE_SIZE - 1].id]) if more else None)


def members(session: Session, segment: str, limit: int = 3) -> Sequence[Customer]:
    """Some customers of a segment, the newest first."""
    found = select(Customer).where(Customer.segment == segment, KNOWN, Customer.merged_into_id.is_(None))
    return session.scalars(found.order_by(Customer.id.desc()).limit(limit)).all()


def by_segment(session: Session) -> dict[str, int]:
    """How many customers the list shows of each segment."""
    known = (KNOWN, Customer.merged_into_id.is_(None), Customer.segment.is_not(None))
    found = session.execute(select(Customer.segment, func.count()).where(*known).group_by(Customer.segment))
    return {str(code): count for code, count in found}


def bands(session: Session) -> dict[str, int]:
    """How many customers each churn band has."""
    counted = (
        select(Customer.churn_band, func.count()).where(Customer.churn_band.is_not(None)).group_by(Customer.churn_band)
    )
    return {str(band): count for band, count in session.execute(counted)}


def _named(text: str) -> ColumnElement[bool]:
    index = keyring().index
    return or_(
        Customer.external_id == text,
        Customer.phone_index == index(fields.comparable_phone(text)),
        Customer.email_index == index(text),
    )
