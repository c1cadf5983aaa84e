"""The rules by which customers are asked, and each decision made by them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.surveys import policies, queries
from ticketing.surveys.rules import DEFAULTS, RANGES, SWITCHED, Policy, Reason
from web.agent import forms
from web.auth import permission_required
from web.reports.pages import ROOT, pages, shows_refusals_of

ruling = permission_required(Permission.SURVEY_EDIT)
TIMES = frozenset({"quiet_from", "quiet_until"})


@pages.get(f"{ROOT}/surveys")
@ruling
def rules() -> str:
    """All kinds with their rules."""
    return shown()


@pages.post(f"{ROOT}/surveys/<kind>")
@ruling
def save_rules(kind: str) -> Any:
    """Change one kind's."""
    policies.edit(session(), clock=runtime().clock, actor=current_actor(), given=typed(kind), seen=forms.whole("seen"))
    return redirect(url_for("reports.rules", saved=kind, _anchor=kind), 303)


@shows_refusals_of("save_rules")
def refused(error: DomainError) -> Any:
    """The page again, with what was typed."""
    kind = str((request.view_args or {})["kind"])
    return shown(kind, error), error.status


@pages.get(f"{ROOT}/surveys/decisions")
@ruling
def decisions() -> str:
    """Who was asked, who was not, and why."""
    outcome = request.args.get("outcome")
    known = (queries.ASKED, *Reason)
    outcome = outcome if outcome in known else None
    return render_template(
        "reports/decisions.html",
        page=queries.decisions(session(), outcome=outcome, cursor=request.args.get("cursor")),
        counted=queries.counted(session(), clock=runtime().clock),
        outcomes=known,
        outcome=outcome,
    )


def typed(kind: str) -> Policy:
    """The form as a policy; what is no number is out of range."""
    if kind not in DEFAULTS:
        raise DomainError("survey_policy_unknown")
    figures = {name: _minutes(name) if name in TIMES else _figure(name) for name in RANGES}
    spared = frozenset(code for code in request.form.getlist("spared") if code in set(SWITCHED))
    return replace(DEFAULTS[kind], **figures, spared=spared)


def shown(refused_kind: str = "", error: DomainError | None = None) -> str:
    """The page; a refused form keeps what was typed."""
    return render_template(
        "reports/rules.html",
        kinds=policies.everything(session()),
        ranges=RANGES,
        times=TIMES,
        switched=SWITCHED,
        saved=request.args.get("saved"),
        refused=refused_kind,
        error=error,
        typed=request.form,
    )


def _figure(name: str) -> int:
    given = request.form.get(name, "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else -1


def _minutes(name: str) -> int:
    """``21:00`` as minutes of the day."""
    hour, colon, minute = request.form.get(name, "").partition(":")
    if not (colon and hour.isdecimal() and minute[:2].isdecimal()):
        return -1
    return int(hour) * 60 + int(minute[:2])
