"""The on-call list: who is called outside working hours, and the gaps of the coming week."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from ticketing.notify import on_call as shifts
from ticketing.notify.rules import LADDER
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff import roster
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import PERMISSIONS, Permission
from web import language
from web.agent.forms import whole
from web.auth import permission_required
from web.roster.pages import pages

ALL_TEAMS = "all"


@pages.get("/roster/on-call")
@permission_required(Permission.ROSTER_READ)
def on_call() -> Any:
    """The list, its gaps and the form."""
    return _page()


@pages.post("/roster/on-call")
@permission_required(Permission.ROSTER_EDIT)
def add_shift() -> Any:
    """Put someone on call; a refusal keeps what was typed."""
    try:
        shifts.add(
            session(),
            clock=runtime().clock,
            actor=current_actor(),
            staff_id=whole("staff"),
            team_id=None if request.form.get("team") == ALL_TEAMS else whole("team"),
            level=request.form.get("level", ""),
            begins_at=_instant("begins"),
            ends_at=_instant("ends"),
        )
    except DomainError as error:
        return _page(error=error, typed=request.form), error.status
    return redirect(url_for("roster.on_call"), 303)


@pages.post("/roster/on-call/<int:shift_id>/removal")
@permission_required(Permission.ROSTER_EDIT)
def remove_shift(shift_id: int) -> Any:
    """Take a shift off the list."""
    shifts.remove(session(), clock=runtime().clock, actor=current_actor(), shift_id=shift_id)
    return redirect(url_for("roster.on_call"), 303)


def _page(*, error: DomainError | None = None, typed: Any = None) -> str:
    actor, teams = current_actor(), session().scalars(select(Team).order_by(Team.id)).all()
    mine = [team for team in teams if roster.may_edit(actor, team.id)]
    return render_template(
        "roster/on_call.html",
        shifts=shifts.shifts(session(), clock=runtime().clock),
        gaps=shifts.gaps(session(), clock=runtime().clock),
        teams={team.id: team.name_en if language.current() == "en" else team.name_zh for team in teams},
        mine=[team.id for team in mine],
        may_edit_all=roster.may_edit(actor, None),
        people=_people() if mine or roster.may_edit(actor, None) else (),
        levels=LADDER,
        all_teams=ALL_TEAMS,
        zone=language.zone().key,
        error=error,
        typed=typed or {},
    )


def _people() -> list[tuple[int, str]]:
    """Everybody who can be on call, as options."""
    roles = [role.value for role, held in PERMISSIONS.items() if Permission.TICKET_READ in held]
    found = session().execute(
        select(Staff.id, Staff.name, Staff.role).where(Staff.active, Staff.role.in_(roles)).order_by(Staff.name)
    )
    return [(number, f"{name} · {language.word('role', role)}") for number, name, role in found]


def _instant(field: str) -> datetime | None:
    """A local time of the reader's zone as an instant; None for anything else."""
    try:
        local = datetime.fromisoformat(request.form.get(field, ""))
    except ValueError:
        return None
    return local.replace(tzinfo=language.zone()) if local.tzinfo is None else None
