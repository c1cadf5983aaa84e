"""What customers are told while their ticket is worked on, and where it reaches them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.notify import service as notify
from ticketing.platform.clock import Clock
from ticketing.sla import queries as sla
from ticketing.tickets import wording
from ticketing.tickets.models import Ticket

ZONE = ZoneInfo("Asia/Shanghai")
ANSWER_CLOCKS = ("resolution", "response")


def findings(session: Session, *, clock: Clock, ticket: Ticket) -> None:
    """Tell the preliminary findings and until when the written answer is promised (handbook §4.4)."""
    standings = sla.clocks(session, ticket_id=ticket.id, round=ticket.round)
    due_at = next((item.due_at for item in standings if item.clock in ANSWER_CLOCKS and item.due_at), None)
    soon, page = ("soon", "Track this ticket") if ticket.language == "en" else ("尽快", "查看工单进度")
    notify.to_customer(
        session,
        clock=clock,
        code="findings",
        language=ticket.language,
        values={
            "number": ticket.number,
            "findings": ticket.current.findings or "",
            "due": wording.due(due_at, ZONE, ticket.language) if due_at and due_at > clock.now() else soon,
        },
        conversation_id=ticket.conversation_id,
        email_of=email_of(session, ticket),
        card={"number": ticket.number, "page_url": f"/my/tickets/{ticket.number}", "page_title": page},
        dedupe=f"findings:{ticket.id}:{ticket.round}",
        subject=("ticket", ticket.id),
    )


def withdrawn(session: Session, *, clock: Clock, ticket: Ticket) -> None:
    """Tell that the complaint was taken back at their own request, so that a mistake comes out."""
    written(session, clock=clock, ticket=ticket, code="withdrawn_for_you", dedupe=f"withdrawn:{ticket.id}")


def written(
    session: Session,
    *,
    clock: Clock,
    ticket: Ticket,
    code: str,
    dedupe: str,
    about: Ticket | None = None,
    **values: str,
) -> None:
    """Tell the customer something about their ticket in the chat and by e-mail; the link leads to ``about``."""
    page = "Track this ticket" if ticket.language == "en" else "查看工单进度"
    number = (about or ticket).number
    notify.to_customer(
        session,
        clock=clock,
        code=code,
        language=ticket.language,
        values={"number": ticket.number, **values},
        conversation_id=ticket.conversation_id,
        email_of=email_of(session, ticket),
        card={"number": number, "page_url": f"/my/tickets/{number}", "page_title": page},
        dedupe=dedupe,
        subject=("ticket", ticket.id),
    )


def email_of(session: Session, ticket: Ticket) -> tuple[str, int] | None:
    """The row that holds the address to write to: the one given for this ticket, else the customer's, else none."""
    if ticket.contact_channel == "email" and ticket.contact:
        return "ticket", ticket.id
    customer = session.get_one(Customer, ticket.customer_id)
    return ("customer", customer.id) if customer.email else None
