"""The same person twice: found by number and address, merged into one.

Merging moves every row that names the customer, in whatever table of whatever domain, but for those that belong to the
row itself (what sources said of it, its consents' proof, its points, which are carried over by their own ledger).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers import consents, upserting
from ticketing.customers.models import Customer, CustomerStatement
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Base
from ticketing.platform.errors import DomainError

STAYS = frozenset(
    {"customer", "customer_statement", "customer_change", "customer_consent", "customer_stage", "point_entry", "care_message", "page_link"}
)  # fmt: skip
"""Tables whose rows stay with the double: its own past, what is unique for each customer, and links that would sign the double's browser in."""
MOST_SHOWN = 20


def like(session: Session, customer: Customer) -> Sequence[Customer]:
    """Other customers with the same number or address."""
    same = [
        column == index
        for column, index in (
            (Customer.phone_index, customer.phone_index),
            (Customer.email_index, customer.email_index),
        )
        if index
    ]
    if not same:
        return ()
    return session.scalars(
        select(Customer)
        .where(or_(*same), Customer.id != customer.id, Customer.merged_into_id.is_(None))
        .order_by(Customer.id)
        .limit(MOST_SHOWN)
    ).all()


def merge(session: Session, *, clock: Clock, actor: Actor, double_id: int, into_id: int) -> bool:
    """Make one customer of two; gives False where they are one already.

    Both rows are locked in the order of their ids. What the double's sources said fills gaps of the other one's; consents
    are not inherited, but a withdrawal is: whoever said no has said no. Raises ``customer_not_found``,
    ``customer_merge_itself`` and ``customer_merge_accounts`` for two accounts that a company's system tells apart.
    """
    if double_id == into_id:
        raise DomainError("customer_merge_itself")
    both = select(Customer).where(Customer.id.in_([double_id, into_id])).order_by(Customer.id).with_for_update()
    rows = {row.id: row for row in session.scalars(both)}
    if len(rows) < 2:
        raise DomainError("customer_not_found")
    double, into = rows[double_id], rows[into_id]
    if double.merged_into_id == into.id:
        return False
    if double.merged_into_id is not None or into.merged_into_id is not None:
        raise DomainError("customer_merge_itself")
    _carry_statements(session, clock=clock, actor=actor, double=double, into=into)
    moved = _move(session, double_id=double.id, into_id=into.id)
    _carry_refusals(session, clock=clock, actor=actor, double=double, into=into)
    double.merged_into_id, double.care_consent, double.judge_again = into.id, False, False
    double.phone_index = double.email_index = double.birthday_index = None
    double.segment = double.churn_band = None
    into.judge_again = True
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="customer.merged", subject=("customer", into.id), double=double.id,
        moved=moved,
    )  # fmt: skip
    return True


def _carry_statements(session: Session, *, clock: Clock, actor: Actor, double: Customer, into: Customer) -> None:
    """What a source says of the double and not of the other one is said of that one from now on."""
    held = {
        name for name, statements in upserting.statements_of(session, into).items() if statements
    }  # a field about which anything is said keeps it
    for row in session.scalars(select(CustomerStatement).where(CustomerStatement.customer_id == double.id)):
        fresh = {name: value for name, (value, _since) in upserting.unpacked(row.said).items() if name not in held}
        if fresh:
            upserting.say(session, clock=clock, actor=actor, source=row.source, customer_id=into.id, values=fresh)


def _carry_refusals(session: Session, *, clock: Clock, actor: Actor, double: Customer, into: Customer) -> None:
    for purpose, row in consents.latest(session, double.id).items():
        if not row.given:
            consents.record(
                session, clock=clock, actor=actor, customer_id=into.id, purpose=purpose, given=False, how="agent"
            )


def _move(session: Session, *, double_id: int, into_id: int) -> dict[str, int]:
    """Point every other table's rows at the one that stays; gives how many by table."""
    moved: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in STAYS:
            continue
        for column in (key.parent for key in table.foreign_keys if key.column.table.name == "customer"):
            changed = session.execute(
                update(table).where(column == double_id).values({column: into_id}).returning(column)
            ).all()
            if changed:
                moved[table.name] = moved.get(table.name, 0) + len(changed)
    session.expire_all()
    return moved
