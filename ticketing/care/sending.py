"""Sending what is due: judged at the last moment, promised to the outbox, settled when it was delivered."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.care import rules, switches
from ticketing.care.models import CareMessage
from ticketing.care.rules import SolvedCase, Standing
from ticketing.conversations.models import Conversation
from ticketing.customers import consents
from ticketing.customers.models import Customer
from ticketing.customers.rules import addressed
from ticketing.notify import service as notify
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN

SUBJECT = "care_message"
STEP = 100
SENT = ("sent", "delivered")


def send_due(database: Database, *, clock: Clock, settings: Settings) -> int:
    """Judge one step of what is due, oldest first; gives how many messages were looked at."""
    due = select(CareMessage).where(CareMessage.state == "due", CareMessage.due_at <= clock.now())
    due = due.order_by(CareMessage.due_at, CareMessage.id).limit(STEP)
    with database.reading() as session:
        if session.scalar(due.limit(1)) is None:
            return 0
    with database.transaction() as session:
        found = session.scalars(due.with_for_update(skip_locked=True)).all()
        _judge_all(session, clock=clock, settings=settings, messages=found)
        return len(found)


def settle(session: Session, *, clock: Clock, message: OutboxMessage) -> None:
    """Told by the outbox: an e-mail or chat line went out, or was given up. One way that worked is enough."""
    row = session.get(CareMessage, message.subject_id, with_for_update=True)
    if row is None or row.state not in {"sent", "failed"}:
        return
    if message.status == "delivered":
        row.state, row.reason, row.settled_at = "delivered", None, clock.now()
    elif row.state == "sent":
        row.state, row.reason, row.settled_at = "failed", "not_delivered", clock.now()


def stop_token(customer_id: int) -> str:
    """What stands in the link that ends care: the customer and a proof, so that it works for ever and for nobody else."""
    return f"{customer_id}-{_proof(customer_id)}"


def customer_of_token(session: Session, token: str) -> Customer:
    """Whose link it is; raises ``care_link_invalid``."""
    number, _, proof = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise DomainError("care_link_invalid")
    if not hmac.compare_digest(proof.encode(), _proof(int(number)).encode()):
        raise DomainError("care_link_invalid")
    customer = session.get(Customer, int(number))
    if customer is None:
        raise DomainError("care_link_invalid")
    return customer


def _proof(customer_id: int) -> str:
    return hmac.new(keyring().index(f"care link {customer_id}").encode(), b"stop", hashlib.sha256).hexdigest()[:32]


def words(customer: Customer, *, settings: Settings, number: str = "") -> dict[str, str]:
    """What stands in a message's placeholders."""
    english = customer.language == "en"
    return {
        "name": addressed(customer.name, customer.language, customer.tier),
        "company": settings.company_en if english else settings.company_zh,
        "number": number,
        "stop": f"{settings.public_url}/care/stop/{stop_token(customer.id)}",
    }


def _judge_all(session: Session, *, clock: Clock, settings: Settings, messages: Sequence[CareMessage]) -> None:
    now, ids = clock.now(), sorted({each.customer_id for each in messages})
    if not ids:
        return
    # Two workers must not both see room under a customer's cap.
    locked = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update()
    customers = {row.id: row for row in session.scalars(locked)}
    chats = _chats(session, ids)
    standings = _standings(session, now=now, settings=settings, customers=customers, chats=chats)
    active, cases = switches.all_active(session), _cases(session, messages)
    for message in messages:
        standing = standings[message.customer_id]
        judged = standing if active[message.occasion] else _with(standing, active=False)
        case = cases.get(message.ticket_id) if message.ticket_id else None
        verdict = rules.judge(
            judged, occasion=message.occasion, due_at=message.due_at, now=now, case=case[0] if case else None
        )
        if verdict.act == "wait":
            assert verdict.until is not None
            message.due_at = verdict.until
        elif verdict.act == "suppress":
            message.state, message.reason, message.settled_at = "suppressed", verdict.reason, now
        else:
            customer = customers[message.customer_id]
            number = case[1] if case else ""
            _send(session, clock, settings, message, customer, chats.get(customer.id), number)
            standings[customer.id] = _with(
                standing, sent_this_week=standing.sent_this_week + 1, sent_this_year=standing.sent_this_year + 1
            )
    session.flush()


