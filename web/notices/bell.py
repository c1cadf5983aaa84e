"""The bell in the bar: unread notices, asked for every few seconds and sent again only when they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from ticketing.notify import inbox
from ticketing.notify.inbox import Unread
from ticketing.notify.models import StaffNotice
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.platform.log import log
from web.auth import signed_in
from web.notices.pages import pages

SHOWN = 6


@dataclass(frozen=True)
class Bell:
    """What the bell shows; ``fresh`` are the notices that came since the page's last look."""

    unread: Unread
    latest: Sequence[StaffNotice]
    fresh: Sequence[StaffNotice] = ()


def now() -> Bell:
    """The bell of the reader, for a page that is being made. It reads for itself: pages without a transaction have one too."""
    try:
        with runtime().database.reading() as reading:
            return _look(reading, 0)
    except (OperationalError, PoolExhausted):
        # The page may be the one that says so; a bell must not break it.
        log.warning("notices.bell_unread", action="show_empty")
        return Bell(Unread(0, 0, 0), ())


def _look(reading: Any, since: int) -> Bell:
    staff_id = current_actor().staff_id or 0
    unread = inbox.unread(reading, staff_id=staff_id)
    latest = inbox.latest_unread(reading, staff_id=staff_id, limit=SHOWN) if unread.count else ()
    return Bell(unread, latest, [notice for notice in latest if notice.id > since] if since else ())


@pages.get("/notices/bell")
@signed_in
def watch() -> Any:
    """Nothing while nothing changed; else the bell again, and what is new for those who listen."""
    mark = request.args.get("mark", "")
    if inbox.unread(session(), staff_id=current_actor().staff_id or 0).mark == mark:
        return "", 204
    newest = mark.rpartition("-")[2]
    since = int(newest) if newest.isascii() and newest.isdigit() and len(newest) < 10 else 0
    return render_template("notices/bell_changed.html", bell=_look(session(), since))
