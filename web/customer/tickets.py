"""The customer's own tickets: list, one ticket, its letter, and what they may do to it."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, send_file
from markupsafe import Markup
from sqlalchemy import select

from ticketing.attachments import service as attachments
from ticketing.attachments.models import Attachment
from ticketing.attachments.queries import of_ticket as evidence_of
from ticketing.customers.models import Customer
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.tickets import deliveries, documents, letters, rules, service
from ticketing.tickets.models import Letter, Ticket
from ticketing.tickets.presentation import customer_view, promises
from ticketing.tickets.rules import Step, Who
from ticketing.tickets.schemas import PromiseOut
from web import language
from web.customer import files, queries
from web.customer.browser import customer, customer_id, customers_only, once, see
from web.customer.complaint_form import Problem, text_of
from web.customer.progress import stages

pages = Blueprint("customer_tickets", __name__, url_prefix="/my")
NOTICES = frozenset({"added", "withdrawn", "reopened"})


@pages.get("/")
@customers_only
def home() -> Any:
    """The first page is the list."""
    return redirect("/my/tickets", 303)


@pages.get("/tickets")
@customers_only
def tickets() -> Any:
    """The customer's own tickets, newest first."""
    cursor = request.args.get("cursor")
    page = queries.own_tickets(session(), customer_id=customer_id(), cursor=cursor)
    promised = {ticket.number: promised_times(ticket) for ticket in page.items if ticket.status in rules.OPEN}
    surveys = queries.pending_surveys(session(), clock=runtime().clock, customer_id=customer_id())
    return render_template("customer/tickets.html", page=page, promised=promised, surveys=surveys, cursor=cursor)


@pages.get("/tickets/<number>")
@customers_only
def ticket(number: str) -> Any:
    """One ticket."""
    return ticket_page(own(number))


@pages.get("/tickets/<number>/letter")
@customers_only
def letter(number: str) -> Any:
    """A written answer, as a letter to read or print; the newest unless a round is asked for."""
    found = own(number)
    answered = sent_letter(found)
    name = session().scalar(select(Customer.name).where(Customer.id == found.customer_id))
    html = letters.render(answered, settings=runtime().settings, recipient=name)
    return render_template(
        "customer/letter.html",
        number=number,
        letter=answered,
        body=Markup(html),  # noqa: S704 letters.render escapes every word
        document=documents.standing(session(), letter=answered),
    )


