"""Putting a case's page together, also after a refusal: then with the reason and everything that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, render_template, request
from sqlalchemy.orm.exc import StaleDataError

from ticketing.customers import consents
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.tickets import acknowledging, disclosure, history, queries, relatives
from ticketing.tickets.likeness import VERY_ALIKE
from ticketing.tickets.models import Ticket, TicketEvent
from web import security
from web.agent import forms, gate_view, letter_view, steps, timeline, undo
from web.agent.pages import pages

FIELDS = {
    "findings": ("findings",),
    "decision": ("cause", "measures", "follow_up_plan"),
    "letter": ("cause", "measures", "follow_up_plan"),
    "reopen": ("reason",),
}
"""What one types in each step's form (templates/desk/steps/)."""
AGAIN: dict[str, Callable[..., str]] = {}
"""The page to show again after a refusal, by endpoint, where it is not the case's."""


def shown(number: str) -> dict[str, Any]:
    """What the case's templates need."""
    case, actor = queries.case(session(), number=number), current_actor()
    late = acknowledging.escalations(session(), ticket=case.ticket, clocks=case.clocks)
    return {
        "case": case,
        "ticket": case.ticket,
        "chat": case.conversation,
        "offer": steps.offer(case, actor),
        "letter_state": steps.letter_state(case),
        "escalations": late,
        "may_acknowledge": bool(late) and acknowledging.may_acknowledge(session(), actor=actor, ticket=case.ticket),
        "once": forms.once_key,
        "typed": {},
        "error": None,
        **letter_view.around(case),
        "gates": gate_view.around(case, actor),
        "undo": undo.offered(case, actor),
        "consented": _consented(case.ticket.customer_id),
        "history": history.of(session(), customer_id=case.ticket.customer_id),
        "kin": relatives.of(session(), ticket=case.ticket),
        "very_alike": VERY_ALIKE,
    }


def _consented(customer_id: int) -> list[tuple[str, bool]]:
    """What the customer may be written to for."""
    rows = consents.latest(session(), customer_id)
    return [(purpose, consents.holds(rows, purpose)) for purpose in consents.PURPOSES]


def render(number: str, values: dict[str, Any] | None = None, **more: Any) -> str:
    """The whole page; ``more`` overrides what ``shown`` gives."""
    values = values or shown(number)
    shown_first = timeline.of_case(values["ticket"], values["case"].events, values["chat"])
    return render_template("desk/case.html", **values | shown_first | {"reasons": disclosure.REASONS} | more)


def news_since(ticket: Ticket, event_id: int, *, others_than: str = "") -> list[TicketEvent]:
    """The events a page did not know of and that matter to its forms; not those of the actor ``others_than``."""
    events = queries.timeline(session(), ticket_id=ticket.id, after=event_id)
    return [event for event in events if event.kind not in forms.HARMLESS and event.actor != others_than]


def kept(form: str) -> dict[str, str]:
    """What was typed into a form that the case no longer offers, by the text key of its label."""
    offered = FIELDS.get(form, ())
    return {
        name: value
        for fields in FIELDS.values()
        for name in fields
        if name not in offered and (value := request.form.get(name, "").strip())
    }


@pages.errorhandler(DomainError)
def refused(error: DomainError) -> Any:
    """Show the case again with the reason; where there is no case to show, the ordinary refusal."""
    number = (request.view_args or {}).get("number")
    if request.method == "GET" or number is None or request.headers.get("HX-Request") or error.status in {401, 404}:
        return security.render_refusal(error)
    with runtime().database.reading() as g.session:
        values = shown(number)
        changed = news_since(values["ticket"], forms.seen()) if error.code == "version_conflict" else []
        left = kept(values["offer"].form)
        again = AGAIN.get(request.endpoint or "", render)
        return again(number, values, typed=request.form, error=error, changed=changed, kept=left), error.status


@pages.errorhandler(StaleDataError)
def overtaken(_error: StaleDataError) -> Any:
    """The database noticed the lost update first (PostgreSQL)."""
    return refused(DomainError("version_conflict"))
