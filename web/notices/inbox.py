"""The inbox: a person's notices, reading them, and what there was nobody to tell of."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.notify import inbox
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from web.auth import permission_required, signed_in
from web.notices.pages import pages


def _me() -> int:
    return current_actor().staff_id or 0


@pages.get("/notices")
@signed_in
def notices() -> str:
    """Everything one was told, the newest first."""
    only_unread = request.args.get("show") == "unread"
    page = inbox.notices(session(), staff_id=_me(), only_unread=only_unread, cursor=request.args.get("cursor"))
    return render_template("notices/inbox.html", page=page, only_unread=only_unread)


@pages.post("/notices/<int:notice_id>/open")
@signed_in
def open_notice(notice_id: int) -> Any:
    """Mark it read and go where it leads."""
    notice = inbox.own(session(), staff_id=_me(), notice_id=notice_id)
    inbox.mark_read(session(), clock=runtime().clock, staff_id=_me(), notice_id=notice_id)
    return redirect(notice.path, 303)


@pages.post("/notices/<int:notice_id>/read")
@signed_in
def read_one(notice_id: int) -> Any:
    """Mark one as read and stay."""
    inbox.own(session(), staff_id=_me(), notice_id=notice_id)
    inbox.mark_read(session(), clock=runtime().clock, staff_id=_me(), notice_id=notice_id)
    return redirect(_back(), 303)


@pages.post("/notices/read")
@signed_in
def read_all() -> Any:
    """Mark all as read."""
    inbox.mark_read(session(), clock=runtime().clock, staff_id=_me())
    return redirect(_back(), 303)


@pages.post("/notices/unheard")
@permission_required(Permission.BOARD_READ)
def note_unheard() -> Any:
    """Take note of what there was nobody to tell of."""
    inbox.take_note(session(), clock=runtime().clock, actor=current_actor())
    return redirect(url_for("supervisor.board"), 303)


def _back() -> str:
    shown = {name: value for name in ("show", "cursor") if (value := request.form.get(name))}
    return url_for("notices.notices", **shown)
