"""What customers agreed to, by purpose: rows that are only ever added; the newest holds.

Source: handbook §1.4, PIPL: consent is separate for each purpose and as easy to withdraw as to give. Care and marketing are
sent only with consent. Service follows from the contract, and a survey after a case belongs to it: both go on until the
customer objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers import upserting
from ticketing.customers.models import Consent, Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.gathering import gathering

PURPOSES = ("service", "care", "marketing", "survey")
HOLDS_UNASKED: Mapping[str, bool] = {"service": True, "survey": True, "care": False, "marketing": False}
OPTIONAL = tuple(purpose for purpose in PURPOSES if purpose != "service")
"""What customers choose on their own pages: news of their own cases comes with the cases."""
HOWS = ("self", "page", "agent", "api", "csv", "unsubscribe")
"""``self``: signed in, on their own pages; ``page``: on a page whose link was the key."""
WORDING = "2026-11"
"""The version of the wording that is shown now (``customers.consent.wording``, ``my.consent.wording``)."""


def record(
    session: Session, *, clock: Clock, actor: Actor, customer_id: int, purpose: str, given: bool, how: str
) -> bool:
    """Add that a consent was given or withdrawn; gives whether that is news. Raises ``consent_purpose_unknown``."""
    customer = upserting.lock(session, customer_id)
    return bool(record_many(session, clock=clock, actor=actor, how=how, said={customer.id: {purpose: given}}))


def record_many(
    session: Session, *, clock: Clock, actor: Actor, how: str, said: Mapping[int, Mapping[str, bool]]
) -> int:
    """Add what is news of the consents of many customers; gives how many rows. Raises ``consent_purpose_unknown``."""
    if how not in HOWS or not all(purpose in PURPOSES for purposes in said.values() for purpose in purposes):
        raise DomainError("consent_purpose_unknown")
    held = latest_of(session, [customer_id for customer_id, purposes in said.items() if purposes])
    news = [
        (customer_id, purpose, given)
        for customer_id, purposes in said.items()
        for purpose, given in purposes.items()
        if (row := held.get(customer_id, {}).get(purpose)) is None or row.given != given
    ]
    session.add_all(
        Consent(customer_id=customer_id, purpose=purpose, given=given, at=clock.now(), how=how, wording=WORDING, actor=actor.label)
        for customer_id, purpose, given in news
    )  # fmt: skip
    for given in (True, False):
        if ids := [customer_id for customer_id, purpose, said_yes in news if purpose == "care" and said_yes == given]:
            session.execute(update(Customer).where(Customer.id.in_(ids)).values(care_consent=given))
    session.flush()
    with gathering(session):
        for customer_id, purpose, given in news:
            audit.record(
                session, clock=clock, actor=actor, action="customer.consent", subject=("customer", customer_id),
                purpose=purpose, given=given, how=how,
            )  # fmt: skip
    return len(news)


def choose(session: Session, *, clock: Clock, actor: Actor, purpose: str, given: bool) -> bool:
    """Add what signed-in customers decide for themselves; gives whether that is news. Raises ``consent_purpose_unknown``."""
    if actor.kind != "customer" or actor.id is None:
        raise DomainError("permission_denied")
    if purpose not in OPTIONAL:
        raise DomainError("consent_purpose_unknown")
    return record(session, clock=clock, actor=actor, customer_id=actor.id, purpose=purpose, given=given, how="self")


def latest(session: Session, customer_id: int) -> dict[str, Consent]:
    """The newest row of each purpose of one customer."""
    return latest_of(session, [customer_id]).get(customer_id, {})


def latest_of(session: Session, customer_ids: Iterable[int]) -> dict[int, dict[str, Consent]]:
    """The newest row of each purpose, by customer."""
    newest = (
        select(func.max(Consent.id))
        .where(Consent.customer_id.in_(list(customer_ids)))
        .group_by(Consent.customer_id, Consent.purpose)
    )
    found: dict[int, dict[str, Consent]] = {}
    for row in session.scalars(select(Consent).where(Consent.id.in_(newest))):
        found.setdefault(row.customer_id, {})[row.purpose] = row
    return found


def holds(rows: Mapping[str, Consent], purpose: str) -> bool:
    """Whether a customer with these rows may be written to for a purpose."""
    row = rows.get(purpose)
    return HOLDS_UNASKED[purpose] if row is None else row.given


def allows(session: Session, *, customer_id: int, purpose: str) -> bool:
    """Whether one customer may be written to for a purpose."""
    return holds(latest(session, customer_id), purpose)


def history(session: Session, customer_id: int) -> Sequence[Consent]:
    """All givings and withdrawings of one customer, the newest first."""
    return session.scalars(
        select(Consent).where(Consent.customer_id == customer_id).order_by(Consent.id.desc()).limit(50)
    ).all()
