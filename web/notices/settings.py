"""How a person wants their mail; a part of the account page."""

from __future__ import annotations

import re
from typing import Any

from flask import redirect, request, url_for

from ticketing.notify import preferences
from ticketing.notify.models import NoticePreference
from ticketing.notify.rules import Mode
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from web.auth import signed_in
from web.notices.pages import pages

MODES = [mode.value for mode in Mode]
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def chosen() -> NoticePreference:
    """What the reader chose."""
    return preferences.preference(session(), staff_id=current_actor().staff_id or 0)


@pages.post("/account/notices")
@signed_in
def save() -> Any:
    """Keep the choice and show the account again."""
    preferences.prefer(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        mode=request.form.get("mode", ""),
        daily_minute=_minute(request.form.get("daily_at", "")),
        urgent_too=request.form.get("urgent_too") == "yes",
    )
    return redirect(url_for("auth.account", saved="notices", _anchor="notices"), 303)


def _minute(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None
