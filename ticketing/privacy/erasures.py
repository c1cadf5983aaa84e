"""Being erased (PIPL §47): the customer asks, compliance decides, three days later it is done and cannot be undone.

Two people are in it by construction: who asks is never who decides, and who decides has handled no case of theirs. Nobody
is erased while a case or a chat with a person is open: those promises are still owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations.models import Conversation
from ticketing.customers import upserting
from ticketing.customers.models import Customer
from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Recipient
from ticketing.platform import ids
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.privacy import erasing, telling
from ticketing.privacy.models import ErasureRequest
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets.models import Ticket, TicketRound
from ticketing.tickets.rules import OPEN

DECIDED_WITHIN = timedelta(days=15)
TAKEN_BACK_WITHIN = timedelta(days=3)
LONGEST_REASON = 500
STANDING = ("requested", "approved")
AT_ONCE = 100


def request(session: Session, *, clock: Clock, actor: Actor, customer_id: int, language: str) -> ErasureRequest:
    """Ask to be erased; while a request stands that one. Compliance is told."""
    customer = upserting.lock(session, customer_id)
    standing = newest(session, customer_id=customer.id)
    if standing is not None and standing.status in STANDING:
        return standing
    now = clock.now()
    made = ErasureRequest(
        public_id=ids.public_id(), customer_id=customer.id, language=language, status="requested", requested_at=now,
        due_at=now + DECIDED_WITHIN,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _audit(session, clock, actor, made, "requested")
    told = [each for each in people.roll(session, clock=clock).people if allowed(each.role, Permission.CUSTOMER_ERASE)]
    news = notify.News(
        code="erasure_requested",
        words={"zh": {"days": DECIDED_WITHIN.days}, "en": {"days": DECIDED_WITHIN.days}},
        path="/customers/erasures",
        dedupe=f"erasure:{made.id}",
        subject=("erasure", made.id),
        due_at=made.due_at,
    )
    notify.to_staff(session, clock=clock, news=news, to=[Recipient(each) for each in told])
    return made


def withdraw(session: Session, *, clock: Clock, actor: Actor, erasure: ErasureRequest) -> None:
    """Take the request back; again changes nothing. Raises ``erasure_decided`` when it was refused or done."""
    session.refresh(erasure, with_for_update=True)
    if erasure.status == "withdrawn":
        return
    if erasure.status not in STANDING:
        raise DomainError("erasure_decided")
    erasure.status = "withdrawn"
    session.flush()
    _audit(session, clock, actor, erasure, "withdrawn")


def decide(
    session: Session, *, clock: Clock, settings: Settings, actor: Actor, public_id: str, approve: bool, reason: str = ""
) -> ErasureRequest:
    """Approve or refuse; the same again changes nothing. The customer is told.

    Raises ``permission_denied``, ``http_404``, ``erasure_own_case`` for who handled a case of theirs or is them,
    ``erasure_cases_open``, ``erasure_reason_missing`` for a refusal without a word and ``erasure_decided``.
    """
    if not allowed(actor.role, Permission.CUSTOMER_ERASE):
        raise DomainError("permission_denied")
    erasure = session.scalar(select(ErasureRequest).where(ErasureRequest.public_id == public_id).with_for_update())
    if erasure is None:
        raise DomainError("http_404")
    wanted = "approved" if approve else "refused"
    if erasure.status == wanted:
        return erasure
    if erasure.status != "requested":
        raise DomainError("erasure_decided")
    if has_interest(session, staff_id=actor.staff_id, customer_id=erasure.customer_id):
        raise DomainError("erasure_own_case")
    if approve and still_open(session, customer_id=erasure.customer_id):
        raise DomainError("erasure_cases_open")
    said = reason.strip()[:LONGEST_REASON]
    if not approve and not said:
        raise DomainError("erasure_reason_missing")
    erasure.status, erasure.decided_at, erasure.decided_by = wanted, clock.now(), actor.staff_id
    erasure.reason = said or None
    erasure.erase_at = clock.now() + TAKEN_BACK_WITHIN if approve else None
    session.flush()
    _audit(session, clock, actor, erasure, wanted)
    _tell(session, clock=clock, settings=settings, erasure=erasure)
    return erasure


def carry_out_due(database: Database, *, clock: Clock, settings: Settings) -> int:
    """Erase whose time has come and who has nothing open, each in a transaction; gives how many customers."""
    due = (
        select(ErasureRequest.id)
        .where(ErasureRequest.status == "approved", ErasureRequest.erase_at <= clock.now())
        .order_by(ErasureRequest.erase_at)
        .limit(AT_ONCE)
    )
    with database.reading() as session:
        found = session.scalars(due).all()
    done = 0
    for erasure_id in found:
        with database.transaction() as session:
            done += _carry_out(session, clock=clock, settings=settings, erasure_id=erasure_id)
    return done


def forget_records(session: Session, *, clock: Clock, settings: Settings) -> int:
    """Blank the words of erased customers' complaints whose years are over; gives how many cases."""
    over = session.scalars(
        select(Ticket.id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(
            Customer.erased_at.is_not(None),
            Ticket.closed_at <= _kept_since(clock.now(), settings),
            Ticket.description != "",
        )
        .limit(AT_ONCE)
    ).all()
    if over:
        erasing.wipe(session, over)
        audit.record(
            session, clock=clock, actor=SYSTEM, action="erasure.records_ended", subject=("ticket", over[0]), count=len(over)
        )  # fmt: skip
    return len(over)


def still_open(session: Session, *, customer_id: int) -> bool:
    """Whether a case of theirs is open, or a chat is with a person or waits for one."""
    case = select(Ticket.id).where(Ticket.customer_id == customer_id, Ticket.status.in_(OPEN))
    chat = select(Conversation.id).where(
        Conversation.customer_id == customer_id, Conversation.owner.in_(("queued", "agent"))
    )
    return session.scalar(select(or_(case.exists(), chat.exists()))) or False


def has_interest(session: Session, *, staff_id: int | None, customer_id: int) -> bool:
    """Whether somebody handled a case of this customer, is complained about in one, or is the customer."""
    handled = (
        select(Ticket.id)
        .outerjoin(TicketRound, TicketRound.ticket_id == Ticket.id)
        .where(
            Ticket.customer_id == customer_id,
            or_(
                Ticket.owner_id == staff_id,
                Ticket.about_staff_id == staff_id,
                TicketRound.findings_by == staff_id,
                TicketRound.decided_by == staff_id,
            ),
        )
    )
    themselves = select(Staff.id).where(Staff.id == staff_id, Staff.customer_id == customer_id)
    return session.scalar(select(or_(handled.exists(), themselves.exists()))) or False


def newest(session: Session, *, customer_id: int) -> ErasureRequest | None:
    """The customer's latest request."""
    return session.scalar(
        select(ErasureRequest)
        .where(ErasureRequest.customer_id == customer_id)
        .order_by(ErasureRequest.id.desc())
        .limit(1)
    )


def standing(session: Session, *, limit: int = 100) -> Sequence[ErasureRequest]:
    """What waits for a decision or for its day, the first due first."""
    return session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.status.in_(STANDING))
        .order_by(ErasureRequest.due_at, ErasureRequest.id)
        .limit(limit)
    ).all()


