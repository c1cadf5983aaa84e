"""Goodwill points that wait for a decision, and what was decided lately."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.points import grants
from ticketing.staff.rules import Permission
from web.agent import forms
from web.auth import permission_required
from web.customers import words
from web.customers.pages import ROOT, pages, reading, shows_refusals_of


@pages.get(f"{ROOT}/points")
@reading
def points() -> str:
    """Pending proposals first."""
    return _page()


@pages.post(f"{ROOT}/points/<int:grant_id>")
@permission_required(Permission.POINTS_APPROVE)
def decide_points(grant_id: int) -> Any:
    """Approve or refuse a proposal of someone else."""
    grants.decide(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        grant_id=grant_id,
        approve=request.form.get("deed") == "approve",
        comment=forms.written("comment"),
    )
    return redirect(url_for(".points", done=grant_id), 303)


@shows_refusals_of("decide_points")
def not_decided_points(refusal: DomainError) -> Any:
    """The page as things are now, with the reason."""
    return make_response(_page(refusal), refusal.status)


def _page(refusal: DomainError | None = None) -> str:
    return render_template(
        "customers/points.html",
        pending=grants.pending(session()),
        decided=grants.decided(session()),
        names=words.people(),
        me=current_actor().staff_id,
        refusal=refusal,
        at=(request.view_args or {}).get("grant_id"),
    )
