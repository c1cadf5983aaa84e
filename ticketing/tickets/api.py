"""JSON routes of tickets: the customer's own (through the assistant) and the staff's."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Response, jsonify, make_response, request
from flask_openapi import APIBlueprint, Tag
from sqlalchemy import select

from ticketing.customers.models import Customer
from ticketing.platform.access import callers
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import expected_version, idempotent, reader_language, runtime, session, versioned
from ticketing.platform.identity import current_actor, current_scope
from ticketing.platform.paging import as_id, clamp, decode_cursor, encode_cursor
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission
from ticketing.tickets import letters, notes, rules, schemas, service
from ticketing.tickets.gates import require
from ticketing.tickets.intake import intake_of
from ticketing.tickets.models import Letter, Ticket
from ticketing.tickets.presentation import customer_view

tag = Tag(name="tickets", description="Complaints and enquiries")
api = APIBlueprint("tickets", __name__, url_prefix="/api/v1/tickets", abp_tags=[tag])


@api.post("", responses={201: schemas.TicketOut})
@callers(customers=True)
@idempotent(current_scope)
def create(body: schemas.TicketIn) -> Response:
    """Open a ticket for the customer of the conversation. Needs Idempotency-Key."""
    actor = customer()
    ticket = service.open_ticket(
        session(),
        clock=runtime().clock,
        actor=actor,
        customer=holder(actor),
        conversation_id=actor.conversation_id,
        intake=intake_of(session(), clock=runtime().clock, actor=actor, body=body),
    )
    return shown(ticket, 201)


@api.get("", responses={200: schemas.TicketPage})
@callers(customers=True)
def own_tickets(query: schemas.TicketListQuery) -> Response:
    """The customer's own tickets, newest first."""
    wanted = select(Ticket).where(Ticket.customer_id == customer().id).order_by(Ticket.id.desc())
    if query.state == "open":
        wanted = wanted.where(Ticket.status.in_(rules.OPEN))
    if query.cursor is not None:
        wanted = wanted.where(Ticket.id < as_id(decode_cursor(query.cursor, 1)[0]))
    limit = clamp(query.limit)
    rows = list(session().scalars(wanted.limit(limit + 1)))
    page = schemas.TicketPage(
        items=[view(ticket) for ticket in rows[:limit]],
        next_cursor=encode_cursor([rows[limit - 1].id]) if len(rows) > limit else None,
    )
    return jsonify(page.model_dump(mode="json"))


@api.get("/<number>", responses={200: schemas.TicketOut})
@callers(customers=True, permission=Permission.TICKET_READ)
def show(path: schemas.TicketPath) -> Response:
    """One ticket; another customer's is not found."""
    return shown(visible(path.number))


@api.post("/<number>/additions", responses={201: schemas.TicketOut})
@callers(customers=True)
@idempotent(current_scope)
def add(path: schemas.TicketPath, body: schemas.AdditionIn) -> Response:
    """Add to an open ticket. Needs Idempotency-Key."""
    ticket = visible(path.number)
    return shown(service.add_to(session(), clock=runtime().clock, actor=customer(), ticket=ticket, text=body.text), 201)


@api.post("/<number>/withdrawal", responses={200: schemas.TicketOut})
@callers(customers=True)
@idempotent(current_scope)
def withdraw(path: schemas.TicketPath, body: schemas.WithdrawalIn) -> Response:
    """Withdraw an open ticket. Needs Idempotency-Key."""
    ticket = visible(path.number)
    return shown(
        service.withdraw(session(), clock=runtime().clock, actor=customer(), ticket=ticket, reason=body.reason)
    )


@api.post("/<number>/reopening", responses={200: schemas.TicketOut})
@callers(customers=True, permission=Permission.TICKET_WORK)
@versioned
@idempotent(current_scope)
def reopen(path: schemas.TicketPath, body: schemas.ReasonIn) -> Response:
    """Ask for a new round after closing. Needs Idempotency-Key."""
    ticket = visible(path.number)
    return shown(
        service.reopen(session(), clock=runtime().clock, actor=current_actor(), ticket=ticket, **body.model_dump())
    )


