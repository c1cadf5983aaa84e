"""One customer: who says what, consents, segment and stage with their reasons, everything around them, and what staff may do."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for

from ticketing.care import queries, records
from ticketing.care.records import Whole
from ticketing.customers import doubles, profile, segments
from ticketing.customers.fields import CORRECTABLE
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.points import grants
from ticketing.points.rules import LIMITS, LONGEST_REASON
from ticketing.staff.rules import Permission
from ticketing.tickets import queries as tickets
from ticketing.tickets.disclosure import REASONS
from web.agent import forms
from web.auth import permission_required
from web.customers import words
from web.customers.pages import CUSTOMER, editing, pages, reading, shows_refusals_of

DEEDS = ("reveal", "correct", "note_consent", "merge", "propose_points")
NOTICES = frozenset({"corrected", "same", "consent", "merged", "proposed"})


def acting() -> dict[str, Any]:
    """Clock and actor of a deed."""
    return {"clock": runtime().clock, "actor": current_actor()}


@pages.get(CUSTOMER)
@reading
def customer(customer_id: int) -> Any:
    """Everything about one customer; a double leads to the one it was merged into."""
    found = profile.customer_of(session(), customer_id)
    if found.merged_into_id is not None:
        return redirect(url_for(".customer", customer_id=found.merged_into_id), 303)
    return shown(customer_id)


@pages.post(f"{CUSTOMER}/reveal")
@permission_required(Permission.CUSTOMER_REVEAL)
def reveal(customer_id: int) -> Any:
    """The personal fields in full, once, with an audit row."""
    whole = records.reveal(session(), **acting(), customer_id=customer_id, reason=request.form.get("reason", ""))
    return shown(customer_id, whole=whole)


@pages.post(f"{CUSTOMER}/corrections")
@editing
def correct(customer_id: int) -> Any:
    """Correct one field, with a reason."""
    given = {name: forms.written(name) for name in ("field", "text", "reason")}
    news = records.correct(session(), **acting(), customer_id=customer_id, **given)
    return back(customer_id, "corrected" if news else "same")


@pages.post(f"{CUSTOMER}/consents")
@editing
def note_consent(customer_id: int) -> Any:
    """Write down a consent that the customer gave or withdrew to an agent."""
    given = request.form.get("given") == "1"
    purpose = request.form.get("purpose", "")
    records.note_consent(session(), **acting(), customer_id=customer_id, purpose=purpose, given=given)
    return back(customer_id, "consent")


@pages.post(f"{CUSTOMER}/merging")
@permission_required(Permission.CUSTOMER_MERGE)
def merge(customer_id: int) -> Any:
    """Merge a double into this customer."""
    records.merge(session(), **acting(), double_id=forms.whole("double"), into_id=customer_id)
    return back(customer_id, "merged")


@pages.post(f"{CUSTOMER}/points")
@permission_required(Permission.POINTS_PROPOSE)
def propose_points(customer_id: int) -> Any:
    """Propose goodwill on one of the customer's cases."""
    ticket = tickets.by_number(session(), number=request.form.get("ticket", "")[:30])
    if ticket.customer_id != customer_id:
        raise DomainError("ticket_not_found", number=ticket.number)
    grants.propose(session(), **acting(), ticket=ticket, amount=forms.whole("amount"), reason=forms.written("reason"))
    return back(customer_id, "proposed")


@shows_refusals_of(*DEEDS)
def refused(refusal: DomainError) -> Any:
    """The page again with the reason, and what was typed."""
    customer_id = (request.view_args or {})["customer_id"]
    return make_response(shown(customer_id, refusal=refusal), refusal.status)


def back(customer_id: int, notice: str) -> Any:
    """To the page, so that reloading sends nothing twice."""
    return redirect(url_for(".customer", customer_id=customer_id, done=notice), 303)


def shown(customer_id: int, *, whole: Whole | None = None, refusal: DomainError | None = None) -> str:
    """The page."""
    found = profile.profile_of(session(), customer_id)
    declared = {segment.code: words.segment_name(segment) for segment in segments.declared(session())}
    notice = request.args.get("done")
    return render_template(
        "customers/profile.html",
        profile=found,
        customer=found.customer,
        around=queries.around(session(), customer_id),
        doubles=doubles.like(session(), found.customer),
        segment_names=declared,
        names=words.people(),
        whole=whole,
        refusal=refusal,
        typed=request.form if refusal else {},
        deed=(request.endpoint or "").partition(".")[2],
        notice=notice if notice in NOTICES else None,
        reasons=REASONS,
        correctable=CORRECTABLE,
        most_points=LIMITS.get(current_actor().role or "", 0),
        longest_reason=LONGEST_REASON,
    )