def _send(
    session: Session,
    clock: Clock,
    settings: Settings,
    message: CareMessage,
    customer: Customer,
    chat: int | None,
    number: str,
) -> None:
    message.state, message.settled_at = "sent", clock.now()
    notify.to_customer(
        session,
        clock=clock,
        code=f"care_{message.occasion}",
        language=customer.language,
        values=words(customer, settings=settings, number=number),
        conversation_id=chat if not customer.email else None,
        email_of=("customer", customer.id) if customer.email else None,
        dedupe=f"care:{message.id}",
        subject=(SUBJECT, message.id),
    )


def _standings(
    session: Session,
    *,
    now: datetime,
    settings: Settings,
    customers: Mapping[int, Customer],
    chats: Mapping[int, int],
) -> dict[int, Standing]:
    """What counts of each customer, in four statements for all of them."""
    agreed, opened, trouble = (
        consents.latest_of(session, customers),
        _open(session, customers),
        _trouble(session, customers),
    )
    weekly = _sent(session, customers, since=now - rules.A_WEEK, capless=False)
    yearly = _sent(session, customers, since=now - rules.A_YEAR, capless=True)
    return {
        number: Standing(
            consent=consents.holds(agreed.get(number, {}), "care"),
            zone=row.time_zone or settings.time_zone,
            deceased=row.deceased,
            leaving=row.stage == "leaving",
            merged=row.merged_into_id is not None,
            reachable=bool(row.email) or number in chats,
            open_complaints=opened.get(number, 0),
            trouble_at=trouble.get(number),
            sent_this_week=weekly.get(number, 0),
            sent_this_year=yearly.get(number, 0),
        )
        for number, row in customers.items()
    }


def _with(standing: Standing, **changes: object) -> Standing:
    return Standing(**{**standing.__dict__, **changes})


def _open(session: Session, ids: Mapping[int, Customer]) -> dict[int, int]:
    counted = (
        select(Ticket.customer_id, func.count())
        .where(Ticket.customer_id.in_(ids), Ticket.kind == "complaint", Ticket.status.in_(sorted(OPEN)))
        .group_by(Ticket.customer_id)
    )
    return dict(session.execute(counted).all())


def _trouble(session: Session, ids: Mapping[int, Customer]) -> dict[int, datetime]:
    """When the last case with a broken promise, or critical, was closed."""
    latest: dict[int, datetime] = {}
    found = select(Ticket.customer_id, Ticket.closed_at).where(
        Ticket.customer_id.in_(ids), Ticket.closed_at.is_not(None), Ticket.breached | (Ticket.severity == "critical")
    )
    for number, at in session.execute(found):
        if at is not None:
            latest[number] = max(at, latest.get(number, at))
    return latest


def _sent(session: Session, ids: Mapping[int, Customer], *, since: datetime, capless: bool) -> dict[int, int]:
    counted = (
        select(CareMessage.customer_id, func.count())
        .where(CareMessage.customer_id.in_(ids), CareMessage.state.in_(SENT), CareMessage.settled_at > since)
        .group_by(CareMessage.customer_id)
    )
    if not capless:
        counted = counted.where(CareMessage.occasion.not_in(sorted(rules.CAPLESS)))
    return dict(session.execute(counted).all())


def _chats(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Each customer's latest conversation that is still open."""
    latest = (
        select(Conversation.customer_id, func.max(Conversation.id))
        .where(Conversation.customer_id.in_(ids), Conversation.owner == "bot")
        .group_by(Conversation.customer_id)
    )
    return dict(session.execute(latest).all())


def _cases(session: Session, messages: Sequence[CareMessage]) -> dict[int, tuple[SolvedCase, str]]:
    ids = [each.ticket_id for each in messages if each.ticket_id is not None]
    if not ids:
        return {}
    marks: dict[int, list[int]] = defaultdict(list)
    for ticket_id, *given in session.execute(
        select(Survey.ticket_id, Survey.speed, Survey.completeness, Survey.solution).where(
            Survey.ticket_id.in_(ids), Survey.answered_at.is_not(None)
        )
    ):
        marks[ticket_id or 0] += [mark for mark in given if mark is not None]
    found = session.execute(select(Ticket.id, Ticket.number, Ticket.status, Ticket.severity).where(Ticket.id.in_(ids)))
    return {
        number_id: (SolvedCase(status == "closed", severity == "critical", min(marks[number_id], default=None)), number)
        for number_id, number, status, severity in found
    }