@api.post("/<number>/claim", responses={200: schemas.TicketOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
def claim(path: schemas.TicketPath) -> Response:
    """Take an unowned ticket."""
    return staff_step(
        path, lambda ticket, actor: service.claim(session(), clock=runtime().clock, actor=actor, ticket=ticket)
    )


@api.post("/<number>/reassignment", responses={200: schemas.TicketOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
def reassign(path: schemas.TicketPath, body: schemas.ReassignIn) -> Response:
    """Give a ticket to another person."""

    def step(ticket: Ticket, actor: Actor) -> Ticket:
        to = session().scalar(select(Staff).where(Staff.login == body.to))
        if to is None:
            raise DomainError("staff_not_found")
        return service.reassign(session(), clock=runtime().clock, actor=actor, ticket=ticket, to=to, note=body.note)

    return staff_step(path, step)


@api.post("/<number>/findings", responses={200: schemas.TicketOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
def findings(path: schemas.TicketPath, body: schemas.FindingsIn) -> Response:
    """Record the preliminary findings."""
    return staff_step(
        path,
        lambda ticket, actor: service.record_findings(
            session(), clock=runtime().clock, actor=actor, ticket=ticket, findings=body.findings
        ),
    )


@api.post("/<number>/decision", responses={200: schemas.TicketOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
def decide(path: schemas.TicketPath, body: schemas.DecisionIn) -> Response:
    """Record the decision."""
    return staff_step(
        path,
        lambda ticket, actor: service.decide(
            session(), clock=runtime().clock, actor=actor, ticket=ticket, **body.model_dump()
        ),
    )


@api.post("/<number>/notes", responses={200: schemas.TicketOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
@idempotent(current_scope)
def note(path: schemas.TicketPath, body: schemas.NoteIn) -> Response:
    """Add an internal note. Needs Idempotency-Key."""
    return staff_step(
        path,
        lambda ticket, actor: notes.add(session(), clock=runtime().clock, actor=actor, ticket=ticket, text=body.text),
    )


@api.post("/<number>/letter", responses={201: schemas.LetterOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
def draft_letter(path: schemas.TicketPath) -> Response:
    """Draft the written answer from the decision."""
    ticket = visible(path.number)
    return letter_shown(letters.draft(session(), clock=runtime().clock, actor=current_actor(), ticket=ticket), 201)


@api.post("/<number>/letter/approval", responses={200: schemas.LetterOut})
@callers(permission=Permission.LETTER_APPROVE)
@versioned
def approve_letter(path: schemas.TicketPath) -> Response:
    """Approve a waiting letter."""
    ticket = visible(path.number)
    return letter_shown(letters.approve(session(), clock=runtime().clock, actor=current_actor(), ticket=ticket))


@api.post("/<number>/letter/sending", responses={200: schemas.LetterOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
def send_letter(path: schemas.TicketPath) -> Response:
    """Send the approved letter."""
    ticket = visible(path.number)
    return letter_shown(letters.send(session(), clock=runtime().clock, actor=current_actor(), ticket=ticket))


@api.post("/<number>/closing", responses={200: schemas.TicketOut})
@callers(permission=Permission.TICKET_WORK)
@versioned
def close(path: schemas.TicketPath) -> Response:
    """Close a ticket whose answer was delivered."""
    return staff_step(
        path, lambda ticket, actor: service.close(session(), clock=runtime().clock, actor=actor, ticket=ticket)
    )


def customer() -> Actor:
    """The acting customer; staff have their own routes."""
    actor = current_actor()
    if actor.kind != "customer":
        raise DomainError("permission_denied")
    return actor


def holder(actor: Actor) -> Customer:
    """Whom a token speaks for; raises ``token_invalid`` if they have gone since it was given."""
    found = session().get(Customer, actor.id)
    if found is None:
        raise DomainError("token_invalid")
    return found


def visible(number: str) -> Ticket:
    """The ticket if the actor may see it; ``ticket_not_found`` otherwise, also for another customer's.

    A write holds its row to the end, so that two at once follow each other. Raises ``version_conflict`` when If-Match
    names an older version.
    """
    actor = current_actor()
    if actor.kind == "staff":
        require(actor, Permission.TICKET_READ)
    wanted = select(Ticket).where(Ticket.number == number.strip().upper())
    ticket = session().scalar(wanted if request.method in {"GET", "HEAD"} else wanted.with_for_update(of=Ticket))
    if ticket is None or (actor.kind != "staff" and ticket.customer_id != actor.id):
        raise DomainError("ticket_not_found", number=number[:40])
    if expected_version() not in {None, ticket.version}:
        raise DomainError("version_conflict")
    return ticket


def staff_step(path: schemas.TicketPath, step: Callable[[Ticket, Actor], Ticket]) -> Response:
    """Let a member of staff do one thing to a ticket."""
    return shown(step(visible(path.number), current_actor()))


def view(ticket: Ticket) -> schemas.TicketOut:
    """The ticket in the reader's language and zone."""
    return customer_view(
        session(),
        clock=runtime().clock,
        ticket=ticket,
        language=reader_language(),
        zone=ZoneInfo(runtime().settings.time_zone),
    )


def shown(ticket: Ticket, status: int = 200) -> Response:
    """The answer with the version as ETag."""
    session().flush()
    response = make_response(jsonify(view(ticket).model_dump(mode="json")), status)
    response.set_etag(str(ticket.version))
    return response


def letter_shown(letter: Letter, status: int = 200) -> Response:
    """A letter with its rendered body."""
    body = schemas.LetterOut(
        revision=letter.revision,
        status=letter.status,
        language=letter.language,
        html=letters.render(letter, settings=runtime().settings),
    )
    return make_response(jsonify(body.model_dump(mode="json")), status)
