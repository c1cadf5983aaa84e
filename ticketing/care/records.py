"""What staff do to a customer's record: see it whole, correct it, note a consent, merge doubles. All of it is audited."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations.models import Conversation
from ticketing.conversations.transcript import touch
from ticketing.customers import consents, doubles, fields, profile, upserting
from ticketing.customers.fields import CORRECTABLE, FIELDS, NotAValue
from ticketing.customers.models import Customer
from ticketing.platform import ids
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.points import service as points
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets.disclosure import REASONS

LONGEST_REASON = 300


@dataclass(frozen=True)
class Whole:
    """A customer's personal fields as they are, by name."""

    values: dict[str, str]


def reveal(session: Session, *, clock: Clock, actor: Actor, customer_id: int, reason: str) -> Whole:
    """The personal fields unmasked, for one of the known reasons. Raises ``permission_denied`` and ``reveal_reason_missing``."""
    _require(actor, Permission.CUSTOMER_REVEAL)
    if reason not in REASONS:
        raise DomainError("reveal_reason_missing")
    customer = profile.customer_of(session, customer_id)
    _refuse_own(session, actor, customer)
    audit.record(
        session, clock=clock, actor=actor, action="customer.revealed", subject=("customer", customer.id), reason=reason
    )
    personal = (name for name, field in FIELDS.items() if field.personal)
    return Whole({name: fields.canonical(getattr(customer, name)) or "" for name in personal})


def correct(
    session: Session, *, clock: Clock, actor: Actor, customer_id: int, field: str, text: str, reason: str
) -> bool:
    """Correct one field, as the customer asked; gives whether that is news.

    Raises ``customer_nothing_to_correct``, ``customer_reason_missing`` and ``customer_value_`` with what is wrong.
    """
    _require(actor, Permission.CUSTOMER_EDIT)
    if field not in CORRECTABLE or not text.strip():
        raise DomainError("customer_nothing_to_correct")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise DomainError("customer_reason_missing")
    customer = profile.customer_of(session, customer_id)
    _refuse_own(session, actor, customer)
    try:
        value = FIELDS[field].read(text.strip(), clock.now().date())
    except NotAValue as error:
        raise DomainError(f"customer_value_{error.code}", **error.values) from error
    altered = upserting.say(
        session,
        clock=clock,
        actor=actor,
        source="agent",
        customer_id=customer.id,
        values={field: value},
        reason=reason.strip(),
    )
    if altered:
        audit.record(
            session,
            clock=clock,
            actor=actor,
            action="customer.corrected",
            subject=("customer", customer.id),
            field=field,
        )
    return bool(altered)


def note_consent(session: Session, *, clock: Clock, actor: Actor, customer_id: int, purpose: str, given: bool) -> bool:
    """Write down what a customer has told an agent about a consent; gives whether that is news."""
    _require(actor, Permission.CUSTOMER_EDIT)
    return consents.record(
        session, clock=clock, actor=actor, customer_id=customer_id, purpose=purpose, given=given, how="agent"
    )


def merge(session: Session, *, clock: Clock, actor: Actor, double_id: int, into_id: int) -> bool:
    """Make one customer of two, with their points; gives False where they are one already.

    Only what shares a number or an address can be merged, so that a slip of the keyboard merges no strangers.
    Raises as ``doubles.merge``, ``customer_not_alike``, ``customer_merge_chatting``, and ``customer_merge_staff`` where each is another member of staff's.
    """
    _require(actor, Permission.CUSTOMER_MERGE)
    double, into = profile.customer_of(session, double_id), profile.customer_of(session, into_id)
    if double.merged_into_id == into.id:
        return False
    if double.id != into.id and into.id not in {each.id for each in doubles.like(session, double)}:
        raise DomainError("customer_not_alike")
    for each in (double, into):
        _refuse_own(session, actor, each)
    owners = select(func.count(func.distinct(Staff.customer_id))).where(Staff.customer_id.in_([double_id, into_id]))
    if (session.scalar(owners) or 0) > 1:
        raise DomainError("customer_merge_staff")
    _close_chats(session, clock=clock, double_id=double_id)
    merged = doubles.merge(session, clock=clock, actor=actor, double_id=double_id, into_id=into_id)
    points.carry_over(session, clock=clock, actor=actor, double_id=double_id, into_id=into_id)
    return merged


def _close_chats(session: Session, *, clock: Clock, double_id: int) -> None:
    """The double's chats end, and nothing that its browser holds opens them any longer.

    A visitor may have typed somebody else's number: their window must not become that customer's. Raises
    ``customer_merge_chatting`` while a person is with them, or they wait for one.
    """
    theirs = select(Conversation).where(Conversation.customer_id == double_id).with_for_update()
    chats = session.scalars(theirs).all()
    if any(chat.owner in {"queued", "agent"} for chat in chats):
        raise DomainError("customer_merge_chatting")
    for chat in chats:
        chat.owner, chat.public_id = "closed", ids.public_id()
        touch(session, clock=clock, conversation=chat)
    session.flush()


def _refuse_own(session: Session, actor: Actor, customer: Customer) -> None:
    """Nobody works on the record of the customer they are themselves."""
    if actor.staff_id is not None and session.scalar(
        select(Staff.id).where(Staff.id == actor.staff_id, Staff.customer_id == customer.id)
    ):
        raise DomainError("customer_is_yourself")


def _require(actor: Actor, permission: Permission) -> None:
    if not allowed(actor.role, permission):
        raise DomainError("permission_denied")
