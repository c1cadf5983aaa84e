"""Performance against targets: one's own, one's team's, everybody's; and the targets."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.reports.periodic import performance as service
from ticketing.reports.periodic import wording
from ticketing.reports.periodic.performance_rules import (
    DEFAULTS,
    ENOUGH,
    LESS_IS_BETTER,
    RANGES,
    ROLE_SCOPE,
    Measure,
    Measured,
    team_scope,
    verdict,
)
from ticketing.reports.periodic.periods import Period, Rhythm
from ticketing.staff.models import Team
from ticketing.staff.rules import Permission, Role
from web import language
from web.auth import permission_required
from web.reports.pages import ROOT, editing, pages, shows_refusals_of

RHYTHMS = (Rhythm.WEEKLY, Rhythm.MONTHLY)
own = permission_required(Permission.PERFORMANCE_OWN)
of_team = permission_required(Permission.PERFORMANCE_TEAM)


@pages.get(f"{ROOT}/performance/mine")
@own
def mine() -> str:
    """The reader's own figures."""
    period = chosen()
    return page(
        period, service.sheet(session(), period=period, until=until(period), staff_id=current_actor().id), own=True
    )


@pages.get(f"{ROOT}/performance")
@of_team
def team() -> str:
    """A lead's team; everybody's for a supervisor."""
    actor, period = current_actor(), chosen()
    if actor.role == Role.TEAM_LEAD and actor.team_id is None:
        raise DomainError("performance_not_your_team")
    team_id = actor.team_id if actor.role == Role.TEAM_LEAD else None
    return page(period, service.sheet(session(), period=period, until=until(period), team_id=team_id), own=False)


@pages.get(f"{ROOT}/performance/targets")
@editing
def targets() -> str:
    """The targets of the agents' role and of each team."""
    return shown()


@pages.post(f"{ROOT}/performance/targets")
@editing
def save_targets() -> Any:
    """Set a scope's targets."""
    scope = request.form.get("scope", "")
    values = {measure: number(request.form.get(measure, "")) for measure in Measure}
    service.set_targets(session(), clock=runtime().clock, actor=current_actor(), scope=scope, values=values)
    return redirect(url_for("reports.targets", saved=scope, _anchor=scope.replace(":", "-")), 303)


@shows_refusals_of("save_targets")
def refused(error: DomainError) -> Any:
    """The page again, with what was typed."""
    return shown(error), error.status


def page(period: Period, sheet: service.Sheet, *, own: bool) -> str:
    """The table of measures."""
    now = runtime().clock.now().astimezone(language.zone()).date()
    return render_template(
        "reports/performance.html",
        sheet=sheet,
        period=period,
        span=wording.span(period.starts_on, period.last_on, language.current()),
        earlier=period.before().starts_on.isoformat(),
        later=period.after().starts_on.isoformat() if period.after().starts_on <= now else None,
        rhythms=RHYTHMS,
        measures=list(Measure),
        enough=ENOUGH,
        verdict=verdict,
        moved=moved,
        own=own,
        view="reports.mine" if own else "reports.team",
    )


def moved(measure: Measure, found: Measured) -> str:
    """``better``, ``worse``, ``same`` or nothing against the period before; too few cases have no trend."""
    if found.value is None or found.before is None or found.cases < ENOUGH[measure]:
        return ""
    change = round(found.value - found.before, 1)
    if not change:
        return "same"
    return "better" if (change > 0) != (measure in LESS_IS_BETTER) else "worse"


def shown(error: DomainError | None = None) -> str:
    """The targets' page; a refused form keeps what was typed."""
    english = language.current() == "en"
    teams = session().scalars(select(Team).order_by(Team.id)).all()
    scopes = [(ROLE_SCOPE, language.text("targets.role", role=language.word("role", Role.AGENT)))]
    scopes += [(team_scope(each.id), each.name_en if english else each.name_zh) for each in teams]
    return render_template(
        "reports/targets.html",
        scopes=scopes,
        targets=service.all_targets(session()),
        measures=list(Measure),
        usual=DEFAULTS,
        role_scope=ROLE_SCOPE,
        ranges=RANGES,
        saved=request.args.get("saved"),
        error=error,
        typed=request.form if error else {},
    )


def chosen() -> Period:
    """The period of the address; this week without one, and never one to come."""
    rhythm = Rhythm.MONTHLY if request.args.get("by") == Rhythm.MONTHLY else Rhythm.WEEKLY
    today = runtime().clock.now().astimezone(language.zone()).date()
    try:
        day = min(today, date.fromisoformat(request.args.get("from", "")))
    except ValueError:
        day = today
    return Period.holding(rhythm, max(day, date(2000, 1, 31)), language.zone())


def until(period: Period) -> Any:
    """As far as the period has come."""
    return min(period.ends_at, runtime().clock.now())


def number(given: str) -> float | None:
    """A target as typed: empty for none; what is no number is out of range."""
    plain = given.strip()
    if not plain:
        return None
    return float(plain) if plain.replace(".", "", 1).isdecimal() and len(plain) < 9 else -1.0
