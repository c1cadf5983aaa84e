"""A case: its page, what keeps it live, and its steps."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission
from ticketing.tickets import claiming, disclosure, letters, outgoing, queries, recusal, service
from ticketing.tickets.models import Ticket
from web.agent import case_page, forms
from web.agent.pages import pages
from web.auth import permission_required

CASE = "/desk/tickets/<number>"
reading = permission_required(Permission.TICKET_READ)
working = permission_required(Permission.TICKET_WORK)


@pages.get(CASE)
@reading
def case(number: str) -> Any:
    """The whole case on one page."""
    return case_page.render(number)


@pages.get(f"{CASE}/live")
@reading
def live(number: str) -> Any:
    """What changed since the page was shown; nothing when nothing did."""
    ticket = queries.by_number(session(), number=number)
    if request.args.get("version") == str(ticket.version):
        return "", 204
    news = case_page.news_since(ticket, forms.whole("seen"), others_than=current_actor().label)
    return render_template("desk/live.html", **case_page.shown(number), news=news)


@pages.get(f"{CASE}/step")
@reading
def step(number: str) -> Any:
    """The next step alone, for a page whose ticket has moved on while nothing was typed."""
    return render_template("desk/next.html", **case_page.shown(number))


@pages.post(f"{CASE}/claim")
@working
def claim(number: str) -> Any:
    """Take the ticket, and its customer's open conversation with it."""
    return forms.do(
        number,
        lambda ticket, clock, actor: claiming.claim(session(), clock=clock, actor=actor, ticket=ticket),
        guarded=False,
    )


@pages.post(f"{CASE}/findings")
@working
def record_findings(number: str) -> Any:
    """初步调查结论: stops the 24-hour clock."""
    return forms.do(
        number,
        lambda ticket, clock, actor: service.record_findings(
            session(), clock=clock, actor=actor, ticket=ticket, findings=forms.written("findings")
        ),
        dock="step",
    )


@pages.post(f"{CASE}/decision")
@working
def decide(number: str) -> Any:
    """Cause, measures, follow-up plan."""
    given = {name: forms.written(name) for name in ("cause", "measures", "follow_up_plan")}
    return forms.do(
        number,
        lambda ticket, clock, actor: service.decide(session(), clock=clock, actor=actor, ticket=ticket, **given),
        dock="step",
    )


@pages.post(f"{CASE}/letter")
@working
def draft_letter(number: str) -> Any:
    """Draft the answer from the decision."""
    return forms.do(
        number,
        lambda ticket, clock, actor: letters.draft(session(), clock=clock, actor=actor, ticket=ticket),
        dock="step",
    )


@pages.post(f"{CASE}/letter/approval")
@permission_required(Permission.LETTER_APPROVE)
def approve_letter(number: str) -> Any:
    """Approve the waiting draft."""
    revision = forms.whole("revision") or None
    return forms.do(
        number,
        lambda ticket, clock, actor: letters.approve(
            session(), clock=clock, actor=actor, ticket=ticket, revision=revision
        ),
    )


@pages.post(f"{CASE}/letter/dispatch")
@working
def send_letter(number: str) -> Any:
    """Send the approved answer, after the seconds in which it can be taken back; the outbox delivers it."""
    confirmed, seconds = frozenset(request.form.getlist("confirm")), runtime().settings.undo_send_seconds
    return forms.do(
        number,
        lambda ticket, clock, actor: outgoing.hold(
            session(), clock=clock, actor=actor, ticket=ticket, seconds=seconds, confirmed=confirmed
        ),
        dock="step",
    )


@pages.post(f"{CASE}/close")
@working
def close(number: str) -> Any:
    """Close after delivery."""
    return forms.do(
        number,
        lambda ticket, clock, actor: service.close(session(), clock=clock, actor=actor, ticket=ticket),
        dock="step",
    )


@pages.post(f"{CASE}/reopen")
@working
def reopen(number: str) -> Any:
    """Start a new round, with a reason."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        service.reopen(
            session(),
            clock=clock,
            actor=actor,
            ticket=ticket,
            reason=_text("reason", "desk_reason_missing"),
            about_handling=bool(request.form.get("about_handling")),
        )

    return forms.do(number, deed, dock="step")


@pages.get(f"{CASE}/colleagues")
@working
def choose_colleague(number: str) -> Any:
    """The form for giving a ticket to someone else."""
    ticket = queries.by_number(session(), number=number)
    last = queries.last_event_id(session(), ticket_id=ticket.id)
    out = recusal.kept_out(session(), ticket)
    people = [member for member in queries.colleagues(session()) if member.id not in out]
    return render_template("desk/colleagues.html", ticket=ticket, seen=last, colleagues=people, once=forms.once_key)


@pages.post(f"{CASE}/owner")
@working
def reassign(number: str) -> Any:
    """Give the ticket to a colleague."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        to = session().get(Staff, forms.whole("to"))
        if to is None:
            raise DomainError("staff_not_found")
        service.reassign(session(), clock=clock, actor=actor, ticket=ticket, to=to, note=forms.written("note") or None)

    return forms.do(number, deed)


@pages.get(f"{CASE}/customer")
@reading
def masked_customer(number: str) -> Any:
    """The customer's details masked again, after they were shown for a while."""
    return render_template("desk/masked.html", ticket=queries.case(session(), number=number).ticket)


@pages.post(f"{CASE}/customer")
@permission_required(Permission.CUSTOMER_REVEAL)
def reveal_customer(number: str) -> Any:
    """The customer's details in full, with an audit row; shown once, never cached."""
    ticket = queries.by_number(session(), number=number)
    details = disclosure.reveal(
        session(), clock=runtime().clock, actor=current_actor(), ticket=ticket, reason=request.form.get("reason", "")
    )
    if request.headers.get("HX-Request"):
        return render_template("desk/details.html", details=details, ticket=ticket)
    return case_page.render(number, details=details)


def _text(name: str, code: str) -> str:
    """A field that may not be empty; raises ``code``."""
    given = forms.written(name)
    if not given:
        raise DomainError(code)
    return given
