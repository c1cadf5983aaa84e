"""Customers who ask to be erased: what waits for a decision or its day, and what was settled."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.privacy import erasures as service
from ticketing.privacy import queries
from ticketing.staff.rules import Permission
from web.agent import forms
from web.auth import permission_required
from web.customers import words
from web.customers.pages import ROOT, pages, shows_refusals_of


@pages.get(f"{ROOT}/erasures")
@permission_required(Permission.CUSTOMER_ERASE)
def erasures() -> str:
    """What waits comes first."""
    return _page()


@pages.post(f"{ROOT}/erasures/<public_id>")
@permission_required(Permission.CUSTOMER_ERASE)
def decide_erasure(public_id: str) -> Any:
    """Approve or refuse."""
    service.decide(
        session(),
        clock=runtime().clock,
        settings=runtime().settings,
        actor=current_actor(),
        public_id=public_id,
        approve=request.form.get("deed") == "approve",
        reason=forms.written("reason"),
    )
    return redirect(url_for(".erasures"), 303)


@shows_refusals_of("decide_erasure")
def not_decided_erasure(refusal: DomainError) -> Any:
    """The page as things are now, with the reason."""
    return make_response(_page(refusal), refusal.status)


def _page(refusal: DomainError | None = None) -> str:
    return render_template(
        "customers/erasures.html",
        waiting=queries.asked(session(), service.standing(session()), staff_id=current_actor().staff_id),
        settled=service.settled(session()),
        names=words.people(),
        now=runtime().clock.now(),
        refusal=refusal,
        at=(request.view_args or {}).get("public_id"),
        typed=request.form.get("reason", "") if refusal else "",
    )
