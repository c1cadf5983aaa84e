"""Low marks: the list, one of them with its case, and what a supervisor does about it."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_name
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission
from ticketing.surveys import queries
from ticketing.surveys import reviews as service
from ticketing.surveys.reviews import Decision
from ticketing.surveys.rules import PARTS
from ticketing.tickets.models import Ticket
from web.agent import forms
from web.auth import permission_required
from web.reports.pages import ROOT, pages, shows_refusals_of

reviewing = permission_required(Permission.SURVEY_REVIEW)


@pages.get(f"{ROOT}/reviews")
@reviewing
def reviews() -> str:
    """Those that wait, or those decided."""
    decided = request.args.get("show") == "decided"
    page = queries.reviews(session(), decided=decided, cursor=request.args.get("cursor"))
    return render_template(
        "reports/reviews.html", page=page, decided=decided, waiting=queries.waiting(session()), parts=PARTS
    )


@pages.get(f"{ROOT}/reviews/<int:review_id>")
@reviewing
def review(review_id: int) -> str:
    """One low mark with its case."""
    return shown(review_id)


@pages.post(f"{ROOT}/reviews/<int:review_id>")
@reviewing
def decide(review_id: int) -> Any:
    """Settle it."""
    service.decide(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        review_id=review_id,
        decision=request.form.get("decision", ""),
        note=forms.written("note")[:2000],
    )
    return redirect(url_for("reports.review", review_id=review_id, done=1), 303)


@shows_refusals_of("decide")
def refused(error: DomainError) -> Any:
    """The page again, with what was typed."""
    return shown(int((request.view_args or {})["review_id"]), error=error), error.status


def shown(review_id: int, error: DomainError | None = None) -> str:
    """The page of one low mark."""
    found, survey = service.by_id(session(), review_id)
    names = {key: session().get(Staff, key) for key in (survey.staff_id, found.decided_by) if key}
    handler, decider = names.get(survey.staff_id or 0), names.get(found.decided_by or 0)
    return render_template(
        "reports/review.html",
        review=found,
        survey=survey,
        ticket=session().get(Ticket, survey.ticket_id) if survey.ticket_id else None,
        customer=masked_name(session().get_one(Customer, survey.customer_id).name),
        handler=handler.name if handler else None,
        decider=decider.name if decider else None,
        own=survey.staff_id is not None and survey.staff_id == current_actor().staff_id,
        choices=[choice for choice in Decision if choice != Decision.OFFERED or survey.ticket_id],
        parts=PARTS,
        error=error,
        typed=request.form if error else {},
    )
