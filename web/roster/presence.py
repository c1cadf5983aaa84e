"""The switch in the staff bar: whether I take new work. Open pages ask for it, and so are seen to be at work."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request

from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff import presence
from ticketing.staff.presence import Presence
from ticketing.staff.rules import Permission
from web.auth import permission_required
from web.navigation import first_page
from web.roster.pages import pages

CHOICES = (Presence.AVAILABLE, Presence.BUSY, Presence.AWAY, Presence.OFFLINE)


def mine() -> str:
    """What the reader has chosen; ``_identify`` has just seen them, so it counts."""
    return str(g.get("presence") or Presence.OFFLINE)


@pages.get("/roster/presence")
@permission_required(Permission.TICKET_WORK)
def current_presence() -> Any:
    """The switch again if another window changed it; nothing while it is as the page ``shown``."""
    if request.args.get("shown") == mine():
        return "", 204
    return render_template("roster/switch.html", presence=mine())


@pages.post("/roster/presence")
@permission_required(Permission.TICKET_WORK)
def choose_presence() -> Any:
    """Say whether I take new work."""
    chosen = presence.choose(
        session(), clock=runtime().clock, actor=current_actor(), presence=request.form.get("presence", "")
    )
    if request.headers.get("HX-Request"):
        return render_template("roster/switch.html", presence=chosen, changed=True)
    return redirect(_back(), 303)


def _back() -> str:
    """The page the switch stood on: an address of ours, never another site's."""
    given = request.form.get("back", "")
    inside = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
    return given if inside else first_page()
