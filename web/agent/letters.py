"""The letter at the desk: worded, compared, approved or returned, sent, downloaded; and tasks about its delivery."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import redirect, render_template, request, send_file, url_for

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import deliveries, documents, letter_text, letters, outgoing, queries, todos
from ticketing.tickets.models import Letter, Ticket
from web.agent import case_page, forms, letter_view
from web.agent.pages import pages
from web.auth import permission_required

LETTER = "/desk/tickets/<number>/letter"
reading = permission_required(Permission.TICKET_READ)
working = permission_required(Permission.TICKET_WORK)


def render(number: str, values: dict[str, Any] | None = None, **more: Any) -> str:
    """The letter's page; ``more`` overrides what ``shown`` gives."""
    values = values or case_page.shown(number)
    case = values["case"]
    if case.letter is None:
        return case_page.render(number, values, **more)
    return render_template("desk/letter.html", **values | letter_view.whole(case, current_actor()) | more)


@pages.get(LETTER)
@reading
def letter(number: str) -> Any:
    """The letter with its wording, revisions and deliveries."""
    if letters.latest(session(), ticket=queries.by_number(session(), number=number)) is None:
        raise DomainError("letter_not_found")
    return render(number)


@pages.post(f"{LETTER}/revisions")
@working
def save_letter(number: str) -> Any:
    """Save another wording, and send it at once if asked to."""
    body = {part: forms.written(part) for part in letter_text.PARTS}
    confirmed = frozenset(request.form.getlist("confirm"))
    language = "en" if request.form.get("language") == "en" else "zh"

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        letters.revise(session(), clock=clock, actor=actor, ticket=ticket, language=language, body=body)
        if request.form.get("then") == "send":
            seconds = runtime().settings.undo_send_seconds
            outgoing.hold(session(), clock=clock, actor=actor, ticket=ticket, seconds=seconds, confirmed=confirmed)

    forms.do(number, deed)
    return redirect(url_for("desk.letter", number=number), 303)


@pages.post(f"{LETTER}/return")
@permission_required(Permission.LETTER_APPROVE)
def return_letter(number: str) -> Any:
    """Give the waiting letter back to its author, with a comment."""
    return forms.do(
        number,
        lambda ticket, clock, actor: letters.return_for_changes(
            session(),
            clock=clock,
            actor=actor,
            ticket=ticket,
            comment=forms.written("comment"),
            revision=forms.whole("revision") or None,
        ),
    )


@pages.post(f"{LETTER}/bounce")
@working
def letter_bounced(number: str) -> Any:
    """The e-mail came back."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        found = letters.latest(session(), ticket=ticket)
        if found is None:
            raise DomainError("letter_not_found")
        deliveries.bounced(session(), clock=clock, actor=actor, ticket=ticket, letter=found)

    return forms.do(number, deed)


@pages.get(f"{LETTER}.pdf")
@reading
def letter_pdf(number: str) -> Any:
    """The PDF as the customer got it; the newest round's unless another is asked for."""
    return pdf(letter_view.sent(queries.by_number(session(), number=number), forms.whole("round")))


@pages.post("/desk/tickets/<number>/todos/<int:todo_id>")
@working
def todo_done(number: str, todo_id: int) -> Any:
    """A task is done: how, and how one can tell."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        todo = todos.by_id(session(), ticket=ticket, todo_id=todo_id)
        how, note = request.form.get("how", ""), forms.written("note")
        deliveries.done_by_hand(session(), clock=clock, actor=actor, todo=todo, how=how, note=note)

    return forms.do(number, deed, guarded=False, dock="step")


def pdf(found: Letter) -> Any:
    """A sent letter's PDF as a download; raises ``letter_document_missing``."""
    document = documents.of_letter(session(), letter=found)
    answer = send_file(
        BytesIO(document.content), mimetype="application/pdf", as_attachment=True, download_name=document.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


case_page.AGAIN["desk.save_letter"] = render