@pages.get("/tickets/<number>/letter.pdf")
@customers_only
def letter_pdf(number: str) -> Any:
    """The written answer as PDF; the newest unless a round is asked for."""
    document = documents.of_letter(session(), letter=sent_letter(own(number)))
    answer = send_file(
        BytesIO(document.content), mimetype="application/pdf", as_attachment=True, download_name=document.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/tickets/<number>/letter/opened")
@customers_only
def letter_opened(number: str) -> Any:
    """The letter was on the customer's screen. The page says so itself, with its form's token: a GET proves nothing."""
    deliveries.opened(session(), clock=runtime().clock, actor=customer(), letter=sent_letter(own(number)))
    return see(f"/my/tickets/{quote(number)}/letter?round={request.values.get('round', type=int) or ''}")


def sent_letter(ticket: Ticket) -> Letter:
    """The answer of the round asked for, else the newest; ``http_404`` before there is one."""
    wanted = request.values.get("round", type=int)
    found = next(
        (item for item in queries.sent_letters(session(), ticket=ticket) if wanted in (None, item.round)), None
    )
    if found is None:
        raise DomainError("http_404")
    return found


@pages.get("/tickets/<number>/additions")
@pages.get("/tickets/<number>/reopening", endpoint="reopening")
@customers_only
def back_to_ticket(number: str) -> Any:
    """Reloading after a refused form leads back to the ticket."""
    return see(f"/my/tickets/{quote(number)}")


@pages.post("/tickets/<number>/additions")
@files.with_files
@customers_only
def add(number: str) -> Any:
    """Add words, files or both to an open ticket."""
    found, evidence = own(number), files.drafts()
    missing = None if files.sent() else "form_text_missing"
    said, problem = text_of(request.form.get("text", ""), limit=2000, missing=missing)
    if problem or files.problems(found):
        return ticket_page(found, typed={"text": said}, problems={"text": problem} if problem else {}), 422
    once(lambda: done(add_all(found, said, evidence)), files.sent())
    return see(f"/my/tickets/{found.number}?done=added")


def add_all(ticket: Ticket, said: str, evidence: Sequence[Attachment]) -> Ticket:
    """What the customer wrote and what they show."""
    clock, actor = runtime().clock, customer()
    if said:
        service.add_to(session(), clock=clock, actor=actor, ticket=ticket, text=said)
    attachments.file_with(session(), clock=clock, actor=actor, ticket=ticket, files=evidence)
    return ticket


@pages.get("/tickets/<number>/withdrawal")
@customers_only
def confirm_withdrawal(number: str) -> Any:
    """Ask once more before withdrawing."""
    found = own(number)
    if found.status not in rules.OPEN:
        return see(f"/my/tickets/{found.number}")
    return render_template("customer/withdraw.html", ticket=found)


@pages.post("/tickets/<number>/withdrawal")
@customers_only
def withdraw(number: str) -> Any:
    """Withdraw an open ticket."""
    reason, _ = text_of(request.form.get("reason", "")[:1000], limit=1000)
    found = own(number)
    service.withdraw(session(), clock=runtime().clock, actor=customer(), ticket=found, reason=reason or None)
    return see(f"/my/tickets/{found.number}?done=withdrawn")


@pages.post("/tickets/<number>/reopening")
@customers_only
def reopen(number: str) -> Any:
    """Ask for a new round; the reason is needed."""
    reason, problem = text_of(request.form.get("reason", ""), limit=2000, missing="reopen_reason_missing")
    found = own(number)
    if problem:
        return ticket_page(found, typed={"reason": reason}, problems={"reason": problem}), 422
    about_handling = bool(request.form.get("about_handling"))
    once(
        lambda: done(
            service.reopen(
                session(),
                clock=runtime().clock,
                actor=customer(),
                ticket=found,
                reason=reason,
                about_handling=about_handling,
            )
        )
    )
    return see(f"/my/tickets/{found.number}?done=reopened")


def own(number: str) -> Ticket:
    """The signed-in customer's ticket; ``http_404`` for any other."""
    return queries.own_ticket(session(), customer_id=customer_id(), number=number)


def done(ticket: Ticket) -> dict[str, Any]:
    """What a second click is told."""
    return {"number": ticket.number}


def promised_times(ticket: Ticket) -> list[PromiseOut]:
    """The promised times of the current round."""
    return promises(session(), clock=runtime().clock, ticket=ticket, language=language.current(), zone=language.zone())


def kept_files(ticket: Ticket) -> Sequence[Attachment]:
    """The customer's own files with this ticket, not those of others' tickets merged into it."""
    found = evidence_of(session(), ticket.id)
    return [each for each in found if each.customer_id == ticket.customer_id]


def ticket_page(
    ticket: Ticket, *, typed: dict[str, str] | None = None, problems: dict[str, Problem] | None = None
) -> str:
    """The page of one ticket, with what was typed into a refused form."""
    events = queries.public_events(session(), ticket=ticket)
    surveys = queries.pending_surveys(session(), clock=runtime().clock, customer_id=customer_id())
    notice = request.args.get("done")
    return render_template(
        "customer/ticket.html",
        ticket=ticket,
        view=customer_view(
            session(), clock=runtime().clock, ticket=ticket, language=language.current(), zone=language.zone()
        ),
        promised=promised_times(ticket),
        stages=stages(ticket, events),
        events=events,
        kept=kept_files(ticket),
        evidence=files.drafts() if request.method == "POST" else [],
        file_problems=files.problems(ticket) if request.method == "POST" else [],
        letters=queries.sent_letters(session(), ticket=ticket),
        survey=surveys.get(ticket.number),
        steps=rules.steps_open_to(rules.Status(ticket.status), frozenset({Who.CUSTOMER})),
        Step=Step,
        open=ticket.status in rules.OPEN,
        typed=typed or {},
        problems=problems or {},
        notice=notice if notice in NOTICES else None,
    )
