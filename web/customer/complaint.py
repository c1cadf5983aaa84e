"""The complaint form without chat: for when the assistant is down, and for whoever would rather write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import select

from ticketing.attachments import service as attachments
from ticketing.attachments.models import Attachment
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation
from ticketing.customers import service as customers
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.tickets import service
from ticketing.tickets.wording import NAMES
from web import language
from web.auth import own_door
from web.customer import files, queries
from web.customer.browser import (
    customer_id,
    customers_only,
    keep_conversation,
    once,
    see,
    sign_in,
    signed_in_customer,
)
from web.customer.complaint_form import CHANNELS, EMPTY, ComplaintForm, read
from web.customer.tickets import promised_times
from web.gateway.process import gateway

pages = Blueprint("customer_complaint", __name__, url_prefix="/my/complaint")
COMPLAINTS_PER_MINUTE = 30
"""From one address: offices and mobile networks share one."""


@pages.get("")
@own_door("customer")
def form() -> Any:
    """The empty form, for customers and visitors alike."""
    signed_in_customer()
    return form_page(EMPTY)


@pages.post("")
@files.with_files
@own_door("customer")
def submit() -> Any:
    """Accept the complaint once, however often the button is pressed; a new visitor is signed in to see it."""
    actor = signed_in_customer()
    evidence = files.drafts()
    sent = read(request.form)
    if sent.problems or files.problems():
        return make_response(form_page(sent), 422)
    try:
        gateway().limits.check("complaints", request.remote_addr or "", COMPLAINTS_PER_MINUTE)
    except DomainError as refusal:
        return make_response(form_page(sent, refusal), refusal.status)
    accepted = once(lambda: accept(sent, actor, evidence), files.sent())
    return welcome(accepted) if actor is None else see(f"/my/complaint/{accepted['number']}")


@pages.get("/<number>")
@customers_only
def accepted(number: str) -> Any:
    """The number and both promised times."""
    ticket = queries.own_ticket(session(), customer_id=customer_id(), number=number)
    return render_template("customer/complaint_done.html", ticket=ticket, promised=promised_times(ticket))


def form_page(shown: ComplaintForm, refusal: DomainError | None = None) -> str:
    """The form with what was typed and what is wrong with it."""
    return render_template(
        "customer/complaint.html",
        typed=shown.typed,
        problems=shown.problems,
        evidence=files.drafts(),
        file_problems=files.problems(),
        refusal=refusal,
        products=NAMES["product"],
        channels=CHANNELS,
    )


def accept(sent: ComplaintForm, actor: Actor | None, evidence: Sequence[Attachment]) -> dict[str, Any]:
    """Open the ticket of a checked form with its files, for a known customer or a new one."""
    customer = session().get_one(Customer, actor.id) if actor else new_customer(sent)
    conversation = conversation_of(customer)
    clock, spoken = runtime().clock, language.current()
    by = Actor(kind="customer", id=customer.id, conversation_id=conversation.id, language=spoken)
    ticket = service.open_ticket(
        session(),
        clock=clock,
        actor=by,
        customer=customer,
        conversation_id=conversation.id,
        intake=sent.intake(now=clock.now(), language=spoken),
    )
    attachments.file_with(session(), clock=clock, actor=by, ticket=ticket, files=evidence)
    return {"number": ticket.number, "customer_id": customer.id, "conversation_id": conversation.id}


def welcome(accepted: dict[str, Any]) -> Response:
    """Lead a new visitor to what they have just opened, and let their browser come back to it."""
    response = see(f"/my/complaint/{accepted['number']}")
    sign_in(response, accepted["customer_id"])
    keep_conversation(response, session().get_one(Conversation, accepted["conversation_id"]))
    return response


def new_customer(sent: ComplaintForm) -> Customer:
    """A visitor becomes a customer; what they leave to be reached by is kept with them."""
    made = customers.create_visitor(session(), clock=runtime().clock, language=language.current(), source="form")
    if sent.typed["contact_channel"] == "phone":
        made.phone = sent.typed["phone"]
        made.phone_index = keyring().index(customers.comparable_phone(made.phone))
    elif sent.typed["contact_channel"] == "email":
        made.email = sent.typed["email"]
        made.email_index = keyring().index(made.email)
    return made


def conversation_of(customer: Customer) -> Conversation:
    """Where the answer will be delivered: the customer's latest conversation, a new one if there is none."""
    latest = session().scalar(
        select(Conversation)
        .where(Conversation.customer_id == customer.id, Conversation.owner != "closed")
        .order_by(Conversation.id.desc())
        .limit(1)
    )
    return latest or conversations.open_conversation(
        session(),
        clock=runtime().clock,
        customer=customer,
        language=language.current(),
        company=language.company(),
    )