def settled(session: Session, *, limit: int = 30) -> Sequence[ErasureRequest]:
    """What was done, refused or taken back lately."""
    return session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.status.not_in(STANDING))
        .order_by(ErasureRequest.id.desc())
        .limit(limit)
    ).all()


def _carry_out(session: Session, *, clock: Clock, settings: Settings, erasure_id: int) -> int:
    erasure = session.get_one(ErasureRequest, erasure_id, with_for_update=True)
    customer = upserting.lock(session, erasure.customer_id)
    if erasure.status != "approved" or still_open(session, customer_id=customer.id):
        return 0  # taken back meanwhile, or a new case has come: the next hour looks again
    since = _kept_since(clock.now(), settings)
    kept = session.execute(
        select(Ticket.id, Ticket.closed_at).where(
            Ticket.customer_id == customer.id, Ticket.kind == "complaint", Ticket.closed_at > since
        )
    ).all()
    things = erasing.things_of(session, customer.id)
    counts = erasing.erase(session, things=things, kept_tickets=[row.id for row in kept])
    erasure = session.get_one(ErasureRequest, erasure_id)
    erasure.status, erasure.done_at, erasure.reason = "done", clock.now(), None
    last = max((row.closed_at for row in kept), default=None)
    erasure.kept_until = last + (clock.now() - since) if last else None
    for row in session.scalars(select(Customer).where(Customer.id.in_(things["customer"]))):
        row.erased_at = clock.now()
    session.flush()
    _audit(session, clock, SYSTEM, erasure, "done", kept=len(kept))
    audit.record(
        session, clock=clock, actor=SYSTEM, action="customer.erased", subject=("customer", customer.id), **counts
    )
    return 1


def _kept_since(now: datetime, settings: Settings) -> datetime:
    """Complaints closed before have no words left: so many years, the 29th of February counted as the 28th."""
    year = now.year - settings.complaint_years
    return now.replace(year=year, day=28) if (now.month, now.day) == (2, 29) else now.replace(year=year)


def _tell(session: Session, *, clock: Clock, settings: Settings, erasure: ErasureRequest) -> None:
    customer = session.get_one(Customer, erasure.customer_id)
    values = {"reason": erasure.reason or ""}
    if erasure.erase_at is not None:
        at = telling.moment(erasure.erase_at, settings=settings, customer=customer, language=erasure.language)
        values = {"at": at}
    telling.tell(
        session,
        clock=clock,
        customer=customer,
        code=f"erasure_{erasure.status}",
        language=erasure.language,
        values=values,
        dedupe=f"erasure_{erasure.status}:{erasure.id}",
        page="/my/data/erasure",
    )


def _audit(session: Session, clock: Clock, actor: Actor, erasure: ErasureRequest, did: str, **detail: int) -> None:
    subject = ("erasure", erasure.public_id)
    audit.record(session, clock=clock, actor=actor, action=f"erasure.{did}", subject=subject, **detail)
