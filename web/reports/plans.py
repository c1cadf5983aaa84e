"""Who gets which report, in which language and when."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.reports.periodic import plans as service
from ticketing.reports.periodic.periods import Rhythm
from ticketing.reports.periodic.plans import Owner, Plan
from web import language
from web.agent import forms
from web.reports.pages import ROOT, editing, pages, shows_refusals_of

SPARE_ROWS = 2


@pages.get(f"{ROOT}/subscriptions")
@editing
def plans() -> str:
    """All rhythms with their recipients."""
    return shown()


@pages.post(f"{ROOT}/subscriptions/<rhythm>")
@editing
def save_plan(rhythm: str) -> Any:
    """Change one rhythm's."""
    service.edit(session(), clock=runtime().clock, actor=current_actor(), given=typed(rhythm), seen=forms.whole("seen"))
    return redirect(url_for("reports.plans", saved=rhythm, _anchor=rhythm), 303)


@shows_refusals_of("save_plan")
def refused(error: DomainError) -> Any:
    """The page again, with what was chosen."""
    return shown(str((request.view_args or {})["rhythm"]), error), error.status


def typed(rhythm: str) -> Plan:
    """The form as a plan; a row without a recipient is left out."""
    if rhythm not in set(Rhythm):
        raise DomainError("report_plan_invalid")
    rows = zip(request.form.getlist("owner"), request.form.getlist("owner_language"), strict=False)
    owners = tuple(Owner.of(key, spoken) for key, spoken in rows if key)
    hour, _, minute = request.form.get("at", "").partition(":")
    known = hour.isdecimal() and minute[:2].isdecimal()
    return Plan(Rhythm(rhythm), int(hour) * 60 + int(minute[:2]) if known else -1, owners)


def shown(refused_rhythm: str = "", error: DomainError | None = None) -> str:
    """The page; a refused form keeps what was chosen."""
    found = {rhythm: service.plan(session(), rhythm) for rhythm in Rhythm}
    rows = {
        rhythm: [(owner.key, owner.language) for owner in plan.owners] + [("", language.current())] * SPARE_ROWS
        for rhythm, (plan, _row) in found.items()
    }
    if refused_rhythm in rows:
        rows[Rhythm(refused_rhythm)] = list(
            zip(request.form.getlist("owner"), request.form.getlist("owner_language"), strict=False)
        )
    return render_template(
        "reports/plans.html",
        plans=found,
        rows=rows,
        options=options(),
        languages=service.LANGUAGES,
        saved=request.args.get("saved"),
        refused=refused_rhythm,
        error=error,
        typed=request.form,
    )


def options() -> list[tuple[str, str]]:
    """Roles, then people, as a form's choices."""
    roles = [
        (f"role:{role}", language.text("reports.plans.everyone", role=language.word("role", role)))
        for role in service.ROLES
    ]
    people = service.candidates(session(), clock=runtime().clock)
    return roles + [
        (f"staff:{person.id}", f"{person.name} · {language.word('role', person.role)}") for person in people
    ]
