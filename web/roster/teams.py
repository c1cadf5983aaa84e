"""How each team's tickets find their owner: agents claim, or the rule assigns."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff import roster
from ticketing.staff.models import Team
from ticketing.staff.roster import CLAIM_MINUTES, MODES, Mode
from ticketing.staff.rules import Permission
from web.agent.forms import whole
from web.auth import permission_required
from web.roster.pages import pages


@pages.get("/roster/teams")
@permission_required(Permission.ROSTER_READ)
def teams() -> Any:
    """All teams with their way of assigning."""
    return _page()


@pages.post("/roster/teams/<int:team_id>")
@permission_required(Permission.ROSTER_EDIT)
def save_team(team_id: int) -> Any:
    """Change a team's way; a refusal keeps what was chosen."""
    given = Mode(request.form.get("assignment", ""), whole("claim_minutes"))
    try:
        roster.edit_team(
            session(), clock=runtime().clock, actor=current_actor(), team_id=team_id, mode=given, seen=whole("seen")
        )
    except DomainError as error:
        if error.code in {"team_not_found", "roster_not_your_team"}:
            raise
        return _page(refused=team_id, given=given, seen=whole("seen"), error=error), error.status
    return redirect(url_for("roster.teams", saved=team_id), 303)


def _page(**refusal: Any) -> str:
    rows = session().scalars(select(Team).order_by(Team.id)).all()
    actor = current_actor()
    return render_template(
        "roster/teams.html",
        teams=rows,
        may_edit={row.id: roster.may_edit(actor, row.id) for row in rows},
        modes=MODES,
        minutes=CLAIM_MINUTES,
        saved=whole("saved"),
        **{"refused": 0, "given": None, "seen": 0, "error": None} | refusal,
    )
